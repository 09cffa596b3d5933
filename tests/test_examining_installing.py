"""What `thesis verify ARCHIVE` promises of the environment that it makes."""

from __future__ import annotations

import hashlib
import zipfile
from typing import TYPE_CHECKING

import pytest

from book.examining.standalone import InstallError, install, wanted

if TYPE_CHECKING:
    from pathlib import Path


def wheel(folder: Path, name: str, files: dict[str, str]) -> str:
    """Write a wheel with these files; returns its digest."""
    inside = f"{name}-1.0.dist-info"
    files = files | {
        f"{inside}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{inside}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as opened:
        for inner, text in files.items():
            opened.writestr(inner, text)
        opened.writestr(f"{inside}/RECORD", "".join(f"{inner},,\n" for inner in [*files, f"{inside}/RECORD"]))
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "line",
    [
        "--no-binary evil",
        "-r other.txt",
        "evil==1.0 --config-settings=a=b",
        "evil @ file:///tmp/evil",
        "evil>=1.0",
        "./evil",
        "evil==1.0 --hash=md5:0123",
        "${HOME}==1.0",
    ],
)
def test_options_of_an_archive_are_not_obeyed(line, tmp_path) -> None:
    """Requirements that are more than distributions, versions and hashes end it before pip is asked."""
    (tmp_path / "requirements.txt").write_text(f"numpy==2.0 \\\n    --hash=sha256:{'0' * 64}\n{line}\n")
    with pytest.raises(InstallError, match="no distribution with its version"):
        install(tmp_path, tmp_path / "environment")

    assert not (tmp_path / "environment").exists()


def test_what_is_wanted_is_read_as_it_was_written(tmp_path) -> None:
    """Names, versions and hashes, over several lines or not."""
    digest = f"--hash=sha256:{'0' * 64}"
    (tmp_path / "requirements.txt").write_text(f"one==1.0+cpu \\\n    {digest} \\\n    {digest}\ntwo==2!1.0rc1\n")

    assert wanted(tmp_path / "requirements.txt") == [f"one==1.0+cpu {digest} {digest}", "two==2!1.0rc1"]


def test_nothing_that_is_installed_runs_while_installing(tmp_path) -> None:
    """A distribution whose `.pth` runs code at each start of Python is installed with all others, those without a hash too, at once."""
    wheels, ran = tmp_path / "wheels", tmp_path / "ran"
    digest = wheel(wheels, "hostile", {"hostile.pth": f"import pathlib; pathlib.Path({str(ran)!r}).touch()\n"})
    wheel(wheels, "plain", {"plain.py": ""})
    (tmp_path / "requirements.txt").write_text(f"hostile==1.0 --hash=sha256:{digest}\nplain==1.0\n")
    install(tmp_path, tmp_path / "environment")
    there = {path.name for path in (tmp_path / "environment").rglob("*-1.0.dist-info")}

    assert (there, ran.exists()) == ({"hostile-1.0.dist-info", "plain-1.0.dist-info"}, False)
