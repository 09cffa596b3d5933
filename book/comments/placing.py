"""Which passage of the sources a remark in a Word file is about."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from math import log
from typing import TYPE_CHECKING

from book.comments.records import Placed, Remark
from book.editions.word.passages import LEAST, holds, letters, name_of_page, name_of_passage
from book.sources.inline import MARK
from book.sources.prose import prose_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from book.sources.chapters import Chapter
    from book.sources.prose import Passage, Prose

ENOUGH = 0.5
"""Share of a paragraph's rarer words that a passage must have to be taken for it."""
CLEARLY = 1.1
"""By how much it must be more like it than the next one."""
_WORD = re.compile(r"[^\W_]+")
_LITERAL = re.compile(r"""(?P<mark>["'])(?P<said>(?:\\.|(?!(?P=mark)).)+)(?P=mark)""")
"""What stands in quotation marks in code: captions and notes of tables and figures are written so."""


@dataclass(frozen=True)
class Candidate:
    """A stretch of a source."""

    prose: Prose
    """The page."""
    passage: Passage | None
    """The passage; None for a line of a cell or of a directive, such as a caption."""
    text: str
    """Its words."""
    line: int
    """Where it stands."""
    cell: int = 0
    """In a notebook, the cell."""

    @cached_property
    def words(self) -> Counter[str]:
        """Its words, each as often as it stands there."""
        return words_of(self.text)


def words_of(text: str) -> Counter[str]:
    """Words of a text in lower case."""
    return Counter(_WORD.findall(text.casefold()))


def placed(remarks: Sequence[Remark], chapters: Iterable[Chapter]) -> list[Placed]:
    """Every remark with its place: by the bookmarks that the file was made with, else by the words around it."""
    chapters = list(chapters)
    prose = [prose_of(chapter) for chapter in chapters]
    candidates = [one for chapter, page in zip(chapters, prose, strict=True) for one in _candidates(chapter, page)]
    marks = {
        name_of_passage(page.docname, passage): (page, passage)
        for page in reversed(prose)
        for passage in reversed(page.passages)
    }
    rarity = _rarity(candidates)
    pages = {name_of_page(page.docname): page.docname for page in prose}
    return [_placed(remark, marks, candidates, pages, rarity) for remark in remarks]


def _candidates(chapter: Chapter, page: Prose) -> Iterable[Candidate]:
    for passage in page.passages:
        place = passage.at(0)
        yield Candidate(page, passage, passage.text.replace(MARK, " "), place.line, place.cell)
    notebook = chapter.format == "notebook"
    for cell in chapter.cells:
        for number, line in enumerate(cell.code.splitlines()):
            at, within = (number + 1, cell.line) if notebook else (cell.line + number, 0)
            for said in [match["said"] for match in _LITERAL.finditer(line)]:
                if letters(said):
                    yield Candidate(page, None, said, at, within)


def _rarity(candidates: Sequence[Candidate]) -> dict[str, float]:
    """How much a word says of a passage: the more, the fewer have it."""
    had = Counter(word for one in candidates for word in one.words)
    return {word: log(1 + len(candidates) / count) for word, count in had.items()}


def _placed(
    remark: Remark, marks: dict[str, tuple[Prose, Passage]], candidates: Sequence[Candidate], pages: dict[str, str], rarity: dict[str, float],
) -> Placed:  # fmt: skip
    for name in remark.marks:
        if name in marks:
            page, passage = marks[name]
            return _at(remark, page, passage, "exact")
    docname = pages.get(remark.page, "")
    here = [one for one in candidates if one.prose.docname == docname]
    said = letters(remark.paragraph)
    short = len(said) <= LEAST  # a word or a number stands in many a table
    if short and remark.above and (found := _in_table(remark, marks, here, rarity)).path:
        return found
    for one in (*here, *(() if short else candidates)):
        if one.passage is not None and holds(said, one.passage):
            return _at(remark, one.prose, one.passage, "exact")
    best = _written(said, here) or _nearest(remark, here, rarity) or _nearest(remark, candidates, rarity)
    if best is None:
        return _in_table(remark, marks, here, rarity)
    if best.passage is not None:
        return _at(remark, best.prose, best.passage, "likely")
    return Placed(remark, best.prose.path, best.line, best.cell, "likely")


def _in_table(
    remark: Remark, marks: dict[str, tuple[Prose, Passage]], here: Sequence[Candidate], rarity: dict[str, float]
) -> Placed:
    """What stands in a table that code has made belongs where its caption is written."""
    if not remark.above:
        return Placed(remark)
    caption = replace(remark, passage="", paragraph=remark.above, marks=remark.above_marks, above="", above_marks=())
    found = _placed(caption, marks, here, {}, rarity)
    return replace(found, remark=remark, certainty="likely" if found.path else "none")


def _written(said: str, here: Sequence[Candidate]) -> Candidate | None:
    """The longest text in code with which a paragraph ends: a caption is printed behind its number."""
    found = [one for one in here if one.passage is None and said.endswith(letters(one.text))]
    best = max(found, key=lambda one: len(letters(one.text)), default=None)
    return best if best and (len(letters(best.text)) > LEAST or letters(best.text) == said) else None


def _nearest(remark: Remark, candidates: Sequence[Candidate], rarity: dict[str, float]) -> Candidate | None:
    """The passage that has most of the rarer words, if it has enough and no other has nearly as many."""
    wanted = words_of(remark.paragraph) or words_of(remark.passage)
    usual = max(rarity.values(), default=1.0)
    whole = sum(rarity.get(word, usual) * count for word, count in wanted.items())
    scored = sorted(
        ((_score(one.words, wanted, whole, rarity, usual), number) for number, one in enumerate(candidates)),
        reverse=True,
    )[:2]
    if not scored or scored[0][0] < ENOUGH or (len(scored) > 1 and scored[0][0] < CLEARLY * scored[1][0]):
        return None
    return candidates[scored[0][1]]


def _score(mine: Counter[str], wanted: Counter[str], whole: float, rarity: dict[str, float], usual: float) -> float:
    """How much two texts have in common, of both of them."""
    shared = sum(rarity.get(word, usual) * count for word, count in (mine & wanted).items())
    own = sum(rarity.get(word, usual) * count for word, count in mine.items())
    return 2 * shared / max(own + whole, 1e-9)


def _at(remark: Remark, page: Prose, passage: Passage, certainty: str) -> Placed:
    """The line of the passage in which the words of the remark stand."""
    place = passage.at(_index(remark.passage, passage.text))
    return Placed(remark, page.path, place.line, place.cell, certainty)  # type: ignore[arg-type]


def _index(words: str, text: str) -> int:
    """Where words stand in a passage: whole, or else their longest beginning or end that does."""
    pieces = words.split()
    for size in range(len(pieces), 0, -1):
        for chosen in (pieces[-size:], pieces[:size]):
            found = re.search(r"\s+".join(map(re.escape, chosen)), text)
            if found:
                return found.start() if chosen == pieces[:size] else found.end() - 1
    return 0
