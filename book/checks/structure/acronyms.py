"""Acronyms are spelt out where they first stand, and once."""

# ruff: noqa: SIM905 (words read best as words)
from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from book.checks.structure.well_known import WELL_KNOWN
from book.diagnostics import Diagnostic
from book.sources.inline import MARK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from book.checks.subject import Subject
    from book.sources.prose import Passage, Prose

FEWEST_USES = 3
"""Uses below which an acronym that is never spelt out passes for a name."""
TWICE = 2
LONG = 4
"""Letters from which on nobody takes other words for those that an acronym stands for."""
SHOUTED = 4
"""One letter in as many is a capital at least where a text is in capitals, signs and blanks counted."""
NEAR = 150
"""Characters around an acronym in which its words may stand in small letters."""
_ACRONYM = r"[A-Z]{2,6}"
_USE = re.compile(rf"(?<![\w./@#&\\+'’-])({_ACRONYM})(?:s|['’]s)?(?![\w/@&\\+(]|[.:][\w/]|-\d)")
_BEFORE = re.compile(rf"(?<![\w-])({_ACRONYM})s?\s*\(([^()\[\]{MARK}.;:]{{6,120}})\)")
_ANY = re.compile(rf"(?<!\w){_ACRONYM}(?=s?(?!\w))")
_ALONE = re.compile(rf"^\s*{_ACRONYM}\s*$")
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})$")
_WORD_OR_STOP = re.compile(rf"[^\W\d_]+|(?<!\b[A-Z])\.|[;:!?()\n{MARK}]")
"""A word, or where a clause ends; a full stop behind one capital is part of a name."""
_NAMED = re.compile(r"(?:\b[A-Z][\w-]*\s+(?:(?:and|of|the|for|in|de|der|für|und)\s+)*)+$")
"""Words with capitals, and small ones between them, at the end of a text that ends in a blank."""
_CAPITALS = re.compile("[A-Z]{2}")
_CAPITAL = re.compile("[A-Z]")
_NUMBER_AFTER = re.compile(r"\s?[-–]?\d|\s(?:[Pp]art|[Ss]ection|Title|§)\b")
_NAME_BEFORE = re.compile(r"\d\s?$|[\w,)] [A-Z][\w-]*[ -]$")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|_")
_SMALL = frozenset(
    "a an and at by de del der des di die du en et for für from in la le of on or the to und von with zur".split()
)
_LIST = re.compile(r"abbrev|acronym|abk(?:ü|ue)rz|glossar|nomenclature|sigles|siglas", re.IGNORECASE)
_FRONT = re.compile(
    r"abstract|summary|zusammenfassung|r[eé]sum[eé]|preface|vorwort|front|^index$|^intro$", re.IGNORECASE
)
_EXPLAINED = frozenset(["abbr", "term"])
_TEXT = frozenset(["paragraph", "item"])


@dataclass(slots=True)
class _Acronym:
    """Where an acronym stands."""

    uses: list[tuple[int, int]] = field(default_factory=list)
    """Number of the passage and index in its text, of every use that is no spelling out."""
    spelt: list[tuple[int, int, str]] = field(default_factory=list)
    """Number, index and long form of every spelling out."""


def every_acronym_is_spelt_out_once(subject: Subject) -> Iterator[Diagnostic]:
    """Every acronym is spelt out where it first stands, and nowhere else."""
    read = [(prose, passage) for prose in subject.prose for passage in prose.passages]
    found, listed = _collect(read)
    whole: _Initials | None = None
    lowered: list[str] = []
    rows: list[str] = []
    for name, acronym in found.items():
        if name in listed or name in WELL_KNOWN or _ROMAN.match(name):
            continue
        if acronym.spelt:
            if acronym.uses and acronym.uses[0] < acronym.spelt[0][:2] and not lowered:
                lowered = [" ".join(passage.text.lower().split()) for _, passage in read]
                rows = [_Initials([passage.text]).row for _, passage in read]
            yield from _spelt_late(read, lowered, rows, name, acronym)
            yield from _spelt_twice(read, name, acronym)
        elif subject.language.startswith("en") and len(acronym.uses) >= FEWEST_USES and len(name) > TWICE:
            authors = subject.sources.config.author
            whole = whole or _Initials([authors, *(_with_names(passage) for _, passage in read)])
            near = _Initials(
                read[number][1].text[max(0, index - NEAR) : index + NEAR] for number, index in acronym.uses
            )
            word = name.lower() in whole.words or name.title() in whole.words or len(set(name)) == 1
            if not word and not _said(name, whole, near) and not _counted(read, name, acronym):
                hint = f"spell it out where it first stands: '... ({name})'"
                yield _remark(
                    read, acronym.uses[0], "acronym-not-spelt-out", f"acronym '{name}' is spelt out nowhere", hint
                )


def _collect(read: list[tuple[Prose, Passage]]) -> tuple[dict[str, _Acronym], set[str]]:
    """Every acronym of the running text, and those that a list, a glossary or a table of abbreviations explains."""
    found: dict[str, _Acronym] = defaultdict(_Acronym)
    listed: set[str] = set()
    section = ""
    for number, (prose, passage) in enumerate(read):
        text = passage.text
        if passage.kind == "heading":
            section = text
        if not passage.marks and not _CAPITALS.search(text):
            continue
        if passage.kind in ("term", "cell") or _LIST.search(prose.docname) or _LIST.search(section):
            listed.update((_ALONE if passage.kind == "cell" else _ANY).findall(text))
            continue
        listed.update(name for mark in passage.marks if mark.name in _EXPLAINED for name in _ANY.findall(mark.text))
        if passage.kind not in _TEXT or not _CAPITALS.search(text) or _shouted(text):
            continue
        spelt = {index: (name, words) for index, name, words in _spellings(text)} if "(" in text else {}
        for index, (name, words) in spelt.items():
            found[name].spelt.append((number, index, words))
        for match in _USE.finditer(text):
            if match.start(1) not in spelt:
                found[match[1]].uses.append((number, match.start(1)))
    return found, {name.strip() for name in listed}


def _spellings(text: str) -> Iterator[tuple[int, str, str]]:
    """Each acronym of a text that is spelt out beside it: where it stands, its name, its long form."""
    for match in re.finditer(rf"\(\s*[\"“‘']?({_ACRONYM})s?[\"”’']?(?=\s*[),;])", text):
        before = text[max(0, match.start() - 150) : match.start()].rstrip(" \"”’'")
        before = re.split(rf"[.;:!?()\[\]{MARK}]", before)[-1]
        words = _long_form(match[1], before) or _named(match[1], before)
        if words:
            yield match.start(1), match[1], words
    for match in _BEFORE.finditer(text):
        if _long_form(match[1], match[2].strip(), whole=True):
            yield match.start(1), match[1], match[2].strip()


def _long_form(name: str, before: str, *, whole: bool = False) -> str:
    """The words at the end of a text that an acronym abbreviates (Schwartz and Hearst 2003, from right to left); none where there are none."""
    position = len(before)
    for number in range(len(name) - 1, -1, -1):
        letter = name[number].lower()
        position -= 1
        while position >= 0 and (
            before[position].lower() != letter or (number == 0 and position and before[position - 1].isalnum())
        ):
            position -= 1
        if position < 0:
            return ""
    words = before[position:]
    count = len(re.findall(r"[^\W_]+", words))
    fits = TWICE <= count <= min(len(name) + 5, len(name) * 2) and not (whole and position > LONG)
    return words if fits else ""


def _named(name: str, before: str) -> str:
    """The name at the end of a text that an acronym begins with the initials of: 'Disease Ontology (DOID)'; none where there is none."""
    match = _NAMED.search(f"{before} ")
    words = [word for word in match[0].split() if word[0].isupper()] if match else []
    for count in range(min(len(words), len(name)), TWICE - 1, -1):
        if name.startswith("".join(word[0] for word in words[-count:])):
            return " ".join(words[-count:])
    return ""


def _strict(name: str, words: str) -> bool:
    """Whether an acronym is the initials of the words."""
    initials = [word[0].upper() for word in re.findall(r"[^\W\d_]+", words) if word.lower() not in _SMALL]
    return "".join(initials) == name


class _Initials:
    """The initials of a text's words in a row, those of small words behind a tilde; a stop where a clause ends."""

    __slots__ = ("row", "words")

    def __init__(self, texts: Iterable[str]) -> None:
        found = _WORD_OR_STOP.findall("\n".join(texts))
        self.words = frozenset(found)
        self.row = "".join([f"~{word[0]}" if word in _SMALL else word[0] for word in found])


def _with_names(passage: Passage) -> str:
    """A text, and the names in the keys of what it cites: initials of authors are no acronym."""
    keys = " ".join(mark.text for mark in passage.marks if mark.name.startswith("cite"))
    return f"{passage.text}\n{_HUMP.sub(' ', keys)}" if keys else passage.text


def _said(name: str, whole: _Initials, near: _Initials) -> bool:
    """Whether words stand somewhere whose initials an acronym is: in capitals, or close to it in whatever letters."""
    everywhere = whole if len(name) >= LONG else near
    small = _BETWEEN.join(_letters(name))
    return _in_capitals(name, whole.row) or bool(re.search(small, everywhere.row, re.IGNORECASE))


_BETWEEN = r"(?:~\w){0,2}?"


def _letters(name: str) -> list[str]:
    return [f"(?:{letter}|~{letter.lower()})" for letter in name]


def _in_capitals(name: str, row: str) -> bool:
    """Whether initials stand in a row of them, all but the last in capitals."""
    return bool(re.search(_BETWEEN.join([*_letters(name)[:-1], f"~?[{name[-1]}{name[-1].lower()}]"]), row))


def _counted(read: list[tuple[Prose, Passage]], name: str, acronym: _Acronym) -> bool:
    """Whether an acronym mostly stands beside a number or a name, as codes and parts of names do: FAR 25, NACA 2412, Git LFS."""
    beside = sum(
        bool(_NUMBER_AFTER.match(text, index + len(name)) or _NAME_BEFORE.search(text, max(0, index - 30), index))
        for number, index in acronym.uses
        for text in (read[number][1].text,)
    )
    return beside * 2 >= len(acronym.uses)


def _shouted(text: str) -> bool:
    """Whether a text is in capitals."""
    capitals = len(_CAPITAL.findall(text))
    return capitals * SHOUTED > len(text) and capitals * 2 > sum(map(str.isalpha, text))


def _spelt_late(
    read: list[tuple[Prose, Passage]], lowered: list[str], rows: list[str], name: str, acronym: _Acronym
) -> Iterator[Diagnostic]:
    """An acronym that is used before it is spelt out."""
    number, index, words = acronym.spelt[0]
    if (
        not acronym.uses
        or acronym.uses[0] >= (number, index)
        or acronym.uses[0][0] == number
        or not _strict(name, words)
    ):
        return
    first = acronym.uses[0]
    long = " ".join(words.lower().split())
    if any(long in text for text in lowered[: first[0] + 1]):
        return
    begins = next(at for at, (one, _) in enumerate(read) if one is read[first[0]][0])
    if _in_capitals(name, "\n".join(rows[begins : first[0] + 1])):
        return  # in a form of its own, on the same page
    prose, passage = read[number]
    place = passage.at(index)
    where = f"{prose.path}:{f'cell {place.cell}:' if place.cell else ''}{place.line}"
    hint = f"write '{' '.join(words.split())} ({name})' here: {where} spells it out"
    yield _remark(read, first, "acronym-not-spelt-out", f"acronym '{name}' is used before it is spelt out", hint)


def _spelt_twice(read: list[tuple[Prose, Passage]], name: str, acronym: _Acronym) -> Iterator[Diagnostic]:
    """An acronym that is spelt out again; an abstract or a preface stands for itself."""
    spelt = [
        one
        for one in acronym.spelt
        if _strict(name, one[2]) and not _FRONT.search(read[one[0]][0].docname.rpartition("/")[2])
    ]
    forms = Counter(" ".join(words.lower().split()) for *_, words in spelt)
    if len(spelt) < TWICE or len(forms) > 1:
        return
    prose, passage = read[spelt[0][0]]
    place = passage.at(spelt[0][1])
    where = f"{prose.path}:{f'cell {place.cell}:' if place.cell else ''}{place.line}"
    message = (
        f"acronym '{name}' is spelt out again"
        if len(spelt) == TWICE
        else f"acronym '{name}' is spelt out again, {len(spelt)} times in all"
    )
    yield _remark(
        read, spelt[1][:2], "acronym-spelt-out-twice", message, f"{where} spells it out: write '{name}' alone"
    )


def _remark(
    read: list[tuple[Prose, Passage]], where: tuple[int, int], rule: str, message: str, hint: str
) -> Diagnostic:
    prose, passage = read[where[0]]
    place = passage.at(where[1])
    return Diagnostic(rule, message, "warning", prose.path, place.line, place.column, hint=hint, cell=place.cell)
