"""Outputs of two runs set side by side."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from book.author import FIGURE, FINDING, TABLE
from book.diagnostics import Diagnostic
from book.verifying.causes import cause_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from book.execution.runs import Runs
    from book.sources.chapters import Cell, Chapter
    from book.verifying.code import Code

Output = dict[str, Any]
Places = tuple[tuple[str, ...], tuple[str, ...]]
SHOWN = 60
"""Characters of each value that a message shows."""
TEXTS = ("text/plain", "text/html", "text/markdown", "text/latex", "application/json")
"""What is compared first: what one can read."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an output says, ready to be compared."""

    what: str
    """What it is: `finding 'h3.support'`, `what it prints`; empty for an output that is not there."""
    text: str
    """Its words, where it has any."""
    failed: bool = False
    """Whether it is an exception."""


def differences(
    chapters: Sequence[Chapter], runs: tuple[Runs, Runs], code: Mapping[str, Code], places: Places
) -> list[Diagnostic]:
    """A remark for every output of a cell that is not the same in both runs."""
    found: list[Diagnostic] = []
    for chapter in chapters:
        one, other = (run[chapter.docname].outputs for run in runs)
        for cell in chapter.cells:
            behind = code[chapter.docname].until(cell.index)
            for number, before, after in _pairs(one[cell.index], other[cell.index]):
                found.append(_remark(chapter, cell, number, _said(before, after), behind, places))
    return found


def _pairs(before: Sequence[Output], after: Sequence[Output]) -> Iterator[tuple[int, Output | None, Output | None]]:
    """Outputs that differ, with their number in the first run that has them; one that only one run has stands alone."""
    one, other = ([json.dumps(output, sort_keys=True) for output in listed] for listed in (before, after))
    for kind, start, end, first, last in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind != "equal":
            rows = zip_longest(before[start:end], after[first:last])
            yield from ((start + at, *pair) for at, pair in enumerate(rows, 1))


def _said(before: Output | None, after: Output | None) -> tuple[Said, Said]:
    """What two outputs say: the first part in which they differ."""
    nothing = Said("", "")
    if before is None or after is None or before["output_type"] != after["output_type"]:
        return tuple(_whole(output) if output else nothing for output in (before, after))  # type: ignore[return-value]
    if "data" not in before:
        return _whole(before), _whole(after)
    one, other = before["data"], after["data"]
    for mime in (FINDING, TABLE, FIGURE, *TEXTS, *sorted({*one, *other})):
        if one.get(mime) != other.get(mime):
            return _part(one, mime), _part(other, mime)
    return Said("its metadata", _json(before.get("metadata"))), Said("its metadata", _json(after.get("metadata")))


def _whole(output: Output) -> Said:
    if output["output_type"] == "stream":
        return Said("what it prints" if output["name"] == "stdout" else "what it warns of", _text(output["text"]))
    if output["output_type"] == "error":
        return Said("its exception", f"{output['ename']}: {output['evalue']}", failed=True)
    return _part(
        output["data"],
        next(
            (mime for mime in (FINDING, TABLE, FIGURE, *TEXTS) if mime in output["data"]),
            next(iter(output["data"]), ""),
        ),
    )


def _part(data: Mapping[str, Any], mime: str) -> Said:
    value = data.get(mime)
    if mime == FINDING and isinstance(value, dict):
        return Said(f"finding '{value.get('name')}'", _text(value.get("value")))
    if mime in (TABLE, FIGURE) and isinstance(value, dict):
        kind = "table" if mime == TABLE else "figure"
        shown = {name: content for name, content in value.items() if name != "images"}
        return Said(f"{kind} '{value.get('label')}'", _json(shown))
    if mime.startswith("image/"):
        return Said("its picture", "")
    return Said("its result" if mime in TEXTS else f"its '{mime}'", _text(value) if mime in TEXTS else "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "".join(value) if isinstance(value, list) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _remark(
    chapter: Chapter, cell: Cell, number: int, said: tuple[Said, Said], code: str, places: Places
) -> Diagnostic:
    """Say what differs, with both values, and what it probably comes from."""
    before, after = said
    texts = (before.text, after.text)
    cause = cause_of(texts, before.what or after.what, code, places)
    shown = (
        ", then ".join(_quoted(text, said_) for text, said_ in zip(apart(*texts), said, strict=True))
        if any(texts)
        else ""
    )
    what = before.what if before.what == after.what or not after.what else after.what
    why = f" ({cause.what})" if cause.what else ""
    verb = "fails" if after.failed and not before.failed else "is not the same"
    subject = (
        f"code cell {cell.index + 1}" if verb == "fails" else f"{what} (code cell {cell.index + 1}, output {number})"
    )
    message = f"{subject} {verb} when its cells run again{f': {shown}' if shown else ''}{why}"
    line, number = (1, cell.line) if chapter.format == "notebook" else (cell.line, 0)
    return Diagnostic("not-reproducible", message, "error", chapter.path, line, hint=cause.hint, cell=number)


def _quoted(text: str, said: Said) -> str:
    return f"'{text}'" if said.what else "nothing"


def apart(before: str, after: str) -> tuple[str, str]:
    """The part in which two texts differ, from the word before it on."""
    one, other = " ".join(before.split()), " ".join(after.split())
    if one == other:  # only spaces and ends of lines differ
        one, other = repr(before)[1:-1], repr(after)[1:-1]
    same = next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other))
    )
    start = max(one.rfind(" ", 0, same) + 1, same - SHOWN // 2, 0)
    return _cut(one, start), _cut(other, start)


def _cut(text: str, start: int) -> str:
    end = start + SHOWN
    return f"{'...' if start else ''}{text[start:end]}{'...' if len(text) > end else ''}"
