"""The results that the text quotes, by name: plain numbers and words computed from the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import study
from analysis.bayes import sensitivity, tipping
from analysis.comparison import contrast, standings
from analysis.dependence import Score, herfindahl_bounds, path
from analysis.loading import load, rows
from analysis.probative import Status
from analysis.robustness import groups_behind
from analysis.sequence import agrees, order, permutation
from analysis.tables import coding as tables
from analysis.tables.verdicts import departures, foundations, left_out, readings, triangulation
from analysis.verdicts import Rule, admitted, results, support

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.bayes import Reading

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
        "evidence.cited": int(cited.sum()),
        "evidence.cited-share": float(cited.mean()),
        "evidence.unsourced": int((~sourced).sum()),
        "evidence.unsourced-share": float((~sourced).mean()),
        "evidence.ours-share": float((evidence["basis"] == "ours").mean()),
        "evidence.inferences": int((evidence["kind"] == "inference").sum()),
        "evidence.test-named": int((evidence["test_named"] != "").sum()),
        "sources.count": len(sources),
        "sources.listed": int((sources["status"] == "listed").sum()),
        "sources.unlisted": int((sources["status"] == "not listed").sum()),
        "sources.groups": int(sources["group"].nunique()),
        **{f"{name}.claims": int((evidence["hypothesis"] == name).sum()) for name in study.hypotheses()},
        **_by_phase(),
    }


def _by_phase() -> dict[str, Value]:
    names = {title: name for name, title in study.phases().items()}
    out: dict[str, Value] = {}
    for row in rows(tables.phases().rename(columns={"With a source": "sourced"})):
        out |= {f"{names[row.Phase]}.claims": int(row.Claims), f"{names[row.Phase]}.sourced-share": float(row.sourced)}
    return out


def table_of_tests() -> Mapping[str, Value]:
    """Return what comes of going through the study's own table of indicators."""
    found = results(study.case())
    status = {kind: [o.indicator.id.upper() for o in found if o.status is kind] for kind in Status}
    slugs = {Status.MET: "met", Status.PARTLY: "partly", Status.FAILED: "failed", Status.CONTESTED: "contested"}
    slugs[Status.NONE] = "no-evidence"
    return {
        "indicators.count": len(found),
        **{f"indicators.{slug}": len(status[kind]) for kind, slug in slugs.items()},
        **{f"indicators.{slug}-names": ", ".join(status[kind]) or "none" for kind, slug in slugs.items()},
        "indicators.hoops": sum(o.indicator.kind.necessary and not o.indicator.kind.sufficient for o in found),
        "indicators.decisive": sum(o.indicator.kind.necessary and o.indicator.kind.sufficient for o in found),
        "indicators.bearings": len(load("bearings")),
    }


def verdicts() -> Mapping[str, Value]:
    """Return the verdict on the whole by hypothesis under each reading, and how often the readings agree."""
    names = {label: name for name, label in study.hypotheses().items()}
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
    """Return how many claims meet each rule of triangulation, and how many of the analysis chapter meet the study's."""
    slugs = {"one source": "one", "two sources": "two", "two independent groups": "groups", "two source types": "types"}
    listed = triangulation()
    out: dict[str, Value] = {
        "triangulated.two-phase-ii": int(listed.loc[listed["Rule"] == "two sources", "Phase II"].sum())
    }
    for row in rows(listed):
        if row.Rule in slugs:
            name = f"triangulated.{slugs[row.Rule]}"
            out |= {name: int(row.Whole), f"{name}-share": float(row.Share)}
    counts = support(*(load(name) for name in ("evidence", "evidence_sources", "sources")))
    told = load("evidence").query("chapter == 'analysis'")["id"]
    met = int(told.isin(admitted(counts, Rule.GROUPS)).sum())
    return out | {
        "analysis.claims": len(told),
        "analysis.two-groups": met,
        "analysis.two-groups-share": met / len(told),
    }


def weight(setup: study.Setup = study.MAIN, prefix: str = "bayes") -> Mapping[str, Value]:
    """Return a Bayesian reading: medians and ranges in decibels, posteriors, the leading order, the margin."""
    result, used, labels = study.reading(setup), study.weighed(setup), study.hypotheses()
    margin, swings = sensitivity(used.given, used.share)
    leading, share = next(iter(result.orderings().items()))
    return {
        **{f"{prefix}.{name}": value for name, value in _spread(result).items()},
        f"{prefix}.claims": len(used.given.evidence),
        f"{prefix}.witnesses": used.witnesses,
        f"{prefix}.order": " > ".join(labels[name] for name in leading),
        f"{prefix}.order-share": share,
        f"{prefix}.margin": margin,
        f"{prefix}.undone-by": sum(swing.low < 0 for swing in swings),
        f"{prefix}.tipping": tipping(used.given, used.share),
    }


def _spread(result: Reading) -> dict[str, Value]:
    import numpy as np

    low, median, high = np.percentile(result.weights, [5, 50, 95], axis=0)
    mean = result.posterior.mean(axis=0)
    first = result.first()
    out: dict[str, Value] = {}
    for i, name in enumerate(result.hypotheses):
        out |= {f"{name}-weight": float(median[i]), f"{name}-low": float(low[i]), f"{name}-high": float(high[i])}
        out |= {f"{name}-posterior": float(mean[i]), f"{name}-first": first[name]}
    return out


def weights() -> Mapping[str, Value]:
    """Return every Bayesian reading: bayes (the main one), bayes-alone, -author, -sourced, -two, and by phase."""
    named = {"bayes-alone": study.ALONE, "bayes": study.MAIN, "bayes-author": study.AUTHOR}
    named |= {"bayes-sourced": study.SOURCED, "bayes-two": study.TWO}
    out: dict[str, Value] = {}
    for prefix, setup in named.items():
        out |= weight(setup, prefix)
    for phase in study.phases():
        spread = _spread(study.reading(study.MAIN, phase))
        out |= {f"bayes-{phase}.{name}": value for name, value in spread.items()}
    return out


def robustness() -> Mapping[str, Value]:
    """Return what the verdicts rest on."""
    found, rest = left_out(), foundations().set_index("Hypothesis")
    names = {label: name for name, label in study.hypotheses().items()}
    claims = found[found["What"] == "claim"]
    behind = groups_behind(study.case())
    out: dict[str, Value] = {
        "robust.claims-by-rules": int((claims["Reading"] == "by the rules").sum()),
        "robust.claims-one-source": int((claims["Reading"] == "one source").sum()),
        "robust.sources": int((found["What"] == "source").sum()),
    }
    for label, row in rest.iterrows():
        name = names[str(label)]
        out |= {f"{name}.groups": int(row["Groups"]), f"{name}.effective-groups": float(row["Effective groups"])}
        out |= {f"{name}.supporting": int(row["Claims"]), f"{name}.supporting-sourced": int(row["With a source"])}
        out |= {f"{name}.groups-behind": len(behind[name])}
    return out


def course() -> Mapping[str, Value]:
    """Return the results on order, dependence and institutionalisation."""
    shocks, responses, listed = study.dated("shocks"), study.dated("responses"), load("responses")
    orders = [str(order(shocks[row.shock], responses[row.id])) for row in rows(listed)]
    stated = list(rows(listed.dropna(subset=["stated_low"])))
    fits = [agrees(shocks[r.shock], responses[r.id], (int(r.stated_low), int(r.stated_high))) for r in stated]
    kinds = {str(row.id): str(row.kind) for row in rows(load("shocks"))}
    jumps = [shocks[name] for name, kind in kinds.items() if kind == "dependence"]
    pressures = [responses[row.id] for row in rows(listed) if row.kind == "pressure"]
    test = permutation(jumps, pressures)
    return {
        "lags.count": len(orders),
        "lags.certain": orders.count("certain"),
        "lags.open": len(orders) - orders.count("certain"),
        "lags.stated": len(fits),
        "lags.disagree": len(fits) - sum(fits),
        "order.jumps": len(jumps),
        "order.pressures": len(pressures),
        "order.share": test.statistic,
        "order.p": test.p,
        "order.smallest-p": test.smallest,
        "order.relabellings": test.relabellings,
        **_dependence(),
        **_path(),
    }


def _dependence() -> dict[str, Value]:
    quantities = load("quantities")
    series = quantities[quantities["series"] != ""]
    points = series.groupby("series").size()
    monthly = series.loc[series["series"] == "small drones a month", "value"].tolist()
    low, high = herfindahl_bounds(float(quantities.set_index("id")["value"]["avionics-china-2019"]) / 100)
    return {
        "quantities.count": len(quantities),
        "quantities.sourced": int(quantities["source_given"].sum()),
        "series.count": len(points),
        "series.longest": int(points.max()),
        "drones.before": float(monthly[0]),
        "drones.after": float(monthly[-1]),
        "drones.change": float(monthly[-1] / monthly[0] - 1),
        "avionics.herfindahl-low": low,
        "avionics.herfindahl-high": high,
    }


def _path() -> dict[str, Value]:
    scores, top = load("scores"), len(load("scale"))
    out: dict[str, Value] = {}
    for unit, group in scores.groupby("unit"):
        ways = path([Score(str(r.id), int(r.low), int(r.best), int(r.high)) for r in rows(group)], top)
        out |= {f"path.{unit}-rises": ways.rises, f"path.{unit}-never-falls": ways.never_falls}
        out |= {f"path.{unit}-top": ways.reaches_top, f"path.{unit}-ways": ways.combinations}
    return out | {"episodes.count": len(load("episodes")), "episodes.traced": int(load("episodes")["traced"].sum())}


def rivals() -> Mapping[str, Value]:
    """Return the results on rivals, the contrasting case and discrepancies."""
    listed, found = load("rivals"), load("discrepancies")
    standing = standings(load("rival_bearings"), set(load("evidence_sources")["evidence"]))
    case = contrast(load("comparison"))
    return {
        "rivals.count": len(listed),
        "rivals.dropped": int((listed["treatment"] == "dropped").sum()),
        "rivals.not-ruled-out": sum(one.survives for one in standing),
        "contrast.questions": case.questions,
        "contrast.same": case.same,
        "contrast.different": case.different,
        "contrast.unknown": case.unknown,
        "discrepancies.count": len(found),
        **{f"discrepancies.{name}": int((found["severity"] == name).sum()) for name in ("verdict", "claim", "form")},
    }


def everything() -> Mapping[str, Value]:
    """Return all findings; some two seconds of work."""
    parts = (coding(), table_of_tests(), verdicts(), witnesses(), weights(), robustness(), course(), rivals())
    return {name: value for part in parts for name, value in part.items()}
