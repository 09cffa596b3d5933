"""Author and year as people type them: `(Walt, 2005)`, `Lake (2009, p. 3)`, `Walt & Lake, 2005`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = r"(?:[^\W\d_a-zß-öø-ÿа-я][\w’'‐-]{0,40})"
_PARTICLE = r"(?:(?:van|von|vom|de|der|den|del|della|di|da|dos|du|la|le|el|ten|ter|zu|zur|al|bin|ibn)\s+|d[’']|al-|el-)"
_NAME = rf"(?:{_PARTICLE}{{0,3}}{_WORD}(?:\s{_PARTICLE}{{1,3}}{_WORD})?)"
_AND = r"(?:,?\s+(?:and|und|et|y|och|og|en|i|и)\s+|,?\s*&\s*)"
_ETAL = r"(?:,?\s+(?:et\.?\s+al\b\.?|and\s+(?:others|colleagues|co-?workers)|und\s+(?:andere|Kollegen)|u\.\s?a\.))"
_INITIALS = r"(?:,\s*(?:[A-Z]\.[\s-]?){1,3})?"
_YEAR = r"(?:1[5-9]\d\d|20\d\d)(?:[a-f](?![\w]))?(?!\d)"
_LOCATOR = r"(?:[,:;]?\s*(?:(?:pp?|S|Ss|ch|chap|chapter|Kap|Abschn|sec|section|fig|figure|table|Tab|Abb|vol|Bd|n|note|Fn|f|fol|para|str|с)\.?\s?|§§?\s?|page\s|pages\s|Seiten?\s)\d[\d\s,–—fa-z.-]{0,20}|:\s?\d[\d\s,–—f.-]{0,15}|,\s?\d{1,4}(?:[–-]\d{1,4})?)"
_PREFIX = r"(?:(?:see(?:\s+also)?|cf\.?|compare|e\.\s?g\.,?|i\.\s?e\.,?|but\s+see|for\s+example,?|for\s+instance,?|such\s+as|after|following|adapted\s+from|based\s+on|from|quoted\s+in|cited\s+in|as\s+cited\s+in|also|vgl\.?(?:\s+(?:auch|dazu|hierzu))?|siehe(?:\s+auch)?|s\.(?:\s?a\.)?|z\.\s?B\.|zitiert\s+nach|nach|so|voir|cfr\.?|véase|por\s+ejemplo,?|zie|bijv\.|zob\.|см\.)\s+)?"
_ITEM = re.compile(
    rf"\s*(?P<prefix>{_PREFIX})(?P<people>(?P<first>{_NAME}){_INITIALS}(?P<more>{_ETAL}|(?:,\s+{_NAME}{_INITIALS}){{0,6}}{_AND}{_NAME}{_INITIALS})?|[A-ZÀ-Þ][^\W\d_]*(?:\s[^\W\d_]{{1,20}}){{1,6}})"
    rf"(?P<comma>,?)\s+\(?(?P<years>{_YEAR}(?:\s*[,/&]\s*{_YEAR}|\s+and\s+{_YEAR}|\s+und\s+{_YEAR}){{0,4}})\)?(?P<locator>{_LOCATOR})?(?P<rest>[,.]?(?:\s[^();]{{0,60}})?)\s*",
)
_NARRATIVE = re.compile(
    rf"(?<![\w’'-])(?P<people>(?P<first>{_NAME})(?P<more>{_ETAL}|(?:,\s+{_NAME}){{0,6}}{_AND}{_NAME})?)(?:[’']s?)?\s+"
    rf"[(\[](?:see\s+)?(?P<years>{_YEAR}(?:\s*[,;/&]\s*{_YEAR}){{0,4}})(?P<locator>{_LOCATOR})?[)\]]"
)
_BARE = re.compile(
    rf"(?<![\w’'-])(?P<people>(?P<first>{_NAME})(?P<more>{_ETAL}|\s*&\s*{_NAME}))(?P<comma>,?)\s+(?P<years>{_YEAR})(?P<locator>)"
)
_GROUP = re.compile(r"[(\[]([^()\[\]]{6,600})[)\]]")
_EACH = re.compile(_YEAR)
LONGEST = 100_000
"""Characters of a passage beyond which nobody looks for names in it."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A work that a text names by author and year."""

    text: str
    """As typed, without brackets around all of it."""
    start: int
    """Where it begins in the text."""
    end: int
    """Where it ends."""
    names: tuple[str, ...]
    """Family names as typed; of a body its whole name."""
    years: tuple[str, ...]
    """Years, each of four digits."""
    form: str
    """`narrative` (the year alone in brackets), `bracketed` (all of it in brackets) or `bare`."""
    others: bool = False
    """Whether more authors are meant: `et al.`."""
    prefix: str = ""
    """Words before it: `see`."""
    locator: str = ""
    """A page or a chapter."""
    comma: bool = False
    """Whether a comma stands before the year."""
    beside: bool = False
    """Whether other works stand in the same brackets."""


def typed_citations(text: str) -> Iterator[Typed]:
    """Everything in a text that has the shape of a citation; what it means is for others to judge.

    Takes time in proportion to the text.
    """
    if len(text) > LONGEST or not _EACH.search(text):
        return
    taken = bytearray(len(text))
    found = [*_groups(text), *(_of_match(match, text, "narrative") for match in _NARRATIVE.finditer(text))]
    found += [_of_match(match, text, "bare") for match in _BARE.finditer(text)]
    for one in found:
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\x01" * (one.end - one.start)
            yield one


def _groups(text: str) -> Iterator[Typed]:
    for group in _GROUP.finditer(text):
        if not _EACH.search(group[1]) or group[1][:1].isdigit():
            continue
        start = group.start(1)
        pieces = re.split(r"(;)", group[1])
        several = pieces.count(";") > 0
        for piece in pieces:
            match = _ITEM.fullmatch(piece) if piece != ";" else None
            if match:
                yield _of_match(match, text, "bracketed", start, beside=several)
            start += len(piece)


def _of_match(match: re.Match[str], text: str, form: str, shift: int = 0, *, beside: bool = False) -> Typed:
    groups = match.groupdict()
    start = match.start("people") + shift
    end = (match.end("locator") if groups.get("locator") else match.end("years")) + shift
    if form == "narrative":
        end = match.end() + shift
    more = groups.get("more") or ""
    others = bool(re.fullmatch(_ETAL, more))
    return Typed(
        text[start:end], start, end, _names(match), tuple(year[:4] for year in _EACH.findall(match["years"])), form, others,
        (groups.get("prefix") or "").strip(), (groups.get("locator") or "").strip(" ,:;"), bool(groups.get("comma")), beside,
    )  # fmt: skip


def _names(match: re.Match[str]) -> tuple[str, ...]:
    if not match["first"]:
        return (match["people"],)
    people = re.sub(rf"{_ETAL}$", "", match["people"])
    people = re.sub(r",\s*(?:[A-Z]\.[\s-]?){1,3}", "", people)
    return tuple(re.sub(r"[’']s?$", "", name.strip()) for name in re.split(rf"{_AND}|,\s+", people) if name.strip())
