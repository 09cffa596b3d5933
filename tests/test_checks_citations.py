"""Citations in the text: typed ones, quotations without a page, names that are spelt otherwise than in their entry."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from checking import cases, subject, unmet
from hypothesis import given, settings
from hypothesis import strategies as st

from book.checks.citations import CHECKS
from book.checks.citations.reading import typed_citations
from book.checks.citations.roles import works_of
from book.workflow import check

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Write

CASES = dict(cases("citations"))
RULES = {"typed-citation", "typed-citation-year", "quotation-without-locator", "name-spelt-two-ways"}


@pytest.mark.parametrize("title", CASES)
def test_each_case_gives_its_remarks_and_no_others(title: str, tmp_path: Path) -> None:
    """What `diagnostics/citations.md` shows is what is said, at the line and column where it says so."""
    blocks = CASES[title]
    suffix = "ipynb" if "ipynb" in blocks else "md"

    waiting, surplus = unmet(CHECKS, subject(tmp_path, blocks["bibtex"], blocks[suffix], suffix), RULES, blocks["text"])

    assert waiting == []
    assert surplus == []


def test_without_a_bibliography_only_plain_citations_are_said(tmp_path: Path) -> None:
    """Where there is no entry at all, what can only be a citation is named, and nothing else."""
    text = "So says Lake (2009, p. 3), and so do others (Bloch & Sorensen, 2014). In Lake (2009) it rained."
    found = [(one.rule, one.column) for judge in CHECKS for one in judge(subject(tmp_path, "", text))]

    assert found == [("typed-citation", 46), ("typed-citation", 9)]


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Walt",
                "de",
                "van ",
                "(",
                ")",
                ",",
                " ",
                "2005",
                "and",
                "&",
                "et al.",
                ";",
                "p. 3",
                "’s",
                "see ",
                "\n",
                "A.",
            ]
        )
        | st.text(max_size=4),
        max_size=60,
    )
)
def test_any_text_can_be_read(pieces: list[str]) -> None:
    """What is found lies in the text, in its place, and names a year."""
    text = "".join(pieces)

    for one in typed_citations(text):
        assert text[one.start : one.end] == one.text
        assert all(year in one.text for year in one.years)
        assert one.names


@given(st.text(max_size=60))
def test_any_role_can_be_taken_apart(text: str) -> None:
    """No text of a citation role stops a check."""
    works_of(text)


HUGE = {
    "brackets": "(" * 1_000_000,
    "groups": "(a 2005" * 140_000,
    "names": "Walt, " * 160_000 + "2005",
    "words": "Walt " * 200_000 + "(2005)",
    "ands": "Walt and " * 110_000 + "(2005)",
    "particles": "van " * 250_000 + "2005",
    "hyphens": "A-" * 500_000 + " (2005)",
    "years": "(Walt, " + "2005, " * 160_000 + ")",
    "quotation marks": "“" * 500_000 + "”" * 500_000,
    "straight marks": '"word word word word word ' * 40_000,
    "spaces": "Walt" + " " * 1_000_000 + "(2005)",
    "many": "Walt (2005) and (Lake, 2009; Walt & Lake, 2011). " * 20_000,
    "roles": "“one two three four five” {cite:p}`k` " * 26_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_a_megabyte_of_anything_ends(name: str, tmp_path: Path) -> None:
    """A page of a megabyte, of whatever one thing, is judged to its end."""
    thesis = subject(tmp_path, "@book{k, author = {Walt, Stephen and Berners-Lee, Tim}, title = {A}, date = {2005}}", HUGE[name])
    assert thesis.prose

    found = [one for judge in CHECKS for one in judge(thesis)]

    assert {one.rule for one in found} <= RULES


def test_a_key_without_an_entry_has_its_cell_and_column(thesis: Write) -> None:
    """In a notebook, a citation without an entry is named with its cell, and line and column in it."""
    notebook = {
        "cells": [
            {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# One"},
            {"cell_type": "markdown", "id": "b", "metadata": {}, "source": "First.\n\nSo {cite:p}`lake2009,wlat2005`."},
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    root = thesis(
        {
            "_config.yml": "title: A\nonly_build_toc_files: true\nbibtex_bibfiles: [references.bib]\n",
            "_toc.yml": "format: jb-book\nroot: index\nchapters:\n- file: one\n",
            "index.md": "# A\n\n```{bibliography}\n```\n",
            "one.ipynb": json.dumps(notebook),
            "references.bib": "@book{lake2009, author={Lake, David}, title={H}, year=2009}\n"
            "@book{walt2005, author={Walt, Stephen}, title={T}, year=2005}\n",
        }
    )

    found = [one for one in check(root) if one.rule == "citation-without-entry"]

    assert [(one.cell, one.line, one.column, one.hint) for one in found] == [(2, 3, 22, "did you mean 'walt2005'?")]
