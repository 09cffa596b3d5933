"""Defects of citations in the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.mutants.markdown import PLAIN
from benchmarks.mutants.mutant import Mutant, kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.mutants.bibtex import Entry
    from benchmarks.mutants.copies import Copy, Role


PAGED = ("book", "inbook", "phdthesis", "mastersthesis", "thesis")
"""Types of works that have pages whether or not an entry says so."""


def _paged(copy: Copy, key: str) -> bool:
    return key in copy.by_key and (copy.by_key[key].type in PAGED or "pages" in copy.by_key[key].fields)


def _named(copy: Copy) -> Iterator[tuple[Role, Entry, str, str]]:
    """Citations of one work by persons: the role, its entry, the surnames as one types them, and the year."""
    for role in copy.citations:
        if len(role.keys) != 1 or "{" in role.text or (entry := copy.by_key.get(role.keys[0])) is None:
            continue
        people = _surnames(entry)
        year = re.match(r"\d{4}", entry.value("year") or entry.value("date"))
        if people and year:
            both = "und" if copy.language == "de" else "and"
            said = (
                people[0]
                if len(people) == 1
                else f"{people[0]} {both} {people[1]}"
                if len(people) == 2
                else f"{people[0]} et al."
            )
            yield role, entry, said, year[0]


def _surnames(entry: Entry) -> list[str]:
    """Surnames of an entry's authors; none where one of them is no plain name."""
    found = []
    for name in re.split(r"\s+and\s+", entry.value("author")):
        match = re.fullmatch(r"([A-Z][^\W\d_]{2,}), [A-Z][^\W\d_.]*\.?( [A-Z][^\W\d_.]*\.?)*", name) or re.fullmatch(
            r"(?:[A-Z][^\W\d_.]*\.? )+([A-Z][^\W\d_]{2,})", name
        )
        if not match:
            return []
        found.append(match[1])
    return found


@kind("citation-without-entry")
def citation_misspelt(copy: Copy) -> Iterator[Mutant]:
    """A citation names a key that is one letter off."""
    for role in copy.citations:
        key = role.keys[0]
        if key in copy.by_key:
            said = key[:2] + key[3:] if len(key) > 4 else key + "q"
            if said in copy.by_key:
                continue
            at = role.start + copy_index(role, key)
            yield Mutant(
                f"'{said}' cited",
                (role.unit.edit(at, at + len(key), said),),
                (role.place,),
                (f"'{said}'",),
                touches=frozenset({f"entry:{key}"}),
            )


def copy_index(role: Role, key: str) -> int:
    """Where a key begins within its role."""
    whole = role.unit.text[role.start : role.end]
    match = re.search(rf"(?<![\w:-]){re.escape(key)}(?![\w:-])", whole[len(role.name) :])
    return len(role.name) + (match.start() if match else 0)


@kind("typed-citation")
def citation_typed(copy: Copy) -> Iterator[Mutant]:
    """A citation is typed by hand; its work has an entry."""
    for role, entry, said, year in _named(copy):
        told = role.name in ("cite:t", "cite:ts")
        typed = f"{said} ({year})" if told else f"({said}, {year})"
        place = role.unit.line_place(role.start, role.end)
        touches = frozenset({f"entry:{entry.key}"})
        yield Mutant(
            f"'{typed}' typed", (role.unit.edit(role.start, role.end, typed),), (place,), (entry.key,), touches=touches
        )


@kind("typed-citation")
def citation_typed_of_nothing(copy: Copy) -> Iterator[Mutant]:
    """A citation is typed by hand, and no entry fits it."""
    names = ("Okonedo", "Quillfeather", "Vandermeulen", "Brzezicki", "Thistlewood")
    for number, role in enumerate(copy.citations):
        if role.name in ("cite:t", "cite:ts"):
            continue
        name = names[number % 5]
        typed = (
            f"({name}, {1961 + number % 50})",
            f"({name} and {names[(number + 1) % 5]}, {1961 + number % 50})",
            f"({name} {1961 + number % 50}, p. {3 + number % 90})",
        )[number % 3]
        yield Mutant(f"'{typed}' typed", (role.unit.edit(role.end, role.end, f" {typed}"),), (role.place,), (name,))


@kind("typed-citation-year")
def citation_typed_with_other_year(copy: Copy) -> Iterator[Mutant]:
    """A citation is typed by hand with a year of which its author has no entry."""
    written = [(set(_surnames(entry)), (entry.value("year") or entry.value("date"))[:4]) for entry in copy.entries]
    for number, (role, entry, said, year) in enumerate(_named(copy)):
        other = str(int(year) + (3, -2, 5, -4)[number % 4])
        if int(other) > 2026 or any(set(_surnames(entry)) & names and other == theirs for names, theirs in written):
            continue
        typed = f"{said} ({other})" if role.name in ("cite:t", "cite:ts") else f"({said}, {other})"
        touches = frozenset({f"entry:{entry.key}"})
        yield Mutant(
            f"'{typed}' typed for '{entry.key}'",
            (role.unit.edit(role.start, role.end, typed),),
            (role.place,),
            (said.split()[0],),
            touches=touches,
        )


@kind("quotation-without-locator")
def quotation_without_locator(copy: Copy) -> Iterator[Mutant]:
    """A sentence before a citation becomes a quotation whose page nobody gives, or a quotation's page is taken away."""
    opened, closed = ("„", "“") if copy.language == "de" else ("“", "”")
    for number, role in enumerate(copy.citations):
        text = role.unit.text
        if not all(_paged(copy, key) for key in role.keys):
            continue
        if "{" in role.text:
            bare = re.sub(r"\{[^{}]*\}$", "", role.text)
            before = text[max(role.block.start, role.start - 3) : role.start]
            if (
                bare != role.text
                and "," not in bare
                and "{" not in bare
                and before.rstrip().endswith(("”", '"', "“", "»"))
            ):
                said = f"{{{role.name}}}`{bare}`"
                yield Mutant(f"locator of '{bare}' gone", (role.unit.edit(role.start, role.end, said),), (role.place,))
            continue
        match = re.search(r"(?:^|[.,;:] )([^.,;:`{}()\[\]\"“”„*_$|>#]{35,240})\s$", text[role.block.start : role.start])
        if (
            not match
            or role.name in ("cite:t", "cite:ts")
            or role.block.kind != "paragraph"
            or len(match[1].split()) < 6
        ):
            continue
        start, end = role.block.start + match.start(1), role.block.start + match.end(1)
        marks = ('"', '"') if number % 3 == 0 else (opened, closed)
        edits = (role.unit.edit(start, start, marks[0]), role.unit.edit(end, end, marks[1]))
        yield Mutant(f"'{match[1][:40]}...' quoted", edits, (role.place,))


@kind("quotation-without-locator")
def block_quotation_without_locator(copy: Copy) -> Iterator[Mutant]:
    """A block quotation ends in a citation without a page."""
    for unit in copy.prose:
        for block in unit.of_kind("paragraph"):
            sentence = PLAIN.search(block.text)
            paged = [entry.key for entry in copy.entries if _paged(copy, entry.key)]
            if not sentence or not paged:
                continue
            key = paged[(block.start * 31) % len(paged)]
            said = f"> {' '.join(sentence[0].split())}\n> {{cite:p}}`{key}`\n\n"
            edit = unit.edit(block.start, block.start, said)
            yield Mutant(
                f"quotation of '{key}' without a page",
                (edit,),
                (unit.place(block.start, block.start),),
                touches=frozenset({f"entry:{key}"}),
            )
