"""From the neutral tree to one that pandoc writes as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.editions.flow import FlowLowering, div, span
from book.editions.tree import Attr, Node, value_of
from book.languages import right_to_left

if TYPE_CHECKING:
    from book.editions.printed import Item
    from book.editions.whole import Job


class HtmlLowering(FlowLowering):
    """Rewrites one part for pandoc's HTML and EPUB writers."""

    form = "html"
    turned = False
    """Whether the thesis runs from right to left."""

    def wrapped(self, kind: str, inlines: list[Node], value: str = "") -> list[Node]:
        """Marks, links, and passages that say their language and which way they run."""
        if kind == "lang":
            return [span(inlines, lang=value, **direction(value, turned=self.turned))]
        return super().wrapped(kind, inlines, value)

    def in_language(self, blocks: list[Node], language: str) -> list[Node]:
        """Blocks in another language."""
        return [div(blocks, lang=language, **direction(language, turned=self.turned))]

    def picture(self, attr: Attr, path: str) -> list[Node]:
        """A picture; without words of its own it is an ornament."""
        made = super().picture(attr, path)
        if not value_of(attr, "alt"):
            made[0]["c"][0][2].append(["role", "presentation"])
        return made


def direction(language: str, *, turned: bool) -> dict[str, str]:
    """Which way a language runs, where it is not the way of the thesis, which may be `turned`."""
    own = right_to_left(language)
    return {} if own == turned else {"dir": "rtl" if own else "ltr"}


def html_lowering(job: Job, item: Item, here: set[str]) -> HtmlLowering:
    """A lowering of one item."""
    one = HtmlLowering(job.path(item), job.around, here=here)
    one.whole, one.turned = job.whole, right_to_left(job.material.language)
    return one


def sectioned(item: Item, own: list[Node], *, turned: bool = False) -> list[Node]:
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
        said = {"lang": item.language, **direction(item.language, turned=turned)}
        head = {"t": "Header", "c": [level, [attr[0], attr[1], [*attr[2], *map(list, said.items())]], title]}
        rest = [div(rest, **said)]
    return [head, *rest]
