"""What only the site has: markup of ours, which no other edition prints and no search finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

CLASS = "thesis-site"
"""Class of the element around it."""


class site_only(nodes.General, nodes.Element):  # noqa: N801 - Sphinx names visitors after the class
    """Markup in `html`."""


def _visit(translator: Any, node: site_only) -> None:
    translator.body.append(node["html"])


def _leave(_translator: Any, _node: site_only) -> None:
    """Nothing stands in it."""


def setup_site_only(app: Sphinx) -> None:
    """Tell Sphinx's HTML builders of the node."""
    app.add_node(site_only, html=(_visit, _leave))
