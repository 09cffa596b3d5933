"""Tiny whole theses, written into a temporary folder."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest

CONFIG = """\
title: A small thesis
author: Ada Writer
only_build_toc_files: true
"""

NOTEBOOK = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {name: python3, display_name: Python 3}
---
"""
"""What a Markdown chapter with cells starts with."""

Write = Callable[..., Path]


@pytest.fixture(autouse=True, scope="module")
def _no_language() -> None:
    """Sphinx would go on in the language of the last book that this process has read."""
    from sphinx.locale import translators

    translators.clear()


@pytest.fixture(autouse=True)
def _no_stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test loads as a stand-in is no other test's business."""
    monkeypatch.setenv("THESIS_STAND_INS", "")


@pytest.fixture(autouse=True)
def _suffixes_as_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sphinx adds the suffixes that extensions register to its default, for every application that comes after."""
    from sphinx.config import Config

    declared = copy.copy(Config.config_values["source_suffix"])
    object.__setattr__(declared, "default", {".rst": "restructuredtext"})
    monkeypatch.setitem(Config.config_values, "source_suffix", declared)


def write_thesis(root: Path, files: dict[str, str]) -> Path:
    """Write files into a folder; a configuration and a table of contents are added where none is given."""
    chapters = [
        name.removesuffix(".md")
        for name in files
        if name.endswith(".md") and name != "index.md" and not name.startswith("data/")
    ]
    listed = "".join(f"      - file: {name}\n" for name in chapters)
    toc = "format: jb-book\nroot: index\n" + (f"parts:\n  - numbered: 3\n    chapters:\n{listed}" if chapters else "")
    given = {"_config.yml": CONFIG, "_toc.yml": toc, "index.md": "# A small thesis\n\nWelcome.\n", **files}
    for name, text in given.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def thesis(tmp_path: Path) -> Write:
    """Write a small thesis: `thesis({"one.md": "..."})` returns its folder."""

    def write(files: dict[str, str]) -> Path:
        return write_thesis(tmp_path / "thesis", files)

    return write
