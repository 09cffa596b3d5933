"""Which chapters would run, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.execution.fingerprint import reasons
from book.execution.inputs import fingerprints
from book.execution.settings import settings_of
from book.execution.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from book.config import Config
    from book.execution.fingerprint import Fingerprint
    from book.project import Project
    from book.sources.chapters import Chapter


def stale(chapters: Sequence[Chapter], project: Project, config: Config) -> dict[str, tuple[str, ...]]:
    """Reasons for every chapter whose cells would run, by docname; runs nothing."""
    store = Store(project)
    live = [chapter for chapter in chapters if chapter.cells and not settings_of(chapter, config).stored]
    prints = fingerprints(live, project, config, store)
    found = {name: reasons_for(name, now, store) for name, now in prints.items() if not store.has(name, now.key)}
    store.close()
    return found


def reasons_for(docname: str, now: Fingerprint, store: Store) -> tuple[str, ...]:
    """Why a chapter without a sound run would run; never empty."""
    noted = store.reason(docname)
    if noted:
        return (noted,)
    latest = store.latest(docname)
    return reasons(now, latest.fingerprint if latest else None) or ("its run was damaged",)
