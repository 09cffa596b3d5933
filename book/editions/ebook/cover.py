"""The cover of an e-book: title and author, drawn by Typst."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.editions.typst import string

if TYPE_CHECKING:
    from collections.abc import Mapping

SOURCE = """#set page(width: 1200pt, height: 1600pt, margin: (x: 110pt, y: 150pt), fill: rgb("#16324f"))
#set text(font: "Libertinus Serif", fill: white, size: 40pt, hyphenate: false)
#set par(leading: 0.5em)
#text(size: 36pt, tracking: 0.08em, smallcaps({institution}))
#v(1fr)
#text(size: {size}pt, weight: "bold", {title})
#v(30pt)
#text(size: 44pt, fill: luma(85%), {subtitle})
#v(2fr)
#line(length: 30%, stroke: 2pt + white)
#v(20pt)
#text(size: 48pt, {author})
#v(10pt)
#text(fill: luma(85%), {date})
"""
LONG = 60
"""Letters from which on a title is set smaller."""


def cover(title: Mapping[str, str], folder: Path) -> bytes:
    """A picture of 1200 by 1600 dots."""
    import typst

    named = {key: string(title[key]) for key in ("institution", "title", "subtitle", "author", "date")}
    size = 108 if len(title["title"]) <= LONG else 80
    source = SOURCE.format(**named, size=size)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as inside:
        main = Path(inside, "cover.typ")
        main.write_text(source, encoding="utf-8")
        made: Any = typst.compile(str(main), format="png", ppi=72, ignore_system_fonts=True)
    return bytes(made[0] if isinstance(made, list) else made)
