"""Which chapters would run, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from book.errors import CellError
from book.execution import order
from book.execution.failures import run_in_circle
from book.execution.fingerprint import reasons
from book.execution.pinned import moved, pinned_runs
from book.execution.present import Present
from book.execution.settings import settings_of
from book.execution.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from book.config import Config
    from book.execution.order import Edges
    from book.execution.runfile import Head
    from book.project import Project
    from book.sources.chapters import Chapter


@dataclass(frozen=True, slots=True)
class Survey:
    """How the runs of all chapters stand at one moment."""

    standing: Mapping[str, Head]
    """The run of each chapter that stands."""
    reasons: Mapping[str, tuple[str, ...]]
    """Why each other chapter would run."""
    edges: Edges
    """Which chapters read what others write."""
    latest: Mapping[str, Head]
    """The last run of each chapter that has one."""


def stale(chapters: Sequence[Chapter], project: Project, config: Config) -> dict[str, tuple[str, ...]]:
    """Reasons for every chapter whose cells would run, by docname, and what has moved under one that is pinned; runs nothing."""
    store = Store(project, config)
    now = Present(project, config, store)
    running = [chapter for chapter in chapters if chapter.cells and not settings_of(chapter, config).stored]
    accepted = pinned_runs(running, project, config)
    live = [chapter for chapter in running if chapter.docname not in accepted]
    found = survey(live, now)
    said = dict(found.reasons)
    for chapter in running:
        name = chapter.docname
        if name in accepted and (changed := moved(chapter, accepted[name].head, now)):
            said[name] = ("pinned, and does not run", *changed)
    store.close()
    for chapter in live:
        name = chapter.docname
        above = sorted(order.upstream(name, found.edges) & {*found.reasons})
        if above and name not in said:
            said[name] = tuple(f"depends on {other}, which is stale" for other in above)
    return {chapter.docname: said[chapter.docname] for chapter in running if chapter.docname in said}


def survey(chapters: Sequence[Chapter], now: Present) -> Survey:
    """Compare what every chapter's runs depended on with what there is.

    Raises CellError where two chapters each read what the other writes.
    """
    heads = {chapter.docname: now.store.heads(chapter.docname) for chapter in chapters}
    latest = {name: listed[0] for name, listed in heads.items() if listed}
    standing: dict[str, Head] = {}
    said: dict[str, tuple[str, ...]] = {}
    for chapter in chapters:
        name = chapter.docname
        good = next((head for head in heads[name] if now.stands(chapter, head)), None)
        if good and now.store.has(name, good.fingerprint.key):
            standing[name] = good
        else:
            said[name] = reasons_for(chapter, latest.get(name), now)
    current = {**latest, **standing}
    edges = order.edges(current)
    _refuse_circle(edges, {chapter.docname: chapter.path for chapter in chapters})
    for name in [*standing]:
        if lost := _lost(name, (current, latest), now):
            del standing[name]
            said[name] = lost
    return Survey(standing, said, edges, latest)


def reasons_for(chapter: Chapter, head: Head | None, now: Present) -> tuple[str, ...]:
    """Why a chapter would run whose last run does not stand; never empty."""
    noted = now.store.reason(chapter.docname)
    if noted:
        return (noted,)
    if head is None:
        return ("never run",)
    return reasons(now.again(chapter, head), head.fingerprint, now.store.contents.told) or ("its run was damaged",)


def _lost(name: str, heads: Sequence[Mapping[str, Head]], now: Present) -> tuple[str, ...]:
    """Files that a chapter has written for others and that are not as it left them."""
    found = {path: digest for listed in heads for path, digest in order.products(name, listed).items()}
    current = heads[0][name].writes
    return tuple(
        f"{path}, which it writes, {'is gone' if now.kind(path) == 'missing' else 'was changed by somebody else'}"
        for path in sorted(found)
        if path in current and now.file(path) != current[path]
    )


def _refuse_circle(edges: Edges, paths: Mapping[str, str]) -> None:
    found = order.circle(edges)
    if found:
        reader, writer = found
        back = edges[writer].get(reader) or next(iter(edges[writer].values()))
        raise CellError([run_in_circle(paths[reader], paths[writer], edges[reader][writer], back)])
