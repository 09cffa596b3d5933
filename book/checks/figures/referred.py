"""Figures and tables are numbered, labelled and referred to."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from book.checks.figures.typed import typed_in
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject
    from book.document.floats import Float
    from book.sources.prose import Prose


def every_float_is_referred_to(subject: Subject) -> Iterator[Diagnostic]:
    """Every figure and table that has a number has a label, and the text refers to it."""
    named = _named(subject)
    typed: set[tuple[str, str]] = set()
    by_hand = False
    for one in subject.document.floats:
        if not one.number or one.apart:
            continue
        if any((one.docname, anchor) in named for anchor in one.anchors):
            continue
        if not by_hand:
            typed, by_hand = {(found.kind, number) for found in typed_in(subject) for number in found.numbers}, True
        what = f"{one.kind} {one.printed_number}"
        if not one.label:
            hint = "give it ':name: fig-something'" if one.kind == "figure" else "give it ':name: tab-something'"
            yield _remark(one, "missing-label", f"{what} has no label, so that nothing can refer to it", hint)
        elif (one.kind, one.printed_number) not in typed and not _pointed_at(one, subject):
            hint = f"say in the text what it shows: '{{numref}}`{one.label}`', or take it out"
            yield _remark(one, "never-referred-to", f"{what}, '{one.label}', is never referred to", hint)


def every_figure_has_a_caption(subject: Subject) -> Iterator[Diagnostic]:
    """Every figure and table that has a label has a caption, and so a number."""
    numbered = {docname for docname, sections in subject.document.app.env.toc_secnumbers.items() if sections.get("")}
    captioned = {one.docname for one in subject.document.floats if one.caption}
    named = _named(subject)
    for one in subject.document.floats:
        referred = any((one.docname, anchor) in named for anchor in one.anchors)
        if numbered and one.docname not in numbered | captioned and not referred:  # a title page, a list of authors
            continue
        if not one.caption and one.label and not one.computed and not one.apart:
            hint = "say in a few words what it shows, in the directive's first paragraph or behind its name"
            yield _remark(one, "missing-caption", f"{one.kind} '{one.label}' has no caption", hint)


def _remark(one: Float, rule: str, message: str, hint: str) -> Diagnostic:
    place = one.place
    return Diagnostic(rule, message, "warning", one.path, place.line, place.column, hint=hint, cell=place.cell)


def _named(subject: Subject) -> set[tuple[str, str]]:
    """Page and anchor of everything that some reference leads to, or that lies in a range of two."""
    mentions = subject.document.mentions
    named = {mention.target for mention in mentions}
    floats = subject.document.floats
    place = {(one.docname, anchor): number for number, one in enumerate(floats) for anchor in one.anchors}
    for first, last in pairwise(mentions):
        if first.up_to_next and first.target in place and last.target in place:
            for between in floats[place[first.target] : place[last.target]]:
                if between.kind == floats[place[first.target]].kind:
                    named |= {(between.docname, anchor) for anchor in between.anchors}
    return named


_NOUN = r"(?:figure|fig\.|table|image|picture|plot|diagram|graph|chart|map|illustration|photo(?:graph)?|schem[ae]|Abbildung|Grafik|Tabelle|Diagramm|Bild|tableau|figura|tabla|imagen)"
_BELOW = re.compile(
    rf"\b(?:following|next|folgenden?|suivante?|siguiente)\b(?:\W+\w+){{0,2}}\W+{_NOUN}|\b{_NOUN}\b(?:\W+\w+){{0,3}}\W+(?:below|above|beneath|unten|oben|ci-dessous|ci-dessus|abajo|arriba)\b|\b(?:below|above|this|diese[rs]?|cette|este|esta)\W+(?:\w+\W+)?{_NOUN}\b",
    re.IGNORECASE,
)


def _pointed_at(one: Float, subject: Subject) -> bool:
    """Whether the paragraph before or after it speaks of "the figure below"."""
    page = next((page for page in subject.prose if page.docname == one.docname), None)
    return page is not None and any(_BELOW.search(text) for text in _beside(one, page))


def _beside(one: Float, page: Prose) -> Iterator[str]:
    """The running text just before and just after a float."""
    here = (one.place.cell, one.place.line)
    before = after = ""
    for passage in page.passages:
        if passage.kind not in ("paragraph", "item") or "figure" in passage.within or "table" in passage.within:
            continue
        place = passage.at(0)
        if (place.cell, place.line) < here:
            before = passage.text
        elif not after:
            after = passage.text
    yield before
    yield after
