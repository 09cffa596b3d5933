"""Footnotes have their texts, and texts their footnotes."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from book.checks.structure.notes import every_footnote_has_its_text
from book.diagnostics import Diagnostic
from book.sources.chapters import Chapter
from book.sources.prose import prose_of


def remarks(
    text: str, suffix: str = "md", said: tuple[Diagnostic, ...] = (), root: Path = Path()
) -> list[tuple[str, str, int, int, int]]:
    """Rule, severity, cell, line and column of what is found on a page."""
    chapter = Chapter("p", f"p.{suffix}", "notebook" if suffix == "ipynb" else "markdown", "", (), text)
    subject: Any = SimpleNamespace(
        prose=(prose_of(chapter),),
        sources=SimpleNamespace(chapters=(chapter,)),
        document=SimpleNamespace(diagnostics=said),
        project=SimpleNamespace(root=root),
    )
    return [(one.rule, one.severity, one.cell, one.line, one.column) for one in every_footnote_has_its_text(subject)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# T\n\nIt rose.[^lost]\n", ("footnote-without-text", "error", 0, 3, 9)),
        ("# T\n\n[^lost] It rose.\n", ("footnote-without-text", "error", 0, 3, 1)),
        ("# T\n\n:::{note}\nIt *rose*.[^lost] And [^lost].\n:::\n", ("footnote-without-text", "error", 0, 4, 11)),
        ("# T\n\nIt rose.[^a]\n\n[^a]: Here.\n\n[^idle]: An idle remark.\n", ("footnote-without-reference", "warning", 0, 7, 1)),
        ("# T\n\n> [^idle]: An idle\n> remark.\n", ("footnote-without-reference", "warning", 0, 3, 3)),
    ],
)  # fmt: skip
def test_a_footnote_without_its_other_half_is_found_at_its_place(text: str, expected: tuple[str, ...]) -> None:
    """A mark without a text breaks, a text without a mark is a remark: at the bracket."""
    assert remarks(text) == [expected]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("It fell.", ["footnote-without-text", "footnote-without-reference"]),
        ("It fell.[^idle]\n\n[^lost]: Here.", []),
        ("```{include} more.md\n```", []),
        (None, []),
    ],
)
def test_what_a_page_takes_in_belongs_to_it(tmp_path: Path, other: str | None, expected: list[str]) -> None:
    """The other half of a footnote may stand in a file that is included; one that is not at hand may hold it."""
    text = "# T\n\nIt rose.[^lost]\n\n```{include} other.md\n```\n\n[^idle]: An idle remark.\n"
    if other is not None:
        (tmp_path / "other.md").write_text(other)

    assert [rule for rule, *_ in remarks(text, root=tmp_path)] == expected


def test_the_cells_of_a_notebook_are_one_page() -> None:
    """The text of a footnote may stand in another cell; what has none is found in its cell."""
    sources = [
        "# T\n\nIt rose.[^a] It fell.[^lost]",
        "[^a]: Here.\n\n[^idle]: Idle.",
        ["Again.\n", "\n", "[^b]: B.[^a]\n"],
    ]
    cells = [{"cell_type": "markdown", "metadata": {}, "source": source} for source in sources]

    found = remarks(json.dumps({"cells": cells, "metadata": {}}), "ipynb")

    assert found == [
        ("footnote-without-text", "error", 1, 3, 22),
        ("footnote-without-reference", "warning", 2, 3, 1),
        ("footnote-without-reference", "warning", 3, 3, 1),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# T\n\nIt rose.[^a]\n\n[^a]: Here.\n",
        "# T\n\nIt rose[^a]: so.\n\n[^a]:\n    Here.\n",
        "# T\n\nThe pattern `[^x]`, or [^a-z] and [^A-Za-z], and [^1](https://a.org).\n\n```\n[^y]\n```\n",
        "# T\n\nIt rose.[^a]\n\n```{include} notes.md\n```\n",
        "# T\n\n```{list-table}\n* - It rose.[^a]\n```\n\n```{unheard}\nIt fell.[^b]\n```\n\n[^a]: Here.\n[^b]: There.\n",
    ],
)
def test_what_is_whole_or_no_footnote_is_left_alone(text: str) -> None:
    """Code, patterns, links, and what other files or directives may hold are no lost footnotes."""
    assert remarks(text) == []


def test_what_sphinx_has_said_is_not_said_again() -> None:
    """A footnote that reading the page has found is found once."""
    said = Diagnostic("footnote-without-reference", "footnote [idle] is not referenced", "warning", "p.md", 3)

    assert remarks("# T\n\n[^idle]: Idle.\n", said=(said,)) == []
