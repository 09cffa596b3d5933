"""Pandoc's inlines as docutils nodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.nodes import make_refnode

from book.document.citations.wording import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx.builders import Builder

    from book.document.citations.printing import Printed
    from book.document.pandoc.ast import Inline

_STYLED: dict[str, Any] = {
    "Emph": nodes.emphasis,
    "Strong": nodes.strong,
    "Superscript": nodes.superscript,
    "Subscript": nodes.subscript,
}
_CLASSES = {"SmallCaps": "smallcaps", "Underline": "underline", "Strikeout": "strike"}
LANGUAGE = "language-"
"""How the class begins that names the language of what a node holds: docutils writes it as `lang`."""
_OF_ENTRIES = frozenset({"csl-left-margin", "csl-right-inline", "csl-block", "csl-indent"})
_QUOTES = {"SingleQuote": ("‘", "’"), "DoubleQuote": ("“", "”")}


@dataclass(slots=True)
class Tree:
    """Makes nodes for one page; notes that citations make are gathered."""

    builder: Builder
    """Who asks, since links differ by edition."""
    docname: str
    """The page."""
    printed: Printed
    """Where links lead."""
    tooltips: bool = True
    """Whether links say the whole entry."""
    notes: list[list[nodes.Node]] = field(default_factory=list)
    """What each note holds, in the order of the text."""

    def made_of(self, inlines: Sequence[Inline]) -> list[nodes.Node]:
        """Inlines as nodes, words that follow each other joined."""
        made: list[nodes.Node] = []
        for inline in inlines:
            for node in self._node(inline):
                if isinstance(node, nodes.Text) and made and isinstance(made[-1], nodes.Text):
                    made[-1] = nodes.Text(made[-1].astext() + node.astext())
                else:
                    made.append(node)
        return made

    def _node(self, inline: Inline) -> list[nodes.Node]:
        kind, content = inline["t"], _content(inline)
        if kind in ("Str", "Space", "SoftBreak", "LineBreak"):
            return [nodes.Text(str(content) if kind == "Str" else " ")]
        if kind in _STYLED:
            return [_STYLED[kind]("", "", *self.made_of(content))]
        if kind in _CLASSES:
            return [nodes.inline("", "", *self.made_of(content), classes=[_CLASSES[kind]])]
        if kind == "Link":
            return self._link(content[1], str(content[2][0]))
        if kind == "Span":
            return self._span(content)
        return self._other(kind, content)

    def _span(self, content: Any) -> list[nodes.Node]:
        language = dict(content[0][2]).get("lang", "")
        classes = [name for name in content[0][1] if name in _OF_ENTRIES] + ([f"{LANGUAGE}{language}"] if language else [])
        inner = self.made_of(content[1])
        if "csl-left-margin" in classes and inner and isinstance(inner[-1], nodes.Text):
            last = nodes.Text(inner[-1].rstrip())
            return [nodes.inline("", "", *inner[:-1], last, classes=classes), nodes.Text(" ")]
        return [nodes.inline("", "", *inner, classes=classes)] if classes else inner

    def _other(self, kind: str, content: Any) -> list[nodes.Node]:
        if kind == "Note":
            blocks = [block["c"] for block in content if block["t"] in ("Para", "Plain")]
            self.notes.append([nodes.paragraph("", "", *self.made_of(block)) for block in blocks])
            return [nodes.inline("", "", thesis_note=len(self.notes) - 1)]
        if kind == "Quoted":
            left, right = _QUOTES[content[0]["t"]]
            return [nodes.Text(left), *self.made_of(content[1]), nodes.Text(right)]
        if kind == "Math":
            return [nodes.math(content[1], content[1])]
        if kind == "Code":
            return [nodes.literal(content[1], content[1])]
        return self.made_of(content[1]) if kind == "Cite" else [nodes.Text(text_of([{"t": kind, "c": content}]))]

    # Links

    def _link(self, inlines: Sequence[Inline], target: str) -> list[nodes.Node]:
        """A link; where another one stands in it, the words around that one are linked on their own."""
        made: list[nodes.Node] = []
        run: list[nodes.Node] = []
        for node in self.made_of(inlines):
            if isinstance(node, nodes.Element) and (
                isinstance(node, nodes.reference) or any(node.findall(nodes.reference))
            ):
                made += [*self._linked(run, target), node]
                run = []
            else:
                run.append(node)
        return [*made, *self._linked(run, target)]

    def _linked(self, inner: list[nodes.Node], target: str) -> list[nodes.Node]:
        if not any(node.astext().strip(" .,;:") for node in inner):
            return inner
        if not target.startswith("#"):
            return [nodes.reference("", "", *inner, refuri=target, internal=False)]
        key = self.printed.keys.get(target.removeprefix("#ref-"), "")
        place = self.place(key)
        if place is None:
            return inner
        return [
            make_refnode(
                self.builder,
                self.docname,
                place[0],
                place[1],
                inner,
                self.printed.texts.get(key) if self.tooltips else None,
            )
        ]

    def place(self, key: str) -> tuple[str, str] | None:
        """Where the entry of a key stands: on this page before any other."""
        places = self.printed.places.get(key, ())
        return next((one for one in places if one[0] == self.docname), None) or next(iter(places), None)


def _content(inline: Inline) -> Any:
    return inline.get("c")


def problem(text: str) -> nodes.inline:
    """Words that say, in the edition itself, that something is wrong."""
    return nodes.inline("", text, classes=["problem"])
