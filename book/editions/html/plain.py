"""Passages of a page as plain text: formulas as they look, no marks of notes, no names of pictures."""

from __future__ import annotations

import re
from html import unescape

from docutils import nodes

_UNSEEN = (nodes.image, nodes.footnote_reference, nodes.raw, nodes.comment, nodes.Invisible)
_MARKUP = re.compile(r"<(?:script|style|annotation)\b.*?</(?:script|style|annotation)>|<[^>]*>", re.DOTALL)


def plain_text(node: nodes.Node) -> str:
    """Give the words of a passage, in one line."""
    return " ".join("".join(_pieces(node)).split())


def without_markup(html: str) -> str:
    """Give the words of a piece of HTML."""
    return unescape(_MARKUP.sub("", html))


def _pieces(node: nodes.Node) -> list[str]:
    if isinstance(node, nodes.Text):
        return [node.astext()]
    if isinstance(node, _UNSEEN):
        return []
    if isinstance(node, (nodes.math, nodes.math_block)):
        return [without_markup(str(node.get("mathml") or "")) or node.astext()]
    return [piece for child in node.children for piece in _pieces(child)]
