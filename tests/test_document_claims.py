"""Claims render as plain prose with their condition, are marked where they fail, and know their place."""

from __future__ import annotations

import json

import pytest
from cells import Book, notebook, run

from book.document.claims.places import spots_in

HELD = {"h1": {"value": 1.5, "kind": "float"}, "h3": {"value": 7.25, "kind": "float"}}
MOVED = {"h1": {"value": 9.5, "kind": "float"}, "h3": {"value": 7.25, "kind": "float"}}
PAGE = """\
# T

Some say, [*dependence* outweighs
alignment]{.claim when="h3 > h1"}, and so on.
"""


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "book")


def places(book, page="index"):
    return [(one.path, one.cell, one.line, one.column) for one in book.env.thesis_claims[page]]


def test_a_claim_that_holds_is_plain_prose_with_its_condition(book):
    """Readers find the condition by pointing at the words, or with the keyboard."""
    book.page("index.md", PAGE)
    pages = book.build(thesis_findings=HELD)

    assert (
        '<span class="claim" role="note" tabindex="0" title="✓ h3 &gt; h1"><em>dependence</em> outweighs\nalignment</span>, and'
        in pages["index.html"]
    )
    assert book.warnings == ""


def test_a_claim_that_does_not_hold_is_marked_with_its_reason(book):
    """Nobody overlooks it: the words are marked, and the condition stands beside them."""
    book.page("index.md", PAGE)
    pages = book.build(thesis_findings=MOVED)

    assert 'class="claim problem"' in pages["index.html"]
    assert "alignment [claim does not hold: h3 &gt; h1]</span>" in pages["index.html"]
    assert "title=\"✗ h3 is 7.25, h1 is 9.5: 'h3 &gt; h1' is false\"" in pages["index.html"]


def test_claims_stand_wherever_words_stand(book):
    """Heading, item, quotation, table, caption, definition of a term, footnote and admonition: each has its very place."""
    book.page("x.png", "")
    book.page(
        "index.md",
        '# T\n\n## A [head]{.claim when="h3 > 1"}\n\n- an [item]{.claim when="h3 > 2"}\n\n> a [quote]{.claim when="h3 > 3"}\n\n'
        '| a | b |\n|---|---|\n| x | a [cell]{.claim when="h3 > 4"} |\n\n```{figure} x.png\nA [caption]{.claim when="h3 > 5"}\n```\n\n'
        'Text.[^n]\n\n[^n]: A [note]{.claim when="h3 > 6"}.\n\n:::{note}\nOne [more]{.claim when="h3 > 7"}\n:::\n',
    )
    pages = book.build(thesis_findings=HELD, myst_enable_extensions=["colon_fence"])

    assert sorted(places(book)) == [
        ("index.md", 0, 3, 6), ("index.md", 0, 5, 6), ("index.md", 0, 7, 5), ("index.md", 0, 11, 9), ("index.md", 0, 14, 3), ("index.md", 0, 19, 9), ("index.md", 0, 22, 5),
    ]  # fmt: skip
    assert pages["index.html"].count('tabindex="0"') == 7


def test_a_claim_in_a_link_or_list_of_contents_is_words_alone(book):
    """What lists headings and links them repeats no condition."""
    book.page("index.md", "# T\n\n```{toctree}\none\n```\n")
    book.page("one.md", '# A [head]{.claim when="h3 > 1"}\n')
    pages = book.build(thesis_findings=HELD)

    assert '<a class="reference internal" href="one.html">A <span class="claim">head</span></a>' in pages["index.html"]


def test_a_passage_is_plain_prose_with_its_condition(book):
    """The directive holds whatever a page holds."""
    book.page("index.md", "# T\n\n:::{claim}\n:when: h3 > h1\n\nOne {finding}`h3`.\n\n- two\n:::\n")
    pages = book.build(thesis_findings=HELD, myst_enable_extensions=["colon_fence"])

    assert '<div class="claim" role="note" tabindex="0" title="✓ h3 &gt; h1">\n<p>One' in pages["index.html"]
    assert places(book) == [("index.md", 0, 3, 1)]


def test_a_passage_that_does_not_hold_begins_with_a_mark(book):
    """The mark stands in the first paragraph, or before a list."""
    book.page("index.md", "# T\n\n```{claim}\n:when: h3 > h1\nOne.\n```\n\n```{claim}\n:when: h3 > h1\n\n- two\n```\n")
    pages = book.build(thesis_findings=MOVED)

    mark = '<p><span class="problem">[claim does not hold: h3 &gt; h1]</span>'
    assert f"{mark} One.</p>" in pages["index.html"]
    assert f"{mark}</p>\n<ul" in pages["index.html"]


@pytest.mark.parametrize(
    ("written", "verdict", "why"),
    [
        ('[x]{.claim when="h3 >"}', "unreadable", "the condition ends too early (column 5 of the condition)"),
        ("[x]{.claim}", "unreadable", "a claim has no condition"),
        ('[x]{.claim when="h33 > 1"}', "unknown", "unknown finding 'h33'"),
        ('[x]{.claim when="h3 > \\"a\\""}', "unreadable", "'\"a\"' is text, not a number (column 6 of the condition)"),
    ],
)
def test_a_claim_that_cannot_be_tested_is_marked_too(book, written, verdict, why):
    """A slip in a condition is never taken for its holding."""
    book.page("index.md", f"# T\n\n{written}\n")
    pages = book.build(thesis_findings=HELD)

    assert [(one.verdict, one.why) for one in book.env.thesis_claims["index"]] == [(verdict, why)]
    assert "problem" in pages["index.html"]


def test_two_claims_with_one_condition_have_two_places(book):
    """Each is found where it stands, nested brackets and code that shows a claim included."""
    book.page(
        "index.md",
        '# T\n\n```md\n[x]{.claim when="h3 > h1"}\n```\n\na [x [y] z]{.claim when="h3 > h1"} [b]{.claim when="h3 > h1"}\n',
    )
    book.build(thesis_findings=HELD)

    assert places(book) == [("index.md", 0, 7, 3), ("index.md", 0, 7, 36)]


@pytest.mark.parametrize("piece", ["]{.claim}", "[x]{.claim ", "claim ", "[[[]{", ']{.claim when="'])
def test_a_large_page_is_scanned_to_its_end(tmp_path, piece):
    """Every place that is found lies on the page."""
    page = tmp_path / "page.md"
    page.write_text(piece * (200_000 // len(piece)), encoding="utf-8")

    assert {spot.place.line for spot in spots_in(page)} <= {1}


def test_a_claim_of_a_notebook_has_cell_and_line(book):
    """The place is that within the cell."""
    book.page(
        "index.ipynb", notebook(["# T", 'One\n\nand [two]{.claim when="h3 > h1"}', "```{claim}\n:when: h3 > 1\nx\n```"])
    )
    book.build(thesis_findings=HELD)

    assert places(book) == [("index.ipynb", 2, 3, 5), ("index.ipynb", 3, 1, 1)]


def test_a_claim_of_an_included_file_stands_in_that_file(book):
    """The author is sent to the file that holds the words."""
    book.page("index.md", "# T\n\n```{include} front/words.md\n```\n")
    book.page("front/words.md", 'The\n[words]{.claim when="h3 > h1"}.\n')
    book.build(thesis_findings=HELD, exclude_patterns=["_build", "front"])

    assert places(book) == [("front/words.md", 0, 2, 1)]


def test_only_pages_whose_verdict_changes_are_read_again(book):
    """Findings that move concern the pages whose claims they break."""
    book.page("index.md", PAGE)
    book.page("one.md", '---\norphan: true\n---\n# O\n\n[x]{.claim when="h1 < 100"}\n')
    book.build(thesis_findings=HELD)
    before = {name: book.env.all_docs[name] for name in ("index", "one")}
    pages = book.build(thesis_findings=MOVED)

    assert "claim does not hold" in pages["index.html"]
    assert [name for name in before if book.env.all_docs[name] != before[name]] == ["index"]


def test_a_plain_build_tests_claims_when_all_is_read(book):
    """Where `jupyter-book` builds, findings come from the notebooks it has run."""
    outputs = run('record("h1", 2)')[0]
    book.page(
        "index.ipynb",
        notebook(
            ["# T", ('record("h1", 2)', outputs), 'One [two]{.claim when="h1 > 1"} [three]{.claim when="h1 > 2"}']
        ),
    )
    book.page("index2.md", "---\norphan: true\n---\n# O\n")
    pages = book.build(thesis_findings=None)

    assert 'title="✓ h1 &gt; 1">two</span>' in pages["index.html"]
    assert "three [claim does not hold: h1 &gt; 2]</span>" in pages["index.html"]
    assert "claim does not hold: h1 is 2: 'h1 > 2' is false" in book.warnings
    assert json.dumps(book.warnings).count("WARNING") == 1
