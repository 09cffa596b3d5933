"""Other languages: passages and titles say theirs in every edition, and a Word file runs the way it is read."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from conftest import write_thesis
from lxml import etree
from materials import text_of, unpacked, words

from book.editions.words import printed_words
from book.languages import right_to_left, tag_of
from book.sources.catalogues import words_of
from book.workflow import build

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
BIBLIOGRAPHY = """\
@book{zorn, title={Kunst und Krieg}, author={Zorn, Anna}, year=2001, langid={ngerman}}
@book{alt, title={Theorie der Dinge}, author={Alt, Ben}, year=1999, language={German}}
@article{ivanov, title={Беспилотники и зависимость}, author={Иванов, И.}, year=2001, journal={Мировая экономика}}
@article{roe, title={On the use of drones}, author={Roe, Jo}, year=2002, journal={Journal of Things}}
@article{lee, title={Der Krieg und die Kunst}, author={Lee, Jo}, year=2003, journal={Journal of Things}}
@book{ali, title={كتاب عن الحرب}, author={علي, م.}, year=2004, langid={arabic}}
"""
PAGE = """\
# One and [мир]{lang=ru}

After {cite:p}`zorn,alt,ivanov,roe,lee,ali` a word, [שלום]{.lang-he}.

{.language-de}
Ein Absatz auf Deutsch.

::::{div} language-ar
فقرة بالعربية مع word واحدة.

| اسم | قيمة |
|---|---|
| أول | 1 |
::::

```{bibliography}
```
"""
FILES = {
    "_config.yml": "title: T\nauthor: A\nonly_build_toc_files: true\nbibtex_bibfiles: [references.bib]\n"
    "parse: {myst_enable_extensions: [colon_fence, attrs_block, attrs_inline]}\n",
    "one.md": PAGE,
    "references.bib": BIBLIOGRAPHY,
}
IN = {
    "мир": "ru",
    "שלום": "he",
    "Ein Absatz auf Deutsch.": "de",
    "Kunst und Krieg": "de-DE",
    "Theorie der Dinge": "de",
    "Беспилотники и зависимость": "ru",
}
IN |= {"Мировая экономика": "ru", "Der Krieg und die Kunst": "de", "كتاب عن الحرب": "ar"}
"""What is said in which language; a journal whose name shows none is said in none."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An English thesis with passages and titles in other languages, in every edition that can say so."""
    root = write_thesis(tmp_path_factory.mktemp("languages") / "thesis", FILES)
    build(root, editions=("html", "docx", "epub", "jats"))
    return root / "_build"


def said(tree: Any, name: str) -> dict[str, str]:
    """What stands in elements that name a language, and which."""
    return {
        " ".join("".join(one.itertext()).split()): one.get(name)
        for one in tree.iter()
        if isinstance(one.tag, str) and one.get(name)
    }


def test_the_site_names_languages(built: Path) -> None:
    """Passages and titles have `lang`, and `dir` where they run the other way."""
    tree = etree.fromstring((built / "html" / "one.html").read_bytes(), etree.HTMLParser())
    found = said(tree.find(".//article"), "lang")

    assert {text: tag for text, tag in found.items() if text in IN} == IN
    assert tree.xpath("//span[@lang='he']/@dir") == ["rtl"]
    assert tree.xpath("//span[@lang='ru']/@dir") == []


def test_the_ebook_names_languages(built: Path) -> None:
    """So do those of the e-book, in both ways that e-readers know."""
    pages = [etree.fromstring(data) for name, data in unpacked(built / "thesis.epub").items() if "/text/" in name]
    found = {text: tag for page in pages for text, tag in said(page, LANG).items()}

    assert {text: tag for text, tag in found.items() if text in IN} == IN
    assert all(one.get("lang") == one.get(LANG) for page in pages for one in page.iter() if one.get(LANG))


def test_jats_names_languages(built: Path) -> None:
    """So do those of JATS."""
    found = said(etree.parse(built / "jats" / "thesis.xml").getroot(), LANG)

    assert {text: tag for text, tag in found.items() if text in IN} == IN


def test_the_word_file_names_languages(built: Path) -> None:
    """Word checks the spelling of each passage in its language, and knows which of its attributes that is."""
    found: dict[str, str] = {}
    for run in words(built / "thesis.docx").iter(f"{W}r"):
        for mark in run.iter(f"{W}lang"):
            language = mark.get(f"{W}bidi") or mark.get(f"{W}val")
            found[language] = found.get(language, "") + text_of(run)

    assert "Ein Absatz auf Deutsch." in found["de"]
    assert "Theorie der Dinge" in found["de"]
    assert found["ru"].startswith("мир")
    assert found["he"] == "שלום"
    assert "كتاب عن الحرب" in found["ar"]


def test_a_title_keeps_the_letters_of_its_language(built: Path) -> None:
    """A language that is named in words keeps the capitals of a title, which English titles lose in this style."""
    text = text_of(words(built / "thesis.docx"))

    assert "Theorie der Dinge" in text
    assert "On the use of drones" in text


def test_a_passage_runs_the_way_it_is_read(built: Path) -> None:
    """In an English thesis a paragraph and a table in Arabic run to the left, the words in it to the right, and nothing else does."""
    document = words(built / "thesis.docx")
    backward = [text_of(one) for one in document.iter(f"{W}p") if one.find(f"{W}pPr/{W}bidi") is not None]
    inside = next(one for one in document.iter(f"{W}p") if "فقرة" in text_of(one))
    forward = [text_of(run) for run in inside.iter(f"{W}r") if run.find(f"{W}rPr/{W}rtl") is None and text_of(run)]

    assert [text for text in backward if re.search("[A-Za-z]{9}", text)] == []
    assert {"اسم", "قيمة", "أول"} <= set(backward)
    assert forward == ["word"]
    assert [one.find(f"{W}tblPr/{W}bidiVisual") is not None for one in document.iter(f"{W}tbl")] == [True]
    assert document.findall(f".//{W}sectPr/{W}bidi") == []


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thesis in Arabic with a note, a table and a work in English."""
    files = {
        "_config.yml": "title: أطروحة\nauthor: علي\nsphinx: {config: {language: ar}}\nbibtex_bibfiles: [references.bib]\n",
        "one.md": "# المقدمة\n\nفقرة تذكر GARCH (2024)، {cite:p}`roe`[^a].\n\n[^a]: حاشية.\n\n```{table} عنوان\n:name: t\n| اسم | قيمة |\n|---|---|\n| أول | 12 |\n```\n\n"
        "```python\nx = 1\n```\n\n```{bibliography}\n```\n",
        "references.bib": BIBLIOGRAPHY,
    }
    root = write_thesis(tmp_path_factory.mktemp("arabic") / "thesis", files)
    build(root, editions=("docx", "epub", "html"))
    return root / "_build"


def test_a_thesis_runs_the_way_it_is_read(turned: Path) -> None:
    """Sections, tables, paragraphs and notes of an Arabic thesis run to the left; code and a work in English do not."""
    files = unpacked(turned / "thesis.docx")
    document, notes = (etree.fromstring(files[f"word/{name}.xml"]) for name in ("document", "footnotes"))
    ways = {
        text_of(one): one.find(f"{W}pPr/{W}bidi").get(f"{W}val", "1") for one in document.iter(f"{W}p") if text_of(one)
    }

    assert ways["12"] == "1"
    assert ways["x = 1"] == "0"
    assert [way for text, way in ways.items() if text.startswith("Roe, J. (2002)")] == ["0"]
    assert [way for text, way in ways.items() if text.startswith("فقرة")] == ["1"]
    assert "حاشية" in [
        text_of(one).strip(" .") for one in notes.iter(f"{W}p") if one.find(f"{W}pPr/{W}bidi") is not None
    ]
    assert all(one.find(f"{W}bidi") is not None for one in document.iter(f"{W}sectPr"))
    assert etree.fromstring(files["word/styles.xml"]).find(f".//{W}docDefaults//{W}lang").get(f"{W}bidi") == "ar"


def test_english_titles_say_so_in_other_theses(turned: Path) -> None:
    """A title that is plainly English is marked where the thesis is not English, and runs to the right."""
    tree = etree.fromstring((turned / "html" / "one.html").read_bytes(), etree.HTMLParser())

    assert tree.xpath("//article//span[@lang='en']/@dir") == ["ltr"]
    assert tree.xpath("string(//article//span[@lang='en'])") == "On the use of drones"


def test_a_book_runs_the_way_it_is_read(turned: Path) -> None:
    """Pages of an Arabic e-book run to the left, and turn so."""
    files = unpacked(turned / "thesis.epub")

    assert 'page-progression-direction="rtl"' in files["EPUB/content.opf"].decode()
    assert {etree.fromstring(data).get("dir") for name, data in files.items() if "/text/ch" in name} == {"rtl"}


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("de-AT", "de-AT"),
        ("pt_BR", "pt-BR"),
        ("German", "de"),
        ("ngerman", "de"),
        ("Русский", "ru"),
        ("farsi", "fa"),
        ("in German", ""),
        ("Paris", ""),
    ],
)
def test_languages_are_known_by_their_names(name: str, tag: str) -> None:
    """A tag, a name in English, in the language itself or of LaTeX's means a language; anything else none."""
    assert tag_of(name) == tag


@pytest.mark.parametrize(
    ("tag", "turned_"), [("ar-EG", True), ("fa", True), ("az-Arab", True), ("ar-Latn", False), ("de", False)]
)
def test_the_script_decides_which_way_a_language_runs(tag: str, *, turned_: bool) -> None:
    """A script that is named counts for more than the language."""
    assert right_to_left(tag) is turned_


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de-AT", ("Kapitel", "Abschnitt", "Anhang", "Abbildung", "Tabelle")), ("he", ("פרק", "סעיף", "נספח", "איור", "טבלה")),
        ("fa-IR", ("فصل", "بخش", "پیوست", "شكل", "جدول")), ("el", ("Κεφάλαιο", "Ενότητα", "Παράρτημα", "Σχήμα", "Πίνακας")),
        ("hr", ("Poglavlje", "Poglavlje", "Dodatak", "Slika", "Tablica")),
    ],
)  # fmt: skip
def test_words_of_our_own_are_in_the_language(language: str, expected: tuple[str, ...]) -> None:
    """What numbers are called comes from our table, or from those that pandoc, LaTeX and Sphinx have."""
    found = words_of(language)
    assert found is not None

    assert (found.chapter, found.section, found.appendix, found.figure, found.table) == expected


@pytest.mark.parametrize(
    ("language", "contents"), [("ar", "المحتويات"), ("zh-CN", "目录"), ("zh-TW", "目錄"), ("ja", "目次"), ("cs", "Obsah"), ("xx", "Contents")]
)
def test_headings_of_our_own_are_in_the_language(language: str, contents: str) -> None:
    """So do the headings of contents and lists; English where nobody knows the language."""
    assert printed_words(language)["contents"] == contents


def test_nobody_is_without_any_word() -> None:
    """Every language that Sphinx speaks has a word for everything that a thesis prints, if only in English."""
    folder = Path(str(find_spec("sphinx").origin)).parent / "locale"  # type: ignore[union-attr]
    languages = sorted(one.name.replace("_", "-") for one in folder.iterdir() if (one / "LC_MESSAGES").is_dir())
    empty = [(language, name) for language in languages for name, said in printed_words(language).items() if not said and name != "after"]

    assert len(languages) > 50
    assert empty == []


def test_a_reference_to_a_chapter_says_it_as_the_language_does(tmp_path: Path) -> None:
    """In Chinese a chapter's number stands between two words; figure and table have theirs before them."""
    files = {
        "_config.yml": "title: 论文\nauthor: 王\nsphinx: {config: {language: zh}}\n",
        "one.md": "(c)=\n# 引言\n\n见 {numref}`c` 和 {numref}`t`。\n\n```{table} 标题\n:name: t\n|a|b|\n|-|-|\n|1|2|\n```\n",
    }
    root = write_thesis(tmp_path / "thesis", files)
    outcome = build(root, editions=("docx",))

    assert "见 第 1 章 和 表 1.1" in text_of(words(root / "_build" / "thesis.docx"))
    assert [one.rule for one in outcome.diagnostics if one.rule == "language-without-words"] == []


def test_a_language_that_nobody_has_words_for_is_remarked_once(tmp_path: Path) -> None:
    """What is printed in English instead is said, at the line that names the language."""
    config = "title: T\nauthor: A\nsphinx:\n  config:\n    language: xx\n"
    root = write_thesis(tmp_path / "thesis", {"_config.yml": config, "one.md": "# One\n\nWords.\n"})
    found = [one for one in build(root, editions=("docx", "epub")).diagnostics if one.rule == "language-without-words"]

    assert [(one.path, one.line, "'Chapter'" in one.message) for one in found] == [("_config.yml", 5, True)]
