"""From the neutral tree to one that pandoc writes as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.editions.flow import FlowLowering, div
from book.editions.tree import Attr, Node, value_of

if TYPE_CHECKING:
    from book.editions.printed import Item
    from book.editions.whole import Job


class HtmlLowering(FlowLowering):
    """Rewrites one part for pandoc's HTML and EPUB writers."""

    form = "html"

    def picture(self, attr: Attr, path: str) -> list[Node]:
        """A picture; without words of its own it is an ornament."""
        made = super().picture(attr, path)
        if not value_of(attr, "alt"):
            made[0]["c"][0][2].append(["role", "presentation"])
        return made


def html_lowering(job: Job, item: Item, here: set[str]) -> HtmlLowering:
    """A lowering of one item."""
    one = HtmlLowering(job.path(item), job.around, here=here)
    one.whole = job.whole
    return one


def sectioned(item: Item, own: list[Node]) -> list[Node]:
    """The blocks of a part, which begin with a heading of the first level."""
    from book.editions.tree import text

    if item.kind == "part":
        return [{"t": "Header", "c": [1, ["", ["unnumbered", "part"], []], [text(item.title)]]}]
    if own and own[0]["t"] == "Header":
        head, *rest = own
    else:
        head, rest = {"t": "Header", "c": [1, ["", ["unnumbered"], []], [text(item.title)]]}, own
    if item.language:
        level, attr, title = head["c"]
        head = {"t": "Header", "c": [level, [attr[0], attr[1], [*attr[2], ["lang", item.language]]], title]}
        rest = [div(rest, lang=item.language)]
    return [head, *rest]
