"""Findings: results that cells recorded under a name, and how they are printed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

from book.author import FINDING
from book.diagnostics import Diagnostic
from book.numbers import print_date, print_number, print_truth, with_unit
from book.values import Kind, python_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from book.sources.chapters import Cell, Chapter


@dataclass(frozen=True, slots=True)
class Finding:
    """A result recorded under a name."""

    name: str
    """Dotted name, unique in the thesis."""
    value: str | int | float | bool | None
    """The value as JSON holds it: dates and decimals as text, a value that is missing as None."""
    kind: Kind = "text"
    """What the value is."""
    unit: str = ""
    """Printed after the value; empty where there is none."""
    format: str = ""
    """Python format spec to print it by; empty for a sensible one."""
    docname: str = ""
    """Chapter that recorded it, as Sphinx names it."""
    path: str = ""
    """That chapter's file, relative to the thesis."""
    cell: int = 0
    """Position of the cell among the chapter's code cells, counted from 0."""
    line: int = 0
    """Line of the file that recorded it (in a notebook, number of the cell), counted from 1; 0 where unknown."""
    twice: bool = False
    """Whether another cell recorded the same name, so that nobody knows which value is meant."""
    tolerance: float | None = None
    """By how much it may differ from the accepted value; None for its printed precision."""
    stand_ins: tuple[str, ...] = ()
    """Resources of the data package that were replaced by synthetic ones before it was recorded."""

    @property
    def content(self) -> str | int | float | bool | date | Decimal | None:
        """The value in its Python type."""
        return python_value(self.kind, self.value)

    def as_dict(self) -> dict[str, Any]:
        """Fields by name, ready for JSON."""
        return asdict(self)


def finding_from(values: Mapping[str, Any]) -> Finding:
    """Take a finding back from its fields; fields that are not known are left out.

    Raises ValueError where a field is missing or holds what it cannot.
    """
    known = {field.name for field in fields(Finding)}
    given = {key: value for key, value in values.items() if key in known and value is not None}
    given["stand_ins"] = tuple(given.get("stand_ins", ()))
    try:
        finding = Finding(**{"value": None, **given})
        if finding.kind not in get_args(Kind):
            raise ValueError(f"kind '{finding.kind}' is not known")
        if not all(isinstance(text, str) for text in (finding.name, finding.unit, finding.format, *finding.stand_ins)):
            raise ValueError("name, unit, format and stand-ins must be text")
        if finding.tolerance is not None and not float(finding.tolerance) >= 0:
            raise ValueError("tolerance must be 0 or more")
        _ = finding.content
    except TypeError as error:
        raise ValueError(str(error)) from error
    return finding


def collect(
    chapters: Iterable[Chapter], outputs: Mapping[str, Sequence[Sequence[Mapping[str, Any]]]]
) -> tuple[dict[str, Finding], tuple[Diagnostic, ...]]:
    """Gather the findings of all chapters, given the outputs of each chapter's code cells by docname.

    A name recorded twice keeps its first value, is marked, and is an error at each later place.
    """
    found: dict[str, Finding] = {}
    diagnostics: list[Diagnostic] = []
    for chapter in chapters:
        for one in recorded_in(chapter, outputs.get(chapter.docname, ())):
            if isinstance(one, Diagnostic):
                diagnostics.append(one)
            elif one.name in found:
                diagnostics.append(recorded_twice(found[one.name], one))
                found[one.name] = replace(found[one.name], twice=True)
            else:
                found[one.name] = one
    return found, tuple(diagnostics)


def recorded_in(chapter: Chapter, outputs: Sequence[Sequence[Mapping[str, Any]]]) -> Iterator[Finding | Diagnostic]:
    """Yield what the cells of a chapter have recorded, in order; what cannot be read comes as a diagnostic."""
    for index, cell in enumerate(outputs):
        written = chapter.cells[index] if index < len(chapter.cells) else None
        yield from _recorded(cell, chapter, index, written)


def _recorded(
    outputs: Iterable[Mapping[str, Any]], chapter: Chapter, index: int, cell: Cell | None
) -> Iterator[Finding | Diagnostic]:
    for payload in payloads(outputs):
        line = place_in(chapter, cell, payload.get("line"))
        place = {"docname": chapter.docname, "path": chapter.path, "cell": index, "line": line}
        try:
            yield finding_from({**payload, **place})
        except ValueError as error:
            name = payload.get("name", "")
            yield Diagnostic(
                "unreadable-finding",
                f"finding '{name}' in the stored output cannot be read: {error}",
                "error",
                chapter.path,
                line,
                hint="run the chapter again",
            )


def payloads(outputs: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """What `record` has put into the outputs of a cell."""
    for output in outputs:
        data = output.get("data") or {}
        payload = data.get(FINDING) if isinstance(data, dict) else None
        if isinstance(payload, dict):
            yield dict(payload)


def place_in(chapter: Chapter, cell: Cell | None, offset: Any) -> int:
    """Line of the file for a line of a cell; in a notebook, the number of the cell."""
    if cell is None:
        return 0
    inside = offset if isinstance(offset, int) and 1 <= offset <= cell.code.count("\n") + 1 else 1
    return cell.line if chapter.format == "notebook" else cell.line + inside - 1


def recorded_twice(first: Finding, second: Finding) -> Diagnostic:
    """Say that two cells have recorded one name."""
    there = ":".join(str(part) for part in (first.path or first.docname, first.line) if part)
    return Diagnostic(
        "finding-recorded-twice",
        f"finding '{second.name}' is recorded twice; it is also recorded at {there}",
        "error",
        second.path,
        second.line,
        hint="give one of them another name",
    )


def unknown_finding(name: str, known: Iterable[str]) -> Diagnostic:
    """Say that no cell records a name, and which name was probably meant."""
    names = sorted(known)
    from difflib import get_close_matches

    close = get_close_matches(name, names, n=1)
    if close:
        hint = f"did you mean '{close[0]}'?"
    elif names:
        hint = f"record it in a cell: record('{name}', value)"
    else:
        hint = "no cell records a finding yet; run the chapters, or record one with record(name, value)"
    return Diagnostic("unknown-finding", f"unknown finding '{name}'", hint=hint)


def format_finding(finding: Finding, spec: str = "", language: str = "en") -> str | Diagnostic:
    """Print a finding by a format spec, its own where none is given, with the marks of a language.

    A spec that does not fit, or a value that is missing, gives a diagnostic without a place.
    """
    chosen = spec or finding.format
    if finding.kind == "missing":
        said = f"finding '{finding.name}' has no value: the cell recorded '{finding.value}'"
        return _not_formatted(said, "see why the computation gives no value there")
    try:
        text = _printed(finding, chosen, language)
    except (ValueError, TypeError, OverflowError, IndexError) as error:
        what, hint = _KINDS.get(finding.kind, ("a number", "try '.1f', '.0%', ',d' or no format at all"))
        said = f"finding '{finding.name}' is {what} and cannot be printed as '{chosen}'"
        return _not_formatted(f"{said}: {_lower(str(error))}", hint)
    return with_unit(text, finding.unit, language)


_KINDS = {
    "text": ("text", "leave the format out"),
    "truth": ("a truth value", "leave the format out"),
    "date": ("a date", "try '%d %B %Y', '%Y' or no format at all"),
    "datetime": ("a date", "try '%d %B %Y', '%H:%M' or no format at all"),
}


def _printed(finding: Finding, spec: str, language: str) -> str:
    value = finding.content
    if isinstance(value, bool):
        if spec:
            raise ValueError("a truth value has no format")
        return print_truth(value, language)
    if isinstance(value, date):
        return print_date(value, spec, language)
    if isinstance(value, (int, float, Decimal)):
        return print_number(value, spec, language)
    return format(str(value), spec)


def _not_formatted(message: str, hint: str) -> Diagnostic:
    return Diagnostic("finding-not-formatted", message, hint=hint)


def _lower(text: str) -> str:
    return (text[:1].lower() + text[1:]).rstrip(".")
