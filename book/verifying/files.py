"""Files that the cells of two runs have written, set side by side."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.execution.store import Store
from book.verifying.causes import BYTES, UNKNOWN, cause_of
from book.verifying.contrast import contrast
from book.verifying.copying import SKIPPED
from book.verifying.differences import apart

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from book.execution.runs import Runs
    from book.project import Project
    from book.sources.chapters import Cell, Chapter
    from book.verifying.code import Code
    from book.verifying.differences import Places

Looks = dict[str, tuple[int, int, int]]
"""Size, time of state and inode of every file of a copy, by path from its root."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Who wrote a file."""

    docname: str
    """The chapter."""
    cell: int
    """Its code cell, counted from 0; -1 where nobody knows."""


@dataclass(frozen=True, slots=True)
class Written:
    """What one run has written."""

    root: Path
    """Where it lies."""
    names: frozenset[str]
    """Files that it made, changed or deleted, from the root."""
    makers: Mapping[str, Maker] = field(default_factory=dict)
    """Who wrote each of them, as far as that was seen."""


def looks(root: Path) -> Looks:
    """How every file of a copy looks; what is hidden, caches of Python and `_build` are nobody's results."""
    found: Looks = {}
    waiting = [root]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name in SKIPPED:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif entry.is_file():
                    seen = entry.stat()
                    name = Path(entry.path).relative_to(root).as_posix()
                    found[name] = (seen.st_size, seen.st_ctime_ns, seen.st_ino)
    return found


def written_since(before: Looks, copy: Project, runs: Runs) -> Written:
    """The files of a copy that look otherwise than before its cells ran."""
    after = looks(copy.root)
    names = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    return Written(copy.root, frozenset(names), dict(_makers(copy, runs)))


def _makers(copy: Project, runs: Runs) -> Iterator[tuple[str, Maker]]:
    store = Store(copy)
    for docname, run in runs.items():
        head = next((one for one in store.heads(docname) if one.fingerprint.key == run.key), None)
        for name in head.writes if head else ():
            count = head.cells.get(name, 0) if head else 0
            yield name, Maker(docname, run.counts.index(count) if count and count in run.counts else -1)


def set_aside(written: Written, folder: Path) -> Written:
    """Move what a run has written out of a copy that is about to go."""
    for name in written.names:
        if (written.root / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (written.root / name).replace(folder / name)
    return Written(folder, written.names, written.makers)


def file_differences(
    chapters: Sequence[Chapter],
    written: tuple[Written, Written],
    original: Path,
    code: Mapping[str, Code],
    places: Places,
) -> list[Diagnostic]:
    """A remark for every file that is not the same after both runs; where one of them left it alone, it is the author's own.

    `chapters` are those whose cells came to their end both times: what others wrote is not asked.
    """
    known = {chapter.docname: chapter for chapter in chapters}
    makers = {**written[1].makers, **written[0].makers}
    found = []
    for name in sorted(written[0].names | written[1].names):
        one, other = (_path(name, run, original) for run in written)
        difference, maker = contrast(name, one, other), makers.get(name)
        if difference is None or (maker and maker.docname not in known):
            continue
        chapter = known[maker.docname] if maker else None
        cell = chapter.cells[maker.cell] if chapter and maker and maker.cell >= 0 else None
        behind = code[chapter.docname].until(cell.index if cell else -1) if chapter else ""
        cause = difference.cause or cause_of(difference.texts, "", behind, places)
        cause = BYTES if cause is UNKNOWN and not any(difference.texts) else cause
        found.append(_remark(name, chapter, cell, difference.said, difference.texts, cause.what, cause.hint))
    return found


def _path(name: str, run: Written, original: Path) -> Path | None:
    path = run.root / name if name in run.names else original / name
    return path if path.is_file() else None


def _remark(
    name: str, chapter: Chapter | None, cell: Cell | None, said: str, texts: tuple[str, str], what: str, hint: str
) -> Diagnostic:  # fmt: skip
    """Say which file differs, by how much, with both values where it has words, and what that probably comes from."""
    shown = ", then ".join(f"'{text}'" for text in apart(*texts)) if any(texts) else ""
    why = f" ({what})" if what else ""
    by = f" (code cell {cell.index + 1})" if cell else ""
    message = f"file '{name}'{by} is not the same when its cells run again: {said}{f': {shown}' if shown else ''}{why}"
    if chapter is None:
        return Diagnostic("not-reproducible", message, "error", name, hint=hint)
    place = cell or chapter.cells[0]
    line, number = (1, place.line) if chapter.format == "notebook" else (place.line, 0)
    return Diagnostic("not-reproducible", message, "error", chapter.path, line, hint=hint, cell=number)
