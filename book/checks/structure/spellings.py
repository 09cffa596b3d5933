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

_WORD = re.compile(r"(?<![\w@./\\#'’-])(?:[^\W\d_]+(?:-[^\W\d_]{2,})+|[^\W\d_]{3,})(?![\w@/\\]|\.\w|-\w|\()")
_QUOTED = re.compile(r"[“„«\"][^“”„«»\"]{1,2000}[”“»\"]|[‘‚][^‘’‚]{1,300}[’‘](?!\w)")
_ISE = re.compile(r"^(.{2,}?)i([sz])(e|es|ed|ing|ation|ations|ational|er|ers|able|ational|ationally)$")
_OPEN = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, OPEN)) + r")(?![\w-])")
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
    counts: Counter[str] = Counter()
    for _, _, text in read:
        words = _WORD.findall(text)
        counts.update(words if german else filter(str.islower, words))  # what is capitalised may be a name
        if not german:
            counts.update(_OPEN.findall(text))
    for word, wanted, why in _rarer(counts, language):
        whole = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
        prose, passage, index = next(
            (prose, passage, match.start())
            for prose, passage, text in read
            if word in text
            for match in whole.finditer(text)
            if word in _OPEN.findall(text) or _WORD.match(text, match.start())
        )
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


def _unquoted(text: str) -> str:
    """A text in which quotations are blank: their spelling is their author's."""
    return _QUOTED.sub(lambda match: " " * len(match[0]), text)


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
    if not match or not STEMS & {match[1], match[1].removeprefix("re"), match[1].removeprefix("de")}:
        return None
    other = "z" if match[2] == "s" else "s"
    return f"i{match[2]}e", f"{match[1]}i{other}{match[3]}"


def _by_habit(counts: Counter[str], wanted: str) -> Iterator[tuple[str, str, str]]:
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
    why = (
        f", as the language is {names[wanted]} English"
        if said
        else f": {names[wanted]} spellings stand {totals[wanted]} times"
    )
    for word, other in sides[1 - wanted].items():
        if word in counts:
            yield word, other, why


def _by_word(counts: Counter[str], pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Two spellings of one word that both occur: the rarer one, the first of the pair where they are even."""
    for one, other in pairs:
        if counts.get(one) and counts.get(other):
            rarer, kept = (one, other) if _times(counts, one) <= _times(counts, other) else (other, one)
            times = "once" if counts[kept] == 1 else f"{counts[kept]} times"
            yield rarer, kept, f", which stands {times}"


def _times(counts: Counter[str], word: str) -> int:
    """How often a word stands, in singular or plural."""
    bare = word.removesuffix("s")
    return counts.get(bare, 0) + counts.get(f"{bare}s", 0)
