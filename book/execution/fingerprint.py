"""What a run depends on, and why it is stale."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from book.sources.chapters import Cell

VERSION = 1
"""Raised when the same inputs would give other outputs than before, for instance when they are normalised otherwise."""
EXECUTION_TAGS = ("raises-exception", "skip-execution")
"""The tags that change what a cell does; all others change only how it is shown."""


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
    """Digests of local modules and of data, by path; `missing` where a declared input is not there."""
    versions: Mapping[str, str]
    """Versions of Python and of the distributions that the code imports."""

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
        }

    def differences(self, before: Fingerprint) -> tuple[str, ...]:
        """What has changed since `before`, in an author's words."""
        return tuple(_changes(self, before))

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Fingerprint:
        """As the store reads it; raises KeyError or TypeError where something is missing."""
        return cls(
            cells=tuple(value["cells"]),
            kernel=value["kernel"],
            folder=value["folder"],
            settings=dict(value["settings"]),
            files=dict(value["files"]),
            versions=dict(value["versions"]),
        )


def cell_digest(cell: Cell) -> str:
    """Digest of what a cell does: its code, without the blank lines around it, and the tags that matter."""
    tags = sorted(tag for tag in cell.tags if tag in EXECUTION_TAGS)
    return hashlib.sha256(json.dumps([cell.code.strip("\n"), tags]).encode()).hexdigest()[:32]


def reasons(now: Fingerprint, before: Fingerprint | None) -> tuple[str, ...]:
    """Why a run that depended on `before` does not stand for `now`, in an author's words; empty where it does."""
    if before is None:
        return ("never run",)
    if now.key == before.key:
        return ()
    return now.differences(before) or ("the build system keeps runs in a new way",)


def _changes(now: Fingerprint, before: Fingerprint) -> Iterator[str]:
    yield from _cells(now.cells, before.cells)
    if now.kernel != before.kernel:
        yield f"kernel {before.kernel} -> {now.kernel}"
    if now.folder != before.folder:
        yield f"moved from {before.folder} to {now.folder}"
    for name in sorted({*now.settings, *before.settings}):
        if now.settings.get(name) != before.settings.get(name):
            yield f"setting {name}: {before.settings.get(name, 'not set')} -> {now.settings.get(name, 'not set')}"
    yield from _files(now.files, before.files)
    for name in sorted({*now.versions, *before.versions}):
        if now.versions.get(name) != before.versions.get(name):
            yield _version(name, now.versions.get(name), before.versions.get(name))


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


def _files(now: Mapping[str, str], before: Mapping[str, str]) -> Iterator[str]:
    for path in sorted({*now, *before}):
        one, other = now.get(path), before.get(path)
        if one == other:
            continue
        if one is None or one == "missing":
            yield f"{path} is gone"
        elif other is None or other == "missing":
            yield f"{path} is new"
        else:
            yield f"{path} changed"


def _version(name: str, now: str | None, before: str | None) -> str:
    if before is None:
        return f"{name} {now} is new"
    if now is None:
        return f"{name} {before} is not used any more"
    return f"{name} {before} -> {now}"
