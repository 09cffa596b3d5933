"""Rival explanations and the contrasting case in tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import study
from analysis.comparison import standings
from analysis.loading import load, rows
from analysis.tables.frames import frame

if TYPE_CHECKING:
    import pandas as pd


def rivals() -> pd.DataFrame:
    """Return the rival explanations: Rival, Predicts, The study's answer, Treatment, Our view."""
    return frame(
        {
            "Rival": row.name,
            "Predicts": row.predicts,
            "The study's answer": row.answer,
            "Treatment": row.treatment,
            "Our view": row.verdict,
        }
        for row in rows(load("rivals"))
    )


def rival_standings() -> pd.DataFrame:
    """Return the rivals against the evidence: Rival, Treatment, Expected, Unexpected, With a source, Ruled out.

    Expected and Unexpected count claims; With a source counts those of the latter that give one. A rival against which
    no claim with a source speaks is not ruled out.
    """
    named = {str(row.id): row for row in rows(load("rivals"))}
    sourced = set(load("evidence_sources")["evidence"])
    return frame(
        {
            "Rival": named[standing.rival].name,
            "Treatment": named[standing.rival].treatment,
            "Expected": standing.expected,
            "Unexpected": standing.unexpected,
            "With a source": standing.sourced,
            "Ruled out": "no" if standing.survives else "perhaps",
        }
        for standing in standings(load("rival_bearings"), sourced)
    )


def comparison() -> pd.DataFrame:
    """Return the structured comparison: Question, China, Iran, Answers, Speaks for, Line."""
    labels = study.hypotheses()
    return frame(
        {
            "Question": row.question,
            "China": row.focal,
            "Iran": row.contrast,
            "Answers": row.relation,
            "Speaks for": labels.get(str(row.speaks_for), "none"),
            "Line": row.line,
        }
        for row in rows(load("comparison"))
    )
