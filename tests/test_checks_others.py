"""The final Word file and e-book are read by themselves, and what they say otherwise than the site is named."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import write_thesis
from materials import unpacked
from test_checks_editions import FILES, said

from book.workflow import build, check

if TYPE_CHECKING:
    from book.diagnostics import Diagnostic


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The thesis as site, Word file and e-book."""
    root = write_thesis(tmp_path_factory.mktemp("others") / "thesis", FILES)
    outcome = build(root, editions=("html", "docx", "epub"))
    assert sorted(outcome.editions) == ["docx", "epub", "html"]
    return root


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    """A copy of the thesis with its editions, to be spoilt."""
    shutil.copytree(built, tmp_path / "copy")
    return tmp_path / "copy"


def spoil(root: Path, edition: str, old: str, new: str) -> None:
    """Change what a final file says, wherever it says so: headings stand in its contents too."""
    path = root / "_build" / f"thesis.{edition}"
    files = unpacked(path)
    texts = [
        name
        for name in files
        if name.endswith(("document.xml", "footnotes.xml", ".xhtml")) and old.encode() in files[name]
    ]
    assert texts
    for name in texts:
        files[name] = files[name].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for one, content in files.items():
            archive.writestr(one, content)


def test_editions_of_one_build_agree(copy: Path) -> None:
    """Nothing is reported of a Word file and an e-book that come from one build with the site."""
    assert said(copy) == []


CHANGES = [
    ("12 %", "21 %", "table-cell-differs", "table 1.1, row 1, column 'Share': the site says '12 %', {} '21 %'"),
    ("Shares by place", "Shares by space", "caption-differs", "'place', {} 'space'"),
    ("42%", "24%", "finding-differs", "'42', {} '24'"),
    ("A second section", "A third section", "heading-differs", "'second', {} 'third'"),
    ("the note says so", "the note says no", "footnote-differs", "'so', {} 'no'"),
    ("p. 7", "p. 8", "citation-differs", "'7', {} '8'"),
    ("another thing", "another think", "text-differs", "'thing', {} 'think'"),
    ("On shares", "On bears", "bibliography-differs", "'shares', {} 'bears'"),
]


@pytest.mark.parametrize(("edition", "name"), [("docx", "the Word file"), ("epub", "the e-book")])
@pytest.mark.parametrize(("old", "new", "rule", "part"), CHANGES)
def test_a_change_is_named(copy: Path, edition: str, name: str, old: str, new: str, rule: str, part: str) -> None:
    """A change in the final file is named with both sides, the file, and the line of the site."""
    spoil(copy, edition, old, new)
    found = [one for one in said(copy) if one.rule == rule]

    assert found, said(copy)
    assert part.format(name) in found[0].message
    assert found[0].path == f"_build/thesis.{edition}"
    assert "(site: _build/html/" in found[0].message


def by_rule(root: Path, rule: str) -> list[Diagnostic]:
    return [one for one in said(root) if one.rule == rule]


def test_a_lost_bookmark_is_a_dead_link(copy: Path) -> None:
    """A reference in the Word file whose bookmark is gone is named."""
    spoil(copy, "docx", 'w:bookmarkStart w:id="1" w:name="', 'w:bookmarkStart w:id="1" w:name="x')
    spoil(copy, "docx", " REF _", " REF _gone_")

    assert by_rule(copy, "dead-link")[0].path == "_build/thesis.docx"


def test_a_link_of_the_book_that_leads_nowhere_is_named(copy: Path) -> None:
    """A link to a page that the e-book does not have is named with what it says."""
    spoil(copy, "epub", 'href="ch002.xhtml', 'href="ch999.xhtml')
    found = by_rule(copy, "dead-link")

    assert found
    assert "ch999.xhtml" in found[0].message


@pytest.mark.parametrize("edition", ["docx", "epub"])
def test_an_unresolved_place_is_named(copy: Path, edition: str) -> None:
    """A raw role in a final file is named."""
    spoil(copy, edition, "another thing", "as {numref}`fig-x` shows")

    assert [(one.path, one.message) for one in by_rule(copy, "unresolved-mark")] == [
        (f"_build/thesis.{edition}", "'{numref}`fig-x`' stands in the text")
    ]


@pytest.mark.parametrize("edition", ["docx", "epub"])
def test_a_path_of_one_machine_is_named(copy: Path, edition: str) -> None:
    """A path of a machine in a final file is named."""
    spoil(copy, edition, "another thing", "/home/adawriter/thesis/data.csv")

    assert [one.path for one in by_rule(copy, "local-path")] == [f"_build/thesis.{edition}"]


def test_a_damaged_file_says_nothing_and_stops_nothing(copy: Path) -> None:
    """A Word file that cannot be read is compared with nothing."""
    (copy / "_build" / "thesis.docx").write_bytes(b"no Word file")

    assert said(copy) == []


def test_an_edition_older_than_its_sources_is_named(copy: Path) -> None:
    """Whoever edits a chapter is told of each edition that does not have it, and how to make it anew."""
    path = copy / "two.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    found = {one.path: one.hint for one in check(copy) if one.rule == "edition-out-of-date"}

    assert found == {
        "_build/html/index.html": "make it anew: 'thesis build'",
        "_build/thesis.docx": "make it anew: 'thesis build --edition docx'",
        "_build/thesis.epub": "make it anew: 'thesis build --edition epub'",
    }


def test_an_old_edition_is_not_compared_with_the_new_site(copy: Path) -> None:
    """A Word file of last month is old, and not wrong word by word; one that is new is compared again."""
    page = copy / "one.md"
    page.write_text(page.read_text(encoding="utf-8").replace("another thing", "another matter"), encoding="utf-8")
    build(copy, editions=("html", "epub"))
    found = [one.rule for one in check(copy) if "docx" in one.path]
    build(copy, editions=("html", "docx"))
    spoil(copy, "docx", "another matter", "another mattress")
    again = [one.rule for one in check(copy) if "docx" in one.path]

    assert (found, again) == (["edition-out-of-date"], ["text-differs"])
