"""What a run that has just ended depended on, and whether that stood still meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from book.execution.fingerprint import MISSING
from book.execution.names import path_of
from book.execution.outside import outside
from book.execution.trace import read_trace
from book.execution.warm.libraries import worth

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from book.execution.fingerprint import Fingerprint
    from book.execution.present import Present
    from book.execution.trace import Trace
    from book.sources.chapters import Chapter


@dataclass(frozen=True, slots=True)
class Ending:
    """A run's end."""

    fingerprint: Fingerprint
    """What it depended on, as it is now."""
    changed: Mapping[str, str]
    """What changed while it ran, in words, by path; such a run is not kept."""
    writes: Mapping[str, str]
    """Digests of the files that it wrote."""
    cells: Mapping[str, int] = field(default_factory=dict)
    """The cell, by its execution count, that wrote each of them last."""
    modules: tuple[str, ...] = ()
    """Modules that are worth importing ahead for the next run."""


def ending(chapter: Chapter, given: Mapping[str, Any] | None, before: Fingerprint, now: Present) -> Ending:
    """Take a run's trace; `before` is what a run that nobody watches would have depended on when this one began."""
    trace = read_trace(given, now.root)
    after = now.unwatched(chapter) if trace is None or trace.wide else before
    widely = {path: f"{path} changed" for path in _moved(after.files, before.files)}
    if trace is None:
        rest = after.differences(before)
        return Ending(after, {said.rpartition(" ")[0]: said for said in rest}, {})
    doubtful = _unsteady(trace, now)
    found = now.of(chapter, trace)
    changed = {
        name: f"{name} was another file on the worker" if trace.away and outside([name]) else f"{name} changed"
        for name, digest in doubtful.items()
        if digest is None or digest != now.file(name)
    }
    if trace.away:
        other = [name for name, found in sorted(trace.variables.items()) if found != now.variable(name)]
        changed |= {name: f"environment variable '{name}' had another value on the worker" for name in other}
    written = {
        name: digest
        for name in sorted(trace.writes)
        if (digest := now.file(name)) != MISSING and not name.startswith("/")
    }
    return Ending(found, {**widely, **changed}, written, {name: trace.writes[name] for name in written}, worth(trace.modules))


def _moved(after: Mapping[str, str], before: Mapping[str, str]) -> list[str]:
    return sorted(path for path in {*after, *before} if after.get(path) != before.get(path))


def _unsteady(trace: Trace, now: Present) -> dict[str, str | None]:
    """Files that do not look as they did when they were read, with their digest then where it is known."""
    found: dict[str, str | None] = {}
    for name, seen in sorted(trace.reads.items()):
        path = path_of(name, now.root)
        if seen is not None and (name in trace.moved or _looks(path) != seen):
            found[name] = trace.digests.get(name) or now.store.digests.was(path, seen)
    return found


def _looks(path: Path) -> list[int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
