"""What has not run, and what stands in notebooks, is reported where an author can mend it, and no more often."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conftest import CONFIG

from book.workflow import check

if TYPE_CHECKING:
    from conftest import Write

GLUED = "See {numref}`fig-glued` and {ref}`fig-typo`.\n\n```{glue:figure} plot\n:name: fig-glued\n\nA caption.\n```\n"


def test_references_to_what_has_not_run_are_left_out(thesis: Write) -> None:
    """With execution off, a label that a glued output would have is no mistake; a mistyped one is."""
    page = f"---\nfile_format: mystnb\nkernelspec: {{name: python3}}\n---\n# One\n\n{GLUED}"
    root = thesis({"one.md": page, "_config.yml": CONFIG + "execute: {execute_notebooks: 'off'}\n"})
    found = [one.message for one in check(root) if one.rule == "reference-without-target"]

    assert ["fig-typo" in message for message in found] == [True]


def test_a_remote_picture_in_a_notebook_has_its_cell(thesis: Write) -> None:
    """Cell and line, as for all else in notebooks."""
    source = "# One\n\ntext\n\n![x](https://example.org/a.png)\n"
    notebook = {
        "cells": [{"cell_type": "markdown", "metadata": {}, "source": source}],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "p"}}, "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    contents = "format: jb-book\nroot: index\nchapters:\n- file: one\n"
    root = thesis({"one.ipynb": json.dumps(notebook), "_toc.yml": contents})
    places = {(one.cell, one.line) for one in check(root) if one.rule == "remote-image"}

    assert places == {(1, 5)}


def test_a_page_that_begins_low_is_told_once(thesis: Write) -> None:
    """All its headings are low for one reason."""
    root = thesis({"one.md": "## One\n\nText.\n\n## Two\n\nText.\n\n## Three\n\nText.\n"})
    found = [one.line for one in check(root) if "headings start at" in one.message]

    assert found == [1]
