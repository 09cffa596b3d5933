"""A thesis in order: what each edition is made from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from book.config import Config

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
    level: int = 1
    """Level of its title: 2 for a page below a chapter."""


CELL = "cell"
"""Class of the code of a notebook's cell."""


def printed_parts(parts: tuple[Part, ...], config: Config) -> tuple[Part, ...]:
    """Parts as editions other than the site have them: without the code of cells where the author says so; what cells have printed stays."""
    if config.thesis.pdf.code == "show":
        return parts
    return tuple(replace(part, blocks=tuple(_without(part.blocks)), words=None) for part in parts)


def _without(tree: Any) -> Any:
    """A tree without code blocks of cells; the tree that is given stays as it is."""
    if isinstance(tree, (list, tuple)):
        return [_without(one) for one in tree if not _is_cell(one)]
    return {**tree, "c": _without(tree["c"])} if isinstance(tree, dict) and "c" in tree else tree


def _is_cell(node: Any) -> bool:
    return isinstance(node, dict) and node.get("t") == "CodeBlock" and CELL in node["c"][0][1]
