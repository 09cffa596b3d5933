"""Verdicts and rivals, drawn: the readings side by side, rivals against evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.figures.drawing import Drawing, finished, listed
from analysis.loading import load, rows
from analysis.style import INK, MARKS, MUTED, axes, sheet
from analysis.tables.verdicts import readings as table
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

SHADES = ("#67001f", "#b2453a", "#dddddd", "#f7f7f7", "#b7d7ea", "#2b6f9e", "#053061")


def readings() -> Drawing:
    """Draw the verdict on each hypothesis and phase under each reading, worst to best as red to blue."""
    data = table()
    heads = [head for head in data.columns if head not in ("Hypothesis", "Phase")]
    with sheet():
        figure, plot = axes(108)
        _grid(plot, data, heads)
    whole = data[data["Phase"] == "Whole"]
    columns = zip(whole["Hypothesis"], whole["As read"], whole["By the rules"], strict=True)
    words = [f"{name} is {read} as read and {ruled} by the rules" for name, read, ruled in columns]
    poor = int((whole["Two sources"] == str(Verdict.NOT_SHOWN)).sum())
    alt = (
        f"Grid of verdicts, {len(data)} rows of hypothesis and phase by {len(heads)} readings. On the whole, "
        f"{listed(words)}; with two sources {poor} of {len(whole)} hypotheses are not shown."
    )
    return finished(figure, alt, data)


def _grid(plot: Axes, data: pd.DataFrame, heads: list[str]) -> None:
    from matplotlib.patches import Rectangle

    order = [str(verdict) for verdict in Verdict]
    for y in range(len(data)):
        for x, head in enumerate(heads):
            place = order.index(str(data.loc[y, head]))
            corner = (x - 0.48, y - 0.46)
            plot.add_patch(Rectangle(corner, 0.96, 0.92, facecolor=SHADES[place], edgecolor=MUTED, linewidth=0.3))
            ink = "white" if place in (0, 1, 5, 6) else INK
            word = order[place].replace("weakly ", "weakly\n")
            plot.text(x, y, word, ha="center", va="center", fontsize=6.6, color=ink, linespacing=0.9)
    plot.set_xlim(-0.5, len(heads) - 0.5)
    plot.set_ylim(len(data) - 0.5, -0.5)
    plot.set_xticks(range(len(heads)), [head.replace(" ", "\n", 1) for head in heads])
    plot.xaxis.tick_top()
    plot.set_yticks(range(len(data)), [f"{r.Hypothesis}  {r.Phase}" for r in rows(data)])
    plot.tick_params(length=0)
    for side in ("left", "bottom"):
        plot.spines[side].set_visible(False)
    for y in range(4, len(data), 4):
        plot.axhline(y - 0.5, color=INK, linewidth=0.8)


def rivals() -> Drawing:
    """Draw how many claims each rival leads one to expect and how many speak against it, with a source or without."""
    data = _expectations()
    with sheet():
        figure, plot = axes(96)
        _balance(plot, data)
    free = data.loc[data["Unexpected, with a source"] == 0, "Rival"].tolist()
    sums = data.drop(columns="Rival").sum()
    alt = (
        f"Bars for {len(data)} rival explanations: {sums.iloc[:2].sum()} claims that they lead one to expect, "
        f"{sums.iloc[2:].sum()} that speak against them. No claim with a source speaks against {len(free)} of them: "
        f"{listed(free)}."
    )
    return finished(figure, alt, data)


def _expectations() -> pd.DataFrame:
    import pandas as pd

    named = {str(row.id): str(row.name) for row in rows(load("rivals"))}
    sourced = set(load("evidence_sources")["evidence"])
    found = load("rival_bearings")
    given = found["evidence"].isin(sourced)
    kinds = {
        f"{word.capitalize()}, {how}": found[(found["bearing"] == word) & has]["rival"].value_counts()
        for word in ("expected", "unexpected")
        for how, has in (("with a source", given), ("without", ~given))
    }
    counts = pd.DataFrame(kinds).reindex(list(named)).fillna(0).astype("int64")
    counts.insert(0, "Rival", pd.Series(named))
    return counts.reset_index(drop=True)


def _balance(plot: Axes, data: pd.DataFrame) -> None:
    blue, brown = MARKS[0].colour, MARKS[2].colour
    places = range(len(data))
    for sign, colour, word in ((1, blue, "Expected"), (-1, brown, "Unexpected")):
        firm, loose = data[f"{word}, with a source"] * sign, data[f"{word}, without"] * sign
        plot.barh(places, firm, 0.7, color=colour, edgecolor=colour, label=f"{word.lower()}, with a source")
        plot.barh(places, loose, 0.7, firm, facecolor="white", edgecolor=colour, label=f"{word.lower()}, without")
    plot.axvline(0, color=INK, linewidth=0.8)
    right, left = (int(data.iloc[:, i : i + 2].sum(axis=1).max()) for i in (1, 3))
    plot.set_xticks(range(-left, right + 1), [str(abs(n)) for n in range(-left, right + 1)])
    plot.set_xlim(-left - 0.4, right + 0.4)
    plot.set_yticks(places, data["Rival"].tolist())
    plot.invert_yaxis()
    plot.grid(visible=True, axis="x")
    plot.set_axisbelow(True)
    plot.set_xlabel("claims against (left) and for (right)")
    plot.legend(loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=2)
