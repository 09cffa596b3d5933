"""The first page says whose thesis this is, what is in it and how to cite it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes

from book.editions.html.about import read_site
from book.editions.html.plain import plain_text, without_markup
from book.editions.html.words import site_words

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from book.editions.html.about import Site

TEMPLATE = "opening.html"
ENOUGH = 60
"""Letters and digits by which a text is recognised on the page."""

_HEADING = re.compile(r"<h1\b.*?</h1>\s*", re.DOTALL)


def setup_opening(app: Sphinx) -> None:
    """Put the block on the first page, which Sphinx writes anew with any other."""
    app.connect("html-page-context", _open, priority=800)


def _open(
    app: Sphinx, pagename: str, _templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if pagename != app.config.root_doc or doctree is None or not app.config.thesis_site or "body" not in context:
        return
    site = read_site(app.config)
    body = str(context["body"])
    missing = _missing(app, site, _squeezed(without_markup(body)))
    if not any(missing.values()):
        return
    said = {"words": site_words(site.language), "licence": site.licence if missing["citation"] else ""}
    block = app.builder.templates.render(TEMPLATE, {**missing, **said})
    heading = _HEADING.search(body)
    place = heading.end() if heading and not missing["title"] else heading.start() if heading else 0
    context["body"] = body[:place] + block + body[place:]


def _missing(app: Sphinx, site: Site, there: str) -> dict[str, Any]:
    """Find what the page does not show already."""
    page = page_of(app, site.abstract)
    abstract = _text_of(app, page) if page else site.abstract
    given: dict[str, Any] = {
        "title": site.title,
        "subtitle": site.subtitle,
        "author": site.author,
        "abstract": abstract,
        "citation": "" if _cites(site, there) else site.cited,
    }
    missing = {name: "" if _squeezed(text)[:ENOUGH] in there else text for name, text in given.items()}
    missing["abstract"] = [part for part in re.split(r"\n\s*\n", str(missing["abstract"])) if part.strip()]
    missing["keywords"] = ", ".join(site.keywords) if missing["abstract"] else ""
    missing["date"] = site.date if missing["author"] else ""
    return missing


def _cites(site: Site, there: str) -> bool:
    """Whether the page has a passage of its own on how to cite; the words that we make up are then not needed."""
    return not site.citation and any(
        _squeezed(words) in there for words in (site_words(site.language).cite, "How to cite")
    )


def page_of(app: Sphinx, abstract: str) -> str:
    """Give the page that an abstract is the name of; empty where it is the text itself."""
    for name in (abstract, abstract.rpartition(".")[0]):
        if name and name in app.env.found_docs:
            return name
    return ""


def _text_of(app: Sphinx, docname: str) -> str:
    """Give the paragraphs of a page, with findings and citations as they stand there."""
    doctree = app.env.get_and_resolve_doctree(docname, app.builder)
    return "\n\n".join(plain_text(node) for node in doctree.findall(nodes.paragraph))


def _squeezed(text: str) -> str:
    """Letters and digits alone: quotation marks and spaces may differ between a setting and the page."""
    return re.sub(r"[\W_]+", "", text).lower()
