"""Pages below a chapter (`sections:` in `_toc.yml`): sections of it in every edition, not chapters of their own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import write_thesis
from lxml import etree
from materials import style_of, text_of, unpacked, words
from pypdf import PdfReader

from book.workflow import build

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FILES = {
    "_config.yml": "title: T\nauthor: A\nonly_build_toc_files: true\n",
    "_toc.yml": "format: jb-book\nroot: index\nparts:\n- numbered: 3\n  chapters:\n  - file: one\n    sections:\n    - file: sub\n      sections:\n      - file: subsub\n  - file: two\n",
    "index.md": "# Start\n", "one.md": "# One\n\nText.\n", "sub.md": "# Sub\n\nText.\n\n## Inner\n\nMore.\n", "subsub.md": "# Subsub\n\nText.\n", "two.md": "# Two\n\nText.\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thesis whose first chapter has pages below it."""
    root = write_thesis(tmp_path_factory.mktemp("nested") / "thesis", FILES)
    outcome = build(root, editions=("pdf", "docx", "epub", "latex", "jats"))
    assert [one.rule for one in outcome.diagnostics] == []
    return root / "_build"


def test_word_has_them_below_their_chapter(built: Path) -> None:
    """Their titles are headings of the levels below, which begin no new page."""
    found = [(style_of(one), text_of(one).split("\u2002")[-1]) for one in words(built / "thesis.docx").iter(f"{W}p")]

    assert [one for one in found if one[0].startswith("Heading")] == [
        ("Heading1", "Start"), ("Heading1", "One"), ("Heading2", "Sub"), ("Heading3", "Inner"), ("Heading3", "Subsub"), ("Heading1", "Two"),
    ]  # fmt: skip


def test_the_pdf_has_them_on_the_pages_of_their_chapter(built: Path) -> None:
    """A chapter with its pages follows itself on one sheet, and the outline nests them."""
    sheets = [sheet.extract_text() for sheet in PdfReader(built / "thesis.pdf").pages]

    assert [[name for name in ("Sub", "Inner", "Subsub") if re.search(rf"{name}\b", text)] for text in sheets if "Chapter 1" in text] == [["Sub", "Inner", "Subsub"]]


def test_every_other_edition_nests_them(built: Path) -> None:
    """So do LaTeX, the e-book and JATS."""
    tex = "".join(path.read_text(encoding="utf-8") for path in sorted((built / "latex" / "parts").glob("*.tex")))
    nav = etree.fromstring(unpacked(built / "thesis.epub")["EPUB/nav.xhtml"])
    jats = etree.parse(built / "jats" / "thesis.xml")

    assert re.findall(r"\{\\(chapter|section|subsection)\}", tex).count("chapter") == 3
    assert len(nav.xpath("//*[local-name()='nav'][@id='toc']/*[local-name()='ol']/*[local-name()='li']")) == 3
    assert jats.xpath("//sec[title='One']/sec[title='Sub']/sec/title/text()") == ["Inner", "Subsub"]
