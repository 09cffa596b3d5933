"""`pytest --thesis`, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CONFIG, Write

ROOT = Path(__file__).resolve().parents[1]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Pytest with this plugin alone, whether or not it is installed as an entry point."""
    settings = {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONUTF8": "1"}
    said = [sys.executable, "-m", "pytest", "-p", "book.pytest_plugin", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(said, cwd=folder, env=os.environ | settings, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def drifted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from conftest import write_thesis

    return write_thesis(tmp_path_factory.mktemp("t"), {"one.md": "# One\n\n![](nope.png)\n\n{ref}`nowhere`\n"})


def test_one_test_a_rule_fails_with_its_remarks(drifted: Path) -> None:
    """Rules that are kept pass; one that is not fails with place and hint, without a traceback."""
    chosen = "image-missing or uncited-entry or (reference-without-target and not typed)"
    result = run(drifted, "--thesis", "-v", "-k", chosen, "--junitxml", "report.xml")
    said = {line.split()[0]: line.split()[1] for line in result.stdout.splitlines() if line.startswith("thesis::")}

    assert said == {
        "thesis::image-missing": "FAILED",
        "thesis::reference-without-target": "FAILED",
        "thesis::uncited-entry": "PASSED",
    }
    assert "one.md:5:7: undefined label: 'nowhere' [reference-without-target]" in result.stdout
    assert "Traceback" not in result.stdout
    assert 'classname="thesis" name="image-missing"' in (drifted / "report.xml").read_text(encoding="utf-8")


def test_warnings_fail_where_they_are_taken_strictly(drifted: Path, tmp_path: Path) -> None:
    """A warning is one of pytest's; with `--thesis-strict` its rule fails. The folder may be another one."""
    chosen = ("-k", "missing-alternative-text", "--thesis", str(drifted))
    mild, strict = run(tmp_path, *chosen), run(tmp_path, *chosen, "--thesis-strict")

    assert (mild.returncode, strict.returncode) == (0, 1)
    assert "picture 'nope.png' has no alternative text" in mild.stdout
    assert "1 warning" in mild.stdout


def test_a_thesis_that_cannot_be_read_fails_its_rule(thesis: Write) -> None:
    """What stops a check fails the test of its rule."""
    result = run(thesis({"_config.yml": "title: [\n"}), "--thesis", "-k", "broken-yaml")

    assert (result.returncode, "1 failed" in result.stdout) == (1, True)


def test_without_the_option_nothing_happens(tmp_path: Path) -> None:
    """Where nobody asks, pytest has no further test, and nothing heavy has been loaded."""
    heavy = {"sphinx", "numpy", "pandas", "yaml", "book.workflow", "book.rules", "book.checks"}
    code = f"import sys\n\ndef test_it():\n    assert sorted({heavy!r} & set(sys.modules)) == []\n"
    (tmp_path / "test_it.py").write_text(code, encoding="utf-8")
    result = run(tmp_path)

    assert "1 passed" in result.stdout


def test_workers_check_once(drifted: Path) -> None:
    """Two workers of pytest-xdist do not stand in each other's way."""
    result = run(drifted, "-p", "xdist", "-n", "2", "--thesis", "-k", "build-running or uncited-entry or no-contents")

    assert "3 passed" in result.stdout


def test_a_silenced_remark_fails_nothing(thesis: Write) -> None:
    """What the author has silenced is silent here."""
    config = CONFIG + "thesis:\n  check:\n    image-missing: {level: off, reason: to come}\n"
    result = run(thesis({"_config.yml": config, "one.md": "# One\n\n![A](nope.png)\n"}), "--thesis")

    assert result.returncode == 0
