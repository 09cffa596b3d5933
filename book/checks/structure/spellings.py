"""Words that are spelt in two ways."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

from book.checks.structure.spelling_pairs import (
    AMERICAN,
    BRITISH,
    CLOSED,
    GERMAN,
    NEVER_ISE,
    NEVER_IZE,
    NOT_ONE_WORD,
    OPEN,
)
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from book.checks.subject import Subject

_WORD = re.compile(r"(?<![\w@./\\#'’-])(?:[^\W\d_]+(?:-[^\W\d_]{2,})+|[^\W\d_]{3,})(?![\w@/\\]|\.\w|-\w|\()")
_SPACED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]{2,})+|[^\W\d_]{3,}")
_QUOTED = re.compile(r"[“„«\"][^“”„«»\"]{1,2000}[”“»\"]|[‘‚][^‘’‚]{1,300}[’‘](?!\w)")
_MARKS = re.compile('[“„«"‘‚]')
_ISE = re.compile(r"^(.{2,})i([sz])(e|es|ed|ing|ation|ations|ational|er|ers|able|ational|ationally)$")
SHORTEST = 3
"""Letters before -ise or -ize that make a verb of it: `rise` and `size` are none."""
_PREFIX = re.compile(r"^(?:un|re|semi|non|pre|over|mis|dis|co|ill|self)+")
_KINDS = frozenset(["paragraph", "item", "note", "caption", "cell"])


def every_word_is_spelt_in_one_way(subject: Subject) -> Iterator[Diagnostic]:
    """Every word is spelt in one way, that of the thesis's language or else the one that prevails."""
    language = subject.language.lower()
    german = language.startswith("de")
    read = [
        (prose, passage, _unquoted(passage.text))
        for prose in subject.prose
        for passage in prose.passages
        if passage.kind in _KINDS
    ]
    counts = _counted([text for *_, text in read], capitals=german)
    rarer = list(_rarer(counts, language))
    firsts = _first_places([word for word, *_ in rarer], [text for *_, text in read])
    for word, wanted, why, said in rarer:
        number, index = firsts[word]
        prose, passage, _ = read[number]
        place = passage.at(index)
        yield Diagnostic(
            "spelling-varies",
            f"'{word}' ({counts[word]} times) {said}" if counts[word] > 1 else f"'{word}' {said}",
            "warning",
            prose.path,
            place.line,
            place.column,
            hint=f"write '{wanted}'{why}",
            cell=place.cell,
        )


def _first_places(words: Iterable[str], texts: list[str]) -> dict[str, tuple[int, int]]:
    """For each of some words the number of the first text that it stands in, and where it stands there."""
    whole = "\n".join(texts)
    begins = list(accumulate((len(text) + 1 for text in texts), initial=0))
    found: dict[str, tuple[int, int]] = {}
    for word in words:
        spelt = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
        match = next(
            (
                one
                for one in spelt.finditer(whole, max(whole.find(word) - 1, 0))
                if " " in word or _WORD.match(whole, one.start())
            ),
            None,
        )
        if match:
            number = bisect_right(begins, match.start()) - 1
            found[word] = (number, match.start() - begins[number])
    return found


def _unquoted(text: str) -> str:
    """A text in which quotations are blank: their spelling is their author's."""
    return _QUOTED.sub(lambda match: " " * len(match[0]), text) if _MARKS.search(text) else text


def _counted(texts: list[str], *, capitals: bool) -> Counter[str]:
    """How often each word stands; what is capitalised may be a name, but in German."""
    pieces = Counter(piece for text in texts for piece in text.split())
    counts: Counter[str] = Counter()
    for piece, times in pieces.items():
        for word in [piece] if _SPACED.fullmatch(piece) else _WORD.findall(piece):
            if capitals or word.islower():
                counts[word] += times
    if not capitals:
        open_ones = [one for one in OPEN if counts[OPEN[one]] and all(counts[part] for part in one.split())]
        if open_ones:
            together = re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, open_ones)) + r")(?![\w-])")
            counts.update(found for text in texts for found in together.findall(text))
    return counts


def _rarer(counts: Counter[str], language: str) -> Iterator[tuple[str, str, str, str]]:
    """Each spelling that is not the one to keep, the one to keep, why, and what to say of it."""
    if language.startswith("en"):
        yield from _by_habit(counts, "ize" if language == "en-us" else "")
        wanted = {"en-us": 1, "en-gb": 0}.get(language)
        yield from _by_list(counts, wanted)
        yield from _by_word(counts, ((one, OPEN[one]) for one in OPEN))
    if language.startswith("de"):
        yield from _by_word(counts, GERMAN)
    hyphened = ((word, word.replace("-", "")) for word in list(counts) if "-" in word)
    yield from _by_word(counts, (pair for pair in hyphened if pair[1] not in NOT_ONE_WORD))
    yield from _by_word(counts, CLOSED)


def _ise(word: str) -> tuple[str, str] | None:
    """The habit that a word's spelling follows, and the word in the other one."""
    if "is" not in word and "iz" not in word:
        return None
    match = _ISE.match(word)
    if not match:
        return None
    stem = match[1].rpartition("-")[2]
    never = NEVER_IZE if match[2] == "s" else NEVER_ISE
    if len(stem) < SHORTEST or stem.endswith(("w", "oo")) or never & {stem, _PREFIX.sub("", stem)}:
        return None
    other = "z" if match[2] == "s" else "s"
    return f"i{match[2]}e", f"{match[1]}i{other}{match[3]}"


def _by_habit(counts: Counter[str], wanted: str) -> Iterator[tuple[str, str, str, str]]:
    """Verbs in -ise and -ize: one habit all through."""
    found = {word: habit for word in counts if (habit := _ise(word))}
    totals: Counter[str] = Counter()
    for word, (own, _) in found.items():
        totals[own] += counts[word]
    if not wanted:
        if len(totals) < 2:  # noqa: PLR2004
            return
        wanted = max(totals, key=lambda one: (totals[one], one))
    kept = f": '-{wanted}' stands {totals[wanted]} times" if totals[wanted] else ", as the language is American English"
    for word, (own, other) in found.items():
        if own != wanted:
            yield word, other, kept, f"is spelt with '-{own}', where others have '-{wanted}'"


def _by_list(counts: Counter[str], wanted: int | None) -> Iterator[tuple[str, str, str, str]]:
    """British and American spellings: those of the language, or those that prevail."""
    sides = (BRITISH, AMERICAN)
    totals = [sum(counts[word] for word in side if word in counts) for side in sides]
    said = wanted is not None
    if wanted is None:
        if not all(totals):
            return
        wanted = 0 if totals[0] >= totals[1] else 1
    names = ("British", "American")
    example = max(sides[wanted], key=lambda word: counts.get(word, 0))
    why = (
        f", as the language is {names[wanted]} English"
        if said
        else f": {names[wanted]} spellings such as '{example}' stand {totals[wanted]} times"
    )
    for word, other in sides[1 - wanted].items():
        if word in counts:
            yield (
                word,
                other,
                why,
                f"is {('a', 'an')[1 - wanted]} {names[1 - wanted]} spelling"
                + ("" if said else f", and most are {names[wanted]}"),
            )


def _by_word(counts: Counter[str], pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str, str]]:
    """Two spellings of one word that both occur: the rarer one, the first of the pair where they are even."""
    for one, other in pairs:
        if counts.get(one) and counts.get(other):
            rarer, kept = (one, other) if _times(counts, one) <= _times(counts, other) else (other, one)
            times = "once" if counts[kept] == 1 else f"{counts[kept]} times"
            yield rarer, kept, f", which stands {times}", "is spelt in another way elsewhere"


def _times(counts: Counter[str], word: str) -> int:
    """How often a word stands, in singular or plural."""
    bare = word.removesuffix("s")
    return counts.get(bare, 0) + counts.get(f"{bare}s", 0)
