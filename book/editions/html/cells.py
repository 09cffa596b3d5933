"""Tables to take away say what the page says where a cell holds markup: a citation's words, not its role."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from book.project import write

if TYPE_CHECKING:
    from pathlib import Path

_MARKUP = re.compile(r"\{[\w:.+-]+\}`")
"""A role."""


def readable(path: Path, page: Path, label: str, kept: Path) -> Path:
    """The table itself, or a copy below `kept` in which cells with roles have the words that stand on the page."""
    text = path.read_text(encoding="utf-8")
    if not _MARKUP.search(text):
        return path
    rows = list(csv.reader(io.StringIO(text)))
    printed = _body(page, label)
    if len(printed) != len(rows) - 1 or any(len(said) != len(row) for said, row in zip(printed, rows[1:], strict=True)):
        return path
    body = [
        [said if _MARKUP.search(cell) else cell for cell, said in zip(row, words, strict=True)]
        for row, words in zip(rows[1:], printed, strict=True)
    ]
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([rows[0], *body])
    copy = kept / path.name
    if not copy.is_file() or copy.read_text(encoding="utf-8") != stream.getvalue():
        write(copy, stream.getvalue())
    return copy


def _body(page: Path, label: str) -> list[list[str]]:
    """Words of each cell in the body of a table on a page."""
    from lxml import html

    found = (
        html.fromstring(page.read_bytes()).xpath("//table[@id=$label]/tbody/tr", label=label) if page.is_file() else []
    )
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("./th|./td")] for row in found]
