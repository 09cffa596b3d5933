"""Where claims stand in a source: docutils knows the block and no column."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from book.document.places import LINES_PER_CELL
from book.sources.prose import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils import nodes
    from sphinx.environment import BuildEnvironment

_BRACKET = re.compile(r"\\.|[\[\]]", re.DOTALL)
_DIRECTIVE = re.compile(r"^[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?(?=(?:`{3,}|:{3,}|~{3,})\s*\{claim\})", re.MULTILINE)
_FARTHEST = 8_000
"""Characters that the attributes of a span have at most."""


class Spot(NamedTuple):
    """A claim in a source."""

    place: Place
    """Where it begins."""
    when: str
    """Its condition, each run of white space one space; empty for a directive."""


def place_of(node: nodes.Element, env: BuildEnvironment) -> tuple[str, Place]:
    """File of a claim, relative to the thesis, and its place there; each place is given once."""
    path = Path(node.source or env.doc2path(env.docname))
    path = path if path.is_absolute() else Path(env.srcdir) / path
    relative = path.relative_to(env.srcdir).as_posix() if path.is_relative_to(env.srcdir) else path.as_posix()
    cell, line = divmod(node.line or 1, LINES_PER_CELL)
    when = "" if "block" in node else " ".join(str(node.get("when", "")).split())
    kept: dict[str, list[Spot]] = env.temp_data.setdefault("thesis_claim_spots", {})
    if relative not in kept:
        kept[relative] = sorted(spots_in(path), key=_order)
    fitting = [spot for spot in kept[relative] if spot.place.cell == cell and _fits(spot, when, "block" in node)]
    after = [spot for spot in fitting if spot.place.line >= line] or fitting
    if not after:
        return relative, Place(line, 0, cell)
    kept[relative].remove(after[0])
    return relative, after[0].place


def _order(spot: Spot) -> tuple[int, int, int]:
    return spot.place.cell, spot.place.line, spot.place.column


def _fits(spot: Spot, when: str, block: bool) -> bool:
    return spot.when == ("{claim}" if block else when)


def spots_in(path: Path) -> Iterator[Spot]:
    """Every claim of a file, in no order."""
    for text, cell in _texts(path):
        starts = [0, *(match.end() for match in re.finditer("\n", text))]
        found = [*_spans(text), *((match.end(), "{claim}") for match in _DIRECTIVE.finditer(text))]
        for offset, when in found:
            line = _line(starts, offset)
            yield Spot(Place(line, offset - starts[line - 1] + 1, cell), when)


def _line(starts: list[int], offset: int) -> int:
    from bisect import bisect_right

    return bisect_right(starts, offset)


def _texts(path: Path) -> Iterator[tuple[str, int]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix != ".ipynb":
            yield text, 0
            return
        for number, cell in enumerate(json.loads(text)["cells"], 1):
            if cell.get("cell_type") == "markdown":
                source: Any = cell.get("source") or ""
                yield source if isinstance(source, str) else "".join(source), number
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return


def _spans(text: str) -> Iterator[tuple[int, str]]:
    """Offset of the opening bracket and condition of each span."""
    from mdit_py_plugins.attrs.parse import ParseError, parse

    words = (match.start() for match in re.finditer(r"\bclaim\b", text))
    closings = {text.rfind("]{", max(place - _FARTHEST, 0), place) for place in words} - {-1}
    openings = _openings(text) if closings else {}
    for closing in closings:
        try:
            _end, attributes = parse(text[closing + 1 : closing + 1 + _FARTHEST])
        except ParseError:
            continue
        if "claim" in attributes.get("class", "").split():
            yield openings.get(closing, closing), " ".join(attributes.get("when", "").split())


def _openings(text: str) -> dict[int, int]:
    """Where the bracket opens that each bracket closes."""
    found: dict[int, int] = {}
    waiting: list[int] = []
    for match in _BRACKET.finditer(text):
        if match[0] == "[":
            waiting.append(match.start())
        elif match[0] == "]" and waiting:
            found[match.start()] = waiting.pop()
    return found
