"""The results that the text quotes."""

from __future__ import annotations

import re

import pytest

from analysis import findings, load, tables


@pytest.fixture(scope="module")
def found() -> dict[str, findings.Value]:
    """Compute all findings once."""
    return dict(findings.everything())


def test_names_and_values_are_what_the_author_can_record(found: dict[str, findings.Value]) -> None:
    """Names are dotted lower-case words, values plain text and numbers."""
    assert all(re.fullmatch(r"[a-z][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+", name) for name in found)
    assert {type(value) for value in found.values()} <= {str, int, float}


def test_no_part_overwrites_another(found: dict[str, findings.Value]) -> None:
    """Each finding has one part that makes it."""
    parts = [findings.coding(), findings.table_of_tests(), findings.verdicts(), findings.witnesses()]
    parts += [findings.weights(), findings.robustness(), findings.course(), findings.rivals()]

    assert sum(len(part) for part in parts) == len(found)


def test_findings_agree_with_the_tables(found: dict[str, findings.Value]) -> None:
    """A number in the prose is the number in the table beside it."""
    whole = tables.readings().query("Phase == 'Whole'").set_index("Hypothesis")
    labels = dict(zip(load("hypotheses")["id"], load("hypotheses")["label"], strict=True))
    rules = tables.triangulation().set_index("Rule")["Whole"]

    for name, label in labels.items():
        assert found[f"{name}.by-rules"] == whole.loc[label, "By the rules"]
    assert found["triangulated.two"] == rules["two sources"]
    assert found["discrepancies.count"] == len(tables.discrepancies())


def test_statuses_add_up(found: dict[str, findings.Value]) -> None:
    """Every indicator has one status."""
    kinds = ("met", "partly", "failed", "contested", "no-evidence")

    assert sum(int(found[f"indicators.{kind}"]) for kind in kinds) == len(load("indicators"))


def test_findings_come_out_the_same_twice(found: dict[str, findings.Value]) -> None:
    """Nothing depends on a clock or on chance."""
    again = findings.weight()

    assert dict(again) == {name: found[name] for name in again}
