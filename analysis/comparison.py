"""Structured, focused comparison of cases, and rival explanations set against the evidence.

The comparison puts the same questions to each case (George and Bennett 2005, 67-72).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd


@dataclass(frozen=True, slots=True)
class Contrast:
    """What a comparison of two cases amounts to."""

    questions: int
    """Questions put to both cases."""
    same: int
    """Questions that both answer alike: these cannot explain a difference."""
    different: int
    """Questions that they answer differently."""
    unknown: int
    """Questions that one of them leaves unanswered."""


def contrast(frame: pd.DataFrame) -> Contrast:
    """Count the answers, from column relation with values same, different, unknown."""
    counts = frame["relation"].value_counts()
    same, different, unknown = (int(counts.get(name, 0)) for name in ("same", "different", "unknown"))
    return Contrast(len(frame), same, different, unknown)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a rival explanation stands against the evidence."""

    rival: str
    """Identifier."""
    expected: int
    """Claims that it leads one to expect."""
    unexpected: int
    """Claims that speak against it."""
    sourced: int
    """Of the latter, those that give a source."""

    @property
    def survives(self) -> bool:
        """No claim with a source speaks against it."""
        return self.sourced == 0


def standings(bearings: pd.DataFrame, sourced: Collection[str]) -> list[Standing]:
    """Return the standing of every rival, from columns rival, evidence, bearing; `sourced` are claims with a source."""
    found = []
    for rival, group in bearings.groupby("rival", sort=False):
        against = group.loc[group["bearing"] == "unexpected", "evidence"]
        expected = int((group["bearing"] == "expected").sum())
        found.append(Standing(str(rival), expected, len(against), int(against.isin(list(sourced)).sum())))
    return found


def matrix(bearings: pd.DataFrame) -> pd.DataFrame:
    """Return rivals (rows) against claims (columns): 1 expected, -1 unexpected, 0 no bearing."""
    sign = bearings.assign(sign=bearings["bearing"].map({"expected": 1, "unexpected": -1}))
    wide = sign.pivot_table(index="rival", columns="evidence", values="sign", fill_value=0, sort=False)
    return wide.astype("int64")
