"""Findings and the values that were accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from book.diagnostics import Diagnostic
from book.execution.dependencies import inputs_of
from book.lock import FILE, change, changed_inputs, moved, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject
    from book.findings import Finding
    from book.lock import Accepted


class Place(TypedDict, total=False):
    """The part of a diagnostic that says where."""

    path: str
    line: int
    cell: int


MOST_NAMED = 6
"""Names, places or files that one remark lists; the others are counted."""


def there_is_a_lock(subject: Subject) -> Iterator[Diagnostic]:
    """A thesis that records findings has a `findings.lock`, so that a number that moves is noticed."""
    findings = subject.document.findings
    if not findings or subject.lock.exists:
        return
    recorded = "1 finding is" if len(findings) == 1 else f"{len(findings)} findings are"
    yield Diagnostic(
        "no-lock",
        f"{recorded} recorded and there is no {FILE}: a number that moves would not be noticed",
        "warning",
        hint=f"run 'thesis accept' and commit {FILE}",
    )


def the_lock_can_be_read(subject: Subject) -> Iterator[Diagnostic]:
    """Every line of `findings.lock` can be read; a broken one costs itself alone."""
    yield from subject.lock.diagnostics


def every_finding_is_as_accepted(subject: Subject) -> Iterator[Diagnostic]:
    """Every finding is within its tolerance of the value that was accepted."""
    changed: str | None = None
    for name, finding in subject.document.findings.items():
        was = subject.lock.accepted.get(name)
        if was is None or finding.twice or not moved(finding, was):
            continue
        if changed is None:
            changed = _why(subject)
        yield _moved(subject, finding, was, changed)


def _moved(subject: Subject, finding: Finding, was: Accepted, changed: str) -> Diagnostic:
    language = subject.language
    tolerance = finding.tolerance if finding.tolerance is not None else was.tolerance
    within = f" (tolerance {tolerance:.6g})" if tolerance else ""
    places = _places(subject, finding.name)
    printed = f"; printed at {', '.join(places)}" if places else "; printed nowhere"
    return Diagnostic(
        "finding-moved",
        f"finding '{finding.name}' has moved: {change(finding, was, language)}{within}{printed}",
        "error",
        **place_of(finding.path, finding.line),
        hint=f"{changed}look at what the text says there, then run 'thesis accept {finding.name}'",
    )


def _places(subject: Subject, name: str) -> list[str]:
    """Every place that prints a finding."""
    paths = {page.docname: page.path for page in subject.sources.contents.pages}
    uses = sorted(
        {(paths.get(use.docname, use.docname), use.line) for use in subject.document.uses if use.name == name}
    )
    return [f"{path}, cell {line}" if path.endswith(".ipynb") else f"{path}:{line}" for path, line in uses]


def _why(subject: Subject) -> str:
    """Which of the files that runs depend on have changed since everything was accepted."""
    before = subject.lock.inputs
    if not before:
        return ""
    found = list(changed_inputs(before, inputs_of(subject.runs, subject.project, subject.sources.config)))
    if not found:
        return "no file that runs depend on has changed, so a cell or a package has; "
    return f"since it was accepted {listed(found)}; "


def every_finding_is_accepted(subject: Subject) -> Iterator[Diagnostic]:
    """Every finding that is recorded stands in `findings.lock`."""
    lock = subject.lock
    if not lock.exists or not lock.readable:
        return
    for (path, line), found in by_recording(subject).items():
        new = [finding for finding in found if finding.name not in lock.accepted]
        if not new:
            continue
        values = [f"'{finding.name}' ({said(finding, subject.language)})" for finding in new]
        what = f"finding {values[0]} is" if len(new) == 1 else f"{len(new)} findings are"
        others = "" if len(new) == 1 else f": {listed(values)}"
        yield Diagnostic(
            "finding-not-accepted",
            f"{what} not in {FILE}{others}",
            "warning",
            **place_of(path, line),
            hint=f"run 'thesis accept{' ' + new[0].name if len(new) == 1 else ''}'",
        )


def every_accepted_finding_is_recorded(subject: Subject) -> Iterator[Diagnostic]:
    """Every finding in `findings.lock` is still recorded."""
    from difflib import get_close_matches

    findings = subject.document.findings
    new = sorted(set(findings) - set(subject.lock.accepted))
    for name, was in subject.lock.accepted.items():
        if name in findings:
            continue
        close = get_close_matches(name, new, n=1)
        renamed = f"was it renamed to '{close[0]}'? " if close else ""
        yield Diagnostic(
            "finding-gone",
            f"finding '{name}' was accepted from {was.path} and no cell records it",
            "warning",
            FILE,
            was.line,
            hint=f"{renamed}record it again, or run 'thesis accept {name}'",
        )


def by_recording(subject: Subject) -> dict[tuple[str, int], list[Finding]]:
    """Findings by the place that records them: a loop records many in one."""
    found: dict[tuple[str, int], list[Finding]] = {}
    for finding in subject.document.findings.values():
        found.setdefault((finding.path, finding.line), []).append(finding)
    return found


def place_of(path: str, line: int) -> Place:
    """Where a finding is recorded, as a diagnostic says it: in a notebook, its line is the number of the cell."""
    return {"path": path, "cell": line} if path.endswith(".ipynb") else {"path": path, "line": line}


def listed(names: list[str]) -> str:
    """A few names, and how many more there are."""
    rest = len(names) - MOST_NAMED
    return ", ".join(names) if rest <= 1 else f"{', '.join(names[:MOST_NAMED])} and {rest} more"
