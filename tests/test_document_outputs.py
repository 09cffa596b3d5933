"""Tables and figures of cells become true tables and figures of the page."""

from __future__ import annotations

import re

import pytest
from cells import Book, notebook, run
from docutils import nodes

FRAME = (
    "import pandas as pd\nimport matplotlib; matplotlib.use('agg')\nimport matplotlib.pyplot as plt\n"
    "frame = pd.DataFrame({'name': ['*a*', 'b'], 'lag': [-1.5, None]})\n"
)
CELL = "# One\n\n```{code-cell} python\n:tags: [remove-input]\n%s\n```\n"


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "book")


def chapter(book: Book, *codes: str, text: str = "") -> str:
    """Build one chapter from cells; answer its page."""
    blocks = "".join(f"\n```{{code-cell}} python\n:tags: [remove-input]\n{code}\n```\n" for code in codes)
    book.page("index.md", "# T\n\n```{toctree}\n:numbered:\none\n```\n")
    book.chapter("one.md", f"# One\n\n{text}\n{blocks}", *run(*codes))
    return book.build(thesis_findings={})["one.html"]


def flat(html: str) -> str:
    return re.sub(r"\s*\n\s*", "", html)


def test_a_table_is_a_true_table_with_number_caption_and_note(book):
    """Heads, units, alignment, missing values and the note come out as HTML that a reader's software understands."""
    code = FRAME + "table(frame, 'tab-x', 'Caption with *emphasis*', note='A **note**', units={'lag': 'days'})"
    html = flat(chapter(book, code, text="See {numref}`tab-x`."))

    assert '<span class="std std-numref">Table 1.1</span>' in html
    assert 'id="tab-x"' in html
    assert '<span class="caption-text">Caption with <em>emphasis</em></span>' in html
    assert '<th class="head text-right"><p>lag <span class="unit">(days)</span></p></th>' in html
    assert '<td class="text-left"><p>*a*</p></td><td class="text-right"><p>\u22121.5</p></td>' in html
    assert '<td class="text-right"><p>\u2013</p></td>' in html
    assert '<div class="note-below docutils container"><p>A <strong>note</strong></p></div>' in html
    assert "<img" not in html
    assert book.warnings == ""


def test_only_columns_of_markup_are_read_as_myst(book):
    """Stars in data are stars, unless the author says that a column holds MyST."""
    html = flat(chapter(book, FRAME + "table(frame, 'tab-x', 'c', markup=['name'])"))

    assert '<td class="text-left"><p><em>a</em></p></td>' in html


def test_numbers_in_a_table_follow_the_language(book):
    """A table prints with the decimal mark of the thesis."""
    book.values["language"] = "de"

    assert "\u22121,5" in chapter(book, FRAME + "table(frame, 'tab-x', 'c')")


def test_grouped_heads_span_and_repeated_labels_stand_once(book):
    """Grouped columns have a head over them, and a group of rows is labelled in its first."""
    code = (
        FRAME + "index = pd.MultiIndex.from_tuples([('k', 1), ('k', 2), ('m', 1)], names=['key', 'sub'])\n"
        "table(pd.DataFrame({('A', 'x'): [1, 2, 3], ('A', 'y'): [4, 5, 6]}, index=index), 'tab-x', 'c')"
    )
    html = flat(chapter(book, code))

    assert '<th class="head stub text-left" rowspan="2"><p>key</p></th>' in html
    assert '<th class="head text-center" colspan="2"><p>A</p></th>' in html
    assert len(re.findall(r'<th class="stub text-left"><p>k</p></th>', html)) == 1


def test_widths_are_kept_for_every_edition(book):
    """Relative widths become column specifications; without them the columns follow their content."""
    code = (
        FRAME
        + "table(frame, 'tab-x', 'c', widths={'name': 3, 'lag': 1}, wide=True, long=True)\ntable(frame, 'tab-y', 'c')"
    )
    html = chapter(book, code)
    given, free = book.env.get_doctree("one").findall(nodes.table)

    assert [spec["colwidth"] for spec in given.findall(nodes.colspec)] == [75, 25]
    assert {"thesis-table", "wide", "long", "colwidths-given"} <= set(given["classes"])
    assert {"wide", "long", "colwidths-given"} & set(free["classes"]) == set()
    assert '<col style="width: 75.0%" />' in html


def test_a_figure_has_number_caption_note_and_alternative_text(book):
    """A figure is a vector graphic under its own name, shown once, and described."""
    code = (
        FRAME
        + "fig, ax = plt.subplots()\nfigure(fig, 'fig-x', 'Caption', alt='Says \"what\"', note='A note', data=frame)"
    )
    html = flat(chapter(book, code, text="See {numref}`fig-x`."))

    assert html.count("<img") == 1
    assert '<img alt="Says &quot;what&quot;" src="_images/fig-x.svg" />' in html
    assert '<span class="std std-numref">Fig. 1.1</span>' in html
    assert '<span class="caption-text">Caption</span>' in html
    assert '<div class="legend"><p>A note</p></div>' in html
    assert (book.root / "_build" / "jupyter_execute" / "one" / "fig-x.csv").read_text() == "name,lag\n*a*,-1.5\nb,\n"
    assert sorted(path.name for path in (book.root / "_build" / "html" / "_images").iterdir()) == ["fig-x.svg"]


def test_a_group_is_one_figure_with_lettered_parts(book):
    """A group has one number, and letters for its parts."""
    code = (
        FRAME
        + "a, b = plt.figure(), plt.figure()\nfigure([(a, 'first', 'alt one'), (b, '', 'alt two')], 'fig-x', 'Both')"
    )
    html = flat(chapter(book, code))

    assert re.findall(r'<img alt="([^"]*)" src="_images/([^"]*)"', html) == [
        ("alt one", "fig-x-a.svg"),
        ("alt two", "fig-x-b.svg"),
    ]
    assert re.findall(r'<p class="subcaption">(.*?)</p>', html) == ["(a) first", "(b)"]
    assert html.count("caption-number") == 1


def test_nodes_know_the_cell_they_come_from(book):
    """Provenance can be asked of the page: chapter, cell and line."""
    chapter(book, "1", FRAME + "\ntable(frame, 'tab-x', 'c')")
    table = next(book.env.get_doctree("one").findall(nodes.table))
    lines = (book.root / "one.md").read_text().splitlines()

    assert table["thesis"]["docname"] == "one"
    assert table["thesis"]["cell"] == 1
    assert lines[table["thesis"]["line"] - 1] == "table(frame, 'tab-x', 'c')"


def test_a_file_is_rewritten_only_when_it_changes(book):
    """Reading a page again leaves its figures alone, so that nothing downstream takes them for new."""
    code = FRAME + "figure(plt.figure(), 'fig-x', 'c', alt='a')"
    chapter(book, code)
    drawing = book.root / "_build" / "jupyter_execute" / "one" / "fig-x.svg"
    before = drawing.stat().st_mtime_ns
    chapter(book, code, text="More prose.")
    untouched = drawing.stat().st_mtime_ns
    drawing.write_text("<svg/>")
    chapter(book, code, text="Even more prose.")

    assert untouched == before
    assert drawing.read_text() != "<svg/>"


def test_a_label_used_twice_is_an_error_at_the_second_place(book):
    """The first one keeps the label, in whatever chapter it stands, and is told apart from the second."""
    code = FRAME + "table(frame, 'tab-x', 'c')"
    outputs = run(code)
    book.page("index.md", "# T\n\n{numref}`tab-x`\n\n```{toctree}\n:numbered:\none\ntwo\n```\n")
    book.chapter("one.md", CELL % code, *outputs)
    book.chapter("two.md", CELL % code, *outputs)
    pages = book.build(thesis_findings={})
    line = 1 + (book.root / "two.md").read_text().splitlines().index("table(frame, 'tab-x', 'c')")

    assert (
        book.warnings.strip()
        == f"two.md:{line}: WARNING: label 'tab-x' of a table is used twice; it is also used at one.md:{line}\n"
        "hint: give one of them another label"
    )
    assert 'href="one.html#tab-x"' in pages["index.html"]
    assert "Table 2.1" in pages["two.html"]


def test_a_label_that_became_free_is_taken(book):
    """When the first holder of a label gives it up, the second one's page is read again."""
    code = FRAME + "table(frame, 'tab-x', 'c')"
    outputs = run(code)
    book.page("index.md", "# T\n\n{numref}`tab-x`\n\n```{toctree}\n:numbered:\none\ntwo\n```\n")
    book.chapter("one.md", CELL % code, *outputs)
    book.chapter("two.md", CELL % code, *outputs)
    book.build(thesis_findings={})
    book.chapter("one.md", "# One\n")
    pages = book.build(thesis_findings={})

    assert 'id="tab-x"' in pages["two.html"]
    assert "used twice" not in book.warnings


def test_missing_words_are_reported_with_their_place(book):
    """A table without a caption, or a stored figure without alternative text, is a warning at its line."""
    outputs = run(FRAME + "table(frame, 'tab-x', ' ')", "figure(plt.figure(), 'fig-x', '', alt='x')")
    outputs[1][0]["data"]["application/vnd.thesis.figure+json"]["images"][0]["alt"] = ""
    book.page("index.md", "# T\n\n```{toctree}\none\n```\n")
    book.chapter("one.md", "# One\n\n```{code-cell}\na\n```\n\n```{code-cell}\nb\n```\n", *outputs)
    book.build(thesis_findings={})

    assert [line for line in book.warnings.splitlines() if "WARNING" in line] == [
        "one.md:8: WARNING: table 'tab-x' has no caption",
        "one.md:12: WARNING: figure 'fig-x' has no alternative text",
        "one.md:12: WARNING: figure 'fig-x' has no caption",
    ]


@pytest.mark.parametrize(
    "broken",
    [{"version": 99}, {"rows": None}, {"columns": []}, {"heads": [[{"text": "x"}]]}, {"rows": [[{"colour": "x"}, 1]]}],
)
def test_an_output_that_cannot_be_read_is_marked(book, broken):
    """A stored output of another version, or one that somebody edited, is marked and the page goes on."""
    outputs = run(FRAME + "table(frame, 'tab-x', 'c')")
    outputs[0][0]["data"]["application/vnd.thesis.table+json"].update(broken)
    book.page("index.md", "# T\n\n```{toctree}\none\n```\n")
    book.chapter("one.md", "# One\n\n```{code-cell}\na\n```\n\nText after it.\n", *outputs)
    html = book.build(thesis_findings={})["one.html"]

    assert '<span class="problem">[unreadable output of cell 1]</span>' in html
    assert "<p>Text after it.</p>" in html
    assert "one.md:8: WARNING: output of cell 1 cannot be read" in book.warnings


def test_findings_show_nothing_where_they_are_recorded(book):
    """A cell that only records leaves no trace on the page, not even an empty box of text."""
    html = chapter(book, "record('a', 123456)")

    assert "123456" not in html


def test_a_finding_in_a_caption_is_reported_at_its_line_of_the_cell(book):
    """A mistake inside a caption is placed where the caption is written, within the cell."""
    chapter(book, FRAME + "table(\n    frame,\n    'tab-x',\n    'See {finding}`nope`',\n)")
    lines = (book.root / "one.md").read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "nope" in text)

    assert f"one.md:{line}: WARNING: unknown finding 'nope'" in book.warnings


def test_plain_outputs_keep_working(book):
    """Whatever else a cell shows is left to MyST-NB."""
    outputs = [
        [{"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "plain words"}}]
    ]
    book.page("index.md", "# T\n\n```{toctree}\none\n```\n")
    book.chapter("one.md", "# One\n\n```{code-cell}\na\n```\n", *outputs)

    assert "plain words" in book.build(thesis_findings={})["one.html"]


def test_notebooks_work_alike(book):
    """A Jupyter notebook with stored outputs gives the same table as a Markdown chapter."""
    code = FRAME + "table(frame, 'tab-x', 'See {finding}`nope`')"
    book.page("index.md", "# T\n\n```{toctree}\none\n```\n")
    book.page("one.ipynb", notebook(["# One", (code, run(code)[0])]))
    html = book.build(thesis_findings={})["one.html"]

    assert 'id="tab-x"' in html
    assert "one.ipynb:2: WARNING: unknown finding 'nope'" in book.warnings


def test_a_book_without_our_extension_shows_tables_too(book):
    """The plug-in is found by every book of the environment, also by one that knows nothing else of ours."""
    code = FRAME + "record('a', 1)\ntable(frame, 'tab-x', 'c')"
    book.values.clear()
    book.page("index.ipynb", notebook(["# One", (code, run(code)[0]), "See {numref}`tab-x`."]))
    first = book.build(extensions=["myst_nb"])["index.html"]
    (book.root / "index.ipynb").touch()
    second = book.build(extensions=["myst_nb"])["index.html"]

    assert "Table 1</span>" in first
    assert "Table 1</span>" in second
    assert book.warnings == ""
