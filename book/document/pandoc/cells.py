"""Cells of notebooks: their code, and what they print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes

from book.document.pandoc.ast import Block, code_block, div
from book.document.pandoc.identifiers import with_identifiers
from book.document.pandoc.languages import pandoc_language
from book.document.parts import CELL

if TYPE_CHECKING:
    from book.document.pandoc.page import BlockRule, Page

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_OUTPUTS = ("stderr", "traceback")


def cell(page: Page, node: nodes.container) -> list[Block]:
    """A cell without what its tags hide: paper has nothing to click on."""
    hidden = str(node.get("hide_mode", ""))
    blocks: list[Block] = []
    for child in node:
        part = child.get("nb_element", "") if isinstance(child, nodes.Element) else ""
        if part == "cell_code_source" and hidden in ("all", "input", "input+output"):
            continue
        if part == "cell_code_output" and hidden in ("all", "output", "input+output"):
            continue
        blocks += page.blocks([child])
    return with_identifiers(blocks, page.identifiers(node))


def source(page: Page, node: nodes.container) -> list[Block]:
    """The code of a cell, marked so that an edition can leave it out."""
    blocks = page.blocks(node.children)
    return [
        {"t": "CodeBlock", "c": [[block["c"][0][0], [*block["c"][0][1], CELL], []], block["c"][1]]}
        if block["t"] == "CodeBlock"
        else block
        for block in blocks
    ]


def literal_block(page: Page, node: nodes.literal_block) -> list[Block]:
    """Lines of code, or what a cell printed."""
    names = page.identifiers(node)
    if "output" in node["classes"]:
        kinds = [name for name in node["classes"] if name in _OUTPUTS]
        text = as_printed(node.astext())
        return with_identifiers([code_block(text, ["output", *kinds])] if text.strip() else [], names)
    text = node.astext().rstrip("\n")
    code = [code_block(text, pandoc_language(str(node.get("language", ""))))] if text.strip() else []
    return with_identifiers(code, names)


def as_printed(text: str) -> str:
    """What a terminal would show in the end: no escape codes, no overwritten progress bars."""
    lines = [_overwritten(line) for line in _ANSI.sub("", text).split("\n")]
    return "\n".join(lines).rstrip()


def _overwritten(line: str) -> str:
    line = line.rstrip("\r")
    if "\r" in line:
        line = line.rsplit("\r", 1)[1]
    if "\b" not in line:
        return line
    shown: list[str] = []
    for character in line:
        if character != "\b":
            shown.append(character)
        elif shown:
            shown.pop()
    return "".join(shown)


def mime_bundle(page: Page, node: nodes.container) -> list[Block]:
    """Outputs that nobody has chosen from: the first that prints something."""
    for child in node:
        blocks = page.blocks(child.children) if isinstance(child, nodes.Element) else []
        if blocks:
            return blocks
    return []


def raw(page: Page, node: nodes.raw) -> list[Block]:
    """Raw text of a format: HTML is carried over, any other is meant for another writer."""
    return page.blocks([node]) if "html" in str(node.get("format", "")).split() else []


def hidden_by_click(page: Page, node: nodes.Element) -> list[Block]:
    """What the site shows on a click."""
    blocks = page.blocks(node.children)
    return [div(blocks, "", ["dropdown"])] if blocks else []


CELL_PARTS: dict[str, BlockRule] = {"cell_code": cell, "cell_code_source": source, "mime_bundle": mime_bundle}
"""What MyST-NB calls the container -> its rule."""

CELLS: dict[str, BlockRule] = {
    "literal_block": literal_block,
    "doctest_block": literal_block,
    "raw": raw,
    "HideCodeCellNode": hidden_by_click,
}
"""Class of a node -> its rule."""
