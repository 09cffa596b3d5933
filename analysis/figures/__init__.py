"""The figures of the thesis: each returns the drawing, its alternative text and the data behind it."""

from __future__ import annotations

from analysis.figures.coding import evidence_by_phase, network, timeline
from analysis.figures.course import dependence, institutionalisation, lags
from analysis.figures.drawing import Drawing
from analysis.figures.odds import order_probabilities, tornado, weights
from analysis.figures.verdicts import readings, rivals

__all__ = [
    "Drawing",
    "dependence",
    "evidence_by_phase",
    "institutionalisation",
    "lags",
    "network",
    "order_probabilities",
    "readings",
    "rivals",
    "timeline",
    "tornado",
    "weights",
]
