"""A thesis in order: what each edition is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

PartKind = Literal["front", "chapter", "appendix", "back", "part"]


@dataclass(frozen=True, slots=True)
class Part:
    """One page of the thesis in the neutral Pandoc AST, or the heading of a group of pages."""

    kind: PartKind
    """What it is; `part` is the caption of a group of chapters and has no blocks."""
    name: str
    """Name among the parts of the front matter (`abstract`), or empty."""
    docname: str
    """The page's name in Sphinx; empty for a `part`."""
    title: str
    """Its title as plain text."""
    blocks: tuple[Any, ...]
    """Its content as Pandoc AST blocks, the title among them."""
    words: Mapping[str, int] | None = None
    """Its words by what they stand in, where they are known from an earlier build."""
