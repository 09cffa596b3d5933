"""Small words for the Pandoc AST: build its nodes, walk them, read their text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Node = dict[str, Any]
Attr = list[Any]

API_VERSION = [1, 23, 1]
"""Of pandoc-types, as pandoc 3 reads and writes it."""

NO_ATTR: Attr = ["", [], []]

MATH_LEAF = 1
"""Where a Math, Code, RawInline or CodeBlock node keeps its text."""


def text(content: str) -> Node:
    """One Str; spaces stay in it."""
    return {"t": "Str", "c": content}


def raw(form: str, content: str) -> Node:
    """Text that pandoc hands through to one format, within a line."""
    return {"t": "RawInline", "c": [form, content]}


def raw_block(form: str, content: str) -> Node:
    """Text that pandoc hands through to one format, on lines of its own."""
    return {"t": "RawBlock", "c": [form, content]}


def plain(inlines: list[Node]) -> Node:
    """A line without the distance of a paragraph."""
    return {"t": "Plain", "c": inlines}


def para(inlines: list[Node]) -> Node:
    """A paragraph."""
    return {"t": "Para", "c": inlines}


def document(blocks: list[Node]) -> Node:
    """A whole document as pandoc reads it."""
    return {"pandoc-api-version": API_VERSION, "meta": {}, "blocks": blocks}


def attr_of(node: Node) -> Attr:
    """Identifier, classes and keys of a node; empty ones where its kind has none."""
    kind = node["t"]
    attr: Attr = NO_ATTR
    if kind == "Header":
        attr = node["c"][1]
    elif kind in {"Div", "Span", "Figure", "Table", "CodeBlock", "Code", "Link", "Image"}:
        attr = node["c"][0]
    return attr


def classes_of(node: Node) -> list[str]:
    """Classes of a node."""
    return list(attr_of(node)[1])


def value_of(attr: Attr, key: str, default: str = "") -> str:
    """The value that an attribute gives a key."""
    return next((str(value) for name, value in attr[2] if name == key), default)


def walk(tree: Any) -> Iterator[Node]:
    """Every node of a tree in reading order, the outer one first."""
    waiting = [tree]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict):
            if "t" in inner:
                yield inner
            content = inner.get("c")
            if isinstance(content, (list, dict)):
                waiting.append(content)
        elif isinstance(inner, (list, tuple)):
            waiting.extend(one for one in reversed(inner) if isinstance(one, (list, dict, tuple)))


def plain_text(tree: Any) -> str:
    """What a reader would read aloud, lines joined by spaces."""
    return " ".join("".join(_texts(tree)).split())


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict) and "t" in tree:
        yield from _texts_of_node(tree)
    elif isinstance(tree, (list, tuple)):
        for inner in tree:
            yield from _texts(inner)


def _texts_of_node(node: Node) -> Iterator[str]:
    kind, content = node["t"], node.get("c", [])
    if kind == "Str":
        yield content
    elif kind in {"Space", "SoftBreak", "LineBreak"}:
        yield " "
    elif kind in {"Math", "Code", "CodeBlock", "RawInline", "RawBlock"}:
        yield content[MATH_LEAF]
        yield " " if kind.endswith("Block") else ""
    elif kind == "Quoted":
        marks = "“”" if content[0]["t"] == "DoubleQuote" else "‘’"
        yield marks[0]
        yield from _texts(content[1])
        yield marks[1]
    elif kind in {"Link", "Image"}:
        yield from _texts(content[1])
    elif kind != "Note":
        yield from _texts(content)
        if kind in {"Para", "Plain", "Header", "Div", "Figure"}:
            yield " "
