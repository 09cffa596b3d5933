"""What small text inputs held when a run read them, kept to say how much of one has changed."""

from __future__ import annotations

import time
import zlib
from collections import Counter
from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from book.execution.names import path_of
from book.project import digest, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TABLES = frozenset({".csv", ".tsv", ".tab"})
"""Endings of files whose lines are rows."""
TEXTS = TABLES | {
    ".py",
    ".r",
    ".jl",
    ".txt",
    ".json",
    ".jsonl",
    ".geojson",
    ".yml",
    ".yaml",
    ".toml",
    ".xml",
    ".md",
    ".dat",
    ".mplstyle",
    ".sql",
}
"""Endings of files that are kept."""
MOST_BYTES = 2_000_000
"""A longer file is not kept."""


class Contents:
    """A folder of compressed texts, each under the digest of what it holds."""

    def __init__(self, folder: Path, root: Path) -> None:
        """Nothing is created before the first text is kept."""
        self._folder, self._root = folder, root

    def keep(self, files: Mapping[str, str]) -> None:
        """Keep what these files hold, as far as they still have these digests; a full disk costs words and nothing else."""
        for name, known in files.items():
            path, target = path_of(name, self._root), self._path(known)
            if PurePosixPath(name).suffix.lower() not in TEXTS or target.exists():
                continue
            with suppress(OSError):
                if path.stat().st_size <= MOST_BYTES and digest(path) == known:
                    write(target, zlib.compress(path.read_bytes(), 6))

    def drop(self, used: set[str], young: float) -> None:
        """Forget texts that no run depends on."""
        with suppress(OSError):
            for path in self._folder.glob("*.z"):
                if path.stem not in used and time.time() - path.stat().st_mtime > young:
                    path.unlink(missing_ok=True)

    def told(self, name: str, before: str, _now: str) -> str:
        """What has changed in a file, in words."""
        try:
            old = zlib.decompress(self._path(before).read_bytes()).splitlines()
            new = path_of(name, self._root).read_bytes().splitlines()
        except (OSError, zlib.error):
            return f"{name} changed"
        said = difference(name, old, new)
        return f"{name}: {said}" if said else f"{name} changed"

    def _path(self, known: str) -> Path:
        return self._folder / f"{known[:32]}.z"


def difference(name: str, old: list[bytes], new: list[bytes]) -> str:
    """How many lines of a text are other ones, or rows of a table; empty where that says nothing."""
    table = PurePosixPath(name).suffix.lower() in TABLES
    return _columns(old, new) if table and old[:1] != new[:1] else _lines(old, new, "row" if table else "line")


def _columns(old: list[bytes], new: list[bytes]) -> str:
    return f"columns changed, {len(old) - 1} -> {len(new) - 1} rows" if old and new else ""


def _lines(old: list[bytes], new: list[bytes], one: str) -> str:
    """How many lines are other ones now; order does not count."""
    before, now = Counter(old), Counter(new)
    gone, come = (before - now).total(), (now - before).total()
    changed = min(gone, come)
    said = [(changed, "changed"), (come - changed, "added"), (gone - changed, "removed")]
    words = [f"{count} {one if count == 1 else one + 's'} {what}" for count, what in said if count]
    if not words:
        return f"order of {one}s changed" if old != new else ""
    return ", ".join(words)
