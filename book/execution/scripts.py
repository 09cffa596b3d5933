"""A chapter's code as a script, in the kernel's own language."""

from __future__ import annotations

import copy
import hashlib
import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from book.project import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

VERSION = 1
"""Format of what is kept; another version is nothing at all."""
PROSE = "thesis-prose-{}"
"""What stands for the prose of a cell in a frame."""


class Frames:
    """What nbconvert made of each chapter's code, with room for its prose.

    In Python prose is comments and nothing else. So nbconvert and IPython, which take as long to load as Sphinx, stay away
    when an author has written a sentence.
    """

    def __init__(self, path: Path) -> None:
        """Keep frames in this file."""
        self._path = path
        value = read_json(path)
        self._before: dict[str, dict[str, str]] = value if isinstance(value, dict) else {}
        self._now = dict(self._before)

    def script(self, notebook: Any, docname: str) -> tuple[str, str]:
        """A chapter as a script, and the suffix that its language gives to one."""
        if str((notebook.metadata.get("language_info") or {}).get("name") or "python") != "python":
            return _converted(notebook, python=False)
        frame = _frame(notebook)
        said = [VERSION, version("nbconvert"), version("ipython"), frame]
        key = hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
        if self._now.get(docname, {}).get("key") != key:
            text, suffix = _converted(frame, python=True)
            self._now[docname] = {"key": key, "text": text, "suffix": suffix}
        return _filled(self._now[docname]["text"], notebook), self._now[docname]["suffix"]

    def keep(self, docnames: Collection[str]) -> None:
        """Write down the frames of these chapters, where any has changed."""
        now = {docname: frame for docname, frame in self._now.items() if docname in docnames}
        if now != self._before:
            write_json(self._path, now)


def _frame(notebook: Any) -> Any:
    """The notebook with a word in place of each piece of prose, and without outputs, which no script shows."""
    frame = copy.copy(notebook)
    frame["cells"] = [copy.copy(cell) for cell in notebook.cells]
    for number, cell in enumerate(frame["cells"]):
        cell["id"] = f"cell-{number}"
        if cell.cell_type == "markdown":
            cell["source"] = PROSE.format(number)
        elif cell.cell_type == "code":
            cell["outputs"] = []
    return frame


def _filled(text: str, notebook: Any) -> str:
    """A frame with the prose of the notebook's cells."""
    done = []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            before, _word, text = text.partition(f"# {PROSE.format(number)}\n")
            done += [before, "# ", cell.source.replace("\n", "\n# "), "\n"]
    return "".join([*done, text])


def _converted(notebook: Any, *, python: bool) -> tuple[str, str]:
    from nbconvert.exporters import PythonExporter, ScriptExporter

    exporter = PythonExporter() if python else ScriptExporter()
    text, resources = exporter.from_notebook_node(notebook)
    return text if text.endswith("\n") else f"{text}\n", str(resources.get("output_extension") or ".txt")
