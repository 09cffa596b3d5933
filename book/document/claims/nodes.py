"""Claims in a doctree: a span `[words]{.claim when="..."}`, or a passage in a `{claim}` directive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from book.document.foreign import as_class

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.application import Sphinx
    from sphinx.config import Config


class claim(nodes.inline):  # noqa: N801 - Sphinx names visitors after the class
    """Words that hold under the condition `when`."""


class claim_passage(nodes.container):  # noqa: N801
    """A passage that holds under the condition `when`."""


class ClaimDirective(SphinxDirective):
    """A passage that holds under the condition `:when:`."""

    has_content = True
    option_spec = {"when": directives.unchanged, "name": directives.unchanged, "class": directives.class_option}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """Put the passage into the text as if it stood there alone."""
        node = claim_passage("", classes=["claim", *self.options.get("class", ())], when=self.options.get("when", ""))
        node["block"] = self.block_text
        self.set_source_info(node)
        self.add_name(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


def read_spans(_app: Sphinx, config: Config) -> None:
    """Let MyST read spans with attributes, and keep the condition, which MyST would drop with every attribute it does not know."""
    from myst_parser.mdit_to_docutils.base import DocutilsRenderer

    if "myst_enable_extensions" in config:
        config.myst_enable_extensions = sorted({*(config.myst_enable_extensions or ()), "attrs_inline"})
    if DocutilsRenderer.render_span is not _render_span:
        global _theirs  # noqa: PLW0603
        _theirs = DocutilsRenderer.render_span
        DocutilsRenderer.render_span = _render_span


_theirs: Callable[..., None] = lambda *_given: None  # noqa: E731


def _render_span(renderer: Any, token: Any) -> None:
    """Render a span as MyST does; one of class `claim` becomes our node."""
    as_class(token.attrs)
    if "claim" not in str(token.attrs.get("class", "")).split():
        _theirs(renderer, token)
        return
    node = claim(when=str(token.attrs.get("when", "")))
    renderer.add_line_and_source_path(node, token)
    renderer.copy_attributes(token, node, ("class", "id"))
    with renderer.current_node_context(node, append=True):
        renderer.render_children(token)


def _visit_claim(translator: Any, node: claim) -> None:
    translator.body.append(translator.starttag(node, "span", "", **_shown(node)))


def _leave_claim(translator: Any, _node: claim) -> None:
    translator.body.append("</span>")


def _visit_passage(translator: Any, node: claim_passage) -> None:
    translator.body.append(translator.starttag(node, "div", **_shown(node)))


def _leave_passage(translator: Any, _node: claim_passage) -> None:
    translator.body.append("</div>\n")


def _shown(node: nodes.Element) -> dict[str, str]:
    """The condition for readers who point at a claim, or come to it with the keyboard; none in lists of contents and links."""
    said = str(node.get("said", ""))
    return {"title": said, "tabindex": "0", "role": "note"} if said and _stands_in_text(node) else {}


def _stands_in_text(node: nodes.Element) -> bool:
    above: Any = node.parent
    while above is not None:
        if isinstance(above, nodes.reference) or (isinstance(above, nodes.title) and not _titles(above.parent)):
            return False
        above = above.parent
    return True


def _titles(parent: Any) -> bool:
    return parent is not None and not isinstance(parent, nodes.document)


def add_nodes(app: Sphinx) -> None:
    """Tell Sphinx's builders of our nodes; those that write no HTML take them for what they are made of."""
    app.add_node(claim, html=(_visit_claim, _leave_claim))
    app.add_node(claim_passage, html=(_visit_passage, _leave_passage))
