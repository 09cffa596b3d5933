"""Whether what the next build may reuse is as the last one left it: whatever is not is made anew."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from book.errors import ThesisError
from book.project import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from book.project import Project

VERSION = 1
"""Format of the seal; another version is no seal at all."""
SEAL = "seal.json"
OPEN = frozenset({SEAL, "lock", "runs", "state.json", "checked.json", "ipython"})
"""What proves itself when it is read, or is written anew by each build."""


@contextmanager
def sealed(project: Project) -> Iterator[None]:
    """Use the cache: drop what was damaged since the last build, or may be half written because that one was killed.

    A build that stops with a ThesisError has left everything whole; one that ends in any other way leaves no seal.
    """
    _drop_broken(project.cache)
    try:
        yield
    except ThesisError:
        _seal(project.cache)
        raise
    _seal(project.cache)


def _drop_broken(cache: Path) -> None:
    seal = read_json(cache / SEAL)
    known = seal["files"] if isinstance(seal, dict) and seal.get("version") == VERSION else {}
    now = _files(cache)
    names = [entry.name for entry in os.scandir(cache) if entry.name not in OPEN and not entry.name.startswith(".")]
    for name in names:
        if name not in known or known[name] != now.get(name, {}):
            _drop(cache / name)
    (cache / SEAL).unlink(missing_ok=True)


def _drop(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _seal(cache: Path) -> None:
    write_json(cache / SEAL, {"version": VERSION, "files": _files(cache)}, indent=None)


def _files(cache: Path) -> dict[str, dict[str, list[int]]]:
    """Size and time of every file, under the name in the cache that it goes with."""
    found: dict[str, dict[str, list[int]]] = {}
    for entry in os.scandir(cache):
        if entry.name not in OPEN and not entry.name.startswith("."):
            paths = _below(entry) if entry.is_dir(follow_symlinks=False) else [entry]
            found[entry.name] = {path.path.removeprefix(f"{cache}{os.sep}"): _stat(path) for path in paths}
    return found


def _below(folder: os.DirEntry[str]) -> Iterator[os.DirEntry[str]]:
    for entry in os.scandir(folder.path):
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry)
        else:
            yield entry


def _stat(entry: os.DirEntry[str]) -> list[int]:
    stat = entry.stat(follow_symlinks=False)
    return [stat.st_size, stat.st_mtime_ns]
