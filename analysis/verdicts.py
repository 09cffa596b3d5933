"""Verdicts on hypotheses: as an author reads them, by the rules of the tests, and under a rule of triangulation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from analysis.probative import Consequence, Status, indicators, outcomes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from analysis.probative import Outcome

WHOLE = "all"


class Verdict(StrEnum):
    """What can be said of a hypothesis, from worst to best."""

    ELIMINATED = "eliminated"
    WEAKENED = "weakened"
    UNDECIDED = "undecided"
    NOT_SHOWN = "not shown"
    WEAK = "weakly supported"
    SUPPORTED = "supported"
    CONFIRMED = "confirmed"


class Rule(StrEnum):
    """How many witnesses a claim must have to count."""

    ANY = "any claim"
    ONE = "one source"
    TWO = "two sources"
    GROUPS = "two independent groups"
    TYPES = "two source types"


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with its reasons."""

    hypothesis: str
    """Identifier of the hypothesis."""
    verdict: Verdict
    """The verdict."""
    reasons: tuple[str, ...]
    """Identifiers of the indicators that decided it, sorted."""


def verdict(tests: Iterable[Outcome]) -> tuple[Verdict, tuple[str, ...]]:
    """Return the verdict that the outcomes of one hypothesis's tests give, and the indicators that decided it.

    A failed necessary test eliminates and a passed sufficient test confirms; both at once leave the matter undecided.
    A hypothesis confirmed while a necessary test of it stands unpassed is only supported. Without either, passed hoops
    and straws support weakly, failed smoking guns and straws weaken, contested tests leave it undecided.
    """
    found = tuple(tests)
    by = {kind: tuple(o.indicator.id for o in found if o.consequence is kind) for kind in Consequence}
    eliminates, confirms = by[Consequence.ELIMINATES], by[Consequence.CONFIRMS]
    if eliminates and confirms:
        return Verdict.UNDECIDED, tuple(sorted(eliminates + confirms))
    if eliminates:
        return Verdict.ELIMINATED, tuple(sorted(eliminates))
    if confirms:
        open_hoops = [o for o in found if o.indicator.kind.necessary and o.status is not Status.MET]
        return (Verdict.SUPPORTED if open_hoops else Verdict.CONFIRMED), tuple(sorted(confirms))
    return _weak(found, by)


def _weak(found: tuple[Outcome, ...], by: dict[Consequence, tuple[str, ...]]) -> tuple[Verdict, tuple[str, ...]]:
    raised = by[Consequence.AFFIRMS] + by[Consequence.RAISES]
    lowered = by[Consequence.WEAKENS] + by[Consequence.LOWERS]
    contested = tuple(o.indicator.id for o in found if o.status is Status.CONTESTED)
    if len(raised) > len(lowered):
        return Verdict.WEAK, tuple(sorted(raised))
    if len(lowered) > len(raised):
        return Verdict.WEAKENED, tuple(sorted(lowered))
    if contested or raised:
        return Verdict.UNDECIDED, tuple(sorted(contested + raised + lowered))
    return Verdict.NOT_SHOWN, ()


def by_rules(tests: Iterable[Outcome]) -> tuple[Finding, ...]:
    """Return one finding per hypothesis, in the order in which hypotheses first occur.

    A doubly decisive test that a hypothesis passes eliminates the others, unless one of those is itself confirmed, in
    which case both are undecided (Van Evera 1997, 32).
    """
    groups: dict[str, list[Outcome]] = {}
    for outcome in tests:
        groups.setdefault(outcome.indicator.hypothesis, []).append(outcome)
    alone = {name: verdict(group) for name, group in groups.items()}
    decisive = {name: _decisive(group) for name, group in groups.items() if alone[name][0] in _GOOD}
    return tuple(Finding(name, *_against(name, alone, decisive)) for name in groups)


_GOOD = (Verdict.SUPPORTED, Verdict.CONFIRMED)


def _decisive(group: Sequence[Outcome]) -> tuple[str, ...]:
    return tuple(
        o.indicator.id
        for o in group
        if o.status is Status.MET and o.indicator.kind.necessary and o.indicator.kind.sufficient
    )


def _against(
    name: str, alone: dict[str, tuple[Verdict, tuple[str, ...]]], decisive: dict[str, tuple[str, ...]]
) -> tuple[Verdict, tuple[str, ...]]:
    own, reasons = alone[name]
    rivals = tuple(sorted(test for other, tests in decisive.items() if other != name for test in tests))
    if not rivals:
        return own, reasons
    if own in _GOOD:
        return Verdict.UNDECIDED, tuple(sorted({*reasons, *rivals}))
    return Verdict.ELIMINATED, rivals


def support(evidence: pd.DataFrame, links: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Count, for each claim, its sources, independence groups and source types.

    Returns a frame indexed by evidence identifier with integer columns sources, groups, types.
    """
    import pandas as pd

    group, kind = (dict(zip(sources["id"], sources[column], strict=True)) for column in ("group", "type"))
    given: dict[str, list[str]] = {str(name): [] for name in evidence["id"]}
    for claim, source in zip(links["evidence"], links["source"], strict=True):
        if claim in given:
            given[claim].append(str(source))
    counts = {
        name: (len(set(found)), len({group[source] for source in found}), len({kind[source] for source in found}))
        for name, found in given.items()
    }
    return pd.DataFrame.from_dict(counts, orient="index", columns=["sources", "groups", "types"])


def admitted(counts: pd.DataFrame, rule: Rule) -> frozenset[str]:
    """Return the identifiers of the claims that a rule of triangulation lets count."""
    column, least = {
        Rule.ANY: ("sources", 0),
        Rule.ONE: ("sources", 1),
        Rule.TWO: ("sources", 2),
        Rule.GROUPS: ("groups", 2),
        Rule.TYPES: ("types", 2),
    }[rule]
    return frozenset(str(name) for name in counts.index[counts[column] >= least])


def in_phase(evidence: pd.DataFrame, phase: str) -> frozenset[str]:
    """Return the claims of a phase: those whose period lies mostly in it and those that span the whole window."""
    if phase == WHOLE:
        return frozenset(evidence["id"])
    return frozenset(evidence.loc[evidence["phase"].isin([phase, WHOLE]), "id"])


@dataclass(frozen=True, slots=True)
class Case:
    """The part of a data package that a verdict needs, as frames."""

    indicators: pd.DataFrame
    """Columns id, hypothesis, test."""
    tests: pd.DataFrame
    """Columns id, necessary, sufficient."""
    bearings: pd.DataFrame
    """Columns indicator, evidence, bearing."""
    evidence: pd.DataFrame
    """Columns id, phase."""
    links: pd.DataFrame
    """Columns evidence, source."""
    sources: pd.DataFrame
    """Columns id, group, type."""


def counted(case: Case, phase: str = WHOLE, rule: Rule = Rule.ANY) -> frozenset[str]:
    """Return the claims that count in a phase under a rule of triangulation."""
    return in_phase(case.evidence, phase) & admitted(support(case.evidence, case.links, case.sources), rule)


def results(case: Case, phase: str = WHOLE, rule: Rule = Rule.ANY, *, lenient: bool = False) -> tuple[Outcome, ...]:
    """Return the outcomes of all indicators in a phase under a rule of triangulation."""
    listed = indicators(case.indicators, case.tests)
    return outcomes(listed, case.bearings, evidence=counted(case, phase, rule), lenient=lenient)


def judged(case: Case, phase: str = WHOLE, rule: Rule = Rule.ANY, *, lenient: bool = False) -> tuple[Finding, ...]:
    """Return the verdict on each hypothesis in a phase under a rule of triangulation."""
    return by_rules(results(case, phase, rule, lenient=lenient))
