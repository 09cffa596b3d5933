"""Our Sphinx extension: what a thesis has beyond a Jupyter Book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PARTS = (
    "book.document.placeholders",
    "book.document.changes",
    "book.document.notebooks",
    "book.document.findings",
    "book.document.counted",
    "book.document.claims",
    "book.document.foreign",
    "book.document.outputs",
    "book.document.outlines",
    "book.document.numbering",
    "book.document.pictures",
    "book.document.citations",
    "book.document.lists",
    "book.document.labels",
    "book.document.references",
    "book.document.floats",
    "book.document.unknown",
    "book.document.pandoc.builder",
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Set up each part; every part has its own `setup` and its own configuration values."""
    for part in PARTS:
        app.setup_extension(part)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
