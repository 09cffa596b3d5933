"""Versions of what code imports, found fast: the answer is kept until something is installed or removed."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from book.execution.imports import imported
from book.project import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

VERSION = 1
"""Format of the file; another version is an empty one."""


class Distributions:
    """A table from modules to the distributions that hold them, and from source files to what they import."""

    def __init__(self, path: Path) -> None:
        """Read the table at `path`, unless the environment has changed since it was written."""
        self._path = path
        self._environment = _environment()
        self._changed = False
        stored = read_json(path)
        good = isinstance(stored, dict) and stored.get("version") == VERSION
        fresh = good and stored.get("environment") == self._environment
        self._versions: dict[str, dict[str, str]] = _mapping(stored, "versions") if fresh else {}
        self._imports: dict[str, list[str]] = _mapping(stored, "imports") if good else {}
        self._asked: dict[str, list[str]] = {}

    def imports_of(self, path: Path, digest: str | None) -> frozenset[str]:
        """What a Python file with this digest imports; its text is parsed once."""
        if path.suffix != ".py" or digest is None:
            return frozenset()
        known = self._imports.get(digest)
        if known is None:
            try:
                known = sorted(imported(path.read_text(encoding="utf-8")))
            except (OSError, UnicodeDecodeError):
                known = []
            self._changed = True
        self._asked[digest] = known
        return frozenset(known)

    def versions(self, modules: Iterable[str]) -> dict[str, str]:
        """Versions of Python and of the installed distributions that hold these modules."""
        found = {"python": platform.python_version()}
        for module in sorted(set(modules) - sys.stdlib_module_names):
            if module not in self._versions:
                self._versions[module] = _look_up(module)
                self._changed = True
            found.update(self._versions[module])
        return found

    def save(self) -> None:
        """Keep the table; a disk that cannot take it costs time at the next build and nothing else."""
        if not self._changed and self._asked.keys() == self._imports.keys():
            return
        value = {
            "version": VERSION,
            "environment": self._environment,
            "versions": self._versions,
            "imports": self._asked,
        }
        try:
            write_json(self._path, value)
        except OSError:
            return
        self._changed = False


def _mapping(stored: dict[str, Any], name: str) -> dict[str, Any]:
    found = stored.get(name)
    return found if isinstance(found, dict) else {}


def _environment() -> str:
    """A digest of the names, hence versions, of all that is installed."""
    found = [sys.version, sys.prefix]
    for folder in sys.path:
        with suppress(OSError), os.scandir(folder or ".") as entries:
            found += sorted(entry.name for entry in entries if entry.name.endswith((".dist-info", ".egg-info")))
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def _look_up(module: str) -> dict[str, str]:
    """The distribution named like a module, or all that say they hold it; none where it is not installed."""
    from importlib import metadata

    try:
        return {module: metadata.version(module)}
    except (metadata.PackageNotFoundError, ValueError):
        names = metadata.packages_distributions().get(module, [])
    return {name: metadata.version(name) for name in sorted(set(names))}
