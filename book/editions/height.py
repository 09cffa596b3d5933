"""How high a table can be at most, told from its cells: most tables need not be set to learn that they fit on a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from book.editions.tree import Node, plain_text, walk

if TYPE_CHECKING:
    from collections.abc import Sequence

LINE = frozenset({"Plain", "Para"})
"""Blocks of which one fills a cell with a single line, if there is room."""
RUN = frozenset(
    {"Str", "Space", "SoftBreak", "Emph", "Strong", "Link", "Span", "Code", "Quoted", "Superscript", "Subscript"}
    | {"SingleQuote", "DoubleQuote"}
)
"""What a line may hold and stay no higher than a line."""


@dataclass(frozen=True, slots=True)
class Height:
    """What bounds the height of a table whose cells hold a line each."""

    rows: int
    """Its rows, those of head and foot among them."""
    across: int
    """Characters of the longest cells of all columns together: each cell stays one line where there is room for them."""
    below: int
    """Characters of caption and notes."""


def height_of(blocks: Sequence[Node], caption: Sequence[Node], notes: Sequence[Node]) -> Height | None:
    """Of a plate that holds one plain table; None for any other."""
    if len(blocks) != 1 or blocks[0]["t"] != "Table":
        return None
    _, own, specs, head, bodies, foot = blocks[0]["c"]
    rows = [*head[1], *(row for body in bodies for row in (*body[2], *body[3])), *foot[1]]
    cells = [row[1] for row in rows]
    outside = [node["t"] for said in (caption, notes) for node in walk(list(said))]
    if own[1] or not all(kind in RUN | LINE for kind in outside):
        return None
    if not all(len(row) == len(specs) and all(map(_is_line, row)) for row in cells):
        return None
    longest = [max((len(plain_text(row[at][4])) for row in cells), default=0) for at in range(len(specs))]
    below = len(plain_text(list(caption))) + len(plain_text(list(notes)))
    return Height(len(rows), sum(longest), below + len(notes))


def _is_line(cell: list[object]) -> bool:
    _, _, rowspan, colspan, blocks = cell
    if (rowspan, colspan) != (1, 1) or not isinstance(blocks, list) or len(blocks) > 1:
        return False
    return all(block["t"] in LINE for block in blocks) and all(node["t"] in RUN | LINE for node in walk(blocks))
