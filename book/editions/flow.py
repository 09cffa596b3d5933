"""What the editions that pandoc writes whole have in common: a tree of plain Pandoc nodes, numbers and captions written out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from book.editions.lowering import Lowering, split_notes
from book.editions.tables import SIDES, layout_of
from book.editions.tree import NO_ATTR, Attr, Node, attr_of, para, plain, plain_text, text, value_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from book.document.parts import Part

SPACE: Node = {"t": "Space"}
LINE_BREAK: Node = {"t": "LineBreak"}
DASH = "— "
"""Before the name of whom a motto is by."""
NUMBERED = ("figure", "table", "listing")
"""What has a caption with a number, and a list of its own."""
LISTS = {"list-of-figures": "figure", "list-of-tables": "table", "list-of-listings": "listing"}
ALIGNED = {side: name for name, side in SIDES.items()}
"""Which way a column leans -> pandoc's word for it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A numbered figure, table or listing, as lists of them have it."""

    kind: str
    """`figure`, `table` or `listing`."""
    number: str
    """Its number."""
    caption: tuple[Node, ...]
    """Its caption."""
    identifier: str
    """Where it stands."""


@dataclass(frozen=True, slots=True)
class Target:
    """A place that references lead to."""

    kind: str
    """`heading`, `figure`, `table`, `listing`, `equation`."""
    number: str
    """Its number; empty for none."""
    title: str
    """Text of a heading."""
    at: str
    """The identifier that it is marked with, where it has several."""


def div(blocks: list[Node], *classes: str, identifier: str = "", **pairs: str) -> Node:
    """Blocks with classes."""
    return {
        "t": "Div",
        "c": [[identifier, list(classes), [[key.replace("_", "-"), value] for key, value in pairs.items()]], blocks],
    }


def span(inlines: list[Node], *classes: str, identifier: str = "", **pairs: str) -> Node:
    """Inlines with classes."""
    return {
        "t": "Span",
        "c": [[identifier, list(classes), [[key.replace("_", "-"), value] for key, value in pairs.items()]], inlines],
    }


def strong(inlines: list[Node]) -> Node:
    """Strong emphasis."""
    return {"t": "Strong", "c": inlines}


def link(inlines: list[Node], target: str) -> Node:
    """A link."""
    return {"t": "Link", "c": [["", [], []], inlines, [target, ""]]}


def header(level: int, attr: Attr, title: list[Node]) -> Node:
    """A heading that has its number already."""
    return {"t": "Header", "c": [level, attr, title]}


def kind_of(attr: Attr) -> str:
    """Whether a figure is one, or a table or a listing with a caption."""
    return value_of(attr, "kind") or next((name for name in ("table", "listing") if name in attr[1]), "figure")


def listed_in(parts: Iterable[Part]) -> tuple[Listed, ...]:
    """Everything numbered, in order; links in captions are only their words there."""
    found = []
    for part in parts:
        for node in walk(list(part.blocks)):
            attr = attr_of(node)
            if node["t"] == "Figure" and value_of(attr, "number") and "subfigure" not in attr[1]:
                said = [inline for block in node["c"][1][1] for inline in block.get("c", [])]
                found.append(Listed(kind_of(attr), value_of(attr, "number"), tuple(_unlinked(said)), attr[0]))
    return tuple(found)


def _unlinked(inlines: Iterable[Node]) -> list[Node]:
    """Inlines without links, notes and marks of places."""
    found: list[Node] = []
    for node in inlines:
        if node["t"] in {"Link", "Span"}:
            found += _unlinked(node["c"][1])
        elif node["t"] in {"Emph", "Strong"}:
            found.append({"t": node["t"], "c": _unlinked(node["c"])})
        elif node["t"] != "Note":
            found.append(node)
    return found


def targets_in(parts: Iterable[Part]) -> dict[str, Target]:
    """What stands at each identifier that bears a number or a title."""
    found: dict[str, Target] = {}
    for part in parts:
        for node in walk(list(part.blocks)):
            attr = attr_of(node)
            if node["t"] == "Header":
                target = Target("heading", value_of(attr, "number"), plain_text(node["c"][2]), attr[0])
                marks = [inner["c"][0][0] for inner in node["c"][2] if inner["t"] == "Span" and not inner["c"][1]]
                found |= {name: target for name in (attr[0], *marks) if name and name not in found}
            elif node["t"] == "Figure" and "subfigure" not in attr[1]:
                found.setdefault(attr[0], Target(kind_of(attr), value_of(attr, "number"), "", attr[0]))
            elif node["t"] == "Span" and "equation" in attr[1]:
                found.setdefault(attr[0], Target("equation", value_of(attr, "number"), "", attr[0]))
    return found


@dataclass(frozen=True, slots=True)
class Whole:
    """What a part must know to be written into one document with all others."""

    words: Mapping[str, str]
    """Words that the edition adds, by name."""
    listed: tuple[Listed, ...]
    """Everything that has a numbered caption."""
    targets: Mapping[str, Target]
    """What stands at each identifier."""


class FlowLowering(Lowering):
    """Rewrites one part for a writer of pandoc that sets the whole document by itself."""

    form = "html"
    whole: Whole

    def heading(self, level: int, attr: Attr, title: list[Node]) -> list[Node]:
        """A heading with its number written out."""
        number = value_of(attr, "number")
        shown = [span([text(number)], "header-section-number"), SPACE] if number else []
        return [header(level, [self.claimed(attr[0]), ["unnumbered"], []], [*shown, *title])]

    def label(self, kind: str, number: str) -> list[Node]:
        """What stands before a caption."""
        return [span([text(f"{self.whole.words[kind]}\u00a0{number}.")], "caption-label"), SPACE]

    def figure(self, attr: Attr, caption: list[Node], blocks: list[Node]) -> list[Node]:
        """A figure with its caption, and the note below it."""
        blocks, notes = split_notes(blocks)
        kind, number = kind_of(attr), value_of(attr, "number")
        content = self.content(blocks, attr[1])
        below = self.below(notes) if notes else []
        if "subfigure" in attr[1]:
            said = [*([text(f"({number})"), SPACE] if number else []), *caption]
        else:
            said = [*(self.label(kind, number) if number else []), *caption]
        tables = [at for at, block in enumerate(content) if block["t"] == "Table"]
        if kind == "table" and len(tables) == 1:
            return [self._captioned(content, tables[0], attr, said), *below]
        if kind != "figure" and "subfigure" not in attr[1]:
            above = [div([plain(said)], "caption")] if said else []
            return [div([*above, *content], kind, identifier=self.claimed(attr[0])), *below]
        classes = [kind, *(["subfigure"] if "subfigure" in attr[1] else [])]
        caption_of = [None, [plain(said)] if said else []]
        return [{"t": "Figure", "c": [[self.claimed(attr[0]), classes, []], caption_of, content]}, *below]

    def below(self, notes: list[Node]) -> list[Node]:
        """What stands under a figure or a table."""
        return [div(self.inside(notes), "note")]

    def _captioned(self, content: list[Node], at: int, attr: Attr, said: list[Node]) -> Node:
        """A table that bears its own caption."""
        own, _, *rest = content[at]["c"]
        table = {"t": "Table", "c": [own, [None, [plain(said)] if said else []], *rest]}
        inner = [*content[:at], table, *content[at + 1 :]]
        return div(inner, "table", identifier=self.claimed(attr[0]))

    def table(self, node: Node, kinds: Sequence[str]) -> list[Node]:
        """A table whose columns lean as they do in print."""
        attr, caption, specs, head, bodies, foot = node["c"]
        layout = layout_of(node, wide="wide" in kinds)
        leaning = [
            [{"t": ALIGNED.get(side, "AlignDefault")}, spec[1]]
            for side, spec in zip(layout.alignments, specs, strict=True)
        ]
        said = [inline for block in caption[1] for inline in block.get("c", []) if block["t"] in {"Plain", "Para"}]
        return [
            {
                "t": "Table",
                "c": [
                    [self.claimed(attr[0]), [], []], [None, [plain(self.inlines(said))] if said else []], leaning,
                    [head[0], self._rows(head[1])],
                    [[body[0], body[1], self._rows(body[2]), self._rows(body[3])] for body in bodies],
                    [foot[0], self._rows(foot[1])],
                ],
            }
        ]  # fmt: skip

    def _rows(self, rows: list[Any]) -> list[Any]:
        return [[row[0], [self._cell(cell) for cell in row[1]]] for row in rows]

    def _cell(self, cell: list[Any]) -> list[Any]:
        return [cell[0], cell[1], cell[2], cell[3], self.inside(cell[4])]

    def code(self, attr: Attr, content: str) -> list[Node]:
        """Code, or what a cell has printed."""
        return [{"t": "CodeBlock", "c": [[self.claimed(attr[0]), list(attr[1]), []], content.rstrip("\n")]}]

    def box(self, kind: str, attr: Attr, title: list[Node], blocks: list[Node]) -> list[Node]:
        """A box: its title in bold, then what it holds."""
        mark = self.claimed(attr[0])
        if kind in LISTS:
            return self.list_of(LISTS[kind], mark)
        if kind == "rule":
            return [{"t": "HorizontalRule"}]
        inner = self.inside(blocks)
        if kind == "quotation":
            return [{"t": "BlockQuote", "c": inner}]
        if kind == "verse":
            return inner
        head = [para([strong(title)])] if title else []
        if kind == "attribution":
            inner = [{"t": one["t"], "c": [text(DASH), *one["c"]]} if one["t"] in {"Para", "Plain"} else one for one in inner]
        classes = list(dict.fromkeys([kind, *attr[1]]))
        language = value_of(attr, "lang")
        boxed = [div([*head, *inner], *classes, identifier=mark)]
        return self.in_language(boxed, language) if language else boxed

    def list_of(self, kind: str, mark: str) -> list[Node]:
        """The numbered figures, tables or listings of the thesis, each leading to its place."""
        items = [[plain(self.entry(one))] for one in self.whole.listed if one.kind == kind]
        listed = [{"t": "BulletList", "c": items}] if items else []
        return [div(listed, f"list-of-{kind}s", identifier=mark)]

    def entry(self, one: Listed) -> list[Node]:
        """One line of a list."""
        said = [text(f"{self.whole.words[one.kind]}\u00a0{one.number}."), SPACE, *self.inlines(one.caption)]
        return [link(said, f"#{one.identifier}")] if one.identifier in self.around.ids else said

    def picture(self, attr: Attr, path: str) -> list[Node]:
        """A picture with its alternative text."""
        sizes = [[key, value] for key in ("width", "height") if (value := value_of(attr, key))]
        said = [text(value_of(attr, "alt"))] if value_of(attr, "alt") else []
        return [{"t": "Image", "c": [[self.claimed(attr[0]), [], sizes], said, [path, ""]]}]

    def formula(self, tex: str) -> list[Node]:
        """A formula within a line."""
        return [{"t": "Math", "c": [{"t": "InlineMath"}, tex]}]

    def equation(self, attr: Attr, tex: str) -> list[Node]:
        """A displayed formula with its number."""
        number = value_of(attr, "number")
        shown = [span([text(f"({number})")], "equation-number")] if number else []
        return [
            span(
                [{"t": "Math", "c": [{"t": "DisplayMath"}, tex]}, *shown], "equation", identifier=self.claimed(attr[0])
            )
        ]

    def wrapped(self, kind: str, inlines: list[Node], value: str = "") -> list[Node]:
        """Marks, links, and passages in another language."""
        if kind == "problem":
            return [span([strong(inlines)], "problem")]
        if kind == "lang":
            return [span(inlines, lang=value)]
        return [link(inlines, f"#{value}" if kind == "inside" else value)]

    def anchor(self, identifier: str) -> list[Node]:
        """A place that links lead to."""
        return [span([], identifier=identifier)] if identifier else []

    def in_language(self, blocks: list[Node], language: str) -> list[Node]:
        """Blocks in another language."""
        return [div(blocks, lang=language)]


_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9_.-]")


def xml_name(identifier: str) -> str:
    """An identifier as XML allows it: no colon, no digit in front."""
    name = _NOT_IN_NAME.sub("..", identifier)
    return name if not name or name[0].isalpha() else f"at-{name}"


def with_xml_names(blocks: list[Node]) -> list[Node]:
    """Blocks whose identifiers, and the links to them, are names in XML; the nodes are ours and changed in place."""
    for node in walk(blocks):
        attr = attr_of(node)
        if attr is not NO_ATTR and attr[0]:
            attr[0] = xml_name(attr[0])
        if node["t"] == "Link" and node["c"][2][0].startswith("#"):
            node["c"][2] = [f"#{xml_name(node['c'][2][0][1:])}", node["c"][2][1]]
    return blocks
