"""What leads machines to the pages of a published site: a map of it, and a feed of its editions."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.editions.html.about import read_site
from book.editions.html.behind import Behind
from book.editions.html.generated import generated
from book.project import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docutils import nodes
    from sphinx.application import Sphinx

    from book.editions.html.about import Site

MAP, FEED = "sitemap.xml", "feed.xml"


@dataclass(frozen=True, slots=True)
class EditionEntry:
    """An edition that has been published."""

    version: str
    """What it is called: `v1.0`."""
    date: str
    """When it was published: `2026-05-31`."""
    address: str
    """Where it stands."""
    said: str = ""
    """What has changed in it, in a sentence."""


def setup_discovery(app: Sphinx) -> None:
    """Write both where the site's address is known: neither can do without."""
    app.connect("html-page-context", _link, priority=910)
    app.connect("build-finished", _write)


def sitemap(addresses: Sequence[str]) -> str:
    """The map of a site, by the protocol of sitemaps.org."""
    listed = "".join(f"  <url><loc>{escape(address)}</loc></url>\n" for address in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{listed}</urlset>\n'


def feed(site: Site, editions: Sequence[EditionEntry]) -> str:
    """The editions of a thesis as an Atom feed, the newest first."""
    newest = sorted(editions, key=lambda one: one.date, reverse=True)
    entries = "".join(
        f"  <entry>\n    <title>{escape(f'{site.title}, {one.version}'.rstrip(', '))}</title>\n    <id>{escape(one.address)}</id>\n"
        f'    <link href="{escape(one.address)}"/>\n    <updated>{_moment(one.date)}</updated>\n'
        f"    <summary>{escape(one.said or site.subtitle or site.title)}</summary>\n  </entry>\n"
        for one in newest
    )
    authors = "".join(f"  <author><name>{escape(name)}</name></author>\n" for name in site.authors)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{escape(site.language)}">\n'
        f"  <title>{escape(site.title)}</title>\n  <id>{escape(site.baseurl)}</id>\n"
        f'  <link rel="self" href="{escape(site.baseurl + FEED)}"/>\n  <link href="{escape(site.baseurl)}"/>\n'
        f"  <updated>{_moment(newest[0].date if newest else '')}</updated>\n{authors}{entries}</feed>\n"
    )


def editions_of(site: Site, given: Sequence[dict[str, Any]]) -> list[EditionEntry]:
    """What publishing knows of editions; before the first one, the site as it stands, where it is dated."""
    found = [
        EditionEntry(str(one["version"]), str(one["date"]), str(one["address"]), str(one.get("said") or ""))
        for one in given
    ]
    if not found and site.published:
        found = [EditionEntry("", site.published.replace("/", "-"), site.baseurl)]
    return found


def _moment(date: str) -> str:
    """A date as Atom wants it: whole, and with a time."""
    year, month, day = (*date.split("-"), "", "", "")[:3]
    return f"{year or '1980'}-{month or '01'}-{day[:2] or '01'}T00:00:00Z"


def _link(
    app: Sphinx, _pagename: str, _templatename: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    site = read_site(app.config)
    if _wanted(app, site):
        link = f'\n    <link rel="alternate" type="application/atom+xml" title="{escape(site.title)}" href="{context["pathto"](FEED, 1)}" />\n'
        context["metatags"] = str(context.get("metatags") or "") + link


def _wanted(app: Sphinx, site: Site) -> bool:
    return bool(app.config.thesis_site and site.baseurl)


def _write(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    site, out = read_site(app.config), Path(app.outdir)
    if not _wanted(app, site):
        for name in (MAP, FEED):
            (out / name).unlink(missing_ok=True)
        return
    behind = Behind(app)
    names = [*behind.order, *(page.name for page in generated(behind))]
    root = str(app.config.root_doc)
    write(
        out / MAP,
        sitemap([site.baseurl + ("" if name == root else app.builder.get_target_uri(name)) for name in names]),
    )
    write(out / FEED, feed(site, editions_of(site, app.config.thesis_site.get("editions") or ())))
