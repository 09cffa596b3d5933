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

MOST_NESTED = 20
"""Directives within directives beyond which nobody reads on."""
_DIRECTIVE = re.compile(r"^\{(?P<name>[^}\s]+)\}\s*(?P<argument>.*)$")
_OPTION = re.compile(r"^:[A-Za-z][\w-]*:(?:\s|$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|pp?|vols?|nos?|secs?|chs?|figs?|eqs?|eds?|etc|al|ca|approx|Dr|Prof|Mr|Mrs|Ms|St|Jr|z\. ?B|d\. ?h|bzw|vgl|u\. ?a|S|Nr|Bd|Abb|Tab|Kap)|\b[A-Z])\.$"
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
class Prose:
    """All passages of a page."""

    docname: str
    """The page, as Sphinx names it."""
    path: str
    """Its file, relative to the thesis."""
    passages: tuple[Passage, ...]
    """In the order of the page."""


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
    passages = [passage for unit in _units(chapter) for passage in _Reader(unit).read()]
    return Prose(chapter.docname, chapter.path, tuple(passages))


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


def _units(chapter: Chapter) -> Iterator[_Unit]:
    if chapter.format != "notebook":
        yield _Unit(chapter.text.replace("\r\n", "\n").replace("\r", "\n"), 0)
        return
    try:
        cells = json.loads(chapter.text).get("cells") or []
    except (ValueError, AttributeError, RecursionError):
        return
    for number, cell in enumerate(cells, 1):
        if isinstance(cell, dict) and cell.get("cell_type") == "markdown":
            source = cell.get("source") or ""
            text = source if isinstance(source, str) else "".join(str(line) for line in source)
            yield _Unit(text.replace("\r\n", "\n").replace("\r", "\n"), number)


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
    return parser


class _Reader:
    """Reads the passages of one unit."""

    def __init__(self, unit: _Unit) -> None:
        self.unit = unit

    def read(self) -> Iterator[Passage]:
        yield from self._blocks(self.unit.text, 0, (), 0)

    def _blocks(self, text: str, first: int, within: tuple[str, ...], depth: int) -> Iterator[Passage]:
        """Passages of a text that begins on line `first` of the unit, counted from 0."""
        around: list[str] = []
        cell_from: dict[int, int] = {}
        for token in _parser().parse(text, {"front": not depth}):
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
                yield self._passage(token.content, first + token.map[0], kind, level, within, cell_from)

    def _directive(self, token: Token, line: int, within: tuple[str, ...], depth: int) -> Iterator[Passage]:
        match = _DIRECTIVE.match(token.info.strip())
        if not match or depth >= MOST_NESTED:
            return
        name = match["name"].lower()
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

    def _passage(
        self, content: str, line: int, kind: Kind, level: int, within: tuple[str, ...], cells: dict[int, int]
    ) -> Passage:
        offsets: list[int] = []
        for number, piece in enumerate(content.split("\n")):
            start, whole = self.unit.line(line + number)
            column = _column(whole, piece, cells.get(line, 0) if kind == "cell" else -1)
            if kind == "cell":
                cells[line] = column + len(piece)
            offsets.extend(range(start + column, start + column + len(piece)))
            offsets.append(start + len(whole))
        text, places, marks = read_inline(content, offsets)
        return Passage(kind, text, marks, level, within, places, self.unit)


def _column(whole: str, piece: str, after: int) -> int:
    """Where a line of content begins in its line of source: containers take away from the left, a table on both sides."""
    if after >= 0:
        found = whole.find(piece, after)
        return max(found, 0)
    left, right = whole.rstrip(), piece.rstrip()
    if left.endswith(right):
        return len(left) - len(right)
    return max(whole.rfind(right), 0)


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
