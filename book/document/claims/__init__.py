"""Claims: words of the text that hold under a condition, tested while their page is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from book.document.claims.nodes import ClaimDirective, add_nodes, read_spans
from book.document.claims.testing import CLAIMS, ClaimTest, LateClaims, outdated, say_late
from book.document.memory import keep_by_page

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register span and directive, their test, and what keeps pages up to date."""
    app.setup_extension("book.document.findings")
    app.connect("config-inited", read_spans)
    add_nodes(app)
    app.add_directive("claim", ClaimDirective)
    app.add_transform(ClaimTest)
    keep_by_page(app, CLAIMS)
    app.connect("env-get-outdated", outdated)
    app.connect("env-updated", say_late)
    app.add_post_transform(LateClaims)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
