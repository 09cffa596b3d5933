"""Pictures, figures, groups of figures and listings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes

from book.document.pandoc.ast import Block, Inline, div, figure, link, para, text_of, words
from book.document.pandoc.identifiers import with_identifiers
from book.document.pandoc.images import picture
from book.document.pandoc.inlines import link_target
from book.document.pandoc.tables import shapes

if TYPE_CHECKING:
    from book.document.pandoc.page import BlockRule, Page

LONGEST_NOTE = 1500
"""Characters of a legend that still fit under a figure on one page."""

_SUBFIGURE = re.compile(r"^\(?([a-z])\)\s*")


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
