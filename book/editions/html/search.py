"""Search that shows excerpts from a disk: the text of all pages in one script that the search page loads."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_BLOCKS = {"p", "li", "td", "th", "tr", "dt", "dd", "div", "section", "figcaption", "caption", "pre", "br"}
_BLOCKS |= {f"h{level}" for level in range(1, 7)}

Text = tuple[str, list[tuple[str, int, int]], list[tuple[str, int, int]]]
"""A page's words; id, start and end in them of each of its sections, and of each caption and entry of a bibliography."""


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
        self, app: Sphinx, pagename: str, _templatename: str, context: dict[str, Any], doctree: nodes.document | None
    ) -> None:
        """Read the words of one page from its HTML, with all numbers and citations in place."""
        if doctree is not None and pagename in app.env.found_docs:
            self.found[pagename] = read_text(str(context.get("body") or ""))

    def save(self, app: Sphinx, error: Exception | None) -> None:
        """Write the script; what an earlier build wrote of other pages stays."""
        if error or app.builder.format != "html" or not getattr(app.builder, "search", False):
            return
        path = Path(app.outdir) / TEXTS
        texts = {**_read(path), **self.found}
        self.found = {}
        pages = {name: texts[name] if name in texts else _from_page(app, name) for name in sorted(app.env.found_docs)}
        content = _START + json.dumps(pages, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + _END
        write(path, content.replace("\u2028", " ").replace("\u2029", " "))


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
        self.sections: list[tuple[str, int, int]] = []
        self.pieces_named: list[tuple[str, int, int]] = []
        self.float = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _BLOCKS:
            self._space()
        if tag in _VOID:
            return
        silent = tag in _SILENT or bool({"headerlink", CLASS} & set((given.get("class") or "").split()))
        self.silent += silent
        name = (given.get("id") or "") if tag == "section" or "csl-entry" in (given.get("class") or "").split() else ""
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
                (self.sections if opened == "section" else self.pieces_named).append((name, start, self.length))
            if opened == tag:
                break
        if tag in _BLOCKS:
            self._space()

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
    return found if isinstance(found, dict) else {}


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
