"""The runs that are there, for commands that run no cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.execution.inputs import fingerprints
from book.execution.runs import Run, Runs
from book.execution.settings import settings_of
from book.execution.staleness import reasons_for
from book.execution.store import Store
from book.execution.stored import stored_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from book.config import Config
    from book.execution.fingerprint import Fingerprint
    from book.project import Project
    from book.sources.chapters import Chapter


def last_runs(chapters: Sequence[Chapter], project: Project, config: Config) -> Runs:
    """The run of every chapter that has cells: the one that stands, or its last one and a diagnostic that says why."""
    store = Store(project)
    with_cells = [chapter for chapter in chapters if chapter.cells]
    kept = {chapter.docname: stored_run(chapter) for chapter in with_cells if settings_of(chapter, config).stored}
    live = [chapter for chapter in with_cells if chapter.docname not in kept]
    prints = fingerprints(live, project, config, store)
    found: dict[str, Run] = {}
    remarks: list[Diagnostic] = []
    for chapter in live:
        run = store.get(chapter.docname, prints[chapter.docname].key)
        if not run:
            remarks.append(_stale(chapter, prints[chapter.docname], store))
            run = _latest(chapter, store)
        found[chapter.docname] = run
    store.close()
    ordered = {chapter.docname: {**kept, **found}[chapter.docname] for chapter in with_cells}
    return Runs(ordered, tuple(remarks))


def _latest(chapter: Chapter, store: Store) -> Run:
    head = store.latest(chapter.docname)
    run = store.get(chapter.docname, head.fingerprint.key) if head else None
    return run or Run(chapter.docname, "never", tuple(() for _ in chapter.cells), tuple(None for _ in chapter.cells))


def _stale(chapter: Chapter, now: Fingerprint, store: Store) -> Diagnostic:
    said = "; ".join(reasons_for(chapter.docname, now, store))
    return Diagnostic(
        "stale-run",
        f"its results are not those of its cells and data: {said}",
        "error",
        chapter.path,
        hint="run 'thesis build'",
    )
