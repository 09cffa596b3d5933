"""How to cite a thesis or a page of it, in the forms that programs read."""

from __future__ import annotations

import json

import pytest

from book.editions.html.about import Site
from book.editions.html.citing import Cited, as_bibtex, as_csl, as_ris, in_words, person_of

SITE = Site(
    title="Drones & treaties", subtitle="A short enquiry", authors=("Jane van der Doe", "The 100% contributors"), date="2026-05-01",
    institution="A_University", degree="Master of Arts",
)  # fmt: skip
CHAPTER = Cited(SITE, "Is it $5?", "3", "https://e.org/t/one.html")


def test_a_chapter_in_words() -> None:
    """Author, year, title of the chapter and of the whole, school, address; no full stop after a question mark."""
    assert in_words(CHAPTER) == (
        "Jane van der Doe, The 100% contributors (2026). Is it $5? Drones & treaties: A short enquiry. A_University. https://e.org/t/one.html"
    )


def test_a_chapter_as_csl() -> None:
    """Names in parts where they are a person's, the date as a date."""
    (item,) = json.loads(as_csl(CHAPTER))

    assert item == {
        "id": "vanderdoe2026-isit5",
        "type": "chapter",
        "title": "Is it $5?",
        "container-title": "Drones & treaties: A short enquiry",
        "chapter-number": "3",
        "author": [{"family": "van der Doe", "given": "Jane"}, {"literal": "The 100% contributors"}],
        "issued": {"date-parts": [[2026, 5, 1]]},
        "publisher": "A_University",
        "language": "en",
        "URL": "https://e.org/t/one.html",
    }


def test_a_chapter_as_bibtex_is_read_back() -> None:
    """What TeX would take for commands is escaped; a parser of BibTeX reads the entry."""
    from pybtex.database import parse_string

    text = as_bibtex(CHAPTER)
    entry = parse_string(text, "bibtex").entries["vanderdoe2026-isit5"]

    assert entry.type == "incollection"
    assert entry.fields["title"] == r"Is it \$5?"
    assert entry.fields["booktitle"] == r"Drones \& treaties: A short enquiry"
    assert [str(person) for person in entry.persons["author"]] == ["van der Doe, Jane", r"{The 100\% contributors}"]


@pytest.mark.parametrize(
    ("degree", "kind"),
    [
        ("Master of Arts", "mastersthesis"),
        ("Dissertation zur Erlangung", "phdthesis"),
        ("Doctor of Philosophy", "phdthesis"),
        ("", "misc"),
    ],
)
def test_the_whole_is_an_entry_of_its_kind(degree: str, kind: str) -> None:
    """The degree says which kind of thesis it is; where it says nothing, none is claimed."""
    assert as_bibtex(Cited(Site(title="T", degree=degree))).startswith(f"@{kind}{{")


def test_a_chapter_as_ris() -> None:
    """Tags in order, lines as the format ends them."""
    assert as_ris(CHAPTER).split("\r\n") == [
        "TY  - CHAP", "AU  - van der Doe, Jane", "AU  - The 100% contributors", "TI  - Is it $5?", "T2  - Drones & treaties: A short enquiry", "SE  - 3",
        "PY  - 2026", "PB  - A_University", "LA  - en", "UR  - https://e.org/t/one.html", "ER  - ", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Doe, Jane", {"family": "Doe", "given": "Jane"}),
        ("Ihor Masiakin", {"family": "Masiakin", "given": "Ihor"}),
        ("Ада Письменниця", {"family": "Письменниця", "given": "Ада"}),
        ("Plato", {"literal": "Plato"}),
        ("The thesis-book contributors", {"literal": "The thesis-book contributors"}),
    ],
)
def test_names_are_taken_apart_only_where_they_are_a_persons(name: str, parts: dict[str, str]) -> None:
    """A group stays whole, and so does a name of one word."""
    assert person_of(name) == parts


def test_keys_of_titles_in_another_script_are_not_the_same() -> None:
    """Whoever takes the entries of two chapters has two entries, also where no letter of the titles is a plain one."""
    keys = [Cited(SITE, title, "1", "").key for title in ("Введение", "Заключение", "One")]

    assert len(set(keys)) == 3
    assert all(key.isascii() for key in keys)
