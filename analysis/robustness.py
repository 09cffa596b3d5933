"""What the verdicts rest on: leaving out a claim or a source, and how few witnesses carry the weight."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.probative import indicators, outcomes
from analysis.verdicts import WHOLE, Finding, Rule, by_rules, counted, judged, results

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from analysis.verdicts import Case


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict that moves when something is left out."""

    left_out: str
    """The claim or source left out."""
    hypothesis: str
    """The hypothesis whose verdict moves."""
    before: str
    """Verdict with it."""
    after: str
    """Verdict without it."""


@dataclass(frozen=True, slots=True)
class Concentration:
    """How evenly a number of shares is spread."""

    members: int
    """Number of members with a positive share."""
    herfindahl: float
    """Sum of squared shares, from 1/members to 1 (Herfindahl 1950)."""
    effective: float
    """Number of equal members that would give the same sum: 1/herfindahl."""
    largest: float
    """Largest share."""


def concentration(counts: Iterable[float]) -> Concentration:
    """Return the concentration of counts or weights; zeros do not matter. Raises ValueError if nothing is positive."""
    positive = [count for count in counts if count > 0]
    if not positive:
        raise ValueError("nothing to measure: all counts are zero")
    total = sum(positive)
    shares = [count / total for count in positive]
    herfindahl = sum(share * share for share in shares)
    return Concentration(len(positive), herfindahl, 1 / herfindahl, max(shares))


def without_claims(case: Case, claims: Collection[str]) -> Case:
    """Return the case without some claims."""
    gone = list(claims)
    return replace(
        case,
        evidence=case.evidence[~case.evidence["id"].isin(gone)],
        bearings=case.bearings[~case.bearings["evidence"].isin(gone)],
        links=case.links[~case.links["evidence"].isin(gone)],
    )


def without_source(case: Case, source: str) -> Case:
    """Return the case without a source, and without the claims that had no other source."""
    kept = case.links[case.links["source"] != source]
    orphans = set(case.links["evidence"]) - set(kept["evidence"])
    return without_claims(replace(case, links=kept), orphans)


def leave_one_claim(case: Case, phase: str = WHOLE, rule: Rule = Rule.ANY, *, lenient: bool = False) -> list[Change]:
    """Return every verdict that moves when one claim that bears on an indicator is left out."""
    full = counted(case, phase, rule)
    tried = sorted(full & set(case.bearings["evidence"]))
    return list(_changes(case, full, ((name, full - {name}) for name in tried), lenient=lenient))


def leave_one_source(case: Case, phase: str = WHOLE, rule: Rule = Rule.ONE, *, lenient: bool = False) -> list[Change]:
    """Return every verdict that moves when one source is left out."""
    full = counted(case, phase, rule)
    used = sorted(set(case.links["source"]))
    smaller = ((name, counted(without_source(case, name), phase, rule)) for name in used)
    return list(_changes(case, full, smaller, lenient=lenient))


def _changes(
    case: Case, full: frozenset[str], reduced: Iterable[tuple[str, frozenset[str]]], *, lenient: bool
) -> Iterator[Change]:
    listed = indicators(case.indicators, case.tests)

    def found(claims: frozenset[str]) -> tuple[Finding, ...]:
        return by_rules(outcomes(listed, case.bearings, evidence=claims, lenient=lenient))

    before = found(full)
    for name, claims in reduced:
        if claims != full:
            yield from _moved(name, before, found(claims))


def _moved(name: str, before: Iterable[Finding], after: Iterable[Finding]) -> Iterator[Change]:
    for old, new in zip(before, after, strict=True):
        if old.verdict != new.verdict:
            yield Change(name, old.hypothesis, str(old.verdict), str(new.verdict))


def groups_behind(case: Case, phase: str = WHOLE, rule: Rule = Rule.ANY) -> dict[str, frozenset[str]]:
    """Return, for each hypothesis, the independence groups behind the indicators that decide its verdict."""
    decided = {finding.hypothesis: set(finding.reasons) for finding in judged(case, phase, rule)}
    group = dict(zip(case.sources["id"], case.sources["group"], strict=True))
    named: dict[str, set[str]] = {}
    for evidence, source in zip(case.links["evidence"], case.links["source"], strict=True):
        named.setdefault(str(evidence), set()).add(str(group[source]))
    found: dict[str, set[str]] = {name: set() for name in decided}
    for outcome in results(case, phase, rule):
        if outcome.indicator.id in decided[outcome.indicator.hypothesis]:
            for claim in (*outcome.meets, *outcome.partly, *outcome.against):
                found[outcome.indicator.hypothesis] |= named.get(claim, set())
    return {name: frozenset(groups) for name, groups in found.items()}
