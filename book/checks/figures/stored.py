"""Outputs that a notebook's file holds are those that its cells make."""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
from typing import TYPE_CHECKING, Any

from book.author import FIGURE, FINDING, TABLE
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from book.checks.subject import Subject
    from book.execution.runs import Run
    from book.sources.chapters import Chapter


def stored_outputs_are_those_of_the_run(subject: Subject) -> Iterator[Diagnostic]:
    """Every output that a notebook's file holds is the one that its cell makes now."""
    stale = {remark.path for remark in subject.runs.diagnostics}
    for chapter in subject.sources.chapters:
        run = subject.runs.get(chapter.docname)
        if run is None or chapter.format != "notebook" or chapter.path in stale or not _is_live(run):
            continue
        yield from _compared(chapter, run, subject)


def _is_live(run: Run) -> bool:
    return not run.failed and not run.key.startswith(("stored-", "never")) and not run.key.endswith("-failed")


def _compared(chapter: Chapter, run: Run, subject: Subject) -> Iterator[Diagnostic]:
    if not re.search(r'"outputs":\s*\[\s*\{', chapter.text):
        return
    for index, stored in enumerate(_stored(chapter, subject)):
        made = run.outputs[index] if index < len(run.outputs) else ()
        if stored and not same_outputs(stored, made):
            yield Diagnostic(
                "stored-output-differs",
                "the output that the file holds is not the one that the cell makes now",
                "warning",
                chapter.path,
                1,
                1,
                hint="clear the notebook's outputs, or run it and save it",
                cell=chapter.cells[index].line,
            )


def _stored(chapter: Chapter, subject: Subject) -> Sequence[Sequence[dict[str, Any]]]:
    """Outputs in the file, made as free of chance as those of a run."""
    import nbformat

    from book.execution.outputs import preprocessors

    try:
        notebook = nbformat.reads(chapter.text, as_version=4)
        for settle in preprocessors(subject.project.root):
            notebook, _ = settle(notebook, {})
    except (ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError):
        return ()
    return [json.loads(json.dumps(cell.outputs)) for cell in notebook.cells if cell.cell_type == "code"]


def same_outputs(stored: Sequence[Mapping[str, Any]], made: Sequence[Mapping[str, Any]]) -> bool:
    """Whether two lists of outputs say and show the same; warnings, widgets and what depends on the clock do not count."""
    one = [shown for output in stored if (shown := _shown(output))]
    other = [shown for output in made if (shown := _shown(output))]
    return len(one) == len(other) and all(_same(first, second) for first, second in zip(one, other, strict=True))


_OURS = (FINDING, TABLE, FIGURE)
_FORMS = (
    "image/png",
    "image/jpeg",
    "image/svg+xml",
    "text/html",
    "text/latex",
    "text/markdown",
    "application/json",
    "text/plain",
)
"""Which of several forms of one output is compared."""
_LIVING = ("widget", "javascript", "plotly", "vega", "bokeh")
"""Parts of the names of forms that a browser fills."""
_CHANCE = re.compile(
    r" at 0x[0-9A-Fa-f]{6,16}|\bT_[0-9a-f-]{5,}|\b(?:id|for|href|xlink:href)=\"[^\"]*\"|\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|url\(#[^)]*\)"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?|\b\d\d:\d\d:\d\d\b|\b\d+(?:\.\d+)?\s*(?:[mµun]?s|sec(?:ond)?s?|min)\b(?:\s*±[^\n]*)?"
    r"|<metadata>.*?</metadata>|<!--.*?-->",
    re.DOTALL,
)


def _shown(output: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Form and content of what an output shows; None where it shows nothing that stays."""
    kind = output.get("output_type")
    if kind == "stream":
        text = str(output.get("text", ""))
        return ("stream", text) if output.get("name") == "stdout" and text.strip() else None
    if kind == "error":
        return "error", output.get("ename", "")
    data = output.get("data") or {}
    ours = next((name for name in _OURS if name in data), "")
    if ours:
        return ours, {key: value for key, value in data[ours].items() if key not in ("version", "line")}
    if any(living in name for name in data for living in _LIVING):
        return None
    form = next((name for name in _FORMS if name in data), "")
    return (form, data[form]) if form else None


def _same(one: tuple[str, Any], other: tuple[str, Any]) -> bool:
    form, stored = one
    if form != other[0]:
        return False
    if form in ("image/png", "image/jpeg"):
        return _same_picture(str(stored), str(other[1]))
    if form == FIGURE:
        return bool(_said(stored) == _said(other[1]))
    if isinstance(stored, str) and isinstance(other[1], str):
        return _settled(stored) == _settled(other[1])
    return bool(stored == other[1])


def _said(payload: Mapping[str, Any]) -> Any:
    """What a figure of ours says, its drawing without the ids that hang on versions."""
    images = [{**image, "svg": _settled(image.get("svg", ""))} for image in payload.get("images", ())]
    return {**payload, "images": images}


def _settled(text: str) -> str:
    return " ".join(_CHANCE.sub("", text).split())


_TOLERATED = 0.005
"""Share of pixels by which a font or a version of matplotlib may draw otherwise."""
_VISIBLE = 48
"""Difference of a pixel's shade that one sees."""


def _same_picture(one: str, other: str) -> bool:
    """Whether two pictures look the same."""
    if one.split() == other.split():
        return True
    from PIL import Image, ImageChops

    try:
        first, second = (Image.open(io.BytesIO(base64.b64decode(text))).convert("RGB") for text in (one, other))
    except (OSError, ValueError, binascii.Error):
        return False
    if first.size != second.size:
        return False
    shades = ImageChops.difference(first, second).convert("L").histogram()
    return sum(shades[_VISIBLE:]) <= _TOLERATED * first.size[0] * first.size[1]
