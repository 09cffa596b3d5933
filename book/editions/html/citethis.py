"""At the end of each page how to cite it, with files for programs that keep references."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util.osutil import relative_uri

from book.editions.html.about import read_site
from book.editions.html.citing import FORMATS, WRITERS, Cited, in_words
from book.editions.html.plain import plain_text
from book.editions.html.templating import render
from book.editions.html.words import edition_words
from book.project import write

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

FOLDER = "_downloads/cite"
"""Where the site keeps these files."""


def setup_cite_this(app: Sphinx) -> None:
    """Add the control when a page is written."""
    app.connect("html-page-context", _add, priority=850)


def _add(
    app: Sphinx, pagename: str, _templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    site = read_site(app.config)
    if doctree is None or not app.config.thesis_site or not site.authors or not site.title or "body" not in context:
        return
    cited = _cited(app, pagename)
    here = app.builder.get_target_uri(pagename)
    files = []
    for suffix, name in FORMATS:
        address = f"{FOLDER}/{pagename}.{suffix}"
        write(Path(app.outdir) / address, WRITERS[suffix](cited))
        files.append((name, relative_uri(here, address)))
    words = edition_words(site.language)
    context["body"] = str(context["body"]) + render("cite.html", words=words, said=in_words(cited), files=files)


def _cited(app: Sphinx, pagename: str) -> Cited:
    site = read_site(app.config)
    address = site.baseurl + app.builder.get_target_uri(pagename) if site.baseurl else ""
    if pagename == app.config.root_doc:
        return Cited(site, address=site.baseurl)
    title = app.env.titles.get(pagename)
    number = ".".join(map(str, (app.env.toc_secnumbers.get(pagename) or {}).get("") or ()))
    return Cited(site, plain_text(title) if title is not None else pagename, number, address)
