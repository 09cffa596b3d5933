"""People whose names are spelt in two ways."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from book.checks.bibliography.spelling import common_beginning, distance, swapped
from book.checks.bibliography.wording import folded, readable
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from book.checks.subject import Subject
    from book.sources.entries import Entry

ROLES = ("author", "editor", "translator")
ENOUGH = 3.5
"""Points of evidence from which two spellings are taken for one person's."""
LONGEST = 40
"""Letters beyond which a name is a body's, or none."""
MOST_BESIDE = 15
"""Authors of a work beyond which it says little that two names stand in one list."""
_RUN_ON = re.compile(r"(?<=[A-Z])\.?(?=[A-Z]\b)")
_SYLLABLE = re.compile(r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?[aeiou]{1,3}(?:ng|n|r)?")
_SHORT, _LONG = 4, 6
_ALIKE = (
    ("sen", "son"),
    ("nson", "nston"),
    ("ez", "es"),
    ("ins", "inez"),
    ("ei", "ey"),
    ("ai", "ay"),
    ("ie", "y"),
    ("dt", "tt"),
    ("mann", "man"),
    ("ck", "k"),
    ("ph", "f"),
    ("ou", "u"),
    ("th", "t"),
    ("son", "sson"),
    ("ov", "ova"),
    ("ski", "ska"),
    ("sky", "skaya"),
    ("er", "ers"),
    ("s", ""),
)
"""Endings and sounds by which names of different people differ."""


@dataclass(slots=True)
class _Person:
    """One spelling of one person."""

    family: str
    """As readers read it."""
    given: tuple[str, ...]
    """Given names, folded."""
    shown: str
    """Given names as readers read them."""
    places: list[tuple[Entry, str]] = field(default_factory=list)
    """Entries and fields in which it stands."""
    beside: set[str] = field(default_factory=set)
    """Those who stand in one list with it, and itself: family names and given ones, folded."""


def every_name_is_spelt_one_way(subject: Subject) -> Iterator[Diagnostic]:
    """Every person's name is spelt in one way in all entries; initials for given names are no other spelling."""
    people = _people(subject.document.bibliography.entries.values())
    families: dict[str, list[_Person]] = defaultdict(list)
    for person in people:
        families[person.family].append(person)
    said: set[tuple[str, str, str]] = set()
    for one, other in sorted(set(_candidates(people))):
        first, second = people[one], people[other]
        if _evidence(first, second) >= ENOUGH:
            often = [_often(person, families[person.family]) for person in (first, second)]
            rare, usual = (first, second) if often[0] < often[1] else (second, first)
            yield from _remarks(rare, usual, said)


def _often(one: _Person, namesakes: Iterable[_Person]) -> int:
    """In how many places a family name is spelt so, whether given names are whole or initials."""
    return sum(len(person.places) for person in namesakes if person is one or _agreement(person.given, one.given))


def _people(entries: Iterable[Entry]) -> list[_Person]:
    found: dict[tuple[str, str], _Person] = {}
    for entry in entries:
        for role in ROLES:
            named = [
                (readable(name.family), readable(name.given), _given(name.given))
                for name in entry.persons.get(role, ())
            ]
            beside = (
                frozenset(f"{folded(family)} {given[:1]}" for family, _, given in named)
                if len(named) <= MOST_BESIDE
                else frozenset()
            )
            for family, shown, given in named:
                if not given or not _SHORT <= len(family) <= LONGEST or family.isupper() or " " in family.strip():
                    continue
                person = found.get((family, shown))
                if person is None:
                    person = found[family, shown] = _Person(family, given, shown)
                person.places.append((entry, role))
                person.beside |= beside
    return list(found.values())


@lru_cache(maxsize=20_000)
def _given(name: str) -> tuple[str, ...]:
    text = _RUN_ON.sub(" ", readable(name))
    return tuple(folded(text.replace(".", " ").replace("-", " ")).split())


def _candidates(people: list[_Person]) -> Iterator[tuple[int, int]]:
    """Pairs of family names that may be one, found through what is left of each without one of its letters."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, person in enumerate(people):
        initial = person.given[0][:1]
        for form in _forms(person.family):
            groups[initial, form].append(number)
    for members in groups.values():
        if 1 < len(members) <= 40:  # noqa: PLR2004 - a form that so many names have tells nothing
            for place, one in enumerate(members):
                yield from ((one, other) for other in members[place + 1 :] if _may_differ(people[one], people[other]))


@lru_cache(maxsize=20_000)
def _forms(family: str) -> frozenset[str]:
    plain = folded(family).replace(" ", "")
    forms = {plain, _forms_of_german(family)}
    forms |= {name[:place] + name[place + 1 :] for name in tuple(forms) for place in range(len(name))}
    return frozenset(forms | ({plain[:_LONG] + "*"} if len(plain) > _LONG else set()))


def _may_differ(one: _Person, other: _Person) -> bool:
    return one.family.casefold() != other.family.casefold() or one.shown != other.shown


def _evidence(one: _Person, other: _Person) -> float:
    """How much speaks for one person behind two spellings; nothing where given names say otherwise."""
    if folded(one.family) == folded(other.family) and one.family.casefold() == other.family.casefold():
        return _evidence_of_given(one, other)
    given = _agreement(one.given, other.given)
    spelt = _likeness(one.family, other.family)
    if not given or not spelt or any(_together(one, other)):
        return 0.0
    return given + spelt + 2 * _in_company(one, other) + (abs(len(one.places) - len(other.places)) > 1)


def _in_company(one: _Person, other: _Person) -> bool:
    """Whether two have an author beside them in common, other than themselves."""
    themselves = {f"{folded(person.family)} {person.given[:1]}" for person in (one, other)}
    return bool((one.beside & other.beside) - themselves)


def _together(one: _Person, other: _Person) -> Iterator[bool]:
    """Whether two stand in one entry: then they are two people."""
    yield bool({entry.key for entry, _ in one.places} & {entry.key for entry, _ in other.places})


def _evidence_of_given(one: _Person, other: _Person) -> float:
    """Given names of one family name that differ by accents alone, or by a letter beside common co-authors."""
    first, second = one.given[0], other.given[0]
    if any(_together(one, other)) or min(len(first), len(second)) < _SHORT:
        return 0.0
    if first == second:
        accents = one.shown.split()[0].casefold() != other.shown.split()[0].casefold()
        return ENOUGH if accents and _only_accents(one.shown.split()[0], other.shown.split()[0]) else 0.0
    near = distance(first, second, 1) == 1 and first[0] == second[0] and min(len(first), len(second)) > _SHORT
    return ENOUGH if near and _in_company(one, other) and one.given[1:] == other.given[1:] else 0.0


def _only_accents(one: str, other: str) -> bool:
    return len(one) == len(other) and one.isalpha() and other.isalpha()


def _agreement(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """How far given names agree: two whole ones, one, two initials, one initial; 0 where they differ."""
    for first, second in zip(one, other, strict=False):
        if (
            first != second
            and not (len(first) == 1 and second.startswith(first))
            and not (len(second) == 1 and first.startswith(second))
        ):
            return 0.0
    if one == other and len(one) > 1 and all(len(name) > 2 for name in one):  # noqa: PLR2004 - two names in full
        return 3.0
    if one[0] == other[0] and len(one[0]) > 2:  # noqa: PLR2004 - a name rather than initials
        return 2.0
    return 2.0 if min(len(one), len(other)) > 1 else 0.5


def _likeness(one: str, other: str) -> float:  # noqa: PLR0911 - one line a kind of likeness
    """How alike two family names are; 0 where they are two names."""
    first, second = folded(one).replace(" ", ""), folded(other).replace(" ", "")
    if first == second or _forms_of_german(one) == second or _forms_of_german(other) == first:
        return 3.0
    if _SYLLABLE.fullmatch(first) and _SYLLABLE.fullmatch(second):
        return 0.0
    shorter = min(len(first), len(second))
    if swapped(first, second):
        return 2.5
    alike = differ_as_names_do(first, second)
    if distance(first, second, 1) == 1:
        return (0.5 if alike else 1.5) if shorter >= _LONG else 1.0 if first[0] == second[0] and not alike else 0.0
    if alike:
        return 0.5
    if common_beginning(first, second) >= _LONG and distance(first, second, 3) <= 3:  # noqa: PLR2004 - an ending
        return 1.5
    return 0.0


def differ_as_names_do(one: str, other: str) -> bool:
    """Whether two family names differ as those of different people often do: Hansen, Hanson; Johnson, Johnston."""
    first, second = folded(one).replace(" ", ""), folded(other).replace(" ", "")
    if first + "s" == second or second + "s" == first:
        return True
    pairs = ((a, b) for a, b in _ALIKE if a and b)
    return any(first.replace(a, b) == second or second.replace(a, b) == first for a, b in pairs)


def _forms_of_german(family: str) -> str:
    return folded(family.lower().translate(_UMLAUTS)).replace(" ", "")


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def _remarks(rare: _Person, usual: _Person, known: set[tuple[str, str, str]]) -> Iterator[Diagnostic]:
    """One remark for each entry that has the rarer spelling, whatever forms the usual one takes."""
    keys = ", ".join(dict.fromkeys(f"'{entry.key}'" for entry, _ in usual.places[:3]))
    for entry, role in rare.places:
        if (entry.key, role, f"{rare.shown} {rare.family}") in known:
            continue
        known.add((entry.key, role, f"{rare.shown} {rare.family}"))
        said = f"'{rare.shown} {rare.family}' in entry '{entry.key}' is spelt '{usual.shown} {usual.family}' in {keys}"
        line = entry.lines.get(role, entry.line)
        yield Diagnostic(
            "name-spelt-two-ways",
            said,
            "warning",
            entry.path,
            line,
            hint="spell the name in one way, if it is one person",
        )
