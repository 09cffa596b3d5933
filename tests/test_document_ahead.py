"""What is started ahead of a build, or left from the one before, changes no byte of what is built."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOTEBOOK
from test_watching import watching

from book.document.ahead import Ahead
from book.project import Project
from book.workflow import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Write

BIBLIOGRAPHY = """\
@book{first, author = {Ada First}, title = {One Book}, year = {2001}, publisher = {P}}
@book{second, author = {Bea Second}, title = {Another Book}, year = {2002}, publisher = {P}}
"""
CELL = """
```{{code-cell}} python
from book import record
record("count", {count})
```
"""
FILES = {
    "_config.yml": "title: A small thesis\nauthor: Ada Writer\nonly_build_toc_files: true\nbibtex_bibfiles: [references.bib]\n",
    "references.bib": BIBLIOGRAPHY,
    "one.md": "(first)=\n# One\n\nWords of the first page, {cite:p}`first`.\n\n## Within\n\nMore words.\n",
    "two.md": NOTEBOOK
    + "# Two\n\nSee {ref}`first` and {ref}`last`. There are {finding}`count` of them.\n"
    + CELL.format(count=3),
    "three.md": "(last)=\n# Three\n\n```{index} term\n```\n\nThe last words.\n\n```{bibliography}\n```\n",
    "_static/own.css": "p { color: black; }\n",
}


def put(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new), encoding="utf-8")


def drop_a_page(root: Path) -> None:
    put(root, "_toc.yml", "      - file: one\n", "")
    put(root, "two.md", "{ref}`first`", "the first")
    (root / "one.md").unlink()


EDITS: tuple[tuple[str, Callable[[Path], None]], ...] = (
    ("prose", lambda root: put(root, "one.md", "Words of", "Other words of")),
    ("prose, undone", lambda root: put(root, "one.md", "Other words of", "Words of")),
    ("a heading", lambda root: put(root, "one.md", "More words.", "More words.\n\n## A second section\n\nAnd more.")),
    ("a title that others print", lambda root: put(root, "one.md", "# One\n", "# The first one\n")),
    ("a label", lambda root: put(root, "one.md", "## Within", "(within)=\n## Within")),
    ("a reference to it", lambda root: put(root, "three.md", "The last words.", "The last words, see {ref}`within`.")),
    ("a citation", lambda root: put(root, "three.md", "The last words", "The last words {cite:t}`second`")),
    ("an index entry", lambda root: put(root, "three.md", "{index} term", "{index} another")),
    ("an entry of the bibliography", lambda root: put(root, "references.bib", "Another Book", "A Third Book")),
    ("a finding", lambda root: put(root, "two.md", '"count", 3', '"count", 4')),
    ("the order of pages", lambda root: put(root, "_toc.yml", "      - file: two\n      - file: three\n", "      - file: three\n      - file: two\n")),
    ("a style sheet", lambda root: put(root, "_static/own.css", "black", "blue")),
    ("prose of a page that came late", lambda root: put(root, "three.md", "The last words", "The very last words")),
    ("the configuration", lambda root: put(root, "_config.yml", "A small thesis", "A thesis with another title")),
    ("a page less", drop_a_page),
    ("prose, after all that", lambda root: put(root, "two.md", "There are", "There were")),
)  # fmt: skip


def editions(root: Path) -> dict[str, str]:
    """Every file of both editions, by its digest."""
    files = [*(root / "_build" / "html").rglob("*"), root / "_build" / "thesis.pdf"]
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.is_file()
    }


def built_anew(root: Path, folder: Path) -> dict[str, str]:
    """The editions of the same sources, built in a folder and a process of their own."""
    shutil.copytree(root, folder, ignore=shutil.ignore_patterns("_build"))
    command = [sys.executable, "-c", f"from book.workflow import build; build({str(folder)!r})"]
    subprocess.run(command, check=True, capture_output=True)
    return editions(folder)


def test_a_watch_writes_what_a_first_build_writes(
    thesis: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each of many edits in one watch, every file of both editions is what a new process makes of the same sources."""
    monkeypatch.setenv("THESIS_STORE", str(tmp_path / "store"))  # cells need not run again each time
    root = thesis(FILES)
    different: dict[str, list[str]] = {}
    with watching(root) as watched:
        watched.after(1)
        for number, (name, edit) in enumerate(EDITS, 1):
            edit(root)
            ended = watched.after(number + 1)
            assert ended["phase"] == "built", (name, ended["diagnostics"])
            assert ended["changed"], name
            one, other = editions(root), built_anew(root, tmp_path / str(number))
            wrong = sorted(path for path in {*one, *other} if one.get(path) != other.get(path))
            if wrong:
                different[name] = wrong

    assert different == {}


class Starts:
    """Stands in for Sphinx's start, and counts."""

    def __init__(self, *extensions: str) -> None:
        self.extensions, self.begun, self.open = extensions, 0, 0

    @contextmanager
    def __call__(self, _project: Project, _values: dict[str, Any]) -> Iterator[Any]:
        self.begun += 1
        self.open += 1
        try:
            yield SimpleNamespace(extensions=self.extensions, builder=None), self.begun
        finally:
            self.open -= 1


def read(ahead: Ahead, root: Path, start: Starts, title: str = "A") -> int:
    """The number of the start that a reading gets."""
    values = {"external_toc_path": str(root / "_toc.yml"), "title": title}
    with ahead.started(Project(root), values, frozenset({"one.md"}), start) as (_app, number):
        return int(number)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda _root: None, 2),
        (lambda root: (root / "one.md").write_text("# Other\n", encoding="utf-8"), 2),
        (lambda root: (root / "own.css").write_text("p {}\n", encoding="utf-8"), 3),
        (lambda root: (root / "_toc.yml").write_text("format: jb-book\nroot: one\n", encoding="utf-8"), 3),
    ],
    ids=["nothing", "a page", "a new file", "the table of contents"],
)
def test_a_start_serves_while_no_file_but_pages_has_changed(
    thesis: Write, edit: Callable[[Path], None], expected: int
) -> None:
    """What was started ahead is taken after an edit of a page, and thrown away after one of any other file."""
    root, ahead, start = thesis({"one.md": "# One\n"}), Ahead(), Starts("book.document.extension", "myst_nb")
    read(ahead, root, start)
    ahead.prepare()
    edit(root)

    found = read(ahead, root, start)

    assert found == expected
    assert start.open == 0


def test_a_start_serves_one_configuration(thesis: Write) -> None:
    """With another value of the configuration nothing that was started ahead is taken."""
    root, ahead, start = thesis({"one.md": "# One\n"}), Ahead(), Starts("myst_nb")
    read(ahead, root, start)
    ahead.prepare()

    assert read(ahead, root, start, title="B") == 3


def test_nothing_is_started_ahead_with_an_extension_that_nobody_knows(thesis: Write) -> None:
    """An extension of the author's may look at anything when it starts: it starts with its build."""
    root, ahead, start = thesis({"one.md": "# One\n"}), Ahead(), Starts("myst_nb", "authors_own")
    read(ahead, root, start)
    ahead.prepare()

    assert start.begun == 1


def test_an_authors_extension_sees_every_page_written(thesis: Write) -> None:
    """Where an extension that nobody knows writes with the pages, index and assets are written with them each time."""
    root = thesis(
        {
            "_config.yml": "title: T\nauthor: A\nonly_build_toc_files: true\nsphinx:\n  local_extensions: {seen: .}\n",
            "seen.py": (
                "def note(app, name, *rest):\n"
                "    with open(app.srcdir / 'seen.log', 'a') as stream:\n"
                "        stream.write(name + ' ')\n"
                "def setup(app):\n"
                "    app.connect('html-page-context', note)\n"
                "    return {'parallel_read_safe': True, 'parallel_write_safe': True}\n"
            ),
            "one.md": "# One\n\nWords.\n",
        }
    )
    build(root)
    put(root, "one.md", "Words", "Other words")
    (root / "seen.log").unlink()

    build(root)

    assert sorted((root / "seen.log").read_text(encoding="utf-8").split()) == [
        "edition/reproducibility", "genindex", "index", "one", "search",
    ]  # fmt: skip


def test_the_index_stays_where_it_is_not_written(thesis: Write) -> None:
    """After an edit of prose the index and the search page stand as they were, and are not written anew."""
    root = thesis({"one.md": "# One\n\nWords.\n"})
    build(root, editions=["html"])
    kept = root / "_build" / "cache" / "sphinx" / "html"
    before = {name: (kept / name).stat().st_mtime_ns for name in ("genindex.html", "search.html", "one.html")}
    put(root, "one.md", "Words", "Other words")

    build(root, editions=["html"])
    after = {name: (kept / name).stat().st_mtime_ns for name in before}

    assert [name for name in before if before[name] != after[name]] == ["one.html"]
    assert {"genindex.html", "search.html"} <= {path.name for path in (root / "_build" / "html").iterdir()}
