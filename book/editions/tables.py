"""How wide the columns of a printed table are, and which way they lean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from book.editions.tree import Node, plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

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
BOLD = 1.1
"""Words in bold, as heads are, against others."""
SMALLEST = 0.68
"""How far a table's text may shrink against its usual size."""

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


def layout_of(node: Node, *, wide: bool = False) -> Layout:
    """Choose widths from the cells: numbers and short words whole, long text in what is left."""
    _, _, specs, head, bodies, foot = node["c"]
    rows = [*head[1], *(row for body in bodies for row in [*body[2], *body[3]]), *foot[1]]
    columns = _columns(rows, len(specs))
    body_columns = _columns([row for body in bodies for row in body[3]], len(specs))
    sides = tuple(_side(spec[0]["t"], cells) for spec, cells in zip(specs, body_columns, strict=True))
    given = [spec[1].get("c", 0.0) if spec[1]["t"] == "ColWidth" else 0.0 for spec in specs]
    room = (LANDSCAPE if wide else PORTRAIT) - GUTTER * (len(specs) - 1)
    least = [max((_unbroken(cell) for cell in cells), default=1) for cells in columns]
    longest = [max((len(cell) for cell in cells), default=1) for cells in columns]
    least = [
        full if full <= SHORT and side == "right" else least_one
        for least_one, full, side in zip(least, longest, sides, strict=True)
    ]
    scale = min(1.0, max(SMALLEST, room / max(1, sum(least))))
    widths = (
        _given(given, least, room / scale)
        if all(given)
        else _widths(longest, least, [len("".join(cells)) / max(1, len(cells)) for cells in columns], room / scale)
    )
    return Layout(widths, sides, round(scale, 3), sum(least) * SMALLEST > room, _shares(widths, longest, room / scale))


def _given(shares: Sequence[float], least: Sequence[int], room: float) -> tuple[str, ...]:
    """The author's shares, but no column narrower than its longest word where the page has room for that."""
    needs = [low * BOLD + 0.5 for low in least]
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
            return (
                tuple(f"{width + GUTTER:.4g}fr" for width in widths)
                if narrow
                else tuple(f"{one:.4g}fr" for one in shares)
            )
        narrow |= short
    return tuple(f"{share:.4g}fr" for share in shares)


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
    return tuple("auto" if one else f"{share:.3g}fr" for one, share in zip(whole, shares, strict=True))


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
    return max((len(cell[start:end].rstrip()) for start, end in pairwise(breaks)), default=1)


def _columns(rows: list[Any], count: int) -> list[list[str]]:
    """Texts of each column's cells; a cell over several columns counts for none."""
    columns: list[list[str]] = [[] for _ in range(count)]
    taken: dict[int, int] = {}
    for row in rows:
        at = 0
        for _, _, rowspan, colspan, blocks in row[1]:
            while taken.get(at, 0) > 0:
                at += 1
            if colspan == 1 and at < count:
                columns[at].append(plain_text(blocks))
            for place in range(at, at + colspan):
                taken[place] = max(taken.get(place, 0), rowspan)
            at += colspan
        taken = {place: left - 1 for place, left in taken.items() if left > 1}
    return columns
