"""What was coded: hypotheses, tests, phases, episodes, claims and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import study
from analysis.loading import load, names, rows
from analysis.tables.frames import cited, frame, in_words

if TYPE_CHECKING:
    import pandas as pd


def hypotheses() -> pd.DataFrame:
    """Return the hypotheses: Hypothesis, Claim, Predicted sequence, Literature (MyST)."""
    return frame(
        {
            "Hypothesis": f"{row.label} {row.name}",
            "Claim": row.claim,
            "Predicted sequence": str(row.sequence).replace(" > ", " → "),
            "Literature": cited(str(row.literature)),
        }
        for row in rows(load("hypotheses"))
    )


def tests() -> pd.DataFrame:
    """Return the four kinds of test: Test, Necessary, Sufficient, A pass means, A failure means."""
    return frame(
        {
            "Test": row.name,
            "Necessary": "yes" if row.necessary else "no",
            "Sufficient": "yes" if row.sufficient else "no",
            "A pass means": row.on_pass,
            "A failure means": row.on_fail,
        }
        for row in rows(load("tests"))
    )


def scale() -> pd.DataFrame:
    """Return the scale of institutionalisation: Point, Name, Meaning, Given by."""
    given = {"seed": "the study", "ours": "us"}
    return frame(
        {"Point": row.point, "Name": row.name, "Meaning": row.meaning, "Given by": given[str(row.basis)]}
        for row in rows(load("scale"))
    )


def phases() -> pd.DataFrame:
    """Return the phases: Phase, Name, From, To, Months, Claims, claims by hypothesis, With a source (share)."""
    evidence, links, labels = load("evidence"), load("evidence_sources"), study.hypotheses()
    sourced = set(links["evidence"])

    def row(phase: str) -> dict[str, object]:
        inside = evidence[evidence["phase"] == phase]
        counts = {label: int((inside["hypothesis"] == name).sum()) for name, label in labels.items()}
        return {"Claims": len(inside), **counts, "With a source": float(inside["id"].isin(sourced).mean())}

    return frame(
        {
            "Phase": p.label,
            "Name": p.name,
            "From": p.start,
            "To": p.end,
            "Months": (p.end.year - p.start.year) * 12 + p.end.month - p.start.month + 1,
            **row(str(p.id)),
        }
        for p in rows(load("phases"))
    )


def episodes() -> pd.DataFrame:
    """Return the declared episodes: Episode, Phase, Traced, Score (best), Range, What the text says."""
    scores, titles = load("scores").set_index("id"), study.phases(whole=True)
    return frame(
        {
            "Episode": e.name,
            "Phase": titles[str(e.phase)],
            "Traced": "yes" if e.traced else "no",
            "Score": scores["best"][e.id],
            "Range": f"{scores['low'][e.id]} to {scores['high'][e.id]}",
            "What the text says": e.note,
        }
        for e in rows(load("episodes"))
    )


def evidence(phase: str | None = None, hypothesis: str | None = None) -> pd.DataFrame:
    """Return the claims in order of date: Claim, Date, Statement, Bears on, Basis, Sources (MyST), Line.

    `phase` and `hypothesis` are identifiers and keep only what bears on them.
    """
    claims, given, labels = load("evidence"), _sources_of(), study.hypotheses()
    if phase is not None:
        claims = claims[claims["phase"] == phase]
    if hypothesis is not None:
        claims = claims[claims["hypothesis"] == hypothesis]
    return frame(
        {
            "Claim": row.label,
            "Date": in_words(row.start, row.end, str(row.precision)),
            "Statement": row.statement,
            "Bears on": _sign(str(row.direction), labels.get(str(row.hypothesis), "")),
            "Basis": "study" if row.basis == "seed" else "ours",
            "Sources": given.get(str(row.id), "none given"),
            "Line": row.line,
        }
        for row in rows(claims.sort_values(["start", "end", "id"]))
    )


def _sign(direction: str, label: str) -> str:
    return {"supports": f"{label} for", "against": f"{label} against"}.get(direction, label or "none")


def _sources_of() -> dict[str, str]:
    joined = load("evidence_sources").merge(load("sources"), left_on="source", right_on="id")
    words = [f"{{cite:t}}`{key}`" if key else name for key, name in zip(joined["key"], joined["name"], strict=True)]
    return {str(name): "; ".join(group) for name, group in joined.assign(words=words).groupby("evidence")["words"]}


def bearings() -> pd.DataFrame:
    """Return every link between a claim and an indicator: Indicator, Claim, Bearing, Line, Reason."""
    claims = load("evidence").set_index("id")
    return frame(
        {
            "Indicator": str(row.indicator).upper(),
            "Claim": claims.loc[str(row.evidence), "label"],
            "Bearing": row.bearing,
            "Line": claims.loc[str(row.evidence), "line"],
            "Reason": row.reason,
        }
        for row in rows(load("bearings"))
    )


def source_types() -> pd.DataFrame:
    """Return the sources by type: Type, Sources, Groups, Claims, Listed (share that the study's bibliography has)."""
    sources, links = load("sources"), load("evidence_sources")
    used = links.merge(sources, left_on="source", right_on="id")
    claims = used.groupby("type")["evidence"].nunique()
    return frame(
        {
            "Type": kind,
            "Sources": len(members),
            "Groups": members["group"].nunique(),
            "Claims": int(claims.get(kind, 0)),
            "Listed": float((members["status"] == "listed").mean()),
        }
        for kind, members in sorted(sources.groupby("type"), key=lambda item: (-len(item[1]), str(item[0])))
    )


def lenses() -> pd.DataFrame:
    """Return the theoretical lenses: Lens, What it leads one to expect, Serves, Literature (MyST)."""
    labels = study.hypotheses()
    return frame(
        {
            "Lens": row.name,
            "What it leads one to expect": row.expects,
            "Serves": labels[str(row.hypothesis)],
            "Literature": cited(str(row.literature)),
        }
        for row in rows(load("lenses"))
    )


def quantities() -> pd.DataFrame:
    """Return every figure the study gives: Measure, Figure, Period, Source given, Remark, Line."""
    return frame(
        {
            "Measure": row.measure,
            "Figure": _figure(str(row.comparator), float(row.value), str(row.unit)),
            "Period": _years(row.start, row.end),
            "Source given": "yes" if row.source_given else "no",
            "Remark": row.check,
            "Line": row.line,
        }
        for row in rows(load("quantities"))
    )


def _years(start: pd.Timestamp, end: pd.Timestamp) -> str:
    return in_words(start, end, "period")


def _figure(comparator: str, value: float, unit: str) -> str:
    word = {"=": "", "~": "about ", "<": "under ", "<=": "at most ", ">": "over ", ">=": "at least "}[comparator]
    return f"{word}{value:,.0f}\u00a0{unit}"


def discrepancies(severity: str | None = None) -> pd.DataFrame:
    """Return what does not agree in the study: Kind, What does not agree, Lines, Touches, How we coded it.

    `severity` keeps one of 'verdict', 'claim', 'form'.
    """
    found = load("discrepancies")
    if severity is not None:
        found = found[found["severity"] == severity]
    return frame(
        {
            "Kind": row.kind,
            "What does not agree": row.statement,
            "Lines": str(row.lines).replace(";", ", "),
            "Touches": row.severity,
            "How we coded it": row.resolution,
        }
        for row in rows(found)
    )


def discrepancy_counts() -> pd.DataFrame:
    """Return the number of discrepancies by kind (rows) and by what they touch (columns), with totals."""
    import pandas as pd

    found = load("discrepancies")
    counts = pd.crosstab(found["kind"], found["severity"]).reindex(columns=["verdict", "claim", "form"], fill_value=0)
    counts.columns = pd.Index(["A verdict", "A claim", "The form"])
    counts["All"] = counts.sum(axis=1)
    counts = counts.sort_values("All", ascending=False, kind="stable")
    counts.loc["All"] = counts.sum()
    return counts.rename_axis("Kind").reset_index()


def resources() -> pd.DataFrame:
    """Return the resources of the data package: Resource, Rows, What it holds."""
    return frame(
        {"Resource": name, "Rows": len(held), "What it holds": str(held.attrs["description"])}
        for name, held in ((name, load(name)) for name in names())
    )
