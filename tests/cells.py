"""Cells run in IPython, in this very process: what a kernel would send comes back as notebook outputs."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADER = "---\njupytext: {text_representation: {extension: .md, format_name: myst}}\nkernelspec: {name: python3}\n---\n"


@contextmanager
def shell() -> Iterator[Any]:
    """An IPython without history, gone afterwards."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    running = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    try:
        yield running
    finally:
        InteractiveShell.clear_instance()


def run(*codes: str) -> list[list[dict[str, Any]]]:
    """Run cells one after another; each gives its outputs as a notebook stores them."""
    from IPython.utils.capture import capture_output

    found = []
    with shell() as running:
        for code in ("from book import record, table, figure", *codes):
            with capture_output() as captured:
                result = running.run_cell(code)
            result.raise_error()
            found.append([_stored(output.data, output.metadata) for output in captured.outputs])
    return found[1:]


def _stored(data: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
    whole = {"output_type": "display_data", "data": data, "metadata": metadata or {}}
    return json.loads(json.dumps(whole, allow_nan=False))


def notebook(cells: list[tuple[str, list[dict[str, Any]]] | str]) -> str:
    """A notebook of Markdown cells (text) and code cells (code with its outputs)."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    written = [_markdown(n, cell) if isinstance(cell, str) else _code(n, *cell) for n, cell in enumerate(cells)]
    return json.dumps({"cells": written, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def _markdown(number: int, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": f"c{number}", "metadata": {}, "source": text}


def _code(number: int, code: str, outputs: list[dict[str, Any]]) -> dict[str, Any]:
    shared = {"id": f"c{number}", "metadata": {"tags": ["remove-input"]}, "source": code}
    return {"cell_type": "code", **shared, "outputs": outputs, "execution_count": number}


class Book:
    """A tiny book, read and written by Sphinx with our extension parts and nothing else."""

    def __init__(self, root: Path) -> None:
        """Start an empty book in a folder."""
        self.root = root
        self.values: dict[str, Any] = {"thesis_runs": {}}
        self.warnings = ""

    def page(self, name: str, text: str) -> None:
        """Write a page, or a notebook where the name says so."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def chapter(self, name: str, text: str, *outputs: list[dict[str, Any]]) -> None:
        """Write a Markdown chapter with cells, and hand their outputs over as a run."""
        self.page(name, HEADER + text)
        executed = self.root.parent / f"{self.root.name}-{name}.ipynb"
        executed.write_text(notebook([("", list(given)) for given in outputs]), encoding="utf-8")
        key = str(abs(hash(executed.read_text(encoding="utf-8"))))
        self.values["thesis_runs"][name.removesuffix(".md")] = {"path": name, "executed": str(executed), "key": key}

    def build(self, builder: str = "html", parallel: int = 0, **values: Any) -> dict[str, str]:
        """Build; answer the pages that were written, by name, and keep the warnings."""
        import io

        from sphinx.application import Sphinx
        from sphinx.locale import translators
        from sphinx.util.docutils import docutils_namespace, patch_docutils

        translators.clear()  # Sphinx would go on in the language of the last book

        parts = ("notebooks", "findings", "claims", "outputs", "lists")
        settings = {
            "extensions": ["myst_nb", *(f"book.document.{part}" for part in parts)],
            "nb_execution_mode": "off", "numfig": True, "html_theme": "basic", "project": "A book",
            "exclude_patterns": ["_build"], **self.values, **values,
        }  # fmt: skip
        out, warnings = self.root / "_build" / builder, io.StringIO()
        with patch_docutils(None), docutils_namespace():
            folders = (self.root, None, out, self.root / "_build" / "doctrees")
            app = Sphinx(*folders, builder, settings, status=None, warning=warnings, parallel=parallel)
            app.build()
            self.env, self.app = app.env, app
        self.warnings = (
            warnings.getvalue().replace(f"{self.root}/", "").replace("\x1b[91m", "").replace("\x1b[39;49;00m", "")
        )
        return {
            path.relative_to(out).as_posix(): path.read_text(encoding="utf-8").replace("&#160;", "\u00a0")
            for path in sorted(out.rglob("*.html"))
        }
