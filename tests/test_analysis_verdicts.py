"""Verdicts by the rules of the tests and under triangulation."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.probative import Consequence, Indicator, Kind, Outcome, Status, consequence
from analysis.verdicts import Case, Rule, Verdict, admitted, by_rules, in_phase, judged, support, verdict

KINDS = {
    "straw": Kind("straw", necessary=False, sufficient=False),
    "hoop": Kind("hoop", necessary=True, sufficient=False),
    "gun": Kind("gun", necessary=False, sufficient=True),
    "decisive": Kind("decisive", necessary=True, sufficient=True),
}
ORDER = list(Verdict)


def _outcome(kind: str, found: Status, hypothesis: str = "h", number: int = 1) -> Outcome:
    indicator = Indicator(f"{hypothesis}.{number}", hypothesis, KINDS[kind])
    return Outcome(indicator, found, consequence(KINDS[kind], found), (), (), ())


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ([], Verdict.NOT_SHOWN),
        ([("hoop", Status.FAILED)], Verdict.ELIMINATED),
        ([("gun", Status.MET)], Verdict.CONFIRMED),
        ([("gun", Status.MET), ("hoop", Status.NONE)], Verdict.SUPPORTED),
        ([("gun", Status.MET), ("hoop", Status.MET)], Verdict.CONFIRMED),
        ([("gun", Status.MET), ("hoop", Status.FAILED)], Verdict.UNDECIDED),
        ([("hoop", Status.MET)], Verdict.WEAK),
        ([("straw", Status.MET), ("gun", Status.FAILED)], Verdict.UNDECIDED),
        ([("gun", Status.FAILED)], Verdict.WEAKENED),
        ([("decisive", Status.CONTESTED)], Verdict.UNDECIDED),
        ([("decisive", Status.PARTLY), ("hoop", Status.NONE)], Verdict.NOT_SHOWN),
    ],
)
def test_verdict(tests: list[tuple[str, Status]], expected: Verdict) -> None:
    """Each pattern of outcomes has one verdict."""
    found = [_outcome(kind, state, number=i) for i, (kind, state) in enumerate(tests)]

    assert verdict(found)[0] is expected


OUTCOMES = st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(list(Status))), max_size=6)


@given(OUTCOMES, st.randoms())
def test_the_order_of_tests_does_not_matter(tests: list[tuple[str, Status]], random: st.DrawFn) -> None:
    """A verdict and its reasons do not depend on the order of the table."""
    found = [_outcome(kind, state, number=i) for i, (kind, state) in enumerate(tests)]
    shuffled = list(found)
    random.shuffle(shuffled)

    assert verdict(shuffled) == verdict(found)


@given(OUTCOMES)
def test_a_failed_hoop_never_raises_a_hypothesis(tests: list[tuple[str, Status]]) -> None:
    """Adding a failed hoop leaves the verdict where it was or makes it worse."""
    found = [_outcome(kind, state, number=i) for i, (kind, state) in enumerate(tests)]
    worse = [*found, _outcome("hoop", Status.FAILED, number=99)]
    before, after = verdict(found)[0], verdict(worse)[0]

    assert ORDER.index(after) <= max(ORDER.index(before), ORDER.index(Verdict.UNDECIDED))
    assert after in (Verdict.ELIMINATED, Verdict.UNDECIDED)
    assert (after is Verdict.UNDECIDED) == any(o.consequence is Consequence.CONFIRMS for o in found)


@given(OUTCOMES, st.sampled_from(["straw", "gun"]))
def test_no_evidence_changes_nothing(tests: list[tuple[str, Status]], kind: str) -> None:
    """An indicator on which nothing was found, and which is not necessary, leaves the verdict alone."""
    found = [_outcome(k, state, number=i) for i, (k, state) in enumerate(tests)]

    assert verdict([*found, _outcome(kind, Status.NONE, number=99)]) == verdict(found)


def test_a_doubly_decisive_pass_eliminates_the_rivals() -> None:
    """What confirms one hypothesis and excludes all others does so for them too."""
    found = [_outcome("decisive", Status.MET, "a"), _outcome("hoop", Status.MET, "b")]

    assert [str(f.verdict) for f in by_rules(found)] == ["confirmed", "eliminated"]


def test_two_decisive_passes_cannot_both_be_right() -> None:
    """Rivals that both pass a decisive test leave each other undecided."""
    found = [_outcome("decisive", Status.MET, "a"), _outcome("decisive", Status.MET, "b")]

    assert [str(f.verdict) for f in by_rules(found)] == ["undecided", "undecided"]


@pytest.fixture
def case() -> Case:
    """Return a study of two claims: one with two sources of one group, one with two independent ones."""
    return Case(
        indicators=pd.DataFrame({"id": ["h.1", "h.2"], "hypothesis": ["h", "h"], "test": ["gun", "hoop"]}),
        tests=pd.DataFrame({"id": ["gun", "hoop"], "necessary": [False, True], "sufficient": [True, False]}),
        bearings=pd.DataFrame({"indicator": ["h.1", "h.2"], "evidence": ["a", "b"], "bearing": ["meets", "meets"]}),
        evidence=pd.DataFrame({"id": ["a", "b", "c"], "phase": ["p1", "all", "p2"]}),
        links=pd.DataFrame({"evidence": ["a", "a", "b", "b"], "source": ["s1", "s2", "s1", "s3"]}),
        sources=pd.DataFrame({"id": ["s1", "s2", "s3"], "group": ["x", "x", "y"], "type": ["press", "leak", "press"]}),
    )


def test_support_counts_sources_groups_and_types(case: Case) -> None:
    """Two sources of one group are one group, and a claim without a source has none of anything."""
    counts = support(case.evidence, case.links, case.sources)

    assert counts.to_dict("index") == {
        "a": {"sources": 2, "groups": 1, "types": 2},
        "b": {"sources": 2, "groups": 2, "types": 1},
        "c": {"sources": 0, "groups": 0, "types": 0},
    }


@pytest.mark.parametrize(
    ("rule", "expected"),
    [(Rule.ANY, "abc"), (Rule.ONE, "ab"), (Rule.TWO, "ab"), (Rule.GROUPS, "b"), (Rule.TYPES, "a")],
)
def test_each_rule_admits_its_claims(case: Case, rule: Rule, expected: str) -> None:
    """The rules of triangulation differ in what they ask of a claim."""
    assert "".join(sorted(admitted(support(case.evidence, case.links, case.sources), rule))) == expected


def test_a_phase_holds_its_own_claims_and_those_of_the_whole_window(case: Case) -> None:
    """A claim about the whole window counts in every phase."""
    assert in_phase(case.evidence, "p1") == {"a", "b"}
    assert in_phase(case.evidence, "all") == {"a", "b", "c"}


def test_triangulation_can_change_a_verdict(case: Case) -> None:
    """The same study is confirmed with any claim and only weakly supported with independent witnesses."""
    verdicts = {rule: str(judged(case, rule=rule)[0].verdict) for rule in (Rule.ANY, Rule.GROUPS, Rule.TYPES)}

    assert verdicts == {Rule.ANY: "confirmed", Rule.GROUPS: "weakly supported", Rule.TYPES: "supported"}
