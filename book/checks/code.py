"""The code that runs: cells, and the modules of the thesis that they import."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from book.execution.imports import parse_cell
from book.execution.inputs import local_files
from book.execution.names import OURS
from book.sources.prose import Place

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from book.project import Project
    from book.sources.chapters import Chapter


@dataclass(frozen=True, slots=True)
class Code:
    """A cell, or a module of the thesis."""

    path: str
    """Its file, relative to the thesis."""
    text: str
    """Its source."""
    place: Place
    """Where its first line stands."""
    docname: str
    """The chapter of a cell; empty for a module."""
    index: int
    """Position of a cell among the code cells of its chapter; -1 for a module."""

    def at(self, line: int, column: int) -> Place:
        """The place of one of its lines and columns, counted from 1."""
        return Place(self.place.line + line - 1, column, self.place.cell)

    def parsed(self) -> ast.Module | None:
        """Its syntax tree, without what only IPython reads; None where it is not Python."""
        return parse_cell(self.text)


def code_of(chapters: Sequence[Chapter], project: Project) -> tuple[Code, ...]:
    """All cells in reading order, and every local module that they import, directly or not."""
    cells = tuple(_cells(chapters))
    folders = {project.root, *((project.root / chapter.path).parent for chapter in chapters if chapter.cells)}
    return (*cells, *_modules(cells, project.root, folders))


def _cells(chapters: Sequence[Chapter]) -> Iterator[Code]:
    for chapter in chapters:
        for cell in chapter.cells:
            notebook = chapter.format == "notebook"
            place = Place(1, 1, cell.line) if notebook else Place(cell.line, 1)
            yield Code(chapter.path, cell.code, place, chapter.docname, cell.index)


def _modules(cells: Sequence[Code], root: Path, folders: set[Path]) -> list[Code]:
    """Local modules that cells import, with all others of the same package."""
    waiting = {name for code in cells if "import" in code.text for name in _imports(code.text)}
    files = _files(root, folders) if waiting else {}
    found: list[Code] = []
    seen: set[str] = {OURS.name}
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for path in files.get(name, ()):
            text = path.read_text(encoding="utf-8", errors="replace")
            found.append(Code(path.relative_to(root).as_posix(), text, Place(1, 1), "", -1))
            waiting |= _imports(text) - seen
    return sorted(found, key=lambda code: code.path)


_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+(\w+)[\w.]*[ \t]+import\b|import[ \t]+(\w[\w., \t]*))", re.MULTILINE)


def _imports(code: str) -> set[str]:
    """Top-level names of what code imports, told line by line: good enough to find the thesis's own modules, and quick."""
    found: set[str] = set()
    for source, listed in _IMPORT.findall(code):
        found |= (
            {source} if source else {name.split()[0].partition(".")[0] for name in listed.split(",") if name.strip()}
        )
    return found


def _files(root: Path, folders: set[Path]) -> dict[str, list[Path]]:
    """Python files of the thesis by the name that an import begins with."""
    inner = sorted(folders, reverse=True)
    files: dict[str, list[Path]] = {}
    for path in local_files(root):
        if path.suffix == ".py":
            folder = next((folder for folder in inner if path.is_relative_to(folder)), root)
            files.setdefault(path.relative_to(folder).parts[0].removesuffix(".py"), []).append(path)
    return files
