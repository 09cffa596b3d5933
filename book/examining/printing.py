"""What was found of a deposit, as text, JSON, and one page for an examiner."""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from book.examining.items import KINDS
from book.examining.unpacking import TURNING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.examining import Report
    from book.examining.items import Item

VERSION = 1
"""Format of the JSON."""
PLURALS = {
    "archive": "archive",
    "source": "sources",
    "environment": "environment",
    "lock": "locks",
    "table cell": "table cells",
}


def plural(kind: str) -> str:
    """A kind as a heading names it."""
    return PLURALS.get(kind, f"{kind}s")


def counts(report: Report, kind: str = "") -> Counter[str]:
    """How many things are the same, within their tolerance, different."""
    return Counter(one.sameness for one in report.items if kind in ("", one.kind))


def kinds(report: Report) -> Iterator[tuple[str, list[Item]]]:
    """Things that were compared, kind by kind."""
    for kind in KINDS:
        found = [one for one in report.items if one.kind == kind]
        if found:
            yield kind, found


def verdict(report: Report) -> str:
    """The last line: what came of it."""
    found = counts(report)
    if report.good:
        near = f", {found['within tolerance']} within tolerance" if found["within tolerance"] else ""
        return f"nothing differs: {found['same']} the same{near}"
    return f"{found['different']} differ, {found['within tolerance']} within tolerance, {found['same']} the same"


def as_text(report: Report) -> str:
    """What differs, by kind, and how much is the same."""
    lines = [
        f"{report.title or report.archive}",
        *([f"commit {report.commit}"] if report.commit else []),
        *(f"note: {note}" for note in report.notes),
    ]
    for kind, found in kinds(report):
        told = counts(report, kind)
        lines.append(
            f"{plural(kind)}: "
            + ", ".join(f"{told[word]} {word}" for word in ("same", "within tolerance", "different") if told[word])
        )
        for one in found:
            if one.sameness != "same":
                lines.append(
                    f"  {one.name}: {'' if one.sameness == 'different' else 'within tolerance: '}{one.difference}"
                )
                lines += (
                    [f"    archived: {one.before or 'nothing'}", f"    rebuilt:  {one.after or 'nothing'}"]
                    if one.before or one.after
                    else []
                )
    return "\n".join(_plain(line) for line in [*lines, verdict(report)])


def _plain(line: str) -> str:
    """A line that cannot play with a terminal."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line)


def as_json(report: Report) -> str:
    """One object: what was examined, sums, every item, notes."""
    value = {
        "version": VERSION,
        "archive": {"name": report.archive, "sha256": report.sha256, "title": report.title, "commit": report.commit},
        "summary": {word: counts(report)[word] for word in ("same", "within tolerance", "different")},
        "good": report.good,
        "items": [dataclasses.asdict(one) for one in report.items],
        "notes": list(report.notes),
    }
    return json.dumps(value, ensure_ascii=True, indent=1)


def _seen(value: object) -> object:
    """A text in which what is read backwards, or not shown at all, is spelt out; markup of the page itself stays."""
    if type(value) is not str:
        return value
    return "".join(ascii(letter)[1:-1] if letter in TURNING or (unicodedata.category(letter) == "Cc" and letter not in "\n\t") else letter for letter in value)


def as_html(report: Report) -> str:
    """One self-contained page; everything that comes from the archive is text in it, never markup."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("book", "templates/examining"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
    )
    environment.globals.update(kinds=kinds, plural=plural, counts=counts, verdict=verdict)
    return environment.get_template("report.html").render(report=report)
