"""Findings stand in the text, and pages follow them when they change."""

from __future__ import annotations

import pytest
from cells import Book, notebook, run

SUPPORT = {"value": 7.25, "kind": "float", "unit": "dB", "format": ".1f"}


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "book")


def test_a_finding_is_printed_in_title_text_and_caption(book):
    """The value stands wherever prose can name it: titles, paragraphs, captions, and the sidebar's list."""
    book.page(
        "index.md",
        "# About {finding}`h3.support`\n\nIt is {finding}`h3.support:.2f`.\n\n"
        "```{figure} x.png\nShows {finding}`h3.support`\n```\n",
    )
    book.page("x.png", "")
    pages = book.build(thesis_findings={"h3.support": SUPPORT})

    assert 'It is <span class="finding">7.25\u00a0dB</span>.' in pages["index.html"]
    assert 'Shows <span class="finding">7.2\u00a0dB</span>' in pages["index.html"]
    assert "<title>About 7.2 dB" in pages["index.html"]
    assert "About 7.2\u00a0dB" in book.env.titles["index"].astext()
    assert "finding" not in book.warnings


def test_decimal_marks_are_those_of_the_language(book):
    """One thesis in German prints a comma."""
    book.page("index.md", "# T\n\nEs sind {finding}`h3.support`.\n")
    pages = book.build(thesis_findings={"h3.support": SUPPORT}, language="de")

    assert "7,2\u00a0dB" in pages["index.html"]


def test_an_unknown_finding_is_marked_and_reported_at_its_line(book):
    """A mistyped name is never a gap: the place is marked, and the warning has line, rule and hint."""
    book.page("index.md", "# T\n\nA paragraph\nthat is long:\n{finding}`h3.suport`.\n")
    pages = book.build(thesis_findings={"h3.support": SUPPORT})

    assert '<span class="problem">[unknown finding: h3.suport]</span>' in pages["index.html"]
    assert book.warnings.strip() == "index.md:5: WARNING: unknown finding 'h3.suport'\nhint: did you mean 'h3.support'?"


def test_a_format_that_fails_is_marked_and_reported(book):
    """A value that cannot be printed as asked is marked too."""
    book.page("index.md", "# T\n\n{finding}`word:.1f`\n")
    pages = book.build(thesis_findings={"word": {"value": "hello", "kind": "text"}})

    assert '<span class="problem">[finding not formatted: word:.1f]</span>' in pages["index.html"]
    assert "index.md:3: WARNING: finding 'word' is text and cannot be printed as '.1f'" in book.warnings


def test_a_finding_recorded_twice_is_marked(book):
    """Where two cells recorded one name, no value is printed as if it were the one."""
    book.page("index.md", "# T\n\n{finding}`a`\n")
    pages = book.build(thesis_findings={"a": {"value": 1, "kind": "int", "twice": True}})

    assert '<span class="problem">[finding recorded twice: a]</span>' in pages["index.html"]
    assert book.warnings == ""


def test_every_use_is_remembered_with_its_place(book):
    """Checks can ask where each finding is printed, and as what."""
    book.page("index.md", "# T\n\n{finding}`a` and\n{finding}`a:.2f`\n")
    book.build(thesis_findings={"a": {"value": 1.5, "kind": "float"}})
    uses = book.env.thesis_finding_uses["index"]

    assert [(use.name, use.spec, use.line, use.text, use.problem) for use in uses] == [
        ("a", "", 3, "1.5", ""),
        ("a", ".2f", 4, "1.50", ""),
    ]


def test_only_pages_that_print_a_changed_value_are_read_again(book):
    """A finding that changes, or is recorded at last, re-reads the pages that print it and no other."""
    book.page("index.md", "# T\n\n```{toctree}\none\ntwo\nthree\n```\n")
    book.page("one.md", "# One\n\n{finding}`a`\n")
    book.page("two.md", "# Two\n\n{finding}`b`\n")
    book.page("three.md", "# Three\n\n{finding}`c`\n")
    read = []
    whole, digit = {"value": 1, "kind": "int"}, {"value": 2, "kind": "int"}
    book.build(thesis_findings={"a": whole, "b": whole})
    before = dict(book.env.all_docs)
    pages = book.build(thesis_findings={"a": whole, "b": digit, "c": digit, "d": digit})
    read = sorted(name for name, when in book.env.all_docs.items() if when != before[name])

    assert read == ["three", "two"]
    assert ">2</span>" in pages["two.html"]
    assert ">2</span>" in pages["three.html"]


def test_a_change_that_prints_alike_reads_nothing(book):
    """A value that differs only beyond what is printed leaves its pages alone."""
    book.page("index.md", "# T\n\n{finding}`a`\n")
    book.build(thesis_findings={"a": {"value": 1.501, "kind": "float", "format": ".1f"}})
    before = dict(book.env.all_docs)
    book.build(thesis_findings={"a": {"value": 1.502, "kind": "float", "format": ".1f"}})

    assert book.env.all_docs == before


def test_a_plain_build_finds_findings_in_stored_outputs(book):
    """Without our build, findings come from the notebooks themselves, even for pages read before them."""
    code = "record('h3.support', 7.25, unit='dB', format='.1f')"
    book.page(
        "index.md",
        "# All of {finding}`h3.support`\n\n(sec)=\n## Sub {finding}`h3.support`\n\n"
        "{finding}`h3.support`; {finding}`nope`\n\n"
        "```{toctree}\none\n```\n",
    )
    book.page("one.ipynb", notebook(["# One", (code, run(code)[0]), "See {ref}`sec` and {finding}`h3.support:.2f`."]))
    pages = book.build()

    assert pages["index.html"].count("7.2\u00a0dB") >= 3
    assert "[unknown finding: nope]" in pages["index.html"]
    assert "<title>All of 7.2 dB" in pages["index.html"]
    assert 'Sub 7.2\u00a0dB</span></a> and <span class="finding">7.25\u00a0dB</span>' in pages["one.html"]
    assert "\ue000" not in "".join(pages.values())
    assert (
        book.warnings.strip()
        == "index.md:6: WARNING: unknown finding 'nope'\nhint: record it in a cell: record('nope', value)"
    )


def test_a_plain_build_follows_a_changed_notebook(book):
    """A page that prints another page's finding is written again when that changes."""
    book.page("index.md", "# T\n\n{finding}`a`\n\n```{toctree}\none\n```\n")
    book.page("one.ipynb", notebook(["# One", ("record('a', 1)", run("record('a', 111)")[0])]))
    book.build()
    book.page("one.ipynb", notebook(["# One now", ("record('a', 2)", run("record('a', 222)")[0])]))
    pages = book.build()

    assert ">222</span>" in pages["index.html"]


def test_a_plain_build_reports_a_name_recorded_twice(book):
    """Two notebooks that record one name are told so without our build as well."""
    book.page("index.md", "# T\n\n{finding}`a`\n\n```{toctree}\none\ntwo\n```\n")
    for name in ("one", "two"):
        book.page(f"{name}.ipynb", notebook([f"# {name}", ("record('a', 1)", run("record('a', 1)")[0])]))
    pages = book.build()

    assert "[finding recorded twice: a]" in pages["index.html"]
    assert "two.ipynb:2: WARNING: finding 'a' is recorded twice; it is also recorded at one.ipynb:2" in book.warnings


def test_a_plain_build_knows_what_hidden_cells_record(book):
    """A cell that is taken off the page still records, with our build and without it."""
    cells = notebook(["# T", ("record('a', 1)", run("record('a', 111)")[0]), "{finding}`a`"])
    book.page("index.ipynb", cells.replace("remove-input", "remove-cell"))
    pages = book.build()

    assert '<span class="finding">111</span>' in pages["index.html"]
    assert book.warnings == ""
