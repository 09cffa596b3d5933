"""Executed notebooks and scripts, for the reader of MyST-NB and for downloads."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import nbformat
import pytest
from running import chapters, markdown, notebook, write

from book.execution.exports import write_notebooks
from book.execution.runs import Run

if TYPE_CHECKING:
    from pathlib import Path

HELLO = {"output_type": "stream", "name": "stdout", "text": "hello\n"}
PYTHON = {"language_info": {"name": "python", "file_extension": ".py", "nbconvert_exporter": "python"}}


def a_run(docname: str, key: str = "k", cells: int = 1) -> Run:
    return Run(docname, key, ((HELLO,),) * cells, tuple(range(1, cells + 1)), metadata=PYTHON)


@pytest.fixture
def root(tmp_path) -> Path:
    stored = [{"output_type": "stream", "name": "stdout", "text": "stale"}]
    return write(
        tmp_path,
        {
            "chapters/one.md": markdown(":tags: [remove-input]\nprint('hello')\n%matplotlib inline", "2"),
            "two.ipynb": notebook(("print('hello')", stored)),
            "prose.md": "# Prose\n",
        },
    )


def export(root: Path, **runs: Run) -> dict[str, tuple[str, int]]:
    found = {"chapters/one": a_run("chapters/one", cells=2), "two": a_run("two"), **runs}
    written = write_notebooks(found, chapters(root), root / "_build/executed", root)
    return {
        path.relative_to(root / "_build/executed").as_posix(): (
            path.read_text(encoding="utf-8"),
            path.stat().st_mtime_ns,
        )
        for path in written
    }


def test_each_chapter_with_a_run_has_a_notebook_and_a_script(root) -> None:
    """Prose and code are the chapter's, outputs the run's and never the stored ones; both files are valid."""
    found = export(root)
    one, two = (nbformat.reads(found[name][0], as_version=4) for name in ("chapters/one.ipynb", "two.ipynb"))

    assert sorted(found) == ["chapters/one.ipynb", "chapters/one.py", "two.ipynb", "two.py"]
    for executed in (one, two):
        nbformat.validate(executed)
    assert [cell.cell_type for cell in one.cells] == ["markdown", "code", "code"]
    assert one.cells[1].outputs == [HELLO]
    assert one.cells[1].execution_count == 1
    assert one.cells[1].metadata.tags == ["remove-input"]
    assert two.cells[1].outputs == [HELLO]
    assert one.metadata.kernelspec.name == "python3"
    assert one.metadata.language_info.name == "python"
    assert "print('hello')" in found["chapters/one.py"][0]
    compile(found["chapters/one.py"][0], "one.py", "exec")


def test_identifiers_follow_from_places(root) -> None:
    """Two exports of one run are the same bytes."""
    first = export(root)
    for path in (root / "_build/executed").rglob("*.*"):
        path.unlink()

    assert {name: text for name, (text, _) in export(root).items()} == {name: text for name, (text, _) in first.items()}
    assert [cell["id"] for cell in json.loads(first["chapters/one.ipynb"][0])["cells"]] == [
        "cell-0",
        "cell-1",
        "cell-2",
    ]


def test_files_are_written_anew_only_where_something_changed(root) -> None:
    """Another run or another text rewrites a chapter's notebook, and no other's."""
    first = export(root)
    assert export(root) == first

    other = replace(a_run("two", key="other"), outputs=((),))
    second = export(root, two=other)
    assert second["chapters/one.ipynb"] == first["chapters/one.ipynb"]
    assert nbformat.reads(second["two.ipynb"][0], as_version=4).cells[1].outputs == []
    assert second["two.py"] == first["two.py"]

    path = root / "chapters/one.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nMore prose.\n", encoding="utf-8")
    assert "More prose." in export(root)["chapters/one.ipynb"][0]


def test_a_lost_or_damaged_file_is_written_again(root) -> None:
    """What is not there, or not known, is made anew."""
    first = export(root)
    (root / "_build/executed/two.ipynb").unlink()
    (root / "_build/executed/index.json").write_text("[1", encoding="utf-8")

    assert export(root)["two.ipynb"][0] == first["two.ipynb"][0]


def test_files_of_chapters_that_are_gone_are_deleted(root) -> None:
    """The folder holds what the thesis holds."""
    export(root)
    (root / "two.ipynb").unlink()

    assert sorted(export(root)) == ["chapters/one.ipynb", "chapters/one.py"]
    assert not list((root / "_build/executed").glob("two.*"))


def test_another_language_has_a_script_of_its_own(root) -> None:
    """The suffix of a download is that of the kernel's language."""
    run = replace(a_run("two"), metadata={"language_info": {"name": "R", "file_extension": ".r"}})

    assert "print('hello')" in export(root, two=run)["two.r"][0]


def test_outputs_stay_with_their_cells(root) -> None:
    """A fence that MyST-NB does not take for a cell shifts no output to the next one."""
    text = markdown("'first'", "'last'").replace(
        "```{code-cell} python\n'last'",
        "1. item\n\n   ```{code-cell} python\n   'nested'\n   ```\n\n```{code-cell} python\n'last'",
    )
    write(root, {"chapters/one.md": text})
    cells = next(chapter for chapter in chapters(root) if chapter.docname == "chapters/one").cells
    outputs = tuple(({"output_type": "stream", "name": "stdout", "text": cell.code},) for cell in cells)
    found = export(
        root, **{"chapters/one": Run("chapters/one", "k", outputs, tuple(range(len(cells))), metadata=PYTHON)}
    )
    code = [
        cell for cell in nbformat.reads(found["chapters/one.ipynb"][0], as_version=4).cells if cell.cell_type == "code"
    ]

    assert [(cell.source, cell.outputs[0].text) for cell in code] == [("'first'", "'first'"), ("'last'", "'last'")]


def test_scripts_wait_until_they_are_asked_for(root) -> None:
    """Without scripts a changed page gives a new notebook beside the old script; the next call with them writes it."""
    export(root)
    page = root / "chapters/one.md"
    page.write_text(page.read_text(encoding="utf-8") + "\nAn afterthought.\n", encoding="utf-8")
    runs = {"chapters/one": a_run("chapters/one", cells=2), "two": a_run("two")}
    folder = root / "_build/executed"

    def told() -> list[bool]:
        return [
            "afterthought" in (folder / f"chapters/one.{kind}").read_text(encoding="utf-8") for kind in ("ipynb", "py")
        ]

    written = write_notebooks(runs, chapters(root), folder, root, scripts=False)

    assert told() == [True, False]
    assert len(written) == 4

    write_notebooks(runs, chapters(root), folder, root)

    assert told() == [True, True]
