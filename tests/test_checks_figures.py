"""Figures and tables are numbered, described, referred to, fine enough, and what their data say."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from typing import TYPE_CHECKING

import pytest
from running import markdown, notebook

from book.checks.figures.coarse import Size, size_of
from book.checks.figures.stored import same_outputs
from book.workflow import build, check

if TYPE_CHECKING:
    from pathlib import Path

    from book.diagnostics import Diagnostic


def png(width: int, height: int, shade: int = 255, density: int = 0) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes([shade]) * width) * height)
    physical = chunk(b"pHYs", struct.pack(">IIB", density, density, 1)) if density else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + physical + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def figure(
    name: str,
    *,
    label: str = "",
    alt: str = "Two grey squares side by side",
    caption: str = "A caption. Source: own work",
) -> str:
    """A figure directive of eight lines or less."""
    named = f":name: {label}\n" if label else ""
    return f"```{{figure}} {name}\n{named}:alt: {alt}\n\n{caption}\n```\n\n"


def found(root: Path, *rules: str) -> list[tuple[str, str, int, int]]:
    """Rule, path, line and column of what a check says under these rules."""
    return [(one.rule, one.path, one.line, one.column) for one in said(root, *rules)]


def said(root: Path, *rules: str) -> list[Diagnostic]:
    return [one for one in check(root) if one.rule in rules]


@pytest.fixture
def book(thesis):
    """A thesis of these pages with a picture 1200 pixels wide."""

    def write(pages: dict[str, str], width: int = 1200) -> Path:
        root = thesis(pages)
        (root / "a.png").write_bytes(png(width, 10))
        (root / "b.png").write_bytes(png(width, 10))
        return root

    return write


def test_a_figure_that_nobody_names_is_reported_where_it_stands(book):
    """A numbered figure without a reference is reported at its directive; one that is named is not."""
    page = "# One\n\n{numref}`fig-a` shows it.\n\n" + figure("a.png", label="fig-a") + figure("b.png", label="fig-b")
    root = book({"one.md": page})

    assert found(root, "never-referred-to") == [("never-referred-to", "one.md", 12, 1)]


@pytest.mark.parametrize(
    "reference",
    [
        "{numref}`fig-a`",
        "{ref}`it <fig-a>`",
        "[](#fig-a)",
        "[it](fig-a)",
        "<project:#fig-a>",
        "Figure 1.1 shows it",
        "The figure below shows it",
    ],
)
def test_every_way_to_name_a_figure_counts(book, reference):
    """Roles, links, a number typed by hand and "the figure below" all refer to a figure."""
    root = book({"one.md": f"# One\n\nSee {reference}.\n\n" + figure("a.png", label="fig-a")})

    assert found(root, "never-referred-to", "missing-label") == []


def test_a_range_names_what_lies_between(book):
    """Figures between the first and the last of a range are referred to."""
    figures = "".join(figure("a.png", label=f"fig-{name}") for name in "abc")
    root = book({"one.md": "# One\n\nSee {numref}`fig-a` to {numref}`fig-c`.\n\n" + figures})

    assert found(root, "never-referred-to", "mentioned-out-of-order") == []


def test_a_numbered_figure_has_a_label(book):
    """A caption without a label cannot be referred to; a picture without either needs none."""
    root = book({"one.md": "# One\n\n" + figure("a.png") + "![Two grey squares](b.png)\n"})

    assert found(root, "never-referred-to", "missing-label") == [("missing-label", "one.md", 3, 1)]


def test_a_labelled_figure_and_table_have_captions(book):
    """A label without a caption gives no number."""
    page = "# One\n\n```{figure} a.png\n:name: fig-a\n:alt: Two grey squares\n```\n\n```{table}\n:name: tab-a\n\n| a |\n|---|\n| b |\n```\n"
    root = book({"one.md": page})

    assert found(root, "missing-caption") == [("missing-caption", "one.md", 3, 1), ("missing-caption", "one.md", 8, 1)]


def test_a_page_without_a_number_has_captions_where_it_uses_them(book):
    """A logo on a title page needs no caption; beside a figure that has one, or where a reference leads to it, it does."""
    bare = "```{figure} NAME.png\n:name: fig-NAME\n:alt: Two grey squares\n```\n\n"
    toc = "format: jb-book\nroot: index\nparts: [{numbered: true, chapters: [{file: one}]}]\n"
    pages = {"_toc.yml": toc, "one.md": "# One\n\nWords.\n"}
    logo = book({**pages, "index.md": f"# T\n\n{bare.replace('NAME', 'a')}"})
    named = f"# T\n\n{bare.replace('NAME', 'a')}{{ref}}`Here <fig-a>`\n\n{figure('b.png', label='fig-b')}"

    assert found(logo, "missing-caption") == []
    assert found(book({**pages, "index.md": named}), "missing-caption") == [("missing-caption", "index.md", 3, 1)]


def test_a_mention_that_comes_too_early_is_reported_at_its_place(book):
    """The second figure may not be mentioned before the first; a later chapter may look back at both."""
    page = (
        "# One\n\nFirst {numref}`fig-b`,\nthen {numref}`fig-a`.\n\n"
        + figure("a.png", label="fig-a")
        + figure("b.png", label="fig-b")
    )
    root = book({"one.md": page, "two.md": "# Two\n\n{numref}`fig-b` and {numref}`fig-a`.\n"})

    assert found(root, "mentioned-out-of-order") == [("mentioned-out-of-order", "one.md", 3, 7)]


@pytest.mark.parametrize(
    "alt",
    [
        "a.png",
        "a",
        "A",
        "images/a.png",
        "<Figure size 600x360 with 1 Axes>",
        "image",
        "alt text",
        "Figure 3",
        "8f14e45fceea167a5a36dedd4bea2543",
        "A caption. Source: own work",
    ],
)
def test_an_alternative_text_that_says_nothing_counts_as_missing(book, alt):
    """A file name, a default and the caption over again are no alternative texts."""
    root = book({"one.md": "# One\n\n{numref}`fig-a`\n\n" + figure("a.png", label="fig-a", alt=alt)})

    assert found(root, "missing-alternative-text") == [("missing-alternative-text", "one.md", 5, 1)]


def test_a_picture_without_words_is_reported_to_the_column(book):
    """An image between words has its place."""
    root = book({"one.md": "# One\n\nSome words\nand ![](a.png) a picture.\n"})

    assert found(root, "missing-alternative-text") == [("missing-alternative-text", "one.md", 4, 5)]


@pytest.mark.parametrize(
    ("sentence", "column"),
    [
        ("As Figure 1.1 shows, it is grey.", 4),
        ("It is grey (Fig. 1.1).", 13),
        ("See figures 1.1 and 1.1 for this.", 5),
        ("In Chapter 1 we look at it.", 4),
        ("Section 1.1 looks at it.", 1),
    ],
)
def test_a_number_typed_by_hand_is_reported_at_its_place(book, sentence, column):
    """A number that a reference should print is found in the middle of a sentence."""
    page = f"# One\n\n{{numref}}`fig-a`.\n\n{sentence}\n\n(sec)=\n## Part\n\nWords.\n\n" + figure(
        "a.png", label="fig-a"
    )
    root = book({"one.md": page})

    assert found(root, "typed-reference", "typed-reference-without-target") == [
        ("typed-reference", "one.md", 5, column)
    ]


def test_the_hint_names_the_label(book):
    """What to write stands in the hint."""
    page = "# One\n\n{numref}`fig-a`. Figure 1.1 and section 1.1.\n\n(sec-part)=\n## Part\n\nWords.\n\n" + figure(
        "a.png", label="fig-a"
    )
    root = book({"one.md": page})

    assert [one.hint.split(":")[0] for one in said(root, "typed-reference")] == [
        "write '{numref}`fig-a`'",
        "write '{numref}`sec-part`'",
    ]


def test_a_number_that_nothing_has_is_another_rule(book):
    """A typed number without anything behind it leads nowhere."""
    page = "# One\n\n{numref}`fig-a`. Figure 9.1 and Chapter 7.\n\n" + figure("a.png", label="fig-a")
    root = book({"one.md": page})

    assert found(root, "typed-reference", "typed-reference-without-target") == [
        ("typed-reference-without-target", "one.md", 3, 18),
        ("typed-reference-without-target", "one.md", 3, 33),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Figure 1.1 of Smith shows it.",
        "This is in Walt's Figure 1.1 as well.",
        "Smith (2005) has a Figure 1.1 too.",
        "Look at Smith 2005, Figure 1.1.",
        "Chapter 1 of the book says so.",
        "Section 1.1 of the Copyright Act says so.",
        'She wrote: "Figure 1.1 is wrong."',
        "Look into `Figure 1.1` there.",
        "[Figure 1.1](https://example.org) is elsewhere.",
        "They paid 1.1 dollars at table 1.1% of the time.",
        "> Figure 1.1 is quoted",
        "### Figure 1.1",
        "The [manual](https://example.org) has it in Chapter 1.",
    ],
)
def test_what_belongs_to_others_is_left_alone(book, sentence):
    """Numbers of other works, of laws, in quotations, links, code and headings are no references of ours."""
    page = f"# One\n\n{{numref}}`fig-a`.\n\n## Part\n\n{sentence}\n\n" + figure("a.png", label="fig-a")
    root = book({"one.md": page})

    assert found(root, "typed-reference", "typed-reference-without-target") == []


def test_german_words_are_known(book):
    """In a German thesis the German words count."""
    page = "# Eins\n\n{numref}`fig-a`. Siehe Abb. 1.1 und Kapitel 9.\n\n" + figure("a.png", label="fig-a")
    root = book({"one.md": page, "_config.yml": "title: T\nauthor: A\nsphinx: {config: {language: de}}\n"})

    assert [rule for rule, *_ in found(root, "typed-reference", "typed-reference-without-target")] == [
        "typed-reference",
        "typed-reference-without-target",
    ]


def test_a_coarse_picture_is_reported(book):
    """600 pixels over the width of the text are too few; the same over 5 cm are enough, and so is an icon."""
    narrow = figure("b.png", label="fig-b").replace(":alt:", ":width: 5cm\n:alt:")
    root = book(
        {
            "one.md": "# One\n\n{numref}`fig-a` and {numref}`fig-b`\n\n"
            + figure("a.png", label="fig-a")
            + narrow
            + "![An icon](c.png)\n"
        },
        width=600,
    )
    (root / "c.png").write_bytes(png(32, 32))

    assert found(root, "coarse-image") == [("coarse-image", "one.md", 5, 1)]


def test_a_picture_within_a_box_is_reported_where_its_file_is_named(book):
    """MyST counts the lines within a box on from where they do not stand; the name of the file says where."""
    boxed = "````{margin} A crest\n:name: crest\n\n```{image} a.png\n:width: 12cm\n```\n\nIt is shown above.\n\n```{image} c.png\n:width: 1cm\n```\n````\n"
    root = book({"one.md": f"# One\n\n{boxed}"}, width=600)
    (root / "c.png").write_bytes(png(600, 600))

    assert found(root, "coarse-image") == [("coarse-image", "one.md", 6, 1)]


def test_a_picture_in_a_notebook_is_reported_on_its_line(book):
    """The line within the cell is that of the file's name, wherever its block begins."""
    cell = "Words.\n\n<div>\n\nMore words,\nand ![Grey](a.png)\n</div>"
    cells = [{"cell_type": "markdown", "metadata": {}, "source": source} for source in ("# One", cell)]
    written = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    toc = "format: jb-book\nroot: index\nchapters:\n  - file: one\n"
    root = book({"one.ipynb": written, "_toc.yml": toc}, width=300)

    assert [(one.cell, one.line, one.column) for one in said(root, "coarse-image")] == [(2, 6, 5)]


def test_a_picture_without_a_file_is_reported_where_it_stands(book):
    """'![]()' is taken for the folder of its page, whose name stands elsewhere too."""
    root = book({"a/one.md": "# One\n\n![]()\n\n(b-a-c)=\n## Two\n\nIt is a/b, or a.\n"})

    assert found(root, "missing-alternative-text") == [("missing-alternative-text", "a/one.md", 3, 1)]


def test_a_small_figure_that_is_printed_large_is_no_icon(book):
    """132 pixels with a caption and a height of 220 are coarse; without a height they are printed small."""
    tall = figure("a.png", label="fig-a").replace(":alt:", ":height: 220px\n:alt:")
    root = book({"one.md": "# One\n\n{numref}`fig-a` and {numref}`fig-b`\n\n" + tall + figure("b.png", label="fig-b")})
    (root / "a.png").write_bytes(png(132, 135))
    (root / "b.png").write_bytes(png(80, 80))

    assert found(root, "coarse-image") == [("coarse-image", "one.md", 5, 1)]


@pytest.mark.parametrize(
    ("before", "reported"),
    [
        ("It lives there, as {numref}`fig-a` shows, and was studied {cite:p}`walt`.", True),
        ("Others count them {cite:p}`walt`. See {numref}`fig-a`.", True),
        ("{numref}`fig-a` {cite:p}`walt` shows it.", False),
        ("{numref}`fig-a`, drawn after one in {cite:p}`walt`, shows it.", False),
    ],
)
def test_what_a_paragraph_cites_is_not_the_source_of_its_picture(book, before, reported):
    """A citation counts beside the figure's number, or where the sentence says that the picture is from there."""
    root = book(
        {
            "one.md": f"# One\n\n{before}\n\n" + figure("a.png", label="fig-a", caption="A plain caption"),
            "references.bib": "@book{walt, author={Walt}, title={T}, year={2005}}",
        }
    )

    assert len(found(root, "image-without-source")) == int(reported)


def test_an_unnamed_language_is_guessed(book):
    """A German thesis whose configuration names no language is read as German."""
    german = "Das ist der Text, und er ist nicht von mir, auch wenn es so aus der Ferne wirkt, wie man sagt. " * 6
    page = f"# Eins\n\n{{numref}}`fig-a`. Siehe Abb. 1.1.\n\n{german}\n\n" + figure("a.png", label="fig-a")
    root = book({"one.md": page, "_config.yml": "title: T\nauthor: A\n"})

    assert [rule for rule, *_ in found(root, "typed-reference")] == ["typed-reference"]


def test_sizes_are_read_from_the_heads_of_files(tmp_path):
    """PNG, GIF and JPEG say how large they are; other files say nothing."""
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 30, 40) + b"\x03" * 12
    contents = {
        "a.png": png(3, 2, density=10_000),
        "b.gif": b"GIF89a" + struct.pack("<HH", 7, 5),
        "c.jpg": jpeg,
        "d.png": b"text",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    sizes = [size_of(tmp_path / name) for name in contents]

    assert sizes == [Size(3, 2, 254.0), Size(7, 5), Size(40, 30), None]


@pytest.mark.parametrize(
    ("page", "reported"),
    [
        ("See Table 8.2, please.", True),
        ("See Table 8, please.", False),
        ("See Table 8.2, please.\n\n**Table 8.1** What it holds\n\n| a |\n|---|\n| b |", False),
        ("See Table 8.2 of the {cite:t}`walt`.", False),
    ],
)
def test_a_number_of_a_kind_that_has_none_leads_nowhere(book, page, reported):
    """Where chapters are numbered and no table is, a table's number with its chapter's is nobody's; captions typed by hand are somebody's."""
    toc = "format: jb-book\nroot: index\nparts: [{numbered: true, chapters: [{file: one}]}]\n"
    root = book({"_toc.yml": toc, "one.md": f"# One\n\n{page}\n"})

    assert len(found(root, "typed-reference-without-target")) == int(reported)


@pytest.mark.parametrize(
    ("caption", "reported"),
    [
        ("A plain caption", True),
        ("A caption {cite:p}`walt`", False),
        ("A caption. Photo: A. Nonymous", False),
        ("A caption. CC BY 4.0", False),
        ("Adapted from a friend", False),
        ("A caption, [from there](https://example.org)", False),
        ("The harbour seen from the North", True),
        ("Blick auf den Hafen von Norden", True),
        ("Bücher nach Alter", True),
        ("Das Haus, von Lise Meitner", False),
        ("Der Hafen (nach Müller)", False),
    ],
)
def test_a_picture_that_no_cell_made_names_its_source(book, caption, reported):
    """A citation, a licence, an author or a link is a source."""
    root = book(
        {
            "one.md": "# One\n\n{numref}`fig-a`\n\n" + figure("a.png", label="fig-a", caption=caption),
            "references.bib": "@book{walt, author={Walt}, title={T}, year={2005}}",
        }
    )

    assert found(root, "image-without-source") == ([("image-without-source", "one.md", 5, 1)] if reported else [])


def test_a_source_in_another_section_is_that_of_another_picture(book):
    """The paragraph above a heading speaks of what stands there."""
    page = "# One\n\nBelow the picture stands its source.\n\n## Two\n\n{numref}`fig-a`\n\n"
    near = page.replace("\n\n## Two\n\n", " ")
    shown = figure("a.png", label="fig-a", caption="A plain caption")

    assert len(found(book({"one.md": page + shown}), "image-without-source")) == 1
    assert found(book({"one.md": near + shown}), "image-without-source") == []


def test_a_picture_that_a_cell_draws_needs_no_source(book):
    """A file that some cell writes comes from that cell."""
    page = (
        markdown("1 + 1", "name = 'a.png'") + "\n{numref}`fig-a`\n\n" + figure("a.png", label="fig-a", caption="Drawn")
    )
    root = book({"one.md": page})

    assert found(root, "image-without-source") == []


STREAM = {"output_type": "stream", "name": "stdout", "text": "4\n"}


def shown(**data: str) -> list[dict[str, object]]:
    return [
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {name.replace("_", "/"): text for name, text in data.items()},
        }
    ]


@pytest.mark.parametrize(
    ("stored", "made", "same"),
    [
        (shown(text_plain="<A at 0x7f0000000000>"), shown(text_plain="<A at 0x7f1111111111>"), True),
        (shown(text_html='<table id="T_abcde">1'), shown(text_html='<table id="T_12345">1'), True),
        (shown(text_html="<td>12</td>"), shown(text_html="<td>13</td>"), False),
        ([STREAM], [STREAM, {"output_type": "stream", "name": "stderr", "text": "careful"}], True),
        ([STREAM], [], False),
        (
            shown(image_png=base64.b64encode(png(20, 20)).decode()),
            shown(image_png=base64.b64encode(png(20, 20)).decode() + "\n"),
            True,
        ),
        (
            shown(image_png=base64.b64encode(png(20, 20)).decode()),
            shown(image_png=base64.b64encode(png(20, 20, 250)).decode()),
            True,
        ),
        (
            shown(image_png=base64.b64encode(png(20, 20)).decode()),
            shown(image_png=base64.b64encode(png(20, 20, 0)).decode()),
            False,
        ),
    ],
)
def test_outputs_are_compared_by_what_they_show(stored, made, same):
    """Addresses, ids and invisible differences are chance; values and drawings are not."""
    assert same_outputs(stored, made) == same


@pytest.mark.slow
def test_an_old_output_in_a_notebook_is_reported(thesis):
    """The cell whose stored output is not today's is named; one without stored outputs is not."""
    old, right = [{**STREAM, "text": "5\n"}], [STREAM]
    root = thesis(
        {
            "_toc.yml": "format: jb-book\nroot: index\nchapters:\n- file: one\n",
            "one.ipynb": notebook(("print(2 + 2)", old), ("print(4)", right), ("print(3)", [])),
        }
    )
    build(root, editions=[])

    assert [(one.path, one.cell, one.line) for one in said(root, "stored-output-differs")] == [("one.ipynb", 2, 1)]


SHOW = """
import pandas as pd
from matplotlib.figure import Figure
from book import figure, table
frame = pd.DataFrame({"name": list("abcdefghijkl"), "size": [10.5, 22, 31, 47, 5, 6, 7, 8, 9, 10, 11, 12]})
fig = Figure()
figure(fig, label="fig-a", caption="CAPTION", alt="ALT", data=frame)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("caption", "alt", "reported"),
    [
        ("All 12 things", f"Bars from 5 to 47 {'{'}name{'}'}", []),
        ("All 13 things", "Bars", [(15, 41)]),
        ("All things", "The largest, 48, leads", [(15, 68)]),
        ("Things in 1999, at the 95th percentile", "Of 178.5 in all, 26 per cent are one's", []),
    ],
)
def test_numbers_in_captions_are_those_of_the_data(thesis, caption, alt, reported):
    """Counts, values, sums and shares are given by the data; years and percentiles are no results."""
    root = thesis(
        {"one.md": markdown(SHOW.strip().replace("CAPTION", caption).replace("ALT", alt)) + "\n{numref}`fig-a`\n"}
    )
    build(root, editions=[])

    assert [(one.line, one.column) for one in said(root, "caption-number-not-in-data")] == reported


@pytest.mark.slow
def test_numbers_in_german_captions_have_a_comma(thesis):
    """A decimal comma and a point between thousands are read as the language writes them."""
    said_in = "Im Mittel 151,0, am meisten 47,0, höchstens 97,3; 1.785 in Zehnteln, 2.785 nicht"
    cell = SHOW.strip().replace("CAPTION", said_in).replace("ALT", "Balken").replace("10.5", "10.5, 1785")
    cell = cell.replace("abcdefghijkl", "abcdefghijklm")
    root = thesis(
        {
            "one.md": markdown(cell) + "\n{numref}`fig-a`\n",
            "_config.yml": "title: T\nauthor: A\nsphinx: {config: {language: de}}\n",
        }
    )
    build(root, editions=[])

    assert [one.message.split()[-7] for one in said(root, "caption-number-not-in-data")] == ["97,3,", "2.785,"]


def test_notebooks_give_the_cell(thesis):
    """In a notebook the place is a cell and a line in it."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": text}
        for text in ("# One", "Words.\n\n" + figure("a.png", label="fig-a"))
    ]
    root = thesis(
        {
            "_toc.yml": "format: jb-book\nroot: index\nparts:\n- numbered: true\n  chapters:\n  - file: one\n",
            "one.ipynb": json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
        }
    )
    (root / "a.png").write_bytes(png(1200, 10))

    assert [(one.cell, one.line, one.column) for one in said(root, "never-referred-to")] == [(2, 3, 1)]
