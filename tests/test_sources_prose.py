"""The running text of a page: what a reader reads, and where it stands in the source."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from book.sources.chapters import Chapter
from book.sources.inline import MARK
from book.sources.prose import Passage, Prose, prose_of, sentences

PIECES = st.sampled_from(
    [
        *"ab é\n\n\t`$*_[](){}<>!&;:|-#~%+^.\\'\"=0",
        "\n\n", "\r\n", "    ", "- ", "1. ", "> ", "```", "```{note}\n", ":::{tip} Title\n", ":::", "---\n", "<!--", "-->", "$$", "| a | b |\n|---|---|\n",
        "{cite:p}`k`", "[^n]", "[^n]: ", "(label)=\n", "% hidden\n", "![alt](x.png)", "[text](url)", "[words]{.a}", "&amp;", "\\begin{align}", "\\end{align}",
        "\n: ", "https://a.b ", ":class: x\n", "<br>", "{{ x }}", "# ",
    ]
)  # fmt: skip


def page(text: str) -> Prose:
    return prose_of(Chapter("one", "one.md", "markdown", "", (), text))


def notebook(*cells: object) -> Prose:
    return prose_of(Chapter("one", "one.ipynb", "notebook", "", (), json.dumps({"cells": cells})))


def markdown(source: object) -> dict[str, object]:
    return {"cell_type": "markdown", "source": source}


def read(text: str) -> list[tuple[str, str]]:
    return [(passage.kind, passage.text) for passage in page(text).passages]


def place_of(prose: Prose, word: str) -> tuple[int, int, int]:
    passage = next(one for one in prose.passages if word in one.text)
    place = passage.at(passage.text.index(word))
    return place.cell, place.line, place.column


@given(st.lists(PIECES, max_size=60).map("".join))
@settings(max_examples=400, deadline=None)
def test_every_character_knows_its_place(text: str) -> None:
    """What is read stands in the source at the very place that is given, entities and line ends aside."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for passage in page(text).passages:
        assert len(passage.places) == len(passage.text)
        for index, character in enumerate(passage.text):
            place = passage.at(index)
            stands = lines[place.line - 1][place.column - 1 : place.column]
            if character not in (MARK, " ") and stands != "&":
                assert character == stands, (text, passage.text, index)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read(text: str) -> None:
    """Nothing that one can type stops the reader, in a file or in a notebook."""
    for prose in (page(text), notebook(markdown(text))):
        for passage in prose.passages:
            said = "".join(passage.text[start:end] for start, end in sentences(passage.text))
            assert "".join(said.split()) == "".join(passage.text.split())


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda one: (
            st.lists(one, max_size=3)
            | st.dictionaries(st.sampled_from(["cells", "cell_type", "source", "markdown"]), one, max_size=3)
        ),
    )
)
@settings(max_examples=200, deadline=None)
def test_any_json_is_read(value: object) -> None:
    """A notebook that is none has no text."""
    found = [
        prose_of(Chapter("one", "one.ipynb", "notebook", "", (), json.dumps(one)))
        for one in (value, {"cells": [value]})
    ]

    assert [prose.docname for prose in found] == ["one", "one"]


@pytest.mark.parametrize(
    "unit",
    [
        "[a]: b\n", "[a]: \n", "[", "[^", "[^a]: b\n", "![", "`", "`` ` ", "$", "$$\n", "a\n$$\nb\n\n", "\\begin{align}\n", "<!--", "<!-- \n\n", "<a ", "\\", "&amp", "{{a", "{a}`",
        "a\n: b\n", "*", "# ", "|a", "```{note}\n", ":::{note}\n", "[a](", "\t", "> ", "- ", "(a)=\n", "{.a}\n", '"a ', "“",
    ],
)  # fmt: skip
def test_any_piece_over_and_over_is_read(unit: str) -> None:
    """A hundred thousand characters of one piece are read to their end, and each that is read stands where it is said to stand."""
    text = unit * (100_000 // len(unit))
    lines = text.split("\n")

    for passage in page(text).passages:
        place = passage.at(len(passage.text) - 1)
        assert place.column <= len(lines[place.line - 1])


@pytest.mark.parametrize(
    "text",
    [
        "[x" * 5000 + "]{.a}" * 5000,
        "[^" * 20000 + "]" * 20000,
        "|a" * 4000 + "|\n" + "|-" * 4000 + "|\n" + "|a|\n" * 4000,
        "\\begin{align}\n" * 4000 + "\\end{align}\n",
        "\n".join(":" * colons + "{note}" for colons in range(400, 2, -1)),
        "[a" * 10000 + "][b]" * 10000,
    ],
    ids=["spans", "notes", "table", "formulas", "directives", "links"],
)
def test_what_is_nested_deeply_is_read(text: str) -> None:
    """No nesting stops the reader, and what stands before it is read once."""
    read = page("Before.\n\n" + text).passages

    assert [one.text for one in read if "Before" in one.text] == ["Before."]


def test_kinds_of_text() -> None:
    """Headings, paragraphs, items, cells, captions, notes and terms are told apart."""
    text = (
        "# Head\n\nPlain *text* here.\n\n- item\n\n> quoted\n\n| a | b |\n|---|---|\n| c | d |\n\nTerm\n: meaning\n\n"
        "[^n]: a note\n\n```{figure} x.png\n:name: f\nA caption\n```\n\n:::{note}\nInside\n:::\n"
    )

    assert read(text) == [
        ("heading", "Head"), ("paragraph", "Plain text here."), ("item", "item"), ("quote", "quoted"), ("cell", "a"), ("cell", "b"), ("cell", "c"), ("cell", "d"),
        ("term", "Term"), ("paragraph", "meaning"), ("note", "a note"), ("caption", "A caption"), ("paragraph", "Inside"),
    ]  # fmt: skip


def test_what_nobody_reads_is_no_text() -> None:
    """Comments, targets, front matter, options, code and definitions of links are no running text."""
    text = (
        "---\ntitle: front\n---\n\n% comment\n\n(label)=\n\n<!-- hidden -->\n\n```python\ncode\n```\n\n[a]: https://x.org 'T'\n[b]: y\nSeen [a].\n\n"
        "```{note}\n---\nclass: hidden\n---\nAlso seen\n```\n\n```{code-cell}\ncode\n```\n"
    )

    assert [words for _, words in read(text)] == ["Seen [a].", "Also seen"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n\n  ```{note}\n  Here it is\n  ```\n", (0, 4, 3)),
        ("1. a\n\n   :::{tip}\n   :class: x\n\n   Here\n   :::\n", (0, 6, 4)),
        (":::::{grid}\n::::{card} T\n---\nx: y\n---\n> *Here*\n::::\n:::::\n", (0, 6, 4)),
        ("a\r\n\r\nb **Here**\r\n", (0, 3, 5)),
        ("-\tHere\n", (0, 1, 3)),
        ("- a\n\n\tHere\n", (0, 3, 2)),
        ("| a \\| b | Here |\n|---|---|\n", (0, 1, 12)),
        ("| a |\n|---|\n| a \\| Here |\n", (0, 3, 8)),
        ("Term\n: a\n\n  Here\n", (0, 4, 3)),
        ("[^n]: a\n\n    Here\n", (0, 3, 5)),
        ("## Here ##\n", (0, 1, 4)),
        ("{cite:p}`a` &amp; [Here](x)\n", (0, 1, 20)),
    ],
)
def test_places_in_containers(text: str, expected: tuple[int, int, int]) -> None:
    """Whatever stands around a word, its line and column are those of the file."""
    assert place_of(page(text), "Here") == expected


def test_places_in_a_notebook() -> None:
    """In a notebook a place is a cell, and a line and column of it; other cells are blocks."""
    prose = notebook(
        {"cell_type": "code", "source": ["x = 1"]},
        markdown(["# T\n", "\n", "a *Here*"]),
        {"cell_type": "code", "source": ""},
    )

    assert place_of(prose, "Here") == (2, 3, 4)
    assert [(block.kind, block.name, block.place.cell) for block in prose.blocks] == [("cell", "code", 1)]


def test_other_blocks_have_places() -> None:
    """What is no running text is noted with its place; comments and targets are not."""
    text = "# T\n\n```{toctree}\na\n```\n\n$$\nx\n$$\n\n<div>a</div>\n\n<!-- c -->\n\n% c\n\n(t)=\n\n```python\nx\n```\n\n    y\n"
    found = [(block.kind, block.name, block.place.line) for block in page(text).blocks]

    assert found == [
        ("directive", "toctree", 3),
        ("math", "", 7),
        ("html", "", 11),
        ("code", "python", 19),
        ("code", "", 23),
    ]


def test_marks_stand_for_what_is_no_word() -> None:
    """Roles, formulas, code, pictures and addresses leave one character each and are told in order."""
    passage: Passage = page("A {cite:p}`k` $x$ `c` ![p](f.png) https://a.org [w]{.s} &lt; end").passages[0]

    assert passage.text == f"A {MARK} {MARK} {MARK} {MARK} {MARK} w < end"
    assert [(mark.kind, mark.name or mark.text) for mark in passage.marks] == [
        ("role", "cite:p"), ("math", "x"), ("code", "c"), ("image", "f.png"), ("address", "https://a.org"), ("span", ".s"),
    ]  # fmt: skip
