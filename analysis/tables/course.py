"""The course of events in tables: shocks and responses, series of dependence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import study
from analysis.dependence import ratchet
from analysis.loading import load, rows
from analysis.sequence import agrees, lag, later, order
from analysis.tables.frames import frame

if TYPE_CHECKING:
    from typing import Any

    import pandas as pd


def lags() -> pd.DataFrame:
    """Return every response with the shock it is said to follow.

    Columns: Shock, Response, Kind, Hypothesis, Shortest and Longest (possible lag in days), Comes after, Likelihood
    (that it does), Stated lag (does the lag that the study states agree with its own dates), Pair (who made it).
    """
    shocks, responses = study.dated("shocks"), study.dated("responses")
    names, labels = {str(r.id): str(r.name) for r in rows(load("shocks"))}, study.hypotheses()
    return frame(
        {
            "Shock": names[str(row.shock)],
            "Response": row.name,
            "Kind": row.kind,
            "Hypothesis": labels[str(row.hypothesis)],
            "Shortest": lag(shocks[row.shock], responses[row.id])[0],
            "Longest": lag(shocks[row.shock], responses[row.id])[1],
            "Comes after": str(order(shocks[row.shock], responses[row.id])),
            "Likelihood": later(shocks[row.shock], responses[row.id]),
            "Stated lag": _stated(row, shocks, responses),
            "Pair": "study" if row.basis == "seed" else "ours",
        }
        for row in rows(load("responses"))
    )


def _stated(row: Any, shocks: dict[str, Any], responses: dict[str, Any]) -> str:
    import pandas as pd

    if pd.isna(row.stated_low):
        return "none"
    fits = agrees(shocks[row.shock], responses[row.id], (int(row.stated_low), int(row.stated_high)))
    return "agrees" if fits else "does not agree"


def series() -> pd.DataFrame:
    """Return the series that show dependence: Series, Unit, First, Value, Last, Latest value, Points, Ratchet."""
    found = load("quantities").query("series != ''").sort_values(["series", "start"])
    return frame(_series(str(name), group) for name, group in found.groupby("series", sort=False))


def _series(name: str, group: pd.DataFrame) -> dict[str, object]:
    steps = ratchet(group["value"].tolist())
    word = {True: "never goes back", False: "goes back", None: "too short to tell"}[steps.holds]
    first, last = group.iloc[0], group.iloc[-1]
    return {
        "Series": name,
        "Unit": first["unit"],
        "First": first["start"].year,
        "Value": first["value"],
        "Last": last["end"].year,
        "Latest value": last["value"],
        "Points": steps.points,
        "Ratchet": word,
    }
