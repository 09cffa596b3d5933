"""What stands against a publication; each can be allowed by its name, which the edition then tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.git import GitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from book.publishing.repository import Repository

REASONS = {
    "uncommitted-changes": "commit them, so that the edition can be made again from its commit",
    "failing-checks": "run 'thesis check' and mend what it says",
    "stale-lock": "look at 'thesis diff', then run 'thesis accept' and commit findings.lock",
    "leaked-secrets": "withdraw what is still valid, take it out of the cell, and build again",
    "local-paths": "print paths relative to the thesis, or leave them out of what a cell shows",
    "stand-ins": "build where the restricted data are, or say in the text that these results are synthetic",
    "altered-editions": "put back what was published, from the place's history or a copy",
    "other-files": "publish to another branch or folder, or keep these files beside the editions",
}
"""Name of each reason, and what to do about it."""
LOCK = frozenset({"broken-lock", "finding-gone", "finding-moved", "finding-not-accepted", "no-lock"})
LEAKS = {
    "secret": "leaked-secrets",
    "local-path": "local-paths",
    "machine-name": "local-paths",
    "data-stand-in": "stand-ins",
}
"""Rules whose remarks stand against a publication whatever their severity."""
SHOWN = 3
"""Remarks that a reason quotes."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that stands against a publication."""

    name: str
    """What to allow it by."""
    message: str
    """What it is."""

    def refusal(self) -> Diagnostic:
        """As an author is told."""
        hint = f"{REASONS[self.name]}; '--allow {self.name}' publishes all the same, and the edition says so"
        return Diagnostic(self.name, self.message, "error", hint=hint)


def reasons_of(remarks: Sequence[Diagnostic], repository: Repository | None) -> list[Reason]:
    """What stands against publishing what has been built, in the order of `REASONS`."""
    sorted_out: dict[str, list[Diagnostic]] = {}
    for remark in remarks:
        name = LEAKS.get(remark.rule) or ("stale-lock" if remark.rule in LOCK else "")
        if name or remark.severity == "error":
            sorted_out.setdefault(name or "failing-checks", []).append(remark)
    found = [Reason(name, _quoted(listed)) for name, listed in sorted_out.items()]
    if uncommitted := _uncommitted(repository):
        found.append(Reason("uncommitted-changes", uncommitted))
    order = list(REASONS)
    return sorted(found, key=lambda one: order.index(one.name))


def _uncommitted(repository: Repository | None) -> str:
    """What is not as it was committed, in words; empty where everything is."""
    if repository is None:
        return "the thesis is not in a git repository, or has no commit"
    try:
        changed = repository.changed()
    except GitError as error:
        return f"git cannot tell what has changed: {error}"
    return f"files differ from the last commit: {_some(changed)}" if changed else ""


def _quoted(remarks: Sequence[Diagnostic]) -> str:
    said = [f"{one.path}{f':{one.line}' if one.line else ''}: {one.message}".lstrip(": ") for one in remarks]
    return _some(said, "; ")


def _some(said: Iterable[str], between: str = ", ") -> str:
    listed = list(said)
    more = f"{between}and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return between.join(listed[:SHOWN]) + more
