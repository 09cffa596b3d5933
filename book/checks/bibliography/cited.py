"""Entries that nobody cites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject


def every_entry_is_cited(subject: Subject) -> Iterator[Diagnostic]:
    """Every entry of the bibliography is cited somewhere, or named in `thesis: nocite`."""
    document = subject.document
    nocite = set(subject.sources.config.thesis.nocite)
    if "*" in nocite or not document.cited:
        return
    wanted = document.cited | nocite
    for key, entry in document.bibliography.entries.items():
        if key not in wanted:
            hint = "cite it, take it out, or list it under 'thesis: nocite'"
            yield Diagnostic(
                "uncited-entry", f"entry '{key}' is never cited", "warning", entry.path, entry.line, hint=hint
            )
