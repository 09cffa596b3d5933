"""What a run depends on, and why it is stale."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from book.sources.chapters import Cell

    Told = Callable[[str, str, str], str]
    """What has changed in a file, in words, by its path and its digests before and now."""

VERSION = 2
"""Raised when the same inputs would give other outputs than before, for instance when they are normalised otherwise."""
EXECUTION_TAGS = ("raises-exception", "skip-execution")
"""The tags that change what a cell does; all others change only how it is shown."""
MISSING = "missing"
"""Stands for the digest of a file that is not there."""
MOST_NAMED = 3
"""Names of a listing that a reason spells out."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Everything a run depends on, by content."""

    cells: tuple[str, ...]
    """Digest of each code cell and of its tags that matter."""
    kernel: str
    """Name of the kernel."""
    folder: str
    """Folder that the cells run in, relative to the thesis."""
    settings: Mapping[str, str]
    """Settings that change what cells do."""
    files: Mapping[str, str]
    """Digests of what was read, by path: from the thesis where it lies there, `missing` where a declared input is not there."""
    versions: Mapping[str, str]
    """Versions of Python and of the distributions that the run imported."""
    probes: Mapping[str, str] = field(default_factory=dict)
    """Paths that the run asked for without reading them, and what was there: `file`, `folder`, `missing`."""
    listings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names that the run found in a folder (`data/`) or by a pattern (`data/*.csv`)."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Digests of the environment variables that cells and local modules asked for; empty where one was not set."""
    programs: Mapping[str, str] = field(default_factory=dict)
    """Digests of the programs of the system that cells and local modules started."""
    traced: bool = False
    """Whether the run was watched; if not, it depends on every file that it may have read."""
    wide: bool = True
    """Whether it may have read, unseen, any local module and any data file."""

    @property
    def key(self) -> str:
        """One digest for all of it."""
        text = json.dumps([VERSION, self.as_json()], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:40]

    def as_json(self) -> dict[str, Any]:
        """As the store writes it."""
        return {
            "cells": list(self.cells),
            "kernel": self.kernel,
            "folder": self.folder,
            "settings": dict(self.settings),
            "files": dict(self.files),
            "versions": dict(self.versions),
            "probes": dict(self.probes),
            "listings": {name: list(found) for name, found in self.listings.items()},
            "variables": dict(self.variables),
            "programs": dict(self.programs),
            "traced": self.traced,
            "wide": self.wide,
        }

    def differences(self, before: Fingerprint, told: Told | None = None) -> tuple[str, ...]:
        """What has changed since `before`, in an author's words."""
        return tuple(_changes(self, before, told or (lambda path, _before, _now: f"{path} changed")))

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Fingerprint:
        """As the store reads it; raises KeyError or TypeError where something is missing."""
        given = {one.name: value[one.name] for one in fields(cls)}
        listings = {name: tuple(found) for name, found in given["listings"].items()}
        return cls(**{**given, "cells": tuple(given["cells"]), "listings": listings})


def cell_digest(cell: Cell) -> str:
    """Digest of what a cell does: its code, without the blank lines around it, and the tags that matter."""
    tags = sorted(tag for tag in cell.tags if tag in EXECUTION_TAGS)
    return hashlib.sha256(json.dumps([cell.code.strip("\n"), tags]).encode()).hexdigest()[:32]


def reasons(now: Fingerprint, before: Fingerprint | None, told: Told | None = None) -> tuple[str, ...]:
    """Why a run that depended on `before` does not stand for `now`, in an author's words; empty where it does."""
    if before is None:
        return ("never run",)
    if now.key == before.key:
        return ()
    return now.differences(before, told) or ("the build system keeps runs in a new way",)


def _changes(now: Fingerprint, before: Fingerprint, told: Told) -> Iterator[str]:
    yield from _cells(now.cells, before.cells)
    if now.kernel != before.kernel:
        yield f"kernel {before.kernel} -> {now.kernel}"
    if now.folder != before.folder:
        yield f"moved from {before.folder} to {now.folder}"
    for name in _moved(now.settings, before.settings):
        yield f"setting {name}: {before.settings.get(name, 'not set')} -> {now.settings.get(name, 'not set')}"
    yield from _files({**now.probes, **now.files}, {**before.probes, **before.files}, told)
    for name in _moved(now.listings, before.listings):
        yield _listing(name, now.listings.get(name, ()), before.listings.get(name, ()))
    for name in _moved(now.variables, before.variables):
        yield _variable(name, now.variables.get(name, ""), before.variables.get(name, ""))
    for name in _moved(now.programs, before.programs):
        yield f"program {name} {'is gone' if now.programs.get(name) == MISSING else 'changed'}"
    for name in _moved(now.versions, before.versions):
        yield _version(name, now.versions.get(name), before.versions.get(name))


def _moved(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in {*now, *before} if now.get(name) != before.get(name))


def _cells(now: tuple[str, ...], before: tuple[str, ...]) -> Iterator[str]:
    if now == before:
        return
    changed = [number for number, (one, other) in enumerate(zip(now, before, strict=False), 1) if one != other]
    if len(now) == len(before) and len(changed) == 1:
        yield f"code of cell {changed[0]} changed"
    elif len(now) == len(before):
        yield f"code of {len(changed)} cells changed"
    else:
        yield f"code changed ({len(before)} -> {len(now)} cells)"


def _files(now: Mapping[str, str], before: Mapping[str, str], told: Told) -> Iterator[str]:
    for path in _moved(now, before):
        one, other = now.get(path, MISSING), before.get(path, MISSING)
        if one == MISSING:
            yield f"{path} is gone"
        elif other == MISSING:
            yield f"{path} is new"
        elif one in ("file", "folder"):
            yield f"{path} is a {one} now"
        else:
            yield told(path, other, one)


def _listing(name: str, now: tuple[str, ...], before: tuple[str, ...]) -> str:
    new, gone = sorted(set(now) - set(before)), sorted(set(before) - set(now))
    said = [f"{_some(names)} {'is' if len(names) == 1 else 'are'} {what}" for names, what in ((new, "new"), (gone, "gone")) if names]
    return f"{name}: {', '.join(said)}"


def _some(names: list[str]) -> str:
    rest = len(names) - MOST_NAMED
    return ", ".join(names) if rest <= 0 else f"{', '.join(names[:MOST_NAMED])} and {rest} more"


def _variable(name: str, now: str, before: str) -> str:
    if not before:
        return f"environment variable '{name}' is set now"
    return f"environment variable '{name}' {'changed' if now else 'is not set any more'}"


def _version(name: str, now: str | None, before: str | None) -> str:
    if before is None:
        return f"{name} {now} is new"
    if now is None:
        return f"{name} {before} is not used any more"
    return f"{name} {before} -> {now}"
