"""Versions of what code imports, found fast: the answer is kept until something is installed or removed."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import sys
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from book.execution.imports import imported
from book.project import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

VERSION = 1
"""Format of the file; another version is an empty one."""
ABSENT = "not installed"
"""Stands for the version of what code imports where it can, and could not."""


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
        self._needs: dict[str, list[str]] = _mapping(stored, "needs") if fresh else {}
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

    def installed(self, names: Mapping[str, str]) -> dict[str, str]:
        """Versions of these distributions; one that is not installed any more has none, one that never was is so still."""
        found: dict[str, str] = {}
        for name in names:
            if name == "python":
                found[name] = platform.python_version()
                continue
            version = self.versions([name]).get(name) or self._named(name)
            if version or names[name] == ABSENT:
                found[name] = version or ABSENT
        return found

    def needs(self, names: Iterable[str]) -> frozenset[str]:
        """These distributions and whatever they say that they need, extras aside; by canonical name."""
        found: set[str] = set()
        waiting = [canonical(name) for name in names]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                if name not in self._needs:
                    self._needs[name] = _needs(name)
                    self._changed = True
                waiting += self._needs[name]
        return frozenset(found)

    def _named(self, name: str) -> str | None:
        """The version of a distribution whose modules have other names."""
        key = f"={name}"
        if key not in self._versions:
            self._versions[key] = _version(name)
            self._changed = True
        return self._versions[key].get(name)

    def save(self) -> None:
        """Keep the table; a disk that cannot take it costs time at the next build and nothing else."""
        if not self._changed and self._asked.keys() == self._imports.keys():
            return
        value = {
            "version": VERSION,
            "environment": self._environment,
            "versions": self._versions,
            "imports": self._asked,
            "needs": self._needs,
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


def canonical(name: str) -> str:
    """A distribution's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _look_up(module: str) -> dict[str, str]:
    """The distribution named like a module, or all that say they hold it; none where it is not installed."""
    from importlib import metadata

    return _version(module) or {name: metadata.version(name) for name in sorted(set(_holders().get(module, [])))}


def _version(name: str) -> dict[str, str]:
    from importlib import metadata

    try:
        return {name: metadata.version(name)}
    except (metadata.PackageNotFoundError, ValueError):
        return {}


@cache
def _holders() -> Mapping[str, list[str]]:
    """Distributions that hold a module, by its name; asking takes a moment."""
    from importlib import metadata

    return metadata.packages_distributions()


def _needs(name: str) -> list[str]:
    """Names of what a distribution asks for, canonical; extras left out."""
    from importlib import metadata

    try:
        asked = metadata.requires(name) or []
    except (metadata.PackageNotFoundError, ValueError):
        return []
    names = (re.match(r"[A-Za-z0-9._-]+", one) for one in asked if "extra ==" not in one)
    return sorted({canonical(found[0]) for found in names if found})
