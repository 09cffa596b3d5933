"""Whether a thesis gives the same when it is built again: twice, under different conditions, compared output by output and byte by byte."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from book.checks.severity import settings_of as severities
from book.checks.silencing import Silencings, judged
from book.execution.execute import execute
from book.execution.pinned import bring_back_files, pinned_runs
from book.execution.settings import settings_of
from book.project import Project, environment
from book.sources.gather import read_thesis
from book.sources.restricted import fetch_restricted, fetched
from book.sources.silences import read_silences
from book.verifying.code import code_behind
from book.verifying.conditions import as_built, changed
from book.verifying.copying import copy_thesis
from book.verifying.differences import differences
from book.verifying.editions import build_editions, edition_differences
from book.verifying.files import file_differences, looks, set_aside, written_since

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from book.config import Config
    from book.diagnostics import Verdict
    from book.execution.pinned import Pinned
    from book.execution.progress import Progress
    from book.execution.runs import Runs
    from book.sources.chapters import Chapter
    from book.verifying.conditions import Condition, Conditions
    from book.verifying.files import Written

FOLDER = "verify"
"""In `_build`: where copies of the thesis lie while their cells run."""


@dataclass(frozen=True, slots=True)
class Twice:
    """What came of building twice."""

    verdict: Verdict
    """What differs."""
    chapters: int
    """How many chapters ran."""
    conditions: tuple[Condition, ...]
    """What was another one the second time, and what was not."""


def verify_twice(project: Project, progress: Progress, editions: Sequence[str] = (), same: Collection[str] = ()) -> Twice:
    """Run all cells and make these editions twice, in copies of the thesis, and say what differs.

    Conditions named in `same` stay as they are. Raises a ThesisError where the thesis cannot be read, or where a cell fails already under a build's own conditions.
    """
    sources = read_thesis(project)
    config = sources.config
    fetch_restricted(project, config)
    running = [one for one in sources.chapters if one.cells and not settings_of(one, config).stored]
    accepted = pinned_runs(running, project, config)
    chapters = [one for one in running if one.docname not in accepted]
    folder = project.build / FOLDER
    first = as_built(folder, warm=config.thesis.execution.warm)
    with _run(project, first, chapters, accepted, config, progress) as (copy, before, made):
        code = {one.docname: code_behind(one, copy, before[one.docname]) for one in chapters}
        aside = set_aside(made, folder / "written")
        once = build_editions(copy, first, folder / "editions" / "once", editions)
    try:
        with changed(folder, same) as second, _run(project, second, chapters, accepted, config, progress) as (copy, after, made):
            places = (first.places, second.places)
            found = differences(chapters, (before, after), code, places)
            lasting = [one for one in chapters if not after[one.docname].failed]
            found += file_differences(lasting, (aside, made), project.root, code, places)
            again = build_editions(copy, second, folder / "editions" / "again", editions)
        found += edition_differences(once, again, found, {one.path for one in sources.contents.pages})
    finally:
        for place in (aside.root, folder / "editions"):
            shutil.rmtree(place, ignore_errors=True)
    settings, remarks = severities(config)
    comments = read_silences(project.root, sources.chapters, sources.bibliographies)
    return Twice(judged([*found, *remarks], Silencings(settings, comments)), len(chapters), second.told)


@contextmanager
def _run(
    project: Project, conditions: Conditions, chapters: list[Chapter], accepted: Mapping[str, Pinned], config: Config, progress: Progress
) -> Iterator[tuple[Project, Runs, Written]]:
    """Runs of all chapters in a copy of the thesis, and what they wrote there; it goes afterwards with all that it was given."""
    copy = Project(conditions.folder)
    try:
        for folder in (conditions.folder, *conditions.folders):
            shutil.rmtree(folder, ignore_errors=True)
        copy_thesis(project.root, copy.root, backwards=conditions.backwards)
        _bring(fetched(project), fetched(copy))
        bring_back_files(accepted, copy)
        conditions.prepare()
        execution = replace(
            config.thesis.execution, warm=conditions.warm, jobs=conditions.jobs or config.thesis.execution.jobs
        )
        asked = replace(config, thesis=replace(config.thesis, execution=execution))
        there = looks(copy.root)
        with environment(THESIS_STORE=str(copy.cache / "runs")):
            runs = execute(
                chapters, copy, asked, draft=conditions.draft, progress=progress, variables=conditions.variables, around=conditions.around,
            )
            yield copy, runs, written_since(there, copy, runs)
    finally:
        for folder in (conditions.folder, *conditions.folders):
            shutil.rmtree(folder, ignore_errors=True)


def _bring(restricted: Path, target: Path) -> None:
    """Restricted data are copied from where the build has them: the author's folder may be named from the thesis."""
    if restricted.is_dir():
        shutil.copytree(restricted, target)
