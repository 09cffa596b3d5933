"""The neutral tree as Typst: what pandoc does not say well is said in calls of our template's functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from book.editions.breaking import breakable
from book.editions.height import height_of
from book.editions.lowering import Lowering, safe_start, split_notes
from book.editions.tables import Layout, fitting, placed
from book.editions.tree import MATH_LEAF, Attr, Node, plain, plain_text, text, value_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LANGUAGES = {
    "ipython3": "python",
    "ipython": "python",
    "console": "bash",
    "shell": "bash",
    "default": "",
    "none": "",
    "text": "",
    "output": "",
}
"""Names of languages as Sphinx knows them, and as Typst does."""

ALIGNMENTS = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center", "AlignDefault": "left"}


def string(value: str) -> str:
    """A string as Typst reads it."""
    escaped = (
        value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "").replace("\t", "\\t")
    )
    return f'"{escaped}"'


UNBROKEN = 70
"""Characters that a line of code holds at its usual size; a longer run without a space would leave the page."""

MONO = 0.9
"""How broad a sign of text is against one of code."""
IN_TEXT = 40
"""Characters of code that stand in a line of text in any box; a longer run without a space may break."""


class Code(str):
    """Typst code that stands for itself in a value."""

    __slots__ = ()


def value(given: Any) -> str:
    """A value as Typst writes it: numbers, strings, lists and mappings."""
    if isinstance(given, Code):
        return str(given)
    if given is None or isinstance(given, bool):
        return {None: "none", True: "true", False: "false"}[given]
    if isinstance(given, (int, float)):
        return repr(given)
    if isinstance(given, dict):
        return (
            "(" + ", ".join(f"{string(str(key))}: {value(inner)}" for key, inner in given.items()) + ")"
            if given
            else "(:)"
        )
    if isinstance(given, (list, tuple)):
        return "(" + "".join(f"{value(inner)}, " for inner in given) + ")"
    return string(str(given))


def call(name: str, *given: Any, **named: Any) -> str:
    """The call of a function up to its first content, with arguments that are None left out."""
    arguments = [value(one) for one in given] + [
        f"{key}: {value(one)}" for key, one in named.items() if one is not None
    ]
    return f"#{name}({', '.join(arguments)})"


def unclosed(called: str) -> str:
    """A call that takes further arguments."""
    return called[:-1] + ("" if called.endswith("()") else ", ")


class TypstLowering(Lowering):
    """Rewrites one part for pandoc's Typst writer."""

    form = "typst"

    room: int = 0
    """Characters that a word of the cell which is being written may have; 0 where words stay whole."""

    def heading(self, level: int, attr: Attr, title: list[Node]) -> list[Node]:
        """Call `section`, which prints exactly the number it is given."""
        opened = call("section", level, number=value_of(attr, "number") or None, id=self.claimed(attr[0]) or None)
        return [plain([self.raw(opened + "["), *self.line(title), self.raw("]")]), self.raw_block("")]

    def figure(self, attr: Attr, caption: list[Node], blocks: list[Node]) -> list[Node]:
        """Call `plate`, or `plates` for a group."""
        blocks, notes = split_notes(blocks)
        kind = value_of(attr, "kind") or next((name for name in ("table", "listing") if name in attr[1]), "figure")
        if "subfigure" in attr[1]:
            return self._plate(
                call("subplate", number=value_of(attr, "number") or None, id=self.claimed(attr[0]) or None),
                caption,
                notes,
                self.content(blocks, ()),
            )
        outer, looks = self.depth == 0, set(attr[1])
        if outer and any(block["t"] == "Table" and fitting(block, may_turn=True).turned for block in blocks):
            looks.add("wide")
        opened = call(
            "plate", kind,
            number=value_of(attr, "number") or None,
            id=self.claimed(attr[0]) or None,
            floats=True if outer and self.around.floats and not {"long", "wide"} & looks and kind != "listing" else None,
            long=True if "long" in looks or (kind == "listing" and outer) else None,
            wide=True if outer and "wide" in looks else None,
            boxed=None if outer else True,
            height=_height(blocks, caption, notes) if outer and not {"long", "wide"} & looks else None,
        )  # fmt: skip
        return self._plate(opened, caption, notes, self.content(blocks, tuple(looks)))

    def _plate(self, opened: str, caption: list[Node], notes: list[Node], content: list[Node]) -> list[Node]:
        head = unclosed(opened)
        said = (
            [plain([self.raw(head + "caption: ["), *self.line(caption), self.raw("]")])]
            if caption
            else [self.raw_block(head + "caption: none")]
        )
        below = [self.raw_block(", note: ["), *self.inside(notes), self.raw_block("]")] if notes else []
        return [*said, *below, self.raw_block(")["), *content, self.raw_block("]")]

    def group(self, blocks: list[Node]) -> list[Node]:
        """Pictures beside each other, three in a row at most."""
        most = 3
        columns = len(blocks) if len(blocks) <= most else 2
        cells = [[self.raw_block(", ["), *self.block(block), self.raw_block("]")] for block in blocks]
        return [self.raw_block(f"#plates({columns}"), *(node for cell in cells for node in cell), self.raw_block(")")]

    def table(self, node: Node, kinds: Sequence[str]) -> list[Node]:
        """Call `data-table` with the cells as content."""
        layout = fitting(node, wide="wide" in kinds and self.depth <= 1, may_turn=self.depth == 0)
        attr, caption, _, head, bodies, foot = node["c"]
        if layout.overfull:
            first = plain_text(caption) or plain_text(head) or plain_text(bodies)
            self.remark(
                "table-too-wide",
                f"table '{first[:60]}' is wider than the page",
                "shorten its cells, or split it; words are broken so that its columns stay apart",
                warning=True,
            )
        named = {
            "columns": [Code(width) for width in layout.widths],
            "align": [Code(side) for side in layout.alignments],
            "scale": layout.scale,
            "hyphenate": True if layout.scale < 1 or layout.rooms else None,
        }
        rows = [self.raw_block(call("data-table", **named)[:-1] + ", rule-top,"), *self._head(head, layout)]
        for number, body in enumerate(bodies):
            rows += [self.raw_block("rule-mid,")] if number and (body[3] or body[2]) else []
            rows += self._rows(body[2], layout, emphasis=True) + self._rows(body[3], layout)
        rows += [self.raw_block("rule-mid,"), *self._rows(foot[1], layout)] if foot[1] else []
        mark = self.claimed(attr[0])
        anchor = [plain(self.anchor(mark))] if mark else []
        return [*anchor, *self._captioned([*rows, self.raw_block("rule-end)")], caption, turned=layout.turned)]

    def _captioned(self, table: list[Node], caption: list[Any], *, turned: bool) -> list[Node]:
        said = [inline for block in caption[1] for inline in block.get("c", []) if block["t"] in {"Plain", "Para"}]
        if said:
            boxed = self.depth > 0 or None
            return self._plate(call("plate", "table", wide=turned or None, boxed=boxed), self.inlines(said), [], table)
        return [self.raw_block("#turned["), *table, self.raw_block("]")] if turned else table

    def _head(self, head: list[Any], layout: Layout) -> list[Node]:
        if not any(_shows_something(cell[4]) for row in head[1] for cell in row[1]):
            return []
        return [
            self.raw_block("table.header("),
            *self._rows(head[1], layout, emphasis=True),
            self.raw_block("rule-mid),"),
        ]

    def _rows(self, rows: list[Any], layout: Layout, *, emphasis: bool = False) -> list[Node]:
        found: list[Node] = []
        outer = self.room
        for at, cell in placed(rows):
            self.room = sum(layout.rooms[at : at + cell[3]]) or outer
            found += self._cell(cell, layout, emphasis=emphasis)
        self.room = outer
        return found

    def _inline_str(self, content: str, _: Node) -> list[Node]:
        return [text(breakable(content, self.room, prose=True) if self.room else content)]

    def _inline_code(self, content: list[Any], node: Node) -> list[Node]:
        return [{**node, "c": [content[0], breakable(content[MATH_LEAF], int(self.room * MONO) or IN_TEXT)]}]

    def _cell(self, cell: list[Any], layout: Layout, *, emphasis: bool) -> list[Node]:
        _, alignment, rowspan, colspan, blocks = cell
        named: dict[str, Any] = {}
        if colspan > 1:
            named["colspan"] = min(colspan, len(layout.widths))
            named["align"] = Code("center")
        if rowspan > 1:
            named["rowspan"] = rowspan
        if alignment["t"] != "AlignDefault":
            named["align"] = Code(ALIGNMENTS[alignment["t"]])
        opened = call("table.cell", **named)[1:] + "[" if named else "["
        marks = ("#column-head[", "]") if emphasis else ("", "")
        if len(blocks) == 1 and blocks[0]["t"] in {"Plain", "Para"}:
            said = self.run_of(blocks[0]["c"])
            return [plain([self.raw(opened + marks[0]), *said, self.raw(marks[1] + "],")])]
        return [self.raw_block(opened + marks[0]), *self.inside(blocks), self.raw_block(marks[1] + "],")]

    def code(self, attr: Attr, content: str) -> list[Node]:
        """Call `code` or `output` with the text as a string, so that no fence can break."""
        content = content.rstrip("\n")
        mark = self.claimed(attr[0])
        name = "output" if "output" in attr[1] else "code"
        language = next((LANGUAGES.get(one, one) for one in attr[1] if one != "output"), "")
        longest = max((len(line.expandtabs(8)) for line in content.splitlines()), default=0)
        called = call(
            name,
            breakable(content, UNBROKEN),
            lang=(language or None) if name == "code" else None,
            longest=longest,
        )
        return [*([plain(self.anchor(mark))] if mark else []), self.raw_block(called)]

    def box(self, kind: str, attr: Attr, title: list[Node], blocks: list[Node]) -> list[Node]:
        """Call the function of the box's name."""
        name = {
            "proof-like": "statement",
            "tab-item": "tab",
            "csl-entry": "entry",
            "raw-text": "leftover",
            "note": "table-note",
        }.get(kind, kind)
        if kind.startswith("list-of-"):
            return [self.raw_block(call("list-of", kind.removeprefix("list-of-").removesuffix("s")))]
        if kind == "rule":
            return [self.raw_block("#horizontalrule")]
        named: dict[str, Any] = {"id": self.claimed(attr[0]) or None}
        if kind == "admonition":
            named["kind"] = next((one for one in attr[1] if one != "admonition"), "note")
        if kind == "proof-like":
            named["kind"] = next((one for one in attr[1] if one != "proof-like"), "theorem")
            named["number"] = value_of(attr, "number") or None
        if kind == "csl-entry":
            named["left"], blocks = self._left(blocks)
        head = call(name, **named)
        if title:
            said = plain([self.raw(unclosed(head) + "title: ["), *self.line(title), self.raw("])[")])
        else:
            said = plain([self.raw(head + "[")])
        boxed = [said, *self.inside(blocks), self.raw_block("]")]
        language = value_of(attr, "lang")
        return self.in_language(boxed, language) if language else boxed

    def _left(self, blocks: list[Node]) -> tuple[Any, list[Node]]:
        """The number at the margin of an entry in a numbered bibliography."""
        if len(blocks) == 1 and blocks[0]["t"] in {"Para", "Plain"}:
            inlines = blocks[0]["c"]
            if inlines and inlines[0]["t"] == "Span" and "csl-left-margin" in inlines[0]["c"][0][1]:
                return plain_text(inlines[0]), [{"t": "Plain", "c": inlines[1:]}]
        if blocks and blocks[0]["t"] == "Div" and "csl-left-margin" in blocks[0]["c"][0][1]:
            return plain_text(blocks[0]), blocks[1:]
        return None, blocks

    def definitions(self, entries: list[tuple[list[Node], list[Node]]]) -> list[Node]:
        """Call `definitions`: pandoc would begin each meaning on a line of its own."""
        listed = [
            [plain([self.raw("(["), *self.line(term), self.raw("], [")]), *said, self.raw_block("]),")]
            for term, said in entries
        ]
        return [self.raw_block("#definitions("), *(node for one in listed for node in one), self.raw_block(")")]

    def picture(self, attr: Attr, path: str) -> list[Node]:
        """Call `picture`, since pandoc drops the alternative text."""
        said = value_of(attr, "alt")
        called = call(
            "picture",
            path,
            alt=said or None,
            width=length_of(value_of(attr, "width")),
            height=length_of(value_of(attr, "height")),
            alone=True if self.alone else None,
        )
        return [*self.anchor(self.claimed(attr[0])), self.raw(called + ";")]

    def formula(self, tex: str) -> list[Node]:
        """Wrap the formula, so that it has an alternative text."""
        return [self.raw(call("formula", tex) + "["), {"t": "Math", "c": [{"t": "InlineMath"}, tex]}, self.raw("];")]

    def equation(self, attr: Attr, tex: str) -> list[Node]:
        """Wrap the displayed formula with its number."""
        opened = call("display", tex, number=value_of(attr, "number") or None, id=self.claimed(attr[0]) or None)
        return [self.raw(opened + "["), {"t": "Math", "c": [{"t": "DisplayMath"}, tex]}, self.raw("];")]

    def wrapped(self, kind: str, inlines: list[Node], value: str = "") -> list[Node]:
        """Call `problem`, `text`, `link`."""
        opened = {
            "problem": "#problem",
            "lang": f"#text(..language({string(value)}))",
            "inside": f"#link(label({string(value)}))",
            "outside": f"#outside({string(value)})",
        }[kind]
        return [self.raw(opened + "["), *self.line(inlines), self.raw("];")]

    def anchor(self, identifier: str) -> list[Node]:
        """An invisible element with a label."""
        return [self.raw(call("anchor", identifier) + ";")] if identifier else []

    def in_language(self, blocks: list[Node], language: str) -> list[Node]:
        """Set the language for a stretch of blocks."""
        return [self.raw_block(f"#[#set text(..language({string(language)}))"), *blocks, self.raw_block("]")]

    def line(self, inlines: list[Node]) -> list[Node]:
        """Begin with nothing, so that what follows does not begin the line."""
        return safe_start(inlines, self.raw("#[];"))


def length_of(given: str) -> Code | None:
    """A picture's width as Typst measures it; pixels are 96 to the inch, as on the site."""
    number = given.rstrip("%abcdefghijklmnopqrstuvwxyz ")
    try:
        amount = float(number)
    except ValueError:
        return None
    unit = given[len(number) :].strip()
    if unit in {"%", "pt", "mm", "cm", "in", "em"}:
        return Code(f"{amount:g}{unit}")
    return Code(f"{amount * 0.75:g}pt") if unit in {"", "px"} else None


def part_source(blocks: Sequence[Node], lowering: TypstLowering) -> list[Node]:
    """Lower a part, each of its blocks under a line that says which one it is."""
    lowered: list[Node] = []
    for number, block in enumerate(blocks):
        lowered += [lowering.raw_block(f"{BLOCK_MARK}{number}"), *lowering.block(block)]
    return lowered


BLOCK_MARK = "//block:"
"""Begins the line before each block of a part: a compiler's complaint is traced to its block by it."""


def block_at(source: str, line: int) -> int:
    """Which block a line of a part's source, counted from 1, belongs to; -1 for none."""
    for said in reversed(source.splitlines()[:line]):
        if said.startswith(BLOCK_MARK):
            return int(said.removeprefix(BLOCK_MARK))
    return -1


def settings(given: Mapping[str, Any]) -> str:
    """The template's configuration as a Typst dictionary, one key a line."""
    return "(\n" + "".join(f"  {string(key)}: {value(one)},\n" for key, one in given.items()) + ")"


def parts_list(parts: Iterable[Mapping[str, Any]]) -> str:
    """The parts as a Typst array of dictionaries."""
    return "(\n" + "".join(f"  {value(dict(part))},\n" for part in parts) + ")"


def _height(blocks: list[Node], caption: list[Node], notes: list[Node]) -> dict[str, int] | None:
    """What bounds the height of a simple table with its columns as wide as they like."""
    found = height_of(blocks, caption, notes)
    if found is None or set(fitting(blocks[0]).widths) != {"auto"}:
        return None
    return {"rows": found.rows, "columns": len(blocks[0]["c"][2]), "across": found.across, "below": found.below}


def _shows_something(blocks: list[Node]) -> bool:
    """Whether a cell holds words or pictures."""
    return bool(plain_text(blocks)) or any(node["t"] == "Image" for node in walk(blocks))
