"""Public books that somebody has fetched: found, copied at one commit with execution off, and checked.

A folder of books holds bare repositories (`owner+name/repo`), clones or plain folders (`owner+name` or `name`). Nothing
in them is changed. What a repository lacks (large files that a snapshot left out) is left out of the copy; a page that
it lacks gets an empty one in its place, since a missing page would stop the book.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
_LEFT_OUT = shutil.ignore_patterns(".git", "_build", "node_modules", ".venv")
_EMPTY = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@dataclass(frozen=True, slots=True)
class Copy:
    """A book that can be checked."""

    folder: Path
    """The folder with `_config.yml` and `_toc.yml`."""
    stand_ins: frozenset[str]
    """Pages that are empty because the repository lacks them, relative to that folder."""


def at_hand(folders: list[Path]) -> dict[str, Path]:
    """Books by `owner/name`, or by their folder's name where that is all there is; git directories where there are some."""
    found = {}
    for folder in folders:
        within = [folder] if _is_book(folder) else sorted(path for path in folder.iterdir() if path.is_dir())
        for path in within:
            named = path.parent if path.name in ("repo", ".git") else path
            git = next((one for one in (path, path / "repo", path / ".git") if (one / "HEAD").exists()), None)
            if git or _is_book(path):
                found[named.name.removesuffix(".git").replace("+", "/", 1)] = git or path
    return found


def _is_book(folder: Path) -> bool:
    return (folder / "HEAD").exists() or any(folder.glob("**/_toc.yml"))


def commit_of(book: Path) -> str:
    """The newest commit of a book; empty for a plain folder."""
    if not (book / "HEAD").exists():
        return ""
    command = ["git", "--git-dir", str(book), "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def copy(book: Path, commit: str, work: Path) -> Copy | None:
    """Copy a book as it is at a commit, with execution off; None where it is not one for Jupyter Book 1."""
    shutil.rmtree(work, ignore_errors=True)
    lacking: list[str] = []
    if (book / "HEAD").exists():
        lacking = unpack(book, commit, work)
    else:
        shutil.copytree(book, work, ignore=_LEFT_OUT)
    homes = sorted(work.rglob("_toc.yml"), key=lambda path: (len(path.parts), path))
    home = next((path.parent for path in homes if (path.parent / "_config.yml").exists()), None)
    if home is None:
        return None
    _leave_unrun(home / "_config.yml")
    prefix = "" if home == work else home.relative_to(work).as_posix() + "/"
    pages = [path for path in lacking if path.startswith(prefix) and path.endswith((".ipynb", ".md"))]
    for path in pages:
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_text(json.dumps(_EMPTY) if path.endswith(".ipynb") else "", encoding="utf-8")
    return Copy(home, frozenset(path.removeprefix(prefix) for path in pages))


def unpack(repository: Path, commit: str, target: Path) -> list[str]:
    """Write the files of a commit, links as copies; returns the paths whose content the repository lacks."""
    git = ["git", "--git-dir", str(repository)]
    listed = subprocess.run([*git, "ls-tree", "-r", "-z", commit or "HEAD"], capture_output=True, check=True).stdout
    rows = [row.split(b"\t", 1) for row in listed.split(b"\0") if row]
    lacking, links = [], {}
    with subprocess.Popen(
        [*git, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as reader:
        assert reader.stdin
        assert reader.stdout
        for meta, name in rows:
            if meta.startswith(b"160"):
                continue
            path = name.decode("utf-8", "replace")
            reader.stdin.write(meta.split()[2] + b"\n")
            reader.stdin.flush()
            head = reader.stdout.readline().split()
            if head[-1] == b"missing":
                lacking.append(path)
                continue
            content = reader.stdout.read(int(head[2]) + 1)[:-1]
            if meta.startswith(b"120"):
                links[path] = content.decode("utf-8", "replace")
                continue
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_bytes(content)
        reader.stdin.close()
    _follow(links, target)
    return lacking


def _follow(links: dict[str, str], target: Path) -> None:
    """Put what symbolic links lead to in their place, within the repository."""
    for path, leads_to in links.items():
        source = (target / path).parent.joinpath(leads_to).resolve()
        if source.is_relative_to(target.resolve()) and source.is_file():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / path)


def _leave_unrun(path: Path) -> None:
    config = yaml.safe_load(path.read_text(encoding="utf-8-sig")) or {}
    execute = {**(config.get("execute") or {}), "execute_notebooks": "off"}
    changed = {**config, "execute": execute}
    path.write_text(yaml.safe_dump(changed, allow_unicode=True, sort_keys=False), encoding="utf-8")


def build(copied: Copy) -> None:
    """Make both editions of a copy, without running a cell; what goes wrong is what `check` says."""
    _thesis(copied, "build", "--quiet")


def check(copied: Copy) -> list[dict[str, Any]] | None:
    """What `thesis check` says of a copy, as its JSON has it, stand-ins left out; None where it cannot be checked."""
    told = _thesis(copied, "check", "--format", "json")
    if not told.stdout.startswith("{"):
        print(told.stdout, told.stderr, file=sys.stderr)
        return None
    said = json.loads(told.stdout)["diagnostics"]
    return [one for one in said if one["path"] not in copied.stand_ins]


def _thesis(copied: Copy, *command: str) -> subprocess.CompletedProcess[str]:
    start = [sys.executable, "-c", "from book.cli import main; main()", "-C", str(copied.folder)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    return subprocess.run([*start, *command], capture_output=True, text=True, check=False, env=environment)
