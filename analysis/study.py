"""This study's package, read for the engine: its case, its words, and the Bayesian readings the thesis shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from analysis.bayes import Sharing, companions, draw, factors, judgements
from analysis.loading import load, rows
from analysis.sequence import Interval, interval
from analysis.verdicts import WHOLE, Case, Rule, admitted, in_phase, support

if TYPE_CHECKING:
    from analysis.bayes import Floats, Judgements, Reading


def case() -> Case:
    """Return the frames that verdicts need, loaded from the package."""
    resources = ("indicators", "tests", "bearings", "evidence", "evidence_sources", "sources")
    return Case(*(load(name) for name in resources))


def hypotheses() -> dict[str, str]:
    """Return the labels of the hypotheses by identifier, in order."""
    return {str(row.id): str(row.label) for row in rows(load("hypotheses"))}


def phases(*, whole: bool = False) -> dict[str, str]:
    """Return the labels of the phases by identifier, in order, with the whole window last if asked for."""
    named = {str(row.id): str(row.label) for row in rows(load("phases"))}
    return {**named, WHOLE: "Whole"} if whole else named


@dataclass(frozen=True, slots=True)
class Setup:
    """A way to read the judgements."""

    name: str
    """Name for tables and figures."""
    rule: Rule
    """Which claims count."""
    sharing: Sharing
    """Which claims are one witness."""
    dependence: float = 1.0
    """How far claims of one witness repeat each other."""


ALONE = Setup("All claims, each alone", Rule.ANY, Sharing.NONE)
MAIN = Setup("All claims, one witness for a source or paragraph", Rule.ANY, Sharing.PASSAGE)
AUTHOR = Setup("All claims, those without a source as one witness", Rule.ANY, Sharing.AUTHOR)
SOURCED = Setup("Claims with a source", Rule.ONE, Sharing.SOURCE)
TWO = Setup("Claims with two sources", Rule.TWO, Sharing.SOURCE)
SETUPS = (ALONE, MAIN, AUTHOR, SOURCED, TWO)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The judgements that a setup uses, with the share at which each claim counts."""

    given: Judgements
    """The judgements, n claims."""
    share: Floats
    """Shares, shape (n,)."""
    witnesses: int
    """Number of independent witnesses that the claims amount to, rounded."""


@lru_cache(maxsize=64)
def weighed(setup: Setup = MAIN, phase: str = WHOLE) -> Weighed:
    """Return the judgements that a setup uses in a phase."""
    package = case()
    counts = support(package.evidence, package.links, package.sources)
    kept = admitted(counts, setup.rule) & in_phase(package.evidence, phase)
    given = judgements(load("judgements"), tuple(hypotheses())).only(kept)
    companion = companions(package.evidence, package.links, package.sources, setup.sharing)
    share = factors(given.evidence, companion, setup.dependence)
    return Weighed(given, share, round(float(factors(given.evidence, companion, 1.0).sum())))


@lru_cache(maxsize=32)
def reading(setup: Setup = MAIN, phase: str = WHOLE) -> Reading:
    """Return 100,000 draws of a setup in a phase, the same ones each time."""
    used = weighed(setup, phase)
    return draw(used.given, used.share)


def dated(frame_name: str) -> dict[str, Interval]:
    """Return the intervals of a resource with columns id, start, end."""
    return {str(row.id): interval(row.start, row.end) for row in rows(load(frame_name))}
