"""Text that copying, converting or typing has damaged."""

# ruff: noqa: SIM905 (words read best as words)
from __future__ import annotations

import re
from operator import eq
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.sources.inline import MARK
from book.sources.language import SMALL_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from book.checks.subject import Subject
    from book.sources.prose import Passage, Prose

RIGHTLY_DOUBLED: dict[str, frozenset[str]] = {
    "en": frozenset(
        "that had her do did very so many much more far long no yes oh ha ho hey hear blah bla bye knock now well really too there never again again way quite please who win yo can "
        "chop night tut you it's one two three four five six seven eight nine ten zero half foo bar baz ping ding choo tick tom dum lorem "
        "sapiens gorilla bison bufo".split()
    ),
    "de": frozenset(
        "der die das den dem denen sie ihr ihnen was wer sehr ganz viel so ja nein nun na eins zwei drei vier fünf zu in an".split()
    ),
    "fr": frozenset("nous vous très si oui non bien plus elles elle lui en que faire fait là tout jamais".split()),
    "es": frozenset("no muy nos sí poco que casi tan más nada".split()),
    "it": frozenset("sono via man mano pian piano molto poco ancora se ci lo più quasi così no sì che via".split()),
    "pt": frozenset("não muito nos sim que quase tão mais logo".split()),
    "nl": frozenset("die dat zij ze heel er het ja nee is zo veel".split()),
}
"""Words that may rightly stand twice in a row, by language; in a language that is not here, words are doubled to say more."""
_QUOTED = frozenset("die das der sie nous vous".split())
"""Such words of other languages, which a text may quote."""
_DOUBLE = re.compile(r"(?<![\w'’.,/\\@#&=+<>|-])([^\W\d_]+) +(\1)(?![\w'’/\\@=+(<>|-]|\.\w)", re.IGNORECASE)
_AT = re.compile(r"(?<![\w.@/+:#-])([^\W\d_]{2,})@([^\W\d_]{2,})(?![\w.@-]*[.@:\d-]\w)(?![\w@/:-])")
SHORTEST = 3
"""Letters on either side of an '@' below which it may belong there, unless the thesis has the word without it."""
_MOJIBAKE = re.compile(
    r"Ã[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\x80-\xbf™œ“”˜¦¢\x9d]|â€|Â[\xa0«»°·±§©®]|ï¬|ï»¿|Ð[\x80-\xbf°-¿]Ñ|Å[¡¾½“”]"
)
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_CHARACTER = re.compile("[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SOFT = re.compile(r"[^\W\d_]+(?:\xad[^\W\d_]+)+")
_BROKEN = re.compile(r"(?<![\w-])([^\W\d_]{2,})- ([^\W\d_]{3,})(?![\w-])")
_WORD = re.compile(r"[^\W\d_]{5,}")
_SUSPECT = re.compile("[ÃâÂïÐÅ\xad\ufffd\ue000-\uf8ff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
HINT = "put right what copying or converting has damaged"


def no_text_is_damaged(subject: Subject) -> Iterator[Diagnostic]:
    """No text carries what copying, converting or typing has left: stray signs, broken words, doubled words."""
    known: set[str] = set()
    broken = any(
        _BROKEN.search(passage.text) or ("@" in passage.text and _AT.search(passage.text))
        for prose in subject.prose
        for passage in prose.passages
    )
    if broken:
        known = {
            word.casefold() for prose in subject.prose for one in prose.passages for word in _WORD.findall(one.text)
        }
    language = subject.language.lower().partition("-")[0]
    for prose in subject.prose:
        private: list[tuple[Passage, int]] = []
        for passage in prose.passages:
            if _SUSPECT.search(passage.text):
                private += [(passage, match.start()) for match in _PRIVATE.finditer(passage.text)]
            for index, message, hint in _damage(passage, language, known):
                place = passage.at(index)
                yield Diagnostic(
                    "damaged-text", message, "warning", prose.path, place.line, place.column, hint=hint, cell=place.cell
                )
        if private:
            yield _without_a_meaning(prose, private)


def _without_a_meaning(prose: Prose, found: Sequence[tuple[Passage, int]]) -> Diagnostic:
    """Characters of a symbol font, once a page: a text that was copied has one at every item of its lists."""
    passage, index = found[0]
    place = passage.at(index)
    more = f", with {len(found) - 1} like it below" if len(found) > 1 else ""
    return Diagnostic(
        "damaged-text",
        f"character U+{ord(passage.text[index]):04X} has no meaning outside one font{more}",
        "warning",
        prose.path,
        place.line,
        place.column,
        hint="write the sign that it showed, or make a list of '-'",
        cell=place.cell,
    )


def _damage(passage: Passage, language: str, known: set[str]) -> Iterator[tuple[int, str, str]]:
    """Where a passage is damaged, how, and what to try."""
    text = passage.text
    if "@" in text:
        for match in _AT.finditer(text):
            whole = f"{match[1]}{match[2]}"
            if whole.casefold() in known or min(len(match[1]), len(match[2])) >= SHORTEST:
                meant = whole if whole.casefold() in known else f"{match[1]} {match[2]}"
                message = f"'{match[0]}' holds an '@' that belongs to no address"
                yield match.start(), message, f"did you mean '{meant}'?"
    if _SUSPECT.search(text):
        yield from _stray(text)
    yield from _doubled(passage, language)
    if known and "- " in text:
        for match in _BROKEN.finditer(text):
            whole = (match[1] + match[2]).casefold()
            if whole in known and match[2].islower():
                yield match.start(), f"'{match[0]}' is a broken word", f"did you mean '{match[1]}{match[2]}'?"


def _doubled(passage: Passage, language: str) -> Iterator[tuple[int, str, str]]:
    """Words that stand twice in a row, in one case and with nothing between: names, numbers and what is doubled to say more aside."""
    words = [word.rstrip('.,;:!?)”"') for word in passage.text.lower().split()]
    if language not in RIGHTLY_DOUBLED or not any(map(eq, words, words[1:])):
        return
    small = SMALL_WORDS.get(language, frozenset())
    for match in _DOUBLE.finditer(passage.text):
        word = match[1].lower()
        if (
            word in RIGHTLY_DOUBLED[language]
            or word in _QUOTED
            or not match[2].islower()
            or (match[1] != match[2] and word not in small)
        ):
            continue
        if len(word) == 1 and word not in small:
            continue
        written = passage.source(match.start(), match.end())
        between = written[len(match[1]) : len(written) - len(match[2])]
        thrice = re.search(rf"(?:^|\W){re.escape(word)}\s+$", passage.text[: match.start()].lower()) or re.match(
            rf"\W{{1,2}}{re.escape(word)}\b", passage.text[match.end() :].lower()
        )
        if not thrice and (between == " " or ("\n" in between and not between.strip(" \n>"))):
            yield match.start(), f"'{' '.join(match[0].split())}' is a doubled word", f"write '{match[1]}' once"


def _stray(text: str) -> Iterator[tuple[int, str, str]]:
    """Signs that belong to no text."""
    last = -1
    for match in _MOJIBAKE.finditer(text):
        if match.start() > last + 1:
            yield match.start(), f"'{match[0]}' is text that was read in the wrong encoding", HINT
        last = match.end()
    for match in _CHARACTER.finditer(text):
        if match[0] != MARK:
            yield match.start(), f"a stray character U+{ord(match[0]):04X} stands in the text", HINT
    for match in _SOFT.finditer(text):
        plain = match[0].replace("\xad", "")
        if "\xad" in match[0]:
            yield (
                match.start(),
                f"'{plain}' holds a soft hyphen",
                "take the hyphen out: printed editions hyphenate of themselves",
            )
