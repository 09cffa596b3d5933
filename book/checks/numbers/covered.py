"""Results that no cell computes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from book.checks.numbers.reading import Number, cited, numbers_in, quoted, sentence_around, unit_behind, units_of
from book.checks.numbers.typed import typed_findings
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject
    from book.sources.prose import Passage

_CONVENTIONAL = frozenset({0, 1, 5, 10, 25, 50, 68, 75, 80, 90, 95, 99, 100})
"""Percentages that a text speaks of without having measured anything."""
_AROUND_SETTINGS = re.compile(
    r"\b(?:confidence|credible|interval|significance|level|threshold|at least|at most|if |would|assum\w+|suppose|say,|e\.g\.|for example|Konfidenz\w*|"
    r"Schwelle\w*|mindestens|höchstens|wäre\w*|angenommen|etwa wenn|zum Beispiel)",
    re.IGNORECASE,
)
"""Words of a sentence that sets or supposes something rather than reports it."""


def every_result_is_a_finding(subject: Subject) -> Iterator[Diagnostic]:
    """In a chapter with findings, a number with a unit or a percent sign is a finding, quoted, or cited."""
    found = list(_measured(subject))
    if not found:
        return
    typed = {(prose.path, id(passage), number.start) for prose, (passage, number), _remark in typed_findings(subject)}
    for path, passage, number, unit in found:
        if (path, id(passage), number.start) not in typed:
            place = passage.at(number.start)
            written = passage.text[number.start : number.end] + ("" if number.percent else f" {unit}")
            yield Diagnostic(
                "number-without-finding",
                f"'{written}' is typed by hand, and no cell computes it",
                "warning",
                path,
                place.line,
                place.column,
                hint="record it in a cell and print it with {finding}, or cite where it is from",
                cell=place.cell,
            )


def _measured(subject: Subject) -> Iterator[tuple[str, Passage, Number, str]]:
    """Numbers with a unit that chapters with findings report, each with its page and unit."""
    findings = subject.document.findings
    if not findings:
        return
    units = units_of(finding.unit for finding in findings.values())
    paths = {page.docname: page.path for page in subject.sources.contents.pages}
    concerned = {finding.path for finding in findings.values()}
    concerned |= {paths.get(use.docname, use.docname) for use in subject.document.uses}
    for prose in subject.prose:
        for passage in prose.passages if prose.path in concerned else ():
            for number in numbers_in(passage, subject.language):
                unit = "%" if number.percent else unit_behind(passage.text, number.end, units)
                if unit and _reports(passage, number):
                    yield prose.path, passage, number, unit


def _reports(passage: Passage, number: Number) -> bool:
    """Whether the text gives the number out as a result: neither quoted, cited, supposed, nor a usual round share."""
    if passage.kind not in ("paragraph", "item", "caption", "title", "note") or quoted(passage, number.start):
        return False
    if number.percent and not number.places and abs(int(number.value)) in _CONVENTIONAL:
        return False
    first, last = sentence_around(passage.text, number.start)
    return not cited(passage, first, last) and not _AROUND_SETTINGS.search(passage.text[first:last])
