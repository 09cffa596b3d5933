"""The table of real defects, and when a diagnostic is one of them."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def recall(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("recall")


def test_the_table_is_large_enough_and_pins_its_books(recall: ModuleType) -> None:
    """At least 60 defects of rules that exist, in six books or more, each at one commit; none stands twice."""
    from book.rules import RULES

    defects = recall.read_defects(recall.DEFECTS)
    books = {defect.book for defect in defects}

    assert len(defects) >= 60
    assert len({book.split("@")[0] for book in books}) == len(books) >= 6
    assert [book for book in books if not re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", book)] == []
    assert sorted({defect.rule for defect in defects} - set(RULES)) == []
    assert [defect for defect, count in Counter(defects).items() if count > 1] == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, True),
        ({"line": 11}, True),
        ({"line": 12}, False),
        ({"line": 40, "message": "figure 'Fig-A' is never referred to"}, True),
        ({"line": 40, "message": "figure 'fig-a-b' is never referred to"}, False),
        ({"rule": "missing-caption"}, False),
        ({"path": "b.md"}, False),
        ({"cell": 2}, False),
    ],
)
def test_a_defect_is_found_by_its_rule_at_its_place(recall: ModuleType, said: dict[str, Any], found: bool) -> None:
    """Path and line, give or take one, or the key in the message; anything else is another defect."""
    defect = recall.Defect("a/b@1", "a.md", 0, 10, "never-referred-to", "fig-a", "")
    diagnostic = {"rule": "never-referred-to", "path": "a.md", "line": 10, "message": "", "cell": 0, **said}

    assert recall.is_found(defect, [diagnostic]) == found


def test_too_little_found_or_at_hand_fails(recall: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """95 % of the defects, of 60 at least, in six books at least."""
    missed = [recall.Defect("a/b@1", "a.md", 0, line, "broken", "", "") for line in range(10)]
    codes = [
        recall.verdict(Counter(broken=95), missed[:5], 6),
        recall.verdict(Counter(broken=94), missed[:6], 6),
        recall.verdict(Counter(broken=59), [], 6),
        recall.verdict(Counter(broken=95), [], 5),
    ]

    assert codes == [0, 1, 1, 1]
    assert "found 95 of 100 defects in 6 books: 95.0%" in capsys.readouterr().out
