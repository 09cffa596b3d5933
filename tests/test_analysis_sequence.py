"""The order of events whose dates are intervals."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sequence import Interval, Order, agrees, interval, lag, later, order, permutation

DAYS = st.integers(0, 60)
INTERVALS = st.builds(lambda a, n: Interval(a, a + n), DAYS, st.integers(0, 20))


def test_an_interval_counts_both_its_ends() -> None:
    """A month of 31 days is 31 days, and the day count starts with 1970."""
    january = interval(pd.Timestamp("1970-01-01"), pd.Timestamp("1970-01-31"))

    assert (january.first, january.last, january.days) == (0, 30, 31)


def test_an_interval_runs_forward() -> None:
    """A period that ends before it starts is an error."""
    with pytest.raises(ValueError, match="before it starts"):
        Interval(5, 4)


@given(INTERVALS, INTERVALS)
def test_later_is_what_counting_pairs_gives(a: Interval, b: Interval) -> None:
    """The closed form agrees with looking at every pair of days."""
    pairs = [(x, y) for x in range(a.first, a.last + 1) for y in range(b.first, b.last + 1)]
    expected = sum((y > x) + 0.5 * (y == x) for x, y in pairs) / len(pairs)

    assert later(a, b) == pytest.approx(expected)


@given(INTERVALS, INTERVALS)
def test_order_follows_from_the_probability(a: Interval, b: Interval) -> None:
    """Certain order means probability one, excluded order at most a tie."""
    assert (order(a, b) is Order.CERTAIN) == (later(a, b) == 1)
    if order(a, b) is Order.EXCLUDED:
        assert later(a, b) <= 0.5


@given(INTERVALS, INTERVALS)
def test_a_lag_and_its_reverse_mirror_each_other(a: Interval, b: Interval) -> None:
    """The lag from effect to cause is the lag from cause to effect with its sign turned."""
    low, high = lag(a, b)

    assert lag(b, a) == (-high, -low)
    assert later(a, b) + later(b, a) == pytest.approx(1)


def test_a_stated_lag_is_held_against_the_dates() -> None:
    """Five months cannot separate two events of one week."""
    assert agrees(Interval(0, 3), Interval(150, 155), (140, 160))
    assert not agrees(Interval(0, 3), Interval(4, 7), (140, 160))


def test_permutation_finds_a_perfect_order() -> None:
    """Three events before three others: one labelling in twenty is as extreme, the smallest p there is."""
    found = permutation([Interval(i, i) for i in range(3)], [Interval(i, i) for i in range(10, 13)])

    assert (found.statistic, found.p, found.smallest, found.relabellings) == (1.0, 0.05, 0.05, 20)
    assert "0.050" in found.warning


def test_permutation_agrees_with_mann_and_whitney() -> None:
    """Their table (1947): for three against three, U of at most 1 has probability 0.100."""
    first, second = [Interval(i, i) for i in (1, 2, 4)], [Interval(i, i) for i in (3, 5, 6)]

    assert permutation(first, second).p == pytest.approx(0.10)


def test_a_large_permutation_is_sampled_and_comes_out_the_same() -> None:
    """Above 20,000 relabellings a seeded sample is drawn, and it says so."""
    first, second = [Interval(i, i) for i in range(9)], [Interval(i + 3, i + 3) for i in range(9)]
    one, two = permutation(first, second), permutation(first, second)

    assert one == two
    assert not one.exact
    assert one.warning == ""


def test_a_permutation_needs_both_kinds() -> None:
    """Nothing can be said about order with one kind of event."""
    with pytest.raises(ValueError, match="both kinds"):
        permutation([], [Interval(0, 0)])
