"""The bibliography is judged entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from checking import cases, subject, unmet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from book.checks.bibliography import CHECKS
from book.checks.bibliography.damage import damage
from book.checks.bibliography.dates import date_mistake, year_mistake
from book.checks.bibliography.identifiers import check_digit, doi_mistake, isbn_mistake, url_mistake
from book.checks.bibliography.wording import folded, readable

if TYPE_CHECKING:
    from pathlib import Path

CASES = dict(cases("bibliography"))
RULES = {
    "a work under two keys": {"duplicate-entry"},
    "works that only look alike": {"duplicate-entry"},
    "fields that are missing": {"missing-field"},
    "identifiers": {"malformed-doi", "malformed-isbn", "malformed-url"},
    "dates that are good": {"malformed-date"},
    "dates that are not": {"malformed-date"},
    "names in two spellings": {"name-spelt-two-ways"},
    "names in two spellings, one of them with an initial more": {"name-spelt-two-ways"},
    "names of different people": {"name-spelt-two-ways"},
    "damage": {"damaged-entry"},
    "what looks like damage and is none": {"damaged-entry"},
}


@pytest.mark.parametrize("title", CASES)
def test_each_case_gives_its_remarks_and_no_others(title: str, tmp_path: Path) -> None:
    """What `diagnostics/bibliography.md` shows is what is said, at the line where it says so."""
    blocks = CASES[title]

    waiting, surplus = unmet(CHECKS, subject(tmp_path, blocks["bibtex"]), RULES[title], blocks["text"])

    assert waiting == []
    assert surplus == []


def test_a_broken_entry_hides_no_remark_on_others(tmp_path: Path) -> None:
    """A brace that is never closed costs its own entry alone, which is not said to lack fields as well."""
    text = "@book{a,\n title = {A {B},\n year = {2001},\n}\n@article{b, author = {Lake, David}, title = {C}, year = 2001}\n"

    found = [(one.line, one.rule) for check in CHECKS for one in check(subject(tmp_path, text))]

    assert found == [(5, "missing-field")]


@given(st.text(max_size=80))
def test_any_value_can_be_judged(value: str) -> None:
    """No value of a field makes a check fail."""
    for judge in (damage, date_mistake, year_mistake, doi_mistake, isbn_mistake, url_mistake):
        if value.strip():
            judge(value.strip())
    assert folded(value) == " ".join(folded(value).split())
    readable(value)


@given(st.from_regex(r"[0-9]{9}[0-9X]|97[89][0-9]{10}", fullmatch=True))
def test_one_check_digit_is_right(digits: str) -> None:
    """Of all last digits of an ISBN one is right, and only that one passes."""
    right = digits[:-1] + check_digit(digits)

    assert isbn_mistake(right) is None
    assert (isbn_mistake(digits) is None) == (digits == right)


PIECES = st.lists(
    st.sampled_from(
        [
            "@book{k",
            "@",
            "{",
            "}",
            '"',
            ",",
            "=",
            "author",
            "title",
            "\n",
            "%",
            "#",
            "and",
            "\\",
            "&",
            "Ã¼",
            "1999",
            " ",
            "(",
        ]
    )
    | st.text(max_size=5),
    max_size=120,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(PIECES)
def test_any_bibliography_can_be_read_and_judged(tmp_path: Path, pieces: list[str]) -> None:
    """Whatever a file holds, reading and judging it ends."""
    thesis = subject(tmp_path, "".join(pieces).encode("utf-8", "replace").decode())

    [*(one for check in CHECKS for one in check(thesis))]


HUGE = {
    "braces": "@book{k, title = {" + "{" * 500_000 + "}" * 500_000 + "}}",
    "one name": "@book{k, author = {" + "a" * 1_000_000 + "}}",
    "ands": "@book{k, author = {" + " and " * 200_000 + "}}",
    "accents": "@book{k, title = {" + "\\'{e}" * 200_000 + "}}",
    "mojibake": "@book{k, title = {" + "Ã" * 500_000 + "}}",
    "digits": "@book{k, isbn = {" + "1 " * 500_000 + "}, year = {" + "1, " * 300_000 + "}}",
    "dois": "@book{k, doi = {" + "10.1000/" * 120_000 + "}}",
    "addresses": "@book{k, url = {" + "http://" * 140_000 + "}}",
    "years": "@book{k, year = {" + "2001-" * 200_000 + "x}}",
    "states": "@book{k, year = {" + "in press 2001 " * 70_000 + "}}",
    "entries": "".join(f"@misc{{k{one}, author = {{A{one}}}, title = {{T}}}}\n" for one in range(20_000)),
    "one key": "@misc{k,}\n" * 20_000,
    "names": "@book{k, author = {" + " and ".join(f"Name{one}, Given" for one in range(55_000)) + "}}",
}


@pytest.mark.parametrize("name", HUGE)
def test_a_megabyte_of_anything_ends(name: str, tmp_path: Path) -> None:
    """A file of a megabyte, of whatever one thing, is read and judged to its end."""
    thesis = subject(tmp_path, HUGE[name])
    assert thesis.document.bibliography.entries

    found = [one for check in CHECKS for one in check(thesis)]

    assert {one.path for one in found} <= {"references.bib"}
