"""The table of contents gives the pages of a thesis in order and in role."""

from __future__ import annotations

from pathlib import Path

import pytest

from book.config import read_config
from book.errors import ConfigError
from book.project import Project
from book.sources.contents import Contents, read_contents


def contents(root: Path, toc: str, *pages: str, config: str = "") -> Contents:
    for name in pages:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("# Page\n", encoding="utf-8")
    (root / "_toc.yml").write_text(toc, encoding="utf-8")
    (root / "_config.yml").write_text(config, encoding="utf-8")
    return read_contents(root, read_config(Project(root)))


def refused(root: Path, toc: str, *pages: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        contents(root, toc, *pages)
    assert caught.value.exit_code == 2
    return [str(diagnostic) for diagnostic in caught.value.diagnostics]


def test_pages_have_the_roles_of_a_thesis(tmp_path: Path) -> None:
    """Front matter and appendices are those that the configuration names; what follows the appendices is back matter."""
    toc = "format: jb-book\nroot: index\nparts:\n- chapters:\n  - file: front/abstract\n- caption: Body\n  chapters:\n  - file: one\n    sections:\n    - file: one-a\n  - file: a\n  - file: bib\n"
    config = "thesis:\n  front: {abstract: front/abstract}\n  appendices: [a]\n"

    read = contents(
        tmp_path, toc, "index.md", "front/abstract.md", "one.md", "one-a.ipynb", "a.md", "bib.md", config=config
    )

    assert [(p.docname, p.kind, p.depth, p.part) for p in read.pages] == [
        ("index", "root", 0, ""),
        ("front/abstract", "front", 0, ""),
        ("one", "chapter", 0, "Body"),
        ("one-a", "chapter", 1, "Body"),
        ("a", "appendix", 0, "Body"),
        ("bib", "back", 0, "Body"),
    ]


def test_a_missing_chapter_has_its_line_and_a_suggestion(tmp_path: Path) -> None:
    """Each page that does not exist is named where it is listed."""
    toc = "format: jb-book\nroot: index\nchapters:\n- file: methods\n- file: resutls\n"

    assert refused(tmp_path, toc, "index.md", "method.md", "results.md") == [
        "_toc.yml:4:3: page 'methods' does not exist [chapter-missing]\n  hint: did you mean 'method'?",
        "_toc.yml:5:3: page 'resutls' does not exist [chapter-missing]\n  hint: did you mean 'results'?",
    ]


def test_a_chapter_listed_twice_has_both_places(tmp_path: Path) -> None:
    """The second entry is named, and where the first one stands."""
    toc = "format: jb-book\nroot: index\nchapters:\n- file: one\n- file: one.md\n"

    assert refused(tmp_path, toc, "index.md", "one.md") == [
        "_toc.yml:5:3: page 'one.md' is listed twice [chapter-listed-twice]\n  hint: it stands in line 4 already"
    ]


def test_the_old_list_form_is_read(tmp_path: Path) -> None:
    """A table of contents of an old Jupyter Book is understood, and how to migrate it is said."""
    read = contents(
        tmp_path, "- file: intro\n- file: one\n  sections:\n  - file: two\n", "intro.md", "one.md", "two.md"
    )

    assert [page.docname for page in read.pages] == ["intro", "one", "two"]
    assert read.migrated
    assert "jupyter-book toc migrate" in read.notes[0].hint


def test_no_table_of_contents_is_said(tmp_path: Path) -> None:
    """A folder without `_toc.yml` is no thesis."""
    with pytest.raises(ConfigError, match="there is no table of contents"):
        read_contents(tmp_path, read_config(Project(tmp_path)))


@pytest.mark.parametrize(
    "toc",
    [
        "",
        "just words",
        "format: jb-book\n",
        "format: other\nroot: index\n",
        "format: jb-book\nroot: index\nchapters: 3\n",
    ],
)
def test_a_malformed_table_is_refused_with_a_diagnostic(tmp_path: Path, toc: str) -> None:
    """Whatever stands in the file, the answer is a diagnostic on it."""
    said = refused(tmp_path, toc, "index.md")

    assert said[0].startswith("_toc.yml:")


def test_names_with_spaces_and_other_letters_are_pages(tmp_path: Path) -> None:
    """A page may be called anything that a file may be called."""
    read = contents(
        tmp_path, "format: jb-book\nroot: index\nchapters:\n- file: розділ один\n", "index.md", "розділ один.md"
    )

    assert read.pages[1].path == "розділ один.md"
