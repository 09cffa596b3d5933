"""Paragraphs that stand twice."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.sources.inline import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject
    from book.sources.prose import Passage, Prose

FEWEST_WORDS = 12
"""Words below which a paragraph may well stand twice."""
BY_DESIGN = 3
"""How often a paragraph stands at most that was repeated by mistake; licences and instructions recur on every page."""
_WORDS = re.compile(r"[^\W_]+")


def no_paragraph_stands_twice(subject: Subject) -> Iterator[Diagnostic]:
    """No paragraph of the thesis is repeated word by word."""
    found: dict[tuple[str, ...], list[tuple[Prose, Passage]]] = defaultdict(list)
    for prose in subject.prose:
        for passage in prose.passages:
            if passage.kind in ("paragraph", "item", "quote") and passage.text.count(" ") >= FEWEST_WORDS - 1:
                words = tuple(_WORDS.findall(passage.text.casefold()))
                if len(words) >= FEWEST_WORDS:
                    held = tuple(mark.text for mark in passage.marks if passage.text[mark.index : mark.index + 1] == MARK)
                    found[(*words, *held)].append((prose, passage))
    for standing in found.values():
        if 1 < len(standing) <= BY_DESIGN:
            first, passage = standing[0]
            there = passage.at(0)
            where = f"{first.path}:{f'cell {there.cell}:' if there.cell else ''}{there.line}"
            for prose, again in standing[1:]:
                place = again.at(0)
                beginning = " ".join(again.text.replace(MARK, " ").split()[:6])
                yield Diagnostic(
                    "repeated-paragraph",
                    f"the paragraph '{beginning} ...' stands a second time",
                    "warning",
                    prose.path,
                    place.line,
                    place.column,
                    hint=f"it stands in {where} already: keep one, and refer to it",
                    cell=place.cell,
                )
