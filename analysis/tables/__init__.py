"""The tables of the thesis, each a frame whose column names are the heads."""

from __future__ import annotations

from analysis.tables.coding import (
    bearings,
    discrepancies,
    discrepancy_counts,
    episodes,
    evidence,
    hypotheses,
    lenses,
    phases,
    quantities,
    resources,
    scale,
    source_types,
    tests,
)
from analysis.tables.course import lags, series
from analysis.tables.odds import (
    bayes,
    bayes_by_phase,
    bayes_weights,
    grades,
    kind_weights,
    margins,
    orderings,
    swings,
    variants,
)
from analysis.tables.rivals import comparison, rival_standings, rivals
from analysis.tables.verdicts import departures, foundations, indicators, left_out, readings, triangulation, weights

__all__ = [
    "bayes",
    "bayes_by_phase",
    "bayes_weights",
    "bearings",
    "comparison",
    "departures",
    "discrepancies",
    "discrepancy_counts",
    "episodes",
    "evidence",
    "foundations",
    "grades",
    "hypotheses",
    "indicators",
    "kind_weights",
    "lags",
    "left_out",
    "lenses",
    "margins",
    "orderings",
    "phases",
    "quantities",
    "readings",
    "resources",
    "rival_standings",
    "rivals",
    "scale",
    "series",
    "source_types",
    "swings",
    "tests",
    "triangulation",
    "variants",
    "weights",
]
