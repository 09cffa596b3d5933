"""Conditions of claims: what the language knows, what it refuses, and what it says of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.conditions.judging import judge
from book.findings import Finding

FINDINGS = {
    one.name: one
    for one in (
        Finding("h1.support", 3.4, "float", unit="dB"),
        Finding("h2.support", 1.2, "float", unit="dB"),
        Finding("h3.support", 5, "int", unit="dB"),
        Finding("h3.two-sources", "not shown", "text"),
        Finding("bayes.phase-ii.h2", 0.5, "float"),
        Finding("met", "H3.4, H1.2", "text"),
        Finding("price", "0.1", "decimal"),
        Finding("share", 65, "int", unit="%"),
        Finding("two", 2, "int"),
        Finding("two-n", 20, "int"),
        Finding("n", 7, "int"),
        Finding("sure", True, "truth"),
        Finding("begun", "2014-05-01", "date"),
        Finding("signed", "2014-05-02T10:00:00", "datetime"),
        Finding("moscow", "2014-05-02T10:00:00+03:00", "datetime"),
        Finding("gone", "nan", "missing"),
        Finding("doubled", 1, "int", twice=True),
    )
}


@pytest.mark.parametrize(
    "condition",
    [
        "h3.support > h1.support",
        "h3.support > h1.support > h2.support",
        "h2.support < h1.support <= 3.4 and h3.support >= 5",
        "h3.support == 5 and n != 8",
        "h3.support ≥ 5 and n ≠ 8 and n ≤ 7",
        "h3.two-sources == 'not shown'",
        'h3.two-sources in ["not shown", "undecided"]',
        "h3.two-sources in ('not shown')",
        "h3.two-sources not in ('shown', 'open')",
        "'H3.4' in met",
        "n in [1, 7]",
        "bayes.phase-ii.h2 == 50%",
        "price == 0.1 and price * 2 == 20%",
        "n - two == 5",
        "n-two == 5",
        "n-2 == 5",
        "two-n == 20",
        "n + 2 * 3 - 1 == 12",
        "(n + 2) * 3 == 27",
        "-n < -6",
        "n / two == 3.5",
        "round(h2.support) == 1 and round(h1.support / 3, 2) == 1.13",
        "abs(h2.support - h1.support) < 2.3",
        "max(h1.support, h2.support, n) == n and min([n, two]) == 2",
        "sum(two, n, 1) == 10 and len(h3.two-sources) == 9 and len([1, 2]) == 2",
        "not (n > 8) and not n > 8",
        "sure and sure == true",
        "n > 8 or n > 6",
        "two > 3 and gone > 2 or n == 7",
        "begun == 2014-05-01 and begun < signed < 2014-06-01",
        "2014-05-02T09:00 < signed",
        "n > 1e-3",
        "share > 50",
    ],
)
def test_conditions_that_hold(condition):
    """Each of these is true of the findings above."""
    judged = judge(condition, FINDINGS)

    assert (judged.verdict, judged.why) == ("holds", "")


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("h2.support > h1.support", "h2.support is 1.2 dB, h1.support is 3.4 dB: 'h2.support > h1.support' is false"),
        ("h3.support > h2.support > h1.support", "h2.support is 1.2 dB, h1.support is 3.4 dB: 'h2.support > h1.support' is false"),
        ("n == 7 and n in [1, 2]", "n is 7: 'n in [1, 2]' is false"),
        ("n > 8 or two > 2", "n is 7, two is 2: 'n > 8' and 'two > 2' are false"),
        ("not sure", "sure is true: 'not sure' is false"),
        ("h3.two-sources == 'shown'", "h3.two-sources is 'not shown': 'h3.two-sources == 'shown'' is false"),
        ("begun > 2020-01-01", "begun is 2014-05-01: 'begun > 2020-01-01' is false"),
        ("1 > 2", "'1 > 2' is false"),
    ],
)  # fmt: skip
def test_a_condition_that_fails_says_why(condition, why):
    """The reason names the smallest part that is false, with the values of its findings."""
    judged = judge(condition, FINDINGS)

    assert (judged.verdict, judged.why) == ("broken", why)


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("", "the condition is empty"),
        ("n >", "the condition ends too early (column 4 of the condition)"),
        ("n > 3 dB", "'dB' is not expected here (column 7 of the condition)"),
        ("n = 7", "'=' is not expected here (column 3 of the condition)"),
        ("n ** 9 > 1", "'*' is not expected here (column 4 of the condition)"),
        ("(n > 3", "'(' has no end (column 1 of the condition)"),
        ("h3.two-sources == 'not", "a text has no end (column 19 of the condition)"),
        ("n > 3; n", "';' is not part of the language (column 6 of the condition)"),
        ("n.real() > 3", "'(' is not expected here (column 7 of the condition)"),
        ("round() > 3", "'round' does not take 0 values (column 1 of the condition)"),
        ("h3.two-sources > 3", "'3' is a number, not text (column 18 of the condition)"),
        ("met > h3.two-sources", "'met' is text, which has no order (column 1 of the condition)"),
        ("n", "'n' is a number (7), not true or false (column 1 of the condition)"),
        ("met + 1 > 2", "'met' is text ('H3.4, H1.2'), not a number (column 1 of the condition)"),
        ("n in ['a']", "the list holds 'a', which is text, and 'n' is a number (column 6 of the condition)"),
        ("n in two", "'two' is a number (2), not a list (column 6 of the condition)"),
        ("gone > 2", "finding 'gone' has no value (column 1 of the condition)"),
        ("doubled > 2", "finding 'doubled' is recorded twice (column 1 of the condition)"),
        ("share > 50%", "finding 'share' counts in % (column 9 of the condition)"),
        ("n / (two - 2) > 1", "'n / (two - 2)' cannot be computed: division by zero (column 1 of the condition)"),
        ("signed < moscow", "'signed < moscow' cannot be computed: the two cannot be compared (column 1 of the condition)"),
        ("begun > 2014-13-40", "'2014-13-40' is no date (column 9 of the condition)"),
        ("(" * 50 + "n" + ")" * 50, "the condition is nested too deep (column 42 of the condition)"),
        ("n > 1 and " * 500 + "n > 1", "the condition is longer than 4,000 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_column(condition, why):
    """Mistakes of writing and of kind are said in words, at the very character."""
    judged = judge(condition, FINDINGS)

    assert (judged.verdict, judged.why) == ("unreadable", why)


def test_an_unknown_name_is_met_with_the_nearest():
    """A name that no cell records is told apart from a condition that cannot be read."""
    judged = judge("n > 1 or h3.suport > 2", FINDINGS)

    assert (judged.verdict, judged.why, judged.hint) == (
        "unknown",
        "unknown finding 'h3.suport'",
        "did you mean 'h3.support'?",
    )


def test_a_hyphen_that_belongs_to_no_known_name_is_no_minus():
    """A name with a slip is one unknown name, not a difference of two."""
    judged = judge("h3.two-source == 'not shown'", FINDINGS)

    assert judged.why == "unknown finding 'h3.two-source'"


def test_every_finding_that_is_named_is_listed_once():
    """The findings come in the order of the condition, those in parts that were not computed included."""
    judged = judge("n > 1 or h3.support > n and two > 1", FINDINGS)

    assert judged.findings == ("n", "h3.support", "two")


_WORDS = st.sampled_from(
    ["n", "two-n", "met", "gone", "sure", "begun", "price", "1", "0.5", "9e99", "50%", "'a'", "2014-05-01", "true", "(", ")", "[", "]", ",", "+", "-", "*", "/",
     "<", ">", "==", "!=", "in", "not", "and", "or", "round", "abs", "max", "sum", "len", "**", "%", "'", ".", "x"]
)  # fmt: skip


@given(
    st.one_of(
        st.text(max_size=200), st.lists(_WORDS, max_size=60).map(" ".join), st.lists(_WORDS, max_size=60).map("".join)
    )
)
def test_whatever_is_written_gives_a_verdict(condition):
    """No input makes reading crash."""
    assert judge(condition, FINDINGS).verdict in {"holds", "broken", "unknown", "unreadable"}


@pytest.mark.parametrize("piece", ["(", "-", "not ", "n-", "a.b-", "9", "'", "[1,", "n*", "1+", "\n", "n > 1 and "])
@pytest.mark.parametrize("size", [3_900, 1_000_000])
def test_a_megabyte_is_judged(piece, size):
    """Neither size nor nesting keeps reading from its end."""
    verdict = judge((piece * (size // len(piece) + 1))[:size], FINDINGS).verdict

    assert verdict in {"broken", "unknown", "unreadable"}
