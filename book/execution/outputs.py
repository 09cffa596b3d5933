"""Outputs made the same from run to run: no addresses, no folders of this machine, streams in one order."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

from nbconvert.preprocessors import CoalesceStreamsPreprocessor, Preprocessor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from nbformat import NotebookNode

_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]{6,16}(?=>|&gt;)")
_CELL_FILE = re.compile(r"(?<![^\s'\"<>])[^\s'\"<>]*[/\\]ipykernel_\d+[/\\]\d+\.py")
_PACKAGE_FILE = re.compile(r"(?<![^\s'\"<>])[^\s'\"<>]*[/\\](?:site|dist)-packages[/\\]")
_STYLER = re.compile(r'<table id="T_([0-9a-f]{5})"')
_DATE = re.compile(r"[ \t]*<dc:date>[^<]*</dc:date>\n?")
_BACKSPACE = re.compile(r"[^\n]\x08")
_TEXT = ("text/plain", "text/html", "text/markdown", "text/latex")


class StableOutputs(Preprocessor):  # type: ignore[misc]
    """Take out of a notebook's outputs what changes from run to run without meaning anything."""

    def __init__(self, root: Path, **options: Any) -> None:
        """Paths below `root` are said from there."""
        super().__init__(**options)
        self._root = re.compile(re.escape(str(root)) + r"[/\\]")

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> tuple[NotebookNode, Any]:
        """Settle the outputs of one cell."""
        if cell.cell_type == "code":
            cell.outputs = _ordered(cell.outputs)
            for number, output in enumerate(cell.outputs):
                self._settle(output, f"{index * 256 + number:05x}"[-5:])
        return cell, resources

    def _settle(self, output: NotebookNode, mark: str) -> None:
        kind = output.output_type
        if kind == "stream":
            output.text = self._place(_printed(_ADDRESS.sub("", output.text)))
        elif kind == "error":
            output.evalue = self._place(_ADDRESS.sub("", output.evalue))
            output.traceback = [self._place(_ADDRESS.sub("", line)) for line in output.traceback]
        else:
            if isinstance(output.data.get("image/svg+xml"), str):
                output.data["image/svg+xml"] = _DATE.sub("", output.data["image/svg+xml"])
            for mime in _TEXT:
                if isinstance(output.data.get(mime), str):
                    text = self._root.sub("", _ADDRESS.sub("", output.data[mime]))
                    output.data[mime] = _styled(text, mark) if mime == "text/html" else text

    def _place(self, text: str) -> str:
        """Say files as anybody can find them: from the thesis, from the environment, or as the cell they stand for."""
        text = _PACKAGE_FILE.sub("", _CELL_FILE.sub("cell.py", self._root.sub("", text)))
        return text.replace(sys.base_prefix + os.sep, "")


def preprocessors(root: Path) -> Sequence[Callable[[NotebookNode, Any], tuple[NotebookNode, Any]]]:
    """What a run's outputs go through, in order."""
    return (StableOutputs(root, enabled=True), CoalesceStreamsPreprocessor(enabled=True))


def _ordered(outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Between two displays, what was printed comes before what was warned: their true order depends on the clock."""
    found: list[NotebookNode] = []
    printed: list[NotebookNode] = []
    for output in [*outputs, None]:
        if output is not None and output.output_type == "stream":
            printed.append(output)
            continue
        found += sorted(printed, key=lambda stream: stream.name != "stdout")
        printed = []
        if output is not None:
            found.append(output)
    return found


def _printed(text: str) -> str:
    """Carry out backspaces, as a terminal would."""
    while "\x08" in text:
        shorter = _BACKSPACE.sub("", text)
        if shorter == text:
            return text.replace("\x08", "")
        text = shorter
    return text


def _styled(text: str, mark: str) -> str:
    """Give a pandas Styler's table, and every rule for it, an identifier made from its place."""
    for number, found in enumerate(dict.fromkeys(_STYLER.findall(text))):
        text = text.replace(f"T_{found}", f"T_{mark}{f'-{number}' if number else ''}")
    return text
