"""The pictures of the pages, as checks see them."""

from __future__ import annotations

import re
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
    """Line it stands on, in a notebook that of its cell; 0 where unknown."""
    uri: str
    """Where it comes from."""
    alt: str
    """Its alternative text."""
    computed: bool
    """Whether a cell made it."""
    cell: int = 0
    """In a notebook, the number of the cell; 0 elsewhere."""
    caption: str = ""
    """The words of the caption of its own part of a figure; empty where it has none."""
    width: str = ""
    """The width that the author gives it."""
    height: str = ""
    """The height that the author gives it."""


def pictures_of(doctree: nodes.document, path: str) -> Iterator[Picture]:
    """Every picture that a page prints."""
    for image in doctree.findall(nodes.image):
        uri = str(image.get("uri", ""))
        cell, line = divmod(_line(image), LINES_PER_CELL)
        yield Picture(
            path, line, uri, str(image.get("alt", "")), "jupyter_execute" in uri, cell, _caption(image), str(image.get("width", "")), str(image.get("height", "")),
        )  # fmt: skip


def _line(node: nodes.Node) -> int:
    """Line of the nearest node around that knows its own, as MyST-NB counts."""
    around: nodes.Node | None = node
    while around is not None and not around.line:
        around = around.parent
    return around.line or 0 if around is not None else 0


def _caption(image: nodes.image) -> str:
    """Words of the caption nearest to a picture: that of its part of a group, or of its figure."""
    around: nodes.Element | None = image.parent
    while around is not None and not isinstance(around, nodes.section | nodes.document):
        if "subfigure" in around.get("classes", ()):
            said = next((child for child in around if isinstance(child, nodes.paragraph)), None)
        else:
            said = next((child for child in around if isinstance(child, nodes.caption)), None)  # type: ignore[assignment]
        if said is not None:
            return re.sub(r"^\(?[a-z]\)\s*", "", " ".join(said.astext().split()))
        around = around.parent
    return ""


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
            if "://" in uri or uri.startswith("data:") or self._exists(uri):
                continue
            if uri in self.env.images and not Path(self.env.srcdir, uri.removeprefix("/")).is_dir():
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
