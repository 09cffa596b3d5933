"""Which chapters run at all, and how: Jupyter Book's settings keep their meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from running import chapters, markdown, notebook, run, why, write

from book.config import read_config
from book.execution.settings import settings_of
from book.project import Project

if TYPE_CHECKING:
    from pathlib import Path

STORED = [
    {"output_type": "execute_result", "data": {"text/plain": ["6 ", "x 7"]}, "metadata": {}, "execution_count": 7}
]


def kept(root: Path, config: str) -> list[str]:
    """Chapters whose stored outputs stand."""
    files = {
        "_config.yml": config,
        "complete.ipynb": notebook(("6", STORED), ("7", STORED)),
        "sub/partly.ipynb": notebook(("6", STORED), ("7", [])),
        "sub/text.md": markdown("1"),
    }
    write(root, files)
    found = read_config(Project(root))
    return [chapter.docname for chapter in chapters(root) if settings_of(chapter, found).stored]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("", []),
        ("execute: {execute_notebooks: 'off'}", ["complete", "sub/partly", "sub/text"]),
        ("execute: {execute_notebooks: off}", ["complete", "sub/partly", "sub/text"]),
        ("execute: {execute_notebooks: auto}", ["complete"]),
        ("execute: {execute_notebooks: force}", []),
        ("execute: {execute_notebooks: cache}", []),
        ("execute: {exclude_patterns: ['sub/*']}", ["sub/partly", "sub/text"]),
        ("execute: {exclude_patterns: ['*.ipynb']}", ["complete", "sub/partly"]),
        ("execute: {exclude_patterns: complete.ipynb}", ["complete"]),
    ],
)
def test_stored_outputs_stand_where_the_book_says_so(tmp_path, config, expected) -> None:
    """`off`, patterns and a written `auto` keep them; a book that says nothing regenerates every result."""
    assert kept(tmp_path, config) == expected


@pytest.mark.parametrize(
    ("config", "options", "timeout", "errors", "temp"),
    [
        ("", "", 30, False, False),
        ("execute: {timeout: 100, allow_errors: true, run_in_temp: true}", "", 100, True, True),
        ("execute: {timeout: -1}", "", -1, False, False),
        (
            "execute: {timeout: 100}",
            "execution_timeout: 5, execution_allow_errors: true, execution_in_temp: true",
            5,
            True,
            True,
        ),
        ("execute: {allow_errors: true}", "execution_allow_errors: false", 30, False, False),
    ],
)
def test_a_chapter_may_say_how_it_runs(tmp_path, config, options, timeout, errors, temp) -> None:
    """The book's settings hold, and a chapter's own `mystnb` before them."""
    write(tmp_path, {"_config.yml": config, "one.md": markdown("1", options=options)})
    (chapter,) = chapters(tmp_path)
    found = settings_of(chapter, read_config(Project(tmp_path)))

    assert (found.timeout, found.allow_errors, found.in_temp) == (timeout, errors, temp)


def test_a_chapter_may_be_left_alone(tmp_path) -> None:
    """`execution_mode: off` in a chapter's own head holds for that chapter."""
    write(
        tmp_path,
        {
            "one.md": markdown("1", options="execution_mode: 'off'"),
            "two.md": markdown("1", options="execution_mode: off"),
        },
    )
    config = read_config(Project(tmp_path))

    assert [settings_of(chapter, config).stored for chapter in chapters(tmp_path)] == [True, True]


def test_stored_outputs_are_the_run(tmp_path) -> None:
    """With execution off nothing runs; a notebook's outputs are taken as they are, and changing them changes the run."""
    root = write(
        tmp_path,
        {
            "_config.yml": "execute: {execute_notebooks: 'off'}",
            "one.ipynb": notebook(("6 * 7", STORED)),
            "two.md": markdown("1"),
        },
    )
    runs = run(root)

    assert runs.executed == ()
    assert runs["one"].outputs[0][0]["data"]["text/plain"] == "6 x 7"
    assert runs["one"].counts == (7,)
    assert runs["two"].outputs == ((),)
    assert why(root) == {}
    assert not list((root / "_build").rglob("ipython"))

    write(root, {"one.ipynb": notebook(("6 * 7", []))})
    assert run(root)["one"].key != runs["one"].key


def test_a_notebook_of_an_old_format_is_read(tmp_path) -> None:
    """Outputs stored in format 3 come in today's."""
    old = (
        '{"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"metadata": {}, "cells": [{"cell_type": "code", '
        '"collapsed": false, "input": ["1"], "language": "python", "metadata": {}, "prompt_number": 4, '
        '"outputs": [{"output_type": "pyout", "prompt_number": 4, "text": ["1"], "metadata": {}}]}]}]}'
    )
    runs = run(write(tmp_path, {"_config.yml": "execute: {execute_notebooks: 'off'}", "one.ipynb": old}))

    assert runs["one"].outputs[0][0]["data"] == {"text/plain": "1"}
