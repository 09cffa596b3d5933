"""The course of events, drawn: lags, dependence over time, the path of institutionalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import study
from analysis.dependence import Score, path
from analysis.figures.drawing import Drawing, finished, listed
from analysis.loading import load, rows
from analysis.sequence import lag, order
from analysis.style import BAND, INK, MUTED, axes, canvas, marks, sheet

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MONTH = 30.44


def lags() -> Drawing:
    """Draw the possible lags from shock to response as intervals, by hypothesis."""
    data = _lags()
    with sheet():
        figure, plot = axes(112)
        _intervals(plot, data)
    sure = int((data["Order"] == "certain").sum())
    unsure = data.loc[data["Order"] != "certain", "Response"].tolist()
    alt = (
        f"Possible lags of {len(data)} responses in months. {sure} certainly follow their shock; "
        f"{len(unsure)} may also come before it: {listed(unsure)}."
    )
    return finished(figure, alt, data)


def _lags() -> pd.DataFrame:
    import pandas as pd

    shocks, responses, labels = study.dated("shocks"), study.dated("responses"), study.hypotheses()
    found = [
        (labels[row.hypothesis], row.name, *lag(shocks[row.shock], responses[row.id]),
         str(order(shocks[row.shock], responses[row.id])))
        for row in rows(load("responses"))
    ]  # fmt: skip
    data = pd.DataFrame(found, columns=["Hypothesis", "Response", "Shortest", "Longest", "Order"])
    return data.sort_values(["Hypothesis", "Shortest", "Longest"]).reset_index(drop=True)


def _intervals(plot: Axes, data: pd.DataFrame) -> None:
    mark = marks(list(dict.fromkeys(data["Hypothesis"])))
    seen: set[str] = set()
    for i, row in enumerate(rows(data)):
        look = mark[row.Hypothesis]
        low, high = row.Shortest / MONTH, row.Longest / MONTH
        style = "-" if row.Order == "certain" else (0, (2, 1.2))
        plot.plot([low, high], [i, i], color=look.colour, linewidth=2.2, linestyle=style, solid_capstyle="butt")
        name = row.Hypothesis if row.Hypothesis not in seen else None
        plot.plot((low + high) / 2, i, look.marker, color=look.colour, markersize=4.5, label=name)
        seen.add(row.Hypothesis)
    plot.axvline(0, color=INK, linewidth=0.8)
    plot.set_yticks(range(len(data)), data["Response"].tolist(), fontsize=7.5)
    plot.invert_yaxis()
    plot.set_xlabel("months after the shock (dashed: the order is not certain)")
    plot.grid(visible=True, axis="x")
    plot.legend(loc="upper right")


def dependence() -> Drawing:
    """Draw every share that speaks of dependence where its period lies, joined where one series has two points."""
    data = load("quantities").query("series != '' and unit == '%'").sort_values(["series", "start"])
    data = data[["series", "value", "comparator", "start", "end"]].reset_index(drop=True)
    with sheet():
        figure, plot = axes(84)
        _shares(plot, data)
    points = data.groupby("series").size()
    words = [f"{row.series} {_sign(row.comparator)}{row.value:.0f} % in {row.start.year}" for row in rows(data)]
    alt = (
        f"Shares that speak of dependence: {listed(words)}. Of {len(points)} series none has more than {points.max()} "
        f"points, so that none could show a return."
    )
    return finished(figure, alt, data)


def _sign(comparator: str) -> str:
    return {"=": "", "~": "about ", "<": "under ", "<=": "at most ", ">": "over ", ">=": "at least "}[comparator]


def _shares(plot: Axes, data: pd.DataFrame) -> None:
    from datetime import date

    from matplotlib.dates import date2num

    for i, phase in enumerate(rows(load("phases"))):
        plot.axvspan(phase.start, phase.end, color=BAND[i % 2], linewidth=0, zorder=0)
    mark = marks(list(dict.fromkeys(data["series"])))
    for name, group in data.groupby("series", sort=False):
        look = mark[str(name)]
        middle = group["start"] + (group["end"] - group["start"]) / 2
        plot.plot(middle, group["value"], color=look.colour, linewidth=1.0, linestyle=":")
        for row in rows(group):
            plot.plot([row.start, row.end], [row.value] * 2, color=look.colour, linewidth=2, solid_capstyle="butt")
            point = row.start + (row.end - row.start) / 2
            plot.plot(point, row.value, look.marker, color=look.colour, markersize=5)
            if row.comparator in ("<", "<=", ">", ">="):
                way = -8 if row.comparator.startswith("<") else 8
                arrow = {"arrowstyle": "->", "color": look.colour, "linewidth": 1.0}
                plot.annotate("", (point, row.value + way), (point, row.value), arrowprops=arrow)
        plot.plot([], [], look.marker, color=look.colour, markersize=5, label=str(name))
    first, last = data["start"].min().year, data["end"].max().year
    plot.set_xlim(date2num(date(first - 1, 9, 1)), date2num(date(last + 1, 12, 31)))
    plot.set_ylim(-8, 104)
    plot.set_ylabel("per cent (arrows: bounds)")
    plot.legend(loc="center left", bbox_to_anchor=(0.0, 0.62))


def institutionalisation() -> Drawing:
    """Draw the scores of phases and of episodes on the four-point scale, with the points one could defend."""
    scores, scale = load("scores"), load("scale")
    with sheet():
        figure = canvas(72)
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=[3, 5])
        _scores(left, scores[scores["unit"] == "phase"], study.phases(), "phases")
        names = {str(row.id): str(row.id).upper() for row in rows(load("episodes"))}
        _scores(right, scores[scores["unit"] == "episode"], names, "declared episodes")
        left.set_yticks(scale["point"].tolist(), [f"{row.point}  {row.name}" for row in rows(scale)])
        left.set_ylim(0.6, 4.4)
    ways = path([Score(r.id, r.low, r.best, r.high) for r in rows(scores[scores["unit"] == "phase"])], len(scale))
    words = [f"{study.phases()[r.id]} {r.best} ({r.low} to {r.high})" for r in rows(scores[scores["unit"] == "phase"])]
    alt = (
        f"Scores, all ours, on the four-point scale: {listed(words)}. Of {ways.combinations} ways through the ranges "
        f"{ways.rises:.0%} end higher than they began and {ways.reaches_top:.0%} reach the top."
    )
    return finished(figure, alt, scores)


def _scores(plot: Axes, scores: pd.DataFrame, names: dict[str, str], title: str) -> None:
    x = range(len(scores))
    for i, row in enumerate(rows(scores)):
        plot.plot([i, i], [row.low, row.high], color=MUTED, linewidth=5, alpha=0.45, solid_capstyle="round")
    plot.plot(x, scores["best"], "-o", color=marks(["a"])["a"].colour, markersize=6)
    plot.set_xticks(x, [names[name] for name in scores["id"]])
    plot.set_xlim(-0.5, len(scores) - 0.5)
    plot.set_title(title, loc="left")
    plot.grid(visible=True, axis="y")
