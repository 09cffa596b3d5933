"""Evidence tests: what pass and failure of each kind mean, and what the evidence makes of an indicator.

The four kinds follow from whether passing is necessary and whether it is sufficient (Van Evera 1997, 31-32; Bennett
2010, 210; Collier 2011, 825; Beach and Pedersen 2013, 102-105).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import pandas as pd


class Bearing(StrEnum):
    """How one piece of evidence bears on an indicator."""

    MEETS = "meets"
    PARTLY = "partly"
    AGAINST = "against"


class Status(StrEnum):
    """What the evidence, taken together, makes of an indicator."""

    MET = "met"
    PARTLY = "partly met"
    FAILED = "failed"
    CONTESTED = "contested"
    NONE = "no evidence"


class Consequence(StrEnum):
    """What the outcome of a test does to its hypothesis."""

    CONFIRMS = "confirms"
    AFFIRMS = "affirms relevance"
    RAISES = "supports a little"
    OPEN = "leaves open"
    LOWERS = "weakens a little"
    WEAKENS = "weakens somewhat"
    ELIMINATES = "eliminates"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of evidence test."""

    name: str
    """Name, such as 'hoop'."""
    necessary: bool
    """Passing is necessary for the hypothesis to hold."""
    sufficient: bool
    """Passing is sufficient to confirm the hypothesis."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """An observable implication of a hypothesis, with the kind of test it makes."""

    id: str
    """Identifier."""
    hypothesis: str
    """Hypothesis that it tests."""
    kind: Kind
    """Kind of test."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to an indicator, and why."""

    indicator: Indicator
    """The indicator."""
    status: Status
    """What the evidence makes of it."""
    consequence: Consequence
    """What that does to the hypothesis."""
    meets: tuple[str, ...]
    """Evidence that meets it, sorted."""
    partly: tuple[str, ...]
    """Evidence that meets it in part, sorted."""
    against: tuple[str, ...]
    """Evidence that speaks against it, sorted."""


def status(bearings: Collection[str], *, lenient: bool = False) -> Status:
    """Return the status that a set of bearings gives, in whatever order.

    Evidence on both sides makes an indicator contested; evidence that meets it in part leaves it partly met, unless
    `lenient`, which lets a part count as the whole. No bearing at all is 'no evidence', never a failure.
    """
    found = set(bearings)
    if not found:
        return Status.NONE
    if Bearing.AGAINST in found:
        return Status.FAILED if found == {Bearing.AGAINST} else Status.CONTESTED
    return Status.MET if lenient or Bearing.MEETS in found else Status.PARTLY


def consequence(kind: Kind, found: Status) -> Consequence:
    """Return what a status does to a hypothesis under a kind of test (Collier 2011, 825, table 1)."""
    if found is Status.MET:
        if kind.sufficient:
            return Consequence.CONFIRMS
        return Consequence.AFFIRMS if kind.necessary else Consequence.RAISES
    if found is Status.FAILED:
        if kind.necessary:
            return Consequence.ELIMINATES
        return Consequence.WEAKENS if kind.sufficient else Consequence.LOWERS
    return Consequence.OPEN


def passing(kind: Kind, doubt: float = 0.05) -> tuple[float, float]:
    """Return the probability that a test of a kind is passed if its hypothesis holds, and if it does not.

    `doubt`, over 0 and under a half, is what necessity and sufficiency leave open (Humphreys and Jacobs 2015).
    A straw in the wind tells a tenth of the way from even to certain.
    """
    if not 0 < doubt < 0.5:  # noqa: PLR2004
        raise ValueError(f"doubt {doubt} is not between 0 and a half")
    straw = (0.5 - doubt) / 10
    if not kind.necessary and not kind.sufficient:
        return 0.5 + straw, 0.5 - straw
    return (1 - doubt if kind.necessary else 0.5), (doubt if kind.sufficient else 0.5)


def classified(given: float, otherwise: float, doubt: float = 0.05) -> tuple[bool, bool]:
    """Say whether a test passed with these probabilities is necessary and whether it is sufficient."""
    return given >= 1 - doubt, otherwise <= doubt


def kinds(tests: pd.DataFrame) -> dict[str, Kind]:
    """Return the kinds of test by name, from columns id, necessary, sufficient."""
    return {str(row.id): Kind(str(row.id), bool(row.necessary), bool(row.sufficient)) for row in tests.itertuples()}


def indicators(frame: pd.DataFrame, tests: pd.DataFrame) -> tuple[Indicator, ...]:
    """Return the indicators in the order of the frame, from columns id, hypothesis, test."""
    known = kinds(tests)
    return tuple(Indicator(str(row.id), str(row.hypothesis), known[str(row.test)]) for row in frame.itertuples())


def outcomes(
    of: Iterable[Indicator], bearings: pd.DataFrame, *, evidence: Collection[str] | None = None, lenient: bool = False
) -> tuple[Outcome, ...]:
    """Return the outcome of every indicator, from columns indicator, evidence, bearing.

    `evidence` limits what counts to some identifiers, for instance those of one phase.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for name, claim, bearing in zip(bearings["indicator"], bearings["evidence"], bearings["bearing"], strict=True):
        if evidence is None or claim in evidence:
            found.setdefault(str(name), {}).setdefault(str(bearing), []).append(str(claim))
    return tuple(_outcome(indicator, found.get(indicator.id, {}), lenient=lenient) for indicator in of)


def _outcome(indicator: Indicator, by: dict[str, list[str]], *, lenient: bool) -> Outcome:
    state = status(tuple(by), lenient=lenient)
    meets, partly, against = (tuple(sorted(by.get(name, []))) for name in Bearing)
    return Outcome(indicator, state, consequence(indicator.kind, state), meets, partly, against)
