"""What comes of the tests: indicators with their status, and the readings side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import study
from analysis.loading import load, rows
from analysis.robustness import concentration, groups_behind, leave_one_claim, leave_one_source
from analysis.tables.frames import frame
from analysis.verdicts import WHOLE, Case, Rule, admitted, in_phase, judged, results, support

if TYPE_CHECKING:
    import pandas as pd

    from analysis.probative import Outcome


def weights() -> pd.DataFrame:
    """Return the number of indicators by hypothesis (rows) and kind of test (columns), with totals."""
    import pandas as pd

    listed, kinds = load("indicators"), load("tests")
    counts = pd.crosstab(listed["hypothesis"], listed["test"]).reindex(columns=kinds["id"], fill_value=0)
    counts.index = pd.Index([study.hypotheses()[str(name)] for name in counts.index])
    counts.columns = pd.Index(kinds["name"].tolist())
    counts["All"] = counts.sum(axis=1)
    counts.loc["All"] = counts.sum()
    return counts.rename_axis("Hypothesis").reset_index()


def indicators(phase: str = WHOLE, rule: Rule = Rule.ANY) -> pd.DataFrame:
    """Return every indicator with its computed status.

    Columns: Indicator, Observable, Weight, Met by, In part, Against (numbers of claims), Status, Consequence.
    """
    statements = load("indicators").set_index("id")["statement"]
    found = results(study.case(), phase, rule)
    return frame(_indicator(outcome, str(statements[outcome.indicator.id])) for outcome in found)


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


def readings() -> pd.DataFrame:
    """Return the verdicts side by side, one row for each hypothesis and phase.

    Columns: Hypothesis, Phase, As read, By the rules, Parts as wholes, One source, Two sources, Two groups, Two types.
    """
    read = load("readings").set_index(["hypothesis", "phase"])["verdict"]
    computed, labels = _computed(study.case()), study.hypotheses()
    return frame(
        {"Hypothesis": labels[name], "Phase": title, "As read": read[(name, phase)], **computed[(name, phase)]}
        for name in labels
        for phase, title in study.phases(whole=True).items()
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
    for phase in study.phases(whole=True):
        for head, (rule, lenient) in columns.items():
            for finding in judged(package, phase, rule, lenient=lenient):
                found.setdefault((finding.hypothesis, phase), {})[head] = str(finding.verdict)
    return found


def departures() -> pd.DataFrame:
    """Return how often each computed reading gives the author's verdict: Reading, Agrees, Of, Share."""
    found = readings()
    heads = [head for head in found.columns if head not in ("Hypothesis", "Phase", "As read")]
    agree = {head: int((found[head] == found["As read"]).sum()) for head in heads}
    return frame({"Reading": h, "Agrees": n, "Of": len(found), "Share": n / len(found)} for h, n in agree.items())


def triangulation() -> pd.DataFrame:
    """Return how many claims meet each rule of triangulation, by phase.

    Columns: Rule, one column of counts for each phase and for the whole, Share (of all claims).
    """
    package = study.case()
    counts = support(package.evidence, package.links, package.sources)
    inside = {title: _only(package.evidence, phase) for phase, title in study.phases(whole=True).items()}
    return frame(
        {
            "Rule": str(rule),
            **{title: len(admitted(counts, rule) & claims) for title, claims in inside.items()},
            "Share": len(admitted(counts, rule)) / len(counts),
        }
        for rule in Rule
    )


def _only(evidence: pd.DataFrame, phase: str) -> frozenset[str]:
    return in_phase(evidence, WHOLE) if phase == WHOLE else frozenset(evidence.loc[evidence["phase"] == phase, "id"])


def left_out() -> pd.DataFrame:
    """Return every verdict on the whole that one claim or one source carries alone.

    Columns: Left out, What, Reading, Hypothesis, Before, After.
    """
    package, labels = study.case(), study.hypotheses()
    claims = {str(row.id): str(row.label) for row in rows(package.evidence)}
    sources = {str(row.id): str(row.name) for row in rows(package.sources)}
    trials = (
        ("claim", Rule.ANY, "by the rules", leave_one_claim, claims),
        ("claim", Rule.ONE, "one source", leave_one_claim, claims),
        ("source", Rule.ANY, "by the rules", leave_one_source, sources),
        ("source", Rule.ONE, "one source", leave_one_source, sources),
    )
    return frame(
        {
            "Left out": names[change.left_out],
            "What": what,
            "Reading": head,
            "Hypothesis": labels[change.hypothesis],
            "Before": change.before,
            "After": change.after,
        }
        for what, rule, head, trial, names in trials
        for change in trial(package, WHOLE, rule)
    )


def foundations() -> pd.DataFrame:
    """Return what the support for each hypothesis rests on.

    Columns: Hypothesis, Claims (that support it), With a source, Groups, Effective groups, Largest group (share of
    mentions), Behind the verdict (independence groups behind the indicators that decide it, by the rules).
    """
    package = study.case()
    group = dict(zip(package.sources["id"], package.sources["group"], strict=True))
    behind = groups_behind(package)

    def row(name: str, label: str) -> dict[str, object]:
        claims = package.evidence.query("hypothesis == @name and direction == 'supports'")["id"]
        links = package.links[package.links["evidence"].isin(claims)]
        spread = concentration(links["source"].map(group).value_counts().tolist())
        return {
            "Hypothesis": label,
            "Claims": len(claims),
            "With a source": links["evidence"].nunique(),
            "Groups": spread.members,
            "Effective groups": spread.effective,
            "Largest group": spread.largest,
            "Behind the verdict": len(behind[name]),
        }

    return frame(row(name, label) for name, label in study.hypotheses().items())
