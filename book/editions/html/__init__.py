"""The online edition: Jupyter Book's own pages, with everything they need on board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from book.editions.html.publish import SiteResult, publish_site

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["SiteResult", "publish_site", "setup"]


def setup(app: Sphinx) -> dict[str, Any]:
    """Set up the extension; `thesis_site` says what the pages tell about the thesis."""
    from book.editions.html.assets import setup_assets
    from book.editions.html.citethis import setup_cite_this
    from book.editions.html.discovery import setup_discovery
    from book.editions.html.downloads import setup_downloads
    from book.editions.html.finishing import setup_finishing
    from book.editions.html.formulas import setup_formulas
    from book.editions.html.generated import setup_generated
    from book.editions.html.head import setup_head
    from book.editions.html.leftovers import setup_leftovers
    from book.editions.html.opening import setup_opening
    from book.editions.html.provenance import setup_provenance
    from book.editions.html.remote import setup_remote
    from book.editions.html.scripts import setup_scripts
    from book.editions.html.search import setup_search
    from book.editions.html.searchindex import setup_search_index
    from book.editions.html.siteonly import setup_site_only
    from book.editions.html.sizes import setup_sizes

    app.add_config_value("thesis_site", {}, "html", dict)
    app.add_config_value("thesis_facts", {}, "", dict)
    setup_site_only(app)
    setup_provenance(app)
    setup_sizes(app)
    setup_generated(app)
    setup_scripts(app)
    setup_cite_this(app)
    setup_discovery(app)
    setup_finishing(app)
    setup_formulas(app)
    setup_assets(app)
    setup_head(app)
    setup_opening(app)
    setup_downloads(app)
    setup_remote(app)
    setup_search(app)
    setup_search_index(app)
    setup_leftovers(app)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
