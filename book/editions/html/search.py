"""Search that shows excerpts from a disk: the text of all pages in one script that the search page loads."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.editions.html.behind import look
from book.editions.html.generated import generated
from book.editions.html.siteonly import CLASS
from book.project import write

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

TEXTS = "searchtext.js"
"""The script with the text of all pages, beside Sphinx's `searchindex.js`."""
SCRIPT = "thesis-search.js"
"""What shows the excerpts."""

_START, _END = "thesisTexts(", ");\n"
_SILENT = frozenset(["script", "style", "annotation", "button", "nav", "head"])
_UNSAID = frozenset({"headerlink", CLASS, "list-of-tables", "list-of-figures"})
"""Classes of what is no text of its page: captions are found where they stand, not in lists of them."""
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_BLOCKS = {"p", "li", "td", "th", "tr", "dt", "dd", "div", "section", "figcaption", "caption", "pre", "br"}
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_BLOCKS |= _HEADINGS
_NAMED = frozenset({"section", "dt", "tr"})
"""Elements whose id is a place to go to."""

Part = tuple[str, int, int, int]
"""Id of a part of a page; where it begins and ends in the page's words, and where its heading ends."""
Text = tuple[str, list[Part], list[Part]]
"""A page's words; its sections in them; and what is found by itself: captions, entries of a bibliography, terms, rows with a name."""
TEXT, PART = 3, 4
"""How many things stand in each."""


def setup_search(app: Sphinx) -> None:
    """Gather texts while pages are written; keep those of pages that are not."""
    texts = Texts()
    app.connect("html-page-context", texts.take, priority=900)
    app.connect("html-page-context", _load_on_search_page, priority=980)
    app.connect("build-finished", texts.save)


class Texts:
    """Texts of the pages that this build writes."""

    def __init__(self) -> None:
        self.found: dict[str, Text] = {}

    def take(
        self, app: Sphinx, pagename: str, _templatename: str, context: dict[str, Any], _doctree: nodes.document | None
    ) -> None:
        """Read the words of one page from its HTML, with all numbers and citations in place."""
        if pagename in _pages(app):
            self.found[pagename] = read_text(str(context.get("body") or ""))

    def save(self, app: Sphinx, error: Exception | None) -> None:
        """Write the script; what an earlier build wrote of other pages stays."""
        if error or app.builder.format != "html" or not getattr(app.builder, "search", False):
            return
        path = Path(app.outdir) / TEXTS
        texts = {**_read(path), **self.found}
        self.found = {}
        pages = {name: texts[name] if name in texts else _from_page(app, name) for name in sorted(_pages(app))}
        content = _START + json.dumps(pages, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + _END
        write(path, content.replace("\u2028", " ").replace("\u2029", " "))


def _pages(app: Sphinx) -> set[str]:
    """What can be found: the author's pages, and those of the site that its navigation names."""
    return {*app.env.found_docs, *(page.name for page in generated(look(app)) if page.listed)}


def read_text(html: str) -> Text:
    """Give the words of a piece of HTML and where its sections begin and end in them."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.result()


class _Reader(HTMLParser):
    """Collects words; one space between blocks, nothing from scripts and permanent links."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str, int, bool]] = []
        self.pieces: list[str] = []
        self.length = 0
        self.silent = 0
        self.sections: list[Part] = []
        self.pieces_named: list[Part] = []
        self.headings: dict[int, int] = {}
        self.float = ""
        self.term = -1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _BLOCKS:
            self._space()
        if tag in _VOID:
            return
        silent = tag in _SILENT or bool(_UNSAID & set((given.get("class") or "").split()))
        self.silent += silent
        name = (given.get("id") or "") if tag in _NAMED or "csl-entry" in (given.get("class") or "").split() else ""
        if tag in ("figure", "table"):
            self.float = given.get("id") or ""
        elif tag in ("figcaption", "caption"):
            name = self.float
        self.open.append((tag, name, self.length, silent))

    def handle_endtag(self, tag: str) -> None:
        if not any(tag == opened[0] for opened in self.open):
            return
        while self.open:
            opened, name, start, silent = self.open.pop()
            self.silent -= silent
            if name:
                part = (name, start, self.length, self.headings.pop(len(self.open), self.length))
                (self.sections if opened == "section" else self.pieces_named).append(part)
            self._close(opened, name)
            if opened == tag:
                break
        if tag in _BLOCKS:
            self._space()

    def _close(self, tag: str, name: str) -> None:
        """Note where the heading of a section or of a row ends; a term goes on to the end of what is said of it."""
        above = next((place for place in reversed(range(len(self.open))) if self.open[place][0] in ("section", "tr")), -1)
        if above >= 0 and (tag in _HEADINGS or (tag == "th" and self.open[above][0] == "tr")):
            self.headings.setdefault(above, self.length)
        if tag == "dd" and self.term == len(self.pieces_named):
            term, start, _, end = self.pieces_named[-1]
            self.pieces_named[-1] = (term, start, self.length, end)
        if tag == "dt":
            self.term = len(self.pieces_named) if name else -1

    def handle_data(self, data: str) -> None:
        if not self.silent:
            words = " ".join(data.split())
            if words and data[:1].isspace():
                self._space()
            self._add(words)
            if data[-1:].isspace():
                self._space()

    def result(self) -> Text:
        return "".join(self.pieces).rstrip(), sorted(self.sections, key=lambda section: section[1]), self.pieces_named

    def _space(self) -> None:
        if self.pieces and not self.pieces[-1].endswith(" "):
            self._add(" ")

    def _add(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.length += len(text.encode("utf-16-le")) // 2


def _read(path: Path) -> dict[str, Text]:
    """Take what an earlier build wrote; nothing where that is missing or not ours."""
    try:
        content = path.read_text(encoding="utf-8")
        found = json.loads(content.removeprefix(_START).removesuffix(_END))
    except (OSError, ValueError):
        return {}
    return {name: text for name, text in found.items() if _is_text(text)} if isinstance(found, dict) else {}


def _is_text(text: Any) -> bool:
    """Whether an earlier release did not write it otherwise."""
    return len(text) == TEXT and all(len(part) == PART for parts in text[1:] for part in parts)


def _from_page(app: Sphinx, docname: str) -> Text:
    """Read the text of a page that was written before we kept texts."""
    path = Path(app.builder.get_outfilename(docname))  # type: ignore[attr-defined]
    try:
        html = path.read_text(encoding="utf-8")
    except OSError:
        return "", [], []
    start = html.find('<article class="bd-article"')
    return read_text(html[start : html.find("</article>", start)] if start >= 0 else "")


def _load_on_search_page(
    app: Sphinx, pagename: str, _templatename: str, _context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    """Show excerpts where results are: on the search page, or everywhere if the theme searches while one types."""
    options = app.config.html_theme_options or {}
    if pagename == "search" or options.get("search_as_you_type"):
        app.add_js_file(SCRIPT, loading_method="defer", priority=900)
