"""Bringing finished editions out, and the manifest that says what they were made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from book.document.facts import tools_here
from book.project import digest, write_json

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


def bring_out(
    made: Sequence[Made], document: Document, sources: Sources, runs: Runs, project: Project, *, whole: bool = True
) -> list[Path]:
    """Put the editions in their places, and those of the `whole` thesis under a manifest; return every file that was put there."""
    written = [path for one in made for path in one.bring_out()]
    if not whole:
        return written
    manifest = project.build / "manifest.json"
    write_json(manifest, _manifest(made, document, sources, runs, project))
    return [*written, manifest]


def _manifest(
    made: Sequence[Made], document: Document, sources: Sources, runs: Runs, project: Project
) -> dict[str, Any]:
    return {
        "version": VERSION,
        "title": sources.config.title,
        "language": sources.config.language,
        "date": project.epoch(),
        "tools": tools_here(),
        "editions": {
            one.name: {"path": project.relative(one.path), "sha256": digest(one.path)}
            for one in made
            if one.path.is_file()
        },
        "pages": [part.docname for part in document.parts if part.docname],
        "words": document.words.as_data() if document.words else {},
        "runs": {docname: run.key for docname, run in sorted(runs.items())},
    }
