"""Claims hold, and their conditions can be read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from book.diagnostics import Diagnostic
from book.findings import finding_from, format_finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from book.checks.subject import Subject
    from book.document.claims.testing import Claim
    from book.findings import Finding


def every_claim_holds(subject: Subject) -> Iterator[Diagnostic]:
    """Every claim holds under its condition."""
    broken = [claim for claim in subject.document.claims if claim.verdict == "broken"]
    if not broken:
        return
    accepted, places = accepted_before(subject), quoted(subject)
    for claim in broken:
        moved = tuple(_moved(claim.findings, subject.document.findings, accepted, subject.language))
        names = [name for name, _ in moved] or claim.findings
        said = "".join(f"; {change}" for _, change in moved)
        where = [f"'{name}' is quoted at {', '.join(places[name])}" for name in names if places.get(name)]
        hint = "; ".join(["change the words, or see why the findings moved", *where])
        yield _at(claim, Diagnostic("claim-broken", f"claim does not hold: {claim.why}{said}", hint=hint))


def every_condition_can_be_read(subject: Subject) -> Iterator[Diagnostic]:
    """Every condition of a claim can be read and tested."""
    for claim in subject.document.claims:
        if claim.verdict == "unreadable":
            yield _at(claim, Diagnostic("claim-unreadable", claim.why, hint=claim.hint))
        elif claim.verdict == "unknown":
            message = f"{claim.why} in the condition of a claim"
            yield _at(claim, Diagnostic("unknown-finding", message, hint=claim.hint))


def accepted_before(subject: Subject) -> Mapping[str, Any]:
    """What the author has accepted before, by name: objects with `value`, `kind` and `unit`; none without a lock."""
    lock = getattr(subject, "lock", None)
    return getattr(lock, "accepted", None) or {}


def quoted(subject: Subject) -> dict[str, list[str]]:
    """Every place that prints a finding, by name."""
    paths = {page.docname: page.path for page in subject.sources.contents.pages}
    found: dict[str, list[str]] = defaultdict(list)
    for place, name in sorted(
        {(f"{paths.get(use.docname, use.docname)}:{use.line}", use.name) for use in subject.document.uses}
    ):
        found[name].append(place)
    return found


def _moved(
    names: Iterable[str], findings: Mapping[str, Finding], accepted: Mapping[str, Any], language: str
) -> Iterator[tuple[str, str]]:
    """The findings that are not what they were, each with both values as they are printed."""
    for name in names:
        now, before = findings.get(name), accepted.get(name)
        if now is None or before is None:
            continue
        fields = {
            "name": name,
            "value": before.value,
            "kind": before.kind,
            "unit": before.unit,
            "format": getattr(before, "format", "") or now.format,
        }
        old, new = _printed(finding_from(fields), language), _printed(now, language)
        if old != new:
            yield name, f"'{name}' was {old} and is {new}"


def _printed(finding: Finding, language: str) -> str:
    text = format_finding(finding, "", language)
    return text if isinstance(text, str) else str(finding.value)


def _at(claim: Claim, remark: Diagnostic) -> Diagnostic:
    return replace(remark, path=claim.path, line=claim.line, column=claim.column, cell=claim.cell)
