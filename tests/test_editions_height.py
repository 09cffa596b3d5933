"""What is told of pages without setting them: the height of tables, the words at their heads."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
from every_kind import CONFIG, cell, figure, header, image, maths, para, table, thesis_in

from book.document.parts import Part
from book.editions import typst
from book.editions.height import Height, height_of
from book.editions.pdf import PdfResult, make_pdf

if TYPE_CHECKING:
    from pathlib import Path

HEAD = ["No", "Weight"]
ROWS = [[f"E{n}", f"{n * 0.37:.2f}"] for n in range(40)]


def printed(folder: Path, blocks: list[dict[str, Any]], config: str = CONFIG) -> PdfResult:
    """Print one chapter."""
    project, settings = thesis_in(folder, config)
    part = Part("chapter", "", "one", "One", (header(1, "First things", "one", "1"), *blocks))
    return make_pdf([part], settings, project, draft=False, macros={}, language="en", sources={"one": "one.md"})


def sheets(result: PdfResult) -> list[str]:
    """The words of each sheet."""
    assert result.data is not None
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(result.data)).pages]


def plate(rows: int) -> dict[str, Any]:
    return figure(
        [table(HEAD, ROWS[:rows])], "Weights", "table", identifier=f"t{rows}", number=f"1.{rows}", kind="table"
    )


def test_a_plain_table_tells_its_height() -> None:
    """Rows, the longest cells side by side, and the words around it."""
    told = height_of([table(HEAD, ROWS[:3])], [{"t": "Str", "c": "Weights"}], [para("A note.")])

    assert told == Height(rows=4, across=len("E0" + "Weight"), below=len("Weights" + "A note.") + 1)


@pytest.mark.parametrize(
    "odd",
    [
        [*cell("x")[:4], [para("One."), para("Two.")]],
        [*cell("x")[:4], [para(maths("x^2"))]],
        [*cell("x")[:4], [para(image("/a.png", "A"))]],
        [*cell("x")[:2], 2, 1, cell("x")[4]],
        [*cell("x")[:2], 1, 2, cell("x")[4]],
    ],
    ids=["two paragraphs", "formula", "picture", "two rows", "two columns"],
)
def test_of_other_tables_nothing_is_told(odd: list[Any]) -> None:
    """A cell that may be higher than a line makes the table one that must be set to be judged."""
    node = table(HEAD, ROWS[:3])
    node["c"][4][0][3][1][1][0] = odd

    assert height_of([node], [], []) is None


def test_tables_come_out_as_if_they_had_been_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To be sure of a table's height without setting it changes no byte."""
    blocks = [one for rows in (1, 8, 15, 20, 30, 40) for one in (plate(rows), para("Words between. " * 60))]
    told = printed(tmp_path / "a", blocks).data
    monkeypatch.setattr(typst, "_height", lambda *_: None)
    measured = printed(tmp_path / "b", blocks).data

    assert told == measured


def test_a_short_table_breaks_where_the_paper_is_shorter(tmp_path: Path) -> None:
    """A few rows are more than a page on paper as small as a hand, in letters as large as a thumb."""
    small = (
        "  pdf:\n    paper: a7\n    font-size: 20pt\n    margins: {inner: 5mm, outer: 5mm, top: 10mm, bottom: 10mm}\n"
    )
    result = printed(tmp_path, [plate(12)], CONFIG + small)
    found = sheets(result)

    assert sum("No Weight" in sheet for sheet in found) > 1
    assert [sum(f"{row[0]} {row[1]}" in sheet for sheet in found) for row in ROWS[:12]] == [1] * 12


def test_a_sheet_names_its_chapter_and_its_last_section(tmp_path: Path) -> None:
    """Sections that begin on the sheet count, those of another chapter do not, and a chapter's first sheet bears nothing."""
    words = para("Words that fill it. " * 600)
    project, settings = thesis_in(tmp_path, CONFIG)
    parts = [
        Part("chapter", "", "a", "A", (header(1, "Alpha", "a", "1"), header(2, "Apple", "a1", "1.1"), words, header(2, "Apricot", "a2", "1.2"), words)),
        Part("chapter", "", "b", "B", (header(1, "Beta", "b", "2"), words)),
    ]  # fmt: skip
    result = make_pdf(parts, settings, project, draft=False, macros={}, language="en", sources={})
    heads = [re.match(r"1 Alpha 1\.[12] \w+|2 Beta(?! \d)|", sheet) for sheet in sheets(result)]
    told = [head[0] for head in heads if head and head[0]]

    assert list(dict.fromkeys(told)) == ["1 Alpha 1.1 Apple", "1 Alpha 1.2 Apricot", "2 Beta"]
    assert told == sorted(told)
