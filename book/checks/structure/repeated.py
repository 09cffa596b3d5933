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

FEWEST = {"paragraph": 12, "item": 25}
"""Words below which a paragraph or an item of a list may well stand twice; quotations and captions may at any length."""
LEAD = 20
"""Words below which a paragraph above a list is what leads into it: lists alike may begin alike."""
BY_DESIGN = 3
"""How often a paragraph stands at most that was repeated by mistake; licences and instructions recur on every page."""
MARKED = 5
"""Words to each formula, or reference to one, below which a paragraph is a frame for them: 'where ... is ... by equation ...'."""
_WORDS = re.compile(r"[^\W_]+")


_TEMPLATE = re.compile(r"template|vorlage|plantilla|modèle", re.IGNORECASE)
_LICENCE = re.compile(r"\W*(?:licen[cs]e|lizenz|copyright|©|source|quelle)", re.IGNORECASE)


def _item_of(one: tuple[Prose, Passage], prose: Prose) -> bool:
    return one[0] is prose and one[1].kind == "item"


def no_paragraph_stands_twice(subject: Subject) -> Iterator[Diagnostic]:
    """No paragraph of the thesis is repeated word by word."""
    read = [(prose, passage) for prose in subject.prose for passage in prose.passages]
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, (prose, passage) in enumerate(read):
        fewest = FEWEST.get(passage.kind, 0)
        if passage.within or _TEMPLATE.search(prose.docname):
            continue  # a glossary says again what the text says; boxes of one kind say the same, and so do templates
        if fewest and passage.text.count(" ") >= fewest - 1 and not _LICENCE.match(passage.text):
            words = tuple(_WORDS.findall(passage.text.casefold()))
            if len(words) < LEAD and number + 1 < len(read) and _item_of(read[number + 1], prose):
                continue
            shown = [mark for mark in passage.marks if passage.text[mark.index : mark.index + 1] == MARK]
            formulas = sum(mark.kind != "role" or mark.name == "eq" for mark in shown)
            if sum(map(str.isalpha, words)) >= fewest and formulas * MARKED < len(words):
                held = tuple(mark.text for mark in shown)
                found[(*words, *held)].append(number)
    again = {
        later: first
        for first, *rest in found.values()
        if len(rest) < BY_DESIGN
        for later in rest
        if read[later][1].kind != "item" or read[later][0] is not read[first][0]  # lists alike, for each system or year
    }
    for later, first in again.items():
        if later - 1 != first and again.get(later - 1) == first - 1:
            continue  # goes on where the one before has been named
        prose, passage = read[later]
        there, place = read[first][1].at(0), passage.at(0)
        where = f"{read[first][0].path}:{f'cell {there.cell}:' if there.cell else ''}{there.line}"
        beginning = " ".join(passage.text.replace(MARK, " ").split()[:6])
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
