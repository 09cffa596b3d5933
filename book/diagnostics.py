"""A remark of a check: place, rule, severity, message, hint."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning"]


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


def as_text(diagnostics: Iterable[Diagnostic]) -> str:
    """One remark after another as an author reads them."""
    return "\n".join(str(d) for d in diagnostics)


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """One object with `diagnostics` and `summary`, as `--format json` promises."""
    listed = list(diagnostics)
    failed = len(errors(listed))
    fields = ("rule", "severity", "path", "line", "column", "message", "hint")
    rows = [_row(asdict(d), fields) for d in listed]
    summary = {"errors": failed, "warnings": len(listed) - failed}
    return json.dumps({"diagnostics": rows, "summary": summary}, ensure_ascii=False, indent=2)


def _row(values: dict[str, object], fields: tuple[str, ...]) -> dict[str, object]:
    """What every diagnostic has, and the places that only those in notebooks and PDFs have."""
    return {name: values[name] for name in fields} | {
        name: values[name] for name in ("cell", "page", "box") if values[name]
    }
