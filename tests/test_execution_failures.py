"""Where a failing cell's line is found, and what is said of it."""

from __future__ import annotations

import pytest
from running import chapters, markdown, notebook, run, write

from book.errors import CellError
from book.execution import failures
from book.sources.chapters import Cell

CELL = Cell(1, "x = 1\ny = f(x)\n", (), 20)


@pytest.mark.parametrize(
    ("trace", "expected"),
    [
        (["\x1b[36mCell\x1b[39m\x1b[36m In[2]\x1b[39m\x1b[32m, line 2\x1b[39m", "Cell In[1], line 5, in f(v)"], 2),
        (["Cell In[2], line 1, in g()", "Cell In[2], line 2"], 2),
        (["Cell In [2], line 2", "File /x/y.py:9, in h()"], 2),
        (["Input In [2], in <cell line: 2>()"], 2),
        (["Error in f(x): object 'x' not found"], 1),
        (["Cell In[1], line 5"], 1),
    ],
)
def test_the_failing_line_is_the_innermost_one_of_the_cell(trace, expected) -> None:
    """Frames of other cells, modules and languages do not mislead."""
    assert failures.line_in_cell(failures.plain(trace), CELL, 2) == expected


def test_long_words_are_cut_and_cell_file_names_dropped(tmp_path) -> None:
    """A message stays one line that can be read, without names that IPython makes up."""
    write(tmp_path, {"one.md": markdown("def (")})
    (chapter,) = chapters(tmp_path)
    found = failures.cell_failed(
        chapter,
        chapter.cells[0],
        error="SyntaxError",
        said="invalid syntax (3948120943.py, line 1)",
        traceback=[],
        count=1,
    )
    long = failures.cell_failed(chapter, chapter.cells[0], error="E", said="a\nb " * 500, traceback=["x"] * 90, count=1)

    assert found.message == "a cell raised SyntaxError: invalid syntax (line 1)"
    assert found.line == 10
    assert long.message.startswith("a cell raised E: a b a b")
    assert len(long.message) < 350
    assert len(long.hint.splitlines()) == failures.SHOWN_LINES


def test_a_notebook_is_told_by_the_number_of_its_cell(tmp_path) -> None:
    """Lines of a notebook's file mean nothing to its author."""
    write(tmp_path, {"one.ipynb": notebook(("1/0", []))})
    (chapter,) = chapters(tmp_path)
    found = failures.cell_timed_out(chapter, chapter.cells[0], 5)

    assert str(found).startswith("one.ipynb: cell 2, line 1: a cell ran for more than 5 s [cell-timeout]\n  hint: ")


@pytest.mark.parametrize(
    ("code", "expected"), [(None, ""), (3, " with exit code 3"), (-11, " of signal SIGSEGV"), (-250, " of signal 250")]
)
def test_a_dead_kernel_is_told_with_what_it_died_of(tmp_path, code, expected) -> None:
    """Exit code and signal are said, and what the process wrote last."""
    write(tmp_path, {"one.md": markdown("1")})
    (chapter,) = chapters(tmp_path)
    found = failures.kernel_died(chapter, chapter.cells[0], code, "Fatal: \x1b[31mno\x1b[0m\n")

    assert found.message == f"kernel 'python3' died while running a cell{expected}"
    assert found.hint == "its last words were:\n    Fatal: no"


def test_an_output_that_no_notebook_can_hold_is_the_cells_failure(tmp_path) -> None:
    """What a cell publishes against the format ends its chapter with a place, and in a draft leaves a mark."""
    publishing = "from IPython.display import publish_display_data\npublish_display_data({'application/x': {'a': 1}})"
    write(tmp_path, {"one.md": markdown("print('before')", publishing, "print('after')")})
    with pytest.raises(CellError) as error:
        run(tmp_path)
    drafted = run(tmp_path, draft=True)["one"]

    assert [(one.rule, one.line) for one in error.value.diagnostics] == [("cell-failed", 14)]
    assert "cannot hold" in error.value.diagnostics[0].message
    assert [len(cell) for cell in drafted.outputs] == [1, 1, 0]
    assert drafted.failed


def test_a_traceback_is_cut_to_what_the_author_wrote(tmp_path) -> None:
    """Cells and modules of the thesis are shown, frames of libraries, of Python and of compiled code are not; another language's are shown as they are."""
    cell = ["Cell In[1], line 4", "----> 4 read('gone.csv')"]
    own = ["File ~/thesis/analysis/load.py:2, in read(path)", "----> 2     return pandas.read_csv(path)"]
    library = ["File /venv/lib/python3.12/site-packages/pandas/io/parsers.py:10, in read_csv(path)", "--> 10 open(path)"]
    standard = ["File /usr/lib/python3.12/json/decoder.py:3, in raw(text)", "--> 3 raise"]
    compiled = ["File pandas/_libs/index.pyx:7, in get()", "--> 7 'no source'", "KeyError: 'x'"]
    other = ["Error in read.csv('gone.csv'):", "1. read.csv('gone.csv')"]

    assert failures.own_frames([*cell, *own, *library, *standard, *compiled]) == [*cell, *own]
    assert failures.own_frames(other) == other
