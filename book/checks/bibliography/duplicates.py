"""Entries of one work under several keys."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from book.checks.bibliography.identifiers import bare_doi
from book.checks.bibliography.spelling import distance
from book.checks.bibliography.wording import families, folded, value_of, year_of
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from book.checks.subject import Subject
    from book.sources.bibliography import Bibliography
    from book.sources.entries import Entry

MOST = 60
"""Works of one author and one year beyond which only equal titles are looked for."""
_APART = ("volume", "edition", "chapter", "number", "version", "issue", "part", "month")
"""Fields that tell two works of one title apart."""
_SMALL = frozenset(
    ["a", "an", "the", "and", "of", "in", "on", "der", "die", "das", "und", "le", "la", "les", "l", "et", "el", "los"]
)
_PARTS = frozenset({"inbook", "incollection", "inproceedings", "conference", "inreference", "suppbook"})
_LONG = 3
_ROMAN = re.compile(r"[ivxlc]+")
_VERY_LONG = 5


@dataclass(frozen=True, slots=True)
class _Work:
    """What tells a work from others."""

    entry: Entry
    doi: str
    words: tuple[str, ...]
    year: str
    people: tuple[str, ...]


def no_work_stands_twice(subject: Subject) -> Iterator[Diagnostic]:
    """No work has two entries under different keys."""
    bibliography = subject.document.bibliography
    said: set[str] = set()
    works = [
        _work(entry, bibliography) for entry in bibliography.entries.values() if entry.type not in ("xdata", "set")
    ]
    order = {work.entry.key: number for number, work in enumerate(works)}
    found = {(min(pair, key=order.__getitem__), max(pair, key=order.__getitem__)): why for pair, why in _pairs(works)}
    for first, second in sorted(found, key=lambda pair: (order[pair[1]], order[pair[0]])):
        if second in said:
            continue
        said.add(second)
        one, other = bibliography.entries[first], bibliography.entries[second]
        place = f"line {one.line}" if one.path == other.path else f"{one.path}:{one.line}"
        if found[first, second] == _BORROWED:
            message = f"entry '{second}' has the DOI of entry '{first}' in {place}, which is another work"
            yield Diagnostic(
                "duplicate-entry", message, "warning", other.path, other.lines.get("doi", other.line), hint=_LOOK_UP
            )
            continue
        message = f"entry '{second}' is the work of entry '{first}' in {place} once more: {found[first, second]}"
        hint = f"cite '{first}' everywhere and delete '{second}', or tell the two works apart"
        yield Diagnostic("duplicate-entry", message, "warning", other.path, other.line, hint=hint)


def _work(entry: Entry, bibliography: Bibliography) -> _Work:
    title = " ".join(filter(None, (value_of(entry, "title"), value_of(entry, "subtitle"))))
    words = tuple(word for word in folded(title).split() if word not in _SMALL)
    return _Work(
        entry, bare_doi(entry.fields.get("doi", "")), words, year_of(entry, bibliography), families(entry, bibliography)
    )


def _pairs(works: Iterable[_Work]) -> Iterator[tuple[tuple[str, str], str]]:
    """Keys of entries of one work, and by what one knows; works are put into small groups first."""
    listed = list(works)
    by_doi = _grouped((work.doi, work) for work in listed if work.doi.startswith("10."))
    by_title = _grouped(("".join(work.words), work) for work in listed if work.words)
    by_author = _grouped((f"{work.people[0]} {work.year}", work) for work in listed if work.people and work.year)
    for one, other in _neighbours(by_doi):
        if not _parts_of_one(one, other):
            yield (
                (one.entry.key, other.entry.key),
                _BORROWED if _unlike(one, other) else f"both have the DOI '{one.doi}'",
            )
    for one, other in _neighbours(by_title):
        if _years_agree(one, other) and _same(one, other):
            yield (one.entry.key, other.entry.key), "title and year are the same"
    for one, other in _neighbours(group for group in by_author if len(group) <= MOST):
        if same_title(one.words, other.words) and _same(one, other):
            yield (one.entry.key, other.entry.key), "author, year and title are the same but for spelling"


_BORROWED = "borrowed"
_LOOK_UP = "look up the DOI of each"


def _unlike(one: _Work, other: _Work) -> bool:
    """Whether two works differ in their authors and in nearly all words of their titles."""
    shared = set(one.words) & set(other.words)
    return (
        bool(one.people and other.people and one.words and other.words)
        and not set(one.people) & set(other.people)
        and len(shared) <= min(len(one.words), len(other.words)) // 3
    )


def _grouped(named: Iterable[tuple[str, _Work]]) -> list[list[_Work]]:
    """Works that share a name, in the order of the bibliography."""
    found: dict[str, list[_Work]] = defaultdict(list)
    for name, work in named:
        found[name].append(work)
    return list(found.values())


def _neighbours(groups: Iterable[list[_Work]]) -> Iterator[tuple[_Work, _Work]]:
    """All pairs of each small group; of a large one, each with the first."""
    for group in groups:
        for number, one in enumerate(group[: 1 if len(group) > MOST else None]):
            yield from ((one, other) for other in group[number + 1 :])


def _parts_of_one(one: _Work, other: _Work) -> bool:
    """Whether two works have one DOI because it is the whole book's."""
    return _is_part(one) != _is_part(other) or (_is_part(one) and not same_title(one.words, other.words))


def _is_part(work: _Work) -> bool:
    return work.entry.type in _PARTS


def _years_agree(one: _Work, other: _Work) -> bool:
    if one.year == other.year:
        return True
    return not (one.year and other.year) and bool(one.people and other.people) and len(one.words) >= _LONG


def same_title(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether two titles are one but for spelling: the same words in their order, each within a letter or two."""
    if first == second or "".join(first) == "".join(second):
        return bool(first)
    if len(first) != len(second) or len(first) < _LONG:
        return False
    apart = [(one, other) for one, other in zip(first, second, strict=True) if one != other]
    return len(apart) <= max(len(first) // 3, 1) and all(_same_word(one, other) for one, other in apart)


def _same_word(one: str, other: str) -> bool:
    if any(word.isdigit() or _ROMAN.fullmatch(word) for word in (one, other)):
        return False
    shorter = min(len(one), len(other))
    return shorter > _LONG and distance(one, other, 2) <= (2 if shorter > _VERY_LONG else 1)


def _same(one: _Work, other: _Work) -> bool:
    """Whether two works of one title are one: nobody and nothing else about them says otherwise."""
    first, second = one.entry, other.entry
    if _told_apart(one, other) or (len(one.words) < _LONG and _needs_page(one) and not _same_page(first, second)):
        return False
    elsewhere = _differ(_address(first), _address(second))
    if one.people and other.people:
        near = (
            distance(one.people[0], other.people[0], 1) <= 1
            or _is_end(one.people[0], other.people[0])
            or _in_one_place(first, second)
        )
        return near and not (elsewhere and len(one.words) < _LONG)
    long = len(one.words) >= (_VERY_LONG if one.people or other.people else _LONG)
    at_one_address = bool(_address(first)) and _address(first) == _address(second)
    return not elsewhere and (long or (at_one_address and first.type == second.type))


def _is_end(one: str, other: str) -> bool:
    """Whether one family name is the other without its first words: `Artacho` of `Aragón Artacho`."""
    return one.endswith(f" {other}") or other.endswith(f" {one}")


def _in_one_place(one: Entry, other: Entry) -> bool:
    return (
        _same_page(one, other)
        and bool(value_of(one, "volume"))
        and value_of(one, "volume") == value_of(other, "volume")
    )


def _told_apart(one: _Work, other: _Work) -> bool:
    """Whether a field says that two works of one title are two."""
    first, second = one.entry, other.entry
    kinds = {first.type, second.type}
    return (
        bool(one.doi and other.doi and one.doi != other.doi)
        or any(_differ(value_of(first, name), value_of(second, name)) for name in _APART)
        or _differ(_first_page(first), _first_page(second))
        or _differ(_day(first), _day(second))
        or (_is_part(one) != _is_part(other) and bool(kinds & {"book", "proceedings", "collection"}))
        or (len(kinds) > 1 and any("thesis" in kind for kind in kinds))
    )


def _needs_page(work: _Work) -> bool:
    """Whether works of this type often have one title, such as `Editorial`."""
    return work.entry.type == "article" or _is_part(work)


def _same_page(one: Entry, other: Entry) -> bool:
    return bool(_first_page(one)) and _first_page(one) == _first_page(other)


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and folded(one) != folded(other)


def _first_page(entry: Entry) -> str:
    found = re.search(r"\w+", entry.fields.get("pages", ""))
    return found[0] if found else ""


def _day(entry: Entry) -> str:
    date = entry.fields.get("date", "")
    return date if re.fullmatch(r"\d{4}-\d{2}-\d{2}", date) else ""


def _address(entry: Entry) -> str:
    return re.sub(r"^https?://(?:www\.)?|/+$", "", entry.fields.get("url", "").replace("\\", "").strip("{} ").lower())
