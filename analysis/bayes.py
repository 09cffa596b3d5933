"""A Bayesian reading: weights of evidence in decibels, dependence between witnesses, ranges instead of points.

Weight of evidence after Good (1985): ten times the decimal logarithm of a likelihood ratio. Likelihoods as
judgements over rival hypotheses after Humphreys and Jacobs (2015) and Fairfield and Charman (2017). The hypotheses are
taken to exclude each other; where a study lets them hold together, posterior shares are shares of explanatory weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

DECIBELS = 10.0


class Sharing(StrEnum):
    """Which claims are taken to be one witness."""

    NONE = "each claim alone"
    SOURCE = "claims that share a source"
    PASSAGE = "claims that share a source or, without one, a paragraph"
    AUTHOR = "claims that share a source, and all claims without one"


@dataclass(frozen=True, slots=True)
class Judgements:
    """Likelihood ranges of n claims under k hypotheses."""

    evidence: tuple[str, ...]
    """Identifiers of the claims, length n."""
    hypotheses: tuple[str, ...]
    """Identifiers of the hypotheses, length k."""
    low: Floats
    """Lowest likelihoods, shape (n, k), in (0, 1]."""
    high: Floats
    """Highest likelihoods, shape (n, k), in (0, 1]."""

    def only(self, evidence: Collection[str]) -> Judgements:
        """Return the judgements on some claims."""
        keep = [i for i, name in enumerate(self.evidence) if name in evidence]
        return Judgements(tuple(self.evidence[i] for i in keep), self.hypotheses, self.low[keep], self.high[keep])


@dataclass(frozen=True, slots=True)
class Reading:
    """What a set of judgements comes to, over m draws."""

    hypotheses: tuple[str, ...]
    """Identifiers of the hypotheses, length k."""
    prior: Floats
    """Prior probabilities, shape (k,)."""
    logs: Floats
    """Decimal logarithms of the likelihood of all evidence, shape (m, k)."""

    @property
    def posterior(self) -> Floats:
        """Posterior probabilities by draw, shape (m, k)."""
        import numpy as np

        scores = self.logs + np.log10(self.prior)
        scores = 10 ** (scores - scores.max(axis=1, keepdims=True))
        return np.asarray(scores / scores.sum(axis=1, keepdims=True))

    @property
    def weights(self) -> Floats:
        """Weight of evidence for each hypothesis against all others, in decibels, shape (m, k)."""
        import numpy as np

        columns = []
        for i in range(len(self.hypotheses)):
            rest = [j for j in range(len(self.hypotheses)) if j != i]
            share = self.prior[rest] / self.prior[rest].sum()
            top = self.logs[:, rest].max(axis=1, keepdims=True)
            against = np.log10((share * 10 ** (self.logs[:, rest] - top)).sum(axis=1)) + top[:, 0]
            columns.append(DECIBELS * (self.logs[:, i] - against))
        return np.column_stack(columns)

    def orderings(self) -> dict[tuple[str, ...], float]:
        """Return the share of draws in which the hypotheses come in each order, most probable order first."""
        import numpy as np

        order = np.argsort(-(self.logs + np.log10(self.prior)), axis=1, kind="stable")
        code = order @ (len(self.hypotheses) ** np.arange(len(self.hypotheses))[::-1])
        values, counts = np.unique(code, return_counts=True)
        share = dict(zip(values.tolist(), (counts / len(code)).tolist(), strict=True))
        base = len(self.hypotheses) ** np.arange(len(self.hypotheses))[::-1]
        found = {
            tuple(self.hypotheses[i] for i in p): share.get(int(np.array(p) @ base), 0.0)
            for p in permutations(range(len(self.hypotheses)))
        }
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def first(self) -> dict[str, float]:
        """Return the share of draws in which each hypothesis comes first."""
        orders = self.orderings()
        return {name: sum(share for order, share in orders.items() if order[0] == name) for name in self.hypotheses}


def decibels(ratio: float) -> float:
    """Return a likelihood ratio or odds as a weight in decibels (Good 1985)."""
    import math

    return DECIBELS * math.log10(ratio)


def posterior(prior: float, given: float, otherwise: float) -> float:
    """Return the posterior probability of a hypothesis against its negation.

    `given` and `otherwise` are the likelihoods of the evidence if the hypothesis holds and if it does not.
    """
    return prior * given / (prior * given + (1 - prior) * otherwise)


def judgements(frame: pd.DataFrame, hypotheses: Sequence[str] | None = None) -> Judgements:
    """Return judgements from columns evidence, hypothesis, low, high; claims and hypotheses are sorted.

    Raises ValueError where a claim lacks a judgement or a range does not lie within (0, 1] from low to high.
    """
    import numpy as np

    low = frame.pivot_table(index="evidence", columns="hypothesis", values="low", sort=True)
    high = frame.pivot_table(index="evidence", columns="hypothesis", values="high", sort=True)
    names = list(hypotheses or low.columns)
    lows, highs = low[names].to_numpy(dtype=np.float64), high[names].to_numpy(dtype=np.float64)
    evidence = tuple(str(name) for name in low.index)
    good = np.all((lows > 0) & (lows <= highs) & (highs <= 1), axis=1)
    for i, name in enumerate(evidence):
        if not good[i]:
            raise ValueError(f"judgements on '{name}' are missing or outside 0 to 1")
    return Judgements(evidence, tuple(str(name) for name in names), lows, highs)


def companions(
    evidence: pd.DataFrame, links: pd.DataFrame, sources: pd.DataFrame, sharing: Sharing
) -> dict[str, frozenset[str]]:
    """Map each claim to the claims that are one witness with it, itself included.

    Claims that share an independence group are, and claims that carry the same name in a column event, where there is
    one. The relation does not run on through a third claim: a with b and b with c does not make a one with c.
    """
    keys = {str(name): [f"claim {name}"] for name in evidence["id"]}
    if sharing is not Sharing.NONE:
        _mark(keys, links, sources, evidence)
    sourced = set(links["evidence"])
    for name, line in zip(evidence["id"], evidence["line"], strict=True):
        if name not in sourced and sharing is Sharing.PASSAGE:
            keys[str(name)].append(f"line {line}")
        if name not in sourced and sharing is Sharing.AUTHOR:
            keys[str(name)].append("author")
    members: dict[str, set[str]] = {}
    for name, found in keys.items():
        for key in found:
            members.setdefault(key, set()).add(name)
    return {name: frozenset().union(*(members[key] for key in found)) for name, found in keys.items()}


def _mark(keys: dict[str, list[str]], links: pd.DataFrame, sources: pd.DataFrame, evidence: pd.DataFrame) -> None:
    group = dict(zip(sources["id"], sources["group"], strict=True))
    for name, source in zip(links["evidence"], links["source"], strict=True):
        keys[str(name)].append(f"group {group[source]}")
    if "event" in evidence.columns:
        for name, event in zip(evidence["id"], evidence["event"], strict=True):
            keys[str(name)] += [f"event {event}"] if event else []


def factors(evidence: Sequence[str], companion: dict[str, frozenset[str]], dependence: float) -> Floats:
    """Return the share of its weight with which each claim counts, shape (n,), for a dependence from 0 to 1.

    A claim with n - 1 companions among the evidence counts as 1 / (1 + (n - 1) dependence): all of it at 0, an nth part
    at 1, so that n claims of one witness weigh as much as their mean. This is the design effect of a clustered sample
    (Kish 1965) applied to witnesses.
    """
    import numpy as np

    used = frozenset(evidence)
    sizes = [len(companion[name] & used) for name in evidence]
    return np.array([1 / (1 + (size - 1) * dependence) for size in sizes], dtype=np.float64)


def middle(given: Judgements, share: Floats | None = None, prior: Floats | None = None) -> Reading:
    """Return the reading at the middle of every range, as a single draw."""
    import numpy as np

    logs = np.log10((given.low + given.high) / 2)
    used = np.ones(len(given.evidence)) if share is None else share
    return Reading(given.hypotheses, _prior(given, prior), (used @ logs)[np.newaxis, :])


def draw(
    given: Judgements,
    share: Floats | None = None,
    prior: Floats | None = None,
    *,
    number: int = 100_000,
    seed: int = 2025,
    lean: float = 0.5,
) -> Reading:
    """Propagate the ranges by Monte Carlo: `number` draws, uniform within each range.

    `lean`, from 0 to 1, is how far one coder leans the same way in all judgements on a hypothesis: at 0 the errors of
    many judgements cancel, at 1 none do. 100,000 draws over 150 claims take well under a second.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    used = np.ones(len(given.evidence)) if share is None else share
    size = (len(given.hypotheses), number)
    common = random.random(size, dtype=np.float32) * np.float32(lean)
    total = np.zeros(size, dtype=np.float64)
    for low, high, factor in zip(given.low, given.high, used, strict=True):
        place = random.random(size, dtype=np.float32)
        place *= np.float32(1 - lean)
        place += common
        place *= (high - low).astype(np.float32)[:, np.newaxis]
        place += low.astype(np.float32)[:, np.newaxis]
        np.log10(place, out=place)
        place *= np.float32(factor)
        total += place
    return Reading(given.hypotheses, _prior(given, prior), total.T)


def _prior(given: Judgements, prior: Floats | None) -> Floats:
    import numpy as np

    equal = np.full(len(given.hypotheses), 1 / len(given.hypotheses))
    return equal if prior is None else prior / prior.sum()


@dataclass(frozen=True, slots=True)
class Swing:
    """How far one claim could move the margin between the first and the second hypothesis."""

    evidence: str
    """The claim."""
    low: float
    """Margin in decibels with the claim judged as badly for the first as its ranges allow."""
    high: float
    """Margin in decibels with the claim judged as well for the first as its ranges allow."""
    without: float
    """Margin in decibels without the claim."""


def sensitivity(
    given: Judgements, share: Floats | None = None, prior: Floats | None = None
) -> tuple[float, list[Swing]]:
    """Return the margin of the first hypothesis over the second at the middle, in decibels, and each claim's swing.

    Swings are sorted by width. One below zero names a judgement that alone would change the verdict.
    """
    import numpy as np

    used = np.ones(len(given.evidence)) if share is None else share
    reading = middle(given, used, prior)
    scores = reading.logs[0] + np.log10(reading.prior)
    first, second = (int(i) for i in np.argsort(-scores, kind="stable")[:2])
    margin = DECIBELS * float(scores[first] - scores[second])
    mean = (given.low + given.high) / 2
    weight = DECIBELS * used
    centre = weight * np.log10(mean[:, first] / mean[:, second])
    low = margin - centre + weight * np.log10(given.low[:, first] / given.high[:, second])
    high = margin - centre + weight * np.log10(given.high[:, first] / given.low[:, second])
    columns = zip(given.evidence, low, high, centre, strict=True)
    swings = [Swing(name, float(a), float(b), float(margin - c)) for name, a, b, c in columns]
    return margin, sorted(swings, key=lambda swing: (swing.low - swing.high, swing.evidence))


def tipping(given: Judgements, share: Floats | None = None, prior: Floats | None = None) -> float:
    """Return the bias, in decibels a claim, that would bring the first hypothesis level with the second."""
    import numpy as np

    used = np.ones(len(given.evidence)) if share is None else share
    margin, _ = sensitivity(given, used, prior)
    return margin / float(used.sum())
