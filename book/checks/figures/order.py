"""Figures and tables are mentioned in the order of their numbers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from book.checks.subject import Subject
    from book.document.floats import Float, Mention


def floats_are_mentioned_in_order(subject: Subject) -> Iterator[Diagnostic]:
    """Within a chapter, the text first mentions each figure and each table after those with smaller numbers."""
    for mentioned in _first_mentions(subject).values():
        for position, (one, mention) in enumerate(mentioned):
            later = [other for other, _ in mentioned[position + 1 :] if _before(other, one)]
            if not later:
                continue
            first = min(later, key=lambda other: other.number[-1:])
            what = f"{one.kind} {one.printed_number}, '{one.label}', is mentioned before {one.kind} {first.printed_number}, '{first.label}'"
            yield Diagnostic(
                "mentioned-out-of-order",
                what,
                "warning",
                mention.path,
                mention.place.line,
                mention.place.column,
                hint=f"mention '{first.label}' first, or show them in the other order",
                cell=mention.place.cell,
            )


def _before(one: Float, other: Float) -> bool:
    mine, theirs = one.number[-1], other.number[-1]
    return isinstance(mine, int) and isinstance(theirs, int) and mine < theirs


def _first_mentions(subject: Subject) -> dict[tuple[str, str], list[tuple[Float, Mention]]]:
    """By chapter and kind, each float with the first place in its own chapter's running text that names it, in reading order."""
    document = subject.document
    floats = {(one.docname, anchor): one for one in document.floats if one.number for anchor in one.anchors}
    mentions = list(document.mentions)
    seen: set[tuple[str, tuple[str, ...]]] = set()
    found: dict[tuple[str, str], list[tuple[Float, Mention]]] = defaultdict(list)
    pages = document.app.env.toc_secnumbers
    for number, mention in enumerate(mentions):
        one = floats.get(mention.target)
        if one is None or not mention.running or not _same_chapter(one, mention, pages):
            continue
        for each in (one, *_between(one, mention, mentions[number + 1 : number + 2], floats, document.floats)):
            if (each.docname, each.anchors) not in seen:
                seen.add((each.docname, each.anchors))
                found[_chapter(each), each.kind].append((each, mention))
    return found


def _between(
    one: Float,
    mention: Mention,
    following: list[Mention],
    floats: dict[tuple[str, str], Float],
    every: tuple[Float, ...],
) -> list[Float]:
    """What "figures 2 to 4" names besides its ends."""
    last = floats.get(following[0].target) if mention.up_to_next and following else None
    if last is None:
        return []
    chapter = _chapter(one)
    return [
        each
        for each in every
        if each.number
        and each.kind == one.kind
        and _chapter(each) == chapter
        and _before(one, each)
        and _before(each, last)
    ]


def _chapter(one: Float) -> str:
    """What a chapter's floats share: the number that theirs begin with, or the page where they are numbered through."""
    return ".".join(map(str, one.number[:-1])) if len(one.number) > 1 else one.docname


def _same_chapter(
    one: Float, mention: Mention, pages: Mapping[str, Mapping[str, tuple[int | str, ...] | tuple[int, ...]]]
) -> bool:
    if mention.docname == one.docname:
        return True
    here = pages.get(mention.docname, {}).get("") or ()
    return len(one.number) > 1 and tuple(here[: len(one.number) - 1]) == one.number[:-1]
