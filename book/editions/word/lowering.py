"""From the neutral tree to one that pandoc writes as a Word file in which numbers are fields and places bookmarks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from book.editions.flow import DASH, SPACE, FlowLowering, Listed, div, header, kind_of, span
from book.editions.lowering import split_notes
from book.editions.tables import GUTTER, LANDSCAPE, PORTRAIT, SHORT, fitting, placed
from book.editions.tree import Attr, Node, attr_of, para, plain, plain_text, text, value_of, walk
from book.editions.word import fields
from book.editions.word.directions import LEFT_TO_RIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

FORM = "openxml"
STYLES = {
    "epigraph": "Epigraph", "attribution": "Block Text", "rubric": "Rubric", "note": "Note", "raw-text": "Source Code", "csl-entry": "Bibliography",
    "admonition": "Admonition", "tab-item": "Admonition", "dropdown": "Admonition", "card": "Admonition", "proof-like": "Statement",
}  # fmt: skip
"""Boxes that are paragraphs in a style of their own."""
MOST_LEVELS = 9
"""Levels of headings that Word has."""
ROOMIER = 1.3
"""How much wider than in print columns are: faces differ from one machine to the next."""
MEDIUM = 14
"""Centimetres that a picture takes at most where nobody says its width."""


@dataclass
class Sequences:
    """What Word will count as it goes, so that a field says the number that it would have anyway, and is told where it would not."""

    headings: list[int] = field(default_factory=lambda: [0] * (MOST_LEVELS + 1))
    """How many headings of each level stand above."""
    counts: dict[str, tuple[tuple[int, ...], tuple[int, ...], int]] = field(default_factory=dict)
    """For each name of a sequence where it was last counted, and how far."""

    def heading(self, level: int) -> None:
        """A heading has gone by."""
        self.headings[level] += 1

    def instruction(self, name: str, level: int, wanted: int) -> str:
        """The field that gives `wanted`, counted from the last heading of a level; 0 counts through the thesis."""
        own, above = (self.headings[level],) if level else (), tuple(self.headings[1 : level + 1])
        known = self.counts.get(name)
        soonest = 1 if known is None or known[1] != above else known[2] + 1
        latest = 1 if known is None or known[0] != own else known[2] + 1
        self.counts[name] = (own, above, wanted)
        told = f"SEQ {name} \\* ARABIC" + (f" \\s {level}" if level else "")
        begins = level and wanted == 1  # programs that know no \\s count on from the chapter before
        return told if soonest == latest == wanted and not begins else f"{told} \\r {wanted}"


def sequence_name(word: str) -> str:
    """What Word calls the sequence of a label: the label itself."""
    letters = "".join(letter for letter in word if letter.isalpha())
    return letters or "Figure"


class WordLowering(FlowLowering):
    """Rewrites one part for pandoc's DOCX writer."""

    form = FORM
    sequences: Sequences
    paper = "a4"
    in_body = False
    backward = False
    """Whether the thesis runs from right to left."""

    def heading(self, level: int, attr: Attr, title: list[Node]) -> list[Node]:
        """A heading whose number and title can be referred to."""
        number, mark = value_of(attr, "number"), self.claimed(attr[0])
        level = min(level, MOST_LEVELS)
        self.sequences.heading(level)
        shown: list[Node] = []
        if number:
            here = fields.bookmark(mark, "Ref")
            said = fields.run(number, "SectionNumber")
            shown = [self.raw((fields.marked(here, said) if mark else said) + fields.run("\u2002"))]
        name = fields.bookmark(mark, "Toc")
        around = (self.raw(fields.opened(name)), self.raw(fields.closed(name))) if mark else (None, None)
        made = [*shown, *([around[0]] if around[0] else []), *title, *([around[1]] if around[1] else [])]
        return [header(level, ["", ["unnumbered"], []], made)]

    def place(self, identifier: str) -> str:
        """The bookmark that a link to an identifier leads to."""
        target = self.whole.targets.get(identifier)
        use = "Toc" if target and target.kind == "heading" else "Ref"
        return fields.bookmark(target.at if target else identifier, use)

    def _block_para(self, content: list[Node], node: Node) -> list[Node]:
        lowered = super()._block_para(content, node)
        numbered = any("equation" in attr_of(one)[1] and value_of(attr_of(one), "number") for one in content)
        return [div(lowered, custom_style="Equation")] if numbered and lowered else lowered

    # Captions

    def label(self, kind: str, number: str) -> list[Node]:
        """Word and number, the last part of the number a field that counts."""
        return self.numbered(kind, number, "")

    def numbered(self, kind: str, number: str, mark: str) -> list[Node]:
        """What stands before a caption; the number alone is in a bookmark."""
        word = self.whole.words[kind]
        counted = self.count(sequence_name(word), number)
        inside = fields.marked(fields.bookmark(mark, "Ref"), counted) if mark else counted
        return [span([text(f"{word}\u00a0"), self.raw(inside), text(".")], "caption-label"), SPACE]

    def count(self, name: str, number: str) -> str:
        """A number as text and field: what stands before its last full stop is of a heading."""
        before, dot, last = number.rpartition(".")
        if not last.isdecimal():
            return fields.run(number)
        level = before.count(".") + 1 if dot else 0
        shown = fields.field(self.sequences.instruction(name, min(level, MOST_LEVELS), int(last)), fields.run(last))
        if not dot:
            return shown
        around = LEFT_TO_RIGHT if self.backward else ""  # or a program takes the field for a word, and what stands before it for the one before
        return fields.run(f"{around}{before}{dot}{around}") + shown + (fields.run(around) if around else "")

    def figure(self, attr: Attr, caption: list[Node], blocks: list[Node]) -> list[Node]:
        """A picture above its caption, a table or a listing below it; what is too wide on a page of its own that lies on its side."""
        blocks, notes = split_notes(blocks)
        kind, number, outer = kind_of(attr), value_of(attr, "number"), self.depth == 0
        mark = self.claimed(attr[0])
        wide = (
            outer
            and self.in_body
            and ("wide" in attr[1] or any(one["t"] == "Table" and fitting(one, may_turn=True).turned for one in blocks))
        )
        below = [div(self.inside(notes), custom_style="Note")] if notes else []
        if "subfigure" in attr[1]:
            said = [*([text(f"({number})"), SPACE] if number else []), *caption]
        else:
            said = [*(self.numbered(kind, number, mark) if number else self.anchor(mark)), *caption]
        style = "Image Caption" if kind == "figure" else "Table Caption"
        captioned = [div([para(said)], custom_style=style)] if said else []
        content = self.content(blocks, attr[1])
        if kind == "figure":
            content = [div([one], custom_style="Figure") if _is_picture(one) else one for one in content]
        made = [*content, *captioned, *below] if kind == "figure" else [*captioned, *content, *below]
        return self.turned(made) if wide else made

    def turned(self, blocks: list[Node]) -> list[Node]:
        """Blocks on pages that lie on their side."""
        upright, lying = (fields.section_break(fields.section(self.paper, turned=turned)) for turned in (False, True))
        return [self.raw_block(upright), *blocks, self.raw_block(lying)]

    # Tables, boxes, pictures

    def table(self, node: Node, kinds: Sequence[str]) -> list[Node]:
        """A table in its style, each column as wide as its content asks for."""
        shares = widths(node, wide="wide" in kinds)
        specs = [[spec[0], {"t": "ColWidth", "c": share}] for spec, share in zip(node["c"][2], shares, strict=True)]
        attr, caption, _, *rest = node["c"]
        [made] = super().table({"t": "Table", "c": [["", [], []], [None, []], specs, *rest]}, kinds)
        said = [inline for block in caption[1] for inline in block.get("c", []) if block["t"] in {"Plain", "Para"}]
        above = [div([para(self.inlines(said))], custom_style="Table Caption")] if said else []
        mark = self.claimed(attr[0])
        return [*([plain(self.anchor(mark))] if mark else []), *above, made]

    def code(self, attr: Attr, content: str) -> list[Node]:
        """Code, or what a cell has printed."""
        mark = self.claimed(attr[0])
        block = {"t": "CodeBlock", "c": [["", [], []], content.rstrip("\n")]}
        return [*([plain(self.anchor(mark))] if mark else []), block]

    def box(self, kind: str, attr: Attr, title: list[Node], blocks: list[Node]) -> list[Node]:
        """A box as paragraphs in its style."""
        mark = self.claimed(attr[0])
        anchor = [plain(self.anchor(mark))] if mark else []
        if kind in STYLES:
            inner = self.inside(blocks)
            if kind == "attribution" and inner and inner[0]["t"] in {"Para", "Plain"}:
                inner = [{"t": inner[0]["t"], "c": [text(DASH), *inner[0]["c"]]}, *inner[1:]]
            if mark and inner and inner[0]["t"] in {"Para", "Plain"}:
                inner, anchor = [{"t": inner[0]["t"], "c": [*self.anchor(mark), *inner[0]["c"]]}, *inner[1:]], []
            style = STYLES[kind]
            head = (
                [div([para([*(self.anchor(mark) if anchor else []), *title])], custom_style=f"{style} Title")]
                if title
                else []
            )
            anchor = [] if title else anchor
            boxed = [*anchor, *head, *([div(inner, custom_style=style)] if inner else [])]
            language = value_of(attr, "lang")
            return self.in_language(boxed, language) if language else boxed
        made = super().box(kind, ["", attr[1], attr[2]], title, blocks)
        return [*anchor, *made]

    def list_of(self, kind: str, mark: str) -> list[Node]:
        """A field that lists captions, as Word makes it of a sequence."""
        word = self.whole.words[kind]
        entries = [
            ("", fields.bookmark(one.identifier, "Ref") if one.identifier in self.around.ids else "", self.said(one))
            for one in self.whole.listed
            if one.kind == kind
        ]
        if not entries:
            return []
        listed = fields.listing(f'TOC \\h \\z \\c "{sequence_name(word)}"', "TableofFigures", entries)
        return [*([plain(self.anchor(mark))] if mark else []), self.raw_block(listed)]

    def said(self, one: Listed) -> str:
        """A line of a list as plain text."""
        return f"{self.whole.words[one.kind]}\u00a0{one.number}. {plain_text(list(one.caption))}"

    def picture(self, attr: Attr, path: str) -> list[Node]:
        """A picture, no wider than the text."""
        made = super().picture(["", attr[1], attr[2]], path)
        if not value_of(attr, "width") and not value_of(attr, "height"):
            made[0]["c"][0][2] = [["width", natural_width(path)]]
        return [*self.anchor(self.claimed(attr[0])), *made]

    def equation(self, attr: Attr, tex: str) -> list[Node]:
        """A displayed formula; a numbered one stands in the middle, its number at the margin."""
        number, mark = value_of(attr, "number"), self.claimed(attr[0])
        if not number:
            return [*self.anchor(mark), {"t": "Math", "c": [{"t": "DisplayMath"}, tex]}]
        counted = self.count("Equation", number)
        inside = fields.marked(fields.bookmark(mark, "Ref"), counted) if mark else counted
        tab = self.raw("<w:r><w:tab/></w:r>")
        return [
            tab,
            {"t": "Math", "c": [{"t": "InlineMath"}, tex]},
            tab,
            span([text("("), self.raw(inside), text(")")], "equation-number"),
        ]

    def wrapped(self, kind: str, inlines: list[Node], value: str = "") -> list[Node]:
        """Marks, links, cross-references as fields."""
        if kind == "problem":
            return [span(inlines, custom_style="Problem")]
        if kind != "inside":
            return super().wrapped(kind, inlines, value)
        target = self.whole.targets.get(value)
        said = plain_text(inlines) if all(node["t"] in {"Str", "Space", "SoftBreak"} for node in inlines) else ""
        if target and target.number and said:
            closing = ")" if target.kind == "equation" and said.endswith(")") else ""
            bare = said.removesuffix(closing) if closing else said
            if bare.endswith(target.number) and not bare[: -len(target.number)][-1:].isalnum():
                before = _text_of(inlines)[: -len(target.number + closing)]
                shown = fields.field(f"REF {fields.bookmark(target.at, 'Ref')} \\h", fields.run(target.number))
                return [*([text(before)] if before else []), self.raw(shown), *([text(closing)] if closing else [])]
        if target and said and said == target.title:
            return [self.raw(fields.field(f"REF {fields.bookmark(target.at, 'Toc')} \\h", fields.run(said)))]
        name = self.place(value)
        return [self.raw(f'<w:hyperlink w:anchor="{name}" w:history="1">'), *inlines, self.raw("</w:hyperlink>")]

    def anchor(self, identifier: str) -> list[Node]:
        """A bookmark with nothing in it."""
        target = self.whole.targets.get(identifier)
        if not identifier or (target and target.kind == "heading" and target.at != identifier):
            return []  # another name of a heading, whose own bookmark links lead to
        return [self.raw(fields.marked(self.place(identifier), ""))]


def _text_of(inlines: list[Node]) -> str:
    """Words and spaces as they stand, no-break spaces among them."""
    return "".join(node["c"] if node["t"] == "Str" else " " for node in inlines)


def _is_picture(node: Node) -> bool:
    return node["t"] in {"Para", "Plain"} and any(inner["t"] == "Image" for inner in walk(node))


def widths(node: Node, *, wide: bool) -> list[float]:
    """Share of the line that each column takes: more than in print, and room for its longest word."""
    line = LANDSCAPE if wide else PORTRAIT
    wanted = []
    for share, word in zip(fitting(node, wide=wide).shares, longest_words(node), strict=True):
        wanted.append(max(ROOMIER * share, ROOMIER * (min(word, SHORT) + GUTTER) / line))
    most = max(1.0, sum(wanted))
    return [round(share / most, 4) for share in wanted]


def longest_words(node: Node) -> list[int]:
    """Letters of the longest word of each column, cells over several columns aside."""
    _, _, specs, head, bodies, foot = node["c"]
    rows = [*head[1], *(row for body in bodies for row in (*body[2], *body[3])), *foot[1]]
    found = [1] * len(specs)
    for at, cell in placed(rows):
        if cell[3] == 1 and at < len(found):
            found[at] = max(found[at], *(len(word) for word in plain_text(cell[4]).split() or ["-"]))
    return found


def natural_width(path: str) -> str:
    """How wide a picture is that nobody has given a width: as wide as it is, and no wider than the text."""
    from PIL import Image

    try:
        with Image.open(path) as picture:
            dots = picture.info.get("dpi", (0, 0))[0] or 96
            if path.endswith((".svg.png", ".pdf.png", ".webp.png")):
                dots = 200
            return f"{min(float(picture.width) / float(dots) * 2.54, MEDIUM + 1.9):.2f}cm"
    except (OSError, ValueError, ZeroDivisionError):
        return f"{MEDIUM}cm"
