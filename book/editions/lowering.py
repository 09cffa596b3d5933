"""From the neutral tree to one that a single format can print: what all printed formats share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from book.diagnostics import Diagnostic
from book.editions.displays import one_display
from book.editions.macros import Macro, expand
from book.editions.tree import (
    MATH_LEAF,
    Attr,
    Node,
    attr_of,
    para,
    plain,
    plain_text,
    raw,
    raw_block,
    text,
    value_of,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SEEN_AS_MARKUP = re.compile(r"^([=+\-/*#]|\d+[.)])")
"""Text that a format may take for a list or a heading where a line begins with it."""

INSIDE = "#"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a part must know of the thesis around it."""

    ids: frozenset[str]
    """Every identifier that a link may lead to."""
    pictures: Mapping[str, str]
    """Printable file of each picture's path; one that cannot be printed is missing."""
    macros: Mapping[str, Macro]
    """Macros of formulas."""
    unprintable: frozenset[str] = frozenset()
    """Formulas, macros expanded, that the format cannot carry and that are printed as code."""
    floats: bool = True
    """Whether figures and tables may move to the head or foot of a page."""


@dataclass
class Lowering:
    """Rewrites one part; a format says how its figures, tables and boxes look."""

    path: str
    """The part's file, as diagnostics name it."""
    around: Surroundings
    """The thesis around the part."""
    remarks: list[Diagnostic] = field(default_factory=list)
    """What the author should know."""
    depth: int = 0
    """How many boxes we are in; nothing floats or turns its page inside one."""
    here: set[str] = field(default_factory=set)
    """Identifiers that already stand somewhere: a second one would stop the format."""
    level: int = 0
    """Level of the last heading."""
    alone: bool = False
    """Whether the paragraph holds nothing but pictures."""
    known: dict[str, Macro] = field(init=False)
    """Macros of formulas: the thesis's, and those that formulas of this part have defined so far."""

    def __post_init__(self) -> None:
        """Definitions hold for the rest of the part, as they do for the rest of a page."""
        self.known = dict(self.around.macros)

    form = ""
    """Name of the format, as pandoc's raw nodes have it."""

    # What a format says.

    def heading(self, level: int, attr: Attr, title: list[Node]) -> list[Node]:
        """Print a heading."""
        raise NotImplementedError

    def figure(self, attr: Attr, caption: list[Node], blocks: list[Node]) -> list[Node]:
        """Print a figure, a numbered table or a listing with its caption and note."""
        raise NotImplementedError

    def content(self, blocks: list[Node], kinds: Sequence[str]) -> list[Node]:
        """What stands inside of a float: its tables, its pictures beside each other, everything else."""
        self.depth += 1
        try:
            if any(block["t"] == "Figure" and "subfigure" in block["c"][0][1] for block in blocks):
                return self.group(blocks)
            return [
                lowered
                for block in blocks
                for lowered in (self.table(block, kinds) if block["t"] == "Table" else self.block(block))
            ]
        finally:
            self.depth -= 1

    def group(self, blocks: list[Node]) -> list[Node]:
        """Pictures that share a caption; one after the other where a form cannot set them side by side."""
        return [
            lowered for block in blocks for lowered in (self.table(block, ()) if block["t"] == "Table" else self.block(block))
        ]

    def table(self, node: Node, kinds: Sequence[str]) -> list[Node]:
        """Print a table without its caption; `kinds` are the classes of the figure around it."""
        raise NotImplementedError

    def code(self, attr: Attr, content: str) -> list[Node]:
        """Print code or the output of a cell."""
        raise NotImplementedError

    def box(self, kind: str, attr: Attr, title: list[Node], blocks: list[Node]) -> list[Node]:
        """Print one of the boxes: admonition, proof, tab, dropdown, card, epigraph ..."""
        raise NotImplementedError

    def picture(self, attr: Attr, path: str) -> list[Node]:
        """Print a picture that can be printed, as inlines."""
        raise NotImplementedError

    def formula(self, tex: str) -> list[Node]:
        """Print a formula within a line."""
        raise NotImplementedError

    def equation(self, attr: Attr, tex: str) -> list[Node]:
        """Print a displayed formula, as inlines."""
        raise NotImplementedError

    def wrapped(self, kind: str, inlines: list[Node], value: str = "") -> list[Node]:
        """Print inlines in one of the ways `problem`, `lang`, `inside`, `outside`."""
        raise NotImplementedError

    def anchor(self, identifier: str) -> list[Node]:
        """Mark a place that links lead to."""
        raise NotImplementedError

    def line_of(self, blocks: list[Node]) -> list[Node]:
        """Keep a rule, a verse or a quotation as pandoc writes it."""
        return blocks

    # What all formats share.

    def raw(self, content: str) -> Node:
        """Raw text of the format within a line."""
        return raw(self.form, content)

    def raw_block(self, content: str) -> Node:
        """Raw text of the format on lines of its own."""
        return raw_block(self.form, content)

    def remark(self, rule: str, message: str, hint: str, *, warning: bool = False) -> None:
        """Note something for the author."""
        self.remarks.append(Diagnostic(rule, message, "warning" if warning else "error", self.path, hint=hint))

    def claimed(self, identifier: str) -> str:
        """The identifier if it is still free, or nothing."""
        if not identifier or identifier in self.here:
            return ""
        self.here.add(identifier)
        return identifier

    def inside(self, blocks: list[Node]) -> list[Node]:
        """Lower the blocks in a box."""
        self.depth += 1
        try:
            return self.blocks(blocks)
        finally:
            self.depth -= 1

    def blocks(self, blocks: Iterable[Node]) -> list[Node]:
        """Lower blocks one after another."""
        return [lowered for block in blocks for lowered in self.block(block)]

    def block(self, node: Node) -> list[Node]:
        """Lower one block."""
        kind, content = node["t"], node.get("c", [])
        special = getattr(self, f"_block_{kind.lower()}", None)
        if special is not None:
            lowered: list[Node] = special(content, node)
            return lowered
        return [node]

    def _block_para(self, content: list[Node], node: Node) -> list[Node]:
        lowered = self.run_of(content)
        return [{"t": node["t"], "c": lowered}] if lowered else []

    def run_of(self, content: list[Node]) -> list[Node]:
        """Lower the inlines of a paragraph; pictures know whether they have it for themselves."""
        self.alone = all(
            inline["t"] in {"Image", "Space", "SoftBreak", "LineBreak"} or _is_picture_link(inline)
            for inline in content
        )
        lowered = self.inlines(content)
        return self.line(lowered) if lowered else []

    _block_plain = _block_para

    def _block_header(self, content: list[Any], _: Node) -> list[Node]:
        marks, title = _apart(content[2])
        level = self._closed_up(content[0], title)
        anchors = self.inlines(marks)
        return [*self.heading(level, content[1], self.inlines(title)), *([para(anchors)] if anchors else [])]

    def _closed_up(self, level: int, title: list[Node]) -> int:
        if level > self.level + 1:
            said = f"heading '{plain_text(title)}' is of level {level} below one of level {self.level}"
            if self.level == 0:
                said = f"the page begins with heading '{plain_text(title)}' of level {level}"
            self.remark("skipped-heading-level", said, f"write it with {'#' * (self.level + 1)}", warning=True)
            level = self.level + 1
        self.level = level
        return level

    def _block_figure(self, content: list[Any], _: Node) -> list[Node]:
        attr, caption, blocks = content
        said = [
            inline
            for block in caption[1]
            for inline in (block["c"] if block["t"] in {"Plain", "Para"} else [text(plain_text(block))])
        ]
        return self.figure(attr, self.inlines(said), blocks)

    def _block_table(self, _: list[Any], node: Node) -> list[Node]:
        return self.table(node, attr_of(node)[1])

    def _block_codeblock(self, content: list[Any], _: Node) -> list[Node]:
        return self.code(content[0], content[1])

    def _block_bulletlist(self, content: list[Any], _: Node) -> list[Node]:
        return [{"t": "BulletList", "c": [self._item(item) for item in content]}]

    def _block_orderedlist(self, content: list[Any], _: Node) -> list[Node]:
        return [{"t": "OrderedList", "c": [content[0], [self._item(item) for item in content[1]]]}]

    def _item(self, blocks: list[Node]) -> list[Node]:
        """Lower what begins in the middle of a line, where pandoc looks for no markup."""
        first, *rest = self.inside(blocks) or [plain([])]
        if first["t"] in {"Para", "Plain"}:
            first = {"t": first["t"], "c": self.line(first["c"])}
        return [first, *rest]

    def _block_definitionlist(self, content: list[Any], _: Node) -> list[Node]:
        return self.definitions(
            [
                (self.inlines(term), [node for said in all_said for node in self.inside(_run_in(said))])
                for term, all_said in content
            ]
        )

    def definitions(self, entries: list[tuple[list[Node], list[Node]]]) -> list[Node]:
        """Print terms, lowered, with what they mean."""
        return [{"t": "DefinitionList", "c": [[term, [said]] for term, said in entries]}]

    def _block_blockquote(self, content: list[Any], _: Node) -> list[Node]:
        return self.box("quotation", ["", [], []], [], content)

    def _block_lineblock(self, content: list[Any], _: Node) -> list[Node]:
        lines = {"t": "LineBlock", "c": [self.line(self.inlines(line)) for line in content]}
        return self.box("verse", ["", [], []], [], [{"t": "Lowered", "c": [lines]}])

    def _block_lowered(self, content: list[Node], _: Node) -> list[Node]:
        return content

    def _block_horizontalrule(self, _: Any, __: Node) -> list[Node]:
        return self.box("rule", ["", [], []], [], [])

    def _block_rawblock(self, content: list[Any], node: Node) -> list[Node]:
        return [node] if content[0] == self.form else []

    def _block_div(self, content: list[Any], _: Node) -> list[Node]:
        attr, blocks = content
        kind, title, rest = _kind_of(attr, blocks)
        if kind:
            return self.box(kind, attr, self.inlines(title), rest)
        lowered = self.blocks(rest)
        mark = self.claimed(attr[0])
        marked = [plain(self.anchor(mark)), *lowered] if mark else lowered
        language = value_of(attr, "lang")
        return self.in_language(marked, language) if language else marked

    def in_language(self, blocks: list[Node], language: str) -> list[Node]:
        """Set lowered blocks in another language."""
        raise NotImplementedError

    def inlines(self, inlines: Iterable[Node]) -> list[Node]:
        """Lower inlines one after another."""
        found: list[Node] = []
        for inline in inlines:
            lowered = self.inline(inline)
            found += self.line(lowered) if found and found[-1]["t"] == "LineBreak" else lowered
        return found

    def line(self, inlines: list[Node]) -> list[Node]:
        """Keep a first word from being taken for markup, where the format needs it and pandoc does not see it."""
        return inlines

    def inline(self, node: Node) -> list[Node]:
        """Lower one inline."""
        kind, content = node["t"], node.get("c", [])
        special = getattr(self, f"_inline_{kind.lower()}", None)
        if special is not None:
            lowered: list[Node] = special(content, node)
            return lowered
        if kind in {"Emph", "Strong", "Underline", "Strikeout", "Superscript", "Subscript", "SmallCaps"}:
            return [{"t": kind, "c": self.line(self.inlines(content))}]
        return [node]

    def _inline_quoted(self, content: list[Any], _: Node) -> list[Node]:
        return [{"t": "Quoted", "c": [content[0], self.inlines(content[1])]}]

    def _inline_cite(self, content: list[Any], _: Node) -> list[Node]:
        return self.inlines(content[1])

    def _inline_note(self, content: list[Any], _: Node) -> list[Node]:
        return [{"t": "Note", "c": self._item(content)}]

    def _inline_math(self, content: list[Any], _: Node) -> list[Node]:
        if content[0]["t"] == "DisplayMath":
            return self._displayed(["", [], []], content[1])
        tex = expand(content[1], self.known).strip()
        return self.unprinted(tex) if tex in self.around.unprintable else self.formula(tex)

    def _displayed(self, attr: Attr, tex: str) -> list[Node]:
        tex = one_display(expand(tex, self.known))
        return self.unprinted(tex) if tex in self.around.unprintable else self.equation(attr, tex)

    def unprinted(self, tex: str) -> list[Node]:
        """Print a formula that the format cannot carry as code, visibly marked."""
        return self.wrapped("problem", [{"t": "Code", "c": [["", [], []], tex]}])

    def _inline_image(self, content: list[Any], _: Node) -> list[Node]:
        attr, alternative, (path, _title) = content
        said = value_of(attr, "alt") or plain_text(alternative)
        if path not in self.around.pictures:
            shown = said or path.rsplit("/", 1)[-1]
            return self.wrapped("problem", [text(f"[{shown}]")])
        return self.picture(
            [attr[0], attr[1], [*(pair for pair in attr[2] if pair[0] != "alt"), ["alt", said]]],
            self.around.pictures[path],
        )

    def _inline_link(self, content: list[Any], _: Node) -> list[Node]:
        attr, inlines, (target, _title) = content
        mark = self.claimed(attr[0])
        lowered = [*(self.anchor(mark) if mark else []), *self.inlines(inlines)]
        if target.startswith(INSIDE):
            return self.wrapped("inside", lowered, target[1:]) if target[1:] in self.around.ids else lowered
        if re.match(r"^(https?|ftp|mailto|doi|urn):", target):
            return self.wrapped("outside", lowered, target)
        return lowered

    def _inline_span(self, content: list[Any], _: Node) -> list[Node]:
        attr, inlines = content
        if "equation" in attr[1] and len(inlines) == 1 and inlines[0]["t"] == "Math":
            return self._displayed(attr, inlines[0]["c"][MATH_LEAF])
        lowered = self.inlines(inlines)
        if value_of(attr, "lang"):
            lowered = self.wrapped("lang", lowered, value_of(attr, "lang"))
        if "problem" in attr[1]:
            lowered = self.wrapped("problem", lowered)
        mark = self.claimed(attr[0])
        return [*self.anchor(mark), *lowered] if mark else lowered

    def _inline_rawinline(self, content: list[Any], node: Node) -> list[Node]:
        return [node] if content[0] == self.form else []


BOXES = (
    "admonition", "proof-like", "tab-item", "dropdown", "card", "epigraph", "attribution", "rubric", "note", "raw-text", "csl-entry",
    "references", "glossary", "list-of-tables", "list-of-figures", "list-of-listings", "quotation", "verse", "rule",
)  # fmt: skip
"""Classes of Div that look like something of their own."""

TITLED = ("admonition", "proof-like", "tab-item", "dropdown", "card")


def _kind_of(attr: Attr, blocks: list[Node]) -> tuple[str, list[Node], list[Node]]:
    """What box a Div is, its title, and the rest."""
    kind = next((name for name in BOXES if name in attr[1]), "")
    if kind in TITLED and blocks and blocks[0]["t"] == "Div" and "title" in blocks[0]["c"][0][1]:
        inner = blocks[0]["c"][1]
        title = inner[0]["c"] if len(inner) == 1 and inner[0]["t"] in {"Plain", "Para"} else [text(plain_text(inner))]
        return kind, title, blocks[1:]
    return kind, [], blocks


def _apart(inlines: list[Node]) -> tuple[list[Node], list[Node]]:
    """Empty anchors, and the rest: a title stands in the contents too, and an anchor in it would stand twice."""
    marks = [node for node in inlines if node["t"] == "Span" and not node["c"][1] and node["c"][0][0]]
    return marks, [node for node in inlines if node not in marks]


def _run_in(said: list[Node]) -> list[Node]:
    """A definition of one paragraph follows its term on the same line."""
    return [plain(said[0]["c"])] if len(said) == 1 and said[0]["t"] == "Para" else said


def _is_picture_link(node: Node) -> bool:
    return node["t"] in {"Link", "Span"} and bool(node["c"][1]) and all(inner["t"] == "Image" for inner in node["c"][1])


def safe_start(inlines: list[Node], guard: Node) -> list[Node]:
    """Keep a first word from being taken for markup."""
    start = next((number for number, inline in enumerate(inlines) if inline["t"] not in {"Space", "SoftBreak"}), 0)
    first = inlines[start] if inlines else {"t": "Space"}
    if first["t"] == "Str" and SEEN_AS_MARKUP.match(first["c"].lstrip()):
        return [guard, *inlines[start:]]
    return inlines


def ids_of(blocks: Iterable[Node]) -> list[str]:
    """Identifiers in blocks, in order, each as often as it stands there."""
    return [attr_of(node)[0] for node in walk(list(blocks)) if attr_of(node)[0]]


def pictures_of(blocks: Iterable[Node]) -> list[str]:
    """Paths of the pictures in blocks, in order."""
    return [node["c"][2][0] for node in walk(list(blocks)) if node["t"] == "Image"]


def split_notes(blocks: list[Node]) -> tuple[list[Node], list[Node]]:
    """The content of a figure, and the blocks of the notes below it."""
    is_note = [
        block["t"] == "Div" and "note" in block["c"][0][1] and "admonition" not in block["c"][0][1] for block in blocks
    ]
    notes = [inner for block, note in zip(blocks, is_note, strict=True) if note for inner in block["c"][1]]
    return [block for block, note in zip(blocks, is_note, strict=True) if not note], notes


__all__ = ["Lowering", "Surroundings", "ids_of", "para", "pictures_of", "safe_start", "split_notes"]
