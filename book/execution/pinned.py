"""Runs that an author has accepted and keeps with the thesis: chapters that take hours are built from them without a kernel."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.execution.fingerprint import MISSING, cell_digest, reasons
from book.execution.names import PINNED, RUN_END
from book.execution.products import bring_back, kept_names, read_by_others
from book.execution.runfile import Head, head_in, run_in, written
from book.project import write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from book.config import Config
    from book.execution.present import Present
    from book.execution.runs import Run
    from book.project import Project
    from book.sources.chapters import Chapter

VERSION = 1
"""Of the line that stands before a run and holds its digest."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """An accepted run."""

    run: Run
    """What it gave, each output at the cell that it came from."""
    head: Head
    """What it depended on."""


def is_pinned(chapter: Chapter, config: Config) -> bool:
    """Whether a chapter is named as one whose accepted run stands, with or without its ending."""
    return any(name in (chapter.docname, chapter.path) for name in config.thesis.execution.pinned)


def path_of(docname: str) -> str:
    """Where a chapter's accepted run lies, from the thesis."""
    return f"{PINNED}/{docname}{RUN_END}"


def pinned_runs(chapters: Sequence[Chapter], project: Project, config: Config) -> dict[str, Pinned]:
    """The accepted run of every chapter that is pinned and has one, by docname."""
    found = ((one, read_pinned(one, project)) for one in chapters if is_pinned(one, config))
    return {chapter.docname: one for chapter, one in found if one}


def read_pinned(chapter: Chapter, project: Project) -> Pinned | None:
    """A chapter's accepted run; None where there is none, or where it is not what was written."""
    content = _content(project.root / path_of(chapter.docname))
    run = run_in(content, chapter.docname)
    head = head_in(content.partition(b"\n")[0], 0.0)
    if run is None or head is None:
        return None
    key = f"pinned-{hashlib.sha256(content).hexdigest()[:40]}"  # another run of the same inputs is another one
    return Pinned(replace(_placed(run, head, chapter), key=key), head)


def heads(project: Project, config: Config) -> dict[str, Head]:
    """What the accepted runs of pinned chapters depended on, by docname."""
    names = {name.removesuffix(".md").removesuffix(".ipynb") for name in config.thesis.execution.pinned}
    found = ((name, head_in(_content(project.root / path_of(name)).partition(b"\n")[0], 0.0)) for name in sorted(names))
    return {name: head for name, head in found if head}


def pin(run: Run, head: Head, project: Project) -> str:
    """Write an accepted run into the thesis; where it lies now. One that gave the same from the same stays as it is."""
    name, content = path_of(run.docname), written(run, head.fingerprint, head.writes, head.cells, head.modules)
    before = run_in(_content(project.root / name), run.docname, run.key)
    if before and replace(before, seconds=run.seconds) == run:
        return name
    seal = json.dumps({"version": VERSION, "sha256": hashlib.sha256(content).hexdigest()}).encode() + b"\n"
    write(project.root / name, gzip.compress(seal + content, mtime=0))
    return name


def moved(chapter: Chapter, head: Head, now: Present) -> tuple[str, ...]:
    """What an accepted run depended on and is not as it was, in an author's words."""
    wanted = read_by_others(chapter.docname, head, now) | kept_names(chapter.docname, head, now.root)
    return (
        *reasons(now.again(chapter, head), head.fingerprint, now.store.contents.told),
        *(_lost(name, now) for name in sorted(wanted) if now.file(name) != head.writes[name]),
    )


def bring_back_files(found: Mapping[str, Pinned], project: Project) -> None:
    """Write what accepted runs wrote for others where it is missing; what is there stays, whoever altered it."""
    for docname, one in found.items():
        bring_back(docname, one.head, project)


def _lost(name: str, now: Present) -> str:
    """A file that others read is not as an accepted run left it."""
    return f"{name}, which it writes for others, {'is gone' if now.kind(name) == MISSING else 'was altered'}"


def remarks(chapters: Sequence[Chapter], found: dict[str, Pinned], now: Present) -> Iterator[Diagnostic]:
    """What is to be said of pinned chapters: whose inputs have moved, and which have no accepted run."""
    known = {name for chapter in chapters for name in (chapter.docname, chapter.path)}
    for number, name in enumerate(now.config.thesis.execution.pinned):
        if name not in known:
            yield _unknown(name, number, now.config)
    for chapter in chapters:
        if not is_pinned(chapter, now.config):
            continue
        one = found.get(chapter.docname)
        if one is None:
            yield _missing(chapter, now.project)
        elif said := moved(chapter, one.head, now):
            hint = (
                f"run 'thesis build --pinned', look at what has changed, then 'thesis accept --run {chapter.docname}'"
            )
            message = f"its accepted run is not that of today's cells and data: {'; '.join(said)}"
            yield Diagnostic("pinned-run-stale", message, "warning", chapter.path, hint=hint)


def _missing(chapter: Chapter, project: Project) -> Diagnostic:
    name = path_of(chapter.docname)
    there = (project.root / name).exists()
    message = f"its accepted run '{name}' is damaged" if there else "it is pinned, and no run of it has been accepted"
    hint = f"bring the file back, or accept a run: 'thesis build', then 'thesis accept --run {chapter.docname}'"
    return Diagnostic("pinned-run-missing", message, "warning", chapter.path, hint=hint)


def _unknown(name: str, number: int, config: Config) -> Diagnostic:
    line, column = config.yaml.place("thesis", "execution", "pinned", str(number))
    message = f"'thesis.execution.pinned' names '{name}', which is no chapter with cells"
    return Diagnostic("unknown-chapter", message, "warning", config.yaml.path, line, column, "name it as _toc.yml does")


def _content(path: Path) -> bytes:
    """The lines of a run, unpacked; none unless they have the digest that stands before them."""
    try:
        seal, _, content = gzip.decompress(path.read_bytes()).partition(b"\n")
        known = json.loads(seal)
        good = known["version"] == VERSION and known["sha256"] == hashlib.sha256(content).hexdigest()
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
        return b""
    return content if good else b""


def _placed(run: Run, head: Head, chapter: Chapter) -> Run:
    """The run with each output at its cell as it stands now; a new cell has none."""
    now, before = tuple(cell_digest(cell) for cell in chapter.cells), head.fingerprint.cells
    if now == before:
        return run
    outputs: list[tuple[dict[str, object], ...]] = [()] * len(now)
    counts: list[int | None] = [None] * len(now)
    for _, start, end, first, last in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        for old, new in zip(range(start, end), range(first, last), strict=False):
            outputs[new], counts[new] = run.outputs[old], run.counts[old]
    return replace(run, outputs=tuple(outputs), counts=tuple(counts))
