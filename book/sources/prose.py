"""The running text of a page as a reader meets it, each character knowing its place in the source."""

from __future__ import annotations

import bisect
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from book.sources.inline import MARK, Mark, read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

    from book.sources.chapters import Chapter

Kind = Literal["heading", "paragraph", "item", "quote", "cell", "title", "caption", "note", "term"]

TITLED = frozenset(
    [
        "admonition",
        "dropdown",
        "card",
        "grid-item-card",
        "tab-item",
        "sidebar",
        "margin",
        "topic",
        "exercise",
        "solution",
        "claim",
    ]
)
"""Directives whose argument is a title that readers see."""
CAPTIONED = frozenset(["table", "list-table", "csv-table"])
"""Directives whose argument is a caption."""
PROSE = TITLED | frozenset(
    [
        "note",
        "warning",
        "tip",
        "hint",
        "important",
        "attention",
        "caution",
        "danger",
        "error",
        "seealso",
        "epigraph",
        "pull-quote",
        "highlights",
        "figure",
        "table",
        "list-table",
        "div",
        "container",
        "compound",
        "aside",
        "only",
        "glossary",
        "grid",
        "grid-item",
        "tab-set",
        "card-carousel",
        "exercise-start",
        "solution-start",
        "proof",
        "theorem",
        "lemma",
        "definition",
        "example",
        "remark",
        "corollary",
    ]
)
"""Directives whose content is running text; the content of all others is none. Those of sphinx-proof (`prf:`) are, too."""

UNLABELLED = frozenset(["math", "code-cell", "amsmath"])
"""Directives whose names are no labels, or those of formulas."""
MOST_NESTED = 20
"""Directives within directives beyond which nobody reads on."""
MOST_COLUMNS = 200
"""Columns beyond which a table is none: every row costs as many cells as the first one has."""
NOT_PROSE = frozenset(
    [
        "fence",
        "colon_fence",
        "code_block",
        "math_block",
        "math_block_label",
        "amsmath",
        "html_block",
        "myst_substitution",
    ]
)
"""Blocks of Markdown that hold no running text of their own."""
_DIRECTIVE = re.compile(r"^\{(?P<name>[^}\s]+)\}\s*(?P<argument>.*)$")
_OPTION = re.compile(r"^:[A-Za-z][\w-]*:(?:\s|$)")
_NAME = re.compile(r"\s*:?(?:name|label):[ \t]+(\S.*)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|pp?|vols?|nos?|secs?|chs?|figs?|eqs?|eds?|etc|al|ca|approx|Dr|Prof|Mr|Mrs|Ms|St|Jr|z\. ?B|d\. ?h|bzw|vgl|u\. ?a|S|Nr|Bd|Abb|Tab|Kap)|\b[A-Z])\.$"
)
_DEFINITION = re.compile(
    r""" {0,3}\[(?!\^)[^\[\]\n]{1,999}\]:[ \t]*[^\s]+(?:[ \t]+(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*(?:\n|$)"""
)
_SENTENCE_END = re.compile(rf"[.!?]+[\"”’»)\]{MARK}]*(?=\s+[\"“‘«(\[{MARK}\d]*[^\W\d_a-zа-я]|\s+{MARK})")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a source, counted from 1."""

    line: int
    """Line of the file; in a notebook, line of the cell."""
    column: int
    """Column of the line."""
    cell: int = 0
    """In a notebook, the number of the cell, code cells included; 0 in a Markdown file."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading, a paragraph, a caption: words that are read in one go."""

    kind: Kind
    """What it is."""
    text: str
    """Its words, without markup: emphasis and links as their words, and for each role, formula, picture or piece of code one U+FFFC."""
    marks: tuple[Mark, ...]
    """What stands behind each U+FFFC, in order, and what leaves no character: footnote marks, HTML tags."""
    level: int
    """Level of a heading, 1 for `#`; 0 for everything else."""
    within: tuple[str, ...]
    """Names of the directives around it, the outermost first."""
    places: tuple[int, ...]
    """For each character of `text`, its offset in the page's (or cell's) source."""
    unit: _Unit
    """The source it stands in."""

    def at(self, index: int) -> Place:
        """Place of a character of `text`; the passage's beginning where it has none."""
        if not self.places:
            return Place(1, 1, self.unit.cell)
        return self.unit.place(self.places[min(max(index, 0), len(self.places) - 1)])

    def source(self, start: int, end: int) -> str:
        """The source between two characters of `text`, markup included."""
        if not self.places or start >= end:
            return ""
        return self.unit.text[self.places[start] : self.places[end - 1] + 1]


@dataclass(frozen=True, slots=True)
class Block:
    """What stands on a page and is no running text, or not of itself: code, a formula, a directive, HTML."""

    kind: str
    """`directive`, `code`, `math`, `html`; in a notebook also `cell` for each cell that is no Markdown."""
    name: str
    """A directive's name, a fence's language, a cell's type; empty for other kinds."""
    place: Place
    """Where it begins."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name that references may use, where it is given."""

    name: str
    """As references find it: in lower case, white space collapsed."""
    place: Place
    """Where it is written."""
    line: int
    """Line of what bears the label: of a directive's beginning, of the line below a target that is not blank."""


@dataclass(frozen=True, slots=True)
class Prose:
    """All passages of a page."""

    docname: str
    """The page, as Sphinx names it."""
    path: str
    """Its file, relative to the thesis."""
    passages: tuple[Passage, ...]
    """In the order of the page."""
    blocks: tuple[Block, ...] = ()
    """What else stands on the page, directives aside that stand in directives."""
    labels: tuple[Label, ...] = ()
    """Targets, and the names that directives have as an option; those of formulas are none."""


class _Unit:
    """A Markdown file, or a Markdown cell of a notebook."""

    __slots__ = ("cell", "ends", "text")

    def __init__(self, text: str, cell: int) -> None:
        self.text, self.cell = text, cell
        self.ends = [0]
        for line in text.split("\n"):
            self.ends.append(self.ends[-1] + len(line) + 1)

    def place(self, offset: int) -> Place:
        line = bisect.bisect_right(self.ends, offset)
        return Place(line, offset - self.ends[line - 1] + 1, self.cell)

    def line(self, number: int) -> tuple[int, str]:
        """Offset and text of a line, counted from 0."""
        if number >= len(self.ends) - 1:
            return len(self.text), ""
        return self.ends[number], self.text[self.ends[number] : self.ends[number + 1] - 1]


def prose_of(chapter: Chapter) -> Prose:
    """Read the running text of one page; never raises."""
    passages: list[Passage] = []
    blocks: list[Block] = []
    labels: list[Label] = []
    for unit in _units(chapter):
        if isinstance(unit, Block):
            blocks.append(unit)
            continue
        reader = _Reader(unit)
        passages += reader.read()
        blocks += reader.blocks
        labels += reader.labels
    return Prose(chapter.docname, chapter.path, tuple(passages), tuple(blocks), tuple(labels))


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Beginning and end of each sentence of a passage's text."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if match[0].startswith(".") and _ABBREVIATION.search(text[max(0, match.start() - 12) : match.start() + 1]):
            continue
        yield start, match.end()
        start = _skip(text, match.end())
    if text[start:].strip():
        yield start, len(text)


def _skip(text: str, index: int) -> int:
    while index < len(text) and text[index].isspace():
        index += 1
    return index


def _units(chapter: Chapter) -> Iterator[_Unit | Block]:
    """The Markdown of a page; of a notebook also its other cells."""
    if chapter.format != "notebook":
        yield _Unit(chapter.text.replace("\r\n", "\n").replace("\r", "\n"), 0)
        return
    try:
        cells = json.loads(chapter.text).get("cells")
    except (ValueError, AttributeError, RecursionError):
        return
    for number, cell in enumerate(cells if isinstance(cells, list) else [], 1):
        if not isinstance(cell, dict):
            continue
        source = cell.get("source")
        text = "".join(map(str, source)) if isinstance(source, list) else source if isinstance(source, str) else ""
        if cell.get("cell_type") == "markdown":
            yield _Unit(text.replace("\r\n", "\n").replace("\r", "\n"), number)
        elif text.strip():
            yield Block("cell", str(cell.get("cell_type")), Place(1, 1, number))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """Blocks alone: what stands in a line is read by `read_inline`, which keeps places."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.attrs import attrs_block_plugin
    from mdit_py_plugins.colon_fence import colon_fence_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.front_matter import front_matter_plugin
    from mdit_py_plugins.myst_blocks import myst_block_plugin

    parser = MarkdownIt("commonmark").enable("table")
    for plugin in (
        front_matter_plugin, colon_fence_plugin, dollarmath_plugin, amsmath_plugin, deflist_plugin, myst_block_plugin,
        attrs_block_plugin, footnote_plugin,
    ):  # fmt: skip
        parser.use(plugin)
    parser.core.ruler.enableOnly(["normalize", "block"])
    parser.disable("reference")  # takes the square of the time; `_undefined` knows definitions too
    ends = ["paragraph", "reference", "blockquote", "list", "footnote_def"]
    parser.block.ruler.at("amsmath", _closed_formula, {"alt": ends})
    parser.block.ruler.at("table", _narrow_table, {"alt": ["paragraph", "reference"]})
    return parser


def _closed_formula(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """The rule for formulas without dollars, asked only where the environment is closed further down."""
    from mdit_py_plugins.amsmath import RE_OPEN, amsmath_block

    begins = state.bMarks[first] + state.tShift[first]
    opened = re.match(RE_OPEN, state.src[begins : state.eMarks[first]])
    if not opened:
        return False
    closing = f"\\end{{{opened[1]}{opened[2]}}}"
    last: dict[str, int] = state.env.setdefault("closings", {})
    if closing not in last:
        last[closing] = state.src.rfind(closing)
    return last[closing] > begins and amsmath_block(state, first, end, silent)


def _narrow_table(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """The rule for tables, asked only where the first row has a bearable number of cells."""
    from markdown_it.rules_block import table

    columns = state.src.count("|", state.bMarks[first], state.eMarks[first])
    return 0 < columns <= MOST_COLUMNS and table(state, first, end, silent)


def _undefined(content: str) -> int:
    """How many characters at the beginning of a paragraph are definitions of links, which nobody sees."""
    position = 0
    while match := _DEFINITION.match(content, position):
        position = match.end()
    return position


class _Reader:
    """Reads the passages of one unit, and notes its other blocks and its labels."""

    def __init__(self, unit: _Unit) -> None:
        self.unit = unit
        self.blocks: list[Block] = []
        self.labels: list[Label] = []

    def read(self) -> Iterator[Passage]:
        yield from self._blocks(self.unit.text, 0, (), 0)

    def _blocks(self, text: str, first: int, within: tuple[str, ...], depth: int) -> Iterator[Passage]:
        """Passages of a text that begins on line `first` of the unit, counted from 0."""
        around: list[str] = []
        cell_from: dict[int, int] = {}
        for token in _parser().parse(text, {"front": not depth}):
            if token.type == "myst_target" or (token.type in NOT_PROSE and token.map and not depth):
                self._note(token, first)
            if token.type in ("fence", "colon_fence") and token.map:
                yield from self._directive(token, first + token.map[0], within, depth)
            elif token.nesting == 1:
                around.append(token.type.removesuffix("_open"))
                if token.type == "heading_open":
                    around[-1] = token.tag
            elif token.nesting == -1 and around:
                around.pop()
            elif token.type == "inline" and token.map:
                kind, level = _kind(around, within)
                content, line = token.content, first + token.map[0]
                if around and around[-1] == "paragraph" and (hidden := _undefined(content)):
                    line += content.count("\n", 0, hidden)
                    content = content[hidden:]
                    if not content:
                        continue
                yield self._passage(content, line, kind, level, within, cell_from)

    def _note(self, token: Token, first: int) -> None:
        """Keep what is no running text, comments aside."""
        if token.type == "myst_target":
            self._target(token.content, first + (token.map or [0])[0])
            return
        place = Place((token.map or [0])[0] + 1, 1, self.unit.cell)
        if token.type in ("fence", "colon_fence"):
            directive = _DIRECTIVE.match(token.info.strip())
            name = directive["name"].lower() if directive else token.info.strip().split(" ")[0]
            self.blocks.append(Block("directive" if directive else "code", name, place))
        elif token.type != "html_block" or not re.fullmatch(r"\s*<!--(?:(?!-->).)*-->\s*", token.content, re.DOTALL):
            kind = token.type.partition("_")[0]
            self.blocks.append(Block("math" if kind == "amsmath" else kind, "", place))

    def _directive(self, token: Token, line: int, within: tuple[str, ...], depth: int) -> Iterator[Passage]:
        match = _DIRECTIVE.match(token.info.strip())
        if not match or depth >= MOST_NESTED:
            return
        name = match["name"].lower()
        self._named(name, token.content.split("\n"), line)
        if name not in PROSE and name not in CAPTIONED and not name.startswith("prf:"):
            return
        inner = (*within, name)
        if match["argument"] and (name in TITLED or name in CAPTIONED or name.startswith("prf:")):
            kind: Kind = "caption" if name in CAPTIONED else "title"
            yield self._passage(match["argument"], line, kind, 0, inner, {})
        if name == "csv-table":
            return
        lines = token.content.split("\n")
        taken = _options(lines)
        yield from self._blocks("\n".join(lines[taken:]), line + 1 + taken, inner, depth + 1)

    def _target(self, name: str, line: int) -> None:
        """Keep the label of a target."""
        below = line + 1
        while below < len(self.unit.ends) - 1 and not self.unit.line(below)[1].strip():
            below += 1
        self._label(name, line, below)

    def _named(self, directive: str, lines: list[str], line: int) -> None:
        """Keep the label that a directive has as an option."""
        if directive in UNLABELLED:
            return
        for number, option in enumerate(lines[: _options(lines)], line + 1):
            if match := _NAME.match(option):
                self._label(match[1].strip().strip("'\""), number, line)

    def _label(self, name: str, line: int, bearer: int) -> None:
        column = max(self.unit.line(line)[1].rfind(name), 0)
        place = Place(line + 1, column + 1, self.unit.cell)
        if name := " ".join(name.lower().split()):
            self.labels.append(Label(name, place, bearer + 1))

    def _passage(
        self, content: str, line: int, kind: Kind, level: int, within: tuple[str, ...], cells: dict[int, int]
    ) -> Passage:
        offsets: list[int] = []
        for number, piece in enumerate(content.split("\n")):
            start, whole = self.unit.line(line + number)
            if kind == "cell":
                found = _cell(whole, piece, cells.get(line, 0))
                cells[line] = found[-1] + 1 if found else cells.get(line, 0)
            else:
                found = _line(whole, piece)
            offsets.extend(start + column for column in found)
            offsets.append(start + len(whole))
        text, places, marks = read_inline(content, offsets)
        return Passage(kind, text, marks, level, within, places, self.unit)


def _line(whole: str, piece: str) -> Sequence[int]:
    """For each character of a line of content its column in the line of source, whose containers stand on the left."""
    left, right = whole.rstrip(), piece.rstrip()
    indent = 0
    if left.endswith(right):
        column = len(left) - len(right)
    else:
        bare = right.lstrip()
        indent = len(right) - len(bare)  # spaces that stand for a tab
        column = max(whole.rfind(bare), 0)
    last = max(len(whole) - 1, 0)
    return [min(max(column + number - indent, 0), last) for number in range(len(piece))]


def _cell(whole: str, piece: str, after: int) -> Sequence[int]:
    """For each character of a cell its column; in the source each bar in it is escaped."""
    start = whole.find(piece.replace("|", "\\|"), after)
    if start < 0:
        start = max(whole.find(piece, after), 0)
        return range(start, start + len(piece))
    columns = []
    for character in piece:
        start += character == "|"
        columns.append(start)
        start += 1
    return columns


def _kind(around: Sequence[str], within: tuple[str, ...]) -> tuple[Kind, int]:
    """What a run of text is, by what stands around it."""
    nearest = around[-1] if around else ""
    if re.fullmatch(r"h[1-6]", nearest):
        return "heading", int(nearest[1])
    for name, kind in _AROUND:
        if name in around:
            return kind, 0
    if within and within[-1] == "figure":
        return "caption", 0
    return "paragraph", 0


_AROUND: tuple[tuple[str, Kind], ...] = (
    ("td", "cell"),
    ("th", "cell"),
    ("footnote_reference", "note"),
    ("footnote", "note"),
    ("dt", "term"),
    ("blockquote", "quote"),
    ("list_item", "item"),
)


def _options(lines: list[str]) -> int:
    """How many lines the options of a directive take, in either of MyST's two forms."""
    if lines and lines[0].strip() == "---":
        return next((number + 1 for number, line in enumerate(lines[1:], 1) if line.strip() == "---"), 1)
    return next((number for number, line in enumerate(lines) if not _OPTION.match(line.strip())), len(lines))


def first_mark(passage: Passage, kind: str) -> Mark | None:
    """The first mark of a kind; None where there is none."""
    return next((mark for mark in passage.marks if mark.kind == kind), None)


def plain(value: Any) -> str:
    """Text without the stand-ins of marks, white space collapsed."""
    return " ".join(str(value).replace(MARK, " ").split())
