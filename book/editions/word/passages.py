"""Which passage of the sources a paragraph of the Word file comes from."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from book.editions.word.fields import bookmark
from book.sources.inline import MARK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from book.sources.prose import Passage

LEAST = 12
"""Letters that a stretch between two roles must have to tell passages apart."""

NUMBERED = ("heading", "caption")
"""Kinds of passages before which a number may be printed, with or without a word for what it counts."""
_NUMBER = re.compile(r"\D{0,20}\d+|[a-z]")


def letters(text: str) -> str:
    """Letters and digits in lower case: what neither typesetting nor a language's quotation marks change."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


@lru_cache(maxsize=65536)
def _stretches(text: str) -> tuple[str, ...]:
    """The letters of a passage between its roles, formulas and pieces of code."""
    return tuple(piece for part in text.split(MARK) if (piece := letters(part)))


def holds(paragraph: str, passage: Passage) -> bool:
    """Whether the letters of a paragraph have those of a passage in order, and little else where the passage has no role."""
    pieces = _stretches(passage.text)
    if not pieces:
        return False
    if MARK not in passage.text:
        before = paragraph.removesuffix(pieces[0])
        numbered = passage.kind in NUMBERED and _NUMBER.fullmatch(before)
        return not before or (before != paragraph and bool(numbered or len(pieces[0]) > LEAST))
    if sum(map(len, pieces)) < LEAST:
        return False
    at = 0
    for piece in pieces:
        found = paragraph.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    # What stands before the first role and after the last one is all that stands there, a number in front aside.
    before = paragraph[: paragraph.find(pieces[0])] if letters(passage.text.split(MARK, 1)[0]) else ""
    whole = not letters(passage.text.rsplit(MARK, 1)[1]) or paragraph.endswith(pieces[-1])
    return whole and (not before or (len(before) < LEAST and any(sign.isdigit() for sign in before)))


def passage_of(paragraph: str, passages: Sequence[Passage], start: int = 0) -> int | None:
    """Which of a page's passages the letters of a paragraph are, the next ones first; None for none of them."""
    if not paragraph:
        return None
    order = [*range(start, len(passages)), *range(start)]
    return next((at for at in order if holds(paragraph, passages[at])), None)


def name_of_passage(docname: str, passage: Passage) -> str:
    """The bookmark of a passage: found again as long as the author has not changed it."""
    return bookmark(f"{docname}\0{passage.kind}\0{letters(passage.text)}", "Src")


def name_of_page(docname: str) -> str:
    """The bookmark at the beginning of a page."""
    return bookmark(docname, "Pag")
