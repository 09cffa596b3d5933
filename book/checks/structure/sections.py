"""Sections with nothing in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject
    from book.sources.prose import Passage, Prose

INVISIBLE = frozenset(["index", "tags", "label", "default-role", "currentmodule", "meta"])
"""Directives that leave nothing on the page."""


def every_section_says_something(subject: Subject) -> Iterator[Diagnostic]:
    """Every heading is followed by something: text, a figure, a cell, a list, or a heading below it."""
    for prose in subject.prose:
        for heading in _empty(prose):
            place = heading.at(0)
            title = " ".join(heading.text.split())
            yield Diagnostic(
                "empty-section",
                f"section '{title}' is empty",
                "warning",
                prose.path,
                place.line,
                place.column,
                hint="write what belongs here, or take the heading out",
                cell=place.cell,
            )


def _empty(prose: Prose) -> Iterator[Passage]:
    """Headings after which there is nothing before the next one of their level or above."""
    filled = [
        (block.place.cell, block.place.line, 0, None)
        for block in prose.blocks
        if not (block.kind == "directive" and block.name in INVISIBLE)
    ]
    read = [
        (place.cell, place.line, number, passage)
        for number, passage in enumerate(prose.passages, 1)
        if passage.text.strip() or passage.marks
        for place in (passage.at(0),)
    ]
    open_heading: Passage | None = None
    for *_, passage in sorted([*filled, *read], key=lambda one: one[:3]):
        heading = passage if passage is not None and passage.kind == "heading" and not passage.within else None
        if open_heading is not None and heading is not None and heading.level <= open_heading.level:
            yield open_heading
        open_heading = heading
    if open_heading is not None and len(prose.passages) > 1:
        yield open_heading
