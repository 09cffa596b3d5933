"""How wide the columns of a printed table are, and which way they lean."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from book.editions.breaking import at_marks, breadth
from book.editions.tree import Node, plain_text, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

NUMBER = re.compile(
    r"^[^\w]{0,3}\d[\d.,\s\u00a0\u202f'’]*(\s?[%‰°]|\s?(dB|pp|ms|s|m|km|kg|h|bn|m))?(\s?\(.*\d.*\))?[*†‡]*$"
)
"""A cell that leans right: a number, perhaps with a sign, a unit, stars or a bracket."""
EMPTY = frozenset({"", "-", "–", "—", "n/a", "NA", "NaN", "nan"})
"""Cells that say nothing either way."""

PORTRAIT, LANDSCAPE = 92, 142
"""Characters of a table's text that stand side by side on a page of A4."""
GUTTER = 2.6
"""Characters that the distance between two columns takes."""
SHORT = 16
"""A column whose longest cell has no more characters is never broken."""
WHOLE = (40, 32, 26, 22, 19, SHORT)
"""How long the cells of an unbroken column may be, if there is room."""
LEGIBLE = 40
"""Characters in a line of a column of text that reads well."""
PICTURE = "▢" * 12
"""Stands for a picture in a cell, which takes the column's width."""
BOLD = 1.1
"""Words in bold, as heads are, against others."""
CLOSE = 0.9
"""How much of a word's estimated breadth an author's share may have: estimates are on the safe side."""
SMALLEST = 0.68
"""How far a table's text may shrink against its usual size."""
READABLE = 0.8
"""How far it shrinks before the page is turned, if words are broken already."""

SIDES = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center"}


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one table."""

    widths: tuple[str, ...]
    """`auto`, or a share such as `2.5fr`, of each column."""
    alignments: tuple[str, ...]
    """`left`, `center` or `right`, of each column."""
    scale: float
    """Size of the text against that of other tables; below 1, long words are broken too."""
    overfull: bool
    """Whether it is wider than the page even so."""
    shares: tuple[float, ...]
    """About how much of the page's width each column takes; together at most 1."""
    turned: bool = False
    """Whether it needs a page that lies on its side."""
    rooms: tuple[int, ...] = ()
    """Characters of each column that a word without a break may have; none where all words stay whole."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """What decides the widths of a table's columns."""

    heads: list[list[str]]
    """Texts of the cells in its head, by column."""
    bodies: list[list[str]]
    """Texts of all other cells, by column."""
    sides: tuple[str, ...]
    """Which way each column leans."""
    given: list[float]
    """The author's share of each column, or 0."""

    @property
    def all(self) -> list[list[str]]:
        """Texts of all cells, by column."""
        return [[*head, *body] for head, body in zip(self.heads, self.bodies, strict=True)]

    @property
    def longest(self) -> list[int]:
        """Characters of the longest cell of each column."""
        return [max((len(cell) for cell in cells), default=1) for cells in self.all]

    def least(self, cut: Callable[[str], int]) -> list[int]:
        """Characters that each column needs at least if its cells break as `cut` says."""
        whole = [full <= SHORT and side == "right" for full, side in zip(self.longest, self.sides, strict=True)]
        return [
            full if kept else max((cut(cell) for cell in cells), default=1)
            for kept, full, cells in zip(whole, self.longest, self.all, strict=True)
        ]

    def words(self, cut: Callable[[str], int]) -> list[float]:
        """How broad the broadest word of each column is, bold ones in heads counted as what they are."""
        return [
            max([*(cut(cell) * BOLD for cell in head), *(cut(cell) for cell in body)], default=1.0)
            for head, body in zip(self.heads, self.bodies, strict=True)
        ]

    def breadth(self, cut: Callable[[str], int]) -> float:
        """Characters that all columns need at least."""
        return sum(max(word, low) for word, low in zip(self.words(cut), self.least(cut), strict=True))


def layout_of(node: Node, *, wide: bool = False) -> Layout:
    """Choose widths from the cells: numbers and short words whole, long text in what is left."""
    return _laid_out(_read(node), _unbroken, wide=wide)


def fitting(node: Node, *, wide: bool = False, may_turn: bool = False) -> Layout:
    """A layout in which no word leaves its column: small, broken after marks, or on its side; words are cut where nothing else helps."""
    columns = _read(node)
    for turned in (wide, True) if may_turn and not wide else (wide,):
        for cut, scale in ((_unbroken, SMALLEST), (_piece, SMALLEST if turned or not may_turn else READABLE)):
            found = _laid_out(columns, cut, wide=turned)
            if not found.overfull and found.scale >= scale:
                return replace(found, turned=turned and not wide)
    turned = wide or may_turn
    return replace(_cut(columns, _room(len(columns.given), wide=turned)), turned=turned and not wide)


def _read(node: Node) -> _Columns:
    _, _, specs, head, bodies, foot = node["c"]
    upper = [*head[1], *(row for body in bodies for row in body[2])]
    lower = [row for body in bodies for row in body[3]]
    columns = _columns(lower, len(specs))
    sides = tuple(_side(spec[0]["t"], cells) for spec, cells in zip(specs, columns, strict=True))
    given = [spec[1].get("c", 0.0) if spec[1]["t"] == "ColWidth" else 0.0 for spec in specs]
    return _Columns(_columns(upper, len(specs)), _columns([*lower, *foot[1]], len(specs)), sides, given)


def _room(count: int, *, wide: bool) -> float:
    return (LANDSCAPE if wide else PORTRAIT) - GUTTER * (count - 1)


def _laid_out(columns: _Columns, cut: Callable[[str], int], *, wide: bool) -> Layout:
    room = _room(len(columns.given), wide=wide)
    least, longest = columns.least(cut), columns.longest
    scale = min(1.0, max(SMALLEST, room / max(1, sum(least))))
    if all(columns.given):
        widths = _given(columns.given, least, room / scale, columns.words(cut))
    else:
        usual = [len("".join(cells)) / max(1, len(cells)) for cells in columns.all]
        widths = _widths(longest, least, usual, room / scale)
    rooms = tuple(least) if cut is _piece else ()
    overfull = columns.breadth(cut) * SMALLEST > room
    return Layout(widths, columns.sides, round(scale, 3), overfull, _shares(widths, longest, room / scale), rooms=rooms)


def _cut(columns: _Columns, room: float) -> Layout:
    """The smallest size, and no column wider than its longest word or what is fair, whichever is less."""
    least = columns.least(_piece)
    fair = _fair([low * BOLD for low in least], room / SMALLEST)
    kept = [min(low * BOLD, fair) for low in least]
    shares = tuple((width + GUTTER) / (sum(kept) + GUTTER * len(kept)) for width in kept)
    widths = tuple(f"{share * 100:.4g}fr" for share in shares)
    return Layout(widths, columns.sides, SMALLEST, True, shares, rooms=tuple(max(2, int(one / BOLD)) for one in kept))


def _fair(needs: Sequence[float], room: float) -> float:
    """How much each may have at most if all that need less get what they need."""
    left = room
    for number, need in enumerate(sorted(needs)):
        share = left / (len(needs) - number)
        if need > share:
            return share
        left -= need
    return max(needs, default=room)


def _given(
    shares: Sequence[float], least: Sequence[int], room: float, words: Sequence[float] | None = None
) -> tuple[str, ...]:
    """The author's shares, but no column narrower than its longest word where the page has room for that.

    `least` leaves numbers and their heads whole; where there is no room for it, `words` will do.
    """
    needs = [low * BOLD + 0.5 for low in least]
    given = _respecting(shares, needs, room)
    if given is None and words is not None:
        if all(room * share / sum(shares) >= word * CLOSE for share, word in zip(shares, words, strict=True)):
            return tuple(f"{one:.4g}fr" for one in shares)
        needs = [low + 0.3 for low in words]
        given = _respecting(shares, needs, room)
    return given or tuple(f"{need + GUTTER:.4g}fr" for need in needs)


def _respecting(shares: Sequence[float], needs: Sequence[float], room: float) -> tuple[str, ...] | None:
    """Shares that give each column what it needs; None where they cannot."""
    narrow: set[int] = set()
    while sum(needs) <= room and len(narrow) < len(needs):
        free = room - sum(needs[one] for one in narrow)
        total = sum(share for one, share in enumerate(shares) if one not in narrow)
        widths = [
            need if one in narrow else free * share / total
            for one, (need, share) in enumerate(zip(needs, shares, strict=True))
        ]
        short = {one for one, (need, width) in enumerate(zip(needs, widths, strict=True)) if width < need} - narrow
        if not short:
            if not narrow:
                return tuple(f"{one:.4g}fr" for one in shares)
            return tuple(f"{width + GUTTER:.4g}fr" for width in widths)
        narrow |= short
    return None


def _widths(longest: list[int], least: list[int], usual: list[float], room: float) -> tuple[str, ...]:
    """Leave as many columns whole as there is room for, and share what is left by how much the others say."""
    if sum(longest) <= room:
        return ("auto",) * len(longest)
    needs = [low * BOLD + 0.5 for low in least]
    wants = [max(need, mean * 1.3, full * 0.45) for need, mean, full in zip(needs, usual, longest, strict=True)]
    whole = [full <= SHORT for full in longest]
    for limit in WHOLE:
        whole = [full <= limit for full in longest]
        rest = [max(need, min(want, LEGIBLE)) for one, need, want in zip(whole, needs, wants, strict=True) if not one]
        if sum(full for one, full in zip(whole, longest, strict=True) if one) + sum(rest) <= room and rest:
            break
    if all(whole):
        return ("auto",) * len(longest)
    left = room - sum(full if one else need for one, full, need in zip(whole, longest, needs, strict=True))
    more = sum(want - need for one, want, need in zip(whole, wants, needs, strict=True) if not one) or 1.0
    shares = [need + max(0.0, left) * (want - need) / more for want, need in zip(wants, needs, strict=True)]
    shares = _with_gutters(shares, needs, whole)
    return tuple("auto" if one else f"{share:.3g}fr" for one, share in zip(whole, shares, strict=True))


def _with_gutters(shares: list[float], needs: list[float], whole: list[bool]) -> list[float]:
    """Shares that count the distance between columns too, where a narrow column would else pay for a broad one's."""
    free = [share for one, share in zip(whole, shares, strict=True) if not one]
    given = 1 + GUTTER * len(free) / (sum(free) or 1.0)
    tight = any(
        share * given - GUTTER < need - 0.5 for one, share, need in zip(whole, shares, needs, strict=True) if not one
    )
    return [share + GUTTER for share in shares] if tight else shares


def _shares(widths: Sequence[str], longest: list[int], room: float) -> tuple[float, ...]:
    fixed = [full / room if width == "auto" else 0.0 for width, full in zip(widths, longest, strict=True)]
    weights = [0.0 if width == "auto" else float(width.removesuffix("fr")) for width in widths]
    left = max(0.1, 1 - sum(fixed))
    total = sum(weights) or 1.0
    return tuple(share + left * weight / total for share, weight in zip(fixed, weights, strict=True))


def _side(said: str, cells: list[str]) -> str:
    if said in SIDES:
        return SIDES[said]
    telling = [cell for cell in cells if cell not in EMPTY]
    return "right" if telling and all(NUMBER.match(cell) for cell in telling) else "left"


def _unbroken(cell: str) -> int:
    breaks = [0, *(match.end() for match in re.finditer(r"[\s\-–—/]+", cell)), len(cell)]
    return max((breadth(cell[start:end].rstrip()) for start, end in pairwise(breaks)), default=1)


def _piece(cell: str) -> int:
    return max((breadth(piece) for word in cell.split() for piece in at_marks(word)), default=1)


def placed(rows: list[Any]) -> Iterator[tuple[int, list[Any]]]:
    """The cells of rows in order, each with the number of the column that it begins in."""
    taken: dict[int, int] = {}
    for row in rows:
        at = 0
        for cell in row[1]:
            while taken.get(at, 0) > 0:
                at += 1
            yield at, cell
            _, _, rowspan, colspan, _ = cell
            for place in range(at, at + colspan):
                taken[place] = max(taken.get(place, 0), rowspan)
            at += colspan
        taken = {place: left - 1 for place, left in taken.items() if left > 1}


def _columns(rows: list[Any], count: int) -> list[list[str]]:
    """Texts of each column's cells; a cell over several columns counts for none."""
    columns: list[list[str]] = [[] for _ in range(count)]
    for at, (_, _, _, colspan, blocks) in placed(rows):
        if colspan == 1 and at < count:
            pictures = any(node["t"] == "Image" for node in walk(blocks))
            columns[at].append(f"{plain_text(blocks)} {PICTURE}".strip() if pictures else plain_text(blocks))
    return columns
