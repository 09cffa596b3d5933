"""Remarks of a Word file in words, or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from book.comments.records import Placed

LONG = 160
"""Letters of a passage that are quoted."""
VERBS = {"comment": "comments", "insertion": "inserts", "deletion": "deletes"}


def as_text(found: Sequence[Placed]) -> str:
    """One paragraph a remark: place, who and when, what; what a comment is on, and its answers, below."""
    return "\n".join("\n".join(_lines(one)) for one in found) or "no comment and no tracked change in the file"


def _lines(one: Placed) -> list[str]:
    remark = one.remark
    cell = f" (cell {one.cell})" if one.cell else ""
    place = f"{one.path}:{one.line}{cell}" if one.path else "no passage of the thesis is like it"
    unsure = " (likely)" if one.certainty == "likely" else ""
    who = ", ".join(piece for piece in (remark.author or "somebody", remark.date[:10]) if piece)
    done = " [resolved]" if remark.resolved else ""
    said = remark.text.replace("\n", "\n    ")
    lines = [f"{place}{unsure}: {who} {VERBS[remark.kind]}{done}: {said}"]
    quoted = remark.passage or remark.paragraph
    if quoted:
        lines.append(f"  {'on' if remark.kind == 'comment' else 'behind'}: '{_short(quoted)}'")
    lines += [f"  {reply.author or 'somebody'}, {reply.date[:10]}: {reply.text}" for reply in remark.replies]
    return lines


def _short(text: str) -> str:
    return text if len(text) <= LONG else f"{text[: LONG - 40]} … {text[-35:]}"


def as_json(found: Sequence[Placed]) -> str:
    """All remarks with all that is known of them."""
    return json.dumps({"comments": [_row(one) for one in found]}, ensure_ascii=False, indent=2)


def _row(one: Placed) -> dict[str, Any]:
    remark = asdict(one.remark)
    for name in ("marks", "page", "above", "above_marks"):
        remark.pop(name)
    return {"path": one.path, "line": one.line, "cell": one.cell, "certainty": one.certainty, **remark}
