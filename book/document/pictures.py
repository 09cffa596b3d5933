"""The pictures of the pages, as checks see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.logging import get_node_location

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
        location = get_node_location(image) or ""
        line = location.rpartition(":")[2]
        uri = str(image.get("uri", ""))
        computed = "jupyter_execute" in uri
        yield Picture(path, int(line) if line.isdigit() else 0, uri, str(image.get("alt", "")), computed)
