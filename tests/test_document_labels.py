"""A label that stood twice, or has moved, is known where it stands now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from running import write

from book.workflow import build, check

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = "title: T\nauthor: A\nonly_build_toc_files: true\n"
TOC = "format: jb-book\nroot: index\nchapters: [{file: one}, {file: two}]\n"
INDEX = "# T\n\nSee {ref}`sec`, and the rest.\n"
WITH = "(sec)=\n## {}\n\nSome words on it.\n"
EQUATION = "$$\na = {}\n$$ (eq-a)\n"
WITHOUT = "## {}\n\nSome words on it.\n"
RULES = {"reference-without-target", "duplicate-label"}


def said(root: Path) -> list[tuple[str, str]]:
    """File and rule of what is said of labels and references."""
    return sorted((one.path, one.rule) for one in check(root) if one.rule in RULES)


@pytest.mark.parametrize(
    ("name", "bearing", "reference"), [("one", EQUATION, "{eq}`eq-a`"), ("two", WITH, "{ref}`sec`")]
)
def test_a_label_that_is_taken_out_again_leaves_the_other_one(
    tmp_path: Path, name: str, bearing: str, reference: str
) -> None:
    """Whichever of two pages gives a label up, references lead to the other one, and nothing is said of it any more."""
    pages = {"one.md": f"# One\n\n{bearing.format(1)}", "two.md": f"# Two\n\n{bearing.format(2)}"}
    index = {"index.md": f"# T\n\nSee {reference}, and the rest.\n"}
    write(tmp_path, {"_config.yml": CONFIG, "_toc.yml": TOC, **index, **pages})
    before = {rule for _, rule in said(tmp_path)}
    write(tmp_path, {f"{name}.md": f"# {name}\n\n{WITHOUT.format(3)}"})

    assert (before, said(tmp_path)) == ({"duplicate-label"}, [])


def test_a_label_that_moves_to_an_earlier_page_stands_once(tmp_path: Path) -> None:
    """Both pages are edited at once, and no page remembers where the label was."""
    files = {"_config.yml": CONFIG, "_toc.yml": TOC, "index.md": INDEX, "one.md": f"# One\n\n{WITHOUT.format(1)}"}
    write(tmp_path, {**files, "two.md": f"# Two\n\n{WITH.format(2)}"})
    build(tmp_path, editions=("html",))
    write(tmp_path, {"one.md": f"# One\n\n{WITH.format('Here')}", "two.md": f"# Two\n\n{WITHOUT.format(2)}"})
    build(tmp_path, editions=("html",))

    assert said(tmp_path) == []
    assert 'href="one.html#sec"' in (tmp_path / "_build" / "html" / "index.html").read_text()


def test_a_page_that_goes_leaves_its_labels_to_others(tmp_path: Path) -> None:
    """A chapter that is taken out of the contents takes no label with it that stands elsewhere too."""
    files = {"_config.yml": CONFIG, "_toc.yml": TOC, "index.md": INDEX, "one.md": f"# One\n\n{WITH.format(1)}"}
    write(tmp_path, {**files, "two.md": f"# Two\n\n{WITH.format(2)}"})
    before = {rule for _, rule in said(tmp_path)}
    write(tmp_path, {"_toc.yml": TOC.replace(", {file: two}", "")})
    (tmp_path / "two.md").unlink()

    assert (before, said(tmp_path)) == ({"duplicate-label"}, [])


def test_the_place_of_a_label_is_where_it_is_given(tmp_path: Path) -> None:
    """A label that stands twice is named with its own line and column, not those of the heading below it."""
    cells = [{"cell_type": "markdown", "metadata": {}, "source": text} for text in ("# Two", f"Words.\n\n{WITH}")]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    files = {"_config.yml": CONFIG, "_toc.yml": TOC, "index.md": INDEX, "one.md": f"# One\n\n{WITH}"}
    write(tmp_path, {**files, "two.ipynb": notebook})
    in_notebook = [(one.path, one.cell, one.line, one.column) for one in check(tmp_path) if one.rule in RULES]
    (tmp_path / "two.ipynb").unlink()
    write(tmp_path, {"two.md": f"# Two\n\nWords.\n\n(Sec)=\n\n{WITHOUT}"})
    in_page = [(one.path, one.cell, one.line, one.column) for one in check(tmp_path) if one.rule in RULES]

    assert (in_notebook, in_page) == ([("two.ipynb", 2, 3, 2)], [("two.md", 0, 5, 2)])
