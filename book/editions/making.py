"""Each edition by name, and how it is made from the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.editions.made import Made
from book.project import write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from book.document.reading import Document
    from book.project import Project
    from book.sources.gather import Sources

    Maker = Callable[[Document, Sources, Project, bool], Made]


def make_pdf_edition(document: Document, sources: Sources, project: Project, draft: bool) -> Made:
    """The PDF: one file, set by Typst or LaTeX."""
    from book.editions.pdf import make_pdf

    places = {page.docname: page.path for page in sources.contents.pages}
    result = make_pdf(
        document.parts, sources.config, project, draft=draft, macros=_macros(document), language=sources.config.language, sources=places,
    )  # fmt: skip
    path = project.edition("pdf")

    def bring_out() -> list[Path]:
        if result.data is None:
            return []
        if not path.exists() or path.read_bytes() != result.data:
            write(path, result.data)
        return [path]

    return Made("pdf", path, result.diagnostics, bring_out)


def _macros(document: Document) -> dict[str, object]:
    """The author's TeX macros, where Jupyter Book keeps them."""
    mathjax = document.app.config.mathjax3_config or {}
    return dict(mathjax.get("tex", {}).get("macros", {}))


def make_site(document: Document, _sources: Sources, project: Project, _draft: bool) -> Made:
    """The online edition: Jupyter Book's pages, made self-contained."""
    from book.editions.html import publish_site
    from book.editions.pages import write_pages

    outdir, diagnostics = write_pages(document, project)
    extra = {"thesis.pdf": project.edition("pdf")}
    executed = project.cache / "executed"
    for name in [name for names in document.app.config.thesis_site["downloads"].values() for name in names]:
        extra[name] = executed / name.removeprefix("_downloads/")

    def bring_out() -> list[Path]:
        there = {name: path for name, path in extra.items() if path.exists()}
        return [project.site / name for name in publish_site(outdir, project.site, there).files]

    return Made("html", project.site / "index.html", diagnostics, bring_out)


SITE = "html"
MAKERS: dict[str, Maker] = {"pdf": make_pdf_edition, SITE: make_site}
"""The editions in the order they are brought out: the site offers the PDF, and comes after it."""
