"""Words that are spelt in two ways."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from book.checks.structure.spelling_pairs import AMERICAN, BRITISH, CLOSED, GERMAN, NOT_ONE_WORD, OPEN, STEMS
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from book.checks.subject import Subject
    from book.sources.prose import Passage, Prose

_WORD = re.compile(r"(?<![\w@./\\#'’-])[^\W\d_]{3,}(?:-[^\W\d_]{2,})*(?![\w@/\\]|\.\w|-\w|\()")
_QUOTED = re.compile(r"[“„«\"][^“”„«»\"]{1,2000}[”“»\"]|[‘‚][^‘’‚]{1,300}[’‘](?!\w)")
_ISE = re.compile(r"^(.{2,}?)i([sz])(e|es|ed|ing|ation|ations|ational|er|ers|able|ational|ationally)$")
_OPEN = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, OPEN)) + r")(?![\w-])")
_KINDS = frozenset(["paragraph", "item", "note", "caption", "cell"])


def every_word_is_spelt_in_one_way(subject: Subject) -> Iterator[Diagnostic]:
    """Every word is spelt in one way, that of the thesis's language or else the one that prevails."""
    language = subject.language.lower()
    counts: Counter[str] = Counter()
    first: dict[str, tuple[Prose, Passage, int]] = {}
    for prose in subject.prose:
        for passage in prose.passages:
            if passage.kind not in _KINDS:
                continue
            for word, index in _words(passage.text, german=language.startswith("de")):
                counts[word] += 1
                if word not in first:
                    first[word] = (prose, passage, index)
    for word, wanted, why in _rarer(counts, language):
        prose, passage, index = first[word]
        place = passage.at(index)
        yield Diagnostic(
            "spelling-varies",
            f"'{word}' ({counts[word]} times) is spelt in another way elsewhere"
            if counts[word] > 1
            else f"'{word}' is spelt in another way elsewhere",
            "warning",
            prose.path,
            place.line,
            place.column,
            hint=f"write '{wanted}'{why}",
            cell=place.cell,
        )


def _words(text: str, *, german: bool) -> Iterator[tuple[str, int]]:
    """Words outside quotations that are no names, with their places."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    pairs = [_WORD.finditer(text)] if german else [_WORD.finditer(text), _OPEN.finditer(text)]
    for match in (match for found in pairs for match in found):
        word = match[0]
        if not (word.islower() or german):
            continue  # a name, or the beginning of a sentence
        if not any(start <= match.start() < end for start, end in quoted):
            yield word, match.start()


def _rarer(counts: Counter[str], language: str) -> Iterator[tuple[str, str, str]]:
    """Each spelling that is not the one to keep, the one to keep, and why."""
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
    match = _ISE.match(word)
    if not match or match[1].removeprefix("re").removeprefix("un").removeprefix("de") not in STEMS and match[1] not in STEMS:
        return None
    other = "z" if match[2] == "s" else "s"
    return f"i{match[2]}e", f"{match[1]}i{other}{match[3]}"


def _by_habit(counts: Counter[str], wanted: str) -> Iterator[tuple[str, str, str]]:
    """Verbs in -ise and -ize: one habit all through."""
    found = {word: habit for word in counts if (habit := _ise(word))}
    totals: Counter[str] = Counter()
    for word, (habit, _) in found.items():
        totals[habit] += counts[word]
    if not wanted:
        if len(totals) < 2:  # noqa: PLR2004
            return
        wanted = max(totals, key=lambda habit: (totals[habit], habit))
    kept = f": '-{wanted}' stands {totals[wanted]} times" if totals[wanted] else ", as the language is American English"
    for word, (habit, other) in found.items():
        if habit != wanted:
            yield word, other, kept


def _by_list(counts: Counter[str], wanted: int | None) -> Iterator[tuple[str, str, str]]:
    """British and American spellings: those of the language, or those that prevail."""
    sides = (BRITISH, AMERICAN)
    totals = [sum(counts[word] for word in side if word in counts) for side in sides]
    said = wanted is not None
    if wanted is None:
        if not all(totals):
            return
        wanted = 0 if totals[0] >= totals[1] else 1
    names = ("British", "American")
    why = f", as the language is {names[wanted]} English" if said else f": {names[wanted]} spellings stand {totals[wanted]} times"
    for word, other in sides[1 - wanted].items():
        if word in counts:
            yield word, other, why


def _by_word(counts: Counter[str], pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Two spellings of one word that both occur: the rarer one, the first of the pair where they are even."""
    for one, other in pairs:
        if counts.get(one) and counts.get(other):
            rarer, kept = (one, other) if counts[one] <= counts[other] else (other, one)
            times = "once" if counts[kept] == 1 else f"{counts[kept]} times"
            yield rarer, kept, f", which stands {times}"
