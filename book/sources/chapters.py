"""Chapters and their cells, read from MyST Markdown and notebooks."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import yaml

from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from pathlib import Path

Format = Literal["markdown", "myst-notebook", "notebook"]

_FENCE = re.compile(r"^(?P<indent> {0,3})(?P<mark>`{3,}|:{3,}|~{3,})\s*(?P<info>.*?)\s*$")
_CELL = re.compile(r"^\{code-cell\}\s*(?P<lexer>\S*)")


@dataclass(frozen=True, slots=True)
class Cell:
    """A unit of code in a chapter."""

    index: int
    """Position among the chapter's code cells, counted from 0."""
    code: str
    """Its source, without options."""
    tags: tuple[str, ...]
    """Its tags, as written."""
    line: int
    """Line of the file that its first line of code stands on (`.md`), counted from 1; in a notebook, the number of the cell."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One MyST or notebook source."""

    docname: str
    """Path without suffix, as Sphinx names it."""
    path: str
    """Path relative to the thesis, with forward slashes."""
    format: Format
    """Plain Markdown, Markdown with cells, or a Jupyter notebook."""
    kernel: str
    """Name of the kernel its cells run in; empty where it has no cells."""
    cells: tuple[Cell, ...]
    """Its code cells, in order."""
    text: str
    """The whole source."""


class _OptionsError(Exception):
    """The options of a cell cannot be read, or name a file that cannot."""

    def __init__(self, line: int, message: str, hint: str) -> None:
        self.line, self.message, self.hint = line, message, hint


def read_chapter(root: Path, docname: str, path: str) -> Chapter | Diagnostic:
    """Read one source; what cannot be read comes back as a diagnostic."""
    try:
        text = (root / path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        return Diagnostic(
            "unreadable-chapter", f"cannot be read: {said}", "error", path, hint="save the file as UTF-8 text"
        )
    if path.endswith(".ipynb"):
        return _read_notebook(docname, path, text)
    matter = front_matter(text)
    if not _is_myst_notebook(matter):
        return Chapter(docname, path, "markdown", "", (), text)
    try:
        cells = tuple(_markdown_cells(text, (root / path).parent))
    except _OptionsError as error:
        return Diagnostic("unreadable-chapter", error.message, "error", path, error.line, hint=error.hint)
    if not isinstance(matter.get("kernelspec") or {}, dict):
        hint = "write 'kernelspec: {name: python3, display_name: Python 3}'"
        return Diagnostic("unreadable-chapter", "'kernelspec' must hold settings", "error", path, 1, hint=hint)
    kernel = _kernel(matter) if cells else ""
    return Chapter(docname, path, "myst-notebook", kernel, cells, text)


def _kernel(metadata: dict[str, Any]) -> str:
    return str((metadata.get("kernelspec") or {}).get("name") or "python3")


def front_matter(text: str) -> dict[str, Any]:
    """The YAML block a file starts with; empty where there is none or it is broken."""
    matter = _matter(text)
    try:
        value = yaml.safe_load(matter) if matter else None
    except yaml.YAMLError:
        return {}
    return value if isinstance(value, dict) else {}


def broken_front_matter(chapter: Chapter) -> Diagnostic | None:
    """A remark where the YAML that a chapter starts with cannot be read: without it, cells are plain code."""
    from book.settings import read_yaml

    matter = None if chapter.format == "notebook" or front_matter(chapter.text) else _matter(chapter.text)
    read = read_yaml(matter, chapter.path) if matter else None
    return replace(read, hint=f"{read.hint}; until then its cells do not run") if isinstance(read, Diagnostic) else None


def _matter(text: str) -> str | None:
    """The lines between the marks that a file starts with, each in its place; None where there are none."""
    end = re.search(r"^(---|\.\.\.)\s*$", text[3:], re.MULTILINE) if text.startswith("---") else None
    return text[3 : 3 + end.start()] if end else None


def _is_myst_notebook(matter: dict[str, Any]) -> bool:
    """Whether MyST-NB takes a Markdown file for a notebook."""
    if matter.get("file_format") == "mystnb":
        return True
    jupytext = matter.get("jupytext")
    representation = jupytext.get("text_representation") if isinstance(jupytext, dict) else None
    return isinstance(representation, dict) and representation.get("format_name") == "myst"


def _markdown_cells(text: str, folder: Path) -> list[Cell]:
    """The `{code-cell}` fences of a Markdown notebook in a folder; the code of one with `:load:` is that of the file."""
    cells: list[Cell] = []
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        fence = _FENCE.match(lines[number])
        number += 1
        if not fence:
            continue
        start, closing = number, re.compile(rf"^ {{0,3}}{re.escape(fence['mark'][0])}{{{len(fence['mark'])},}}\s*$")
        if fence["mark"].startswith(":"):
            continue
        if not _CELL.match(fence["info"]):
            number = _end(lines, start, closing) + 1
            continue
        end = _end(lines, start, closing)
        try:
            options, skipped = _options(lines[start:end])
        except yaml.YAMLError:
            hint = "write options as ':tags: [remove-input]', one a line"
            raise _OptionsError(start + 1, "a cell's options are not valid YAML", hint) from None
        loaded = options.get("load")
        code = _loaded(folder, str(loaded), start + 1) if loaded else "\n".join(lines[start + skipped : end])
        cells.append(Cell(len(cells), code, _tags(options), start + skipped + 1))
        number = end + 1
    return cells


def _loaded(folder: Path, name: str, line: int) -> str:
    """The code in a file beside the chapter, as MyST-NB reads it."""
    try:
        return (folder / name).read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError):
        raise _OptionsError(
            line, f"a cell loads '{name}', which cannot be read", "give a file by its path from the chapter"
        ) from None


def _end(lines: list[str], start: int, closing: re.Pattern[str]) -> int:
    return next((i for i in range(start, len(lines)) if closing.match(lines[i])), len(lines))


def _options(lines: list[str]) -> tuple[dict[str, Any], int]:
    """Options of a cell, in either of MyST's two forms, and how many lines they take."""
    if lines and lines[0].strip() == "---":
        end = next((i for i in range(1, len(lines)) if lines[i].strip() == "---"), 0)
        block, taken = lines[1:end], end + 1 if end else 0
    else:
        taken = next((i for i, line in enumerate(lines) if not line.startswith(":")), len(lines))
        block = [line[1:] for line in lines[:taken]]
    value = yaml.safe_load("\n".join(block))
    return (value if isinstance(value, dict) else {}), taken


def _tags(options: dict[str, Any]) -> tuple[str, ...]:
    given = options.get("tags") or ()
    return tuple(dict.fromkeys(str(tag) for tag in (given if isinstance(given, list | tuple) else [given])))


def _read_notebook(docname: str, path: str, text: str) -> Chapter | Diagnostic:
    try:
        value = json.loads(text)
        found = value["cells"] if "cells" in value else value["worksheets"][0]["cells"]
        metadata = value.get("metadata") or {}
        kernel = _kernel(metadata)
        cells = [cell for cell in enumerate(found, 1) if cell[1].get("cell_type") == "code"]
        read = tuple(
            Cell(i, _source(cell), _tags(cell.get("metadata") or {}), number) for i, (number, cell) in enumerate(cells)
        )
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return Diagnostic(
            "unreadable-chapter", "not a Jupyter notebook", "error", path, hint="open it in Jupyter and save it again"
        )
    return Chapter(docname, path, "notebook", kernel if cells else "", read, text)


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    return source if isinstance(source, str) else "".join(source)
