"""What leads machines to the pages of a site: a map of it. The feed of editions stands above all of them, where they are published."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from book.editions.html.about import read_site
from book.editions.html.behind import look
from book.editions.html.generated import generated
from book.project import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx.application import Sphinx

    from book.editions.html.about import Site

MAP = "sitemap.xml"


def setup_discovery(app: Sphinx) -> None:
    """Write the map where the site's address is known: it cannot do without."""
    app.connect("build-finished", _write)


def sitemap(addresses: Sequence[str]) -> str:
    """The map of a site, by the protocol of sitemaps.org."""
    listed = "".join(f"  <url><loc>{escape(address)}</loc></url>\n" for address in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{listed}</urlset>\n'


def _wanted(app: Sphinx, site: Site) -> bool:
    return bool(app.config.thesis_site and site.baseurl)


def _write(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    site, out = read_site(app.config), Path(app.outdir)
    if not _wanted(app, site):
        (out / MAP).unlink(missing_ok=True)
        return
    behind = look(app)
    names = [*behind.order, *(page.name for page in generated(behind))]
    root = str(app.config.root_doc)
    write(
        out / MAP,
        sitemap([site.baseurl + ("" if name == root else app.builder.get_target_uri(name)) for name in names]),
    )
