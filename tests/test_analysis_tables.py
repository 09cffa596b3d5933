"""The tables of the thesis, from the package."""

from __future__ import annotations

import pytest

from analysis import load, tables


@pytest.mark.parametrize("name", tables.__all__)
def test_every_table_has_rows_and_heads(name: str) -> None:
    """No table is empty, no head is a code name, and the docstring names every head."""
    found = getattr(tables, name)()

    assert len(found) > 0
    assert all(isinstance(head, str) and "_" not in head for head in found.columns)
    assert not found.isna().any(axis=None)


def test_the_cross_table_has_every_indicator_once() -> None:
    """Rows and columns of the cross-table add up to the number of indicators."""
    found = tables.weights().set_index("Hypothesis")

    assert found.loc["All", "All"] == len(load("indicators"))
    assert (found.drop(columns="All").sum(axis=1) == found["All"]).all()
    assert (found.drop(index="All").sum() == found.loc["All"]).all()


def test_no_claim_gets_lost_between_the_phases() -> None:
    """The evidence tables of all phases together hold every claim once."""
    parts = [tables.evidence(phase) for phase in load("evidence")["phase"].unique()]

    assert sorted(label for part in parts for label in part["Claim"]) == sorted(load("evidence")["label"])


def test_triangulation_only_gets_stricter() -> None:
    """A stricter rule admits no claim that a laxer one refuses."""
    whole = tables.triangulation()["Whole"].tolist()

    assert whole[0] == len(load("evidence"))
    assert whole[0] >= whole[1] >= whole[2] >= whole[3]


def test_orderings_add_up_under_every_reading() -> None:
    """Each column of the table of orderings is a distribution."""
    found = tables.orderings().set_index("Order").sum()

    assert found.tolist() == pytest.approx([1.0] * len(found))


def test_posteriors_add_up() -> None:
    """The hypotheses share out all of the probability."""
    found = tables.bayes()[[str(label) for label in load("hypotheses")["label"]]].sum(axis=1)

    assert found.tolist() == pytest.approx([1.0] * len(found))


def test_a_date_is_told_no_more_exactly_than_it_is_known() -> None:
    """A year is a year, a month a month, and a guess says 'about'."""
    dates = tables.evidence().set_index("Claim")["Date"]

    assert dates["Full-scale invasion of Ukraine"] == "24 Feb 2022"
    assert dates["DJI stops sales to both sides"] == "Apr 2022"
    assert dates["No formal transaction in 2015"] == "2015"
    assert dates["Orion programme stalls"] == "about Oct 2014 to Dec 2014"
