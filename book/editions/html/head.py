"""What a page says of itself to search engines, libraries and whoever shares it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from docutils import nodes

from book.editions.html.about import read_site
from book.editions.html.plain import plain_text, without_markup
from book.editions.html.structured import structured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

    from book.editions.html.about import Site

LENGTH = 200
"""Characters that a description has at most."""

_SKIPPED = (
    nodes.raw,
    nodes.comment,
    nodes.math_block,
    nodes.literal_block,
    nodes.footnote,
    nodes.table,
    nodes.figure,
    nodes.Invisible,
)


def setup_head(app: Sphinx) -> None:
    """Add meta tags to every page."""
    app.connect("html-page-context", _add_tags, priority=900)


def _add_tags(
    app: Sphinx, pagename: str, _templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    site = read_site(app.config)
    there = str(context.get("metatags") or "")
    heading = doctree.next_node(nodes.title) if doctree is not None else None
    title = plain_text(heading) if heading is not None else ""
    if title and "<math" in str(context.get("title")):
        context["title"] = escape(title)
    title = title or without_markup(str(context.get("title") or "")) or site.title
    said = (describe(doctree) if doctree is not None else "") or site.subtitle or site.title
    tags = [tag for tag in _tags(site, pagename, title, said, app) if not _stands(tag, there)]
    about = structured(app, site, pagename)
    context["metatags"] = (
        there
        + "".join(f"\n    {_tag(name, value)}" for name, value in tags)
        + (f"\n    {about}" if about else "")
        + "\n"
    )


def describe(doctree: nodes.document) -> str:
    """Give the first words of a page's text, cut at a word."""
    words: list[str] = []
    for paragraph in doctree.findall(nodes.paragraph):
        if not _belongs_to_the_text(paragraph):
            continue
        words += plain_text(paragraph).split()
        if sum(len(word) + 1 for word in words) > LENGTH:
            break
    text = " ".join(words)
    if len(text) <= LENGTH:
        return text
    return text[: LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:.\N{EN DASH}\N{EM DASH}") + "…"


def _belongs_to_the_text(node: nodes.Node | None) -> bool:
    while node is not None:
        if isinstance(node, _SKIPPED):
            return False
        node = node.parent
    return True


def _tags(site: Site, pagename: str, title: str, said: str, app: Sphinx) -> Iterator[tuple[str, str]]:
    """Name and value of each tag; Highwire's `citation_*` is what Google Scholar and Zotero read."""
    root = pagename == app.config.root_doc
    yield "description", said
    if site.keywords and root:
        yield "keywords", ", ".join(site.keywords)
    for name in site.authors:
        yield "author", name
    yield "citation_title", site.title
    for name in site.authors:
        yield "citation_author", name
    yield "citation_publication_date", site.published
    yield "citation_dissertation_institution", site.institution
    yield "citation_language", site.language
    if site.baseurl:
        yield "citation_fulltext_html_url", site.baseurl + app.builder.get_target_uri(pagename)
        if site.pdf:
            yield "citation_pdf_url", site.baseurl + site.pdf
    yield from _dublin_core(site, title, said, root=root)
    yield "og:title", title
    yield "og:type", "website" if root else "article"
    yield "og:description", said
    yield "og:site_name", site.title
    yield "og:locale", site.language.replace("-", "_")
    if site.baseurl:
        yield "og:url", site.baseurl + app.builder.get_target_uri(pagename)


def _dublin_core(site: Site, title: str, said: str, *, root: bool) -> Iterator[tuple[str, str]]:
    """What library catalogues harvest."""
    yield "DC.title", site.title if root else title
    for name in site.authors:
        yield "DC.creator", name
    yield "DC.description", said
    for word in site.keywords if root else ():
        yield "DC.subject", word
    yield "DC.publisher", site.institution
    yield "DC.date", site.published.replace("/", "-")
    yield "DC.type", "Text"
    yield "DC.format", "text/html"
    yield "DC.language", site.language
    yield "DC.rights", site.licence
    if not root:
        yield "DCTERMS.isPartOf", site.title


def _stands(tag: tuple[str, str], there: str) -> bool:
    """Whether the author, or another extension, says it already."""
    return not tag[1] or f'"{tag[0]}"' in there


def _tag(name: str, value: str) -> str:
    kind = "property" if name.startswith("og:") else "name"
    return f'<meta {kind}="{name}" content="{escape(value, quote=True)}" />'
