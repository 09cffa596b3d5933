"""The wheel works outside the repository, templates and all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as a release would build it."""
    pytest.importorskip("hatchling", reason="hatchling builds the wheel")
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "book", folder / "book", ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel"], cwd=folder, check=True, capture_output=True)
    return next((folder / "dist").glob("*.whl"))


def test_the_wheel_ships_the_tool_alone(wheel: Path) -> None:
    """Everything of `book` is in it, templates among it, and nothing of the study."""
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    wanted = {p.relative_to(ROOT).as_posix() for p in (ROOT / "book").rglob("*") if p.is_file() and "__pycache__" not in p.parts}

    assert packed == wanted


def test_the_wheel_starts_and_builds_a_thesis(wheel: Path, tmp_path: Path) -> None:
    """`thesis init` and `thesis build` work with nothing of the repository in reach."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    inside = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    thesis = [sys.executable, "-c", "from book.cli import main; main()"]
    subprocess.run([*thesis, "init", "new"], cwd=tmp_path, env=inside, check=True, capture_output=True)

    ran = subprocess.run([*thesis, "-C", "new", "build", "--quiet"], cwd=tmp_path, env=inside, check=False, capture_output=True, text=True)

    assert (ran.returncode, ran.stderr, ran.stdout) == (0, "", "")
    assert (tmp_path / "new" / "_build" / "thesis.pdf").exists()
    assert "2.52" in (tmp_path / "new" / "_build" / "html" / "abstract.html").read_text(encoding="utf-8")
