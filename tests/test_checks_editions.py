"""Final files are read by themselves, and what differs between them is named at its place."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import write_thesis

from book.checks.editions import judge
from book.checks.editions.comparing import differences, tokens
from book.checks.editions.final import Final
from book.checks.editions.outdated import newer_sources
from book.checks.editions.reading.paper import Run, overlaid, read_paper
from book.checks.editions.reading.piece import Piece, alike, compact
from book.checks.editions.reading.site import read_page
from book.project import Project
from book.sources.gather import read_thesis
from book.workflow import build, check

if TYPE_CHECKING:
    from book.diagnostics import Diagnostic

CHAPTER = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {name: python3, display_name: Python 3}
---

(sec-one)=
# Measurements

```{code-cell} python
:tags: [remove-input]
from book import record, table
import pandas as pd
record("share", 42, unit="%")
table(pd.DataFrame({"Place": ["north", "south"], "Share": ["12 %", "30 %"]}), label="tab-shares", caption="Shares by place")
```

The share is {finding}`share` in all, as {numref}`tab-shares` shows and others found {cite:p}`smith2020{p. 7}`.[^why]
An office of well-known co-operation measures −4.2 units, “about right”, in effect and efficiently.

## A second section

Energy is $E = mc^2$ where $c$ is the speed of light, and

```{math}
:label: eq-one
a + b = c
```

holds by {eq}`eq-one` ({cite:t}`adams1999`).

- one thing, `code_here`
- another thing

[^why]: Because the note says so.
"""
FILES = {
    "_config.yml": "title: A small thesis\nauthor: Ada Writer\nonly_build_toc_files: true\nbibtex_bibfiles: [references.bib]\n"
    "parse: {myst_enable_extensions: [amsmath, dollarmath, colon_fence]}\n",
    "one.md": CHAPTER,
    "two.md": "# Ending\n\nMore of it in {ref}`sec-one`, and {doc}`one`.\n",
    "works.md": "# Works\n\n```{bibliography}\n```\n",
    "references.bib": "@book{smith2020, author={Smith, Jo}, title={On Shares}, year={2020}, publisher={Press}}\n"
    "@book{adams1999, author={Adams, Al}, title={On Light}, year={1999}, publisher={House}}\n",
}
OTHER = (
    ("# Measurements", "# Measuring"),
    ('"12 %"', '"21 %"'),
    ("Shares by place", "Shares by region"),
    ('record("share", 42', 'record("share", 43'),
    ("{p. 7}", "{p. 8}"),
    ("Because the note says so", "Because the note says otherwise"),
    ("a + b = c", "a + b = d"),
    ("another thing", "another matter"),
)
"""What the other thesis says in the place of the first; its PDF stands for one that has drifted."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The thesis with both editions."""
    root = write_thesis(tmp_path_factory.mktemp("built") / "thesis", FILES)
    outcome = build(root)
    assert sorted(outcome.editions) == ["html", "pdf"]
    return root


@pytest.fixture(scope="module")
def other_pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PDF of a thesis that says something else in a few places."""
    chapter = CHAPTER
    for old, new in OTHER:
        assert old in chapter
        chapter = chapter.replace(old, new)
    bibliography = FILES["references.bib"].replace("On Light", "On Lightning")
    root = write_thesis(
        tmp_path_factory.mktemp("other") / "thesis", FILES | {"one.md": chapter, "references.bib": bibliography}
    )
    return build(root, editions=("pdf",)).editions["pdf"]


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    """A copy of the thesis with its editions, to be spoilt."""
    shutil.copytree(built, tmp_path / "copy")
    return tmp_path / "copy"


def said(root: Path) -> list[Diagnostic]:
    """Everything that the final files themselves say."""
    project = Project(root.resolve())
    return [diagnostic for _, diagnostic in judge(Final(project, read_thesis(project)))]


def spoil(root: Path, page: str, old: str, new: str) -> None:
    """Change the final file of a page."""
    path = root / "_build" / "html" / page
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_editions_of_one_build_agree(copy: Path) -> None:
    """Nothing is reported of two editions that come from one build."""
    assert said(copy) == []


def test_whole_check_says_nothing_of_good_editions(copy: Path) -> None:
    """The rules of editions and privacy are silent in a `thesis check` after a build."""
    silent = {"dead-link", "unresolved-mark", "clipped-text", "empty-page", "local-path", "machine-name", "secret"}
    found = [one for one in check(copy) if one.rule in silent or one.rule.endswith("-differs") or "edition" in one.rule]

    assert found == []


@pytest.mark.parametrize(
    ("page", "old", "new", "rule", "part"),
    [
        ("one.html", "<p>12 %</p>", "<p>21 %</p>", "table-cell-differs", "table 1.1, row 1, column 'Share': the site says '21 %', the PDF '12 %'"),
        ("one.html", "Shares by place", "Shares by space", "caption-differs", "'space', the PDF 'place'"),
        ("one.html", '"finding">42', '"finding">24', "finding-differs", "'24', the PDF '42'"),
        ("one.html", "1.1. </span>A second section<a", "1.2. </span>A second section<a", "heading-differs", "'1.2', the PDF '1.1'"),
        ("one.html", "A second section<a", "A third section<a", "heading-differs", "'third', the PDF 'second'"),
        ("one.html", "the note says so", "the note says no", "footnote-differs", "'no', the PDF 'so'"),
        ("one.html", "p. 7</a>", "p. 8</a>", "citation-differs", "'8', the PDF '7'"),
        ("one.html", "Table 1.1</span></a>", "Table 1.2</span></a>", "reference-differs", "'1.2', the PDF '1.1'"),
        ("one.html", "(1.1)<a", "(1.2)<a", "equation-differs", "'(1.2)', the PDF '(1.1)'"),
        ("one.html", "another thing", "another think", "text-differs", "'think', the PDF 'thing'"),
        ("works.html", "<em>On shares", "<em>On bears", "bibliography-differs", "'bears', the PDF 'shares'"),
    ],
)  # fmt: skip
def test_changed_site_is_named(copy: Path, page: str, old: str, new: str, rule: str, part: str) -> None:
    """A change in a file of the site is named with both sides, the page of the site and the box in the PDF."""
    spoil(copy, page, old, new)
    found = said(copy)

    assert [one.rule for one in found] == [rule]
    assert part in found[0].message
    assert f"_build/html/{page}" in found[0].message
    assert found[0].page > 0
    assert len(found[0].box) == 4


def test_dropped_note_is_named(copy: Path) -> None:
    """A footnote that only the PDF has is named at its place there."""
    path = copy / "_build/html/one.html"
    text = path.read_text(encoding="utf-8")
    start, end = text.index('<aside class="footnote brackets"'), text.index("</aside>")
    path.write_text(text[:start] + text[end + 8 :], encoding="utf-8")
    found = said(copy)

    assert {(one.rule, one.page > 0) for one in found if one.rule != "dead-link"} == {("footnote-differs", True)}


def test_swapped_entries_are_named(copy: Path) -> None:
    """Entries of the bibliography in another order are named."""
    path = copy / "_build/html/works.html"
    text = path.read_text(encoding="utf-8")
    first = text[
        text.index('<div class="csl-entry') : text.index(
            '<div class="csl-entry', text.index('<div class="csl-entry') + 9
        )
    ]
    text = text.replace(first, "", 1)
    at = text.index("</div>", text.index('<div class="csl-entry')) + len("</div>\n")
    path.write_text(text[:at] + first + text[at:], encoding="utf-8")

    assert [one.rule for one in said(copy)] == ["bibliography-differs"]


def test_drifted_pdf_is_named(copy: Path, other_pdf: Path) -> None:
    """Each place where a PDF says something else than the site is named by its rule, with its sheet."""
    shutil.copy(other_pdf, copy / "_build/thesis.pdf")
    found = said(copy)
    expected = {
        "heading-differs", "table-cell-differs", "caption-differs", "finding-differs", "citation-differs",
        "footnote-differs", "equation-differs", "reference-differs", "text-differs", "bibliography-differs",
    }  # fmt: skip

    assert {one.rule for one in found if one.page} == expected
    assert any("'Share': the site says '12 %', the PDF '21 %'" in one.message for one in found)


def test_lone_edition_is_compared_with_nothing(copy: Path) -> None:
    """Where only one edition stands, only what it says of itself is reported."""
    (copy / "_build/thesis.pdf").unlink()
    spoil(copy, "one.html", "another thing", "another [?] think")

    assert [one.rule for one in said(copy)] == ["unresolved-mark"]


def test_no_edition_is_no_news(thesis: Callable[..., Path]) -> None:
    """Before the first build there is nothing to read."""
    assert said(thesis({"one.md": "# One\n"})) == []


@pytest.mark.parametrize("target", ["gone.html", "two.html#gone", "#gone"])
def test_dead_link_is_named(copy: Path, target: str) -> None:
    """A link to a page or a place that the site does not have is named with its line."""
    spoil(copy, "one.html", "another thing", f'another <a href="{target}">thing</a>')
    found = [(one.rule, one.path, one.line > 0, target in one.message) for one in said(copy)]

    assert found == [("dead-link", "_build/html/one.html", True, True)]


@pytest.mark.parametrize(
    "mark", ["Figure ??", "??", "[?]", "(?, ?)", "{numref}`tab-x`", r"\ref{tab-x}", "[@smith2020]"]
)
def test_unresolved_mark_is_named(copy: Path, mark: str) -> None:
    """What should have been resolved is named; the same in code is quoted on purpose."""
    (copy / "_build/thesis.pdf").unlink()
    spoil(copy, "one.html", "another thing", f"another {mark} thing <code>{mark}</code>")

    assert [(one.rule, mark in one.message) for one in said(copy)] == [("unresolved-mark", True)]


@pytest.mark.parametrize("words", ["Is it so ?? Others doubt it", "what??", "Why ?!?"])
def test_asking_twice_is_no_mark(copy: Path, words: str) -> None:
    """Two question marks that end a sentence stand for nothing else."""
    (copy / "_build/thesis.pdf").unlink()
    spoil(copy, "one.html", "another thing", words)

    assert said(copy) == []


@pytest.mark.parametrize(("two_sided", "sheets"), [("false", [2, 5]), ("true", [5])])
def test_an_empty_sheet_is_named(copy: Path, two_sided: str, sheets: list[int]) -> None:
    """Sheets with nothing on them are named; where both sides are printed, a chapter may leave the left one empty."""
    from pypdfium2 import PdfDocument

    config = copy / "_config.yml"
    config.write_text(f"{config.read_text()}thesis: {{pdf: {{two_sided: {two_sided}}}}}\n")
    pdf = copy / "_build" / "thesis.pdf"
    document = PdfDocument(pdf.read_bytes())
    for index in (1, 4):
        document.new_page(595, 842, index)
    document.save(pdf)

    assert [(one.rule, one.path, one.page) for one in said(copy)] == [
        ("empty-page", "_build/thesis.pdf", sheet) for sheet in sheets
    ]


def test_unchanged_editions_are_not_read_again(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdict is kept as long as no final file changes, and a page as long as it does not change itself."""
    project = Project(copy.resolve())
    sources = read_thesis(project)
    kept = Final(project, sources).verdict(judge)
    monkeypatch.setattr("book.checks.editions.reading.paper.read_paper", lambda _: pytest.fail("read again"))

    assert Final(project, sources).verdict(judge) == kept
    spoil(copy, "one.html", "another thing", "another think")
    assert [one.rule for one in Final(project, sources).verdict(judge).found["agreement"]] == ["text-differs"]


def test_damaged_cache_is_read_over(copy: Path) -> None:
    """Whatever a damaged cache holds, the final files are read once more."""
    spoil(copy, "one.html", "another thing", "another think")
    project = Project(copy.resolve())
    expected = Final(project, read_thesis(project)).verdict(judge)
    for path in (project.cache / "reading").iterdir():
        content = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps([content[0], [1]] if isinstance(content, list) else {"key": 1}), encoding="utf-8")

    assert Final(project, read_thesis(project)).verdict(judge) == expected


def test_edition_older_than_its_source_is_named(copy: Path) -> None:
    """A source that has changed since the build makes both editions old."""
    (copy / "two.md").write_text("# Ending\n\nMore, and more.\n", encoding="utf-8")
    found = [(one.path, one.message) for one in check(copy) if one.rule == "edition-out-of-date"]

    assert found == [
        ("_build/html/index.html", "the edition is older than 'two.md'"),
        ("_build/thesis.pdf", "the edition is older than 'two.md'"),
    ]


def test_entry_missing_from_the_printed_bibliography_is_named(copy: Path) -> None:
    """A cited work without an entry in the final bibliography is named."""
    spoil(copy, "works.html", 'id="ref-smith2020"', 'id="ref-nobody"')
    found = [one.message for one in check(copy) if one.rule == "bibliography-out-of-step"]

    assert found == ["'smith2020' is cited, and the printed bibliography does not list it"]


def test_reader_of_the_pdf_finds_the_parts(built: Path) -> None:
    """Headings with numbers, tables with cells, notes and formulas come from the tags of the PDF."""
    paper = read_paper(built / "_build/thesis.pdf")
    table = next(piece for piece in paper.flow if piece.kind == "table")

    assert [(piece.number, piece.title) for piece in paper.flow if piece.kind == "heading" and piece.number][:2] == [
        ("1", "Measurements"), ("1.1", "A second section"),
    ]  # fmt: skip
    assert [[cell.text.strip() for cell in row] for row in table.rows] == [
        ["Place", "Share"],
        ["north", "12 %"],
        ["south", "30 %"],
    ]
    assert [compact(piece.text) for piece in paper.notes] == ["Becausethenotesaysso."]
    assert [piece.number for piece in paper.flow if piece.kind == "equation"] == ["(1.1)"]


def test_unreadable_files_are_empty(tmp_path: Path) -> None:
    """A PDF or a page that is none has nothing in it."""
    (tmp_path / "a.pdf").write_bytes(b"no PDF")
    (tmp_path / "a.html").write_bytes(b"")

    assert (read_paper(tmp_path / "a.pdf").flow, read_page(tmp_path / "a.html", "a.html").flow) == ((), ())


def test_typesetting_is_no_difference() -> None:
    """Ligatures, quotation marks, kinds of dashes and spaces, and hyphens at line ends change nothing; signs of numbers do."""
    assert compact("“eﬃcient” 1 000 −4") == compact('"efficient" 1\u00a0000 -4')
    assert alike("well-known", "wellknown")
    assert not alike("x-4.2", "x4.2")


def test_numbers_of_appendices_are_compared_as_a_whole() -> None:
    """A caption that is D.4 here and D.1 there differs in its number, and not in a digit; a full stop before a number is none of it."""
    piece = Piece("caption", (Run("Table D.4.1: see Plan B. 3 of ISO.9 and pH7.2"),))
    said = [token.text for token in tokens([piece])]

    assert said == ["Table", "D.4.1", ":", "see", "Plan", "B", ".", "3", "of", "ISO", ".", "9", "and", "pH", "7.2"]


def test_words_are_compared_across_paragraphs() -> None:
    """Text that is broken into paragraphs in different ways is the same text."""
    site = [Piece("text", (Run("One two three."),)), Piece("text", (Run("Four five."),))]
    pdf = [
        Piece(
            "text",
            (Run("One two "), Run("three. Four")),
        ),
        Piece("text", (Run("five."),)),
    ]

    assert list(differences(site, pdf)) == []


def test_text_over_text_is_found() -> None:
    """Two words in one place cannot be read; two in one line can."""
    first, second = Run("first", "", 1, (10, 10, 50, 20)), Run("second", "", 1, (12, 10, 50, 20))
    beside = Run("beside", "", 1, (52, 10, 90, 20))

    assert overlaid([(0, first), (1, second)]) == second
    assert overlaid([(0, first), (1, beside)]) is None


def test_sources_of_an_unknown_build_are_not_judged(copy: Path) -> None:
    """Where nothing is known of the last build, no edition is called old."""
    from types import SimpleNamespace

    (copy / "_build/cache/state.json").write_text("[]", encoding="utf-8")

    assert newer_sources(SimpleNamespace(project=Project(copy)), "pdf") == []  # type: ignore[arg-type]


def test_letters_without_a_font_are_said_by_the_build_alone(thesis: Callable[..., Path]) -> None:
    """What no font can print is missing from the PDF, and the build has named it; the editions are not said to differ."""
    root = thesis({"one.md": "# One\n\nA word of Linear B, \U00010000\U00010001, and more words after it.\n"})
    outcome = build(root)

    assert {one.rule for one in outcome.diagnostics} == {"pdf-standard-refused"}
    assert [one for one in check(root) if one.rule.endswith("-differs")] == []


def test_a_script_without_a_font_is_said_once_a_page(thesis: Callable[..., Path]) -> None:
    """A page in Korean lacks every letter where no font has Hangul; that is one remark, and no difference of the editions."""
    text = "주차별 목표와 학습 내용을 미리 알려주지 않으면 주의해야 한다. " * 3
    root = thesis({"one.md": f"# 인과관계의 시각화\n\n{text}\n"})
    outcome = build(root)

    assert [(one.rule, one.path) for one in outcome.diagnostics] == [("pdf-standard-refused", "one.md")]
    assert " more in '" in outcome.diagnostics[0].message
    assert [one for one in check(root) if one.rule.endswith("-differs")] == []


def test_a_formula_that_ends_in_words_has_no_number(thesis: Callable[..., Path]) -> None:
    """Words between brackets at a formula's end are not taken for its number."""
    root = thesis({"one.md": "# One\n\n$$\na = b \\text{ (turbulent)}\n$$\n\n$$\nc = d\n$$ (eq-two)\n"})
    build(root)

    assert [one for one in check(root) if one.rule.endswith("-differs")] == []


def test_another_remark_on_the_page_hides_no_dead_link(thesis: Callable[..., Path]) -> None:
    """What the source is blamed for is said once, and a link that somebody has broken in the file all the same."""
    root = thesis({"one.md": "(here)=\n# One\n\nSee {ref}`lost` and {ref}`here`.\n"})
    build(root)
    spoil(
        root, "one.html", "</article>", '<p>See <a href="#gone-for-good">it</a>, and {numref}`fig-away`.</p></article>'
    )

    found = [(one.rule, one.path) for one in check(root) if one.rule in ("dead-link", "unresolved-mark")]

    assert found == [("dead-link", "_build/html/one.html"), ("unresolved-mark", "_build/html/one.html")]


TERMS = r"""# Terms

```{glossary}
North
As found in {cite}`smith2020`.

South
It is the other one.
```

\begin{align}
a &= b \nonumber \\
  &= c \label{eqn:c}
\end{align}

![](https://example.org/a.png)

![A map of the north](https://example.org/b.png)

````{list-table}
* - ```{figure} a.png
    :name: fig-a
    :alt: A grey square

    A caption in a cell
    ```
````
"""


def test_what_each_edition_writes_in_a_way_of_its_own_is_no_difference(thesis: Callable[..., Path]) -> None:
    """A term that cites, marks of numbers in formulas, pictures on other hosts and figures in cells are read alike."""
    root = thesis({**FILES, "one.md": TERMS, "two.md": "# Two\n\n{numref}`fig-a`, {cite:t}`adams1999`.\n"})
    from PIL import Image

    Image.new("L", (600, 600), 200).save(root / "a.png")
    build(root)

    assert [one.message for one in check(root) if one.rule.endswith("-differs")] == []


def test_what_stands_above_the_first_heading_belongs_to_its_page(thesis: Callable[..., Path]) -> None:
    """A label without its '=' is a paragraph above the heading, and a picture without a file is marked in both editions."""
    root = thesis({"one.md": "# One\n\nWords.\n", "a/two.md": "(a-two)\n# Two\n\nMore words.\n\n![]()\n"})
    build(root)

    assert [one.message for one in check(root) if one.rule.endswith("-differs")] == []


def test_a_sign_that_is_pointed_at_is_no_dead_link(tmp_path: Path) -> None:
    """Lists of contributors link each sign to nothing, for the sake of its title; any other link to nothing is one."""
    page = tmp_path / "a.html"
    signs = '<a href="#ideas-ada" title="Ideas">🤔</a> <a href="#gone" title="There">there</a> <a href="#lost">🤔</a>'
    signs += ' <a class="reference internal" href="#id5" title="Back"><sup>↩</sup></a>'
    page.write_text(f"<article><p>{signs}</p></article>", encoding="utf-8")

    assert [link.target for link in read_page(page, "a.html").links] == ["#gone", "#lost", "#id5"]


ARABIC = """\
# الفصل الأول

هذه فقرة عربية فيها كلمة English وعدد 1234 وسنة 2014 في الوسط.[^why] وجملة ثانية أطول قليلا كي تمتد على أكثر من سطر واحد في الصفحة المطبوعة، حتى نرى ترتيب الكلمات (كما في كتاب {cite:t}`smith2020`).

## قسم آخر

- عنصر أول
- عنصر ثان **مهم** جدا

| اسم | قيمة |
| --- | --- |
| الأول | 1.5 |
| الثاني | 2.5 |

[^why]: حاشية قصيرة عن السبب.

```{bibliography}
```
"""


@pytest.fixture(scope="module")
def backwards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thesis in Arabic with both editions."""
    import matplotlib as mpl

    root = write_thesis(
        tmp_path_factory.mktemp("backwards"),
        {
            "_config.yml": "title: رسالة\nauthor: كاتب\nbibtex_bibfiles: [references.bib]\nsphinx: {config: {language: ar}}\nthesis: {pdf: {fonts: [fonts], font: DejaVu Sans}}\n",
            "_toc.yml": "format: jb-book\nroot: index\nchapters:\n- file: one\n",
            "index.md": "# رسالة\n\nمقدمة قصيرة للرسالة كلها.\n",
            "one.md": ARABIC,
            "references.bib": "@book{smith2020, title={Drones}, author={Smith, Jo}, year=2020, publisher={Press}, address={London}}\n",
        },
    )
    shutil.copytree(Path(mpl.get_data_path()) / "fonts" / "ttf", root / "fonts")
    build(root)
    return root


def test_what_runs_from_right_to_left_is_no_difference(backwards: Path) -> None:
    """A PDF has such a text as it is seen, and nothing is said of that."""
    assert [one for one in check(backwards) if one.rule.endswith("-differs")] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("قصيرة عن السبب", "طويلة عن السبب"),
        ("جملة ثانية أطول", "جملة ثالثة أطول"),
        ("الثاني", "الثالث"),
        ("1234", "1235"),
    ],
)
def test_a_changed_word_that_runs_from_right_to_left_is_named(
    backwards: Path, tmp_path: Path, old: str, new: str
) -> None:
    """The letters of a paragraph, a note and a cell are compared all the same."""
    root = shutil.copytree(backwards, tmp_path / "thesis")
    page = root / "_build" / "html" / "one.html"
    said = page.read_text(encoding="utf-8")
    assert old in said
    page.write_text(said.replace(old, new), encoding="utf-8")

    assert [one.rule for one in check(root) if one.rule.endswith("-differs")] != []
