"""What has drifted apart: every check, and the author's word on its severity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from book.checks.bibliography import every_entry_is_cited
from book.checks.pictures import every_picture_has_an_alternative_text
from book.checks.severity import SETTINGS, unknown_rules
from book.diagnostics import Diagnostic, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from book.document.reading import Document
    from book.project import Project
    from book.sources.gather import Sources

    Check = Callable[[Document, Sources, Project], Iterable[Diagnostic]]

CHECKS: tuple[Check, ...] = (
    every_entry_is_cited,
    every_picture_has_an_alternative_text,
)
"""The checks of the document, in the order of the docs. What Sphinx, pandoc and Typst find comes as diagnostics already."""


def check_document(
    document: Document, sources: Sources, project: Project, found: Iterable[Diagnostic]
) -> tuple[Diagnostic, ...]:
    """All that was found and all that the checks find, with the severities that the author has set."""
    everything = [*found, *(diagnostic for check in CHECKS for diagnostic in check(document, sources, project))]
    return judged([*everything, *unknown_rules(sources.config)], sources.config.thesis.check)


def judged(found: Iterable[Diagnostic], settings: dict[str, str]) -> tuple[Diagnostic, ...]:
    """Raise, lower or drop diagnostics as `thesis: check:` says, sorted by place."""
    kept = []
    for diagnostic in found:
        wanted = SETTINGS.get(str(settings.get(diagnostic.rule, "")), "")
        if wanted == "off":
            continue
        kept.append(replace(diagnostic, severity=wanted) if wanted in ("error", "warning") else diagnostic)
    return in_order(kept)
