"""The results that the text quotes, by name: plain numbers and words computed from the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.loading import load, rows
from analysis.probative import Status
from analysis.study import case
from analysis.tables import departures, readings, triangulation
from analysis.verdicts import results

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = str | int | float


def coding() -> Mapping[str, Value]:
    """Return counts and shares of what was coded."""
    evidence, links, sources = load("evidence"), load("evidence_sources"), load("sources")
    sourced = evidence["id"].isin(set(links["evidence"]))
    cited = evidence["id"].isin(set(links.loc[links["mention"] == "cited", "evidence"]))
    return {
        "evidence.count": len(evidence),
        "evidence.sourced": int(sourced.sum()),
        "evidence.sourced-share": float(sourced.mean()),
        "evidence.cited-share": float(cited.mean()),
        "evidence.unsourced": int((~sourced).sum()),
        "evidence.ours-share": float((evidence["basis"] == "ours").mean()),
        "evidence.inferences": int((evidence["kind"] == "inference").sum()),
        "sources.count": len(sources),
        "sources.listed": int((sources["status"] == "listed").sum()),
        "sources.unlisted": int((sources["status"] == "not listed").sum()),
        "sources.groups": int(sources["group"].nunique()),
        **{f"{name}.claims": int(n) for name, n in evidence.groupby("hypothesis").size().items() if name},
    }


def table_of_tests() -> Mapping[str, Value]:
    """Return what comes of going through the study's own table of indicators."""
    found = results(case())
    status = {kind: sum(o.status is kind for o in found) for kind in Status}
    return {
        "indicators.count": len(found),
        "indicators.met": status[Status.MET],
        "indicators.partly": status[Status.PARTLY],
        "indicators.failed": status[Status.FAILED],
        "indicators.contested": status[Status.CONTESTED],
        "indicators.no-evidence": status[Status.NONE],
        "indicators.met-names": ", ".join(o.indicator.id.upper() for o in found if o.status is Status.MET) or "none",
        "indicators.hoops": sum(o.indicator.kind.necessary and not o.indicator.kind.sufficient for o in found),
        "indicators.decisive": sum(o.indicator.kind.necessary and o.indicator.kind.sufficient for o in found),
    }


def verdicts() -> Mapping[str, Value]:
    """Return the verdict on the whole by hypothesis under each reading, and how often the readings agree."""
    names = {label: name for name, label in zip(load("hypotheses")["id"], load("hypotheses")["label"], strict=True)}
    whole = readings().query("Phase == 'Whole'").set_index("Hypothesis").drop(columns="Phase")
    slugs = {"As read": "as-read", "By the rules": "by-rules", "Parts as wholes": "lenient", "One source": "one-source"}
    slugs |= {"Two sources": "two-sources", "Two groups": "two-groups", "Two types": "two-types"}
    out: dict[str, Value] = {}
    for label, row in whole.iterrows():
        out |= {f"{names[str(label)]}.{slug}": str(row[head]) for head, slug in slugs.items()}
    agree = departures()
    out |= {f"agreement.{slugs[str(row.Reading)]}": int(row.Agrees) for row in rows(agree)}
    return out | {"agreement.of": int(agree["Of"].iloc[0])}


def witnesses() -> Mapping[str, Value]:
    """Return how many claims meet each rule of triangulation."""
    slugs = {"one source": "one", "two sources": "two", "two independent groups": "groups", "two source types": "types"}
    out: dict[str, Value] = {}
    for row in rows(triangulation()):
        if row.Rule in slugs:
            name = f"triangulated.{slugs[row.Rule]}"
            out |= {name: int(row.Whole), f"{name}-share": float(row.Share)}
    return out
