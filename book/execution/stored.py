"""Outputs that a notebook's file holds, for chapters whose cells are not to run."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, cast

from book.execution.runs import Run

if TYPE_CHECKING:
    from book.sources.chapters import Chapter


def stored_run(chapter: Chapter) -> Run:
    """The run that an author saved with a notebook; a Markdown chapter holds none."""
    if chapter.format != "notebook":
        return Run(chapter.docname, "stored-none", tuple(() for _ in chapter.cells), tuple(None for _ in chapter.cells))
    notebook = _notebook(chapter.text)
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    outputs = tuple(tuple(cell["outputs"]) for cell in cells)
    counts = tuple(cell.get("execution_count") for cell in cells)
    metadata = {
        name: notebook["metadata"][name] for name in ("language_info", "widgets") if name in notebook["metadata"]
    }
    key = hashlib.sha256(json.dumps([outputs, counts, metadata], sort_keys=True).encode()).hexdigest()[:40]
    return Run(chapter.docname, f"stored-{key}", outputs, counts, metadata=metadata)


def _notebook(text: str) -> dict[str, Any]:
    """The notebook in today's format, its texts whole, as plain dictionaries."""
    import nbformat

    notebook = nbformat.reads(text, as_version=4)
    return cast("dict[str, Any]", json.loads(json.dumps(notebook)))
