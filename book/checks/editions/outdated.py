"""Editions are as new as what they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from book.editions.register import EDITIONS
from book.project import digest, read_json

if TYPE_CHECKING:
    from pathlib import Path

    from book.checks.subject import Subject


def newer_sources(subject: Subject, edition: str) -> list[str]:
    """Sources that have changed since an edition was made, by what the last build wrote down; none where it is unknown."""
    state: Any = read_json(subject.project.cache / "state.json")
    path = edition_path(subject, edition)
    if not isinstance(state, dict) or not path.exists():
        return []
    inputs, made = state.get("inputs"), state.get("editions")
    if not isinstance(inputs, dict) or not isinstance(made, dict):
        return []
    written = path.stat().st_mtime_ns
    changed = []
    for name in sources_of(subject):
        before, source = inputs.get(name), subject.project.root / name
        if not source.is_file():
            continue
        found = source.stat()
        if (
            (edition not in made and found.st_mtime_ns > written)
            or not isinstance(before, dict)
            or (
                before.get("stat") != [found.st_size, found.st_mtime_ns, found.st_ino]
                and before.get("sha256") != digest(source)
            )
        ):
            changed.append(name)
    return changed


def sources_of(subject: Subject) -> list[str]:
    """Pages, bibliographies, settings: what an author edits."""
    contents = subject.sources.contents
    named = ["_config.yml", "_toc.yml", *(page.path for page in contents.pages), *subject.document.bibliography.paths]
    return list(dict.fromkeys(named))


def edition_path(subject: Subject, edition: str) -> Path:
    """Where an edition lies: its file, or the one that a reader of a folder opens."""
    return subject.project.build / EDITIONS[edition].file
