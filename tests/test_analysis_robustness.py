"""What the verdicts rest on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import study
from analysis.robustness import concentration, groups_behind, leave_one_claim, leave_one_source, without_source
from analysis.verdicts import Rule, judged

POSITIVE = st.lists(st.floats(0.01, 100), min_size=1, max_size=20)


@given(POSITIVE)
def test_concentration_lies_between_even_and_single(counts: list[float]) -> None:
    """The index runs from 1/n to 1, and the effective number from 1 to n."""
    found = concentration(counts)

    assert 1 / len(counts) - 1e-9 <= found.herfindahl <= 1 + 1e-9
    assert found.effective == pytest.approx(1 / found.herfindahl)


def test_concentration_of_equal_shares() -> None:
    """Four equal members count as four; a zero is no member."""
    found = concentration([2, 2, 2, 2, 0])

    assert (found.members, found.effective, found.largest) == (4, 4.0, 0.25)


def test_concentration_of_nothing_is_an_error() -> None:
    """There is no concentration where there is nothing."""
    with pytest.raises(ValueError, match="zero"):
        concentration([0.0])


def test_every_reported_change_is_a_change() -> None:
    """A claim said to carry a verdict, left out by hand, moves it."""
    case = study.case()
    before = {f.hypothesis: str(f.verdict) for f in judged(case)}
    changes = leave_one_claim(case)

    assert changes
    assert all(change.before == before[change.hypothesis] != change.after for change in changes)


def test_leaving_out_a_source_takes_only_its_orphans() -> None:
    """A claim with another source stays; one without loses its place."""
    case = study.case()
    smaller = without_source(case, "comtrade2025")

    assert "hs852691" in set(smaller.evidence["id"])
    assert set(case.evidence["id"]) - set(without_source(case, "rusi2023").evidence["id"]) == {
        "shift-autel",
        "grey-5000",
        "cips-80",
    }


def test_sources_and_claims_are_tried_one_at_a_time() -> None:
    """Leaving out a source never reports a claim, and the other way round."""
    case = study.case()

    assert {c.left_out for c in leave_one_source(case)} <= set(case.sources["id"])
    assert {c.left_out for c in leave_one_claim(case, rule=Rule.ONE)} <= set(case.evidence["id"])


def test_a_verdict_on_unsourced_claims_rests_on_no_group() -> None:
    """The groups behind a verdict are those of the claims that bear on the deciding indicators."""
    case = study.case()
    sourced = set(case.links["evidence"])
    behind = groups_behind(case)
    for finding in judged(case):
        claims = case.bearings[case.bearings["indicator"].isin(finding.reasons)]["evidence"]

        assert bool(behind[finding.hypothesis]) == bool(set(claims) & sourced)
