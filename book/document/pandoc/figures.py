"""Pictures, figures, groups of figures and listings."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes

from book.document.pandoc.ast import Block, Inline, div, figure, link, para, span, text_of, words
from book.document.pandoc.ast import image as image_of
from book.document.pandoc.inlines import link_target
from book.document.pandoc.page import with_identifiers
from book.document.pandoc.tables import shapes

if TYPE_CHECKING:
    from book.document.pandoc.page import BlockRule, Page

PREFERRED = ("image/svg+xml", "application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif")
"""Which of several forms of one picture is printed."""

LONGEST_NOTE = 1500
"""Characters of a legend that still fit under a figure on one page."""

_LENGTH = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(px|%|em|ex|rem|cm|mm|in|pt|pc|)\s*$")
_SUBFIGURE = re.compile(r"^\(?([a-z])\)\s*")


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
        found = _local(page, Path(page.env.srcdir) / path, str(path), alt, sizes(node, alt), node)
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
    return _local(page, path, name, alt, pairs, node)


def _local(
    _page: Page, path: Path, name: str, alt: str, pairs: list[tuple[str, str]], _node: nodes.Node | None
) -> list[Inline]:
    if not path.is_file():
        return [span(words(f"[missing picture: {name}]"), "", ["problem"])]
    return [image_of(os.path.normpath(path), alt, pairs)]


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


def image_block(page: Page, node: nodes.image) -> list[Block]:
    """A picture between paragraphs."""
    inlines = picture(page, node)
    return [para(inlines)] if inlines else []


def reference_block(page: Page, node: nodes.reference) -> list[Block]:
    """A picture that is a link, or a link that stands alone."""
    return [para(inlines)] if (inlines := page.inline(node)) else []


def figure_block(page: Page, node: nodes.figure) -> list[Block]:
    """A figure with its caption and legend; groups hold figures."""
    names = page.identifiers(node)
    captions = [child for child in node if isinstance(child, nodes.caption)]
    caption = [inline for one in captions for inline in page.inlines(one.children)]
    names += [name for one in captions for name in page.identifiers(one)]
    blocks: list[Block] = []
    after: list[Block] = []
    for child in node:
        if isinstance(child, nodes.container) and "subfigures" in child["classes"]:
            blocks += [_subfigure(page, inner) for inner in child if isinstance(inner, nodes.container)]
        elif isinstance(child, nodes.legend):
            said = page.blocks(child.children)
            if _is_note(said):
                blocks.append(div(said, "", ["note"]))
            else:
                after += said
        elif not isinstance(child, nodes.caption):
            blocks += page.blocks([child])
    return [*with_identifiers(_as_figure(page, node, blocks, caption), names), *after]


def _is_note(said: list[Block]) -> bool:
    """Whether a legend can stand under its figure; a fence that was never closed makes one of the rest of the page."""
    only_words = all(
        block["t"] in ("Para", "Plain", "BulletList", "OrderedList", "DefinitionList", "LineBlock") for block in said
    )
    return only_words and len(text_of(said)) <= LONGEST_NOTE


def _as_figure(page: Page, node: nodes.figure, blocks: list[Block], caption: list[Inline]) -> list[Block]:
    number = page.number(node) if caption else ""
    pairs = [*([("number", number)] if number else []), ("kind", "figure")]
    tables = [block for block in blocks if block["t"] == "Table"]
    if tables and not number:
        pairs = [("kind", "figure")]
    return [figure(blocks, caption, "", ["figure", *shapes(node["classes"])], pairs)]


def _subfigure(page: Page, node: nodes.container) -> Block:
    """One figure of a group: what it shows, and its letter and words."""
    shown = [child for child in node if not isinstance(child, nodes.paragraph | nodes.caption)]
    said = [
        inline
        for child in node
        if isinstance(child, nodes.paragraph | nodes.caption)
        for inline in page.inlines(child.children)
    ]
    letter = _SUBFIGURE.match(said[0]["c"]) if said and said[0]["t"] == "Str" else None
    if letter:
        rest = said[0]["c"][letter.end() :]
        said = [*words(rest), *said[1:]] if rest else said[2:]
    pairs = [("number", letter[1])] if letter else []
    blocks = with_identifiers([figure(page.blocks(shown), said, "", ["subfigure"], pairs)], page.identifiers(node))
    return blocks[0]


def listing(page: Page, node: nodes.container) -> list[Block]:
    """A block of code with a caption."""
    names = page.identifiers(node)
    captions = [child for child in node if isinstance(child, nodes.caption)]
    caption = [inline for one in captions for inline in page.inlines(one.children)]
    names += [name for one in captions for name in page.identifiers(one)]
    blocks = page.blocks([child for child in node if not isinstance(child, nodes.caption)])
    number = page.number(node, "code-block")
    pairs = [*([("number", number)] if number else []), ("kind", "listing")]
    return with_identifiers([figure(blocks, caption, "", ["listing"], pairs)], names)


def caption(page: Page, node: nodes.caption) -> list[Block]:
    """A caption of something that we do not know as a figure."""
    return [div([para(page.inlines(node.children))], "", ["caption"])]


def legend(page: Page, node: nodes.legend) -> list[Block]:
    """A legend of something that we do not know as a figure."""
    return [div(page.blocks(node.children), "", ["note"])]


def player(page: Page, node: nodes.Element) -> list[Block]:
    """A film or sound: its address, since paper shows no more."""
    sources = node.get("sources") or []
    address = next((str(one[0]) for one in sources), "") or str(node.get("uri", node.get("url", node.get("id", ""))))
    target = link_target(page, nodes.reference(refuri=address))
    return [para([link(words(address), target)] if target else words(address))] if address else []


FIGURES: dict[str, BlockRule] = {
    "image": image_block,
    "figure": figure_block,
    "caption": caption,
    "legend": legend,
    "video_node": player,
    "youtube": player,
    "vimeo": player,
}
"""Class of a node -> its rule."""
