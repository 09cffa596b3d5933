"""HTML as authors and libraries write it, read into a tree that other content can stand in."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from book.document.pandoc.ast import Block, Inline

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
"""Elements without content."""

DROPPED = frozenset(["script", "style", "head", "title", "template", "noscript", "link", "meta", "base"])
"""Elements whose content nobody is to read."""

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "details",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "iframe",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
        "colgroup",
        "col",
        "video",
        "audio",
    ]
)
"""Elements that stand between paragraphs."""

_CLOSED_BY = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "tr": frozenset({"tr", "td", "th"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "tbody": frozenset({"thead", "tbody", "tr", "td", "th", "colgroup", "caption"}),
    "tfoot": frozenset({"thead", "tbody", "tr", "td", "th"}),
    "thead": frozenset({"colgroup", "caption"}),
}
"""What a start tag ends, as HTML's optional end tags have it."""

_SCOPES = {
    "li": frozenset({"ul", "ol"}),
    "dt": frozenset({"dl"}),
    "dd": frozenset({"dl"}),
    "tr": frozenset({"table"}),
    "td": frozenset({"table"}),
    "th": frozenset({"table"}),
    "tbody": frozenset({"table"}),
    "tfoot": frozenset({"table"}),
    "thead": frozenset({"table"}),
}
"""How far up such an end reaches."""


@dataclass(slots=True)
class Carried:
    """Content of the page itself, between two pieces of HTML."""

    blocks: list[Block] = field(default_factory=list)
    """Blocks, where it stands between paragraphs."""
    inlines: list[Inline] = field(default_factory=list)
    """Inlines, where it stands within a line."""


@dataclass(slots=True)
class Element:
    """One element and what it holds."""

    tag: str
    """Its name in lower case."""
    attributes: dict[str, str] = field(default_factory=dict)
    """Attributes by name."""
    children: list[HtmlNode] = field(default_factory=list)
    """Elements, text, and content of the page."""


HtmlNode: TypeAlias = "Element | Carried | str"


class HtmlTree(HTMLParser):
    """Builds a tree from pieces of HTML; a tag may open in one piece and close in another, or never."""

    def __init__(self) -> None:
        """Begin with an empty tree."""
        super().__init__(convert_charrefs=True)
        self._root = Element("")
        self._open = [self._root]

    def carry(self, content: Carried) -> None:
        """Put content of the page where the tree has come to."""
        if content.blocks:
            self._close(frozenset({"p"}), frozenset())
        self._open[-1].children.append(content)

    def finish(self) -> list[HtmlNode]:
        """The tree's top, with everything closed."""
        self.close()
        return self._root.children

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        if tag in _CLOSED_BY:
            self._close(_CLOSED_BY[tag], _SCOPES.get(tag, frozenset()))
        elif tag in BLOCKS:
            self._close(frozenset({"p"}), frozenset())
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<a name="x"/>` is an empty element."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element and those left open in it; one that is not open is ignored."""
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return
            if self._open[depth].tag in ("td", "th", "table") and tag not in (
                "td",
                "th",
                "tr",
                "tbody",
                "thead",
                "tfoot",
                "table",
            ):
                return

    def handle_data(self, data: str) -> None:
        """Take text."""
        self._open[-1].children.append(data)

    def unknown_decl(self, data: str) -> None:
        """A declaration says nothing to a reader."""

    def _close(self, ended: frozenset[str], scope: frozenset[str]) -> None:
        """End the innermost of these elements, if one is open before the scope's edge."""
        edge = scope or frozenset({"table", "td", "th", "li", "div", "blockquote"})
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag in edge:
                return
            if self._open[depth].tag in ended:
                del self._open[depth:]
                if scope:
                    continue
                return


def elements(children: Sequence[HtmlNode], *tags: str) -> list[Element]:
    """The children that are one of these elements."""
    return [child for child in children if isinstance(child, Element) and child.tag in tags]


def text(children: Sequence[HtmlNode]) -> str:
    """The words of the HTML itself."""
    pieces = []
    for child in children:
        if isinstance(child, str):
            pieces.append(child)
        elif isinstance(child, Element) and child.tag not in DROPPED:
            pieces.append("\n" if child.tag == "br" else text(child.children))
    return "".join(pieces)
