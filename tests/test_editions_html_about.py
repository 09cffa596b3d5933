"""What pages say about the thesis."""

from __future__ import annotations

import pytest

from book.editions.html.about import Site, authors


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Jane Doe", ("Jane Doe",)),
        ("Doe, Jane", ("Doe, Jane",)),
        ("Jane Doe, John Roe", ("Jane Doe", "John Roe")),
        ("Jane Doe and John Roe", ("Jane Doe", "John Roe")),
        ("Doe, Jane; Roe, John", ("Doe, Jane", "Roe, John")),
        (["Doe, Jane", "", "Roe"], ("Doe, Jane", "Roe")),
        (None, ()),
    ],
)
def test_authors_are_told_apart(given: object, expected: tuple[str, ...]) -> None:
    """Each author is a name of its own, and a name with a comma in it is one."""
    actual = authors(given)

    assert expected == actual


@pytest.mark.parametrize(
    ("printed", "expected"),
    [("2026", "2026"), ("2026-5", "2026/05"), ("2026-05-31", "2026/05/31"), ("31 May 2026", "2026"), ("im Mai", "")],
)
def test_dates_are_told_to_machines(printed: str, expected: str) -> None:
    """A date that machines read goes out whole, of one that people read the year."""
    actual = Site(date=printed).published

    assert expected == actual
