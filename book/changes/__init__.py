"""What has changed since a revision: results first, then the text that quotes them."""

from __future__ import annotations

import pickle
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from book.changes.compare import compare
from book.changes.numbers import numbered, numbers_of
from book.changes.printing import as_json, as_text
from book.changes.revision import find_revision, take_out
from book.changes.state import State, state_of
from book.project import Project, delete, environment, write

if TYPE_CHECKING:
    from pathlib import Path

    from book.changes.revision import Revision
    from book.execution.progress import Progress

VERSION = 3
"""Format of a kept state; another version is none."""
FOLDER = "revisions"
"""In the cache: what revisions said, so that each is computed once."""


def compare_with(project: Project, name: str, form: str, progress: Progress) -> str:
    """What has changed in a thesis since a revision, as text, JSON or an HTML page.

    Raises a ThesisError where the revision, or the work tree, cannot be read.
    """
    from book.sources.gather import read_thesis

    revision = find_revision(project, name)
    now = _as_it_stands(project)
    then = _at(project, revision, progress)
    changes = numbered(compare(then, now), then.numbers, now.numbers)
    if form == "json":
        return as_json(changes, revision)
    if form == "html":
        from book.changes.page import as_html

        config = read_thesis(project).config
        return as_html(changes, revision, config.title_page.title or config.title, config.language)
    return as_text(changes, revision)


def _as_it_stands(project: Project) -> State:
    """The work tree, with the last run of each chapter."""
    from book.execution.reuse import last_runs
    from book.sources.bibliography import read_bibliography
    from book.sources.gather import read_thesis

    sources = read_thesis(project)
    runs = last_runs(sources.chapters, project, sources.config)
    state = state_of(project, sources, runs, read_bibliography(project.root, sources.bibliographies))
    return replace(state, numbers=numbers_of(project, project, sources))


def _at(project: Project, revision: Revision, progress: Progress) -> State:
    """A revision: as it was kept, or taken out, run where it must be, and kept."""
    from book.freshness import installed

    path = project.cache / FOLDER / f"{revision.commit}.state"
    key = (VERSION, installed())
    kept = _kept(path)
    if kept is not None and kept[0] == key:
        return kept[1]
    folder = project.cache / FOLDER / revision.commit
    if folder.exists():
        delete(folder)
    try:
        take_out(project, revision, folder)
        state = _run(Project(folder), project, progress)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    write(path, pickle.dumps((key, state), pickle.HIGHEST_PROTOCOL))
    return state


def _run(taken: Project, project: Project, progress: Progress) -> State:
    """Run what the store of the work tree does not have; a cell that fails costs its own results alone."""
    from book.config import read_config
    from book.execution.execute import execute
    from book.execution.store import place_of
    from book.sources.bibliography import read_bibliography
    from book.sources.gather import read_thesis
    from book.sources.restricted import fetch_restricted

    sources = read_thesis(taken, draft=True)
    fetch_restricted(taken, sources.config)
    with environment(THESIS_STORE=str(place_of(project, read_config(project)))):
        runs = execute(sources.chapters, taken, sources.config, draft=True, progress=progress)
    state = state_of(taken, sources, runs, read_bibliography(taken.root, sources.bibliographies))
    return replace(state, numbers=numbers_of(project, taken, sources))


def _kept(path: Path) -> tuple[object, State] | None:
    try:
        key, state = pickle.loads(path.read_bytes())  # noqa: S301  (the cache is ours, and sealed)
    except (OSError, EOFError, ValueError, TypeError, AttributeError, ImportError, IndexError, pickle.UnpicklingError):
        return None
    return (key, state) if isinstance(state, State) else None
