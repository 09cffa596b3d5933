"""Digests of files, taken anew only where a file's size, times or inode have changed."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from book.project import digest, read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

VERSION = 1
"""Format of the file; another version is an empty one."""
RACY_NS = 2_000_000_000
"""A file changed less than this before it was read may change again without its times showing it."""
FORGET_AFTER = 20_000
"""Entries beyond this number that were not asked for in this call are dropped."""


class Digests:
    """A table from a file's path and stat to its digest, kept between builds."""

    def __init__(self, path: Path, root: Path) -> None:
        """Read the table at `path`; paths in it are relative to `root`, so that a thesis can move."""
        self._path = path
        self._root = root
        self._changed = False
        self._asked: set[str] = set()
        stored = read_json(path)
        good = isinstance(stored, dict) and stored.get("version") == VERSION and isinstance(stored.get("files"), dict)
        self._known: dict[str, Sequence[object]] = stored["files"] if good else {}

    def of(self, path: Path) -> str | None:
        """SHA-256 of a file's content; None where it cannot be read."""
        name = os.path.relpath(path, self._root)
        self._asked.add(name)
        try:
            before = _stat(path)
            known = self._known.get(name)
            if isinstance(known, list) and known[:-1] == before:
                return str(known[-1])
            found = digest(path)
            settled = _stat(path) == before and time.time_ns() - max(before[1], before[2]) > RACY_NS
        except OSError:
            self._changed |= self._known.pop(name, None) is not None
            return None
        if settled:
            self._known[name] = [*before, found]
        else:
            self._known.pop(name, None)
        self._changed = True
        return found

    def was(self, path: Path, stat: Sequence[int]) -> str | None:
        """What a file's digest was when its stat was this one, if that was asked for then."""
        known = self._known.get(os.path.relpath(path, self._root))
        return str(known[-1]) if isinstance(known, list) and known[:-1] == list(stat) else None

    def save(self) -> None:
        """Keep the table; a disk that cannot take it costs time at the next build and nothing else."""
        if not self._changed:
            return
        if len(self._known) > FORGET_AFTER:
            self._known = {name: known for name, known in self._known.items() if name in self._asked}
        try:
            write_json(self._path, {"version": VERSION, "files": self._known})
        except OSError:
            return
        self._changed = False


def _stat(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
