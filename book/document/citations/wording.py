"""What each role asks the citation processor for, and what is made of its answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from babel import UnknownLocaleError
from babel.lists import format_list

from book.document.citations.citeproc import PARENTHETICAL, TEXTUAL, WITHOUT_AUTHOR, Cite, Work
from book.document.pandoc.ast import SPACE, link, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from book.document.citations.records import Citation, Cited
    from book.document.citations.style import Style
    from book.document.citations.terms import Terms
    from book.document.pandoc.ast import Inline

ROLES = {
    "p": "parenthetical", "ps": "parenthetical", "labelpar": "parenthetical",
    "t": "textual", "ts": "textual", "ct": "textual", "cts": "textual",
    "alp": "bare", "alps": "bare", "label": "bare",
    "year": "year", "yearpar": "year",
    "author": "author", "authors": "author", "authorpar": "author", "authorpars": "author", "cauthor": "author", "cauthors": "author",
    "empty": "empty", "foot": "foot",
}  # fmt: skip
"""What each role of sphinxcontrib-bibtex prints; a trailing `s`, all authors, is the style's to decide."""

CAPITALISED = frozenset({"ct", "cts", "cauthor", "cauthors"})
IN_PARENTHESES = frozenset({"yearpar", "authorpar", "authorpars"})
NAMING = frozenset({"author-date", "author", "note"})
"""Kinds of style whose textual citations begin with the author; numbers and labels get the name from us."""

_MARKUP = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what is printed for a citation: words, or what the processor makes of a cite."""

    words: str = ""
    """Words of ours."""
    link: str = ""
    """Id of the work that words of ours lead to."""
    cite: Cite | None = None
    """What the processor is asked for."""
    less: Cite | None = None
    """What is taken off the end of it: the year, where only the author is wanted."""
    bare: bool = False
    """Whether its parentheses come off."""
    joint: str = ""
    """What stands for "&" between authors in running text; styles that print the sign mean it for parentheses."""

    @property
    def cites(self) -> tuple[Cite, ...]:
        """All that the processor is asked for."""
        return tuple(cite for cite in (self.cite, self.less) if cite is not None)


@dataclass(frozen=True, slots=True)
class Speaker:
    """What wording needs to know of the thesis."""

    style: Style
    """The citation style."""
    terms: Terms
    """Words of the language."""
    items: Mapping[str, dict[str, Any]]
    """Entries by key."""
    ids: Mapping[str, str]
    """Ids of the items by key."""

    def work(self, item: Cited, *, prefix: bool = True) -> Work:
        """A cited work as the processor gets it."""
        suffix = self.terms.locator(typographic(item.locator)) if item.locator else ""
        return Work(self.ids[item.key], typographic(item.prefix) if prefix else "", suffix)

    def names(self, key: str) -> str:
        """Authors in short, as in running text."""
        item = self.items[key]
        people = item.get("author") or item.get("editor") or item.get("translator") or []
        families = [_family(one) for one in people]
        if not families:
            return _MARKUP.sub("", str(item.get("title") or key))
        if len(families) > 2 or families[-1] == "others":  # noqa: PLR2004 - two are named, more are not
            return f"{families[0]} {self.terms.et_al}"
        return "".join(self.joined(families))

    def joint(self, key: str) -> str:
        """What joins the authors of a work in running text; empty where one of them has "&" in the name."""
        people = self.items[key].get("author") or self.items[key].get("editor") or []
        own = any("&" in str(value) for one in people for value in one.values())
        return "" if own else "".join(self.joined(["", ""])).strip()

    def year(self, key: str) -> str:
        """The year, or the words that stand for it."""
        issued = self.items[key].get("issued") or {}
        parts = issued.get("date-parts") or []
        if parts and parts[0]:
            return "–".join(str(part[0]) for part in parts if part)
        return str(issued.get("literal") or issued.get("raw") or self.terms.no_date)

    def joined(self, pieces: Sequence[str]) -> list[str]:
        """Pieces with the language's commas and "and" between them."""
        return list(interleaved(list(pieces), self.terms.language))


def _family(person: Mapping[str, Any]) -> str:
    if person.get("literal"):
        return str(person["literal"])
    return " ".join(filter(None, (str(person.get("non-dropping-particle") or ""), str(person.get("family") or ""))))


def interleaved(pieces: list[str], language: str) -> Iterator[str]:
    """Pieces with a language's commas and "and" between them."""
    marks = [f"\x00{number}\x00" for number in range(len(pieces))]
    try:
        pattern = format_list(marks, locale=language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        pattern = ", ".join(marks)
    for number, part in enumerate(re.split(r"\x00(?:\d+)\x00", pattern)):
        if part:
            yield part
        if number < len(pieces):
            yield pieces[number]


def typographic(text: str) -> str:
    """Dashes and apostrophes as they are printed."""
    text = " ".join(text.split()).replace("---", "—").replace("--", "–")
    return re.sub(r"(?<=\w)'(?=\w)", "’", text)


def wording(citation: Citation, speaker: Speaker) -> list[Piece]:
    """What to ask the processor for, for one citation; works without an entry are left out."""
    items = [item for item in citation.items if item.key in speaker.ids]
    wanted = ROLES.get(citation.role, "parenthetical")
    noted = (citation.in_note, citation.alone) if speaker.style.kind == "note" else (False, False)
    if not items or wanted in ("empty", "foot"):
        return _notes(items, speaker) if wanted == "foot" else []
    if wanted in ("parenthetical", "bare"):
        works = tuple(speaker.work(item) for item in items)
        return [Piece(cite=Cite(works, PARENTHETICAL, *noted), bare=wanted == "bare")]
    each = [_one(item, wanted, speaker, noted) for item in items]
    return (
        _around(_listed(each, speaker), citation.role) if len(each) > 1 or citation.role in IN_PARENTHESES else each[0]
    )


def _notes(items: list[Cited], speaker: Speaker) -> list[Piece]:
    """What footnotes say, in a style that has notes of its own; elsewhere they hold the entry."""
    return [Piece(cite=Cite((speaker.work(item),))) for item in items] if speaker.style.kind == "note" else []


def _one(item: Cited, wanted: str, speaker: Speaker, noted: tuple[bool, bool]) -> list[Piece]:
    kind = speaker.style.kind
    before = f"{typographic(item.prefix)} " if item.prefix else ""
    work = speaker.work(item, prefix=False)
    if wanted == "textual":
        if kind in NAMING:
            return [Piece(before), Piece(cite=Cite((work,), TEXTUAL, *noted), joint=speaker.joint(item.key))]
        return [Piece(before), Piece(speaker.names(item.key), work.id), Piece("\u00a0"), Piece(cite=Cite((work,)))]
    if wanted == "year":
        if kind == "author-date":
            return [Piece(before), Piece(cite=Cite((work,), WITHOUT_AUTHOR), bare=True)]
        after = f", {typographic(item.locator)}" if item.locator else ""
        return [Piece(before), Piece(speaker.year(item.key), work.id), Piece(after)]
    if kind in ("author-date", "author"):
        alone = Work(work.id)
        return [
            Piece(before),
            Piece(cite=Cite((alone,), TEXTUAL), less=Cite((alone,), WITHOUT_AUTHOR), joint=speaker.joint(item.key)),
        ]
    return [Piece(before), Piece(speaker.names(item.key), work.id)]


def _listed(each: list[list[Piece]], speaker: Speaker) -> list[Piece]:
    marks = [f"\x01{number}" for number in range(len(each))]
    pieces: list[Piece] = []
    for part in speaker.joined(marks) if len(marks) > 1 else marks:
        pieces += each[int(part[1:])] if part.startswith("\x01") else [Piece(part)]
    return pieces


def _around(pieces: list[Piece], role: str) -> list[Piece]:
    return [Piece("("), *pieces, Piece(")")] if role in IN_PARENTHESES else pieces


# -- what is made of the answers ----------------------------------------------


def spoken(pieces: Sequence[Piece], answers: Mapping[Cite, list[Inline]], *, capital: bool) -> list[Inline]:
    """The pieces of a citation, put together."""
    inlines: list[Inline] = []
    for piece in pieces:
        if piece.cite is None:
            inlines += _linked(words(piece.words), piece.link)
            continue
        answer = _copied(answers[piece.cite])
        if piece.less is not None:
            answer = _linked(_without(answer, answers[piece.less]), piece.cite.works[0].id)
        if answer and answer[0]["t"] == "Superscript" and inlines and inlines[-1]["t"] == "Str":
            inlines[-1]["c"] = inlines[-1]["c"].rstrip("\u00a0")
        if piece.joint:
            _join_in_words(answer, piece.joint)
        inlines += _unbracketed(answer) if piece.bare else answer
    return _capitalised(inlines) if capital else inlines


def _copied(value: Any) -> Any:
    """A copy of what pandoc's JSON may hold."""
    if isinstance(value, list):
        return [_copied(one) for one in value]
    return {name: _copied(one) for name, one in value.items()} if isinstance(value, dict) else value


def _join_in_words(inlines: list[Inline], joint: str) -> None:
    """Write "and" for "&" between authors, up to the parenthesis that follows them."""
    for one in _strings(inlines):
        if one["c"].startswith(("(", "[")):
            return
        if one["c"] == "&":
            one["c"] = joint


def _linked(inlines: list[Inline], target: str) -> list[Inline]:
    return [link(inlines, f"#ref-{target}")] if target and inlines else inlines


def _without(answer: list[Inline], less: list[Inline]) -> list[Inline]:
    """An answer without the one that it ends with."""
    whole, end = text_of(answer), text_of(less)
    if not end or not whole.endswith(end):
        return answer
    kept = list(answer)
    while kept and len(text_of(kept)) > len(whole) - len(end):
        kept.pop()
    while kept and kept[-1] == SPACE:
        kept.pop()
    return kept or words(whole.removesuffix(end).strip())


def text_of(inlines: Sequence[Inline]) -> str:
    """The words of inlines, notes left out."""
    return "".join(_texts(inlines))


def _texts(inlines: Sequence[Inline]) -> Iterator[str]:
    for inline in inlines:
        kind, content = inline["t"], inline.get("c", "")
        if kind in ("Str", "Code", "Math", "RawInline"):
            yield content if kind == "Str" else content[1]
        elif kind in ("Space", "SoftBreak", "LineBreak"):
            yield " "
        elif kind in ("Span", "Link", "Quoted", "Cite"):
            yield from _texts(content[1])
        elif kind != "Note" and isinstance(content, list):
            yield from _texts(content)


def _strings(inlines: Sequence[Inline]) -> Iterator[Inline]:
    for inline in inlines:
        content = inline.get("c", "")
        if inline["t"] == "Str":
            yield inline
        elif inline["t"] in ("Span", "Link", "Quoted", "Cite"):
            yield from _strings(content[1])
        elif inline["t"] in ("Emph", "Strong", "Superscript", "Subscript", "SmallCaps", "Underline", "Strikeout"):
            yield from _strings(content)


def _unbracketed(inlines: list[Inline]) -> list[Inline]:
    """Inlines without the one pair of brackets around them."""
    strings = list(_strings(inlines))
    whole = text_of(inlines)
    if not strings or len(re.findall(r"[(\[]", whole)) != 1 or whole[:1] + whole[-1:] not in ("()", "[]"):
        return inlines
    strings[0]["c"] = strings[0]["c"][1:]
    strings[-1]["c"] = strings[-1]["c"][:-1]
    return inlines


def right_of_number(inlines: Sequence[Inline]) -> list[Inline]:
    """An entry without the number that stands to the left of it."""
    right = [inline for inline in inlines if inline["t"] == "Span" and "csl-right-inline" in inline["c"][0][1]]
    return right[0]["c"][1] if right else list(inlines)


def _capitalised(inlines: list[Inline]) -> list[Inline]:
    first = next(_strings(inlines), None)
    if first is not None:
        first["c"] = first["c"][:1].upper() + first["c"][1:]
    return inlines
