"""A chapter alone: its numbers are those of the whole, and the whole stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import write_thesis
from materials import text_of, words
from pypdf import PdfReader

from book.editions.chapter import pages_of, stem_of
from book.errors import ConfigError
from book.sources.contents import Page
from book.sources.finding import find_page
from book.workflow import build

FILES = {
    "_config.yml": "title: A small thesis\nauthor: Ada Writer\nonly_build_toc_files: true\nbibtex_bibfiles: [references.bib]\n",
    "one.md": "(sec-one)=\n# First\n\n(sec-in-one)=\n## Inside\n\nWords of the first, after {cite:p}`adams1999`.\n",
    "two.md": "# Second\n\n## Looking back\n\nAs {numref}`sec-in-one` and {numref}`tab-two` say, after {cite:t}`smith2020`.\n\n"
    "```{table} Numbers\n:name: tab-two\n| a | b |\n|---|---|\n| 1 | 2 |\n```\n",
    "works.md": "# Works\n\n```{bibliography}\n```\n",
    "references.bib": "@book{smith2020, author={Smith, Jo}, title={On Shares}, year={2020}, publisher={Press}}\n"
    "@book{adams1999, author={Adams, Al}, title={On Light}, year={1999}, publisher={House}}\n",
}
ALL = ("html", "pdf", "docx", "epub", "latex", "txt", "jats")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, bytes]]]:
    """The thesis, built as a whole and then its second chapter alone; and what the whole was before."""
    root = write_thesis(tmp_path_factory.mktemp("chapter") / "thesis", FILES)
    build(root, editions=("html", "pdf"))
    before = whole(root)
    outcome = build(root, editions=ALL, chapter="two")
    assert {name: path.relative_to(root / "_build").as_posix() for name, path in outcome.editions.items()} == {
        "html": "two.html", "pdf": "two.pdf", "docx": "two.docx", "epub": "two.epub", "latex": "two-latex/main.tex", "txt": "two.txt", "jats": "two-jats/thesis.xml",
    }  # fmt: skip
    return root, before


def whole(root: Path) -> dict[str, bytes]:
    """Every file of the whole thesis's editions."""
    folder = root / "_build"
    files = [folder / "thesis.pdf", folder / "manifest.json", *sorted((folder / "html").rglob("*"))]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files if path.is_file()}


def said(root: Path, name: str) -> str:
    """What an edition of the chapter says."""
    folder = root / "_build"
    if name == "pdf":
        text = "\n".join(sheet.extract_text() for sheet in PdfReader(folder / "two.pdf").pages)
    elif name == "docx":
        text = text_of(words(folder / "two.docx"))
    else:
        text = re.sub(r"<[^>]+>", "", (folder / f"two.{name}").read_text(encoding="utf-8"))
    return re.sub(r"[\s\u00a0]+", " ", text)


@pytest.mark.parametrize("name", ["html", "pdf", "docx", "txt"])
def test_numbers_are_those_of_the_whole(built: tuple[Path, dict[str, bytes]], name: str) -> None:
    """Headings, captions and references say what they say in the whole, those to other chapters too."""
    text = said(built[0], name)

    assert "2.1" in text
    assert "As Section 1.1 and Table 2.1 say, after Smith (2020)" in text
    assert "Words of the first" not in text


@pytest.mark.parametrize("name", ["html", "pdf", "docx", "txt"])
def test_works_that_the_chapter_cites_are_listed(built: tuple[Path, dict[str, bytes]], name: str) -> None:
    """The bibliography has the works that this chapter cites, and no other."""
    text = said(built[0], name)

    assert "On shares" in text
    assert "On light" not in text


def test_references_to_elsewhere_lead_nowhere(built: tuple[Path, dict[str, bytes]]) -> None:
    """No link leads to what is not there."""
    page = (built[0] / "_build" / "two.html").read_text(encoding="utf-8")
    targets = set(re.findall(r'href="#([^"]+)"', page))
    places = set(re.findall(r'id="([^"]+)"', page))

    assert targets
    assert targets - places == set()


def test_the_page_needs_nothing_beside_it(built: tuple[Path, dict[str, bytes]]) -> None:
    """The page of HTML asks for no file."""
    page = (built[0] / "_build" / "two.html").read_text(encoding="utf-8")

    assert re.findall(r'(?:src|<link[^>]+href)="(?!data:)[^"]+"', page) == []


def test_the_whole_stays_as_it_is(built: tuple[Path, dict[str, bytes]]) -> None:
    """Not a byte of the whole thesis's editions changes, and the next build has nothing to do."""
    root, before = built

    assert whole(root) == before
    assert build(root, editions=("html", "pdf")).unchanged


def test_an_unknown_chapter_is_named(tmp_path: Path) -> None:
    """A name that no page has is said, with the one that was probably meant."""
    root = write_thesis(tmp_path / "thesis", FILES)
    with pytest.raises(ConfigError) as caught:
        build(root, editions=("txt",), chapter="tow")
    [one] = caught.value.diagnostics

    assert (one.rule, one.message, one.hint) == ("unknown-chapter", "no page is called 'tow'", "did you mean 'two'?")


def test_the_first_page_of_the_site_is_no_chapter(tmp_path: Path) -> None:
    """A page that only the site has makes no empty edition: what is meant is asked back."""
    front = "thesis:\n  front: {title-page: {}}\n"
    root = write_thesis(tmp_path / "thesis", FILES)
    config = root / "_config.yml"
    if "thesis:" not in config.read_text(encoding="utf-8"):
        config.write_text(config.read_text(encoding="utf-8") + front, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        build(root, editions=("txt",), chapter="index")

    assert caught.value.diagnostics[0].rule == "unknown-chapter"
    assert not list((root / "_build").glob("*.txt"))


def page(docname: str, depth: int = 0, kind: str = "chapter") -> Page:
    return Page(docname, f"{docname}.md", kind, "", "", depth)


PAGES = (
    page("index", kind="root"),
    page("a/method"),
    page("a/data", 1),
    page("a/model", 1),
    page("b/method"),
    page("thesis"),
)


@pytest.mark.parametrize("name", ["a/data", "data", "a/data.md", "data.md", "./a/data"])
def test_a_chapter_is_found_by_its_file(name: str) -> None:
    """With or without folder and ending."""
    assert find_page(name, PAGES) == "a/data"


def test_a_name_of_two_pages_is_asked_back() -> None:
    """Where two pages have a name, the author says which."""
    with pytest.raises(ConfigError) as caught:
        find_page("method", PAGES)

    assert caught.value.diagnostics[0].hint == "say which: a/method, b/method"


def test_pages_below_a_chapter_belong_to_it() -> None:
    """What the table of contents has below a page comes with it."""
    assert pages_of("a/method", PAGES) == ["a/method", "a/data", "a/model"]


@pytest.mark.parametrize(
    ("docname", "stem"), [("a/data", "data"), ("a/method", "a-method"), ("thesis", "chapter-thesis")]
)
def test_files_of_a_chapter_never_take_the_place_of_others(docname: str, stem: str) -> None:
    """A chapter's files have its name, with its folder where another has the same, and never that of the whole."""
    assert stem_of(docname, [one.docname for one in PAGES]) == stem
