"""Where a picture stands, to the column, and the figure that holds it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from book.sources.prose import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject
    from book.document.floats import Float
    from book.document.pictures import Picture


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture on a page."""

    picture: Picture
    """What the page prints."""
    figure: Float | None
    """The figure that holds it; None where it stands by itself."""
    text: str
    """Source of the page, in a notebook that of the cell; empty where it is unknown."""

    @property
    def place(self) -> Place:
        """Where it, or the figure around it, stands."""
        return self.figure.place if self.figure is not None else _place(self.picture, self.text)


def shown_in(subject: Subject) -> Iterator[Shown]:
    """Every picture with its figure and its place."""
    figures: dict[tuple[str, str], list[Float]] = {}
    for one in subject.document.floats:
        for uri in one.pictures:
            figures.setdefault((one.path, PurePosixPath(uri).name), []).append(one)
    cells: dict[str, dict[int, str]] = {}
    texts = {chapter.path: chapter for chapter in subject.sources.chapters}
    for picture in subject.document.pictures:
        holding = figures.get((picture.path, PurePosixPath(picture.uri).name)) or []
        figure = min(holding, key=lambda one: _distance(one, picture), default=None)
        chapter = texts.get(picture.path)
        if chapter is not None and chapter.format == "notebook":
            if chapter.path not in cells:
                cells[chapter.path] = _cells(chapter.text)
            text = "" if picture.computed else cells[chapter.path].get(picture.cell, "")
        else:
            text = "" if chapter is None else chapter.text
        yield Shown(picture, figure, text)


def _cells(text: str) -> dict[int, str]:
    """The source of each cell of a notebook, by its number."""
    try:
        cells = json.loads(text).get("cells") or []
    except (ValueError, AttributeError, RecursionError):
        return {}
    sources = (cell.get("source") or "" if isinstance(cell, dict) else "" for cell in cells)
    return {
        number: source if isinstance(source, str) else "".join(map(str, source))
        for number, source in enumerate(sources, 1)
    }


def _distance(one: Float, picture: Picture) -> int:
    return abs(one.place.line - picture.line) + 10_000 * abs(one.place.cell - picture.cell)


_NEAR = 200
_NAMELESS = re.compile(r"!\[[^\]]*\]\(\s*\)")
"""A picture without a file."""


def _place(picture: Picture, text: str) -> Place:
    """Where a picture's file is named: at or below the line that its block begins on, else nearest above it; without a name, where a picture is."""
    name = PurePosixPath(picture.uri).name
    if not text or not name:
        return Place(picture.line, 1 if picture.cell else 0, picture.cell)
    lines = text.split("\n")
    below = range(max(picture.line, 1), min(picture.line + _NEAR, len(lines) + 1))
    above = range(min(picture.line, len(lines) + 1) - 1, 0, -1)
    named = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w/-])")
    for wanted in (named, _NAMELESS) if "." in name else (_NAMELESS, named):
        for number in (*below, *above):
            match = wanted.search(lines[number - 1])
            if match:
                opened = lines[number - 1].rfind("![", 0, match.start() + 1)
                return Place(number, max(opened, 0) + 1, picture.cell)
    return Place(picture.line, 1 if picture.cell else 0, picture.cell)


def file_of(picture: Picture, subject: Subject) -> Path | None:
    """The picture's file in the thesis; None where it is elsewhere."""
    if "://" in picture.uri or picture.uri.startswith("data:") or picture.computed:
        return None
    path = subject.project.root / picture.uri.lstrip("/")
    return path if path.is_file() else None
