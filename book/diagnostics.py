"""A remark of a check: place, rule, severity, message, hint."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Severity = Literal["error", "warning"]

_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something that an author should look at."""

    rule: str
    """Name of the rule: what the docs head it with and `_config.yml` silences."""
    message: str
    """What is: lower case, names in quotes, no full stop."""
    severity: Severity = "error"
    """`error` makes the command exit with 1; `warning` does not."""
    path: str = ""
    """File, relative to the thesis, with forward slashes; empty where no file is concerned."""
    line: int = 0
    """Line in the file, counted from 1; 0 where unknown. In a notebook with `cell` given, line within that cell."""
    column: int = 0
    """Column in the line, counted from 1; 0 where unknown."""
    hint: str = ""
    """What to try."""
    cell: int = 0
    """In a notebook, the number of the cell, text cells included, counted from 1; 0 elsewhere."""
    page: int = 0
    """In a PDF, the sheet, counted from 1; 0 elsewhere."""
    box: tuple[float, float, float, float] | tuple[()] = ()
    """In a PDF, left, bottom, right and top in points from the sheet's lower left corner; empty where unknown."""

    def __post_init__(self) -> None:
        """A box that comes from a JSON file is a list."""
        object.__setattr__(self, "box", tuple(self.box))

    def __str__(self) -> str:
        """Place first, then the message, then the rule; the hint on a line of its own."""
        inside = f"cell {self.cell}" if self.cell else f"page {self.page}" if self.page else ""
        place = ":".join(str(part) for part in (self.path, inside, self.line, self.column if self.line else 0) if part)
        text = f"{place}: {self.message} [{self.rule}]" if place else f"{self.message} [{self.rule}]"
        return f"{text}\n  hint: {self.hint}" if self.hint else text


@dataclass(frozen=True, slots=True)
class Silenced:
    """A remark that the author does not want to hear, and why."""

    diagnostic: Diagnostic
    """The remark."""
    reason: str
    """The author's words; empty where none are given."""
    path: str
    """File in which it is silenced: that of the place, or `_config.yml`."""
    line: int
    """Line of the silencing, counted from 1; in a notebook with `cell` given, line within that cell."""
    cell: int = 0
    """In a notebook, the number of the cell that silences, counted from 1; 0 elsewhere."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says in the end."""

    diagnostics: tuple[Diagnostic, ...]
    """All that is remarked, sorted by place."""
    silenced: tuple[Silenced, ...] = ()
    """All that would have been remarked, had the author not silenced it."""


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each remark once, sorted by place."""
    return tuple(
        sorted(
            set(diagnostics), key=lambda d: (d.path, d.cell, d.page, d.line, d.column, d.rule, d.message, d.hint, d.box)
        )
    )


def errors(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The remarks that make a command exit with 1."""
    return tuple(d for d in diagnostics if d.severity == "error")


def clean(text: str) -> str:
    """Text that any terminal, file and reader of UTF-8 takes: no half characters, no control characters."""
    return _CONTROLS.sub("\ufffd", _SURROGATES.sub("\ufffd", text))


def as_text(diagnostics: Iterable[Diagnostic], silenced: Sequence[Silenced] = ()) -> str:
    """One remark after another as an author reads them, and how many are silenced; what follows with the same hint does not repeat it."""
    lines: list[str] = []
    before = None
    for one in diagnostics:
        said = (one.rule, one.hint)
        lines.append(clean(_as_line(one, hint=said != before)))
        before = said
    if silenced:
        lines.append(f"{len(silenced)} remark{' is' if len(silenced) == 1 else 's are'} silenced")
    return "\n".join(lines)


def _as_line(diagnostic: Diagnostic, *, hint: bool) -> str:
    """A remark as it says itself, and that it is a warning where it is one."""
    mild = diagnostic.severity == "warning"
    shown = replace(
        diagnostic,
        rule=f"{diagnostic.rule}, warning" if mild else diagnostic.rule,
        hint=diagnostic.hint if hint else "",
    )
    return str(shown)


def as_json(diagnostics: Iterable[Diagnostic], silenced: Sequence[Silenced] = ()) -> str:
    """One object with `diagnostics`, `silenced` and `summary`, as `--format json` promises."""
    listed = list(diagnostics)
    failed = len(errors(listed))
    fields = ("rule", "severity", "path", "line", "column", "message", "hint")
    rows = [_row(asdict(d), fields) for d in listed]
    quiet = [_row(asdict(one.diagnostic), fields) | {"reason": one.reason} for one in silenced]
    summary = {"errors": failed, "warnings": len(listed) - failed, "silenced": len(silenced)}
    value = {"diagnostics": rows, "silenced": quiet, "summary": summary}
    return _SURROGATES.sub("\ufffd", json.dumps(value, ensure_ascii=False, indent=2))


def _row(values: dict[str, object], fields: tuple[str, ...]) -> dict[str, object]:
    """What every diagnostic has, and the places that only those in notebooks and PDFs have."""
    return {name: values[name] for name in fields} | {
        name: values[name] for name in ("cell", "page", "box") if values[name]
    }
