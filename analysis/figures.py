"""The figures of the thesis: each returns the drawing, its alternative text and the data behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.loading import load, rows
from analysis.style import BAND, INK, MUTED, axes, marks, sheet

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Drawing(NamedTuple):
    """A figure with what a reader who cannot see it needs."""

    figure: Figure
    """The drawing."""
    alt: str
    """Alternative text, written from the data."""
    data: pd.DataFrame
    """The data behind the drawing."""


def _hypotheses() -> dict[str, str]:
    frame = load("hypotheses")
    return dict(zip(frame["id"], frame["label"], strict=True))


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def timeline() -> Drawing:
    """Draw every dated claim by hypothesis, with the phases as bands and its precision as length."""
    evidence, phases, labels = load("evidence"), load("phases"), _hypotheses()
    data = evidence[evidence["hypothesis"].isin(list(labels)) & (evidence["phase"] != "all")]
    data = data.sort_values(["hypothesis", "start", "end", "id"]).reset_index(drop=True)
    with sheet():
        figure, plot = axes(118)
        _bands(plot, phases)
        _claims(plot, data, labels)
    counts = [f"{int((data['hypothesis'] == name).sum())} for {label}" for name, label in labels.items()]
    spans = [f"{p.label} from {p.start:%B %Y} to {p.end:%B %Y}" for p in rows(phases)]
    alt = (
        f"Timeline of {len(data)} dated claims, {_list(counts)}, over three shaded phases: {_list(spans)}. "
        f"{_busiest(data)}"
    )
    return Drawing(figure, alt, data[["id", "label", "start", "end", "precision", "phase", "hypothesis", "direction"]])


def _busiest(data: pd.DataFrame) -> str:
    years = data["start"].dt.year.value_counts()
    return f"Most claims begin in {years.index[0]}, {years.iloc[0]} of them."


def _bands(plot: Axes, phases: pd.DataFrame) -> None:
    for i, phase in enumerate(rows(phases)):
        plot.axvspan(phase.start, phase.end, color=BAND[i % 2], linewidth=0, zorder=0)
        middle = phase.start + (phase.end - phase.start) / 2
        plot.text(middle, 1.01, phase.label, transform=plot.get_xaxis_transform(), ha="center", va="bottom", color=INK)


def _claims(plot: Axes, data: pd.DataFrame, labels: dict[str, str]) -> None:
    from datetime import date

    from matplotlib.dates import date2num

    mark, ticks, base = marks(list(labels)), {}, 0.0
    for name, label in labels.items():
        group = data[data["hypothesis"] == name]
        for i, claim in enumerate(rows(group)):
            look, y = mark[name], base + i
            filled = look.colour if claim.direction != "against" else "white"
            plot.plot([claim.start, claim.end], [y, y], color=look.colour, linewidth=1.1, solid_capstyle="butt")
            middle = claim.start + (claim.end - claim.start) / 2
            plot.plot(middle, y, look.marker, color=look.colour, markerfacecolor=filled, markersize=3, zorder=3)
        ticks[label] = base + (len(group) - 1) / 2
        base += len(group) + 3
    plot.set_yticks(list(ticks.values()), list(ticks))
    plot.set_ylim(base - 2, -2)
    first, last = data["start"].min().year, data["end"].max().year
    plot.set_xlim(date2num(date(first - 1, 10, 1)), date2num(date(last + 1, 3, 31)))
    plot.tick_params(axis="y", length=0)
    plot.spines["left"].set_visible(False)
    plot.plot([], [], "o", color=MUTED, markersize=4, label="supports or neutral")
    plot.plot([], [], "o", color=MUTED, markerfacecolor="white", markersize=4, label="against")
    plot.legend(loc="lower left", ncols=1)


def evidence_by_phase() -> Drawing:
    """Draw the number of claims for and against each hypothesis by phase, and how many give a source."""
    evidence, labels = load("evidence"), _hypotheses()
    phases = dict(zip(load("phases")["id"], load("phases")["label"], strict=True))
    sourced = set(load("evidence_sources")["evidence"])
    data = _tally(evidence.assign(sourced=evidence["id"].isin(sourced)), phases, labels)
    with sheet():
        figure, plot = axes(72)
        _bars(plot, data, list(phases.values()), list(labels.values()))
    words = [
        f"in {phase}, " + _list([f"{r.Claims} for {r.Hypothesis} ({r.Sourced} with a source)" for r in rows(group)])
        for phase, group in data.groupby("Phase", sort=False)
    ]
    return Drawing(figure, f"Bars of the claims that support each hypothesis: {'; '.join(words)}.", data)


def _tally(evidence: pd.DataFrame, phases: dict[str, str], labels: dict[str, str]) -> pd.DataFrame:
    import pandas as pd

    found = []
    for phase, title in phases.items():
        for name, label in labels.items():
            inside = evidence[(evidence["phase"] == phase) & (evidence["hypothesis"] == name)]
            support = inside[inside["direction"] == "supports"]
            against = int((inside["direction"] == "against").sum())
            found.append((title, label, len(support), int(support["sourced"].sum()), against))
    return pd.DataFrame(found, columns=["Phase", "Hypothesis", "Claims", "Sourced", "Against"])


def _bars(plot: Axes, data: pd.DataFrame, phases: list[str], labels: list[str]) -> None:
    mark, width = marks(labels), 0.26
    for j, label in enumerate(labels):
        group = data[data["Hypothesis"] == label]
        x = [i + (j - (len(labels) - 1) / 2) * width for i in range(len(phases))]
        look = mark[label]
        plot.bar(x, group["Claims"], width * 0.92, facecolor="white", edgecolor=look.colour, linewidth=1.0)
        filled: dict[str, Any] = {"color": look.colour, "edgecolor": "white", "hatch": look.hatch, "linewidth": 0}
        plot.bar(x, group["Sourced"], width * 0.92, label=label, **filled)
        plot.bar(x, -group["Against"], width * 0.92, color=MUTED, linewidth=0)
        for place, total in zip(x, group["Claims"], strict=True):
            plot.text(place, total + 0.4, str(total), ha="center", va="bottom", fontsize=7.5)
    plot.axhline(0, color=INK, linewidth=0.7)
    plot.set_xticks(range(len(phases)), phases)
    plot.set_ylabel("claims (below zero: against)")
    plot.legend(loc="upper left", title="filled: with a source", ncols=1, alignment="left")
