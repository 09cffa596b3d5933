"""Every kind of defect."""

from __future__ import annotations

from benchmarks.mutants.kinds import (
    citations,
    data,
    editions,
    entries,
    figures,
    findings,
    privacy,
    references,
    structure,
    words,
)
from benchmarks.mutants.mutant import Kind

KINDS: tuple[Kind, ...] = tuple(
    one
    for group in (entries, citations, figures, references, findings, data, structure, words, editions, privacy)
    for one in vars(group).values()
    if isinstance(one, Kind)
)
"""In the order in which they are written."""
