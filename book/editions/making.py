"""How each edition is made; whatever it needs is imported when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.editions.made import Made
from book.project import write

if TYPE_CHECKING:
    from pathlib import Path

    from book.editions.material import Material


def make_pdf_edition(material: Material) -> Made:
    """The PDF: one file, set by Typst or LaTeX."""
    from book.editions.pdf import make_pdf

    result = make_pdf(
        material.parts, material.config, material.project, draft=material.draft, macros=material.macros, language=material.language,
        sources=material.paths,
    )  # fmt: skip
    path = material.file("pdf")

    def bring_out() -> list[Path]:
        if result.data is None:
            return []
        if not path.exists() or path.read_bytes() != result.data:
            write(path, result.data)
        return [path]

    return Made("pdf", path, result.diagnostics, bring_out)


def make_docx_edition(material: Material) -> Made:
    """The Word file."""
    from book.editions.word.making import make_docx

    return make_docx(material)


def make_epub_edition(material: Material) -> Made:
    """The book for e-readers."""
    from book.editions.ebook.making import make_epub

    return make_epub(material)


def make_latex_edition(material: Material) -> Made:
    """The folder of LaTeX."""
    from book.editions.latex_folder import make_latex_folder

    return make_latex_folder(material)


def make_txt_edition(material: Material) -> Made:
    """Plain text."""
    from book.editions.plain_text import make_txt

    return make_txt(material)


def make_jats_edition(material: Material) -> Made:
    """The XML of journals and archives."""
    from book.editions.jats.making import make_jats

    return make_jats(material)


def make_site(material: Material) -> Made:
    """The online edition: Jupyter Book's pages, made self-contained; of a chapter alone one page that holds all it needs."""
    if material.alone:
        from book.editions.ebook.single import make_single_page

        return make_single_page(material)
    from book.editions.html import publish_site
    from book.editions.html.files import site_files
    from book.editions.pages import write_pages

    document, project = material.document, material.project
    outdir, diagnostics = write_pages(document, project)
    extra = {"thesis.pdf": project.edition("pdf")}
    executed = project.cache / "executed"
    for name in [name for names in document.app.config.thesis_site["downloads"].values() for name in names]:
        extra[name] = executed / name.removeprefix("_downloads/")
    extra |= site_files(document, project)

    def bring_out() -> list[Path]:
        there = {name: path for name, path in extra.items() if path.exists()}
        return [project.site / name for name in publish_site(outdir, project.site, there).files]

    return Made("html", project.site / "index.html", diagnostics, bring_out)


