"""The site, page by page, as its reader finds it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from book.checks.editions.reading.piece import Link, Page, Piece, Run, bare

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BLOCKS = frozenset(
    {
        "p", "div", "section", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "table", "figure", "figcaption",
        "aside", "details", "summary", "hr", "article", "header", "footer", "address", "main", "center", "label", "body",
        "h1", "h2", "h3", "h4", "h5", "h6", "caption", "fieldset", "form",
    }
)  # fmt: skip
"""Elements that begin a paragraph of their own."""
NOT_SAID = frozenset(
    {
        "script", "style", "nav", "button", "noscript", "template", "svg", "iframe", "video", "audio", "object", "embed",
        "canvas", "input", "select", "textarea", "colgroup", "dialog", "head", "map",
    }
)  # fmt: skip
"""Elements whose text is no part of what is printed."""
ONLY_HERE = frozenset(
    {
        "headerlink", "citation-backlinks", "toctree-wrapper", "fn-bracket", "linenos", "lineno", "viewcode-link",
        "list-of-tables", "list-of-figures", "list-of-listings", "sd-tab-label-hidden", "hide", "MathJax_Preview",
        "sd-d-none", "thebe-launch-button", "copybtn", "prev-next-area", "sr-only", "visually-hidden",
        "tag_remove-cell", "output_javascript", "widget-area", "jupyter-widgets", "bk-root", "vega-embed",
        "genindex-jumpbox", "indextable", "colon", "contents", "topic-contents", "thesis-opening", "thesis-site",
    }
)  # fmt: skip
"""Classes of what only the site has: what one clicks on."""
CODE = frozenset({"code", "kbd", "samp", "tt"})
"""Elements whose text is quoted letter by letter."""
ADDRESSED = frozenset({"iframe", "video", "audio", "object", "embed"})
"""Elements of which paper has the name or the address."""
SHORTENED = frozenset({"github", "gitlab", "bitbucket"})
"""Classes of links whose address the theme shortens."""
SPANS = {
    "finding": "finding",
    "citation": "citation",
    "std-numref": "reference",
    "std-ref": "reference",
    "eqref": "reference",
}
"""Class of an element -> what its text is."""
FILE = re.compile(r"^\S*[/\\]\S*$|\.(?:png|jpe?g|svg|gif|webp|pdf)$", re.IGNORECASE)
"""What Sphinx puts where an author gives no alternative text."""
HEADING = re.compile(r"h[1-6]$")
WORD = re.compile(r"[^\W_]")
"""What a link says that is meant to be followed; a sign with a title, as lists of contributors have, is there to be pointed at."""
REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
"""How the address of a picture on another host begins."""


def read_page(path: Path, name: str) -> Page:
    """Take one page of the site apart."""
    from lxml import etree, html

    try:
        tree = html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    except (OSError, ValueError, etree.LxmlError):
        return Page(name)
    ids = frozenset(str(value) for value in tree.xpath("//@id | //a/@name"))
    links = tuple(_links(tree))
    article = next(iter(tree.xpath("//article") or tree.xpath("//*[@role='main']")), None)
    keys = tuple(
        str(one.get("id"))
        for one in tree.iter("div", "li", "dd", "dt")
        if "csl-entry" in classes_of(one) and one.get("id")
    )
    remote = tuple(_remote(tree))
    if article is None:
        return Page(name, links=links, ids=ids, remote=remote)
    reader = PageReader(article)
    reader.read()
    first = next((piece for piece in reader.flow if piece.kind == "heading"), Piece("heading"))
    return Page(name, first.title, first.number, tuple(reader.flow), tuple(reader.notes), tuple(reader.pictures), links, ids, keys, remote)  # fmt: skip


def _links(tree: Any) -> list[Link]:
    found: dict[str, Link] = {}
    for element in tree.iter("a"):
        target = element.get("href") or ""
        if target and target not in found and not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", target):
            said = " ".join((element.text_content() or "").split())[:80]
            sign = element.get("title") and said and not WORD.search(said) and "reference" not in classes_of(element)
            if sign and target.startswith("#"):
                continue  # a list of contributors points at what each has done by a sign
            found[target] = Link(target, said, element.sourceline or 0)
    return list(found.values())


def _remote(tree: Any) -> list[str]:
    """Addresses on other hosts that a browser asks for when it opens the page."""
    found = []
    for element in tree.iter("script", "link", "img", "iframe", "source", "video", "audio", "embed", "object"):
        if element.tag == "link" and not {"stylesheet", "preload", "icon", "modulepreload"} & set(
            (element.get("rel") or "").split()
        ):
            continue
        address = (
            element.get("src") or element.get("data") or (element.get("href") if element.tag == "link" else "") or ""
        )
        if REMOTE.match(address):
            found.append(address)
    return list(dict.fromkeys(found))


def is_note(tag: str, classes: set[str]) -> bool:
    """Whether an element holds footnotes, which are read where they are referred to, or parts them from the text."""
    return tag == "hr" or "footnote-list" in classes or (tag in {"aside", "dl"} and "footnote" in classes)


def classes_of(element: Any) -> set[str]:
    """Classes of an element."""
    return set((element.get("class") or "").split())


class PageReader:
    """Walks over an article, or a page of a book, once."""

    def __init__(self, article: Any) -> None:
        self.article = article
        self.flow: list[Piece] = []
        self.notes: list[Piece] = []
        self.pictures: list[Piece] = []
        self.runs: list[Run] = []
        self.kind = "text"
        self.line = 0
        self.targets = {str(one.get("id")): one for one in article.iter("aside", "div", "dd") if one.get("id")}
        self.noted: set[str] = set()

    def read(self) -> None:
        """Read everything, then the notes that nobody refers to."""
        self.block(self.article)
        self.flush()

    def say(self, text: str | None, kind: str) -> None:
        """Go on with the text."""
        if text:
            if self.runs and self.runs[-1].kind == kind:
                self.runs[-1] = Run(self.runs[-1].text + text, kind)
            else:
                self.runs.append(Run(text, kind))

    def flush(self) -> None:
        """End the piece that is being read."""
        runs, self.runs = self.runs, []
        if any(run.text.strip() for run in runs):
            self.flow.append(Piece(self.kind, tuple(runs), line=self.line))

    def inside(self, element: Any, span: str) -> None:
        """All that stands in an element, its tail aside."""
        self.say(element.text, span)
        for child in element:
            if isinstance(child.tag, str):
                self.element(child, span)
            self.say(child.tail, span)

    def block(self, element: Any, kind: str | None = None) -> None:
        """Read an element as a piece of its own."""
        self.flush()
        before = self.kind, self.line
        self.kind, self.line = kind or self.kind, element.sourceline or 0
        self.inside(element, "")
        self.flush()
        self.kind, self.line = before

    def apart(self, element: Any, kind: str) -> Piece:
        """The whole text of an element as one piece, its pictures and notes where they belong."""
        inner = type(self)(element)
        inner.targets, inner.noted, inner.kind = self.targets, self.noted, kind
        inner.block(element)
        self.notes += inner.notes
        self.pictures += inner.pictures
        runs: list[Run] = []
        for piece in inner.flow:
            cells = [cell for row in piece.rows for cell in row]
            for part in (piece, *cells):
                runs += [*([Run(" ")] if runs and part.runs else []), *part.runs]
        return Piece(kind, tuple(runs), line=element.sourceline or 0)

    def element(self, element: Any, span: str) -> None:
        """Read one element, its tail aside."""
        tag, classes = element.tag, classes_of(element)
        if tag in ADDRESSED:
            self.say(f" {element.get('title') or element.get('src') or element.get('data') or ''} ", "optional")
        if tag == "input" and element.get("type") == "checkbox":
            self.say("[x] " if element.get("checked") is not None else "[ ] ", span)
        if tag in NOT_SAID or classes & ONLY_HERE or element.get("hidden") is not None or is_note(tag, classes):
            return
        rule = self.rule(element, tag, classes)
        if rule is not None:
            rule(element, span)
        elif tag in BLOCKS:
            self.block(element)
        else:
            kind = next((SPANS[name] for name in classes if name in SPANS), span)
            if not kind:
                kind = "code" if tag in CODE else "link" if tag == "a" and "internal" in classes else ""
            self.inside(element, kind)

    def rule(self, element: Any, tag: str, classes: set[str]) -> Callable[[Any, str], None] | None:
        """What is read in a way of its own, by its tag or by its class."""
        if tag == "a" and ("footnote-reference" in classes or element.get("role") == "doc-noteref"):
            return self.mark
        if tag == "a" and classes & SHORTENED:
            return self.address
        if HEADING.match(tag):
            return self.heading
        if tag in {"div", "span"} and "math" in classes:
            return self.maths
        by_tag = {
            "table": self.table, "math": self.formula, "img": self.picture, "br": self.line_end, "pre": self.listed,
            "abbr": self.abbreviation, "figcaption": self.caption,
        }  # fmt: skip
        by_class = {
            "caption": self.caption, "code-block-caption": self.caption, "legend": self.legend, "csl-entry": self.entry,
        }  # fmt: skip
        if "caption-number" in classes and self.kind == "caption":
            return self.caption_number
        return by_tag.get(tag) or next((by_class[name] for name in classes if name in by_class), None)

    def mark(self, element: Any, _span: str) -> None:
        """Read the note of a mark."""
        self.note((element.get("href") or "").removeprefix("#"))

    def address(self, element: Any, _span: str) -> None:
        """Say the address of a link whose words the theme shortens."""
        self.say(element.get("href") or "", "link")

    def line_end(self, _element: Any, span: str) -> None:
        """End a line."""
        self.say("\n", span)

    def listed(self, element: Any, _span: str) -> None:
        """Read a listing as a piece."""
        self.flush()
        self.flow.append(self.listing(element))

    def abbreviation(self, element: Any, span: str) -> None:
        """Say what an abbreviation stands for, which paper says once."""
        self.inside(element, span)
        self.say(f" ({element.get('title') or ''})", "optional")

    def caption(self, element: Any, _span: str) -> None:
        """Read a caption."""
        self.block(element, "caption")

    def caption_number(self, element: Any, span: str) -> None:
        """Say a caption's number without its full stop."""
        self.say((element.text_content() or "").strip().rstrip(".:") + " ", span)

    def legend(self, element: Any, _span: str) -> None:
        """Read what stands below a figure."""
        self.block(element, "text")

    def entry(self, element: Any, _span: str) -> None:
        """Read an entry of the bibliography."""
        self.flush()
        self.flow.append(self.apart(element, "entry"))

    def listing(self, element: Any) -> Piece:
        """Lines of code or output."""
        text = "".join(element.itertext()).strip("\n")
        cell = any("cell_input" in classes_of(above) for above in element.iterancestors("div"))
        return Piece("code", (Run(text, "input" if cell else ""),), line=element.sourceline or 0)

    def heading(self, element: Any, _span: str) -> None:
        """Read a heading, its number apart."""
        self.flush()
        numbered = next(iter(element.xpath(".//span[contains(@class, 'section-number')]")), None)
        number = "" if numbered is None else (numbered.text_content() or "").strip().rstrip(".")
        whole = self.apart(element, "heading")
        said = whole.text.strip()
        title = said.removeprefix((numbered.text_content() or "").strip()).strip() if numbered is not None else said
        runs = (*((Run(number + " "),) if number else ()), Run(title))
        self.flow.append(replace(whole, runs=runs, number=number, title=title))

    def maths(self, element: Any, _span: str) -> None:
        """Read a formula, displayed or not."""
        shown = element.tag == "div"
        number = "".join("".join(one.itertext()) for one in element.xpath(".//span[contains(@class, 'eqno')]"))
        said = next(element.iter("math"), None)
        if said is not None:
            tex = tex_of(said)
        else:
            text = "".join(element.itertext())
            tex = bare(re.sub(r"\\[\[\]()]", "", text.replace(number, "", 1) if number else text))
        if not tex.strip():
            return
        if not shown:
            self.say(f" {tex.strip()} ", "formula")
            return
        self.flush()
        number = number.replace("#", "").replace("¶", "").strip()
        self.flow.append(Piece("equation", (Run(f" {tex.strip()} ", "formula"),), number, line=element.sourceline or 0))

    def formula(self, element: Any, _span: str) -> None:
        """Say a formula."""
        self.say(f" {tex_of(element).strip()} ", "formula")

    def picture(self, element: Any, _span: str) -> None:
        """Note an alternative text."""
        said = " ".join((element.get("alt") or "").split())
        address = element.get("src") or ""
        if REMOTE.match(address):  # paper never fetches it, and prints its words or its address
            self.say(f" {said or address} ", "optional")
        elif said and not FILE.search(said):
            self.pictures.append(Piece("picture", (Run(said),), line=element.sourceline or 0))

    def note(self, identifier: str) -> None:
        """Read a note where it is first referred to."""
        found = self.targets.get(identifier)
        if found is None or identifier in self.noted:
            return
        self.noted.add(identifier)
        inner = type(self)(found)
        inner.targets, inner.noted, inner.kind = self.targets, self.noted, "note"
        for child in found:
            if isinstance(child.tag, str) and not ({"label", "fn-backref"} & classes_of(child)):
                inner.element(child, "")
        inner.flush()
        runs: list[Run] = []
        for piece in inner.flow:
            runs += [*([Run(" ")] if runs else []), *piece.runs]
        self.notes += [Piece("note", tuple(runs), line=found.sourceline or 0), *inner.notes]
        self.pictures += inner.pictures

    def table(self, element: Any, _span: str) -> None:
        """Read a table, cell by cell."""
        self.flush()
        caption = next((one for one in element if one.tag == "caption"), None)
        if caption is not None:
            self.block(caption, "caption")
        rows: list[tuple[Piece, ...]] = []
        heads = 0
        for row in element.iter("tr"):
            if next(row.iterancestors("table")) is not element:
                continue
            cells = tuple(self.apart(cell, "cell") for cell in row if cell.tag in {"td", "th"})
            if any(cell.text.strip() for cell in cells):
                heads += any(above.tag == "thead" for above in row.iterancestors())
                rows.append(cells)
        if rows:
            self.flow.append(Piece("table", rows=tuple(rows), heads=heads, line=element.sourceline or 0))


def tex_of(element: Any) -> str:
    """The TeX that a formula was made of, else its characters."""
    for said in element.iter("annotation"):
        if "tex" in (said.get("encoding") or ""):
            return bare(said.text or "")
    return "".join(element.itertext())
