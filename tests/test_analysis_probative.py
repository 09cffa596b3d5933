"""Evidence tests: what pass, failure, contest and silence mean."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.bayes import decibels
from analysis.probative import (
    Bearing,
    Consequence,
    Kind,
    Status,
    classified,
    consequence,
    indicators,
    outcomes,
    passing,
    status,
)

STRAW = Kind("straw-in-the-wind", necessary=False, sufficient=False)
HOOP = Kind("hoop", necessary=True, sufficient=False)
GUN = Kind("smoking-gun", necessary=False, sufficient=True)
DECISIVE = Kind("doubly-decisive", necessary=True, sufficient=True)
KINDS = (STRAW, HOOP, GUN, DECISIVE)
RANK = list(Consequence)


@pytest.mark.parametrize(
    ("kind", "passed", "failed"),
    [
        (STRAW, Consequence.RAISES, Consequence.LOWERS),
        (HOOP, Consequence.AFFIRMS, Consequence.ELIMINATES),
        (GUN, Consequence.CONFIRMS, Consequence.WEAKENS),
        (DECISIVE, Consequence.CONFIRMS, Consequence.ELIMINATES),
    ],
)
def test_the_four_kinds_come_out_of_necessity_and_sufficiency(
    kind: Kind, passed: Consequence, failed: Consequence
) -> None:
    """The cells of Collier (2011, 825, table 1)."""
    assert (consequence(kind, Status.MET), consequence(kind, Status.FAILED)) == (passed, failed)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("found", [Status.NONE, Status.CONTESTED, Status.PARTLY])
def test_silence_contest_and_parts_decide_nothing(kind: Kind, found: Status) -> None:
    """Only a clear pass or a clear failure has a consequence."""
    assert consequence(kind, found) is Consequence.OPEN


@given(st.permutations(["meets", "partly", "against", "meets"]))
def test_the_order_of_evidence_does_not_matter(order: list[str]) -> None:
    """A status depends on what was found, not on when."""
    assert status(order) is Status.CONTESTED


@pytest.mark.parametrize(
    ("bearings", "lenient", "expected"),
    [
        ([], False, Status.NONE),
        (["meets"], False, Status.MET),
        (["meets", "partly"], False, Status.MET),
        (["partly"], False, Status.PARTLY),
        (["partly"], True, Status.MET),
        (["against"], True, Status.FAILED),
        (["against", "partly"], True, Status.CONTESTED),
        (["against", "meets"], False, Status.CONTESTED),
    ],
)
def test_status(bearings: list[str], lenient: bool, expected: Status) -> None:
    """Each combination of bearings has one status."""
    assert status(bearings, lenient=lenient) is expected


@given(st.sets(st.sampled_from(list(Bearing))), st.sampled_from(KINDS))
def test_more_support_never_lowers_an_indicator_that_nothing_speaks_against(found: set[str], kind: Kind) -> None:
    """Adding evidence that meets an indicator without counter-evidence cannot hurt its hypothesis."""
    pro = found - {Bearing.AGAINST}
    before, after = consequence(kind, status(pro)), consequence(kind, status(pro | {Bearing.MEETS}))

    assert RANK.index(after) <= RANK.index(before)


@given(st.floats(0.001, 0.499))
def test_a_straw_never_outweighs_a_doubly_decisive_test(doubt: float) -> None:
    """Passed or failed, a straw in the wind weighs less than any other kind, and a decisive one most."""

    def weights(kind: Kind) -> tuple[float, float]:
        given_, otherwise = passing(kind, doubt)
        return decibels(given_ / otherwise), decibels((1 - given_) / (1 - otherwise))

    passes, failures = zip(*(weights(kind) for kind in KINDS), strict=True)

    assert max(passes) == passes[3]
    assert min(failures) == failures[3]
    assert passes[0] <= passes[3]
    assert failures[1] <= failures[0] + 1e-12
    assert all(failure < 0 < passed for passed, failure in zip(passes, failures, strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_can_be_read_back_from_its_probabilities(kind: Kind) -> None:
    """Necessity is how surely a true hypothesis passes, sufficiency how rarely a false one does."""
    assert classified(*passing(kind)) == (kind.necessary, kind.sufficient)


def test_doubt_lies_between_nothing_and_a_half() -> None:
    """A test that is as likely to mislead as not is no test."""
    with pytest.raises(ValueError, match="doubt"):
        passing(HOOP, 0.5)


def test_evidence_counts_only_if_admitted() -> None:
    """Evidence outside the set that counts leaves an indicator as if it had not been found."""
    tests = pd.DataFrame({"id": ["hoop"], "necessary": [True], "sufficient": [False]})
    listed = indicators(pd.DataFrame({"id": ["x.1"], "hypothesis": ["x"], "test": ["hoop"]}), tests)
    bearings = pd.DataFrame({"indicator": ["x.1"] * 2, "evidence": ["a", "b"], "bearing": ["meets", "against"]})

    assert [o.status for o in outcomes(listed, bearings)] == [Status.CONTESTED]
    assert [o.status for o in outcomes(listed, bearings, evidence={"a"})] == [Status.MET]
    assert [o.status for o in outcomes(listed, bearings, evidence=set())] == [Status.NONE]
