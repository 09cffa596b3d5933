"""The order of events when dates are known only to within an interval."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

EXACT = 20_000


class Order(StrEnum):
    """Whether one event comes after another."""

    CERTAIN = "certain"
    POSSIBLE = "possible"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Interval:
    """A date known to lie between two days, both included."""

    first: int
    """Earliest day, counted from 1970-01-01."""
    last: int
    """Latest day, counted from 1970-01-01."""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"interval ends {self.first - self.last} days before it starts")

    @property
    def days(self) -> int:
        """Number of days that the date may be."""
        return self.last - self.first + 1


def interval(start: pd.Timestamp, end: pd.Timestamp) -> Interval:
    """Return the interval between two dates."""
    return Interval(start.toordinal() - _EPOCH, end.toordinal() - _EPOCH)


_EPOCH = 719_163


def lag(cause: Interval, effect: Interval) -> tuple[int, int]:
    """Return the shortest and the longest possible lag in days; a negative one has the effect first."""
    return effect.first - cause.last, effect.last - cause.first


def order(cause: Interval, effect: Interval) -> Order:
    """Say whether the effect comes on a later day than the cause: for certain, possibly, or not at all."""
    low, high = lag(cause, effect)
    if low > 0:
        return Order.CERTAIN
    return Order.POSSIBLE if high > 0 else Order.EXCLUDED


def later(cause: Interval, effect: Interval) -> float:
    """Return the probability that the effect is later, each day in an interval being as likely; a tie counts half."""
    wins = 0.0
    for day in range(cause.first, cause.last + 1):
        after = min(max(effect.last - day, 0), effect.days)
        same = effect.first <= day <= effect.last
        wins += after + (0.5 if same else 0.0)
    return wins / (cause.days * effect.days)


def agrees(cause: Interval, effect: Interval, stated: tuple[int, int]) -> bool:
    """Say whether a lag stated in words, as days from and to, can be had from the two dates."""
    low, high = lag(cause, effect)
    return stated[0] <= high and stated[1] >= low


@dataclass(frozen=True, slots=True)
class Permutation:
    """A permutation test of the claim that one kind of event comes after another."""

    statistic: float
    """Mean probability, over all pairs, that the second kind comes later."""
    p: float
    """Share of relabellings with a statistic at least as large, the observed one included."""
    smallest: float
    """Smallest p that so few events can give."""
    relabellings: int
    """Number of relabellings looked at."""
    exact: bool
    """All relabellings, or a sample of them."""

    @property
    def warning(self) -> str:
        """What a reader must know about so small a sample, or nothing."""
        few = 20
        if self.relabellings >= few and self.smallest < 0.01:  # noqa: PLR2004
            return ""
        return f"with so few events no p below {self.smallest:.3f} is possible"


def permutation(first: Sequence[Interval], second: Sequence[Interval], *, seed: int = 2025) -> Permutation:
    """Test whether events of the second kind come later than those of the first (after Mann and Whitney 1947).

    Labels are shuffled over all events: all ways if there are no more than 20,000, a seeded sample of as many if there
    are more. Raises ValueError if either kind has no event.
    """
    if not first or not second:
        raise ValueError("a permutation test needs events of both kinds")
    import numpy as np

    events = [*first, *second]
    wins = np.array([[later(a, b) for b in events] for a in events])
    n, m = len(events), len(first)
    exact = comb(n, m) <= EXACT
    observed = float(wins[:m, m:].mean())
    if exact:
        chosen = [set(c) for c in combinations(range(n), m)]
    else:
        random = np.random.default_rng(seed)
        chosen = [set(range(m)), *({*random.permutation(n)[:m].tolist()} for _ in range(EXACT - 1))]
    first_kind = np.array([[float(i in members) for i in range(n)] for members in chosen])
    found = ((first_kind @ wins) * (1 - first_kind)).sum(axis=1) / (m * (n - m))
    share = float((found >= observed - 1e-12).mean())
    return Permutation(observed, share, 1 / comb(n, m), len(chosen), exact)
