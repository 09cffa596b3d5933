"""Bringing finished editions out, and the manifest that says what they were made of."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from book.document.facts import tools_here
from book.project import digest, read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from book.document.reading import Document
    from book.editions.made import Made
    from book.execution.runs import Runs
    from book.project import Project
    from book.sources.gather import Sources

VERSION = 1
"""Format of the manifest."""
STANDING = "standing.json"
"""In the cache: from which state of everything the editions in the manifest were made."""


def bring_out(
    made: Sequence[Made], document: Document, sources: Sources, runs: Runs, project: Project, *, whole: bool = True, state: str = ""
) -> list[Path]:
    """Put the editions in their places, and those of the `whole` thesis under a manifest; return every file that was put there.

    Editions that an earlier build has made from the same `state` of everything, and that stand as they were made, stay in the manifest.
    """
    written = [path for one in made for path in one.bring_out()]
    if not whole:
        return written
    manifest = project.build / "manifest.json"
    state = hashlib.sha256(repr((VERSION, state, _keys(runs))).encode()).hexdigest()
    standing = _standing(project, manifest) if read_json(project.cache / STANDING) == {"state": state} else {}
    write_json(manifest, _manifest(made, standing, document, sources, runs, project))
    write_json(project.cache / STANDING, {"state": state})
    return [*written, manifest]


def _keys(runs: Runs) -> dict[str, str]:
    return {docname: run.key for docname, run in sorted(runs.items())}


def _standing(project: Project, manifest: Path) -> dict[str, Any]:
    """Editions of a manifest that are as they were when it was written."""
    before = read_json(manifest)
    listed = before.get("editions") if isinstance(before, dict) else None
    return {
        name: one
        for name, one in (listed.items() if isinstance(listed, dict) else ())
        if isinstance(one, dict) and _digest(project.root / str(one.get("path"))) == one.get("sha256")
    }


def _digest(path: Path) -> str:
    return digest(path) if path.is_file() else ""


def _manifest(
    made: Sequence[Made], standing: dict[str, Any], document: Document, sources: Sources, runs: Runs, project: Project
) -> dict[str, Any]:
    return {
        "version": VERSION,
        "title": sources.config.title,
        "language": sources.config.language,
        "date": project.epoch(),
        "tools": tools_here(),
        "editions": standing
        | {
            one.name: {"path": project.relative(one.path), "sha256": digest(one.path)}
            for one in made
            if one.path.is_file()
        },
        "pages": [part.docname for part in document.parts if part.docname],
        "words": document.words.as_data() if document.words else {},
        "runs": _keys(runs),
    }
