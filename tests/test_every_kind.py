"""A small thesis with every kind of content, from sources to editions, judged by tools of another's making."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import page
import pytest
from pypdf import PdfReader

from book.workflow import Outcome, build, check

SOURCE = Path(__file__).parent / "theses" / "every-kind"
PAGES = ("chapters/one", "chapters/two", "appendix")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """The thesis, built once."""
    root = tmp_path_factory.mktemp("every-kind") / "thesis"
    shutil.copytree(SOURCE, root)
    return root, build(root, editions=("html", "pdf", "docx", "epub"))


class Article(HTMLParser):
    """Words of a page's article, but for what the site alone tells of its making."""

    def __init__(self) -> None:
        super().__init__()
        self.depth, self.hidden, self.made, self.words = 0, 0, 0, []

    def handle_starttag(self, tag, attrs):
        if tag == "article" or self.depth:
            self.depth += tag == "article"
            names = dict(attrs).get("class") or ""
            self.made += tag == "details" and (self.made > 0 or "thesis-site" in names)
            self.hidden += (
                tag in ("annotation", "script", "style")
                or (tag == "a" and ("headerlink" in names or "backlink" in names or "back" in names))
                or "visually-hidden" in names
            )

    def handle_endtag(self, tag):
        self.depth -= tag == "article" and self.depth > 0
        self.made -= tag == "details" and self.made > 0
        if self.hidden and tag in ("annotation", "script", "style", "a"):
            self.hidden -= 1

    def handle_data(self, data):
        if self.depth and not self.hidden and not self.made:
            self.words += re.findall(r"[^\W\d_]{3,}", data)


def site_words(root: Path, name: str) -> list[str]:
    article = Article()
    article.feed((root / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8"))
    return article.words


def pdf_text(root: Path) -> str:
    sheets = [sheet.extract_text() for sheet in PdfReader(root / "_build" / "thesis.pdf").pages]
    return re.sub(r"-\n", "", "\n".join(sheets))


def test_nothing_is_remarked(built: tuple[Path, Outcome]) -> None:
    """Every kind of content is carried without a remark."""
    assert [str(d) for d in built[1].diagnostics] == []


def test_all_editions_say_the_same_of_every_kind(built: tuple[Path, Outcome]) -> None:
    """Read back from the final files, site, PDF, Word file and e-book agree, and nothing else has drifted apart either."""
    assert [str(d) for d in check(built[0])] == []


@pytest.mark.parametrize("profile", ["PDF_A_2A", "PDF_UA_1"])
def test_the_pdf_meets_its_standards(built: tuple[Path, Outcome], profile: str) -> None:
    """PDF/A-2a and PDF/UA-1, as another's validator sees them."""
    report = page.validate_pdf(str(built[0] / "_build" / "thesis.pdf"), profile=page.ValidationProfile[profile])

    assert [(failure.rule_id, failure.message) for failure in report.failures] == []


def test_every_word_of_the_site_is_in_the_pdf(built: tuple[Path, Outcome]) -> None:
    """What the site's articles say, the PDF says."""
    root = built[0]
    printed = set(re.findall(r"[^\W\d_]{3,}", pdf_text(root)))
    missing = {word for name in PAGES for word in site_words(root, name)} - printed

    assert sorted(missing) == []


@pytest.mark.parametrize(
    "wanted",
    [
        "Table 1.1",
        "Table 2.4",
        "Table A.1",
        "Figure 2.2",
        "Listing 1.1",
        "Theorem 1.1",
        "Section 1.1",
        "Appendix A",
        "(see Knuth, 1984, p. 5)",
        "(Same, 2001a, 2001b)",
        "2.25 kg",
    ],
)
def test_numbers_and_citations_are_the_same(built: tuple[Path, Outcome], wanted: str) -> None:
    """A number, a citation, a finding is printed in the same words in both editions."""
    root = built[0]
    site = " ".join(
        re.sub(r"<[^>]+>", "", (root / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8"))
        for name in PAGES
    )

    assert wanted in " ".join(site.split())
    assert wanted in " ".join(pdf_text(root).split())


def test_long_tables_repeat_their_heads(built: tuple[Path, Outcome]) -> None:
    """A table over three pages has its head on each."""
    sheets = [sheet.extract_text() for sheet in PdfReader(built[0] / "_build" / "thesis.pdf").pages]

    assert sum(bool(re.search(r"^n\s+square", text, re.MULTILINE)) for text in sheets) == 3


def test_wide_tables_turn_the_page(built: tuple[Path, Outcome]) -> None:
    """A wide table stands on a landscape page of its own; a long and wide one on several."""
    sheets = PdfReader(built[0] / "_build" / "thesis.pdf").pages
    turned = [sheet for sheet in sheets if sheet.mediabox.width > sheet.mediabox.height]

    assert len(turned) == 4
    assert "column 12" in turned[0].extract_text()


def test_front_matter_is_in_roman_numerals(built: tuple[Path, Outcome]) -> None:
    """Roman page labels before the first chapter, arabic from there on."""
    labels = PdfReader(built[0] / "_build" / "thesis.pdf").page_labels

    assert labels[:5] == ["i", "ii", "iii", "iv", "v"]
    assert labels[5] == "1"


def test_bookmarks_carry_numbers(built: tuple[Path, Outcome]) -> None:
    """Every chapter and section is a bookmark."""
    reader = PdfReader(built[0] / "_build" / "thesis.pdf")

    def titles(outline):
        return [title for item in outline for title in (titles(item) if isinstance(item, list) else [item.title])]

    found = [" ".join(title.split()) for title in titles(reader.outline)]
    assert any(re.fullmatch(r"1\s+Chapter of text", title) for title in found)
    assert any(re.fullmatch(r"A\s+Appendix of things", title) for title in found)
