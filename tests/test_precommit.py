"""The hook for pre-commit, run as git runs it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import Write  # noqa: TC002 - as in the other tests

ROOT = Path(__file__).resolve().parents[1]
HOOKS = ROOT / ".pre-commit-hooks.yaml"
HOOK = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))[0]


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    said = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *arguments]
    return subprocess.run(said, cwd=folder, capture_output=True, text=True, check=False)


def test_the_hook_is_one_that_pre_commit_takes() -> None:
    """Its manifest is valid, in the words of pre-commit itself."""
    pytest.importorskip("pre_commit", reason="pre-commit is not installed")
    result = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(HOOKS)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stdout) == (0, "")


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("chapters/one.md", True),
        ("notes.ipynb", True),
        ("references.bib", True),
        ("_config.yml", True),
        ("text/_toc.yml", True),
        ("data/datapackage.json", True),
        ("data/a.csv", True),
        ("findings.lock", True),
        ("my_config.yml", False),
        ("picture.png", False),
    ],
)
def test_the_hook_looks_at_what_a_thesis_is_made_of(path: str, seen: bool) -> None:
    """A commit of other files alone starts no check."""
    assert bool(re.search(HOOK["files"], path)) == seen


def test_a_commit_waits_for_the_thesis_to_be_in_step(thesis: Write) -> None:
    """A commit of a dead reference is refused and says why; mended, it goes through. The hook leaves nothing to commit."""
    root = thesis({"one.md": "# One\n\n{ref}`nowhere`\n", ".gitignore": "/_build/\n"})
    git(root, "init", "-q")
    entry = HOOK["entry"].replace(
        "thesis ", f"{shlex.quote(sys.executable)} -c 'from book.cli import main; main()' ", 1
    )
    hook = root / ".git" / "hooks" / "pre-commit"
    hook.write_text(f"#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {entry}\n", encoding="utf-8")
    hook.chmod(0o755)
    git(root, "add", "-A")
    refused = git(root, "commit", "-qm", "First")
    (root / "one.md").write_text("# One\n\nText.\n", encoding="utf-8")
    git(root, "add", "-A")
    taken = git(root, "commit", "-qm", "First")

    assert (refused.returncode, taken.returncode) == (1, 0)
    assert "one.md:3:7: undefined label: 'nowhere' [reference-without-target]" in refused.stdout + refused.stderr
    assert git(root, "status", "--porcelain").stdout == ""
