"""Tables of any origin as Pandoc's: heads, spans, alignment, widths."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from docutils import nodes

from book.document.pandoc.ast import Block, Inline, attr, figure, text_of
from book.document.pandoc.identifiers import with_identifiers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from book.document.pandoc.page import Page

Alignment = Literal["AlignDefault", "AlignLeft", "AlignRight", "AlignCenter"]

ALIGNMENTS: dict[str, Alignment] = {
    "text-left": "AlignLeft",
    "text-right": "AlignRight",
    "text-center": "AlignCenter",
    "text-align:left": "AlignLeft",
    "text-align:right": "AlignRight",
    "text-align:center": "AlignCenter",
    "align-left": "AlignLeft",
    "align-right": "AlignRight",
    "align-center": "AlignCenter",
    "left": "AlignLeft",
    "right": "AlignRight",
    "center": "AlignCenter",
}
"""What classes and styles call an alignment."""

SHAPES = {"wide": "wide", "landscape": "wide", "full-width": "", "long": "long", "longtable": "long"}
"""Classes that tell how a table is set."""

_NUMBER = re.compile(
    r"^[-+\u2212]?[\d.,\u202f\u00a0' ]*\d[\d.,]*(?:[eE][-+\u2212]?\d+)?\s?[%\u2030*]?$|^(?:nan|NaN|None|inf|-inf|\u2013|\u2014|-|)$"
)


@dataclass(slots=True)
class Cell:
    """One cell."""

    blocks: list[Block]
    """What stands in it."""
    rows: int = 1
    """Rows that it spans."""
    columns: int = 1
    """Columns that it spans."""
    alignment: Alignment = "AlignDefault"
    """Its own alignment."""
    head: bool = False
    """Whether it heads its row or column."""


@dataclass(slots=True)
class Grid:
    """A table before it is Pandoc's."""

    head: list[list[Cell]] = field(default_factory=list)
    """Rows that head the columns and are repeated on each page."""
    body: list[list[Cell]] = field(default_factory=list)
    """Rows in the middle."""
    foot: list[list[Cell]] = field(default_factory=list)
    """Rows that close the table."""
    widths: tuple[float, ...] = ()
    """Shares of the line's width, one a column; empty where the content decides."""
    stubs: int = 0
    """Columns that head the rows."""


def pandoc_table(
    grid: Grid, identifier: str = "", classes: Sequence[str] = (), caption: Sequence[Inline] = ()
) -> Block:
    """A Pandoc table."""
    columns = max(_width(grid), len(grid.widths), 1)
    alignments = _alignments(grid, columns)
    widths = (
        [{"t": "ColWidth", "c": width} for width in grid.widths]
        if len(grid.widths) == columns
        else [{"t": "ColWidthDefault"}] * columns
    )
    specs = [[{"t": alignment}, width] for alignment, width in zip(alignments, widths, strict=True)]
    body = [attr(), grid.stubs, [], _rows(grid.body, alignments)]
    above = [None, [{"t": "Plain", "c": list(caption)}] if caption else []]
    head, foot = [attr(), _rows(grid.head, alignments)], [attr(), _rows(grid.foot, alignments)]
    return {"t": "Table", "c": [attr(identifier, classes), above, specs, head, [body], foot]}


def _rows(rows: list[list[Cell]], alignments: list[Alignment]) -> list[Any]:
    """Rows; a cell names its alignment only where it is not its column's."""
    found = []
    for row, places in zip(rows, _places(rows), strict=True):
        cells = []
        for cell, place in zip(row, places, strict=True):
            own = "AlignDefault" if place < len(alignments) and cell.alignment == alignments[place] else cell.alignment
            cells.append([attr(), {"t": own}, cell.rows, cell.columns, cell.blocks])
        found.append([attr(), cells])
    return found


def _places(rows: list[list[Cell]]) -> list[list[int]]:
    """The column in which each cell begins, with the cells above that reach down."""
    taken: dict[int, int] = {}
    found = []
    for row in rows:
        column, places, now = 0, [], dict(taken)
        taken = {at: left - 1 for at, left in now.items() if left > 1}
        for cell in row:
            while column in now:
                column += 1
            places.append(column)
            if cell.rows > 1:
                taken |= {column + offset: cell.rows - 1 for offset in range(cell.columns)}
            column += cell.columns
        found.append(places)
    return found


def _width(grid: Grid) -> int:
    ends = [0]
    for rows in (grid.head, grid.body, grid.foot):
        for row, places in zip(rows, _places(rows), strict=True):
            ends += [place + cell.columns for cell, place in zip(row, places, strict=True)]
    return max(ends)


def _alignments(grid: Grid, columns: int) -> list[Alignment]:
    """What most cells of a column have."""
    votes: list[Counter[Alignment]] = [Counter() for _ in range(columns)]
    for row, places in zip(grid.body, _places(grid.body), strict=True):
        for cell, place in zip(row, places, strict=True):
            if cell.columns == 1:
                votes[place][cell.alignment] += 1
    return [vote.most_common(1)[0][0] if vote else "AlignDefault" for vote in votes]


def align_numbers(grid: Grid) -> None:
    """Set columns of numbers right and others left, where nobody has said how."""
    columns = _width(grid)
    numeric = [True] * columns
    for row, places in zip(grid.body, _places(grid.body), strict=True):
        for cell, place in zip(row, places, strict=True):
            if cell.columns == 1 and not _NUMBER.match(text_of(cell.blocks)):
                numeric[place] = False
    for rows in (grid.head, grid.body, grid.foot):
        for row, places in zip(rows, _places(rows), strict=True):
            for cell, place in zip(row, places, strict=True):
                if cell.columns == 1 and cell.alignment == "AlignDefault":
                    cell.alignment = "AlignRight" if numeric[place] else "AlignLeft"


def shapes(classes: Sequence[str]) -> list[str]:
    """How a table or figure is set, from its classes."""
    return sorted({SHAPES[name] for name in classes if SHAPES.get(name)})


def table(page: Page, node: nodes.table) -> list[Block]:
    """A docutils table: with a caption it is numbered and floats."""
    names = page.identifiers(node)
    title = next((child for child in node if isinstance(child, nodes.title)), None)
    groups = [child for child in node if isinstance(child, nodes.tgroup)]
    classes = shapes(node["classes"])
    grids = [pandoc_table(_grid(page, group, node["classes"]), "", [] if title else classes) for group in groups]
    if title is None:
        return with_identifiers(grids, names)
    number = page.number(node, "table")
    pairs = [*([("number", number)] if number else []), ("kind", "table")]
    names += page.identifiers(title)
    caption = page.inlines(title.children)
    return with_identifiers([figure(grids, caption, "", ["table", *classes], pairs)], names)


def _grid(page: Page, group: nodes.tgroup, classes: Sequence[str]) -> Grid:
    specs = [child for child in group if isinstance(child, nodes.colspec)]
    grid = Grid(widths=_widths(specs, classes))
    grid.stubs = next((at for at, spec in enumerate(specs) if not spec.get("stub")), len(specs))
    for part in group:
        if isinstance(part, nodes.thead):
            grid.head = [_row(page, row) for row in part if isinstance(row, nodes.row)]
        elif isinstance(part, nodes.tbody):
            grid.body = [_row(page, row) for row in part if isinstance(row, nodes.row)]
    return grid


def _widths(specs: list[nodes.colspec], classes: Sequence[str]) -> tuple[float, ...]:
    widths = [float(spec.get("colwidth") or 1) for spec in specs]
    given = "colwidths-given" in classes or ("colwidths-auto" not in classes and len(set(widths)) > 1)
    total = sum(widths)
    return tuple(round(width / total, 4) for width in widths) if given and total else ()


def _row(page: Page, row: nodes.row) -> list[Cell]:
    return [_entry(page, entry) for entry in row if isinstance(entry, nodes.entry)]


def _entry(page: Page, entry: nodes.entry) -> Cell:
    said = [str(name) for name in (*entry["classes"], entry.get("align") or "")]
    alignments: list[Alignment] = [ALIGNMENTS[name] for name in said if name in ALIGNMENTS]
    alignment = alignments[0] if alignments else "AlignDefault"
    blocks = with_identifiers(page.cell(entry.children), page.identifiers(entry))
    return Cell(blocks, int(entry.get("morerows", 0)) + 1, int(entry.get("morecols", 0)) + 1, alignment)
