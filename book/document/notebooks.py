"""Runs handed to MyST-NB, as if it had executed the chapters itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

READER = "book.document.notebooks.read_executed"


def read_executed(text: str, executed: str, path: str) -> Any:
    """Read a chapter's text and give its cells the outputs of its run.

    Prose comes from `text`, so that an edit of it needs no run; outputs come from the notebook `executed`, cell by cell.
    """
    import nbformat

    notebook = nbformat.reads(text, as_version=4) if path.endswith(".ipynb") else _read_markdown(text, path)
    run = nbformat.v4.reads(Path(executed).read_text(encoding="utf-8"))
    outputs = [cell for cell in run.cells if cell.cell_type == "code"]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell, ran in zip(cells, outputs, strict=False):
        cell.outputs, cell.execution_count = ran.outputs, ran.execution_count
    if "language_info" in run.metadata:
        notebook.metadata["language_info"] = run.metadata["language_info"]
    return notebook


def _read_markdown(text: str, path: str) -> Any:
    from myst_nb.core.read import read_myst_markdown_notebook
    from myst_parser.config.main import MdParserConfig

    return read_myst_markdown_notebook(text, config=MdParserConfig(), add_source_map=True, path=path)


def _give_runs(app: Sphinx) -> None:
    """Name a reader for each chapter that has a run; MyST-NB looks readers up by how a path ends."""
    config = app.env.mystnb_config  # type: ignore[attr-defined]
    readers = dict(config.custom_formats)
    for docname, run in app.config.thesis_runs.items():
        source = Path(app.srcdir) / run["path"]
        readers[str(app.env.doc2path(docname))] = (READER, {"executed": run["executed"], "path": str(source)}, False)
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
    app.add_config_value("thesis_runs", {}, "")
    app.connect("builder-inited", _give_runs, priority=900)
    app.connect("env-get-outdated", _outdated)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
