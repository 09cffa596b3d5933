"""The pictures of the pages, as checks see them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

from book.document.places import LINES_PER_CELL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx


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
    line = around.line or 0 if around is not None else 0
    return line // LINES_PER_CELL if line >= LINES_PER_CELL else line


class NamePictures(SphinxTransform):
    """Give pictures whose names have spaces or other letters back the names that their files have: MyST writes `my%20picture.png`."""

    default_priority = 400

    def apply(self, **_kwargs: Any) -> None:
        """Undo the quoting where the file is there without it."""
        for image in self.document.findall(nodes.image):
            quoted = str(image.get("uri", ""))
            plain = unquote(quoted)
            if plain != quoted and "://" not in quoted and self._exists(plain) and not self._exists(quoted):
                image["uri"] = plain

    def _exists(self, uri: str) -> bool:
        _relative, path = self.env.relfn2path(uri, self.env.docname)
        return Path(path).is_file()


class MarkMissingPictures(SphinxPostTransform):
    """Say on the site where a picture is missing: a browser would show nothing, or the alternative text alone."""

    default_priority = 9
    formats = ("html",)

    def run(self, **_kwargs: Any) -> None:
        """Put a visible mark in the place of each picture without a file."""
        for image in list(self.document.findall(nodes.image)):
            uri = str(image.get("uri", ""))
            if uri in self.env.images or "://" in uri or uri.startswith("data:") or self._exists(uri):
                continue
            said = f"[missing picture: {uri}]"
            mark = nodes.inline(said, said, classes=["problem"])
            image.replace_self(mark if isinstance(image.parent, nodes.TextElement) else nodes.paragraph("", "", mark))

    def _exists(self, uri: str) -> bool:
        return Path(self.env.srcdir, uri.removeprefix("/")).is_file()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transforms."""
    app.add_transform(NamePictures)
    app.add_post_transform(MarkMissingPictures)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
