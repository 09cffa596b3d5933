"""HTML trees as Pandoc AST: what cells print as HTML, and what authors put into Markdown."""

from __future__ import annotations

import base64
import binascii
import hashlib
import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes

from book.document.pandoc import html_tree
from book.document.pandoc.ast import (
    LINE_BREAK,
    RULE,
    SPACE,
    Block,
    Inline,
    anchor,
    block_quote,
    bullet_list,
    clean,
    code,
    code_block,
    definition_list,
    div,
    emph,
    figure,
    formula,
    image,
    is_blank,
    link,
    ordered_list,
    para,
    plain,
    quoted,
    span,
    strong,
    styled,
    text_of,
    titled,
    trimmed,
    words,
)
from book.document.pandoc.html_tree import Carried, Element, HtmlNode, elements
from book.document.pandoc.identifiers import identifier
from book.document.pandoc.images import local, remote
from book.document.pandoc.tables import ALIGNMENTS, Alignment, Cell, Grid, align_numbers, pandoc_table
from book.project import write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from book.document.pandoc.page import Page

STYLES = {
    "em": emph,
    "i": emph,
    "cite": emph,
    "var": emph,
    "dfn": emph,
    "address": emph,
    "b": strong,
    "strong": strong,
    "sup": lambda inner: styled("Superscript", inner),
    "sub": lambda inner: styled("Subscript", inner),
    "u": lambda inner: styled("Underline", inner),
    "ins": lambda inner: styled("Underline", inner),
    "s": lambda inner: styled("Strikeout", inner),
    "del": lambda inner: styled("Strikeout", inner),
    "strike": lambda inner: styled("Strikeout", inner),
    "q": quoted,
    "mark": lambda inner: span(inner, "", ["mark"]),
    "small": lambda inner: span(inner, "", ["small"]),
    "kbd": lambda inner: span(inner, "", ["kbd"]),
}
"""Inline elements and what they become."""

WITH_ADDRESS = ("iframe", "video", "audio", "embed", "object")
"""Elements that paper cannot show: their address is printed."""

DRAWING = ("path", "rect", "line", "circle", "ellipse", "polygon", "polyline", "text", "image", "use")
"""Elements that draw."""

SMALLEST_DRAWING = 400
"""Characters; what is shorter is an icon."""

EXTENSIONS = {
    "image/svg+xml": ".svg",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
}
"""Pictures that may stand in an address of the kind `data:`."""

_DATA = re.compile(r"data:(?P<type>[\w/+.-]+)[^,]*?(?P<base64>;base64)?,(?P<data>.*)", re.DOTALL)
_LENGTH = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(px|%|em|rem|cm|mm|in|pt|)\s*;?\s*$")


class HtmlRules:
    """Turns HTML of one page into blocks and inlines."""

    def __init__(self, page: Page) -> None:
        """Work for one page."""
        self.page = page

    # Blocks

    def blocks(self, children: Sequence[HtmlNode]) -> list[Block]:
        """Children as blocks; runs of text become paragraphs."""
        found: list[Block] = []
        run: list[HtmlNode] = []
        for child in children:
            if _stands_alone(child):
                found += self._run(run)
                run = []
                found += self._block(child)
            else:
                run.append(child)
        return [*found, *self._run(run)]

    def _run(self, run: list[HtmlNode]) -> list[Block]:
        inlines = trimmed(self.inlines(run)) if run else []
        return [] if is_blank(inlines) else [para(inlines)]

    def _block(self, child: HtmlNode) -> list[Block]:
        if isinstance(child, Carried):
            return child.blocks
        if isinstance(child, str) or child.tag in html_tree.DROPPED:
            return []
        blocks = self._element(child)
        name = self._name(child)
        lang = child.attributes.get("lang", "")
        return [div(blocks, name, (), [("lang", lang)] if lang else ())] if name or (lang and blocks) else blocks

    def _element(self, element: Element) -> list[Block]:
        rule: Callable[[Element], list[Block]] | None = {
            "table": self._table,
            "ul": self._list,
            "ol": self._list,
            "dl": self._definitions,
            "pre": self._pre,
            "details": self._details,
            "figure": self._figure,
            "blockquote": self._quote,
            "hr": lambda _: [RULE],
            "svg": self._svg,
            "summary": self._rubric,
        }.get(element.tag)
        if rule is not None:
            return rule(element)
        if re.fullmatch(r"h[1-6]", element.tag):
            return self._rubric(element)
        if element.tag in WITH_ADDRESS:
            return self._run([element])
        return self._container(element)

    def _container(self, element: Element) -> list[Block]:
        """A `div`, a `p`, or an inline element with blocks in it: what it holds."""
        kinds = element.attributes.get("class", "").split()
        blocks = self.blocks(element.children)
        if element.tag in ("div", "aside", "section") and ("admonition" in kinds or "alert" in kinds) and blocks:
            kind = next(
                (name.removeprefix("alert-") for name in kinds if name not in ("admonition", "alert", "alert-block")),
                "note",
            )
            return self._alert(blocks, kind)
        return blocks

    def _alert(self, blocks: list[Block], kind: str) -> list[Block]:
        return [div(blocks, "", ["admonition", kind])]

    def _rubric(self, element: Element) -> list[Block]:
        inlines = trimmed(self.inlines(element.children))
        return [] if is_blank(inlines) else [div([para(inlines)], "", ["rubric"])]

    def _pre(self, element: Element) -> list[Block]:
        text = html_tree.text(element.children).strip("\n")
        return [code_block(text, ["output"])] if text.strip() else []

    def _quote(self, element: Element) -> list[Block]:
        blocks = self.blocks(element.children)
        return [block_quote(blocks)] if blocks else []

    def _details(self, element: Element) -> list[Block]:
        summary = elements(element.children, "summary")
        title = trimmed(self.inlines(summary[0].children)) if summary else []
        rest = [child for child in element.children if not (isinstance(child, Element) and child.tag == "summary")]
        blocks = self.blocks(rest)
        return [titled(title, blocks, "", ["dropdown"])] if title or blocks else []

    def _list(self, element: Element) -> list[Block]:
        items = [self._item(item) for item in elements(element.children, "li")]
        rest = [child for child in element.children if child not in elements(element.children, "li")]
        after = self.blocks(rest)
        if not items:
            return after
        start = element.attributes.get("start", "1")
        made = ordered_list(items, int(start) if start.isdigit() else 1) if element.tag == "ol" else bullet_list(items)
        return [made, *after]

    def _item(self, item: Element) -> list[Block]:
        return _tight(self.blocks(item.children)) or [plain([])]

    def _definitions(self, element: Element) -> list[Block]:
        items: list[tuple[list[Inline], list[list[Block]]]] = []
        for child in elements(element.children, "dt", "dd", "div"):
            if child.tag == "dt":
                items.append((trimmed(self.inlines(child.children)), []))
            elif child.tag == "dd" and items:
                items[-1][1].append(self.blocks(child.children))
            else:
                items.append(([], [self.blocks(child.children)]))
        return [definition_list(items)] if items else []

    def _figure(self, element: Element) -> list[Block]:
        captions = elements(element.children, "figcaption")
        caption = [inline for one in captions for inline in trimmed(self.inlines(one.children))]
        blocks = self.blocks([child for child in element.children if child not in captions])
        return [figure(blocks, caption, "", ["figure"], [("kind", "figure")])] if blocks or caption else []

    def _svg(self, element: Element) -> list[Block]:
        inlines = self._inline(element)
        return [para(inlines)] if inlines else []

    # Tables

    def _table(self, element: Element) -> list[Block]:
        grid = Grid()
        caption = [
            inline for one in elements(element.children, "caption") for inline in trimmed(self.inlines(one.children))
        ]
        for part in [element, *elements(element.children, "thead", "tbody", "tfoot")]:
            rows = [row for row in (self._row(row) for row in elements(part.children, "tr")) if row]
            {"thead": grid.head, "tfoot": grid.foot}.get(part.tag, grid.body).extend(rows)
        _find_head(grid)
        if not _has_content(grid):
            return self._outside_cells(element)
        if "dataframe" in element.attributes.get("class", "") or element.attributes.get("id", "").startswith("T_"):
            align_numbers(grid)
        return [pandoc_table(grid, "", (), caption), *self._outside_cells(element)]

    def _outside_cells(self, element: Element) -> list[Block]:
        """What stands in a table and in none of its cells, so that nothing gets lost."""
        found: list[Block] = []
        for child in element.children:
            if isinstance(child, Carried):
                found += child.blocks or ([para(child.inlines)] if child.inlines else [])
            elif isinstance(child, Element) and child.tag in ("tbody", "thead", "tr", "tfoot"):
                found += self._outside_cells(child)
        return found

    def _row(self, row: Element) -> list[Cell]:
        return [self._cell(cell, _alignment(row)) for cell in elements(row.children, "td", "th")]

    def _cell(self, cell: Element, inherited: Alignment) -> Cell:
        rows, columns = (_span(cell.attributes.get(name, "1")) for name in ("rowspan", "colspan"))
        own = _alignment(cell)
        return Cell(
            _tight(self.blocks(cell.children)),
            rows,
            columns,
            own if own != "AlignDefault" else inherited,
            cell.tag == "th",
        )

    # Inlines

    def inlines(self, children: Sequence[HtmlNode]) -> list[Inline]:
        """Children as inlines; a block among them gives its words."""
        return _without_doubled_gaps([inline for child in children for inline in self._inline(child)])

    def _inline(self, child: HtmlNode) -> list[Inline]:
        if isinstance(child, str):
            return [{"t": "Space"} if inline["t"] == "SoftBreak" else inline for inline in words(child)]
        if isinstance(child, Carried):
            return child.inlines or words(text_of(child.blocks))
        if child.tag in html_tree.DROPPED:
            return []
        inlines = self._inline_element(child)
        name = self._name(child)
        lang = child.attributes.get("lang", "")
        if lang and inlines:
            return [span(inlines, name, (), [("lang", lang)])]
        return [anchor(name), *inlines] if name else inlines

    def _inline_element(self, element: Element) -> list[Inline]:
        tag = element.tag
        rules: dict[str, Callable[[Element], list[Inline]]] = {
            "br": lambda _: [LINE_BREAK],
            "img": self._image,
            "svg": self._drawing,
            "a": self._link,
            "math": self._math,
            "input": self._checkbox,
            **dict.fromkeys(("code", "tt", "samp"), self._code),
            **dict.fromkeys(WITH_ADDRESS, self._address),
            **dict.fromkeys(STYLES, self._styled),
        }
        if tag in rules:
            return rules[tag](element)
        inner = self.inlines(element.children)
        return [SPACE, *inner, SPACE] if tag in html_tree.BLOCKS and inner else inner

    def _styled(self, element: Element) -> list[Inline]:
        inner = self.inlines(element.children)
        if is_blank(inner):
            return inner
        kept = trimmed(inner)
        before = inner[: inner.index(kept[0])] if kept else []
        after = inner[len(before) + len(kept) :]
        wrap: Callable[[list[Inline]], Inline] = STYLES[element.tag]
        return [*before, wrap(kept), *after]

    def _code(self, element: Element) -> list[Inline]:
        if any(isinstance(child, Carried) for child in element.children):
            return self.inlines(element.children)
        text = " ".join(html_tree.text(element.children).split())
        return [code(text)] if text else []

    def _math(self, element: Element) -> list[Inline]:
        """MathML keeps its TeX in an annotation more often than not."""
        found = [one for one in _all(element.children, "annotation") if "tex" in one.attributes.get("encoding", "")]
        if found:
            return [
                formula(html_tree.text(found[0].children).strip(), display=element.attributes.get("display") == "block")
            ]
        return words(html_tree.text(element.children))

    def _checkbox(self, element: Element) -> list[Inline]:
        if element.attributes.get("type") != "checkbox":
            return words(element.attributes.get("value", ""))
        return [*words("[x]" if "checked" in element.attributes else "[\u00a0]"), SPACE]

    def _address(self, element: Element) -> list[Inline]:
        source = element.attributes.get("src") or element.attributes.get("data", "")
        inner = self.inlines(element.children)
        sources = elements(element.children, "source")
        source = source or (sources[0].attributes.get("src", "") if sources else "")
        if not re.match(r"(?:https?:)?//", source):
            return inner
        address = f"https:{source}" if source.startswith("//") else source
        shown = words(element.attributes.get("title", "")) or words(address)
        return [link(shown, address)]

    def _link(self, element: Element) -> list[Inline]:
        inner = self.inlines(element.children)
        target = self.target(element.attributes.get("href", ""))
        return [link(inner, target)] if target and not is_blank(inner) else inner

    def target(self, address: str) -> str:
        """Where a link of the page leads to; empty for what the thesis does not hold."""
        address = address.strip()
        if re.match(r"(?:https?|mailto|ftp|doi|tel):", address):
            return address
        path, _, fragment = unquote(address).partition("#")
        if not path:
            return f"#{identifier(self.page.docname, fragment)}" if fragment else ""
        near = (
            posixpath.normpath(posixpath.join(posixpath.dirname(self.page.docname), path))
            if not path.startswith("/")
            else path.lstrip("/")
        )
        docname = re.sub(r"\.(?:html?|md|ipynb|rst)$", "", near)
        return f"#{identifier(docname, fragment)}" if docname in self.page.env.all_docs else ""

    # Pictures

    def _image(self, element: Element) -> list[Inline]:
        source = element.attributes.get("src", "").strip()
        alt = " ".join(element.attributes.get("alt", "").split())
        pairs = [*([("alt", alt)] if alt else []), *_size(element)]
        if source.startswith("data:"):
            path = self._embedded(source)
            return [image(path, alt, pairs)] if path else words(alt)
        if re.match(r"(?:https?:)?//", source):
            return remote(self.page, f"https:{source}" if source.startswith("//") else source, alt, None)
        return local(self.page, unquote(source.partition("?")[0]), alt, pairs, None) if source else []

    def _embedded(self, source: str) -> str:
        match = _DATA.match(source)
        suffix = EXTENSIONS.get(match["type"].lower()) if match else None
        if not match or not suffix:
            return ""
        try:
            data = base64.b64decode(match["data"]) if match["base64"] else unquote_to_bytes(match["data"])
        except (binascii.Error, ValueError):
            return ""
        return self._written(data, suffix)

    def _drawing(self, element: Element) -> list[Inline]:
        """An SVG that stands in the page, as a file; symbols and icons are left out."""
        source = _markup(element)
        drawn = _all(element.children, *DRAWING)
        title = html_tree.text([*_all(element.children, "title", "desc")][:1])
        if "aria-hidden" in element.attributes or len(source) < SMALLEST_DRAWING or not drawn:
            return []
        alt = element.attributes.get("aria-label") or " ".join(title.split())
        return [
            image(
                self._written(clean(source).encode(), ".svg"), alt, [*([("alt", alt)] if alt else []), *_size(element)]
            )
        ]

    def _written(self, data: bytes, suffix: str) -> str:
        path = self.page.pictures / f"{hashlib.sha256(data).hexdigest()[:32]}{suffix}"
        if not path.exists():
            write(path, data)
        return str(path)

    def _name(self, element: Element) -> str:
        """The name of an element that has an id and has not been named before."""
        from docutils import nodes

        given = element.attributes.get("id") or (element.attributes.get("name", "") if element.tag == "a" else "")
        names = (
            self.page.identifiers(nodes.inline(ids=[given])) if given and not given.startswith(("T_", "level")) else []
        )
        return names[0] if names else ""


def _stands_alone(child: HtmlNode) -> bool:
    """Whether a child is a block: by its tag, or because it holds one."""
    if isinstance(child, str):
        return False
    if isinstance(child, Carried):
        return bool(child.blocks) or not child.inlines
    return (
        child.tag in html_tree.BLOCKS
        or child.tag in html_tree.DROPPED
        or (child.tag not in ("svg", "math") and any(_stands_alone(inner) for inner in child.children))
    )


def _all(children: Sequence[HtmlNode], *tags: str) -> list[Element]:
    found = []
    for child in children:
        if isinstance(child, Element):
            found += [child] if child.tag in tags else []
            found += _all(child.children, *tags)
    return found


def _markup(element: Element, *, top: bool = True) -> str:
    """An element as XML again; attributes that HTML writes in small letters get SVG's spelling back."""
    from xml.sax.saxutils import escape, quoteattr

    attributes = dict(element.attributes)
    if top:
        attributes.setdefault("xmlns", "http://www.w3.org/2000/svg")
        if "xlink:href" in _names(element):
            attributes.setdefault("xmlns:xlink", "http://www.w3.org/1999/xlink")
    inner = "".join(
        escape(child) if isinstance(child, str) else _markup(child, top=False)
        for child in element.children
        if not isinstance(child, Carried)
    )
    written = "".join(f" {_SVG_NAMES.get(name, name)}={quoteattr(clean(value))}" for name, value in attributes.items())
    tag = _SVG_NAMES.get(element.tag, element.tag)
    return f"<{tag}{written}>{inner}</{tag}>"


def _names(element: Element) -> set[str]:
    names = set(element.attributes)
    for child in element.children:
        if isinstance(child, Element):
            names |= _names(child)
    return names


_SVG_NAMES = {
    name.lower(): name
    for name in [
        "viewBox",
        "preserveAspectRatio",
        "gradientTransform",
        "gradientUnits",
        "clipPath",
        "clipPathUnits",
        "linearGradient",
        "radialGradient",
        "textPath",
        "markerWidth",
        "markerHeight",
        "markerUnits",
        "refX",
        "refY",
        "patternUnits",
        "patternContentUnits",
        "patternTransform",
        "textLength",
        "lengthAdjust",
        "startOffset",
        "foreignObject",
        "stdDeviation",
        "filterUnits",
        "feGaussianBlur",
        "feOffset",
        "feMerge",
        "feMergeNode",
        "feFlood",
        "feComposite",
        "feColorMatrix",
        "spreadMethod",
        "pathLength",
    ]
}


def _size(element: Element) -> list[tuple[str, str]]:
    """Width or height as pandoc writes them."""
    style = dict(
        part.split(":", 1) for part in element.attributes.get("style", "").replace(" ", "").split(";") if ":" in part
    )
    found = []
    for name in ("width", "height"):
        match = _LENGTH.match(element.attributes.get(name) or style.get(name, ""))
        if match:
            found.append((name, f"{match[1]}{match[2] or 'px'}"))
    return found


def _alignment(element: Element) -> Alignment:
    style = element.attributes.get("style", "").replace(" ", "")
    said = next(
        (name for name in ("left", "right", "center") if f"text-align:{name}" in style),
        element.attributes.get("align", "").lower(),
    )
    return ALIGNMENTS.get(said, "AlignDefault")


def _span(value: str) -> int:
    return max(1, min(int(value), 1000)) if value.isdigit() else 1


def _find_head(grid: Grid) -> None:
    """Rows of nothing but heads are the table's head; leading heads of all rows head the rows."""
    given = bool(grid.head)
    while not given and len(grid.body) > 1 and all(cell.head for cell in grid.body[0]):
        grid.head.append(grid.body.pop(0))
    leading = [next((at for at, cell in enumerate(row) if not cell.head), 0) for row in grid.body]
    grid.stubs = min(leading, default=0)


def _has_content(grid: Grid) -> bool:
    return any(cell.blocks for rows in (grid.head, grid.body, grid.foot) for row in rows for cell in row)


def _tight(blocks: list[Block]) -> list[Block]:
    """A lone paragraph is none."""
    return (
        [plain(blocks[0]["c"]), *blocks[1:]]
        if blocks and blocks[0]["t"] == "Para" and sum(block["t"] == "Para" for block in blocks) == 1
        else blocks
    )


def _without_doubled_gaps(inlines: list[Inline]) -> list[Inline]:
    found: list[Inline] = []
    for inline in inlines:
        if inline["t"] == "Space" and found and found[-1]["t"] in ("Space", "SoftBreak", "LineBreak"):
            continue
        found.append(inline)
    return found


def is_printable(html: str) -> bool:
    """Whether HTML holds anything that paper can show."""
    bare = re.sub(r"<(script|style|noscript|template)\b.*?(?:</\1\s*>|\Z)", "", html, flags=re.DOTALL | re.IGNORECASE)
    bare = re.sub(r"<!--.*?-->", "", bare, flags=re.DOTALL)
    if re.search(r"<(?:img|table|svg|iframe|video|audio|embed|object|input)\b", bare, re.IGNORECASE):
        return True
    return bool(re.sub(r"<[^>]*>|&nbsp;|\s", "", bare))
