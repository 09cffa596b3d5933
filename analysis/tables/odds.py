"""The Bayesian reading in tables: weights with their ranges, orderings, sensitivity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis import study
from analysis.bayes import decibels, draw, sensitivity, tipping
from analysis.loading import load, rows
from analysis.probative import kinds, passing
from analysis.tables.frames import frame
from analysis.verdicts import WHOLE

if TYPE_CHECKING:
    import pandas as pd

    from analysis.bayes import Reading
    from analysis.probative import Kind


def grades() -> pd.DataFrame:
    """Return the grades of the judgements: Grade, From, To, Judgements (how many carry it)."""
    found = load("judgements").groupby(["grade", "low", "high"]).size().reset_index(name="number").sort_values("low")
    return frame({"Grade": r.grade, "From": r.low, "To": r.high, "Judgements": r.number} for r in rows(found))


def kind_weights(doubt: float = 0.05) -> pd.DataFrame:
    """Return what each kind of test is worth: Test, A pass, A failure (decibels), for a doubt of one in twenty."""
    named = {str(row.id): str(row.name) for row in rows(load("tests"))}

    def row(kind: Kind) -> dict[str, object]:
        given, otherwise = passing(kind, doubt)
        passed, failed = decibels(given / otherwise), decibels((1 - given) / (1 - otherwise))
        return {"Test": named[kind.name], "A pass": passed, "A failure": failed}

    return frame(row(kind) for kind in kinds(load("tests")).values())


def bayes() -> pd.DataFrame:
    """Return each Bayesian reading: Reading, Claims, Witnesses, a posterior for each hypothesis, First, Its share.

    Posteriors are means over 100,000 draws; First is the hypothesis that leads in most draws and Its share how many.
    """
    labels = study.hypotheses()
    return frame(_posterior(setup, labels) for setup in study.SETUPS)


def _posterior(setup: study.Setup, labels: dict[str, str]) -> dict[str, object]:
    used = study.weighed(setup)
    counts = {"Claims": len(used.given.evidence), "Witnesses": used.witnesses}
    return {"Reading": setup.name, **counts, **_leading(study.reading(setup), labels)}


def _leading(result: Reading, labels: dict[str, str]) -> dict[str, object]:
    means = zip(result.hypotheses, result.posterior.mean(axis=0), strict=True)
    lead = result.first()
    first = max(lead, key=lambda name: lead[name])
    return {**{labels[name]: float(p) for name, p in means}, "First": labels[first], "Its share": lead[first]}


def bayes_weights(phase: str = WHOLE) -> pd.DataFrame:
    """Return the weight of evidence for each hypothesis against the others, in decibels, under each reading.

    Columns: Reading, Hypothesis, Median, 5 %, 95 % (of 100,000 draws).
    """
    import numpy as np

    labels = study.hypotheses()
    return frame(
        {"Reading": setup.name, "Hypothesis": labels[name], "Median": float(m), "5 %": float(a), "95 %": float(b)}
        for setup in study.SETUPS
        for result in [study.reading(setup, phase)]
        for name, (a, m, b) in zip(result.hypotheses, np.percentile(result.weights, [5, 50, 95], axis=0).T, strict=True)
    )


def bayes_by_phase() -> pd.DataFrame:
    """Return the main Bayesian reading by phase: Phase, Claims, a posterior for each hypothesis, First, Its share."""
    labels = study.hypotheses()

    def row(phase: str, title: str) -> dict[str, object]:
        claims = len(study.weighed(study.MAIN, phase).given.evidence)
        return {"Phase": title, "Claims": claims, **_leading(study.reading(study.MAIN, phase), labels)}

    return frame(row(phase, title) for phase, title in study.phases(whole=True).items())


def orderings() -> pd.DataFrame:
    """Return the probability of each order of the hypotheses (rows) under each reading (columns)."""
    labels = study.hypotheses()
    found = {setup.name: study.reading(setup).orderings() for setup in study.SETUPS}
    orders = sorted(found[study.MAIN.name], key=lambda order: -found[study.MAIN.name][order])
    return frame(
        {"Order": " > ".join(labels[n] for n in order), **{name: shares[order] for name, shares in found.items()}}
        for order in orders
    )


def swings(number: int = 12, setup: study.Setup = study.MAIN) -> pd.DataFrame:
    """Return the claims that move the margin most.

    Columns: Claim, At worst, At best, Without it (all in decibels), Changes the verdict.
    """
    used = study.weighed(setup)
    claims = {str(row.id): str(row.label) for row in rows(load("evidence"))}
    _, found = sensitivity(used.given, used.share)
    return frame(
        {
            "Claim": claims[swing.evidence],
            "At worst": swing.low,
            "At best": swing.high,
            "Without it": swing.without,
            "Changes the verdict": "yes" if swing.low < 0 else "no",
        }
        for swing in found[:number]
    )


def margins() -> pd.DataFrame:
    """Return the margin of the first hypothesis over the second under each reading, and what would undo it.

    Columns: Reading, Margin (decibels), Claims that alone undo it, Bias that undoes it (decibels a claim).
    """
    return frame(_margin(setup) for setup in study.SETUPS)


def variants(setup: study.Setup = study.MAIN) -> pd.DataFrame:
    """Return how the lead depends on two settings of ours.

    Columns: Dependence, Lean, then for each hypothesis the share of draws in which it comes first. Dependence is how far claims of one witness repeat each other, lean how far one coder errs the same way throughout.
    """
    labels, used = study.hypotheses(), study.weighed(setup)

    def row(dependence: float, lean: float) -> dict[str, object]:
        share = study.weighed(replace(setup, dependence=dependence)).share
        first = draw(used.given, share, number=20_000, lean=lean).first()
        return {"Dependence": dependence, "Lean": lean, **{labels[name]: share for name, share in first.items()}}

    return frame(row(dependence, lean) for dependence in (0.0, 0.5, 1.0) for lean in (0.0, 0.5, 1.0))


def _margin(setup: study.Setup) -> dict[str, object]:
    used = study.weighed(setup)
    margin, found = sensitivity(used.given, used.share)
    return {
        "Reading": setup.name,
        "Margin": margin,
        "Claims that alone undo it": sum(swing.low < 0 for swing in found),
        "Bias that undoes it": tipping(used.given, used.share),
    }
