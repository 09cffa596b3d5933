"""Numbers of figures, tables, chapters and sections that are typed by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from book.diagnostics import Diagnostic
from book.document.numbering import number_targets
from book.sources.catalogues import words_of
from book.sources.inline import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from book.checks.subject import Subject
    from book.document.reading import Document
    from book.sources.prose import Passage, Place

Kind = Literal["figure", "table", "chapter", "section", "appendix"]

_WORDS: dict[str, dict[Kind, str]] = {
    "en": {
        "figure": r"[Ff]igures?|[Ff]igs?\.?",
        "table": r"[Tt]ables?|Tabs?\.",
        "chapter": r"[Cc]hapters?|Chaps?\.|Ch\.",
        "section": r"[Ss]ections?|Secs?\.|Sect\.",
        "appendix": r"[Aa]ppendix|[Aa]ppendices",
    },
    "de": {
        "figure": r"Abbildung(?:en)?|Abb\.",
        "table": r"Tabellen?|Tab\.",
        "chapter": r"Kapiteln?|Kapitels|Kap\.",
        "section": r"Abschnitt(?:en|e|s)?|Abschn\.",
        "appendix": r"Anhangs?|Anh\.",
    },
    "fr": {
        "figure": r"[Ff]igures?|[Ff]ig\.",
        "table": r"[Tt]ableaux?|Tab\.",
        "chapter": r"[Cc]hapitres?|[Cc]hap\.",
        "section": r"[Ss]ections?",
        "appendix": r"[Aa]nnexes?",
    },
    "es": {
        "figure": r"[Ff]iguras?|[Ff]ig\.",
        "table": r"[Tt]ablas?|[Cc]uadros?",
        "chapter": r"[Cc]apítulos?|[Cc]ap\.",
        "section": r"[Ss]ección|[Ss]ecciones",
        "appendix": r"[Aa]péndices?|[Aa]nexos?",
    },
}
"""What a number's word looks like, by language; in other languages it is the word that references print."""

_SPACE = "[ \u00a0\u202f]"
_NUMBER = r"(?:\d{1,2}(?:\.\d{1,2}){0,3}|[A-Z](?:\.\d{1,2}){1,3})(?![\w%])(?!\.\d)(?![-\u2013][A-Za-z])"
_FURTHER = re.compile(
    rf"{_SPACE}*(?:,{_SPACE}*(?:and|or)?|and|or|to|through|und|oder|bis|et|y|à|&|[-\u2013]){_SPACE}*({_NUMBER})"
)
_DIGIT = re.compile(r"[0-9]")
_LETTERED = ("ppend", "nhang", "nnexe", "nexo", "péndice", "pêndice", "ijlage")
"""Parts of the words that letters may follow; a passage without them and without a digit is not worth a closer look."""
_KINDS_OF_TEXT = frozenset(["paragraph", "item", "cell", "caption", "note"])
_CITING = re.compile(r"^cite")
_YEAR = r"(?:1[6-9]|20)\d\d[a-z]?"
_ELSEWHERE_BEFORE = re.compile(
    rf"(?:['\u2019]s|s['\u2019])(?:\s+own)?\s+$|\b(?:his|her|their|its|whose|your|ihrer|seiner|deren|dessen)\s+$|\(?\b{_YEAR}\)?[,;:]?\s*(?:see\s+)?$|\bArt(?:icle|ikel)?s?\b[^.;]*$",
    re.IGNORECASE,
)
_ELSEWHERE_AFTER = re.compile(
    rf"\s*(?:,\s*)?\(?(?:of|from|by|aus|von|dans|del?)\s+(?!this|our|dieser|dieses|cette|este|esta)|"
    rf"\s+(?:in|im)\s+(?:{MARK}|[A-Z](?!ppendi|hapter|ection)\w+|(?:the|his|her|their|that|an?|der|dem|den)\s+(?:\w+\s+){{0,3}}?(?:books?|study|studies|paper|report|article|work|original|manual|documentation|Buch|Studie|Bericht|Artikel)\b)"
    rf"|\s+(?:bankruptcy|Abs\.|of\s+the)|\s*\(\s*{MARK}?\s*\)?\s*{_YEAR}|\s*[,(]\s*[A-Z][\w-]+(?:\s+(?:et\s+al\.?|and|&)\s*\w*)?,?\s+\(?{_YEAR}"
)
_LAW = re.compile(
    r"\b(?:Acts?|Code|Treaty|Regulation|Directive|Statute|Constitution|Convention|Charter|Agreement|GDPR|DSGVO|Gesetz(?:es|e)?|Verordnung|Terms|BGB|StGB|UrhG|Law)\b"
)
_ITS_OWN_CAPTION = re.compile(r"[a-z]?\)?\s*(?:[:|]|\.(?:\s|$)|[\u2013\u2014-]\s|$)")


@dataclass(frozen=True, slots=True)
class Typed:
    """A number typed by hand where a reference could stand."""

    path: str
    """Source of the page."""
    place: Place
    """Where it begins."""
    kind: Kind
    """What it names."""
    numbers: tuple[str, ...]
    """Its number, or its numbers where it names several."""
    words: str
    """As it is written."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that a thesis gives, each with the label it can be named by; an empty one where there is none."""

    of: Mapping[Kind, Mapping[str, str]]
    """Label by number, by kind."""


def no_number_is_typed_by_hand(subject: Subject) -> Iterator[Diagnostic]:
    """Figures, tables, chapters and sections are named by references, not by numbers that go stale."""
    numbers = numbers_of(subject.document)
    for typed in typed_in(subject):
        there = _there(typed.kind, numbers)
        if not there:
            yield from _of_a_kind_without_numbers(typed, numbers, subject)
            continue
        missing = [number for number in typed.numbers if number not in there]
        if missing:
            known = sorted(there, key=_in_order)
            yield Diagnostic(
                "typed-reference-without-target",
                f"'{typed.words}' is typed by hand, and no {typed.kind} has the number {missing[0]}",
                "warning",
                typed.path,
                typed.place.line,
                typed.place.column,
                hint=f"the numbers go from {known[0]} to {known[-1]}; name it by its label: '{{numref}}`label`'",
                cell=typed.place.cell,
            )
            continue
        label = there[typed.numbers[0]]
        said = f"write '{{numref}}`{label}`'" if label else "give it a label and name that: '{numref}`label`'"
        yield Diagnostic(
            "typed-reference",
            f"'{typed.words}' is typed by hand",
            "warning",
            typed.path,
            typed.place.line,
            typed.place.column,
            hint=f"{said}: then the number follows when something moves",
            cell=typed.place.cell,
        )


def _of_a_kind_without_numbers(typed: Typed, numbers: Numbers, subject: Subject) -> Iterator[Diagnostic]:
    """A number of a figure or table, chapter first, in a thesis that numbers chapters and no such thing, nor captions one by hand."""
    if typed.kind not in ("figure", "table") or not numbers.of.get("chapter") or "." not in typed.numbers[0]:
        return
    if any(_captioned(passage, typed, subject.language) for page in subject.prose for passage in page.passages):
        return
    yield Diagnostic(
        "typed-reference-without-target",
        f"'{typed.words}' is typed by hand, and no {typed.kind} has a number",
        "warning",
        typed.path,
        typed.place.line,
        typed.place.column,
        hint="give what you mean a caption and a label, and name it by that: '{numref}`label`'",
        cell=typed.place.cell,
    )


def _captioned(passage: Passage, typed: Typed, language: str) -> bool:
    """Whether a passage begins with such a number, as captions typed by hand do."""
    match = _pattern(language).match(passage.text.lstrip(" (*"))
    return bool(match and match[typed.kind] and match["number"].split(".")[0] == typed.numbers[0].split(".")[0])


def _there(kind: Kind, numbers: Numbers) -> dict[str, str]:
    """What a word can mean: authors call a chapter a section, and an appendix a chapter."""
    if kind in ("chapter", "section", "appendix"):
        given = numbers.of.get(kind, {})
        return {**numbers.of.get("appendix", {}), **numbers.of.get("section", {}), **given} if given else {}
    return dict(numbers.of.get(kind, {}))


def _in_order(number: str) -> list[tuple[int, int, str]]:
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in number.split(".")]


def numbers_of(document: Document) -> Numbers:
    """The numbers that references would print."""
    env = document.app.env
    found: dict[Kind, dict[str, str]] = {"figure": {}, "table": {}, "chapter": {}, "section": {}, "appendix": {}}
    for one in document.floats:
        if one.number:
            found[one.kind].setdefault(one.printed_number, one.label)
    labels: dict[tuple[str, str], str] = {}
    counted = number_targets(env)
    for label, (docname, anchor, *_title) in {
        **env.domaindata["std"]["anonlabels"],
        **env.domaindata["std"]["labels"],
    }.items():
        kind, first = counted.get(docname, {}).get(anchor, ("", ""))
        if kind == "section":
            labels.setdefault((docname, first), label)
    for docname, sections in env.toc_secnumbers.items():
        for anchor, number in sections.items():
            if not number:
                continue
            said = ".".join(map(str, number))
            label = labels.get((docname, anchor), "")
            named: Kind = "section" if len(number) > 1 else "chapter" if isinstance(number[0], int) else "appendix"
            found[named][said] = found[named].get(said) or label
    return Numbers(found)


def typed_in(subject: Subject) -> Iterator[Typed]:
    """Every number typed by hand in running text that can only mean something in this thesis."""
    pattern = _pattern(subject.language)
    for page in subject.prose:
        for passage in page.passages:
            if passage.kind not in _KINDS_OF_TEXT or not _may_number(passage.text):
                continue
            for match in pattern.finditer(passage.text):
                kind: Kind = next(name for name in _KINDS if match[name])
                numbers, end = _numbers(passage.text, match)
                if _is_ours(passage, match.start(), end) and not (
                    kind in _OF_BOOKS and _about_a_book(passage, match.start())
                ):
                    words = passage.text[match.start() : end]
                    yield Typed(page.path, passage.at(match.start()), kind, numbers, " ".join(words.split()))


def _may_number(text: str) -> bool:
    return bool(_DIGIT.search(text)) or any(part in text for part in _LETTERED)


_KINDS: tuple[Kind, ...] = ("figure", "table", "chapter", "section", "appendix")


@lru_cache(maxsize=8)
def _pattern(language: str) -> re.Pattern[str]:
    short = language.replace("_", "-").split("-")[0].lower()
    sets = (
        [_WORDS["en"]] if short in ("en", "") else [_WORDS["en"], _WORDS[short]] if short in _WORDS else [_WORDS["en"]]
    )
    words = words_of(language)
    if words and short not in _WORDS:
        sets.append({kind: re.escape(str(getattr(words, kind))) for kind in _KINDS})
    kinds = "|".join(f"(?P<{kind}>{'|'.join(one[kind] for one in sets)})" for kind in _KINDS)
    appended = rf"(?(appendix)(?:{_NUMBER}|[A-Z](?!\w|\.\d))|{_NUMBER})"
    return re.compile(rf"(?<![\w{{-])(?:{kinds}){_SPACE}(?P<number>{appended})")


def _numbers(text: str, match: re.Match[str]) -> tuple[tuple[str, ...], int]:
    found, end = [match["number"]], match.end()
    while following := _FURTHER.match(text, end):
        found.append(following[1])
        end = following.end()
    return tuple(found), end


def _is_ours(passage: Passage, start: int, end: int) -> bool:
    """Whether a number can be meant for this thesis, and not for another's work, a law or a caption typed by hand."""
    text = passage.text
    if not text[:start].strip(" (*") and _ITS_OWN_CAPTION.match(text, end):
        return False
    before, after = _clause_before(text, start), text[end : end + 80]
    if _ELSEWHERE_BEFORE.search(before) or _ELSEWHERE_AFTER.match(after):
        return False
    first = max(text.rfind(stop, 0, start) for stop in (". ", "? ", "! ")) + 1
    last = next((i for i in (text.find(stop, end) for stop in (". ", "? ", "! ")) if i >= 0), len(text))
    sentence = text[first:last]
    if (
        _LAW.search(sentence)
        or _open_quotation(text[first:start])
        or re.search(rf"\(\s*{_YEAR}\s*\)", text[first:start])
    ):
        return False
    return not _linked(passage, start, end) and not _cites_another(passage, start, end, start - len(before))


_OF_BOOKS = ("chapter", "section", "appendix")
_BOOK = re.compile(
    r"\b(?:text|hand|work|guide)?books?\b|\b(?:manual|documentation|tutorial|course|report|paper|article|study|thesis|Buch|Handbuch|Bericht|livre|libro)s?\b",
    re.IGNORECASE,
)


def _about_a_book(passage: Passage, start: int) -> bool:
    """Whether the passage has named another work, whose chapters it may go on about."""
    linked = "](http" in passage.source(0, start)
    cited = any(mark.index < start and (mark.kind == "address" or _CITING.match(mark.name)) for mark in passage.marks)
    return (linked or cited) and (passage.kind == "item" or bool(_BOOK.search(passage.text, 0, start)))


def _clause_before(text: str, start: int) -> str:
    begin = max(text.rfind(stop, 0, start) for stop in (". ", "; ", ": ", "? ", "! ")) + 1
    return text[max(begin, start - 120) : start]


def _open_quotation(text: str) -> bool:
    straight = text.count('"') % 2 == 1
    return straight or any(
        text.rfind(left) > text.rfind(right) for left, right in ("\u201c\u201d", "\u00ab\u00bb", "\u201e\u201c")
    )


def _linked(passage: Passage, start: int, end: int) -> bool:
    """Whether it is the words of a link, or code around it makes it a link."""
    around = passage.source(max(start - 1, 0), min(end + 1, len(passage.text)))
    if "](" in around:
        return True
    first, last = passage.places[start], passage.places[end - 1] + 1
    source = passage.unit.text
    opened = source.rfind("[", max(0, first - 200), first)
    if opened >= 0 and "]" not in source[opened:first]:
        closed = re.match(r"[^\[\]\n]{0,200}\][(\[{]", source[last : last + 202])
        if closed:
            return True
    tag = source.rfind("<a ", max(0, first - 300), first)
    return tag >= 0 and "</a>" not in source[tag:first]


_NEAR = 25


def _cites_another(passage: Passage, start: int, end: int, clause: int) -> bool:
    """Whether a citation or an address in the same clause says whose number it is."""
    text = passage.text
    clause = max(clause, *(text.rfind(stop, 0, start) for stop in ("(", ";", ". ")))
    for mark in passage.marks:
        citing = mark.kind == "address" or (mark.kind == "role" and _CITING.match(mark.name))
        if not citing:
            continue
        if clause <= mark.index < start:
            return True
        between = text[end : mark.index]
        if (
            end <= mark.index <= end + _NEAR
            and not re.search(r"[,;.)]", between)
            and (mark.name in ("cite:t", "cite:ts", "cite:author") or not re.search(r"\w", between))
        ):
            return True
    return bool(re.search(r"\]\((?:https?:)?//", passage.source(max(clause, 0), start)))
