"""The contrasting case and the rivals."""

from __future__ import annotations

import pandas as pd

from analysis.comparison import contrast, matrix, standings

BEARINGS = pd.DataFrame(
    {
        "rival": ["luck", "luck", "luck", "habit"],
        "evidence": ["a", "b", "c", "a"],
        "bearing": ["expected", "unexpected", "unexpected", "expected"],
    }
)


def test_a_contrast_counts_its_answers() -> None:
    """Same, different and unknown answers add up to the questions."""
    found = contrast(pd.DataFrame({"relation": ["same", "different", "different", "unknown"]}))

    assert (found.questions, found.same, found.different, found.unknown) == (4, 1, 2, 1)


def test_a_rival_falls_only_to_a_claim_with_a_source() -> None:
    """Two claims speak against luck; it survives until one of them has a source."""
    without, with_ = standings(BEARINGS, set())[0], standings(BEARINGS, {"c"})[0]

    assert (without.unexpected, without.survives) == (2, True)
    assert (with_.sourced, with_.survives) == (1, False)


def test_the_matrix_has_a_sign_for_each_bearing() -> None:
    """Expected is one, unexpected minus one, and silence nought."""
    found = matrix(BEARINGS)

    assert found.loc["luck"].to_dict() == {"a": 1, "b": -1, "c": -1}
    assert found.loc["habit"].to_dict() == {"a": 1, "b": 0, "c": 0}
