"""Names of places that hold over the whole thesis, and blocks that bear them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from book.document.pandoc.ast import anchor, div, plain

if TYPE_CHECKING:
    from book.document.pandoc.ast import Block

RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
"""What MyST labels formulas with that nobody has labelled: another one at each build."""

_NOT_IN_IDENTIFIER = re.compile(r"[^A-Za-z0-9_.:-]")
_NOT_IN_PAGE = re.compile(r"[^A-Za-z0-9_-]")


def identifier(docname: str, target: str = "") -> str:
    """The name of a place over the whole thesis; without a target that of the page itself."""
    pieces = [_NOT_IN_PAGE.sub(_hexadecimal, piece) for piece in docname.split("/")]
    page = ".".join(pieces)
    return f"{page}:{_NOT_IN_IDENTIFIER.sub(_hexadecimal, target)}" if target else page


def _hexadecimal(match: re.Match[str]) -> str:
    return f"_{ord(match[0]):x}"


def with_identifiers(blocks: list[Block], names: list[str]) -> list[Block]:
    """Blocks that can be pointed at by each of these names."""
    if not names:
        return blocks
    if not blocks:
        return [plain([anchor(name) for name in names])]
    first = blocks[0]
    if first["t"] in ("Para", "Plain"):
        return [{"t": first["t"], "c": [*(anchor(name) for name in names), *first["c"]]}, *blocks[1:]]
    if first["t"] == "Header":
        level, (own, classes, pairs), inlines = first["c"]
        own, names = (own, names) if own else (names[0], names[1:])
        return [
            {"t": "Header", "c": [level, [own, classes, pairs], [*(anchor(name) for name in names), *inlines]]},
            *blocks[1:],
        ]
    if first["t"] in ("Div", "Figure", "CodeBlock", "Table") and not first["c"][0][0]:
        first["c"][0][0], names = names[0], names[1:]
        return with_identifiers([div(blocks)], names) if names else blocks
    inner = blocks
    for name in names:
        inner = [div(inner, name)]
    return inner
