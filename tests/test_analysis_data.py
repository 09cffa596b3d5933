"""The data package keeps the promises of its code book."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from analysis import describe, load
from analysis.loading import DATA

BIBLIOGRAPHY = Path(__file__).parents[1] / "references.bib"


def _keys() -> set[str]:
    return set(re.findall(r"^@\w+\{\s*([^,\s]+)", BIBLIOGRAPHY.read_text(encoding="utf-8"), re.MULTILINE))


def test_every_hash_is_that_of_its_file() -> None:
    """The descriptor's hashes and sizes are those of the files beside it."""
    for resource in describe()["resources"]:
        body = (DATA / resource["path"]).read_bytes()

        assert resource["hash"] == f"sha256:{hashlib.sha256(body).hexdigest()}", resource["name"]
        assert resource["bytes"] == len(body)


def test_every_field_is_described() -> None:
    """A second coder finds a sentence for every resource and every field."""
    for resource in describe()["resources"]:
        assert resource["description"].endswith("."), resource["name"]
        assert all(field["description"] for field in resource["schema"]["fields"]), resource["name"]


def test_every_source_key_has_an_entry() -> None:
    """Keys of sources, tests, hypotheses and lenses are in references.bib."""
    used = {key for key in load("sources")["key"] if key} | set(load("tests")["source"])
    for name in ("hypotheses", "lenses"):
        used |= {key for keys in load(name)["literature"] for key in keys.split(";")}

    assert used - _keys() == set()


def test_foreign_keys_hold() -> None:
    """Every reference from one resource to another finds its row."""
    for resource in describe()["resources"]:
        for key in resource["schema"].get("foreignKeys", []):
            target = load(key["reference"]["resource"])[key["reference"]["fields"]]
            values = [value for value in load(resource["name"])[key["fields"]].dropna() if value != ""]

            assert set(values) <= set(target), (resource["name"], key["fields"])


def test_primary_keys_are_unique() -> None:
    """No two rows share a primary key."""
    for resource in describe()["resources"]:
        assert not load(resource["name"]).duplicated(resource["schema"]["primaryKey"]).any(), resource["name"]


def test_every_claim_is_judged_under_every_hypothesis() -> None:
    """A claim has one range for each hypothesis, from low to high within 0 and 1."""
    judged = load("judgements")
    pairs = {(e, h) for e in load("evidence")["id"] for h in load("hypotheses")["id"]}

    assert set(zip(judged["evidence"], judged["hypothesis"], strict=True)) == pairs
    assert ((judged["low"] > 0) & (judged["low"] < judged["high"]) & (judged["high"] < 1)).all()


def test_a_grade_has_one_range() -> None:
    """The verbal grades of the code book fix the numbers."""
    assert (load("judgements").groupby("grade")[["low", "high"]].nunique() == 1).all(axis=None)


def test_what_is_ours_is_marked() -> None:
    """Scores, judgements and bearings are never passed off as the study's."""
    for name in ("scores", "judgements", "bearings", "rival_bearings", "comparison"):
        assert set(load(name)["basis"]) == {"ours"}, name


def test_a_claim_lies_in_the_phase_that_holds_most_of_it() -> None:
    """The coded phase follows from the dates by the rule of the code book."""
    phases = load("phases")
    for claim in load("evidence").query("phase not in ('all', 'before')").itertuples():
        shared = [(min(claim.end, p.end) - max(claim.start, p.start)).days for p in phases.itertuples()]
        most = max(range(len(shared)), key=lambda i, days=shared: (days[i], i))

        assert phases["id"][most] == claim.phase, claim.id


def test_periods_run_forward_and_match_their_precision() -> None:
    """No period ends before it starts, and a day, month or year is as long as its name."""
    longest = {"day": 1, "month": 31, "quarter": 92, "year": 366}
    for name in ("evidence", "shocks", "responses", "episodes"):
        frame = load(name)
        days = (frame["end"] - frame["start"]).dt.days + 1
        limit = frame["precision"].map(longest).fillna(5000)

        assert (days >= 1).all(), name
        assert (days <= limit).all(), name


def test_the_change_log_knows_the_version() -> None:
    """The version of the descriptor has a heading in the change log."""
    assert f"## {describe()['version']}" in (DATA / "CHANGELOG.md").read_text(encoding="utf-8")
