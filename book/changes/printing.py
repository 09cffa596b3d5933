"""What has changed, as text and JSON."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from book.changes.compare import Changes, DrawingChange, TableChange
    from book.changes.revision import Revision

MOST_CELLS = 12
"""Cells of one table that text names; the report has all of them."""


def place(path: str, line: int, cell: int = 0) -> str:
    """A place as diagnostics say it."""
    return ":".join(str(part) for part in (path, f"cell {cell}" if cell else "", line) if part)


def as_text(changes: Changes, revision: Revision) -> str:
    """Section by section, results first; what has not changed is not named."""
    lines = [f"since {revision}", *(f"note: {note}" for note in changes.notes)]
    if changes.nothing:
        return "\n".join([*lines, "nothing has changed"])
    for heading, listed in _sections(changes):
        told = list(listed)
        if told:
            lines += ["", heading, *(f"  {line}" for line in told)]
    return "\n".join(lines)


def _sections(changes: Changes) -> Iterator[tuple[str, Iterable[str]]]:
    yield (
        "findings",
        (
            f"{c.name}: {_from_to(c.before, c.after)}{f' ({c.by})' if c.by else ''}"
            if c.how == "changed"
            else f"{c.name}: {c.how}{f', {c.after or c.before}' if c.after or c.before else ''}"
            for c in changes.findings
        ),
    )
    yield "claims", (f"{place(c.path, c.line)}: {c.how}: '{_short(c.words)}' ({c.condition})" for c in changes.claims)
    yield "sentences that quote what has moved", (_quotation(c) for c in changes.quotations)
    yield "tables", (line for c in changes.tables for line in _table(c))
    yield "figures", (_drawing(c) for c in changes.drawings)
    yield (
        "data",
        (f"{c.path}: {c.how if c.how != 'changed' else _rows(c.rows_added, c.rows_removed)}" for c in changes.data),
    )
    yield (
        "bibliography",
        (
            f"{c.key}: {c.how}" + "".join(f"; {name}: {_from_to(was, now)}" for name, was, now in c.fields)
            for c in changes.entries
        ),
    )
    yield "citations", (f"{c.key}: cited {c.before} -> {c.after} times" for c in changes.cited)
    yield (
        "sections",
        (
            f"{place(c.path, c.line)}: '{c.title}' {c.how}{f' (stood {c.before})' if c.before else ''}"
            for c in changes.sections
        ),
    )
    yield "text", (line for c in changes.sentences for line in _sentence(c))


def _from_to(before: str, after: str) -> str:
    return f"{before or 'nothing'} -> {after or 'nothing'}"


def _short(text: str, most: int = 100) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"


def _rows(added: int, removed: int) -> str:
    said = [
        f"{number} row{'' if number == 1 else 's'} {how}"
        for number, how in ((added, "new"), (removed, "gone"))
        if number
    ]
    return ", ".join(said) or "changed"


def _quotation(change: Any) -> str:
    named = f" ({', '.join(change.moved)})" if change.moved else ""
    if change.before == change.after:
        return f"{place(change.path, change.line, change.cell)}: {change.after}{named}"
    return f"{place(change.path, change.line, change.cell)}: {change.after}{named}\n    was: {change.before}"


def _table(change: TableChange) -> Iterator[str]:
    if change.how != "changed":
        yield f"{_called(change)}: {change.how} ({change.path})"
        return
    yield f"{_called(change)} ({change.path}): {_short(change.caption)}"
    if change.caption_before:
        yield f"  caption was: {change.caption_before}"
    for cell in change.cells[:MOST_CELLS]:
        yield f"  {cell.row}, {cell.column}: {_from_to(cell.before, cell.after)}"
    if len(change.cells) > MOST_CELLS:
        yield f"  and {len(change.cells) - MOST_CELLS} more cells"
    for what, names in (
        ("row added", change.rows_added), ("row removed", change.rows_removed),
        ("column added", change.columns_added), ("column removed", change.columns_removed),
    ):  # fmt: skip
        for name in names:
            yield f"  {what}: {_short(name)}"


def _drawing(change: DrawingChange) -> str:
    if change.how != "changed":
        return f"{_called(change)}: {change.how} ({change.path})"
    words = (
        change.before
        and change.after
        and (change.before.caption, change.before.alt) != (change.after.caption, change.after.alt)
    )
    said = [change.difference.said] if change.difference else []
    said += ["caption or alternative text"] if words else []
    return f"{_called(change)} ({change.path}): {', '.join(said)}"


def _called(change: TableChange | DrawingChange) -> str:
    """The label, after its number where that is known."""
    was = f", {change.number_before} before" if change.number_before else ""
    return f"{change.number} ({change.label}{was})" if change.number else change.label


def _sentence(change: Any) -> Iterator[str]:
    where = place(change.path, change.line, change.cell)
    if change.before:
        yield f"{where}: - {change.before}"
    if change.after:
        yield f"{where}: + {change.after}"


def as_json(changes: Changes, revision: Revision) -> str:
    """One object: the revision, and a list of each kind of change; of pictures their differences, not their bytes."""
    value: dict[str, Any] = {"version": 1, "revision": dataclasses.asdict(revision)}
    for name in ("findings", "claims", "quotations", "tables", "data", "entries", "cited", "sections", "sentences"):
        value[name] = [dataclasses.asdict(change) for change in getattr(changes, name)]
    value["figures"] = [_figure(change) for change in changes.drawings]
    value["notes"] = list(changes.notes)
    return json.dumps(value, ensure_ascii=False, indent=2)


def _figure(change: DrawingChange) -> dict[str, Any]:
    return {
        "label": change.label,
        "number": change.number,
        "number_before": change.number_before,
        "how": change.how,
        "path": change.path,
        "caption": change.caption,
        "caption_before": change.before.caption if change.before else "",
        "difference": change.difference.said if change.difference else "",
        "pixels": change.difference.pixels if change.difference else None,
    }
