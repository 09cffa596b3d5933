"""What executing a chapter's cells produced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from book.diagnostics import Diagnostic

Outputs = tuple[tuple[dict[str, Any], ...], ...]
"""For each code cell, its outputs as nbformat writes them."""


@dataclass(frozen=True, slots=True)
class Run:
    """One chapter's cells, executed or reused."""

    docname: str
    """The chapter, as Sphinx names it."""
    key: str
    """Digest of everything the run depends on; another key, another run."""
    outputs: Outputs
    """Outputs of each code cell, in order."""
    counts: tuple[int | None, ...] = ()
    """Execution count of each code cell; None where it was not run."""
    seconds: float = 0.0
    """How long its cells took when they ran."""
    reasons: tuple[str, ...] = ()
    """Why it ran; empty where it was reused."""
    metadata: dict[str, Any] = field(default_factory=dict)
    """What the kernel says of the notebook as a whole: its language, the state of widgets."""
    failed: bool = False
    """Whether a cell failed; only a draft goes on from there."""

    @property
    def language_info(self) -> dict[str, Any]:
        """The kernel's description of its language; empty where nothing ran."""
        found = self.metadata.get("language_info")
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Runs(Mapping[str, Run]):
    """The run of every chapter that has cells, by docname."""

    found: dict[str, Run]
    """Runs by docname, in the order of the chapters."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What went wrong in a draft, and which runs do not stand."""
    outside: tuple[Diagnostic, ...] = ()
    """What runs read from outside of the thesis."""

    def __getitem__(self, docname: str) -> Run:
        return self.found[docname]

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    @property
    def executed(self) -> tuple[str, ...]:
        """Chapters whose cells ran in this call."""
        return tuple(name for name, run in self.found.items() if run.reasons)

    @property
    def reused(self) -> tuple[str, ...]:
        """Chapters whose run was there before."""
        return tuple(name for name, run in self.found.items() if not run.reasons)
