"""Authors named in the text as the bibliography spells them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from book.checks.bibliography.names import differ_as_names_do
from book.checks.bibliography.spelling import common_beginning, distance, swapped
from book.checks.bibliography.wording import families, folded, readable
from book.checks.citations.roles import roles_in
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from book.checks.subject import Subject
    from book.sources.bibliography import Bibliography
    from book.sources.prose import Passage

_WORD = re.compile(r"[^\W\d_a-zß-öø-ÿ][^\W\d_]{3,}(?:-[^\W\d_]+)?")
_WHOLE = re.compile(
    r"(?<![\w-])(?P<given>[^\W\d_a-zß-öø-ÿ][^\W\d_]{2,20})(?=\s(?:[^\W\d_]\.?\s){0,2}(?P<family>[^\W\d_a-zß-öø-ÿ][^\W\d_]{4,30}(?:-[^\W\d_]{2,30})?)(?![\w-]))"
)
_SHORTEST = 3
"""Letters of a given name in full."""
BEFORE = 60
"""Characters before a citation in which a name belongs to it."""
_LONG, _MIDDLE = 7, 5
_DERIVED = re.compile(r"(?:ian|ians|an|ans|ism|isms|ist|ists|esque|s|sche|schen|scher|sches|ische|isch)")


def authors_are_named_as_in_their_entries(subject: Subject) -> Iterator[Diagnostic]:
    """An author whom the text names before a citation is spelt as in the entry."""
    bibliography = subject.document.bibliography
    known = {
        folded(name) for entry in bibliography.entries.values() for name in families(entry, bibliography, folding=False)
    }
    by_given = _by_given(bibliography)
    for prose in subject.prose:
        for passage in prose.passages:
            taken = set()
            for index, _role, works in roles_in(passage):
                names = [
                    name for key, _ in works if key in bibliography.entries
                    for name in families(bibliography.entries[key], bibliography, folding=False)
                ]  # fmt: skip
                found = _misspelt(passage, index, [name for name in names if " " not in name], known)
                if found:
                    start, word, name = found
                    taken.add(start)
                    place = passage.at(start)
                    said = f"'{word}' is spelt '{name}' in the entry that is cited here"
                    yield Diagnostic(
                        "name-spelt-two-ways",
                        said,
                        "warning",
                        prose.path,
                        place.line,
                        place.column,
                        hint="spell the name in one way",
                        cell=place.cell,
                    )
            for start, word, name, key in _whole_names(passage, by_given, known):
                if start not in taken:
                    place = passage.at(start)
                    yield Diagnostic(
                        "name-spelt-two-ways",
                        f"'{word}' is spelt '{name}' in entry '{key}'",
                        "warning",
                        prose.path,
                        place.line,
                        place.column,
                        hint="spell the name in one way, if it is one person",
                        cell=place.cell,
                    )


def _by_given(bibliography: Bibliography) -> Mapping[tuple[str, str], dict[str, str]]:
    """Family names with the key of an entry, by the first given name in full and the family name's first letter."""
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for entry in bibliography.entries.values():
        for person in (*entry.persons.get("author", ()), *entry.persons.get("editor", ())):
            given, family = folded(readable(person.given)).partition(" ")[0], readable(person.family)
            if len(given) >= _SHORTEST and len(family) >= _LONG and " " not in family:
                found[given, folded(family)[:1]].setdefault(family, entry.key)
    return found


def _whole_names(
    passage: Passage, by_given: Mapping[tuple[str, str], dict[str, str]], known: set[str]
) -> Iterator[tuple[int, str, str, str]]:
    """Given and family names of which the family name is nearly that of an author with this given name."""
    if not by_given:
        return
    for match in _WHOLE.finditer(passage.text):
        word = match["family"]
        families_of = by_given.get((folded(match["given"]), folded(word)[:1]), {})
        if not families_of or folded(word) in known:
            continue
        for name, key in families_of.items():
            if _alike(word, name) and not differ_as_names_do(word, name):
                yield match.start("family"), word, name, key
                break


def _misspelt(passage: Passage, index: int, names: list[str], known: set[str]) -> tuple[int, str, str] | None:
    """A word shortly before a citation that is nearly the name of one of its authors."""
    start = max(passage.text.rfind("\ufffc", 0, index) + 1, index - BEFORE)
    for match in _WORD.finditer(passage.text, start, index):
        word = match[0]
        if word in names or (start and match.start() == start):
            continue
        for name in names:
            if (
                _alike(word, name)
                and name not in passage.text[start:index]
                and (folded(word) not in known or folded(word) == folded(name))
            ):
                return match.start(), word, name
    return None


def _alike(word: str, name: str) -> bool:
    """Whether a word is a name with a slip in it, rather than the name itself, its genitive, or another word."""
    first, second = folded(word), folded(name)
    if first == second:
        return word.casefold() != name.casefold() and word.replace("-", "") != name.replace("-", "")
    if (
        _DERIVED.fullmatch(first.removeprefix(second))
        or _DERIVED.fullmatch(second.removeprefix(first))
        or first[:1] != second[:1]
    ):
        return False
    shorter = min(len(first), len(second))
    if distance(first, second, 1) == 1:
        return shorter >= _MIDDLE or swapped(first, second)
    return shorter >= _LONG and (
        distance(first, second, 2) <= 2  # noqa: PLR2004 - two slips
        or (common_beginning(first, second) >= _LONG - 1 and distance(first, second, 3) <= 3)  # noqa: PLR2004 - another ending
    )
