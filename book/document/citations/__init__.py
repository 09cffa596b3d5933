"""Citations and bibliographies in any CSL style, formatted once for all editions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the configuration values, the roles' and directives' own parts, the events and the transform."""
    from book.document.citations.bibtex import (
        CiteDomain,
        CslBibliography,
        FootCite,
        FootCiteDomain,
        MendedCite,
        ReferToFootCitations,
    )
    from book.document.citations.collecting import collect, merge, purge
    from book.document.citations.printing import format_citations
    from book.document.citations.starting import start
    from book.document.citations.transform import PrintCitations

    app.setup_extension("sphinxcontrib.bibtex")
    app.add_config_value("thesis_csl", "none", "env", types=(str,))
    app.add_config_value("thesis_nocite", [], "", types=(list, tuple))
    app.add_config_value("thesis_cache", "", "", types=(str,))
    app.add_config_value("thesis_backlinks", ["html"], "", types=(list, tuple))
    app.add_domain(CiteDomain, override=True)
    app.add_domain(FootCiteDomain, override=True)
    app.add_role("cite", MendedCite(), override=True)
    app.add_role("footcite", FootCite(), override=True)
    app.add_directive("bibliography", CslBibliography, override=True)
    app.add_transform(ReferToFootCitations)
    app.add_post_transform(PrintCitations)
    app.connect("config-inited", start)
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", format_citations, priority=600)  # sphinxcontrib-bibtex comes at 500
    return {"version": "1", "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
