"""Lists of tables and figures name what the thesis holds, in its order."""

from __future__ import annotations

import re

import pytest
from cells import Book, run

FRAME = "import pandas as pd\nframe = pd.DataFrame({'a': [1]})\n"
INDEX = "# T\n\n```{list-of-tables}\n```\n\n```{list-of-figures}\n```\n\n```{toctree}\n:numbered:\ntwo\none\n```\n"


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "book")


def write(book: Book, caption: str) -> None:
    code = FRAME + f"table(frame, 'tab-a', {caption!r})"
    book.page("index.md", INDEX)
    book.chapter("one.md", f"# One\n\n```{{code-cell}}\n{code}\n```\n", *run(code))
    book.page(
        "two.md",
        "# Two\n\n~~~{table} By *hand* {numref}`tab-a`\n:name: tab-b\n| x |\n|---|\n| 1 |\n~~~\n\n"
        "```{figure} x.png\n:name: fig-b\nA picture[^n]\n```\n\n[^n]: note\n",
    )
    book.page("x.png", "")


def listed(html: str) -> list[str]:
    return [
        re.sub(r"<[^>]+>", "", item)
        for item in re.findall(r'<li><p><a class="reference internal" href="[^"]*#[^"]*">.*?</p></li>', html)
    ]


def test_lists_follow_the_order_of_the_thesis(book):
    """Entries carry number, caption and a link, whoever made them, in the order of the contents."""
    write(book, "By cell {finding}`f`")
    html = book.build(thesis_findings={"f": {"value": 5, "kind": "int"}})["index.html"]

    assert listed(html) == ["Table 1.1 By hand Table 2.1", "Table 2.1 By cell 5", "Fig. 1.1 A picture"]
    assert 'href="one.html#tab-a"' in html
    assert (
        '<a class="reference internal" href="two.html#tab-b">'
        '<span class="caption-number">Table 1.1</span></a> By <em>hand</em>' in html
    )


def test_a_caption_that_changes_elsewhere_rewrites_the_list(book):
    """A page with a list is written again when a caption or number on another page changes."""
    write(book, "Before")
    book.build(thesis_findings={})
    write(book, "After")
    html = book.build(thesis_findings={})["index.html"]

    assert listed(html)[1] == "Table 2.1 After"


def test_a_list_of_nothing_is_empty(book):
    """A thesis without tables has an empty list and no complaint."""
    book.page("index.md", "# T\n\n```{list-of-tables}\n```\n")
    html = book.build(thesis_findings={})["index.html"]

    assert listed(html) == []
    assert book.warnings == ""


def test_citations_in_captions_are_printed_in_the_list(book):
    """A caption that names its source says so in the list as well."""
    code = FRAME + "table(frame, 'tab-a', 'Adapted from {cite:t}`k`')"
    book.page("index.md", INDEX.replace("two\n", ""))
    book.page("refs.bib", "@book{k, author={Collier, David}, title={T}, year={2011}, publisher={P}}")
    book.chapter("one.md", f"# One\n\n```{{code-cell}}\n{code}\n```\n\n```{{bibliography}}\n```\n", *run(code))
    parts = [f"book.document.{part}" for part in ("notebooks", "findings", "outputs", "lists")]
    settings = {"bibtex_bibfiles": ["refs.bib"], "bibtex_reference_style": "author_year"}
    html = book.build(thesis_findings={}, extensions=["myst_nb", "sphinxcontrib.bibtex", *parts], **settings)[
        "index.html"
    ]

    assert listed(html) == ["Table 1.1 Adapted from Collier [2011]"]


def test_pages_read_side_by_side_leave_the_same(book):
    """Findings, labels and captions arrive whole when several processes read."""
    names = [f"page{n}" for n in range(8)]
    book.page(
        "index.md", "# T\n\n```{list-of-tables}\n```\n\n```{toctree}\n:numbered:\n" + "\n".join(names) + "\n```\n"
    )
    for name in names:
        code = FRAME + f"table(frame, 'tab-{name}', 'At {{finding}}`f`')"
        book.chapter(f"{name}.md", f"# {name}\n\n```{{code-cell}}\n{code}\n```\n", *run(code))
    html = book.build(parallel=2, thesis_findings={"f": {"value": 5, "kind": "int"}})["index.html"]

    assert book.warnings == ""  # Sphinx warns where an extension keeps it from reading side by side
    assert listed(html) == [f"Table {n}.1 At 5" for n in range(1, 9)]
    assert sorted(book.env.thesis_finding_uses) == names
    assert sorted(book.env.thesis_labels) == names
