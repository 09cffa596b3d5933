"""Claims found in the text of a state: where each stands, its words, its condition, and whether it holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from book.conditions.judging import judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from book.findings import Finding
    from book.sources.prose import Passage, Prose

_WHEN = re.compile(
    r"(?P<fence>`{3,}|:{3,}|~{3,})\s*\{claim\}[^\n]*\n\s*(?::when:|---\s*\n\s*when:)[ \t]*(?P<condition>[^\n]+)"
)
"""A directive with its condition as first option, in either of MyST's two forms."""


def claims_in(page: Prose, findings: Mapping[str, Finding]) -> Iterator[tuple[Passage, int, int, str, bool | None]]:
    """Passage, first and last character in it, condition and verdict of each claim; None where it cannot be judged."""
    for passage in page.passages:
        for mark in passage.marks:
            condition = _condition(mark.name) if mark.kind == "span" else ""
            if condition:
                yield passage, mark.index - len(mark.text), mark.index, condition, _holds(condition, findings)
    yield from _directives(page, findings)


def _condition(attributes: str) -> str:
    """The condition among the attributes of a span; empty where it is no claim."""
    from mdit_py_plugins.attrs.parse import ParseError, parse

    try:
        _end, found = parse(f"{{{attributes}}}")
    except ParseError:
        return ""
    return " ".join(found.get("when", "").split()) if "claim" in found.get("class", "").split() else ""


def _directives(page: Prose, findings: Mapping[str, Finding]) -> Iterator[tuple[Passage, int, int, str, bool | None]]:
    claimed = [passage for passage in page.passages if "claim" in passage.within and passage.places]
    for unit in dict.fromkeys(passage.unit for passage in claimed):
        for match in _WHEN.finditer(unit.text):
            following = (one for one in claimed if one.unit is unit and one.places[0] >= match.end())
            passage = next(following, None)
            if passage is not None:
                condition = match["condition"].strip().strip("\"'")
                yield passage, 0, len(passage.text), condition, _holds(condition, findings)


def _holds(condition: str, findings: Mapping[str, Finding]) -> bool | None:
    return {"holds": True, "broken": False}.get(judge(condition, findings).verdict)
