"""Labels stand once: on a page, in a notebook, in the thesis."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from book.checks.figures.labels import every_label_stands_once
from book.document.remarks import diagnose
from book.sources.chapters import Chapter
from book.sources.prose import Place, prose_of
from book.workflow import check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from book.diagnostics import Diagnostic

FIGURE = "```{figure} a.png\n:name: fig-a\n\nA caption.\n```\n"


def remarks(
    *pages: str, said: Sequence[Diagnostic] = (), floats: Sequence[Any] = ()
) -> list[tuple[str, int, int, int]]:
    """File, cell, line and column of each label that stands twice; a page in braces is a notebook."""
    kinds = [("notebook", "ipynb") if page.startswith("{") else ("markdown", "md") for page in pages]
    chapters = [
        Chapter(f"p{number}", f"p{number}.{suffix}", kind, "", (), page)  # type: ignore[arg-type]
        for number, (page, (kind, suffix)) in enumerate(zip(pages, kinds, strict=True))
    ]
    document = SimpleNamespace(diagnostics=said, floats=floats)
    subject: Any = SimpleNamespace(prose=tuple(map(prose_of, chapters)), document=document)
    return [(one.path, one.cell, one.line, one.column) for one in every_label_stands_once(subject)]


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        (("(a)=\n# T\n\nText.\n\n(A)=\n## Two\n\nText.\n",), ("p0.md", 0, 6, 2)),
        (("(a)=\n# T\n\nText.\n", "# T\n\n(a)=\n\nText.\n"), ("p1.md", 0, 3, 2)),
        ((f"# T\n\n{FIGURE}", f"# T\n\n:::{{note}}\n{FIGURE}:::\n"), ("p1.md", 0, 5, 8)),
        (("# T\n\n```{table} One\n---\nname: 'a'\n---\n| x |\n|---|\n```\n\n- (a)=\n  Text.\n",), ("p0.md", 0, 11, 4)),
    ],
)
def test_the_later_place_of_a_label_is_named(pages: tuple[str, ...], expected: tuple[str, ...]) -> None:
    """Targets and the names of directives are labels, however deep they stand."""
    assert remarks(*pages) == [expected]


def test_a_label_twice_in_a_notebook_is_named_in_its_cell() -> None:
    """All text cells of a notebook are one page."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["(a)=\n", "# T\n"]},
        {"cell_type": "code", "metadata": {}, "source": "(a)=1", "outputs": []},
        {"cell_type": "markdown", "metadata": {}, "source": "Text.\n\n(a)=\n## Two\n"},
    ]

    assert remarks(json.dumps({"cells": cells})) == [("p0.ipynb", 3, 3, 2)]


def test_the_label_of_what_a_cell_made_is_taken() -> None:
    """A computed figure holds its label against a target further on."""
    made = SimpleNamespace(docname="p0", place=Place(3, 1, 0), label="Fig-A", computed=True)

    assert remarks("# T\n", "(fig-a)=\n# T\n", floats=[made]) == [("p1.md", 0, 1, 2)]


def test_a_directive_that_shows_what_a_cell_made_is_one_place() -> None:
    """A figure of a cell's output bears the name that its directive gives it."""
    made = SimpleNamespace(docname="p0", place=Place(3, 1, 0), label="fig-a", computed=True)

    assert remarks("# T\n\n```{glue:figure} plot\n:name: fig-a\n```\n", floats=[made]) == []


@pytest.mark.parametrize(
    "page",
    [
        "(a)=\n# T\n\n(b)=\n## Two\n",
        f"# T\n\n(fig-a)=\n\n{FIGURE}",
        "# T\n\n```\n(a)=\n```\n\n(a)=\n## Two\n\n% (a)=\n\n`(a)=`\n",
        "# T\n\n```{math}\n:label: a\nx\n```\n\n(a)=\n## Two\n",
    ],
)
def test_labels_that_stand_once_are_left_alone(page: str) -> None:
    """Code and comments hold no labels, formulas have labels of their own, and one thing may be named twice."""
    assert remarks(page) == []


def test_a_label_that_sphinx_has_found_twice_is_found_once() -> None:
    """Whatever words Sphinx has for it: they are the same rule."""
    page = "(a:b)=\n# T\n\n(a:b)=\n## Two\n"
    said = [
        diagnose("duplicate label a:b, other instance in /x/p.md", "", "", "p0.md", 4),
        diagnose('Duplicate explicit target name: "a:b".', "docutils", "", "p0.md", 4),
    ]

    assert [one.rule for one in said] == ["duplicate-label"] * 2
    assert [remarks(page, said=[one]) for one in said] == [[], []]


def test_a_check_of_a_thesis_finds_each_label_and_footnote_once(thesis) -> None:
    """What Sphinx says and what it does not say of labels and footnotes is said once, whoever says it."""
    page = "# T\n\n(a)=\n## Two\n\nText.[^lost]\n\n(b)=\n\nMore.\n\n[^idle]: An idle remark.\n"
    other = page.replace("(b)", "(c)").replace("lost", "idle") + "\n(a)=\n## Three\n\nText.\n\n(c)=\n\nEnd.\n"
    root = thesis({"one.md": page, "two.md": other})
    rules = ("duplicate-label", "footnote-without-text", "footnote-without-reference")

    found = sorted((one.rule, one.path, one.line) for one in check(root) if one.rule in rules)

    assert found == [
        ("duplicate-label", "two.md", 14),
        ("duplicate-label", "two.md", 19),
        ("footnote-without-reference", "one.md", 12),
        ("footnote-without-text", "one.md", 6),
    ]


def test_reasons_that_come_in_any_order_are_sorted() -> None:
    """Sphinx gives the reasons of a failed import in an order of their own each time; the remark is the same each time."""
    said = [
        diagnose(f"autosummary: failed to import a.b.\nPossible hints:\n{one}\n{two}", "", "", "p0.md", 4)
        for one, two in (("* KeyError: 'a'", "* ImportError: a"), ("* ImportError: a", "* KeyError: 'a'"))
    ]

    assert said[0] == said[1]
    assert (said[0].message, said[0].hint) == (
        "autosummary: failed to import a.b",
        "what went wrong: ImportError: a; KeyError: 'a'",
    )
