"""Which way the text of a Word file runs, and which attribute of Word's names a language."""

from __future__ import annotations

import copy
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, Any

from lxml import etree

from book.languages import primary, right_to_left

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RIGHT, LEFT, NEITHER = "R", "L", "N"
"""To the left, to the right, as what is around it: how a letter runs. Word asks each run of text, spaces among them."""
LEFT_TO_RIGHT = "\u200e"
"""A mark that nobody sees: what stands beside it runs to the right."""
STRONG = {"R": RIGHT, "AL": RIGHT, "L": LEFT}
EAST_ASIAN = frozenset({"zh", "ja", "ko"})
"""Languages that Word names in an attribute of their own."""
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
IN_PARAGRAPH = (
    "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "suppressOverlap", "jc", "textDirection", "textAlignment",
    "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr", "pPrChange",
)  # fmt: skip
IN_RUN = ("cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath", "rPrChange")
IN_SECTION = ("rtlGutter", "docGrid", "printerSettings", "sectPrChange")
IN_TABLE = (
    "tblStyleRowBandSize", "tblStyleColBandSize", "tblW", "jc", "tblCellSpacing", "tblInd", "tblBorders", "shd", "tblLayout", "tblCellMar", "tblLook",
    "tblCaption", "tblDescription", "tblPrChange",
)  # fmt: skip
"""What stands behind the mark of a direction, by what bears it (ECMA-376, CT_PPr, CT_RPr, CT_SectPr, CT_TblPr)."""


def set_directions(trees: Iterable[Any], styles: Any, language: str) -> None:
    """Have every paragraph, table, section and stretch of text run the way that its language is read."""
    turned = right_to_left(language)
    for tree in trees:
        for paragraph in tree.iter(f"{W}p"):
            _paragraph(paragraph, turned=turned)
        for table in tree.iter(f"{W}tbl"):
            if turned or _mostly(_text(table)) == RIGHT:
                _marked(_properties(table, "tblPr"), "bidiVisual", IN_TABLE)
        for section in tree.iter(f"{W}sectPr") if turned else ():
            _marked(section, "bidi", IN_SECTION)
        for one in tree.iter(f"{W}lang"):
            name_language(one, one.attrib.pop(f"{W}val", ""))
    if turned:
        default = styles.find(f"{W}docDefaults/{W}pPrDefault")
        if default is not None:
            _marked(_properties(default, "pPr"), "bidi", IN_PARAGRAPH)


def name_language(mark: Any, language: str) -> None:
    """Name a language where Word looks for it: one that runs from right to left and those of East Asia have attributes of their own."""
    if right_to_left(language):
        mark.set(f"{W}bidi", language)
    elif language:
        mark.set(f"{W}val", language)
        if primary(language) in EAST_ASIAN:
            mark.set(f"{W}eastAsia", language)


def _paragraph(paragraph: Any, *, turned: bool) -> None:
    texts = [one for one in paragraph.iter(f"{W}t") if _of(one, "p") is paragraph]
    text = "".join(one.text or "" for one in texts)
    ways = [STRONG.get(unicodedata.bidirectional(letter), NEITHER) for letter in text]
    forward = ways.count(LEFT) - text.count(LEFT_TO_RIGHT)
    backward = RIGHT in ways or not forward if turned else ways.count(RIGHT) > forward
    if backward or turned:
        _marked(_properties(paragraph, "pPr"), "bidi", IN_PARAGRAPH, off=not backward)
    if RIGHT not in ways and not backward:
        return
    settled = _settled(ways, RIGHT if backward else LEFT)
    at = 0
    for one in texts:
        size = len(one.text or "")
        _run(one, settled[at : at + size])
        at += size


def _settled(ways: list[str], around: str) -> list[str]:
    """What has no way of its own goes with its neighbours where they agree, and else with the paragraph (Unicode's bidirectional algorithm, rules N1 and N2)."""
    found: list[str] = []
    runs = [(way, len(list(same))) for way, same in groupby(ways)]
    for number, (way, count) in enumerate(runs):
        before = runs[number - 1][0] if number else around
        after = runs[number + 1][0] if number + 1 < len(runs) else around
        found += [(before if before == after else around) if way == NEITHER else way] * count
    return found


def _run(text: Any, ways: list[str]) -> None:
    """Mark a run; one that goes both ways is cut into several."""
    run = _of(text, "r")
    if run is None or RIGHT not in ways:
        return
    pieces = [(way, len(list(same))) for way, same in groupby(ways)]
    if len(pieces) == 1 or [one.tag for one in run if one.tag != f"{W}rPr"] != [f"{W}t"]:
        if ways.count(RIGHT) * 2 > len(ways):
            _marked(_properties(run, "rPr"), "rtl", IN_RUN)
        return
    whole, at = text.text, 0
    for way, count in pieces:
        piece = copy.deepcopy(run)
        piece.tail = None
        said = piece.find(f"{W}t")
        said.text = whole[at : at + count]
        said.set(SPACE, "preserve")
        if way == RIGHT:
            _marked(_properties(piece, "rPr"), "rtl", IN_RUN)
        run.addprevious(piece)
        at += count
    run.getparent().remove(run)


def _marked(properties: Any, name: str, behind: tuple[str, ...], *, off: bool = False) -> None:
    """Set a mark in the place that the format has for it."""
    mark = properties.find(f"{W}{name}")
    if mark is None:
        mark = etree.Element(f"{W}{name}")
        later = next((one for one in properties if one.tag in {f"{W}{other}" for other in behind}), None)
        properties.append(mark) if later is None else later.addprevious(mark)
    if off:
        mark.set(f"{W}val", "0")
    else:
        mark.attrib.pop(f"{W}val", None)


def _properties(node: Any, name: str) -> Any:
    found = node.find(f"{W}{name}")
    if found is None:
        found = etree.Element(f"{W}{name}")
        node.insert(0, found)
    return found


def _of(node: Any, name: str) -> Any:
    """The nearest element of a name around a node."""
    return next(node.iterancestors(f"{W}{name}"), None)


def _mostly(text: str) -> str:
    ways = [STRONG.get(unicodedata.bidirectional(letter), NEITHER) for letter in text]
    return RIGHT if ways.count(RIGHT) > ways.count(LEFT) else LEFT


def _text(node: Any) -> str:
    return "".join(_texts(node))


def _texts(node: Any) -> Iterator[str]:
    for one in node.iter(f"{W}t"):
        yield one.text or ""
