"""Blocks and inlines of the Pandoc AST, as pandoc's JSON writes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Block: TypeAlias = dict[str, Any]
Inline: TypeAlias = dict[str, Any]
Attr: TypeAlias = list[Any]
Pairs: TypeAlias = "Sequence[tuple[str, str]]"

API_VERSION = [1, 23, 1]
"""Version of the tree that these constructors follow."""

SPACE: Inline = {"t": "Space"}
SOFT_BREAK: Inline = {"t": "SoftBreak"}
LINE_BREAK: Inline = {"t": "LineBreak"}
RULE: Block = {"t": "HorizontalRule"}

_PIECE = re.compile(r"[ \t\r\f\v]*\n\s*|[ \t\r\f\v]+|[^ \t\n\r\f\v]+")
"""A line's end, a gap, or a word: no-break spaces belong to words."""

_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
"""Characters that no text holds: pandoc, Typst and XML refuse them."""


def attr(identifier: str = "", classes: Iterable[str] = (), pairs: Pairs = ()) -> Attr:
    """Identifier, classes and key-value pairs of one element."""
    return [identifier, list(classes), [[key, value] for key, value in pairs]]


def clean(text: str) -> str:
    """Text without the control characters that nothing downstream accepts."""
    return _NOT_TEXT.sub("", text)


def words(text: str) -> list[Inline]:
    """Running text: words, spaces and line ends."""
    return list(_pieces(clean(text)))


def _pieces(text: str) -> Iterator[Inline]:
    for piece in _PIECE.findall(text):
        if not piece.strip(" \t\n\r\f\v"):
            yield SOFT_BREAK if "\n" in piece else SPACE
        else:
            yield {"t": "Str", "c": piece}


def emph(inlines: list[Inline]) -> Inline:
    """Emphasis."""
    return {"t": "Emph", "c": inlines}


def strong(inlines: list[Inline]) -> Inline:
    """Strong emphasis."""
    return {"t": "Strong", "c": inlines}


def styled(kind: str, inlines: list[Inline]) -> Inline:
    """`Superscript`, `Subscript`, `Underline`, `Strikeout`, `SmallCaps`."""
    return {"t": kind, "c": inlines}


def quoted(inlines: list[Inline]) -> Inline:
    """Words between quotation marks of the language."""
    return {"t": "Quoted", "c": [{"t": "DoubleQuote"}, inlines]}


def code(text: str, classes: Iterable[str] = ()) -> Inline:
    """Code within a line."""
    return {"t": "Code", "c": [attr("", classes), clean(text.replace("\n", " "))]}


def formula(tex: str, *, display: bool = False) -> Inline:
    """Mathematics in TeX."""
    return {"t": "Math", "c": [{"t": "DisplayMath" if display else "InlineMath"}, clean(tex)]}


def span(inlines: list[Inline], identifier: str = "", classes: Iterable[str] = (), pairs: Pairs = ()) -> Inline:
    """Inlines with attributes."""
    return {"t": "Span", "c": [attr(identifier, classes, pairs), inlines]}


def anchor(identifier: str) -> Inline:
    """A place to point at, with nothing to see."""
    return span([], identifier)


def link(inlines: list[Inline], target: str, classes: Iterable[str] = ()) -> Inline:
    """A link; `#id` leads to a place in the thesis."""
    return {"t": "Link", "c": [attr("", classes), inlines, [target, ""]]}


def image(path: str, alt: str, pairs: Pairs = (), classes: Iterable[str] = ()) -> Inline:
    """A picture by its absolute path."""
    return {"t": "Image", "c": [attr("", classes, pairs), words(alt), [path, ""]]}


def note(blocks: list[Block]) -> Inline:
    """A footnote."""
    return {"t": "Note", "c": blocks}


def para(inlines: list[Inline]) -> Block:
    """A paragraph."""
    return {"t": "Para", "c": inlines}


def plain(inlines: list[Inline]) -> Block:
    """Inlines that are no paragraph: in cells, captions, titles."""
    return {"t": "Plain", "c": inlines}


def header(level: int, inlines: list[Inline], identifier: str = "", pairs: Pairs = ()) -> Block:
    """A heading; level 1 is a chapter's."""
    return {"t": "Header", "c": [level, attr(identifier, (), pairs), inlines]}


def div(blocks: list[Block], identifier: str = "", classes: Iterable[str] = (), pairs: Pairs = ()) -> Block:
    """Blocks with attributes."""
    return {"t": "Div", "c": [attr(identifier, classes, pairs), blocks]}


def titled(
    title: list[Inline], blocks: list[Block], identifier: str, classes: Iterable[str], pairs: Pairs = ()
) -> Block:
    """A Div whose first child is its title, unless that is empty."""
    head = [div([plain(title)], "", ["title"])] if title else []
    return div([*head, *blocks], identifier, classes, pairs)


def code_block(text: str, classes: Iterable[str] = (), identifier: str = "") -> Block:
    """Lines of code or of output."""
    return {"t": "CodeBlock", "c": [attr(identifier, classes), clean(text)]}


def block_quote(blocks: list[Block]) -> Block:
    """A quotation that stands by itself."""
    return {"t": "BlockQuote", "c": blocks}


def bullet_list(items: list[list[Block]]) -> Block:
    """A list with bullets."""
    return {"t": "BulletList", "c": items}


def ordered_list(items: list[list[Block]], start: int = 1, style: str = "Decimal", delimiter: str = "Period") -> Block:
    """A numbered list; `style` and `delimiter` are pandoc's names."""
    return {"t": "OrderedList", "c": [[start, {"t": style}, {"t": delimiter}], items]}


def definition_list(items: list[tuple[list[Inline], list[list[Block]]]]) -> Block:
    """Terms, each with its definitions."""
    return {"t": "DefinitionList", "c": [[term, definitions] for term, definitions in items]}


def line_block(lines: list[list[Inline]]) -> Block:
    """Lines that end where the author ended them."""
    return {"t": "LineBlock", "c": lines}


def figure(
    blocks: list[Block], caption: list[Inline], identifier: str = "", classes: Iterable[str] = (), pairs: Pairs = ()
) -> Block:
    """Something that floats, with its caption."""
    return {"t": "Figure", "c": [attr(identifier, classes, pairs), [None, [plain(caption)] if caption else []], blocks]}


def is_blank(inlines: list[Inline]) -> bool:
    """Whether there is nothing to print."""
    return all(inline["t"] in ("Space", "SoftBreak", "LineBreak") for inline in inlines)


def trimmed(inlines: list[Inline]) -> list[Inline]:
    """Inlines without spaces and breaks at either end."""
    gaps = ("Space", "SoftBreak", "LineBreak")
    first, last = 0, len(inlines)
    while first < last and inlines[first]["t"] in gaps:
        first += 1
    while last > first and inlines[last - 1]["t"] in gaps:
        last -= 1
    return inlines[first:last]


def text_of(tree: Any) -> str:
    """The words of a tree as plain text."""
    return " ".join("".join(_texts(tree)).split())


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, list):
        for branch in tree:
            yield from _texts(branch)
    elif isinstance(tree, dict):
        yield from _texts_of_element(tree)


def _texts_of_element(element: dict[str, Any]) -> Iterator[str]:
    kind, content = element.get("t"), element.get("c")
    if kind == "Str":
        yield content or ""
    elif kind in ("Space", "SoftBreak", "LineBreak"):
        yield " "
    elif kind in ("Code", "Math", "CodeBlock"):
        yield (content or ["", ""])[1]
    else:
        yield from _texts(content)
        if kind in ("Para", "Plain", "Header"):
            yield " "
