"""Which stretch of the PDF each page of the site is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from book.checks.editions.reading.piece import compact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from book.checks.editions.reading.piece import Page, Paper, Piece


@dataclass(frozen=True, slots=True)
class Stretch:
    """A page of the site and what the PDF has of it."""

    page: Page
    """The page."""
    flow: tuple[Piece, ...]
    """Running text, tables and captions in the PDF."""


def stretches(pages: Sequence[Page], paper: Paper) -> tuple[list[Stretch], list[Page]]:
    """Each page with its stretch of the PDF, in the PDF's order, and the pages that it does not have.

    A page begins at the heading that it begins with, so that the order of pages may differ.
    """
    begins: dict[int, Page] = {}
    lost: list[Page] = []
    keys = [compact(piece.title) if piece.kind == "heading" else "" for piece in paper.flow]
    places: dict[str, list[int]] = {}
    for at, key in enumerate(keys):
        if key:
            places.setdefault(key, []).append(at)
    last = -1
    titles = {compact(page.title) for page in pages}
    for page in pages:
        place: int | None = _begin(page, places.get(compact(page.title), []), begins, paper, last)
        if place is None:
            place = _by_number(page, paper, begins, titles)
        if place is None:
            place = _by_text(page, paper, begins)
        if place is None:
            lost.append(page)
        else:
            place = _with_what_stands_above(page, paper, place, begins)
            begins[place] = page
            last = place
    ends = sorted(begins)
    found = [
        Stretch(begins[start], paper.flow[start:end])
        for start, end in zip(ends, [*ends[1:], len(paper.flow)], strict=True)
    ]
    return found, lost


def _with_what_stands_above(page: Page, paper: Paper, place: int, taken: dict[int, Page]) -> int:
    """Where a page begins that has a paragraph above its first heading."""
    heading = next((at for at, piece in enumerate(page.flow) if piece.kind == "heading"), 0)
    above = 0
    while (
        above < min(heading, place)
        and page.flow[heading - above - 1].key == paper.flow[place - above - 1].key
        and place - above - 1 not in taken
    ):
        above += 1
    return place - above


def _begin(page: Page, places: list[int], taken: dict[int, Page], paper: Paper, last: int) -> int | None:
    free = [place for place in places if place not in taken]
    if not page.title or not free:
        return None
    return min(
        free,
        key=lambda place: (
            paper.flow[place].number != page.number,
            not _follows(page, paper, place),
            place < last,
            place,
        ),
    )


def _follows(page: Page, paper: Paper, place: int) -> bool:
    """Whether what stands below the heading begins as the page does."""
    mine = next((piece.key for piece in page.flow if piece.kind != "heading"), "")
    other = next((piece.key for piece in paper.flow[place + 1 : place + 3] if piece.kind != "heading"), "")
    return mine[:40] == other[:40]


def _by_text(page: Page, paper: Paper, taken: dict[int, Page]) -> int | None:
    """A page whose heading is not found is known by its first paragraphs."""
    known = {piece.key: place for place, piece in reversed(list(enumerate(paper.flow))) if len(piece.key) > LONG}
    for at, piece in enumerate(page.flow[:12]):
        place = known.get(piece.key)
        if place is None:
            continue
        start = place
        while at and start and paper.flow[start - 1].key == page.flow[at - 1].key:
            at, start = at - 1, start - 1  # noqa: PLW2901 - back to where both begin to agree
        if start and paper.flow[start - 1].kind == "heading" and page.flow[0].kind == "heading":
            start -= 1
        return next((one for one in (start, place) if one not in taken), None)
    return None


def _by_number(page: Page, paper: Paper, taken: dict[int, Page], titles: set[str]) -> int | None:
    """A page whose title has changed is known by its number, where that is no other page's."""
    numbered = (
        at
        for at, piece in enumerate(paper.flow)
        if piece.kind == "heading" and piece.number == page.number and compact(piece.title) not in titles
    )
    return next((at for at in numbered if page.number and at not in taken), None)


LONG = 40
"""Characters from which on two paragraphs are not alike by chance."""
