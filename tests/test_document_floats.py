"""Figures, tables and references are known with their numbers and places."""

from __future__ import annotations

import pytest

from book.document.prepare import prepare
from book.document.reading import read_document
from book.execution.runs import Runs
from book.project import Project
from book.sources.gather import read_thesis

FIGURE = "```{figure} https://example.org/x.png\n:name: fig-a\n:alt: A thing\n\nThe *first* thing\n```\n"
TABLE = "```{table} Some letters\n:name: tab-a\n\n| a |\n|---|\n| b |\n```\n"


@pytest.fixture
def read(thesis):
    """Floats and mentions of a thesis of these pages."""

    def reading(pages):
        root = thesis(pages)
        project = Project(root)
        sources = read_thesis(project)
        prepared = prepare(project, sources, Runs({}), pdf=False)
        with read_document(project, sources, prepared) as document:
            return document.floats, document.mentions

    return reading


def test_floats_come_in_reading_order_with_their_numbers(read):
    """Kind, label, number, caption and place of figures and tables."""
    floats, _ = read({"two.md": f"# Two\n\n{TABLE}", "one.md": f"# One\n\nWords.\n\n{FIGURE}"})
    said = [(one.path, one.place.line, one.kind, one.label, one.printed_number, one.caption) for one in floats]

    assert said == [
        ("two.md", 3, "table", "tab-a", "1.1", "Some letters"),
        ("one.md", 5, "figure", "fig-a", "2.1", "The first thing"),
    ]


def test_a_target_before_a_figure_is_its_label(read):
    """`(label)=` above a figure without a name serves as well."""
    floats, _ = read({"one.md": "# One\n\n(fig-b)=\n" + FIGURE.replace(":name: fig-a\n", "")})

    assert [(one.label, one.printed_number) for one in floats] == [("fig-b", "1.1")]


def test_mentions_know_their_column_and_where_they_lead(read):
    """Roles and links, twice on a line, and on a page before their target."""
    page = "# One\n\nWords {numref}`fig-a` and\nagain {numref}`fig-a`, [here](#fig-a).\n"
    _, mentions = read({"one.md": page, "two.md": f"# Two\n\n{FIGURE}"})

    assert [(one.place.line, one.place.column, one.target) for one in mentions] == [
        (3, 7, ("two", "fig-a")),
        (4, 7, ("two", "fig-a")),
        (4, 24, ("two", "fig-a")),
    ]


def test_what_stands_in_a_caption_is_not_running_text(read):
    """A caption that names a figure mentions it, but not in the order of the text."""
    _, mentions = read(
        {"one.md": f"# One\n\n{FIGURE}\n{TABLE.replace('Some letters', 'As in {numref}`fig-a`').replace('```', '~~~')}"}
    )

    assert [one.running for one in mentions] == [False]


def test_an_edited_page_is_known_anew(thesis, read):
    """What a page held before is gone when the page is read again."""
    read({"one.md": f"# One\n\n{FIGURE}", "two.md": "# Two\n"})
    floats, _ = read({"one.md": "# One\n\nWords.\n", "two.md": f"# Two\n\n{TABLE}"})

    assert [(one.path, one.label) for one in floats] == [("two.md", "tab-a")]
