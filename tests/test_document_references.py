"""An edit on one page reaches every page that names what it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cells import Book

from book.workflow import build, check

if TYPE_CHECKING:
    from conftest import Write

INDEX = "# T\n\n```{toctree}\n:numbered:\none\ntwo\nthree\n```\n"
FIGURE = "```{figure} x.png\n:name: fig-a\nA caption\n```\n"
ONE = f"# One\n\n## Before\n\n{FIGURE}\n(sec)=\n## Section\n"


@pytest.fixture
def book(tmp_path):
    book = Book(tmp_path / "book")
    book.page("x.png", "")
    book.page("index.md", INDEX)
    book.page("one.md", ONE)
    book.page("three.md", "# Three\n\nNothing.\n")
    return book


def rebuilt(book: Book, reference: str, edited: str, name: str = "one.md") -> tuple[dict[str, str], set[str]]:
    """Build, edit a page, build again; answer the pages and those that the second build wrote."""
    book.page("two.md", f"# Two\n\n{reference}\n")
    parts = ("book.document.findings", "book.document.outputs", "book.document.references")
    settings = {"extensions": ["myst_nb", *parts], "thesis_findings": {}, "myst_enable_extensions": ["dollarmath"]}
    book.values = {}
    book.build(**settings)
    before = {path.name: path.stat().st_mtime_ns for path in (book.root / "_build" / "html").glob("*.html")}
    book.page(name, edited)
    pages = book.build(**settings)
    now = {path.name: path.stat().st_mtime_ns for path in (book.root / "_build" / "html").glob("*.html")}
    return pages, {name.removesuffix(".html") for name in now if now[name] != before.get(name)} - {"search", "genindex"}


@pytest.mark.parametrize(
    ("reference", "edited", "printed"),
    [
        (
            "{numref}`fig-a`",
            ONE.replace("## Before\n", "## Before\n\n```{figure} x.png\n:name: fig-b\nAnother\n```\n"),
            "Fig. 1.2",
        ),
        ("{ref}`fig-a`", ONE.replace("A caption", "Other words"), "Other words"),
        ("{ref}`sec`", ONE.replace("## Section", "## Renamed"), "Renamed"),
        ("{numref}`sec`", ONE.replace("## Before", "## Zero\n\n## Before"), "Section 1.3"),
        ("{numref}`Part %s <sec>`", ONE.replace("## Before", "## Zero\n\n## Before"), "Part 1.3"),
    ],
)
def test_a_reference_follows_its_target(book, reference, edited, printed):
    """Numbers, captions and titles are right on every page that names them, also where only the target was edited."""
    pages, written = rebuilt(book, reference, edited)

    assert f">{printed}<" in pages["two.html"]
    assert "three" not in written


def test_an_equation_is_followed(book):
    """A reference to an equation changes with the equation's number."""
    formulas = "# One\n\n$$a$$ (eq-a)\n"
    book.page("one.md", formulas)
    pages, _written = rebuilt(book, "{eq}`eq-a`", formulas.replace("$$a$$", "$$b$$ (eq-b)\n\n$$a$$"))

    assert ">(1.2)<" in pages["two.html"]


def test_a_renamed_chapter_is_renamed_in_every_list_of_contents(book):
    """All pages show the contents, so all are written when a chapter's title changes."""
    pages, written = rebuilt(book, "Words.", ONE.replace("# One", "# First", 1))

    assert written == {"index", "one", "two", "three"}
    assert "First" in pages["two.html"]


def test_an_edit_of_prose_writes_one_page(book):
    """A change that nobody refers to leaves all pages alone but its own, and the one that lists it."""
    _pages, written = rebuilt(book, "{numref}`fig-a` {ref}`sec`", ONE + "\nMore prose.\n")

    assert written == {"index", "one"}


def test_a_link_to_a_tag_or_a_heading_leads_somewhere(thesis: Write) -> None:
    """MyST knows neither an anchor written as HTML nor a heading by its name on the site; a browser knows both."""
    root = thesis(
        {
            "one.md": '# One\n\n<a id="values"></a>\n\nSee [them](#values), [this](#a-heading), [that](two.md#over-there) and [nothing](#gone).\n\n## A heading\n\nWords.\n',
            "two.md": "# Two\n\n## Over there\n\nWords.\n",
        }
    )

    outcome = build(root, editions=["html"])

    assert [(one.rule, "gone" in one.message) for one in outcome.diagnostics] == [("reference-without-target", True)]


def test_a_label_above_the_heading_of_the_page_of_its_name_is_one_place(thesis: Write) -> None:
    """MyST calls a link ambiguous where a label and a page have one name; it is, unless the label stands on top of that page."""
    root = thesis(
        {
            "one.md": "# One\n\nSee [](two) and [](three).\n\n(three)=\n## Elsewhere\n\nWords.\n",
            "two.md": "(two)=\n# Two\n\nWords.\n",
            "three.md": "# Three\n\nWords.\n",
        }
    )

    outcome = build(root, editions=["html"])

    assert [(one.rule, "reference three" in one.message) for one in outcome.diagnostics] == [
        ("ambiguous-reference", True)
    ]


def test_comments_may_stand_as_often_as_one_likes(thesis: Write) -> None:
    """'[//]: # (...)' is how Markdown writes a comment; any other name that stands twice is remarked."""
    twice = "[//]: # (one)\n\n[//]: # (two)\n\n[a]: https://a.org\n\n[a]: https://b.org\n"
    root = thesis({"one.md": f"# One\n\nSee [a].\n\n{twice}"})

    outcome = build(root, editions=["html"])

    assert [one.message for one in outcome.diagnostics] == ["duplicate reference definition: A"]


def test_a_printed_list_of_contents_leaves_no_trace(thesis: Write) -> None:
    """What `{tableofcontents}` keeps for LaTeX is nothing that paper lacks."""
    root = thesis({"index.md": "# T\n\nWelcome.\n\n```{tableofcontents}\n```\n", "one.md": "# One\n\nWords.\n"})

    outcome = build(root)

    assert [one.rule for one in outcome.diagnostics] == []


def test_a_link_that_leads_nowhere_is_reported_where_it_stands(thesis: Write) -> None:
    """Docutils knows the first line of a paragraph; the remark names the line and column of the link, nameless or not."""
    root = thesis({"one.md": "# One\n\nA first line,\nand a [link](#gone) in\nthe paragraph, and [no name]() too.\n"})

    outcome = build(root, editions=["html"])

    assert [(one.rule, one.line, one.column) for one in outcome.diagnostics] == [
        ("reference-without-target", 4, 15),
        ("reference-without-target", 5, 28),
    ]


def test_a_mistake_in_a_glossary_is_reported_where_it_stands(thesis: Write) -> None:
    """Sphinx counts a glossary's lines from its first term; the remark counts those of the page."""
    text = "# One\n\nWords.\n\n```{glossary}\n:sorted:\n\nNorth\nSouth\n\nEast\n  A side.\n```\n"
    outcome = build(thesis({"one.md": text}), editions=["html"])

    assert [(one.message, one.line) for one in outcome.diagnostics] == [
        ("glossary terms must not be separated by empty lines", 11)
    ]


def test_the_first_page_of_the_site_is_checked_where_front_matter_stands_for_it_on_paper(thesis: Write) -> None:
    """A label that a chapter no longer has is missed on the root page too, which the PDF leaves out."""
    root = thesis({"one.md": "(first)=\n# One\n\nWords.\n", "abstract.md": "# Abstract\n\nShort.\n"})
    (root / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: abstract\n- file: one\n", encoding="utf-8")
    with (root / "_config.yml").open("a", encoding="utf-8") as stream:
        stream.write("\nthesis: {front: {abstract: abstract}}\n")
    (root / "index.md").write_text("# Start\n\nSee {ref}`first`.\n", encoding="utf-8")
    before = [one.rule for one in check(root)]
    (root / "one.md").write_text("(other)=\n# One\n\nWords.\n", encoding="utf-8")

    after = [(one.rule, one.path, one.line) for one in check(root)]

    assert "reference-without-target" not in before
    assert ("reference-without-target", "index.md", 3) in after
