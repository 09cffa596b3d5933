"""The runs that are there, for commands that run no cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.execution.outside import read_outside
from book.execution.pinned import pinned_runs, remarks
from book.execution.present import Present
from book.execution.runs import Run, Runs
from book.execution.settings import settings_of
from book.execution.staleness import survey
from book.execution.store import Store
from book.execution.stored import stored_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from book.config import Config
    from book.project import Project
    from book.sources.chapters import Chapter


def last_runs(chapters: Sequence[Chapter], project: Project, config: Config) -> Runs:
    """The run of every chapter that has cells: the one that stands, or its last one and a diagnostic that says why."""
    store = Store(project, config)
    with_cells = [chapter for chapter in chapters if chapter.cells]
    kept = {chapter.docname: stored_run(chapter) for chapter in with_cells if settings_of(chapter, config).stored}
    running = [chapter for chapter in with_cells if chapter.docname not in kept]
    accepted = pinned_runs(running, project, config)
    live = [chapter for chapter in running if chapter.docname not in accepted]
    now = Present(project, config, store)
    state = survey(live, now)
    found = {name: one.run for name, one in accepted.items()}
    said = list(remarks(running, accepted, now))
    for chapter in live:
        name = chapter.docname
        standing = state.standing.get(name)
        run = store.get(name, standing.fingerprint.key) if standing else None
        if not run:
            said.append(_stale(chapter, state.reasons.get(name, ("its run was damaged",))))
            run = _latest(chapter, store)
        found[name] = run
    store.close()
    ordered = {chapter.docname: {**kept, **found}[chapter.docname] for chapter in with_cells}
    heads = {**state.latest, **state.standing, **{name: one.head for name, one in accepted.items()}}
    return Runs(ordered, tuple(said), read_outside(running, heads))


def _latest(chapter: Chapter, store: Store) -> Run:
    head = store.latest(chapter.docname)
    run = store.get(chapter.docname, head.fingerprint.key) if head else None
    return run or Run(chapter.docname, "never", tuple(() for _ in chapter.cells), tuple(None for _ in chapter.cells))


def _stale(chapter: Chapter, reasons: Sequence[str]) -> Diagnostic:
    said = "; ".join(reasons)
    return Diagnostic(
        "stale-run",
        f"its results are not those of its cells and data: {said}",
        "error",
        chapter.path,
        hint="run 'thesis build'",
    )
