"""Findings that nothing prints."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from book.checks.numbers.accepted import by_recording, listed, place_of
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject


def every_finding_is_used(subject: Subject) -> Iterator[Diagnostic]:
    """Every finding is printed somewhere, tested by a claim, or named in `thesis: unused`."""
    document = subject.document
    used = {use.name for use in document.uses}
    used |= {name for claim in document.claims for name in claim.findings}
    kept = subject.sources.config.thesis.unused
    for (path, line), found in by_recording(subject).items():
        names = [
            finding.name
            for finding in found
            if finding.name not in used and not any(fnmatchcase(finding.name, str(pattern)) for pattern in kept)
        ]
        if not names:
            continue
        many = f"of {len(found)} findings recorded here {len(names)} are never used: {listed(names)}"
        yield Diagnostic(
            "unused-finding",
            f"finding '{names[0]}' is never used" if len(found) == 1 else many,
            "warning",
            **place_of(path, line),
            hint=f"print it with {{finding}}`{names[0]}`, do not record it, or list it under 'thesis: unused'",
        )
