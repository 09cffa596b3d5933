"""What `thesis diff` says has changed since a revision, on tiny theses in real git repositories."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import NOTEBOOK

from book.changes.compare import SentenceChange, compare
from book.changes.drawings import differ
from book.changes.numbers import numbered
from book.changes.page import changed_words
from book.changes.printing import as_text
from book.changes.revision import Revision
from book.changes.state import Claim, Section, Sentence, State, Table
from book.errors import ConfigError
from book.workflow import build, diff

if TYPE_CHECKING:
    from conftest import Write

CELLS = """\
```{code-cell} python
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
import pandas as pd
from book import figure, record, table
values = pd.read_csv("values.csv")
record("total", int(values["size"].sum()), unit="km")
record("rows", len(values))
table(values, label="tab-values", caption="Values")
drawn, axes = plt.subplots(figsize=(3, 2))
axes.bar(values["name"], values["size"])
figure(drawn, label="fig-values", caption="Bars", alt="Bars of each value", data=values)
```
"""
TEXT = """
The total is {finding}`total`. It has {finding}`rows` rows. {numref}`tab-values` lists them, as {cite:t}`walt2005` did.

[The total is small.]{.claim when="total < 100"}

## A section

One sentence stays. Another one stays too.

## Another section

The last words.
"""
CONFIG = """\
title: A small thesis
author: Ada Writer
only_build_toc_files: true
parse: {myst_enable_extensions: [attrs_inline, colon_fence, dollarmath]}
"""
BIB = "@book{walt2005, author = {Walt, Stephen}, title = {Taming}, publisher = {Norton}, year = {2005}}\n"
FILES = {
    "_config.yml": CONFIG,
    "one.md": NOTEBOOK + "# One\n\n" + CELLS + TEXT + "\n```{bibliography}\n```\n",
    "values.csv": "name,size\na,10\nb,20\nc,30\n",
    "references.bib": BIB,
    ".gitignore": "_build\n",
}


def git(root: Path, *arguments: str) -> None:
    identity = {
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@b.c",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@b.c",
    }
    environment = {**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, env=environment)


def commit(root: Path) -> Path:
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Begin")
    return root


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thesis that was built and committed, then changed everywhere and built again."""
    from conftest import write_thesis

    root = commit(write_thesis(tmp_path_factory.mktemp("changes") / "thesis", FILES))
    build(root, editions=["html"])
    (root / "values.csv").write_text("name,size\na,10\nb,90\nc,30\nd,5\n", encoding="utf-8")
    page = root / "one.md"
    replace(page, "Another one stays too.", "Another one is written anew.")
    replace(page, "## Another section\n\nThe last words.\n", "")
    replace(page, "## A section", "## Another section\n\nThe last words.\n\n## A section")
    replace(root / "references.bib", "{2005}}", "{2006}}")
    build(root, editions=["html"])
    return root


@pytest.fixture(scope="module")
def told(changed: Path) -> dict[str, list[dict[str, object]]]:
    return json.loads(diff(changed, form="json"))


def test_findings_are_said_with_both_values_and_by_how_much(told) -> None:
    """A finding that moved comes with what it was, what it is, and the difference."""
    assert told["findings"] == [
        {"name": "rows", "how": "changed", "before": "3", "after": "4", "by": "+1, +33.3 %"},
        {"name": "total", "how": "changed", "before": "60\u00a0km", "after": "135\u00a0km", "by": "+75, +125.0 %"},
    ]


def test_a_claim_that_broke_is_said(told) -> None:
    """A claim that held and does not any more is named with its condition and place."""
    [claim] = told["claims"]

    assert (claim["how"], claim["words"], claim["condition"]) == ("broken", "The total is small.", "total < 100")
    assert claim["path"] == "one.md"


def test_sentences_that_quote_what_moved_are_listed_untouched_as_they_are(told) -> None:
    """Sentences that nobody edited and that print a moved finding, or refer to a moved table, are listed, and no others."""
    said = {one["after"]: (one["before"], one["moved"]) for one in told["quotations"]}

    assert said == {
        "The total is 135\u00a0km.": ("The total is 60\u00a0km.", ["total"]),
        "It has 4 rows.": ("It has 3 rows.", ["rows"]),
        "Table 1.1 lists them, as (walt2005) did.": (
            "Table 1.1 lists them, as (walt2005) did.",
            ["tab-values", "walt2005"],
        ),
    }


def test_tables_are_compared_cell_by_cell(told) -> None:
    """A changed cell is named by its row and column, and a new row by what names it."""
    [table] = told["tables"]

    assert (table["label"], table["rows_added"], table["rows_removed"]) == ("tab-values", ["d"], [])
    assert (table["number"], table["number_before"]) == ("Table 1.1", "")
    assert table["cells"] == [{"row": "b", "column": "size", "before": "20", "after": "90"}]


def test_figures_are_compared_as_drawn(told) -> None:
    """A figure with another bar differs in some of its shapes and pixels."""
    [drawing] = told["figures"]

    assert (drawing["label"], drawing["how"]) == ("fig-values", "changed")
    assert 0 < drawing["pixels"] < 0.9


def test_sections_that_moved_are_not_called_new(told) -> None:
    """A section that stands elsewhere is moved, with the heading that it followed."""
    assert [(one["title"], one["how"], one["before"]) for one in told["sections"]] == [
        ("Another section", "moved", "after 'A section'")
    ]


def test_text_bibliography_and_data_are_compared(told) -> None:
    """A rewritten sentence, an edited entry and rows of a file are said."""
    sentences = [(one["before"], one["after"]) for one in told["sentences"]]

    assert sentences == [("Another one stays too.", "Another one is written anew.")]
    assert told["entries"] == [{"key": "walt2005", "how": "changed", "fields": [["year", "2005", "2006"]]}]
    assert told["cited"] == []


def test_the_page_is_self_contained(changed: Path) -> None:
    """The HTML page loads nothing, shows both figures and their difference, and is marked up soundly."""
    page = diff(changed, form="html")
    tags: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            tags.append((tag, dict(attrs)))

    Reader().feed(page)
    images = [attributes for tag, attributes in tags if tag == "img"]

    assert len(images) == 3
    assert all(image["src"].startswith("data:image/png;base64,") and image["alt"] for image in images)
    assert not [tag for tag, attributes in tags if tag in ("script", "link", "iframe")]
    assert "<del>2005</del>" in page
    assert "<ins>2006</ins>" in page


def test_text_names_what_changed_and_nothing_else(changed: Path) -> None:
    """The text has a heading for each kind of change that there is."""
    lines = diff(changed).splitlines()

    assert lines[0].startswith("since HEAD (")
    assert [line for line in lines if line and not line.startswith(" ")][1:] == [
        "findings", "claims", "sentences that quote what has moved", "tables", "figures", "bibliography", "sections", "text",
    ]  # fmt: skip
    assert "  total: 60\u00a0km -> 135\u00a0km (+75, +125.0 %)" in lines


def test_the_work_tree_and_the_store_are_left_as_they_are(changed: Path) -> None:
    """Comparing neither touches a source nor makes a run stale."""
    before = {path: path.read_bytes() for path in changed.glob("*.*") if path.is_file()}

    diff(changed)

    assert {path: path.read_bytes() for path in changed.glob("*.*") if path.is_file()} == before
    assert build(changed, editions=["html"]).executed == ()


def test_nothing_changed_is_said(thesis: Write) -> None:
    """A work tree as it was committed has no changes."""
    root = commit(thesis({"one.md": "# One\n\nWords.\n", ".gitignore": "_build\n"}))

    assert diff(root).splitlines()[1:] == ["nothing has changed"]


@pytest.mark.parametrize(("name", "repository"), [("nowhere", True), ("--all", True), ("HEAD", False)])
def test_what_is_no_revision_is_said(thesis: Write, name: str, repository: bool) -> None:
    """An unknown name, an option in its place, and a thesis outside of git are errors with a hint."""
    root = thesis({"one.md": "# One\n"})
    if repository:
        commit(root)

    with pytest.raises(ConfigError) as caught:
        diff(root, name)

    assert [(one.rule, bool(one.hint)) for one in caught.value.diagnostics] == [("unknown-revision", True)]


def test_a_thesis_in_a_folder_of_a_repository_is_compared_alone(tmp_path: Path) -> None:
    """What lies beside the thesis in its repository does not matter."""
    from conftest import write_thesis

    root = write_thesis(tmp_path / "repository" / "thesis", {"one.md": "# One\n\nOld words here.\n"})
    (tmp_path / "repository" / "other.md").write_text("# Other\n", encoding="utf-8")
    commit(tmp_path / "repository")
    replace(root / "one.md", "Old words", "New words")

    assert diff(root).splitlines()[-2:] == ["  one.md:3: - Old words here.", "  one.md:3: + New words here."]


def test_rows_are_told_apart_by_as_many_columns_as_it_takes() -> None:
    """Two rows with one name are not mistaken for each other."""
    heads = ("Phase", "Kind", "Count")
    before = Table("t", "one.md", "", heads, (("I", "a", "1"), ("I", "b", "2"), ("II", "a", "3")))
    after = Table("t", "one.md", "", heads, (("I", "a", "1"), ("I", "b", "5"), ("II", "a", "3")))

    [change] = compare(State(tables={"t": before}), State(tables={"t": after})).tables

    assert [(cell.row, cell.column, cell.before, cell.after) for cell in change.cells] == [("I · b", "Count", "2", "5")]


def test_a_claim_with_another_condition_is_the_same_claim() -> None:
    """Words that stay and a condition that changes are one claim, not one gone and one new."""
    before = Claim("one.md", 1, "It is so.", "a > 1", True)
    after = Claim("one.md", 1, "It is so.", "a > 2", True)

    assert [one.how for one in compare(State(claims=(before,)), State(claims=(after,))).claims] == ["other condition"]


def test_a_section_that_only_moves_up_is_moved() -> None:
    """Headings in another order are moved, none is lost."""
    sections = [Section("one.md", number, 2, title) for number, title in enumerate("abc", 1)]

    found = compare(State(sections=tuple(sections)), State(sections=(sections[2], *sections[:2]))).sections

    assert [(one.title, one.how, one.before) for one in found] == [("c", "moved", "after 'b'")]


def test_a_number_is_one_word() -> None:
    """Of a number that changes, the whole is shown and not its digits."""
    assert changed_words("by 2.0 dB", "by 0.4 dB") == [
        ("same", "by "),
        ("gone", "2.0"),
        ("new", "0.4"),
        ("same", " dB"),
    ]


def test_drawings_that_differ_in_names_alone_are_the_same() -> None:
    """Ids that a drawing's paths are called by are no difference."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path id="%s" d="M 0 0 L 9 9"/></svg>'

    assert differ([("svg", svg % b"a")], [("svg", svg % b"b")]) is None
    assert differ([("svg", svg % b"a")], [("svg", (svg % b"a").replace(b"9 9", b"5 9"))]) is not None


def test_sentences_are_compared_page_by_page() -> None:
    """The same sentence on another page is new there."""
    here = Sentence("one.md", 1, 0, "It is so.", "It is so.", (), (), ())
    there = Sentence("two.md", 1, 0, "It is so.", "It is so.", (), (), ())

    found = compare(State(sentences=(here,)), State(sentences=(here, there))).sentences

    assert [(one.path, one.before, one.after) for one in found] == [("two.md", "", "It is so.")]


def test_numbers_stand_beside_labels_as_far_as_they_are_known() -> None:
    """A table that is called otherwise now says both; sentences have numbers where both states' are known, else labels."""
    before = State(
        tables={"t": Table("t", "a.md", "c", ("x",), (("1",),)), "old": Table("old", "a.md", "c", ("x",), ())}
    )
    after = State(tables={"t": Table("t", "a.md", "c", ("x",), (("2",),))})
    changes = dataclasses.replace(
        compare(before, after), sentences=(SentenceChange("a.md", 1, 0, "See [t] [k].", "In [t]."),)
    )
    known = numbered(changes, {"t": "Table 1", "old": "Table 2"}, {"t": "Table 3"})
    half = numbered(changes, {}, {"t": "Table 3"})

    assert [(one.number, one.number_before) for one in known.tables] == [("Table 3", "Table 1"), ("Table 2", "")]
    assert (known.sentences[0].before, known.sentences[0].after) == ("See Table 1 [k].", "In Table 3.")
    assert [(one.number, one.number_before) for one in half.tables] == [("Table 3", ""), ("", "")]
    assert (half.sentences[0].before, half.sentences[0].after) == ("See [t] [k].", "In [t].")
    assert "  Table 3 (t, Table 1 before) (a.md): c" in as_text(known, Revision("HEAD", "0" * 40, "", "")).splitlines()
