"""Runs handed to MyST-NB, as if it had executed the chapters itself."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.diagnostics import Diagnostic
from book.document.places import warn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

READER = "book.document.notebooks.read_executed"
HINT = "move it out of the directive or list around it; if there is none, report it with its chapter"


def read_executed(text: str, executed: str, path: str, docname: str, live: bool) -> Any:
    """Read a chapter's text and give its cells the outputs of its run.

    Prose comes from `text`, so that an edit of it needs no run; outputs come from the notebook `executed`, cell by cell.
    A cell of a live run that never ran is a fault of ours, and is said: its output would be missing without a word.
    """
    import nbformat

    notebook = nbformat.reads(text, as_version=4) if path.endswith(".ipynb") else _read_markdown(text, path)
    run = nbformat.v4.reads(Path(executed).read_text(encoding="utf-8"))
    outputs = [cell for cell in run.cells if cell.cell_type == "code"]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell, ran in zip(cells, outputs, strict=False):
        cell.outputs, cell.execution_count = ran.outputs, ran.execution_count
        if live and _lost(cell):
            remark = Diagnostic("cell-not-run", f"cell '{cell.source.strip().splitlines()[0]}' did not run", hint=HINT)
            warn(remark, (docname, 0))
    for name in ("language_info", "widgets"):
        if name in run.metadata:
            notebook.metadata[name] = run.metadata[name]
    return notebook


def _lost(cell: Any) -> bool:
    """Whether a cell that should have run has no count."""
    skipped = "skip-execution" in (cell.metadata.get("tags") or ())
    return cell.execution_count is None and bool(cell.source.strip()) and not skipped


def _read_markdown(text: str, path: str) -> Any:
    from myst_nb.core import read
    from myst_parser.config.main import MdParserConfig

    return read.read_myst_markdown_notebook(text, config=MdParserConfig(), add_source_map=True, path=path)


def count_blank_lines() -> None:
    """Have MyST-NB know where the text of a Markdown cell begins.

    It takes the blank lines before a cell's text away and goes on counting from where they began, so that places lie a
    line too low behind a cell with none, and too high behind one with several.
    """
    from myst_nb.core import read

    theirs = read.read_myst_markdown_notebook
    if hasattr(theirs, "__wrapped__"):
        return

    @wraps(theirs)
    def counted(text: str, *given: Any, **named: Any) -> Any:
        notebook = theirs(text, *given, **named)
        starts = notebook.metadata.get("source_map")
        if starts:
            lines = text.splitlines()
            notebook.metadata["source_map"] = [
                _first_line(lines, start) if cell.cell_type == "markdown" else start
                for cell, start in zip(notebook.cells, starts, strict=True)
            ]
        return notebook

    read.read_myst_markdown_notebook = counted


def _first_line(lines: list[str], start: int) -> int:
    """The line before the first one with text, since MyST-NB adds one."""
    first = next((number for number in range(start, len(lines)) if lines[number].strip()), start)
    return max(first - 1, 0)


def _give_runs(app: Sphinx) -> None:
    """Name a reader for each chapter that has a run; MyST-NB looks readers up by how a path ends.

    Sphinx is not asked for the path: at this time it knows the pages of the last reading, and guesses those of new ones.
    """
    config = app.env.mystnb_config  # type: ignore[attr-defined]
    readers = dict(config.custom_formats)
    for docname, run in app.config.thesis_runs.items():
        source = str(Path(app.srcdir, run["path"]))
        live = not run["key"].startswith(("stored-", "never")) and not run["key"].endswith("-failed")
        given = {"executed": run["executed"], "path": source, "docname": docname, "live": live}
        readers[source] = (READER, given, False)
    app.env.mystnb_config = config.copy(custom_formats=readers)  # type: ignore[attr-defined]


def _outdated(
    app: Sphinx, env: BuildEnvironment, _added: set[str], _changed: set[str], _removed: set[str]
) -> Iterable[str]:
    """Pages whose run is another than the one they were read with."""
    before = getattr(env, "thesis_run_keys", {})
    now = {docname: run["key"] for docname, run in app.config.thesis_runs.items()}
    env.thesis_run_keys = now  # type: ignore[attr-defined]
    return sorted(
        docname for docname in {*before, *now} if before.get(docname) != now.get(docname) and docname in env.all_docs
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register `thesis_runs`: docname -> path of the source, path of the executed notebook, key of the run."""
    count_blank_lines()
    app.add_config_value("thesis_runs", {}, "")
    app.connect("builder-inited", _give_runs, priority=900)
    app.connect("env-get-outdated", _outdated)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
