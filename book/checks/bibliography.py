"""Citations and the bibliography agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.document.reading import Document
    from book.project import Project
    from book.sources.gather import Sources


def every_entry_is_cited(document: Document, sources: Sources, _project: Project) -> Iterator[Diagnostic]:
    """Every entry of the bibliography is cited somewhere, or named in `thesis: nocite`."""
    nocite = set(sources.config.thesis.nocite)
    if "*" in nocite or not document.cited:
        return
    wanted = document.cited | nocite
    for key, entry in document.bibliography.entries.items():
        if key not in wanted:
            hint = "cite it, take it out, or list it under 'thesis: nocite'"
            yield Diagnostic(
                "uncited-entry", f"entry '{key}' is never cited", "warning", entry.path, entry.line, hint=hint
            )
