"""Dependence over time, the ratchet, and the path of institutionalisation with its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

POINTS_TO_SEE_A_RETURN = 3


@dataclass(frozen=True, slots=True)
class Ratchet:
    """Whether a series ever goes back, as far as its points can show."""

    points: int
    """Number of points."""
    rises: int
    """Steps up."""
    falls: int
    """Steps down."""

    @property
    def visible(self) -> bool:
        """A rise and a later fall could be seen, which takes three points."""
        return self.points >= POINTS_TO_SEE_A_RETURN

    @property
    def holds(self) -> bool | None:
        """The series never goes back; None where it is too short to tell."""
        return self.falls == 0 if self.visible else None


def ratchet(values: Sequence[float]) -> Ratchet:
    """Return the steps of a series in order of time."""
    steps = [b - a for a, b in pairwise(values)]
    return Ratchet(len(values), sum(step > 0 for step in steps), sum(step < 0 for step in steps))


def herfindahl_bounds(share: float, others: int | None = None) -> tuple[float, float]:
    """Return the lowest and highest Herfindahl index that a largest known share allows.

    The rest is spread over ever so many suppliers at the low end (or over `others` of them), and held by one at the
    high end. Raises ValueError for a share outside 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share {share} is outside 0 to 1")
    rest = 1 - share
    return share**2 + (rest**2 / others if others else 0.0), share**2 + rest**2


@dataclass(frozen=True, slots=True)
class Score:
    """A point on an ordinal scale, with the points one could defend."""

    name: str
    """What is scored."""
    low: int
    """Lowest defensible point."""
    best: int
    """Best point."""
    high: int
    """Highest defensible point."""

    def __post_init__(self) -> None:
        if not self.low <= self.best <= self.high:
            raise ValueError(f"score of '{self.name}' does not run from low over best to high")


@dataclass(frozen=True, slots=True)
class Path:
    """What ranges of scores, taken in order, allow one to say."""

    rises: float
    """Share of the combinations of defensible points in which the last is above the first."""
    never_falls: float
    """Share in which no step goes down."""
    reaches_top: float
    """Share in which the last is the top of the scale."""
    combinations: int
    """Number of combinations."""


def path(scores: Sequence[Score], top: int) -> Path:
    """Count all combinations of defensible points, each as likely as any other. Raises ValueError if there are none."""
    if not scores:
        raise ValueError("a path needs at least one score")
    ways = list(product(*(range(score.low, score.high + 1) for score in scores)))
    return Path(
        sum(way[-1] > way[0] for way in ways) / len(ways),
        sum(all(b >= a for a, b in pairwise(way)) for way in ways) / len(ways),
        sum(way[-1] == top for way in ways) / len(ways),
        len(ways),
    )
