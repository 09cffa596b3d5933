"""Chapters and their cells are found as MyST-NB finds them."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from book.diagnostics import Diagnostic
from book.sources.chapters import Chapter, front_matter, read_chapter

HEAD = "---\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n"


def chapter(root: Path, text: str, name: str = "one.md") -> Chapter:
    (root / name).write_text(text, encoding="utf-8")
    read = read_chapter(root, name.rpartition(".")[0], name)
    assert isinstance(read, Chapter)
    return read


def test_cells_have_code_tags_and_line(tmp_path: Path) -> None:
    """A cell's options are not its code, and its line is that of its first line of code."""
    text = (
        HEAD
        + "# T\n\n```{code-cell} python\n:tags: [hide-input]\nx = 1\n```\n\n~~~{code-cell}\n---\ntags: [a, b]\n---\ny = 2\nz = 3\n~~~\n\n:::{code-cell}\nno cell\n:::\n"
    )

    cells = chapter(tmp_path, text).cells

    assert [(c.code, c.tags, c.line) for c in cells] == [
        ("x = 1", ("hide-input",), 9),
        ("y = 2\nz = 3", ("a", "b"), 16),
    ]


def test_directives_before_a_cell_do_not_swallow_it(tmp_path: Path) -> None:
    """What closes a directive opens nothing: the cells after one, two or three of them are all found."""
    blocks = [
        "```{note}\nText.\n```\n",
        "~~~{code-block} python\n:linenos:\nx = 2\n~~~\n",
        "````{tab-set}\n```{tab-item} A\nText.\n```\n````\n",
        ":::{tip}\nText.\n:::\n",
        "```{math}\na\n```\n",
    ]
    text = (
        HEAD + "# T\n\n" + "\n".join(f"{block}\n```{{code-cell}} python\n{i}\n```\n" for i, block in enumerate(blocks))
    )

    assert [cell.code for cell in chapter(tmp_path, text).cells] == ["0", "1", "2", "3", "4"]


def test_markdown_without_the_header_has_no_cells(tmp_path: Path) -> None:
    """MyST-NB takes a file for a notebook by its front matter alone."""
    read = chapter(tmp_path, "# T\n\n```{code-cell} python\nx = 1\n```\n")

    assert (read.format, read.cells, read.kernel) == ("markdown", (), "")


def test_a_fence_shown_as_an_example_is_no_cell(tmp_path: Path) -> None:
    """A cell inside a longer literal fence is text."""
    assert chapter(tmp_path, HEAD + "````markdown\n```{code-cell}\nx\n```\n````\n").cells == ()


def test_notebooks_of_any_age_are_read(tmp_path: Path) -> None:
    """Cells of today's and of the third format are found."""
    now = {
        "cells": [
            {"cell_type": "markdown", "source": "# T"},
            {"cell_type": "code", "source": ["a\n", "b"], "metadata": {"tags": ["t"]}},
        ],
        "metadata": {},
    }
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": "a"}]}]}

    assert [(c.code, c.tags, c.line) for c in chapter(tmp_path, json.dumps(now), "n.ipynb").cells] == [
        ("a\nb", ("t",), 2)
    ]
    assert [c.code for c in chapter(tmp_path, json.dumps(old), "o.ipynb").cells] == ["a"]


def test_what_is_no_notebook_is_a_diagnostic(tmp_path: Path) -> None:
    """Broken JSON and other encodings are named with their file."""
    (tmp_path / "n.ipynb").write_text("{", encoding="utf-8")
    (tmp_path / "l.md").write_bytes(b"caf\xe9")

    assert (
        str(read_chapter(tmp_path, "n", "n.ipynb"))
        == "n.ipynb: not a Jupyter notebook [unreadable-chapter]\n  hint: open it in Jupyter and save it again"
    )
    assert (
        str(read_chapter(tmp_path, "l", "l.md"))
        == "l.md: cannot be read: it is not UTF-8 text [unreadable-chapter]\n  hint: save the file as UTF-8 text"
    )


@given(st.text(max_size=300), st.booleans())
def test_no_text_breaks_the_chapter_reader(tmp_path_factory, text: str, headed: bool) -> None:
    """Any text is a chapter or a diagnostic."""
    root = tmp_path_factory.getbasetemp()
    (root / "any.md").write_text((HEAD if headed else "") + text, encoding="utf-8", errors="replace")

    assert isinstance(read_chapter(root, "any", "any.md"), Chapter | Diagnostic)


@given(st.text(alphabet="-.:{}[]ab \n", max_size=100))
def test_no_front_matter_breaks_the_reader(text: str) -> None:
    """Broken front matter is none."""
    assert isinstance(front_matter("---\n" + text), dict)
