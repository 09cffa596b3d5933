"""The register of editions: what each is called, which file it is, who makes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from book.editions import making

if TYPE_CHECKING:
    from collections.abc import Callable

    from book.editions.made import Made
    from book.editions.material import Material


@dataclass(frozen=True, slots=True)
class Edition:
    """One form that a thesis can be read in."""

    name: str
    """What `--edition` calls it."""
    file: str
    """Where it stands below `_build`: the file, or the one that a reader of a folder opens."""
    make: Callable[[Material], Made]
    """Makes it."""
    about: str
    """What it is, in a line of the docs."""
    usual: bool = False
    """Whether a build makes it that is not told which."""
    in_sphinx: bool = False
    """Whether making it needs Sphinx, and so the thread that has read the pages."""


REGISTER = (
    Edition("pdf", "thesis.pdf", making.make_pdf_edition, "the printed thesis, set by Typst or LaTeX", usual=True),
    Edition("docx", "thesis.docx", making.make_docx_edition, "a Word file for those who comment on it"),
    Edition("epub", "thesis.epub", making.make_epub_edition, "a book for e-readers"),
    Edition("latex", "latex/main.tex", making.make_latex_edition, "a folder of LaTeX that compiles as it stands"),
    Edition("txt", "thesis.txt", making.make_txt_edition, "plain text"),
    Edition(
        "jats", "jats/thesis.xml", making.make_jats_edition, "JATS, the XML of journals and archives, with its pictures"
    ),
    Edition("html", "html/index.html", making.make_site, "the online edition", usual=True, in_sphinx=True),
)
"""Every edition, in the order in which they are brought out: the site offers the PDF, and comes last."""

EDITIONS: dict[str, Edition] = {edition.name: edition for edition in REGISTER}
"""The same by name."""
USUAL = tuple(sorted(edition.name for edition in REGISTER if edition.usual))
"""What a build makes that is not told which."""
NAMES = (*USUAL, *(edition.name for edition in REGISTER if not edition.usual))
"""All names, the usual ones first."""
