"""The Word file: what stands in it, and how Word knows it."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from every_kind import CONFIG, header, para
from lxml import etree
from materials import W, instructions, material, style_of, text_of, unpacked, words

from book.document.parts import Part
from book.editions.word.finishing import SVG
from book.editions.word.lowering import Sequences
from book.editions.word.making import make_docx
from book.errors import ConfigError

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the thesis with every kind of content."""
    [path] = make_docx(material(tmp_path_factory.mktemp("word"))).bring_out()
    return path


@pytest.fixture(scope="module")
def tree(made: Path) -> Any:
    """Its document."""
    return words(made)


def paragraphs(tree: Any, style: str) -> list[str]:
    return [text_of(one) for one in tree.iter(f"{W}p") if style_of(one) == style]


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ("Title", "Drones and evidence"),
        ("Heading1", "1\u2002Introduction"),
        ("Heading2", "1.1\u2002A section"),
        ("Heading3", "1.1.1\u2002A subsection"),
        ("BlockText", "Words of somebody else, set apart."),
        ("TableCaption", "Table\u00a02.1. Indicators and their weights"),
        ("ImageCaption", "Figure\u00a02.1. Deliveries over time"),
        ("Note", "Weights in decibels."),
        ("Bibliography", "Collier, D. (2011). Understanding process tracing."),
        ("AdmonitionTitle", "Warning"),
        ("StatementTitle", "Theorem 1 (Bayes)"),
        ("SourceCode", "0  1  2"),
        ("TOCHeading", "Contents"),
    ],
)
def test_text_is_in_a_style_that_authors_know(tree: Any, style: str, said: str) -> None:
    """Each kind of text has the style that one looks for in Word's list of them."""
    assert any(said in one for one in paragraphs(tree, style))


def test_every_style_that_is_used_is_declared(made: Path, tree: Any) -> None:
    """No paragraph, run or table names a style that the file does not have."""
    declared = {one.get(f"{W}styleId") for one in etree.fromstring(unpacked(made)["word/styles.xml"]).iter(f"{W}style")}
    used = {one.get(f"{W}val") for one in tree.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")}

    assert used - declared == set()


def test_captions_count_with_fields(tree: Any) -> None:
    """Figures, tables and listings are numbered by Word's own sequences, the first of a chapter told to begin anew."""
    told = [one for one in instructions(tree) if one.startswith("SEQ")]

    assert told == [
        "SEQ Equation \\* ARABIC \\s 1 \\r 1",
        "SEQ Figure \\* ARABIC \\s 1 \\r 1",
        "SEQ Table \\* ARABIC \\s 1 \\r 1",
        "SEQ Figure \\* ARABIC \\s 1",
        "SEQ Table \\* ARABIC \\s 1",
        "SEQ Table \\* ARABIC \\s 1",
        "SEQ Listing \\* ARABIC \\s 1 \\r 1",
    ]


def test_a_number_that_word_would_not_count_is_given() -> None:
    """A sequence that skips a number, or goes on where Word would begin anew, is told what it is."""
    counted = Sequences()
    counted.heading(1)
    given = [counted.instruction("Figure", 1, number) for number in (1, 3, 4)]
    counted.heading(1)
    given.append(counted.instruction("Figure", 1, 5))

    assert [one.partition("\\s 1")[2] for one in given] == [" \\r 1", " \\r 3", "", " \\r 5"]


def test_references_are_fields_that_say_what_stands_there(tree: Any) -> None:
    """A cross-reference leads to a bookmark around the very number that it prints."""
    bookmarks = {}
    for start in tree.iter(f"{W}bookmarkStart"):
        inside, node = [], start.getnext()
        while node is not None and not (node.tag == f"{W}bookmarkEnd" and node.get(f"{W}id") == start.get(f"{W}id")):
            inside.append(text_of(node))
            node = node.getnext()
        bookmarks[start.get(f"{W}name")] = "".join(inside)
    referred = [one.split()[1] for one in instructions(tree) if one.startswith("REF")]

    assert [bookmarks[name] for name in referred] == ["2", "1.1", "2.1", "2.1"]


def test_links_lead_to_bookmarks(tree: Any) -> None:
    """Every link inside the file has its place."""
    places = {one.get(f"{W}name") for one in tree.iter(f"{W}bookmarkStart")}
    wanted = {one.get(f"{W}anchor") for one in tree.iter(f"{W}hyperlink") if one.get(f"{W}anchor")}

    assert wanted
    assert wanted - places == set()


def test_bookmarks_are_numbered_once(tree: Any) -> None:
    """Each bookmark has a number and a name of its own, and ends once."""
    starts = [(one.get(f"{W}id"), one.get(f"{W}name")) for one in tree.iter(f"{W}bookmarkStart")]
    ends = [one.get(f"{W}id") for one in tree.iter(f"{W}bookmarkEnd")]

    assert len({number for number, _ in starts}) == len({name for _, name in starts}) == len(starts)
    assert sorted(ends) == sorted(number for number, _ in starts)


def test_footnotes_are_footnotes(made: Path) -> None:
    """What a note says stands in the file's footnotes, in their style."""
    notes = etree.fromstring(unpacked(made)["word/footnotes.xml"])
    said = [(style_of(one), text_of(one).strip()) for one in notes.iter(f"{W}p") if text_of(one).strip()]

    assert said == [("FootnoteText", "A footnote with a list of what matters.")]


def test_heads_of_tables_are_repeated(tree: Any) -> None:
    """The head of every table that has one stands on every page of it, and no row is torn."""
    heads = [
        sum(row.find(f"{W}trPr/{W}tblHeader") is not None for row in table.iter(f"{W}tr"))
        for table in tree.iter(f"{W}tbl")
    ]
    torn = [row for row in tree.iter(f"{W}tr") if row.find(f"{W}trPr/{W}cantSplit") is None]

    assert heads == [1, 1, 1, 2]
    assert torn == []


def test_pictures_have_alternative_texts_and_drawings_beside_them(made: Path, tree: Any) -> None:
    """Every picture says what it shows; a drawing stands beside the picture that is made of it."""
    said = [one.get("descr") for one in tree.iter(f"{WP}docPr")]
    drawings = [
        one.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed")
        for one in tree.iter(f"{{{SVG}}}svgBlip")
    ]
    relations = unpacked(made)["word/_rels/document.xml.rels"].decode()

    assert said == ["A line that rises from left to right", "A grey field", "A dot", "A small grey field"]
    assert len(drawings) == 1
    assert f'Id="{drawings[0]}"' in relations
    assert any(name.endswith(".svg") for name in unpacked(made))


def test_contents_and_lists_are_fields_with_what_they_will_say(tree: Any) -> None:
    """Contents, tables and figures are listed by fields, which already say headings and captions."""
    told = [one for one in instructions(tree) if one.startswith("TOC")]

    assert sorted(told) == ['TOC \\h \\z \\c "Figure"', 'TOC \\h \\z \\c "Table"', 'TOC \\o "1-3" \\h \\z \\u']
    assert "1.1\u2002A section" in paragraphs(tree, "TOC2")
    assert "Table\u00a02.3. Indicators by phase" in paragraphs(tree, "TableofFigures")


def test_nothing_keeps_a_supervisor_from_changing_it(made: Path, tree: Any) -> None:
    """No content control, no protection: all of it can be commented on and changed."""
    settings = unpacked(made)["word/settings.xml"].decode()

    assert list(tree.iter(f"{W}sdt")) == []
    assert "documentProtection" not in settings
    assert "doNotTrackMoves" not in settings


def test_front_matter_and_wide_tables_have_sections_of_their_own(tree: Any) -> None:
    """Front matter is counted in Roman numbers, the body from 1, and a wide table lies on its side."""
    sections = [
        (
            next((one.get(f"{W}fmt") for one in section.iter(f"{W}pgNumType")), None),
            next((one.get(f"{W}start") for one in section.iter(f"{W}pgNumType")), None),
            section.find(f"{W}pgSz").get(f"{W}orient"),
        )
        for section in tree.iter(f"{W}sectPr")
    ]

    assert sections == [
        ("lowerRoman", None, None),
        ("decimal", "1", None),
        (None, None, "landscape"),
        (None, None, None),
    ]


def test_the_language_is_the_thesis_s(tmp_path: Path) -> None:
    """Word checks the spelling in the language of the text, and in another where a passage has one."""
    config = CONFIG + "sphinx: {config: {language: de-AT}}\n"
    part = Part("chapter", "", "one", "Eins", (header(1, "Eins", "one", "1"), para("Ein Satz.")))
    [path] = make_docx(material(tmp_path, config, [part])).bring_out()
    styles = etree.fromstring(unpacked(path)["word/styles.xml"])

    assert styles.find(f"{W}docDefaults//{W}lang").get(f"{W}val") == "de-AT"


def test_a_draft_says_so_on_every_page(tmp_path: Path) -> None:
    """The word stands in the header of every page, the first one too."""
    [path] = make_docx(material(tmp_path, draft=True)).bring_out()
    files = unpacked(path)
    [section] = words(path).find(f"{W}body").findall(f"{W}sectPr")
    kinds = sorted(one.get(f"{W}type") for one in section.iter(f"{W}headerReference"))

    assert kinds == ["default", "first"]
    assert any(b">draft<" in content for name, content in files.items() if name.startswith("word/header"))


def test_two_files_of_one_thesis_are_the_same(tmp_path: Path) -> None:
    """Made twice, in two folders, the file has the same bytes."""
    made = [make_docx(material(tmp_path / name)).bring_out()[0].read_bytes() for name in ("a", "b")]

    assert hashlib.sha256(made[0]).digest() == hashlib.sha256(made[1]).digest()


def reference(folder: Path, content: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / "school.docx", "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)


def test_a_reference_document_gives_styles_and_paper(made: Path, tmp_path: Path) -> None:
    """The styles, paper and margins of the author's own file stand."""
    files = unpacked(made)
    files["word/styles.xml"] = files["word/styles.xml"].replace(
        b'w:styleId="Heading1"', b'w:styleId="Heading1" w:rsid="00ABCDEF"'
    )
    tree = etree.fromstring(files["word/document.xml"])
    for one in list(tree.iter(f"{W}p")):
        one.getparent().remove(one)
    tree.find(f"{W}body/{W}sectPr/{W}pgSz").set(f"{W}w", "9999")
    files["word/document.xml"] = etree.tostring(tree)
    reference(tmp_path / "thesis", files)
    one = material(tmp_path / "thesis", CONFIG + "  docx: {reference: school.docx}\n")
    [path] = make_docx(one).bring_out()

    assert b"00ABCDEF" in unpacked(path)["word/styles.xml"]
    assert {one.get(f"{W}w") for one in words(path).iter(f"{W}pgSz") if not one.get(f"{W}orient")} == {"9999"}


def test_a_reference_of_a_word_in_another_language_is_understood(made: Path, tmp_path: Path) -> None:
    """Styles are known by their names, whatever their identifiers; what the school's file lacks is ours."""
    files = unpacked(made)
    styles = etree.fromstring(files["word/styles.xml"])
    for one in list(styles.iter(f"{W}style")):
        identifier = one.get(f"{W}styleId")
        if identifier in {"TOC1", "TableText"}:
            styles.remove(one)
        elif identifier.startswith(("Heading", "Caption")):
            one.set(f"{W}styleId", f"berschrift{identifier[-1]}")
    files["word/styles.xml"] = etree.tostring(styles)
    reference(tmp_path / "thesis", files)
    [path] = make_docx(material(tmp_path / "thesis", CONFIG + "  docx: {reference: school.docx}\n")).bring_out()
    parts = unpacked(path)
    there = {one.get(f"{W}styleId") for one in etree.fromstring(parts["word/styles.xml"]).iter(f"{W}style")}
    text = words(path)
    named = {one.get(f"{W}val") for kind in ("pStyle", "rStyle", "tblStyle") for one in text.iter(f"{W}{kind}")}
    chapters = [one.getparent() for one in text.iter(f"{W}pStyle") if one.get(f"{W}val") == "berschrift1"]

    assert named <= there
    assert {"berschrift1", "TableText", "TOC1"} <= there
    assert chapters
    assert all(one.find(f"{W}pageBreakBefore") is not None for one in chapters)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "does not exist"),
        (b"plain words", "is no Word file"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64,
            "is in Word's old format, or locked by a password: save it as '.docx' without one",
        ),
        (b"{\\rtf1 words}", "is in rich text format: save it as '.docx'"),
        (
            {"mimetype": b"application/vnd.oasis.opendocument.text"},
            "is of LibreOffice's own format: save it as '.docx'",
        ),
        ({"xl/workbook.xml": b"<x/>"}, "is no Word file: it lacks 'word/document.xml'"),
    ],
)
def test_a_reference_that_cannot_be_used_is_named(tmp_path: Path, content: Any, said: str) -> None:
    """What is wrong with the author's reference document is said, with the line of the setting."""
    if isinstance(content, dict):
        reference(tmp_path, content)
    elif content is not None:
        (tmp_path / "school.docx").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        make_docx(material(tmp_path, CONFIG + "  docx: {reference: school.docx}\n"))
    [one] = caught.value.diagnostics

    assert (one.message, one.path) == (f"reference document 'school.docx' {said}", "_config.yml")
    assert one.line > 1


def test_a_formula_that_word_cannot_hold_is_printed_and_named(tmp_path: Path) -> None:
    """A command that pandoc does not know leaves the formula as code, and says where."""
    maths = {"t": "Math", "c": [{"t": "InlineMath"}, r"\nosuchcommand{x}"]}
    part = Part("chapter", "", "one", "One", (header(1, "One", "one", "1"), para("Here ", maths, ".")))
    made = make_docx(material(tmp_path, parts=[part]))
    [path] = made.bring_out()

    assert [(one.rule, one.path) for one in made.diagnostics] == [("formula-not-printable", "one.md")]
    assert r"Here \nosuchcommand{x}." in text_of(words(path))


def test_the_file_says_what_it_is_and_nothing_of_the_machine(made: Path) -> None:
    """Title, authors and keywords stand in the file's properties, and no path of the machine stands anywhere."""
    files = unpacked(made)
    about = files["docProps/core.xml"].decode()

    assert "<dc:title>Drones and evidence</dc:title><dc:subject>A study in every kind of content</dc:subject>" in about
    assert "<cp:keywords>evidence, drones</cp:keywords>" in about
    assert [name for name, content in files.items() if str(made.parents[1]).encode() in content] == []
