"""Weights of evidence, witnesses and ranges."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.bayes import (
    Judgements,
    Sharing,
    companions,
    decibels,
    draw,
    factors,
    judgements,
    middle,
    posterior,
    sensitivity,
    tipping,
)


def _given(low: list[list[float]], high: list[list[float]] | None = None) -> Judgements:
    lows = np.array(low, dtype=float)
    names = tuple(f"e{i}" for i in range(len(low)))
    return Judgements(names, tuple("abc"[: lows.shape[1]]), lows, np.array(high, dtype=float) if high else lows)


@pytest.mark.parametrize(
    ("prior", "given_", "otherwise", "expected"),
    [(0.4, 0.20, 0.05, 0.73), (0.4, 0.80, 0.95, 0.36), (0.4, 0.95, 0.80, 0.44), (0.4, 0.05, 0.20, 0.14)],
    ids=["smoking gun passed", "smoking gun failed", "hoop passed", "hoop failed"],
)
def test_bennett_2015(prior: float, given_: float, otherwise: float, expected: float) -> None:
    """The worked example of Bennett (2015): a prior of 40 % after a smoking gun and after a hoop test."""
    assert round(posterior(prior, given_, otherwise), 2) == expected


def test_good_1985_dice() -> None:
    """Good's loaded die (1985): a six weighs 3.0 dB and anything else 1.0 dB against, from -9.5 dB."""
    six, other = decibels((1 / 3) / (1 / 6)), decibels((2 / 3) / (5 / 6))

    assert (round(six, 1), round(other, 1), round(decibels(1 / 9), 1)) == (3.0, -1.0, -9.5)


def test_good_1985_dice_through_the_engine() -> None:
    """Ten sixes in twenty throws, as judgements, give Good's sum of weights and the odds that go with it."""
    throws = [[1 / 3, 1 / 6]] * 10 + [[2 / 3, 5 / 6]] * 10
    reading = middle(_given(throws), prior=np.array([0.1, 0.9]))
    weight = 10 * decibels(2) + 10 * decibels(0.8)

    assert reading.weights[0, 0] == pytest.approx(weight)
    assert reading.posterior[0, 0] == pytest.approx(1 / (1 + 9 / 10 ** (weight / 10)))


LIKELIHOODS = st.lists(st.tuples(*[st.floats(0.01, 0.99)] * 3), min_size=1, max_size=8)


@given(LIKELIHOODS, st.randoms())
def test_the_order_of_evidence_does_not_matter(rows: list[tuple[float, ...]], random: st.DrawFn) -> None:
    """Bayesian updating commutes."""
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = (middle(_given([list(r) for r in given_])) for given_ in (rows, shuffled))

    assert np.allclose(first.posterior, second.posterior)


@given(LIKELIHOODS)
def test_no_evidence_changes_nothing(rows: list[tuple[float, ...]]) -> None:
    """A claim as likely under every hypothesis leaves the posterior where it was."""
    plain = [list(r) for r in rows]

    assert np.allclose(middle(_given(plain)).posterior, middle(_given([*plain, [0.5] * 3])).posterior)


def test_without_evidence_the_posterior_is_the_prior() -> None:
    """An empty set of judgements leaves the priors."""
    empty = Judgements((), ("a", "b"), np.empty((0, 2)), np.empty((0, 2)))

    assert draw(empty, prior=np.array([3.0, 1.0]), number=10).posterior[0].tolist() == [0.75, 0.25]


@given(st.integers(1, 30), st.floats(0, 1))
def test_a_witness_who_repeats_himself_is_heard_at_most_as_often_as_he_speaks(n: int, dependence: float) -> None:
    """Claims of one witness count as one claim at full dependence, as all at none, and in between otherwise."""
    names = [f"e{i}" for i in range(n)]
    together = dict.fromkeys(names, frozenset(names))

    assert 1 - 1e-9 <= factors(names, together, dependence).sum() <= n + 1e-9
    assert factors(names, together, 1.0).sum() == pytest.approx(1)
    assert factors(names, together, 0.0).tolist() == [1.0] * n


def test_companions_that_are_not_heard_do_not_count() -> None:
    """A claim whose companions are left out counts in full."""
    together = dict.fromkeys("abc", frozenset("abc"))

    assert factors(["a"], together, 1.0).tolist() == [1.0]


def _linked() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    evidence = pd.DataFrame({"id": list("abcdef"), "line": [1, 2, 3, 9, 9, 8]})
    links = pd.DataFrame({"evidence": ["a", "b", "b", "c"], "source": ["s1", "s2", "s3", "s4"]})
    sources = pd.DataFrame({"id": ["s1", "s2", "s3", "s4"], "group": ["x", "x", "y", "y"]})
    return evidence, links, sources


@pytest.mark.parametrize(
    ("sharing", "expected"),
    [
        (Sharing.NONE, ["a", "b", "c", "d", "e", "f"]),
        (Sharing.SOURCE, ["ab", "abc", "bc", "d", "e", "f"]),
        (Sharing.PASSAGE, ["ab", "abc", "bc", "de", "de", "f"]),
        (Sharing.AUTHOR, ["ab", "abc", "bc", "def", "def", "def"]),
    ],
)
def test_claims_that_share_a_source_are_one_witness(sharing: Sharing, expected: list[str]) -> None:
    """Sharing goes by group, for claims without a source by paragraph or author, and not on through a third claim."""
    found = companions(*_linked(), sharing)

    assert ["".join(sorted(found[name])) for name in "abcdef"] == expected


def test_an_event_told_twice_is_one_witness() -> None:
    """Claims that carry the name of one event are companions, unless each claim is to stand alone."""
    evidence, links, sources = _linked()
    named = evidence.assign(event=["", "", "", "fire", "", "fire"])

    assert companions(named, links, sources, Sharing.SOURCE)["f"] == {"d", "f"}
    assert companions(named, links, sources, Sharing.NONE)["f"] == {"f"}


def test_draws_stay_within_the_ranges_and_come_out_the_same() -> None:
    """Monte Carlo respects the ranges, and one seed gives one result."""
    ranged = _given([[0.6, 0.2]], [[0.8, 0.3]])
    first, second = draw(ranged, number=2000), draw(ranged, number=2000)

    assert (first.logs == second.logs).all()
    assert first.logs[:, 0].min() >= math.log10(0.6) - 1e-6
    assert first.logs[:, 0].max() <= math.log10(0.8) + 1e-6


def test_a_coder_who_leans_one_way_is_less_certain() -> None:
    """Errors that lean together widen the range; independent ones cancel."""
    ranged = _given([[0.4, 0.4]] * 40, [[0.6, 0.6]] * 40)

    assert draw(ranged, number=4000, lean=1).weights.std() > 3 * draw(ranged, number=4000, lean=0).weights.std()


def test_orderings_add_up_to_one_and_name_every_order() -> None:
    """Each draw has exactly one order."""
    found = draw(_given([[0.3, 0.3, 0.1]], [[0.5, 0.5, 0.6]]), number=3000).orderings()

    assert len(found) == 6
    assert sum(found.values()) == pytest.approx(1)
    assert next(iter(found.values())) == max(found.values())


def test_weights_against_two_rivals_agree_with_the_posterior() -> None:
    """Weight is posterior odds less prior odds, whatever the number of rivals."""
    reading = middle(_given([[0.9, 0.3, 0.2], [0.5, 0.4, 0.1]]), prior=np.array([0.2, 0.5, 0.3]))
    odds = reading.posterior / (1 - reading.posterior)
    prior = reading.prior / (1 - reading.prior)

    assert np.allclose(reading.weights, 10 * np.log10(odds / prior))


@given(LIKELIHOODS)
@settings(max_examples=30)
def test_a_swing_brackets_the_margin(rows: list[tuple[float, ...]]) -> None:
    """Judging a claim worse never helps the leader and judging it better never hurts."""
    low = [[p * 0.9 for p in row] for row in rows]
    margin, swings = sensitivity(_given(low, [list(row) for row in rows]))

    assert margin >= 0
    assert all(swing.low <= margin + 1e-9 <= swing.high + 2e-9 for swing in swings)


def test_the_bias_that_tips_the_balance_tips_it() -> None:
    """Taking the tipping bias off every claim brings first and second level."""
    rows = [[0.8, 0.4], [0.6, 0.5], [0.3, 0.4]]
    shift = 10 ** (tipping(_given(rows)) / 10)
    level = middle(_given([[a / shift, b] for a, b in rows]))

    assert level.posterior[0, 0] == pytest.approx(0.5)


def test_a_missing_judgement_is_named() -> None:
    """A claim without a range for one hypothesis is an error with its name."""
    frame = pd.DataFrame({"evidence": ["x", "x", "y"], "hypothesis": ["a", "b", "a"], "low": 0.2, "high": 0.4})
    with pytest.raises(ValueError, match="'y'"):
        judgements(frame)


def test_a_hundred_thousand_draws_fit_one_processor() -> None:
    """So many draws over 150 claims and three hypotheses give one reading, whose shares sum to one."""
    ranged = _given([[0.2, 0.4, 0.6]] * 150, [[0.4, 0.6, 0.8]] * 150)

    assert draw(ranged, number=100_000).posterior.sum(axis=-1) == pytest.approx(1)
