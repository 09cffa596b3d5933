"""What was coded, drawn: claims over time, by phase, and by source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis import study
from analysis.figures.drawing import Drawing, finished, listed
from analysis.loading import load, rows
from analysis.style import BAND, INK, MUTED, axes, marks, sheet

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def timeline() -> Drawing:
    """Draw every dated claim by hypothesis, with the phases as bands and its precision as length."""
    evidence, phases, labels = load("evidence"), load("phases"), study.hypotheses()
    data = evidence[evidence["hypothesis"].isin(list(labels)) & (evidence["phase"] != "all")]
    data = data.sort_values(["hypothesis", "start", "end", "id"]).reset_index(drop=True)
    with sheet():
        figure, plot = axes(118)
        _bands(plot, phases)
        _claims(plot, data, labels)
    counts = [f"{int((data['hypothesis'] == name).sum())} for {label}" for name, label in labels.items()]
    spans = [f"{p.label} from {p.start:%B %Y} to {p.end:%B %Y}" for p in rows(phases)]
    alt = (
        f"Timeline of {len(data)} dated claims, {listed(counts)}, over three shaded phases: {listed(spans)}. "
        f"{_busiest(data)}"
    )
    return finished(figure, alt, data[["id", "label", "start", "end", "precision", "phase", "hypothesis", "direction"]])


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
    evidence, labels = load("evidence"), study.hypotheses()
    phases = study.phases()
    sourced = set(load("evidence_sources")["evidence"])
    data = _tally(evidence.assign(sourced=evidence["id"].isin(sourced)), phases, labels)
    with sheet():
        figure, plot = axes(72)
        _bars(plot, data, list(phases.values()), list(labels.values()))
    words = [
        f"in {phase}, " + listed([f"{r.Claims} for {r.Hypothesis} ({r.Sourced} with a source)" for r in rows(group)])
        for phase, group in data.groupby("Phase", sort=False)
    ]
    return finished(figure, f"Bars of the claims that support each hypothesis: {'; '.join(words)}.", data)


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


def network() -> Drawing:
    """Draw which independence groups speak to which hypothesis, wider strands for more claims."""
    data, labels = _mentions(), study.hypotheses()
    totals = data.groupby("Group")["Claims"].sum().sort_values(ascending=False, kind="stable")
    with sheet():
        figure, plot = axes(146)
        _strands(plot, data, _untangled(data, list(labels.values())), list(labels.values()))
    several = sum(len(group) > 1 for _, group in data.groupby("Group"))
    most = [str(name) for name in totals.index[totals == totals.max()]]
    alt = (
        f"Network of {len(totals)} independent groups of sources and {len(labels)} hypotheses. {listed(most)} carry "
        f"most claims, {totals.max()} each; {int((totals == 1).sum())} groups carry one claim each; {several} groups "
        f"speak to more than one hypothesis."
    )
    return finished(figure, alt, data)


def _mentions() -> pd.DataFrame:
    labels = study.hypotheses()
    joined = load("evidence_sources").merge(load("sources"), left_on="source", right_on="id")
    joined = joined.merge(load("evidence")[["id", "hypothesis"]], left_on="evidence", right_on="id")
    joined = joined[joined["hypothesis"] != ""]
    counts = joined.groupby(["group", "hypothesis"], sort=True)["evidence"].nunique().reset_index(name="Claims")
    counts["hypothesis"] = counts["hypothesis"].map(labels)
    return counts.rename(columns={"group": "Group", "hypothesis": "Hypothesis"})


def _untangled(data: pd.DataFrame, labels: list[str]) -> list[str]:
    place = data["Hypothesis"].map(labels.index) * data["Claims"]
    middle = place.groupby(data["Group"]).sum() / data.groupby("Group")["Claims"].sum()
    return [str(name) for name in middle.sort_values(kind="stable").index]


def _strands(plot: Axes, data: pd.DataFrame, groups: list[str], labels: list[str]) -> None:
    mark, last = marks(labels), len(groups) - 1
    place = {group: -float(i) for i, group in enumerate(groups)}
    ends = {label: -last * (i + 0.5) / len(labels) for i, label in enumerate(labels)}
    for row in rows(data):
        look = mark[row.Hypothesis]
        x, y = _curve(place[row.Group], ends[row.Hypothesis])
        plot.plot(x, y, color=look.colour, linewidth=0.6 + 0.7 * row.Claims, alpha=0.75, solid_capstyle="butt")
    for group, y in place.items():
        plot.text(-0.02, y, group, ha="right", va="center", fontsize=7)
        plot.plot(0, y, "o", color=INK, markersize=2.5)
    for label, y in ends.items():
        plot.plot(1, y, mark[label].marker, color=mark[label].colour, markersize=9)
        plot.text(1.04, y, label, ha="left", va="center", fontsize=9)
    plot.set_xlim(-0.62, 1.14)
    plot.set_ylim(-last - 0.8, 0.8)
    plot.axis("off")


def _curve(start: float, end: float) -> tuple[Any, Any]:
    import numpy as np

    x = np.linspace(0, 1, 40)
    return x, start + (end - start) * (3 * x**2 - 2 * x**3)
