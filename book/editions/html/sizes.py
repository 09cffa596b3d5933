"""Pictures say how large they are, so that nothing moves on a page when they arrive."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
"""Pixels of a style sheet in each unit."""
_LENGTH = re.compile(r"\s*([0-9.]+)\s*([a-z]*)\s*")
_MARKS = ("no-scaled-link", "thesis-sized")
"""Classes of a picture that got its size here; the first keeps Sphinx from making a link of it."""
_SIZED = re.compile(r"<img\b[^>]*\sclass=\"(?P<classes>[^\"]*\bthesis-sized\b[^\"]*)\"[^>]*>")
_STYLE = re.compile(r"\sstyle=\"width: (\d+)(?:px)?; height: (\d+)(?:px)?;\"")
_HEAD = 4_000
"""Bytes in which an SVG says its size."""


def setup_sizes(app: Sphinx) -> None:
    """Add sizes when a page is written; those that an author gives stay."""
    app.connect("doctree-resolved", _size, priority=860)
    app.connect("html-page-context", _as_attributes, priority=700)


def _size(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    if app.builder.format != "html":
        return
    for node in doctree.findall(nodes.image):
        uri = str(node.get("uri", ""))
        if "://" in uri or {"width", "height", "scale"} & set(node.attributes):
            continue
        found = size_of(Path(app.srcdir) / uri)
        if found:
            node["width"], node["height"] = (f"{length}px" for length in found)
            node["classes"] = [*node["classes"], *_MARKS]


def _as_attributes(
    _app: Sphinx, _pagename: str, _templatename: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    """As attributes, which only give the proportions: in a style, as docutils writes them, they would hold on a narrow screen too."""
    if "body" in context:
        context["body"] = _SIZED.sub(_plain, str(context["body"]))


def _plain(match: re.Match[str]) -> str:
    element = match[0]
    size = _STYLE.search(element)
    if size is None:
        return element
    element = _STYLE.sub(f' width="{size[1]}" height="{size[2]}"', element)
    kept = [name for name in match["classes"].split() if name not in _MARKS]
    return element.replace(f' class="{match["classes"]}"', f' class="{" ".join(kept)}"' if kept else "")


def size_of(path: Path) -> tuple[int, int] | None:
    """Width and height of a picture in pixels; None where it does not say."""
    with suppress(OSError, ValueError):
        return _size_of_svg(path) if path.suffix == ".svg" else _size_of_raster(path)
    return None


def _size_of_svg(path: Path) -> tuple[int, int] | None:
    with path.open("rb") as stream:
        head = stream.read(_HEAD).decode("utf-8", "replace")
    tag = re.search(r"<svg\b[^>]*>", head)
    given = dict(re.findall(r"\s(width|height|viewBox)=\"([^\"]*)\"", tag[0])) if tag else {}
    found = [_pixels(given.get(name, "")) for name in ("width", "height")]
    return (found[0], found[1]) if all(found) else None


def _pixels(length: str) -> int:
    match = _LENGTH.fullmatch(length)
    return round(float(match[1]) * _PIXELS[match[2]]) if match and match[2] in _PIXELS else 0


def _size_of_raster(path: Path) -> tuple[int, int] | None:
    from PIL import Image, UnidentifiedImageError

    if path.suffix.lower() not in (".png", ".jpg", ".jpeg", ".gif", ".webp"):
        return None
    try:
        with Image.open(path) as image:
            return image.size
    except UnidentifiedImageError:
        return None
