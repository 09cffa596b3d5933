"""What makes a run stale, and the words for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from book.execution.fingerprint import Fingerprint, cell_digest, reasons
from book.sources.chapters import Cell

PRINT = Fingerprint(
    ("c1", "c2"),
    "python3",
    "chapters",
    {},
    {"data/a.csv": "aa", "analysis/tests.py": "bb"},
    {"python": "3.11.9", "numpy": "2.3.1"},
)

CHANGES = [
    ({"cells": ("c1", "other")}, ("code of cell 2 changed",)),
    ({"cells": ("x", "y")}, ("code of 2 cells changed",)),
    ({"cells": ("c1",)}, ("code changed (2 -> 1 cells)",)),
    ({"kernel": "ir"}, ("kernel python3 -> ir",)),
    ({"folder": "parts"}, ("moved from chapters to parts",)),
    ({"settings": {"execute.allow_errors": "true"}}, ("setting execute.allow_errors: not set -> true",)),
    ({"files": {"data/a.csv": "cc", "analysis/tests.py": "bb"}}, ("data/a.csv changed",)),
    ({"files": {"data/a.csv": "aa"}}, ("analysis/tests.py is gone",)),
    ({"files": {**PRINT.files, "data/b.csv": "dd"}}, ("data/b.csv is new",)),
    ({"files": {**PRINT.files, "data/a.csv": "missing"}}, ("data/a.csv is gone",)),
    ({"versions": {"python": "3.11.9", "numpy": "2.4.0"}}, ("numpy 2.3.1 -> 2.4.0",)),
    ({"versions": {**PRINT.versions, "scipy": "1.0"}}, ("scipy 1.0 is new",)),
    ({"versions": {"python": "3.11.9"}}, ("numpy 2.3.1 is not used any more",)),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES, ids=[words[0] for _, words in CHANGES])
def test_every_change_has_a_key_and_words_of_its_own(change, expected) -> None:
    """Whatever a run depends on changes its key, and the reason says what it was."""
    now = replace(PRINT, **change)

    assert now.key != PRINT.key
    assert reasons(now, PRINT) == expected


def test_nothing_changed_is_no_reason() -> None:
    """The same inputs give the same key, in whatever order they were found."""
    same = replace(PRINT, files=dict(reversed(PRINT.files.items())), versions=dict(reversed(PRINT.versions.items())))

    assert same.key == PRINT.key
    assert reasons(same, PRINT) == ()


def test_a_chapter_without_a_run_was_never_run() -> None:
    """The first reason of all."""
    assert reasons(PRINT, None) == ("never run",)


def test_a_fingerprint_survives_the_store() -> None:
    """Written as JSON and read again it has the same key."""
    assert Fingerprint.from_json(PRINT.as_json()) == PRINT


def test_a_tag_that_only_hides_a_cell_does_not_make_its_run_stale() -> None:
    """Tags for display do not count; tags for execution do."""
    plain = Cell(0, "x = 1", (), 9)

    assert cell_digest(replace(plain, tags=("remove-input", "hide-output"), line=40)) == cell_digest(plain)
    assert cell_digest(replace(plain, tags=("raises-exception",))) != cell_digest(plain)
    assert cell_digest(replace(plain, code="x = 2")) != cell_digest(plain)
