"""The table of kinds, and what falls short."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.mutants.mutant import Kind
    from benchmarks.mutants.planting import Verdict

ORIGINS = ("this", "written", "public")
EACH, ALL = 0.95, 0.99
"""Shares of each kind, and of all, that have to be caught."""
FEWEST = 20
"""Mutants that make a kind count."""


def table(verdicts: Sequence[Verdict], kinds: Iterable[Kind]) -> str:
    """One line a kind: planted and caught by origin, and the share; below it, each one that was missed."""
    heads = ["kind", "rule", *ORIGINS, "planted", "caught", "%"]
    rows = [
        _row(kind.name, ", ".join(kind.rules), [one for one in verdicts if one.kind == kind.name]) for kind in kinds
    ]
    rows.append(_row("all", "", verdicts))
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    lines = [
        "  ".join(
            cell.ljust(width) if i < 2 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in [heads, ["-" * width for width in widths], *rows]
    ]
    missed = [one for one in verdicts if not one.caught]
    for one in missed:
        lines += ["", f"missed: {one.kind} in {one.book}: {one.what}", f"  looked for at {one.where or 'any place'}"]
        lines += [f"  instead: {line}" for said in one.instead for line in said.splitlines()[:1]]
    return "\n".join(lines)


def _row(name: str, rules: str, verdicts: Sequence[Verdict]) -> list[str]:
    by_origin = []
    for origin in ORIGINS:
        here = [one for one in verdicts if one.origin == origin]
        by_origin.append(f"{sum(one.caught for one in here)}/{len(here)}" if here else "-")
    caught = sum(one.caught for one in verdicts)
    share = f"{100 * caught / len(verdicts):.1f}" if verdicts else "-"
    return [name, rules, *by_origin, str(len(verdicts)), str(caught), share]


def shortcomings(verdicts: Sequence[Verdict], kinds: Iterable[Kind]) -> list[str]:
    """What is not as good as it has to be."""
    found = []
    for kind in kinds:
        here = [one for one in verdicts if one.kind == kind.name]
        caught = sum(one.caught for one in here)
        if here and caught < EACH * len(here):
            found.append(f"{kind.name}: {caught} of {len(here)} caught")
        if len(here) < FEWEST:
            found.append(f"{kind.name}: only {len(here)} planted")
    caught = sum(one.caught for one in verdicts)
    if caught < ALL * len(verdicts):
        found.append(f"all: {caught} of {len(verdicts)} caught")
    return found
