"""Labels of figures and tables that cells would make if they ran."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from book.diagnostics import Diagnostic
    from book.sources.chapters import Chapter
    from book.sources.gather import Sources

_MADE = re.compile(
    r"^[\s\",]*(?P<fence>[`~:]{3,})\{(?:glue:(?:figure|table)|code-cell)\}.*\n(?=(?P<options>(?:.*\n){0,20}))", re.MULTILINE
)
_NAME = re.compile(r"^[\s\",]*:?name:\s*[\"']?([\w:.-]+)", re.MULTILINE)
_IN_CODE = re.compile(r"(?:\blabel\s*=\s*[\"']|^\s*(?:#\|\s*)?(?:name|label):\s*[\"']?)([\w:.-]+)", re.MULTILINE)
_LABEL = re.compile(r"'([^']+)'")


def without_promised(found: Iterable[Diagnostic], sources: Sources) -> Iterator[Diagnostic]:
    """Leave out references to what no cell has made because the author has turned execution off: they are right."""
    promised: frozenset[str] | None = None
    for one in found:
        label = _LABEL.search(one.message) if one.rule == "reference-without-target" else None
        if label and sources.config.execute == "off":
            promised = _promised(sources.chapters) if promised is None else promised
            if label[1].lower() in promised:
                continue
        yield one


def _promised(chapters: Iterable[Chapter]) -> frozenset[str]:
    """Every label that a cell gives, or that names an output glued in."""
    labels: set[str] = set()
    for chapter in chapters:
        text = chapter.text.replace("\\n", "\n") if chapter.format == "notebook" else chapter.text
        for match in _MADE.finditer(text):
            options = match["options"].split(match["fence"])[0]
            labels.update(name.lower() for name in _NAME.findall(options))
        for cell in chapter.cells:
            labels.update(name.lower() for name in _IN_CODE.findall(cell.code))
    return frozenset(labels)
