"""Dependence, ratchet and the path of institutionalisation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.dependence import Score, herfindahl_bounds, path, ratchet


@pytest.mark.parametrize(
    ("values", "visible", "holds"),
    [([1, 2], False, None), ([1, 2, 3], True, True), ([1, 3, 2], True, False), ([], False, None)],
)
def test_a_ratchet_needs_three_points(values: list[float], visible: bool, holds: bool | None) -> None:
    """With two points no series can show that it never goes back."""
    assert (ratchet(values).visible, ratchet(values).holds) == (visible, holds)


@given(st.floats(0, 1), st.integers(1, 50))
def test_the_index_lies_between_its_bounds(share: float, others: int) -> None:
    """However the rest is spread, the Herfindahl index lies between the bounds."""
    low, high = herfindahl_bounds(share)
    even = share**2 + (1 - share) ** 2 / others

    assert low <= even <= high + 1e-12
    assert herfindahl_bounds(share, others)[0] == pytest.approx(even)


def test_a_share_over_one_is_an_error() -> None:
    """A share is between nothing and all."""
    with pytest.raises(ValueError, match="outside"):
        herfindahl_bounds(1.2)


def test_a_path_counts_every_way_through_the_ranges() -> None:
    """Two scores with two points each give four ways: two rise, one falls, one stays."""
    found = path([Score("a", 1, 1, 2), Score("b", 1, 2, 2)], top=2)

    assert (found.combinations, found.rises, found.never_falls, found.reaches_top) == (4, 0.25, 0.75, 0.5)


def test_a_path_with_no_doubt_is_certain() -> None:
    """Where every range is a point, every share is nought or one."""
    found = path([Score("a", 1, 1, 1), Score("b", 3, 3, 3)], top=4)

    assert (found.combinations, found.rises, found.reaches_top) == (1, 1.0, 0.0)


def test_scores_run_from_low_over_best_to_high() -> None:
    """A best point outside its range is an error that names what is scored."""
    with pytest.raises(ValueError, match="'e1'"):
        Score("e1", 2, 1, 3)
