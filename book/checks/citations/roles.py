"""Citation roles in running text: the works they name, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.sources.prose import Passage


def roles_in(passage: Passage) -> Iterator[tuple[int, str, tuple[tuple[str, str], ...]]]:
    """Each citation role of a passage: where it stands in the text, its name without `cite:`, keys with locators."""
    for mark in passage.marks:
        if mark.kind == "role" and (mark.name == "cite" or mark.name.startswith("cite:")):
            yield mark.index, mark.name.partition(":")[2] or "p", works_of(mark.text)


def works_of(text: str) -> tuple[tuple[str, str], ...]:
    """Keys and locators in the text of a citation role."""
    from sphinxcontrib.bibtex.citation_target import parse_citation_targets

    try:
        return tuple((one.key, one.post.strip()) for one in parse_citation_targets(text))
    except (ValueError, RecursionError):
        return tuple((key.strip(), "") for key in text.split(",") if key.strip())
