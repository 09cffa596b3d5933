"""What the pages' script shows of findings and entries, in scripts: a browser lets no page on a disk fetch a file."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.editions.html.behind import look
from book.editions.html.generated import finding_row
from book.editions.html.provenance import FOLDER
from book.editions.html.words import edition_words
from book.project import write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sphinx.application import Sphinx

SCRIPT = "thesis-notes.js"
_MARKS = {"Emph": "em", "Strong": "strong", "Superscript": "sup", "Subscript": "sub"}
_QUOTES = {"SingleQuote": ("‘", "’"), "DoubleQuote": ("“", "”")}


def setup_scripts(app: Sphinx) -> None:
    """Load the script on every page, and write what it asks for when the pages are written."""
    app.add_js_file(SCRIPT, loading_method="defer", priority=900)
    app.connect("build-finished", _write)


def _write(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    for name, given in (("findings", _findings(app)), ("entries", entries(app))):
        path = Path(app.outdir) / FOLDER / f"{name}.js"
        content = f"thesisKnown({json.dumps(name)},{json.dumps(given, ensure_ascii=False, separators=(',', ':'), sort_keys=True)});\n"
        content = content.replace("\u2028", " ").replace("\u2029", " ")
        if given and not (path.is_file() and path.read_text(encoding="utf-8") == content):
            write(path, content)
        elif not given:
            path.unlink(missing_ok=True)


def _findings(app: Sphinx) -> dict[str, Any]:
    behind = look(app)
    if not behind.site.provenance or "findings" not in behind.site.pages:
        return {}
    words = edition_words(behind.site.language)
    rows = {
        name: _lean(finding_row(behind, name, str(app.config.root_doc)))
        for name in behind.findings
        if behind.uses.get(name)
    }
    said = {
        name: getattr(words, name)
        for name in ("cell", "claims", "close", "findings", "recorded", "unit", "used", "value")
    }
    return {"findings": rows, "words": said} if rows else {}


def _lean(row: dict[str, Any]) -> dict[str, Any]:
    """What the script shows."""
    return {name: value for name, value in row.items() if name != "value"}


def entries(app: Sphinx) -> dict[str, str]:
    """Markup of each entry that a bibliography lists, by its id on that page."""
    printed = getattr(app.env, "thesis_printed", None)
    if printed is None:
        return {}
    return {
        listing.anchors[key]: html_of(inlines).strip()
        for listing, said in printed.lists.values()
        if listing is not None
        for key, inlines in said
    }


def html_of(inlines: Sequence[Any]) -> str:
    """Pandoc's inlines as HTML; links lead to other sites alone."""
    return "".join(_html(inline) for inline in inlines)


def _html(inline: Any) -> str:
    kind, content = inline["t"], inline.get("c")
    if kind in _SAID:
        return _SAID[kind](content)
    inner = html_of(content) if isinstance(content, list) else ""
    return f"<{_MARKS[kind]}>{inner}</{_MARKS[kind]}>" if kind in _MARKS else inner


def _quoted(content: Any) -> str:
    before, after = _QUOTES[content[0]["t"]]
    return f"{before}{html_of(content[1])}{after}"


def _link(content: Any) -> str:
    address, words = str(content[2][0]), html_of(content[1])
    return f'<a href="{escape(address)}">{words}</a>' if address.startswith(("https://", "http://")) else words


def _span(content: Any) -> str:
    apart = {"csl-left-margin", "csl-block"} & set(content[0][1])
    return html_of(content[1]) + (" " if apart else "")


_SAID: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(("Space", "SoftBreak", "LineBreak"), lambda _content: " "),
    **dict.fromkeys(("RawInline", "Note"), lambda _content: ""),
    **dict.fromkeys(("Code", "Math"), lambda content: escape(str(content[1]), quote=False)),
    "Str": lambda content: escape(str(content), quote=False),
    "Quoted": _quoted,
    "Link": _link,
    "Span": _span,
}
"""How kinds of inlines are written that are not just marked."""
