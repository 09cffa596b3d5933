"""What is changed in the files of a thesis, and where that place is afterwards."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters of one file, or of one cell of a notebook, that others take the place of."""

    path: str
    """File, relative to the thesis."""
    start: int
    """First character that goes, counted from 0 in the file as it was."""
    end: int
    """The character after the last that goes."""
    text: str
    """What comes instead."""
    cell: int = 0
    """In a notebook, the number of the cell, counted from 1; 0 in other files."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a remark has to point: characters of a file as it was before anything was planted."""

    path: str = ""
    """File, relative to the thesis; empty where the words of the remark alone name the place."""
    start: int = -1
    """First character; -1 where the file alone is named."""
    end: int = -1
    """The character after the last."""
    cell: int = 0
    """In a notebook, the number of the cell; 0 in other files."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A place in the files as they are with everything planted."""

    path: str
    """File, relative to the thesis; empty for anywhere."""
    cell: int
    """Number of the cell, or 0."""
    first: int
    """First line, counted from 1; 0 for the whole file."""
    last: int
    """Last line."""

    def hold(self, path: str, cell: int, line: int) -> bool:
        """Whether a remark at this place stands here; some know of a notebook's cell alone, and say it as their line."""
        if self.path and self.path != path:
            return False
        if not self.first:
            return True
        if self.cell:
            return (cell == self.cell and self.first <= (line or self.first) <= self.last) or (
                not cell and line == self.cell
            )
        return self.first <= line <= self.last


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Make edits that do not overlap."""
    for edit in sorted(edits, key=lambda one: (one.start, one.end), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def apply_to_notebook(text: str, edits: Iterable[Edit]) -> str:
    """Make edits in the cells of a notebook."""
    book = json.loads(text)
    for number in {edit.cell for edit in edits}:
        cell = book["cells"][number - 1]
        changed = apply(source_of(cell), [edit for edit in edits if edit.cell == number])
        cell["source"] = changed.splitlines(keepends=True)
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"


def source_of(cell: dict[str, object]) -> str:
    """The text of a notebook's cell."""
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)


def moved(offset: int, edits: Iterable[Edit], *, after: bool) -> int:
    """Where a character stands once edits are made; inside a replaced part, its beginning or, `after`, its end."""
    shift = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        if edit.end <= offset and not (edit.end == offset and not after):
            shift += len(edit.text) - (edit.end - edit.start)
        elif edit.start < offset or (edit.start == offset and after):
            return edit.start + shift + (len(edit.text) if after else 0)
        else:
            break
    return offset + shift


def lines_of(place: Place, before: str, edits: Iterable[Edit]) -> Lines:
    """A place in lines of the file as it is with the edits made; `before` is the text of file or cell."""
    if place.start < 0:
        return Lines(place.path, place.cell, 0, 0)
    here = [edit for edit in edits if (edit.path, edit.cell) == (place.path, place.cell)]
    after = apply(before, here)
    first, last = moved(place.start, here, after=False), moved(place.end, here, after=True)
    while last > first and after[last - 1 : last] == "\n":
        last -= 1
    while first < last and after[first : first + 1] == "\n":
        first += 1
    return Lines(place.path, place.cell, after.count("\n", 0, first) + 1, after.count("\n", 0, last) + 1)
