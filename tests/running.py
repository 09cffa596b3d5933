"""Chapters with cells written into a folder, and run or asked about there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from book.config import read_config
from book.execution.execute import execute
from book.execution.progress import Progress
from book.execution.staleness import stale
from book.project import Project
from book.sources.chapters import Chapter, read_chapter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from book.execution.runs import Runs

HEADER = (
    "---\nfile_format: mystnb\nkernelspec: {name: KERNEL, display_name: any}\nmystnb: {OPTIONS}\n---\n\n# A chapter\n\n"
)
"""Eight lines; the first cell's fence stands on line 9."""


def write(root: Path, files: dict[str, str]) -> Path:
    """Write files below a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def markdown(*cells: str, kernel: str = "python3", options: str = "") -> str:
    """A Markdown chapter with these cells; a cell that starts with a colon brings its own options."""
    return HEADER.replace("KERNEL", kernel).replace("OPTIONS", options) + "\n".join(
        f"```{{code-cell}} python\n{cell}\n```\n" for cell in cells
    )


def notebook(*cells: tuple[str, list[dict[str, object]]], kernel: str = "python3") -> str:
    """A notebook with these cells and the outputs stored with them, after a cell of text."""
    listed: list[dict[str, object]] = [{"cell_type": "markdown", "metadata": {}, "source": "# A chapter"}]
    for source, outputs in cells:
        listed.append({"cell_type": "code", "metadata": {}, "source": source, "outputs": outputs, "execution_count": 7})
    metadata = {"kernelspec": {"name": kernel, "display_name": "any", "language": "python"}}
    return json.dumps({"cells": listed, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4})


def chapters(root: Path) -> list[Chapter]:
    """Every chapter below the folder, sorted by name."""
    paths = sorted(path for path in root.rglob("*") if path.suffix in (".md", ".ipynb") and "_build" not in path.parts)
    names = [path.relative_to(root).as_posix() for path in paths]
    read = [read_chapter(root, name.rpartition(".")[0], name) for name in names]
    return [chapter for chapter in read if isinstance(chapter, Chapter)]


def run(
    root: Path, *, jobs: int = 0, draft: bool = False, progress: Progress | None = None, executor: str = "local",
    meanwhile: Callable[[], object] = lambda: None,
) -> Runs:  # fmt: skip
    """Execute what is stale."""
    project = Project(root)
    with progress or Progress(quiet=True) as shown:
        return execute(
            chapters(root), project, read_config(project), jobs=jobs, draft=draft, progress=shown, executor=executor,
            meanwhile=meanwhile,
        )  # fmt: skip


def why(root: Path) -> dict[str, tuple[str, ...]]:
    """What would run, and why."""
    project = Project(root)
    return stale(chapters(root), project, read_config(project))


def printed(runs: Runs, docname: str) -> str:
    """What a chapter's cells wrote to standard output."""
    outputs = (output for cell in runs[docname].outputs for output in cell)
    return "".join(
        output["text"] for output in outputs if output["output_type"] == "stream" and output["name"] == "stdout"
    )
