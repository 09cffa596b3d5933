"""The tables of the thesis, each a frame whose column names are the heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.loading import load, rows
from analysis.verdicts import WHOLE, Case, Rule, Verdict, admitted, in_phase, judged, results, support

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from analysis.probative import Outcome


def case() -> Case:
    """Return the frames that verdicts need, loaded from the package."""
    resources = ("indicators", "tests", "bearings", "evidence", "evidence_sources", "sources")
    return Case(*(load(name) for name in resources))


def _labels() -> dict[str, str]:
    frame = load("hypotheses")
    return dict(zip(frame["id"], frame["label"], strict=True))


def _phases() -> dict[str, str]:
    frame = load("phases")
    return {**dict(zip(frame["id"], frame["label"], strict=True)), WHOLE: "Whole"}


def _cited(keys: str) -> str:
    return ", ".join(f"{{cite:t}}`{key}`" for key in keys.split(";") if key)


def _frame(records: Iterable[dict[str, object]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(records))


def hypotheses() -> pd.DataFrame:
    """Return the hypotheses: Hypothesis, Claim, Predicted sequence, Literature (MyST)."""
    return _frame(
        {
            "Hypothesis": f"{row.label} {row.name}",
            "Claim": row.claim,
            "Predicted sequence": str(row.sequence).replace(" > ", " → "),
            "Literature": _cited(str(row.literature)),
        }
        for row in rows(load("hypotheses"))
    )


def tests() -> pd.DataFrame:
    """Return the four kinds of test: Test, Necessary, Sufficient, A pass means, A failure means."""
    return _frame(
        {
            "Test": row.name,
            "Necessary": "yes" if row.necessary else "no",
            "Sufficient": "yes" if row.sufficient else "no",
            "A pass means": row.on_pass,
            "A failure means": row.on_fail,
        }
        for row in rows(load("tests"))
    )


def weights() -> pd.DataFrame:
    """Return the number of indicators by hypothesis (rows) and kind of test (columns), with totals."""
    import pandas as pd

    frame, kinds = load("indicators"), load("tests")
    counts = pd.crosstab(frame["hypothesis"], frame["test"]).reindex(columns=kinds["id"], fill_value=0)
    counts.index = pd.Index([_labels()[str(name)] for name in counts.index])
    counts.columns = pd.Index(kinds["name"].tolist())
    counts["All"] = counts.sum(axis=1)
    counts.loc["All"] = counts.sum()
    return counts.rename_axis("Hypothesis").reset_index()


def indicators(phase: str = WHOLE, rule: Rule = Rule.ANY) -> pd.DataFrame:
    """Return every indicator with its computed status.

    Columns: Indicator, Observable, Weight, Met by, In part, Against (numbers of claims), Status, Consequence.
    """
    statements = load("indicators").set_index("id")["statement"]
    found = results(case(), phase, rule)
    return _frame(_indicator(outcome, str(statements[outcome.indicator.id])) for outcome in found)


def _indicator(outcome: Outcome, statement: str) -> dict[str, object]:
    return {
        "Indicator": outcome.indicator.id.upper(),
        "Observable": statement,
        "Weight": outcome.indicator.kind.name.replace("-", " "),
        "Met by": len(outcome.meets),
        "In part": len(outcome.partly),
        "Against": len(outcome.against),
        "Status": str(outcome.status),
        "Consequence": str(outcome.consequence),
    }


def bearings() -> pd.DataFrame:
    """Return every link between a claim and an indicator: Indicator, Claim, Bearing, Line, Reason."""
    claims = load("evidence").set_index("id")
    return _frame(
        {
            "Indicator": str(row.indicator).upper(),
            "Claim": claims.loc[str(row.evidence), "label"],
            "Bearing": row.bearing,
            "Line": claims.loc[str(row.evidence), "line"],
            "Reason": row.reason,
        }
        for row in rows(load("bearings"))
    )


def readings() -> pd.DataFrame:
    """Return the verdicts side by side, one row for each hypothesis and phase.

    Columns: Hypothesis, Phase, As read, By the rules, Parts as wholes, One source, Two sources, Two groups, Two types.
    """
    read = load("readings").set_index(["hypothesis", "phase"])["verdict"]
    computed, labels = _computed(case()), _labels()
    return _frame(
        {"Hypothesis": labels[name], "Phase": title, "As read": read[(name, phase)], **computed[(name, phase)]}
        for name in labels
        for phase, title in _phases().items()
    )


def _computed(package: Case) -> dict[tuple[str, str], dict[str, str]]:
    columns = {
        "By the rules": (Rule.ANY, False),
        "Parts as wholes": (Rule.ANY, True),
        "One source": (Rule.ONE, False),
        "Two sources": (Rule.TWO, False),
        "Two groups": (Rule.GROUPS, False),
        "Two types": (Rule.TYPES, False),
    }
    found: dict[tuple[str, str], dict[str, str]] = {}
    for phase in _phases():
        for head, (rule, lenient) in columns.items():
            for finding in judged(package, phase, rule, lenient=lenient):
                found.setdefault((finding.hypothesis, phase), {})[head] = str(finding.verdict)
    return found


def departures() -> pd.DataFrame:
    """Return how often each computed reading gives the author's verdict: Reading, Agrees, Of, Share."""
    frame = readings()
    heads = [head for head in frame.columns if head not in ("Hypothesis", "Phase", "As read")]
    agree = {head: int((frame[head] == frame["As read"]).sum()) for head in heads}
    return _frame({"Reading": h, "Agrees": n, "Of": len(frame), "Share": n / len(frame)} for h, n in agree.items())


def phases() -> pd.DataFrame:
    """Return the phases: Phase, Name, From, To, Months, Claims, claims by hypothesis, With a source (share)."""
    evidence, links, labels = load("evidence"), load("evidence_sources"), _labels()
    sourced = set(links["evidence"])

    def row(phase: str) -> dict[str, object]:
        inside = evidence[evidence["phase"] == phase]
        counts = {label: int((inside["hypothesis"] == name).sum()) for name, label in labels.items()}
        return {"Claims": len(inside), **counts, "With a source": float(inside["id"].isin(sourced).mean())}

    return _frame(
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
    scores, titles = load("scores").set_index("id"), _phases()
    return _frame(
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


def scale() -> pd.DataFrame:
    """Return the scale of institutionalisation: Point, Name, Meaning, Given by."""
    given = {"seed": "the study", "ours": "us"}
    return _frame(
        {"Point": row.point, "Name": row.name, "Meaning": row.meaning, "Given by": given[str(row.basis)]}
        for row in rows(load("scale"))
    )


def evidence(phase: str | None = None, hypothesis: str | None = None) -> pd.DataFrame:
    """Return the claims in order of date: Claim, Date, Statement, Bears on, Basis, Sources (MyST), Line.

    `phase` and `hypothesis` are identifiers and keep only what bears on them.
    """
    frame, cited, labels = load("evidence"), _sources_of(), _labels()
    if phase is not None:
        frame = frame[frame["phase"] == phase]
    if hypothesis is not None:
        frame = frame[frame["hypothesis"] == hypothesis]
    return _frame(
        {
            "Claim": row.label,
            "Date": _date(row.start, row.end, str(row.precision)),
            "Statement": row.statement,
            "Bears on": _sign(str(row.direction), labels.get(str(row.hypothesis), "")),
            "Basis": "study" if row.basis == "seed" else "ours",
            "Sources": cited.get(str(row.id), "none given"),
            "Line": row.line,
        }
        for row in rows(frame.sort_values(["start", "end", "id"]))
    )


def _sign(direction: str, label: str) -> str:
    return {"supports": f"{label} for", "against": f"{label} against"}.get(direction, label or "none")


def _date(start: pd.Timestamp, end: pd.Timestamp, precision: str) -> str:
    if precision == "approximate":
        return f"about {_span(start, end)}"
    if precision in ("period", "day"):
        return _span(start, end, days=precision == "day")
    if precision == "quarter":
        return f"{start.year}, quarter {start.quarter}"
    return str(start.year) if precision == "year" else f"{start:%b %Y}"


def _span(start: pd.Timestamp, end: pd.Timestamp, *, days: bool = False) -> str:
    if days:
        return f"{start.day} {start:%b %Y}"
    first, last = f"{start:%b %Y}", f"{end:%b %Y}"
    if (start.month, end.month) == (1, 12):
        first, last = str(start.year), str(end.year)
    return first if first == last else f"{first} to {last}"


def _sources_of() -> dict[str, str]:
    joined = load("evidence_sources").merge(load("sources"), left_on="source", right_on="id")
    words = [f"{{cite:t}}`{key}`" if key else name for key, name in zip(joined["key"], joined["name"], strict=True)]
    return {str(name): "; ".join(group) for name, group in joined.assign(words=words).groupby("evidence")["words"]}


def source_types() -> pd.DataFrame:
    """Return the sources by type: Type, Sources, Groups, Claims, Listed (share that the study's bibliography has)."""
    sources, links = load("sources"), load("evidence_sources")
    used = links.merge(sources, left_on="source", right_on="id")
    claims = used.groupby("type")["evidence"].nunique()
    return _frame(
        {
            "Type": kind,
            "Sources": len(members),
            "Groups": members["group"].nunique(),
            "Claims": int(claims.get(kind, 0)),
            "Listed": float((members["status"] == "listed").mean()),
        }
        for kind, members in sorted(sources.groupby("type"), key=lambda item: (-len(item[1]), str(item[0])))
    )


def triangulation() -> pd.DataFrame:
    """Return how many claims meet each rule of triangulation, by phase.

    Columns: Rule, one column of counts for each phase and for the whole, Share (of all claims).
    """
    package = case()
    counts = support(package.evidence, package.links, package.sources)
    return _frame(
        {
            "Rule": str(rule),
            **{t: len(admitted(counts, rule) & _only(package.evidence, p)) for p, t in _phases().items()},
            "Share": len(admitted(counts, rule)) / len(counts),
        }
        for rule in Rule
    )


def _only(evidence: pd.DataFrame, phase: str) -> frozenset[str]:
    return in_phase(evidence, WHOLE) if phase == WHOLE else frozenset(evidence.loc[evidence["phase"] == phase, "id"])


def verdict_words() -> tuple[str, ...]:
    """Return the words for verdicts, from worst to best."""
    return tuple(str(verdict) for verdict in Verdict)
