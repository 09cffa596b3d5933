"""The Bayesian reading, drawn: weights with ranges, orderings, sensitivity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis import study
from analysis.bayes import sensitivity
from analysis.figures.drawing import Drawing, finished, listed
from analysis.loading import load, rows
from analysis.style import INK, MUTED, axes, canvas, marks, sheet
from analysis.tables.odds import bayes_weights, orderings

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

READINGS = {
    study.ALONE.name: "each claim alone",
    study.MAIN.name: "one witness for a\nsource or paragraph",
    study.AUTHOR.name: "claims without a source\nas one witness",
    study.SOURCED.name: "only with a source",
    study.TWO.name: "only with two sources",
}


def weights() -> Drawing:
    """Draw the weight of evidence for each hypothesis, with its range, under each Bayesian reading."""
    data = bayes_weights()
    with sheet():
        figure, plot = axes(88)
        _ranges(plot, data)
    words = [f"{row.Hypothesis} {row.Median:.0f} dB" for row in rows(data[data["Reading"] == study.MAIN.name])]
    wide = data.assign(width=data["95 %"] - data["5 %"]).sort_values("width").iloc[-1]
    alt = (
        f"Median weights of evidence with ranges from 5 to 95 per cent under {len(READINGS)} readings. In the main one "
        f"they are {listed(words)}. The widest range, {wide['width']:.0f} dB, is that of {wide['Hypothesis']} with "
        f"{READINGS[str(wide['Reading'])]}."
    )
    return finished(figure, alt.replace("\n", " "), data)


def _ranges(plot: Axes, data: pd.DataFrame) -> None:
    labels = list(dict.fromkeys(data["Hypothesis"]))
    mark = marks(labels)
    for i, name in enumerate(READINGS):
        for j, row in enumerate(rows(data[data["Reading"] == name].set_axis(["r", "h", "m", "a", "b"], axis=1))):
            y, look = i + (j - 1) * 0.24, mark[row.h]
            plot.plot([row.a, row.b], [y, y], color=look.colour, linewidth=2, solid_capstyle="butt")
            plot.plot(row.m, y, look.marker, color=look.colour, markersize=5, label=row.h if i == 0 else None)
    plot.axvline(0, color=INK, linewidth=0.7)
    plot.set_yticks(range(len(READINGS)), list(READINGS.values()))
    plot.set_xscale("symlog", linthresh=10, linscale=1.0)
    ticks = [-300, -100, -30, -10, 0, 10, 30, 100]
    plot.set_xticks(ticks, [str(tick).replace("-", "\N{MINUS SIGN}") for tick in ticks])
    plot.set_ylim(len(READINGS) - 0.5, -0.5)
    plot.set_xlabel("weight of evidence, dB (logarithmic beyond 10)")
    plot.grid(visible=True, axis="x")
    plot.legend(loc="lower left", ncols=1)


def order_probabilities() -> Drawing:
    """Draw how probable each order of the hypotheses is under each reading."""
    data = orderings()
    with sheet():
        figure, plot = axes(70)
        _stacks(plot, data)
    words = []
    for name, short in READINGS.items():
        share, order = max(zip(data[name].tolist(), data["Order"].tolist(), strict=True))
        words.append(f"{short}: {order.replace('>', 'before')} in {share:.0%} of draws".replace("\n", " "))
    alt = f"Stacked bars of the probability of each order. Most probable, with {'; '.join(words)}."
    return finished(figure, alt, data)


def _stacks(plot: Axes, data: pd.DataFrame) -> None:
    mark, left, seen = marks(sorted(study.hypotheses().values())), [0.0] * len(READINGS), set()
    for row in rows(data.sort_values("Order", ascending=False).set_axis(["order", *"abcde"], axis=1)):
        first = row.order.split(" > ")[0]
        look: dict[str, Any] = {"color": mark[first].colour, "edgecolor": "white", "linewidth": 0.6}
        look["hatch"] = "////" if first in seen else ""
        seen.add(first)
        values = [row.a, row.b, row.c, row.d, row.e]
        plot.barh(range(len(values)), values, 0.68, left, label=row.order, **look)
        left = [a + b for a, b in zip(left, values, strict=True)]
    plot.set_yticks(range(len(READINGS)), list(READINGS.values()))
    plot.invert_yaxis()
    plot.set_xlim(0, 1)
    plot.set_xlabel("share of 100,000 draws")
    plot.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3)


def tornado(number: int = 8) -> Drawing:
    """Draw how far single judgements move the margin of the first hypothesis, for all claims and the best sourced."""
    import pandas as pd

    frames = [_swings(setup, number) for setup in (study.MAIN, study.TWO)]
    with sheet():
        figure = canvas(96)
        for plot, frame, title in zip(
            figure.subplots(2, 1), frames, ("all claims, main reading", "claims with two sources"), strict=True
        ):
            _tornado(plot, frame, title)
    words = [_lead(frame.attrs) for frame in frames]
    data = pd.concat([frame.assign(Reading=frame.attrs["setup"]) for frame in frames], ignore_index=True)
    alt = f"Two tornado charts of the margin between the first two hypotheses. {'. '.join(words)}."
    return finished(figure, alt, data)


def _lead(facts: dict[Any, Any]) -> str:
    lead = f"{facts['setup']}: {facts['first']} leads {facts['second']} by {facts['margin']:.1f} dB"
    return f"{lead} and {facts['undo']} of {facts['claims']} judgements would alone undo it"


def _swings(setup: study.Setup, number: int) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    used, labels = study.weighed(setup), study.hypotheses()
    margin, found = sensitivity(used.given, used.share)
    scores = (used.share @ np.log10((used.given.low + used.given.high) / 2)).tolist()
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    claims = {str(row.id): str(row.label) for row in rows(load("evidence"))}
    data = pd.DataFrame(
        [(claims[s.evidence], s.low, s.high) for s in found[:number]], columns=["Claim", "At worst", "At best"]
    )
    first, second = (labels[used.given.hypotheses[i]] for i in order[:2])
    undo = sum(s.low < 0 for s in found)
    data.attrs.update(setup=setup.name, margin=margin, first=first, second=second, undo=undo, claims=len(found))
    return data


def _tornado(plot: Axes, data: pd.DataFrame, title: str) -> None:
    margin = data.attrs["margin"]
    look = marks(list(study.hypotheses().values()))[data.attrs["first"]]
    for i, (low, high) in enumerate(zip(data["At worst"], data["At best"], strict=True)):
        plot.barh(i, low - margin, 0.66, margin, facecolor="white", edgecolor=look.colour, hatch="///", linewidth=0.8)
        plot.barh(i, high - margin, 0.66, margin, color=look.colour, edgecolor=look.colour, linewidth=0.8)
    plot.axvline(margin, color=MUTED, linewidth=0.8)
    plot.axvline(0, color=INK, linewidth=1.0)
    plot.set_yticks(range(len(data)), data["Claim"].tolist(), fontsize=7)
    plot.invert_yaxis()
    plot.set_title(f"{title}: {data.attrs['first']} over {data.attrs['second']}", loc="left")
    plot.set_xlabel("margin, dB (below zero the order changes)")
