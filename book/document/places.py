"""Where things stand in a page's source, and remarks that say so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util import logging

from book.findings import place_in
from book.sources.chapters import Chapter, read_chapter

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

    from book.diagnostics import Diagnostic

logger = logging.getLogger(__name__)

LINES_PER_CELL = 10_000
"""MyST-NB numbers the lines of a notebook from here on for its first cell, from twice this for its second."""

_NEAR = 400


def warn(remark: Diagnostic, location: Any) -> None:
    """Say a diagnostic through Sphinx, under its own rule."""
    text = f"{remark.message}\nhint: {remark.hint}" if remark.hint else remark.message
    logger.warning("%s", text, type="thesis", subtype=remark.rule, location=location)


def source_of(env: BuildEnvironment, docname: str) -> Chapter | None:
    """A page's source, read once while the page is read; None where it cannot be read."""
    kept: dict[str, Chapter | None] = env.temp_data.setdefault("thesis_sources", {})
    if docname not in kept:
        path = Path(env.doc2path(docname))
        relative = path.relative_to(env.srcdir).as_posix() if path.is_relative_to(env.srcdir) else path.as_posix()
        read = read_chapter(Path(env.srcdir), docname, relative)
        kept[docname] = read if isinstance(read, Chapter) else None
    return kept[docname]


def line_of(env: BuildEnvironment, docname: str, line: int, words: str) -> int:
    """Line of the file where `words` stand in the block that begins at `line`; in a notebook, the cell's number."""
    chapter = source_of(env, docname)
    if chapter is None or line >= LINES_PER_CELL or chapter.format == "notebook":
        return line // LINES_PER_CELL if line >= LINES_PER_CELL else line
    lines = chapter.text.splitlines()
    near = range(max(line - 1, 0), min(line - 1 + _NEAR, len(lines)))
    return next((number + 1 for number in near if words in lines[number]), line)


def line_of_cell(env: BuildEnvironment, docname: str, cell: int, offset: Any, line: int) -> int:
    """Line of the file for a line of a code cell, given the line that MyST-NB knows the cell by."""
    chapter = source_of(env, docname)
    if chapter is None or cell >= len(chapter.cells):
        return line // LINES_PER_CELL if line >= LINES_PER_CELL else line
    return place_in(chapter, chapter.cells[cell], offset)
