"""The pictures of the pages, as checks see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture on one page."""

    path: str
    """Source of the page, relative to the thesis."""
    line: int
    """Line it stands on; 0 where unknown."""
    uri: str
    """Where it comes from."""
    alt: str
    """Its alternative text."""
    computed: bool
    """Whether a cell made it."""


def pictures_of(doctree: nodes.document, path: str) -> Iterator[Picture]:
    """Every picture that a page prints."""
    for image in doctree.findall(nodes.image):
        uri = str(image.get("uri", ""))
        yield Picture(path, _line(image), uri, str(image.get("alt", "")), "jupyter_execute" in uri)


def _line(node: nodes.Node) -> int:
    """Line of the nearest node around that knows its own."""
    around: nodes.Node | None = node
    while around is not None and not around.line:
        around = around.parent
    return around.line or 0 if around is not None else 0
