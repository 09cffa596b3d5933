"""The PDF by Typst: what is in it, in what order, and what happens to what cannot be printed."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
from every_kind import (
    CONFIG,
    code,
    div,
    equation,
    figure,
    header,
    image,
    link,
    maths,
    para,
    parts_of,
    plain,
    png,
    span,
    table,
    thesis_in,
    titled,
)

from book.diagnostics import Diagnostic
from book.document.parts import Part
from book.editions.pdf import PdfResult, make_pdf

MACROS = {"RR": r"\mathbb{R}", "vect": [r"\mathbf{#1}", 1]}


def printed(
    folder: Path, parts: list[Part], config: str = CONFIG, *, draft: bool = False, language: str = "en"
) -> PdfResult:
    """Print parts as the build does."""
    project, settings = thesis_in(folder, config)
    sources = {part.docname: f"{part.docname}.md" for part in parts}
    return make_pdf(parts, settings, project, draft=draft, macros=MACROS, language=language, sources=sources)


def one_chapter(*blocks: dict[str, Any]) -> list[Part]:
    return [Part("chapter", "", "chapters/one", "One", (header(1, "One", "one", "1"), *blocks))]


def text_of(result: PdfResult, *options: str) -> str:
    """The words in reading order, as poppler sees them."""
    assert result.data is not None
    ran = subprocess.run(["pdftotext", *options, "-", "-"], input=result.data, capture_output=True, check=True)
    return " ".join(ran.stdout.decode().replace("\u2060", "").replace("\u00ad\n", "").split())


def test_shares_of_an_author_leave_words_whole() -> None:
    """A column whose share is too small for its longest word gets what the word needs; shares that fit are kept."""
    from book.editions.tables import _given

    assert _given([4, 1, 1], [5, 10, 5], 60) != ("4fr", "1fr", "1fr")
    first, second, third = (float(width.removesuffix("fr")) for width in _given([4, 1, 1], [5, 10, 5], 60))
    assert second > third
    assert first > second
    assert _given([2, 1, 1], [5, 5, 5], 60) == ("2fr", "1fr", "1fr")


def reader_of(result: PdfResult) -> pypdf.PdfReader:
    assert result.data is not None
    return pypdf.PdfReader(io.BytesIO(result.data))


def rules(result: PdfResult) -> list[str]:
    return [one.rule for one in result.diagnostics]


def titles_in(outline: list[Any]) -> list[str]:
    return [title for one in outline for title in (titles_in(one) if isinstance(one, list) else [str(one.title)])]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> PdfResult:
    folder = tmp_path_factory.mktemp("everything")
    return printed(folder, parts_of(folder))


def test_everything_prints_without_a_remark(everything: PdfResult) -> None:
    """A thesis with every kind of content prints without anything to be said."""
    assert everything.diagnostics == ()
    assert everything.pages == len(reader_of(everything).pages)


@pytest.mark.parametrize("profile", ["2a", "ua1"])
def test_everything_meets_the_standards(everything: PdfResult, profile: str) -> None:
    """A validator of another's making finds nothing against PDF/A-2a and PDF/UA-1."""
    page = pytest.importorskip("page")
    assert everything.data is not None
    report = page.validate_pdf_bytes(everything.data, profile=profile)

    assert [(one.rule_id, one.message) for one in report.failures] == []
    assert report.is_compliant


def test_everything_is_printed_in_order(everything: PdfResult) -> None:
    """Front matter, chapters, appendices and bibliography come in their order, numbers as they were fixed."""
    text = text_of(everything)
    wanted = [
        "University of Somewhere", "Drones and evidence", "Ada Author and Ben Author", "Supervisor: Prof. Carla Careful", "© 2026 The author",
        "Abstract", "Contents", "Lists", "Table 2.1. Indicators", "Abbreviations", "UAV Unmanned aerial vehicle",
        "Chapter 1", "Introduction", "Was du ererbt", "1.1 A section", "Equation (1.1) has a number", "1.1.1 A subsection",
        "Chapter 2", "2.1 Long and wide", "All the evidence", "2.2 Code and boxes", "Theorem 1 (Bayes)", "Appendix A", "Codebook", "Bibliography", "Иванов, И.",
    ]  # fmt: skip
    places: list[int] = []
    at = 0
    for words in wanted:
        at = text.find(words.replace("Table 2.1. ", "Table 2.1 ").strip(), at)
        assert at >= 0, words
        places.append(at)

    assert places == sorted(places)


def test_pages_are_roman_then_arabic(everything: PdfResult) -> None:
    """Front matter counts i, ii, iii; the body begins at 1."""
    labels = reader_of(everything).page_labels

    assert labels[:6] == ["i", "ii", "iii", "iv", "v", "vi"]
    assert labels[6:9] == ["1", "2", "3"]


def test_bookmarks_carry_the_fixed_numbers(everything: PdfResult) -> None:
    """Bookmarks say chapters, sections and appendices as the text does."""
    titles = titles_in(reader_of(everything).outline)

    assert titles[-8:] == [
        "1.1 A section",
        "1.1.1 A subsection",
        "2 The evidence",
        "2.1 Long and wide",
        "2.2 Code and boxes",
        "A Codebook",
        "A.1 Codes",
        "Bibliography",
    ]


def test_metadata_name_title_authors_and_keywords(everything: PdfResult) -> None:
    """Title, authors, keywords, language and a fixed date stand in the file."""
    reader = reader_of(everything)
    said = reader.metadata
    assert said is not None

    assert (said.title, said.author, said["/Keywords"]) == (
        "Drones and evidence",
        "Ada Author, Ben Author",
        "evidence, drones",
    )
    assert str(said["/CreationDate"]).startswith("D:19800101")
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_links_lead_inside_and_outside(everything: PdfResult) -> None:
    """References are links to places; a web address is one to the web."""
    reader = reader_of(everything)
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots") or []]
    outside = [str(note["/A"]["/URI"]) for note in notes if "/A" in note and "/URI" in note["/A"]]
    inside = [note for note in notes if "/Dest" in note or ("/A" in note and note["/A"].get("/S") == "/GoTo")]

    assert "https://example.org/a?b=c#d" in outside
    assert len(inside) > 10


def test_a_long_table_repeats_its_head(everything: PdfResult) -> None:
    """A table over three pages says its columns on each of them."""
    assert text_of(everything, "-layout").count("No Date What happened Weight") == 3


def test_a_wide_table_stands_on_a_landscape_page(everything: PdfResult) -> None:
    """Only the page with the wide table lies on its side."""
    sides = [page.mediabox.width > page.mediabox.height for page in reader_of(everything).pages]

    assert sum(sides) == 1


def test_same_bytes_wherever_and_whenever(tmp_path: Path) -> None:
    """Two folders and two compilers give the same file."""
    one, two = (printed(tmp_path / name, parts_of(_made(tmp_path / name))) for name in ("one", "another folder"))

    assert one.data == two.data


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["Inhaltsverzeichnis", "Kapitel 1", "Abbildung 2.1", "Tabelle 2.1", "Anhang A", "„quoted“"]),
        ("uk", ["Зміст", "Розділ 1", "Рисунок 2.1", "Таблиця 2.1", "Додаток A", "«quoted»"]),
        ("fr", ["Table des matières", "Chapitre 1", "Figure 2.1", "Tableau 2.1", "Annexe A"]),
    ],
)
def test_printed_words_are_in_the_language(tmp_path: Path, language: str, words: list[str]) -> None:
    """Contents, chapters, figures and quotation marks speak the thesis's language, and the standards are met."""
    page = pytest.importorskip("page")
    result = printed(tmp_path, parts_of(tmp_path), language=language)
    text = text_of(result)

    assert [word for word in words if word not in text] == []
    assert result.diagnostics == ()
    assert page.is_pdf_compliant_bytes(result.data, profile="ua1")


def test_a_draft_says_so_on_every_page(tmp_path: Path) -> None:
    """No page of a draft passes for the thesis."""
    result = printed(tmp_path, parts_of(tmp_path), draft=True)

    assert all("draft" in page.extract_text() for page in reader_of(result).pages)


def test_pictures_that_cannot_be_printed_are_named(tmp_path: Path) -> None:
    """A missing, a damaged and a remote picture are marked; the rest of the PDF stands."""
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    (tmp_path / "text.svg").write_text("no picture", encoding="utf-8")
    blocks = [para(image(tmp_path / name, f"Alt of {name}")) for name in ("gone.png", "bad.png", "text.svg")]
    result = printed(
        tmp_path, one_chapter(*blocks, para(image("https://example.org/a.png", "Far away")), para("The end."))
    )
    text = text_of(result)

    assert rules(result) == ["image-not-printable"] * 4
    assert "picture 'gone.png' cannot be read" in [one.message for one in result.diagnostics]
    assert {one.path for one in result.diagnostics} == {"chapters/one.md"}
    assert all(f"[Alt of {name}]" in text for name in ("gone.png", "bad.png", "text.svg"))
    assert "The end." in text


def test_a_picture_without_words_costs_the_standards(tmp_path: Path) -> None:
    """Both standards refuse a picture without alternative text; the PDF is made without them and the place is said."""
    (tmp_path / "line.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0L9 9"/></svg>', encoding="utf-8"
    )
    result = printed(
        tmp_path, one_chapter(figure([plain([image(tmp_path / "line.svg")])], "A line", "figure", number="1.1"))
    )

    assert result.data is not None
    assert set(rules(result)) == {"pdf-standard-refused"}
    assert any("picture 'line.svg' has no alternative text" in one.message for one in result.diagnostics)


def test_a_sign_that_no_font_has_is_named(tmp_path: Path) -> None:
    """A missing glyph is said with its code point, and the PDF is made without the standards."""
    result = printed(tmp_path, one_chapter(para("Signs 漢 and 字.")))

    assert [one.severity for one in result.diagnostics] == ["error"] * len(result.diagnostics)
    assert any("'漢' (U+6F22)" in one.message for one in result.diagnostics)
    assert result.diagnostics[0].path == "chapters/one.md"
    assert "Signs" in text_of(result)


def test_a_skipped_level_is_closed_up(tmp_path: Path) -> None:
    """A heading that skips a level is said, and printed one level below the last, so that the standard holds."""
    result = printed(tmp_path, one_chapter(header(4, "Too deep"), para("Text.")))

    assert result.diagnostics == (
        Diagnostic(
            "skipped-heading-level",
            "heading 'Too deep' is of level 4 below one of level 1",
            "warning",
            "chapters/one.md",
            hint="write it with ##",
        ),
    )


def test_a_formula_that_cannot_be_typeset_is_shown_as_code(tmp_path: Path) -> None:
    """Mathematics that pandoc does not know is said, marked and kept; macros are written out first."""
    result = printed(
        tmp_path,
        one_chapter(
            para("Fine: ", maths(r"\vect{x} \in \RR"), ", broken: ", maths(r"\nosuchthing{x}"), "."),
            equation(r"\frac{1}{"),
        ),
    )

    assert rules(result) == ["formula-not-printable"] * 2
    assert r"formula '\nosuchthing{x}' cannot be typeset" in [one.message for one in result.diagnostics]
    assert r"\nosuchthing{x}" in text_of(result)


def test_a_passage_that_does_not_compile_keeps_its_text(tmp_path: Path) -> None:
    """Raw Typst with an error costs its own block, not the PDF."""
    broken = {
        "t": "Para",
        "c": [*para("Before ")["c"], {"t": "RawInline", "c": ["typst", "#nonsense(1)"]}, *para(" after")["c"]],
    }
    result = printed(tmp_path, one_chapter(para("First."), broken, para("Last.")))

    assert rules(result) == ["part-not-typeset"]
    assert "First. Before #nonsense(1) after Last." in text_of(result)


def test_signs_of_typst_are_only_text(tmp_path: Path) -> None:
    """Whatever an author writes, none of it is taken for markup."""
    said = [
        "= no heading",
        "- no list",
        "1. no list",
        "#set page(",
        "$x$",
        "<label>",
        "@key",
        "a_b*c`d~e\\f",
        "[x](y)",
        "// no comment",
        '"q"',
        "/ term: x",
        "http://x.y/z",
        "#[];",
    ]
    result = printed(
        tmp_path,
        one_chapter(
            *[para(one) for one in said], *[figure([table([one], [[one]])], one, "table", number="1.1") for one in said]
        ),
    )
    text = text_of(result)

    assert result.diagnostics == ()
    assert [one for one in said if text.count(one.replace("// no", "// no")) < 3] == []


@pytest.mark.parametrize("said", ["= x", "- x", "+ x", "1. x", "/ x: y"])
def test_a_line_may_begin_with_anything(tmp_path: Path, said: str) -> None:
    """Notes, items, terms, titles, emphasis and lines of verse begin with text, even where it looks like a heading."""
    words = [{"t": "Space"}, *para(said)["c"]]
    line, strong = {"t": "Para", "c": words}, {"t": "Strong", "c": words}
    blocks = [
        para("A", {"t": "Note", "c": [line]}, {"t": "LineBreak"}, *words),
        {"t": "BulletList", "c": [[line]]},
        {"t": "OrderedList", "c": [[1, {"t": "Decimal"}, {"t": "Period"}], [[line]]]},
        {"t": "DefinitionList", "c": [[words, [[line]]]]},
        {"t": "LineBlock", "c": [words, words]},
        {"t": "BlockQuote", "c": [line]},
        div([div([{"t": "Plain", "c": words}], "title"), line], "admonition", "note"),
        {"t": "Header", "c": [2, ["", [], []], words]},
        para(strong, span(words, "problem"), link(said, "https://example.org")),
    ]
    result = printed(tmp_path, one_chapter(*blocks))

    assert result.diagnostics == ()
    assert titles_in(reader_of(result).outline) == ["Contents", "1 One", said]


def test_links_in_heads_and_titles_keep_the_standard(tmp_path: Path) -> None:
    """Running heads and repeated heads of tables are artifacts, which may hold no link."""
    linked = link("the site", "https://example.org")
    section = {"t": "Header", "c": [2, ["s", [], []], [linked]]}
    head = table(["x"], [["1"]] * 90)
    head["c"][3][1][0][1][0][4] = [{"t": "Plain", "c": [linked]}]
    long = figure([head], "Long", "table", "long", identifier="t", number="1.1", kind="table")
    result = printed(tmp_path, one_chapter(section, long))

    assert result.diagnostics == ()


def test_a_formula_may_break_its_lines(tmp_path: Path) -> None:
    """Line breaks outside an environment, which MathJax takes, are aligned."""
    assert printed(tmp_path, one_chapter(equation(r"a &= b \\ c &= d"))).diagnostics == ()


def test_a_link_to_nowhere_is_plain_text(tmp_path: Path) -> None:
    """A dead reference does not stop the compiler."""
    result = printed(tmp_path, one_chapter(para("See ", link("there", "#gone"), ".")))

    assert "See there." in text_of(result)


def test_two_places_of_one_name_do_not_stop_it(tmp_path: Path) -> None:
    """The first of two equal labels stays, the author is told."""
    result = printed(
        tmp_path,
        one_chapter(para(span("a", identifier="x")), para(span("b", identifier="x")), para(link("to x", "#x"))),
    )

    assert rules(result) == ["duplicate-label"]
    assert "to x" in text_of(result)


def test_an_absent_font_is_named_and_replaced(tmp_path: Path) -> None:
    """A family that is in no folder is said at its line."""
    result = printed(tmp_path, one_chapter(para("Text.")), CONFIG + "  pdf:\n    font: Garamond Nobody Has\n")

    assert [(one.rule, one.path, one.line) for one in result.diagnostics] == [
        ("font-missing", "_config.yml", CONFIG.count("\n") + 2)
    ]
    assert result.data is not None


def test_a_template_of_ones_own_adjusts_ours(tmp_path: Path) -> None:
    """A template may call the standard one and add to it."""
    (tmp_path / "mine.typ").write_text(
        '#import "/_build/cache/typst/thesis.typ" as standard\n#let thesis(config, parts) = {\n  show "Text.": "SEEN"\n  standard.thesis(config, parts)\n}\n',
        encoding="utf-8",
    )
    result = printed(tmp_path, one_chapter(para("Text.")), CONFIG + "  pdf:\n    template: mine.typ\n")

    assert "SEEN" in text_of(result)


def test_a_broken_template_falls_back_to_ours(tmp_path: Path) -> None:
    """An error in the author's template is said with its line, and ours prints the thesis."""
    (tmp_path / "mine.typ").write_text("#let thesis(config, parts) = {\n  nonsense\n}\n", encoding="utf-8")
    result = printed(tmp_path, one_chapter(para("Text.")), CONFIG + "  pdf:\n    template: mine.typ\n")

    assert [(one.rule, one.path, one.line) for one in result.diagnostics] == [("broken-template", "mine.typ", 2)]
    assert "Text." in text_of(result)


def test_parts_come_in_the_order_of_the_settings(tmp_path: Path) -> None:
    """`thesis.front` orders the front matter; what it switches off is not printed."""
    parts = [
        Part("front", "", f"front/{name}", name.title(), (header(1, name.title(), name),))
        for name in ("abstract", "thanks")
    ]
    config = "title: T\nthesis:\n  front:\n    title-page: false\n    contents: true\n    thanks: front/thanks\n    abstract: front/abstract\n"
    result = printed(tmp_path, [*parts, *one_chapter(para("Text."))], config)

    assert titles_in(reader_of(result).outline) == ["Contents", "Thanks", "Abstract", "1 One"]


def test_a_thesis_of_nothing_still_prints(tmp_path: Path) -> None:
    """An empty chapter and a front without parts give a PDF."""
    result = printed(tmp_path, [Part("chapter", "", "a", "A", ())], "title: Nothing\n")

    assert result.pages >= 2


def test_settings_that_typst_cannot_take_are_said(tmp_path: Path) -> None:
    """A length or paper that is none is a remark at its line, and the usual one stands in."""
    result = printed(
        tmp_path,
        one_chapter(para("Text.")),
        CONFIG + "  pdf:\n    paper: napkin\n    margins: {inner: wide}\n    font-size: big\n",
    )

    assert rules(result) == ["bad-setting"] * 3
    assert {one.line for one in result.diagnostics} == {CONFIG.count("\n") + line for line in (2, 3, 4)}


def test_two_sided_chapters_begin_on_the_right(tmp_path: Path) -> None:
    """Chapters begin on odd pages where the paper is printed on both sides."""
    chapters = [
        Part("chapter", "", f"c{n}", f"C{n}", (header(1, f"Chapter no {n}", f"c{n}", str(n)), para("Text.")))
        for n in (1, 2)
    ]
    result = printed(tmp_path, chapters, CONFIG + "  pdf:\n    two-sided: true\n")
    texts = [page.extract_text() for page in reader_of(result).pages]

    assert [number % 2 for number, text in enumerate(texts, 1) if "Chapter no" in text and "Contents" not in text] == [
        1,
        1,
    ]
    assert "" in [text.strip() for text in texts]


def test_unchanged_parts_are_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second build calls pandoc for nothing."""
    from book.editions import pandoc

    parts = parts_of(tmp_path)
    first = printed(tmp_path, parts)
    monkeypatch.setattr(pandoc, "_call", lambda *_: pytest.fail("pandoc was called"))

    assert printed(tmp_path, parts).data == first.data


def test_code_keeps_every_sign(tmp_path: Path) -> None:
    """Fences, quotes and backslashes in code are printed as they are."""
    content = '```\n"""a"""\n\\n #x $y$'
    result = printed(tmp_path, one_chapter(code(content, "python")))

    assert '``` """a""" \\n #x $y$' in text_of(result)


def test_an_appended_thesis_keeps_the_front_page_of_its_config(tmp_path: Path) -> None:
    """A title page without settings of its own takes the book's title and author."""
    result = printed(tmp_path, one_chapter(para("Text.")), "title: Of the book\nauthor: Of the author\n")

    assert "Of the book Of the author" in text_of(result)


def test_nested_content_neither_floats_nor_turns(tmp_path: Path) -> None:
    """A wide table in a box stays in the box: Typst allows no page there."""
    wide = figure(
        [table(["a", "b"], [["1", "2"]])], "In a box", "table", "wide", identifier="t", number="1.1", kind="table"
    )
    result = printed(tmp_path, one_chapter(div([div([plain("Note")], "title"), wide], "admonition", "note")))

    assert result.diagnostics == ()
    assert "Table 1.1. In a box" in text_of(result)


def test_part_pages_are_a_setting(tmp_path: Path) -> None:
    """Captions of the contents get a page only where the author asks for it."""
    parts = [Part("part", "", "", "First part", ()), *one_chapter(para("Text."))]
    without = printed(tmp_path / "a", parts)
    wanted = printed(tmp_path / "b", [replace(parts[0]), *parts[1:]], CONFIG + "  pdf:\n    part-pages: true\n")

    assert "First part" not in text_of(without)
    assert "First part" in text_of(wanted)


TALL = [[f"E{n}", "A delivery was reported and confirmed", f"{n * 0.37:.2f}"] for n in range(70)]
HEAD = ["No", "What happened", "Weight"]
YEARS = [f"Angestelltenzahl_{year}" for year in range(2010, 2021)]


def sheets(result: PdfResult) -> list[str]:
    """The words of each sheet."""
    return [" ".join(page.extract_text().split()) for page in reader_of(result).pages]


@pytest.mark.parametrize("caption", ["Everything", ""])
@pytest.mark.parametrize("boxed", [False, True])
def test_a_table_higher_than_a_page_breaks(tmp_path: Path, caption: str, boxed: bool) -> None:
    """Nobody has to mark it as long: every row is printed inside the page, once, with the head on each sheet."""
    tall = figure([table(HEAD, TALL)], caption, "table", identifier="t", number="1.1", kind="table")
    result = printed(
        tmp_path, one_chapter(titled("Note", [tall], "admonition", "note") if boxed else tall, para("The end."))
    )
    text = text_of(result)
    boxes = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=result.data or b"", capture_output=True, check=True
    ).stdout.decode()
    lowest = max(float(found) for found in re.findall(r'yMax="([\d.]+)"', boxes))

    assert [text.count(f" {row[0]} A delivery") for row in TALL] == [1] * len(TALL)
    assert lowest < 842
    assert sum("No What happened Weight" in sheet for sheet in sheets(result)) == 3
    assert result.diagnostics == ()


def test_a_table_that_fits_a_page_stays_whole(tmp_path: Path) -> None:
    """Where the rest of a page is too short for a table, it goes to a page of its own and text takes its place."""
    middling = figure([table(HEAD, TALL[:26])], "Most", "table", identifier="t", number="1.1", kind="table")
    words = "Words that fill the page before the table comes to stand. " * 20
    result = printed(tmp_path, one_chapter(para(words), para(words), middling, para("After it."), para(words)))

    assert sum("A delivery" in sheet for sheet in sheets(result)) == 1
    assert "After it." in next(sheet for sheet in sheets(result) if "Words that" in sheet)


def test_a_figure_with_a_note_higher_than_a_page_breaks(tmp_path: Path) -> None:
    """A figure that holds a table of many rows and a note below is no exception."""
    tall = figure([table(HEAD, TALL), div([para("A note.")], "note")], "All", "figure", number="1.1", kind="figure")
    result = printed(tmp_path, one_chapter(tall))

    assert sum("A delivery" in sheet for sheet in sheets(result)) == 3
    assert "A note." in text_of(result)


@pytest.mark.parametrize("profile", ["2a", "ua1"])
def test_what_breaks_meets_the_standards(tmp_path: Path, profile: str) -> None:
    """Tall and turned tables, broken words and broken code leave nothing for a validator to find."""
    page = pytest.importorskip("page")
    tall = figure([table(HEAD, TALL)], "Everything", "table", identifier="t", number="1.1", kind="table")
    turned = table(["", "Geschlecht", *YEARS], [["Wissenschaftliches", "weiblich", *["208268"] * 11]])
    said = {"t": "Code", "c": [["", [], []], "x_y/" * 40]}
    result = printed(tmp_path, one_chapter(tall, turned, para("See ", said, " in ", link("1.1", "#t"), ".")))
    report = page.validate_pdf_bytes(result.data, profile=profile)

    assert [(one.rule_id, one.message) for one in report.failures] == []


def overlaps(result: PdfResult) -> list[tuple[str, str]]:
    """Words of one line that stand on each other, as poppler sees them."""
    boxes = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=result.data or b"", capture_output=True, check=True
    ).stdout.decode()
    found: list[tuple[str, str]] = []
    for sheet in boxes.split("<page ")[1:]:
        words = [
            (*(float(one) for one in match[:4]), match[4])
            for match in re.findall(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)<', sheet)
        ]
        found += [
            (str(one[4]), str(two[4]))
            for one in words
            for two in words
            if one[:4] < two[:4] and two[0] < one[2] - 0.5 and one[0] < two[2] - 0.5 and abs(one[1] - two[1]) < 1
        ]
    return found


@pytest.mark.parametrize(
    ("head", "row", "turned", "remarks"),
    [
        (["Country", *(f"employment_of_women_{n}" for n in range(6))], ["Norway", *["0.71"] * 6], False, []),
        (["Country", *(f"Unemployment{n}" for n in range(8))], ["Norway", *["0.71"] * 8], True, []),
        (["", "Geschlecht", *YEARS], ["Wissenschaftliches", "weiblich", *["208268"] * 11], True, ["table-too-wide"]),
        (["Country", *(f"ABCDEFGHIJKLM{n}" for n in range(20))], ["Norway", *["1"] * 20], True, ["table-too-wide"]),
    ],
)
def test_words_stay_in_their_columns(
    tmp_path: Path, head: list[str], row: list[str], turned: bool, remarks: list[str]
) -> None:
    """Names of columns break after marks, then the page is turned, then words are cut and the author is told."""
    wide = figure([table(head, [row])], "Wide", "table", number="1.1", kind="table")
    for number, block in enumerate((table(head, [row]), wide)):
        result = printed(tmp_path / str(number), one_chapter(block, para("The end.")))
        sides = [page.mediabox.width > page.mediabox.height for page in reader_of(result).pages]

        assert overlaps(result) == []
        assert any(sides) == turned
        assert rules(result) == remarks


def test_long_code_in_a_line_stays_on_the_page(tmp_path: Path) -> None:
    """It breaks, and whoever copies it gets what the author wrote."""
    name = "tpm.Dendritic%20Cells%20-%20monocyte%20immature%20derived%2c%20donor1%2c%20tech_rep1.CNhs10855.11227-116C3"
    blind = "x" * 150
    result = printed(tmp_path, one_chapter(para("See ", {"t": "Code", "c": [["", [], []], name]}, "."), para("Or ", {"t": "Code", "c": [["", [], []], blind]}), code(blind)))  # fmt: skip
    boxes = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=result.data or b"", capture_output=True, check=True
    ).stdout.decode()
    furthest = max(float(found) for found in re.findall(r'xMax="([\d.]+)"', boxes))

    assert furthest <= 595 - 25 / 25.4 * 72 + 1
    assert "\u200b" not in boxes
    assert name in text_of(result).replace(" ", "")
    assert text_of(result).replace(" ", "").count(blind) == 2


def test_a_picture_in_a_table_keeps_to_its_column(tmp_path: Path) -> None:
    """A width that its column does not have is cut down to the column."""
    (tmp_path / "grey.png").write_bytes(png(40, 40))
    block = table(["Label", "Picture", "Why"], [["One", "", "It says what we mean. " * 12]])
    for spec in block["c"][2]:
        spec[1] = {"t": "ColWidth", "c": 1 / 3}
    block["c"][4][0][3][0][1][1][4] = [plain([image(tmp_path / "grey.png", "A field", width="300px")])]
    result = printed(tmp_path, one_chapter(block))
    assert result.data is not None
    listed = subprocess.run(["pdfimages", "-list", "-"], input=result.data, capture_output=True, check=True).stdout
    dots = int(listed.decode().splitlines()[2].split()[12])

    assert 40 / dots * 72 < 150


def test_formulas_print_upright_words(tmp_path: Path) -> None:
    r"""A formula with `\mathrm` or `\text` says what it says, whatever the template calls its own."""
    formulas = [r"x_{\mathrm{max}}", r"y = 1 \text{ if true}", r"\operatorname{weight}(E)"]
    result = printed(
        tmp_path, one_chapter(*[para("Here ", maths(tex), ".") for tex in formulas], equation(formulas[1]))
    )
    text = text_of(result)

    assert [word for word in ("max", "if true", "weight") if word not in text] == []
    assert "definition" not in text
    assert result.diagnostics == ()
