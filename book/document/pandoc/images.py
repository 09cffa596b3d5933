"""Pictures: which form of one is printed, how large, and what stands for one that cannot be."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from book.document.pandoc.ast import Inline, image, link, span, words

if TYPE_CHECKING:
    from docutils import nodes

    from book.document.pandoc.page import Page

PREFERRED = ("image/svg+xml", "application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif")
"""Which of several forms of one picture is printed."""

_LENGTH = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(px|%|em|ex|rem|cm|mm|in|pt|pc|)\s*$")


def picture(page: Page, node: nodes.image) -> list[Inline]:
    """A picture; one that is missing is marked, one on another host is only linked."""
    alt = " ".join(str(node.get("alt", "")).split())
    candidates: dict[str, str] = dict(node.get("candidates", {}))
    names = page.identifiers(node)
    address = str(candidates.get("?", node.get("uri", "")))
    if re.match(r"(?:https?|ftp):", address):
        found = remote(page, address, alt, node)
    else:
        path = next(
            (candidates[kind] for kind in PREFERRED if kind in candidates), candidates.get("*", node.get("uri", ""))
        )
        found = _local(Path(page.env.srcdir) / path, str(path), alt, sizes(node, alt))
    return [span(found, names[0])] if names else found


def remote(page: Page, address: str, alt: str, node: nodes.Node | None) -> list[Inline]:
    """A picture of another host is never fetched: its words link to it."""
    hint = "save the picture into the thesis and name that file"
    page.remark("remote-image", f"picture '{address}' lies on another host and is not printed", node, hint)
    return [link(words(alt or address), address)]


def local(page: Page, name: str, alt: str, pairs: list[tuple[str, str]], node: nodes.Node | None) -> list[Inline]:
    """A picture that raw HTML names."""
    path = page.resolve(name)
    if not path.is_file() and not name.startswith("/"):
        path = Path(page.env.srcdir) / name
    if not path.is_file():
        page.remark(
            "image-missing",
            f"picture '{name}' does not exist",
            node,
            "look at its name; it is looked for from the page's folder",
        )
    return _local(path, name, alt, pairs)


def _local(path: Path, name: str, alt: str, pairs: list[tuple[str, str]]) -> list[Inline]:
    if not path.is_file():
        return [span(words(f"[missing picture: {name}]"), "", ["problem"])]
    return [image(os.path.normpath(path), alt, pairs)]


def sizes(node: nodes.Element, alt: str) -> list[tuple[str, str]]:
    """Alternative text and size as key-value pairs."""
    pairs = [("alt", alt)] if alt else []
    for key in ("width", "height"):
        match = _LENGTH.match(str(node.get(key, "")))
        if match:
            pairs.append((key, f"{match[1]}{match[2] or 'px'}"))
    if node.get("scale"):
        pairs.append(("scale", str(node["scale"])))
    return pairs
