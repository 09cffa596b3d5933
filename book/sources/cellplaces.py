"""Where the lines of a notebook's cells stand in its file."""

from __future__ import annotations

import bisect
import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_PIECE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL
)
_DECODE = json.JSONDecoder(strict=False)

Lines = list[list[int]]
"""For each line of a cell, the offset in the file of each of its characters, and of its end."""


class CellPlaces:
    """Finds the line and column of the raw `.ipynb` file where a cell's line and column stand."""

    def __init__(self, text: str) -> None:
        """Take a notebook's text; nothing is found in one that is broken."""
        self._ends = [0, *(match.end() for match in re.finditer("\n", text))]
        try:
            self._cells = dict(_cells(text))
        except (ValueError, IndexError, RecursionError):
            self._cells = {}

    def place(self, cell: int, line: int = 0, column: int = 0) -> tuple[int, int]:
        """Line and column of the file, counted from 1; the cell's beginning where the line is unknown, (0, 0) where the cell is."""
        if cell not in self._cells:
            return (0, 0)
        start, lines = self._cells[cell]
        offset = start
        if 0 < line <= len(lines):
            offsets = lines[line - 1]
            offset = offsets[min(max(column - 1, 0), len(offsets) - 1)]
        row = bisect.bisect_right(self._ends, offset)
        return row, offset - self._ends[row - 1] + 1 if line and column else 0


def _cells(text: str) -> Any:
    """Number, beginning and lines of each cell."""
    for key, at in _members(text, _skip(text, 0)):
        if key != "cells":
            continue
        for number, start in enumerate(_items(text, at), 1):
            lines: Lines = [[]]
            for name, inner in _members(text, start):
                if name == "source":
                    lines = _source(text, inner)
            yield number, (start, lines)


def _source(text: str, at: int) -> Lines:
    """The lines of a source, be it one string or a list of them."""
    lines: Lines = [[]]
    last = at
    for start in [at] if text[at] == '"' else list(_items(text, at)):
        if text[start] != '"':
            continue
        end = int(scanstring(text, start + 1, False)[1]) - 1
        for piece in _PIECE.finditer(text, start + 1, end):
            lines[-1].append(piece.start())
            if piece[0] in ("\\n", "\n"):
                lines.append([])
        last = end
    lines[-1].append(last)
    return lines


def _members(text: str, at: int) -> Any:
    """Key and beginning of each value of an object."""
    if text[at] != "{":
        return
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = scanstring(text, at + 1, False)
        at = _skip(text, _skip(text, at) + 1)
        yield key, at
        at = _skip(text, _DECODE.raw_decode(text, at)[1])
        at = _skip(text, at + 1) if text[at] == "," else at


def _items(text: str, at: int) -> Any:
    """Beginning of each value of a list."""
    if text[at] != "[":
        return
    at = _skip(text, at + 1)
    while text[at] != "]":
        yield at
        at = _skip(text, _DECODE.raw_decode(text, at)[1])
        at = _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
