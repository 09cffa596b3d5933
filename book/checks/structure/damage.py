"""Text that copying, converting or typing has damaged."""

# ruff: noqa: SIM905 (words read best as words)
from __future__ import annotations

import re
from operator import eq
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.sources.inline import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject
    from book.sources.prose import Passage

DOUBLED: dict[str, frozenset[str]] = {
    "en": frozenset(
        "the a an of to and in is it for on with as at by from or are was be this which we were not their its has have they also can these than into but between".split()
    ),
    "de": frozenset(
        "und oder nicht ist von zu mit für auf ein eine einen einem einer eines im am zum zur wird werden auch wie als aus bei nach dass".split()
    ),
    "fr": frozenset("le la les un une des et ou de du que qui dans par pour sur avec est sont ce cette".split()),
    "es": frozenset("el la los las un una y o de del que en por para con es son se".split()),
    "it": frozenset("il la i gli un una e o di del della che in per con è sono".split()),
    "nl": frozenset("de het een en of van voor met op is zijn wordt worden niet ook als bij naar om".split()),
}
"""Words that never rightly stand twice in a row, by language."""
_DOUBLE = re.compile(r"(?<![\w'’.-])([^\W\d_]{1,12})[ \n]+(\1)(?![\w'’-])", re.IGNORECASE)
_AT = re.compile(r"(?<![\w.@/+:#-])([^\W\d_]{3,})@([^\W\d_]{3,})(?![\w.@-]*[.@:\d-]\w)(?![\w@/:-])")
_MOJIBAKE = re.compile(
    r"Ã[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\x80-\xbf™œ“”˜¦¢\x9d]|â€|Â[\xa0«»°·±§©®]|ï¬|ï»¿|Ð[\x80-\xbf°-¿]Ñ|Å[¡¾½“”]"
)
_CHARACTER = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SOFT = re.compile(r"[^\W\d_]+(?:\xad[^\W\d_]+)+")
_BROKEN = re.compile(r"(?<![\w-])([^\W\d_]{2,})- ([^\W\d_]{3,})(?![\w-])")
_WORD = re.compile(r"[^\W\d_]{5,}")
_SUSPECT = re.compile("[ÃâÂïÐÅ\xad\ufffd\ue000-\uf8ff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
HINT = "put right what copying or converting has damaged"


def no_text_is_damaged(subject: Subject) -> Iterator[Diagnostic]:
    """No text carries what copying, converting or typing has left: stray signs, broken words, doubled words."""
    known: set[str] = set()
    broken = any(_BROKEN.search(passage.text) for prose in subject.prose for passage in prose.passages)
    if broken:
        known = {
            word.casefold() for prose in subject.prose for one in prose.passages for word in _WORD.findall(one.text)
        }
    doubled = DOUBLED.get(subject.language.lower().partition("-")[0], frozenset())
    for prose in subject.prose:
        for passage in prose.passages:
            for index, message, hint in _damage(passage, doubled, known):
                place = passage.at(index)
                yield Diagnostic(
                    "damaged-text", message, "warning", prose.path, place.line, place.column, hint=hint, cell=place.cell
                )


def _damage(passage: Passage, doubled: frozenset[str], known: set[str]) -> Iterator[tuple[int, str, str]]:
    """Where a passage is damaged, how, and what to try."""
    text = passage.text
    if "@" in text:
        for match in _AT.finditer(text):
            yield (
                match.start(),
                f"'{match[0]}' holds an '@' that belongs to no address",
                f"did you mean '{match[1]} {match[2]}'?",
            )
    if _SUSPECT.search(text):
        yield from _stray(text)
    words = text.lower().split()
    for match in _DOUBLE.finditer(text) if any(map(eq, words, words[1:])) else ():
        if match[1].lower() in doubled and match[2].islower():
            yield match.start(), f"'{' '.join(match[0].split())}' is a doubled word", f"write '{match[1]}' once"
    if known and "- " in text:
        for match in _BROKEN.finditer(text):
            whole = (match[1] + match[2]).casefold()
            if whole in known and match[2].islower():
                yield match.start(), f"'{match[0]}' is a broken word", f"did you mean '{match[1]}{match[2]}'?"


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
