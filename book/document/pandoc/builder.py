"""Our Sphinx builder, and the way of a page into the Pandoc AST."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.builders import Builder
from sphinx.transforms.post_transforms import SphinxPostTransform

from book.document.pandoc.blocks import BLOCKS
from book.document.pandoc.html_rules import HtmlRules, is_printable
from book.document.pandoc.identifiers import identifier, with_identifiers
from book.document.pandoc.inlines import INLINES
from book.document.pandoc.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

    from book.diagnostics import Diagnostic
    from book.document.pandoc.ast import Block

NAME = "thesis"
"""The builder's name, to Sphinx and to MyST-NB."""

MIME_PRIORITY = (
    "application/vnd.thesis.finding+json",
    "application/vnd.thesis.table+json",
    "application/vnd.thesis.figure+json",
    "text/html",
    "image/svg+xml",
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/gif",
    "text/latex",
    "text/markdown",
    "text/plain",
)
"""Outputs that we can print, best first; HTML that prints nothing has been taken out before."""

POOR_HTML = (
    "xr-wrap",
    "sk-top-container",
    "sk-container",
    "plotly-graph-div",
    "bk-root",
    "data-bokeh",
    "vega-embed",
    "altair-viz",
    "jp-RenderedWidget",
)
"""Marks of HTML that lives on its scripts and styles, and that a picture or plain text says better."""

_NO_FORMULA = re.compile(r"\\begin\{(?:tabular|longtable|table|enumerate|itemize|description|verbatim|center)\b")
"""TeX that sets a table or a list, as R's and some other libraries' outputs do."""


class ThesisBuilder(Builder):
    """Resolves references to names that hold over the whole thesis; it writes nothing by itself."""

    name = NAME
    format = "pandoc"
    epilog = ""
    supported_image_types = ["image/svg+xml", "application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif"]  # noqa: RUF012
    supported_remote_images = True

    def get_outdated_docs(self) -> Iterator[str]:
        """None: the HTML builder has read all there is."""
        return iter(())

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:  # noqa: ARG002
        """A page's address, which `inlines.link_target` understands."""
        return f"%{docname}"

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:  # noqa: ARG002
        """The same from wherever one comes."""
        return self.get_target_uri(to)

    def prepare_writing(self, docnames: AbstractSet[str]) -> None:
        """Nothing to prepare."""

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        """Pages are written by `write_page`, not one file each."""

    def finish(self) -> None:
        """Nothing to finish."""


def write_page(
    doctree: nodes.document,
    *,
    docname: str,
    env: BuildEnvironment,
    level: int,
    kind: str,  # noqa: ARG001
    remarks: list[Diagnostic],
) -> list[Block]:
    """The whole page as Pandoc AST; what cannot be carried is added to `remarks`.

    `level` is that of the page's title: 1 for a chapter, 2 for a page within one. `kind` is the part's, for rules that differ by it.
    """
    page = Page(
        doctree,
        docname=docname,
        env=env,
        level=level,
        block_rules=BLOCKS,
        inline_rules=INLINES,
        html_reader=HtmlRules,
        remarks=remarks,
    )
    return with_identifiers(page.blocks(doctree.children), [identifier(docname)])


class DropUnprintable(SphinxPostTransform):
    """Take HTML that paper cannot show out of a cell's outputs where a picture or text says the same."""

    default_priority = 3  # MyST-NB chooses at 4
    formats = ("pandoc",)

    def run(self, **_kwargs: Any) -> None:
        """Look at each bundle of outputs."""
        for container in self.document.findall(nodes.container):
            if container.get("nb_element") == "mime_bundle":
                _drop_poor(container)


def _drop_poor(bundle: nodes.container) -> None:
    """Keep what prints best: pictures rather than HTML around them, HTML rather than TeX that is no formula."""
    offered = [child for child in bundle.children if isinstance(child, nodes.container)]
    kinds = [str(child.get("mime_type", "")) for child in offered]
    pictures = [kind for kind in kinds if kind.startswith("image/")]
    for child, kind in zip(offered, kinds, strict=True):
        others = [
            str(one.get("mime_type", ""))
            for one in bundle.children
            if one is not child and isinstance(one, nodes.container)
        ]
        poor_html = kind == "text/html" and (bool(pictures) or _is_poor(child.astext()))
        poor_tex = kind == "text/latex" and _NO_FORMULA.search(child.astext())
        if (poor_html or poor_tex) and any(other in MIME_PRIORITY for other in others):
            bundle.remove(child)


def _is_poor(html: str) -> bool:
    return any(mark in html for mark in POOR_HTML) or not is_printable(html)


def _prefer_printable(_app: Sphinx, config: Config) -> None:
    """Tell MyST-NB which outputs our builder takes."""
    ours = [(NAME, kind, rank) for rank, kind in enumerate(MIME_PRIORITY)]
    theirs = [one for one in config.nb_mime_priority_overrides if one[0] != NAME]
    config.nb_mime_priority_overrides = [*theirs, *ours]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the builder, its choice of outputs and its transform."""
    app.add_builder(ThesisBuilder)
    app.add_post_transform(DropUnprintable)
    app.connect("config-inited", _prefer_printable)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
