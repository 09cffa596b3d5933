"""The lock: what is accepted is written once, read back whole, and moves only when a result has."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from cells import run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from book.accepting import Taken, take
from book.errors import ConfigError
from book.findings import Finding
from book.lock import Accepted, Lock, accept, format_lock, moved, parse_lock, read_lock, tolerance_of
from book.project import Project

HEAD = "thesis findings 1\n"


def finding(value, kind: str = "float", **values) -> Finding:
    return Finding("h3.support", value, kind, path="chapters/one.md", cell=2, **values)


def parsed(text: str) -> Lock:
    return parse_lock(HEAD + text)


# The file


def test_a_finding_takes_one_line_that_a_reviewer_can_read():
    """Name, kind, value, unit, tolerance, chapter and cell; then the files that runs depended on."""
    text = format_lock([accept(finding(7.2134567, unit="dB", format=".1f"))], {"data/a.csv": "0123456789ab"})

    assert text.splitlines()[1:] == [
        'h3.support: float 7.2135 unit "dB" within 0.05 from "chapters/one.md" cell 3',
        'input "data/a.csv" 0123456789ab',
    ]


def test_lines_are_sorted_by_name():
    """The order in which cells run changes nothing in the file."""
    one, two = Accepted("b", 1, "int"), Accepted("a", 2, "int")

    assert format_lock([one, two], {"z": "aaaaaa", "y": "bbbbbb"}) == format_lock(
        [two, one], {"y": "bbbbbb", "z": "aaaaaa"}
    )


def test_a_thesis_without_the_file_has_an_empty_lock(tmp_path: Path):
    """No lock is no mistake of the file's."""
    assert read_lock(Project(tmp_path)) == Lock()


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path):
    """An editor that saves the file in its own way breaks nothing."""
    (tmp_path / "findings.lock").write_bytes(
        b"\xef\xbb\xbf" + (HEAD + 'a: int 1 from "x" cell 1\n').replace("\n", "\r\n").encode()
    )
    lock = read_lock(Project(tmp_path))

    assert lock.diagnostics == ()
    assert lock.accepted["a"].value == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a int 1", "the line cannot be read: 'a' is no name with a colon behind it"),
        ("a: colour 1", "the line cannot be read: kind 'colour' is not known"),
        ("a: int 1.5", "the line cannot be read: '1.5' is no whole number"),
        ('a: text "x', "the line cannot be read: the value is missing or has no end"),
        ("a: float nan", "the line cannot be read: 'nan' is no number"),
        ("a: int 1 within -2", "the line cannot be read: the tolerance is below 0"),
        ("a: int 1 by hand", "the line cannot be read: 'by' is not understood"),
        ('input "x" secret', "the line cannot be read: 'secret' is no digest"),
        ("<<<<<<< HEAD", "a merge left its mark here: '<<<<<<< HEAD'"),
        ("=======", "a merge left its mark here: '======='"),
        (">>>>>>> theirs", "a merge left its mark here: '>>>>>>> theirs'"),
        ("good: int 2", "'good' stands twice, first on line 2"),
    ],
)
def test_a_broken_line_is_named_and_costs_itself_alone(line: str, message: str):
    """What stands before and after a line that cannot be read is read."""
    lock = parsed(f'good: int 1 from "x" cell 1\n{line}\nalso: truth true\n')

    assert [(d.rule, d.line, d.message) for d in lock.diagnostics] == [("broken-lock", 3, message)]
    assert {name: one.value for name, one in lock.accepted.items()} == {"good": 1, "also": True}


def test_a_newer_lock_is_not_guessed_at():
    """A later format is named as such, once, and nothing of it is taken for ours."""
    lock = parse_lock("thesis findings 2\na: int 1\n?\n")

    assert [d.message for d in lock.diagnostics] == [
        "it was written by a newer version of thesis (its format is 2, this one reads 1)"
    ]
    assert (dict(lock.accepted), lock.readable) == ({}, False)


def test_bytes_that_are_no_text_are_named(tmp_path: Path):
    """A file in another encoding is one remark, not a crash."""
    (tmp_path / "findings.lock").write_bytes(b"\xff\xfe\x00")

    assert [d.message for d in read_lock(Project(tmp_path)).diagnostics] == ["it is not UTF-8 text"]


NAMES = st.from_regex(r"\A[a-z][a-z0-9_-]{0,8}(\.[a-z0-9][a-z0-9_-]{0,8}){0,3}\Z")
VALUES = st.one_of(
    st.tuples(st.just("text"), st.text(max_size=40)),
    st.tuples(st.just("int"), st.integers()),
    st.tuples(st.just("float"), st.floats(allow_nan=False).map(lambda x: x if math.isfinite(x) else str(x))),
    st.tuples(st.just("truth"), st.booleans()),
    st.tuples(st.just("decimal"), st.decimals(allow_nan=False, allow_infinity=False).map(str)),
    st.tuples(st.just("date"), st.dates().map(lambda d: d.isoformat())),
    st.tuples(st.just("datetime"), st.datetimes().map(lambda d: d.isoformat())),
    st.tuples(st.just("missing"), st.sampled_from(["nan", "None", "NaT"])),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(NAMES, st.tuples(VALUES, st.text(max_size=6), st.text(max_size=20), st.integers(0, 99)), max_size=6)
)
def test_what_is_written_is_read_back(given_values):
    """Any value, unit and path survive the file, on one line each."""
    accepted = [
        Accepted(name, value, kind, unit, 0.0, path, cell)
        for name, ((kind, value), unit, path, cell) in given_values.items()
    ]
    text = format_lock(accepted, {"a b": "abcdef"})
    lock = parse_lock(text)

    assert lock.diagnostics == ()
    assert {name: replace(one, inputs=(), line=0) for name, one in lock.accepted.items()} == {
        one.name: one for one in accepted
    }
    assert text.encode()
    assert format_lock(lock.accepted.values(), lock.inputs) == text


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(), st.text(alphabet='abc:."{}[]\\<>= intfloatwithin0123456789-e\n')))
def test_no_text_stops_the_reader(text: str):
    """Whatever stands in the file, it is read or named."""
    for whole in (text, HEAD + text, HEAD + "a: " + text):
        lock = parse_lock(whole)

        assert all(d.rule == "broken-lock" and d.line >= 1 for d in lock.diagnostics)


def test_a_megabyte_of_brackets_is_read_at_once():
    """A line as long as one likes takes no more than its length."""
    lock = parsed("a: text " + "[" * 1_000_000 + "\na: int " + "9" * 1_000_000)

    assert [d.line for d in lock.diagnostics] == [2, 3]


# Tolerance


@pytest.mark.parametrize(
    ("value", "kind", "format_", "tolerance"),
    [
        (7.21, "float", ".1f", 0.05),
        (0.42, "float", ".0%", 0.005),
        (0.42, "float", ".1%", 0.0005),
        (1234.5, "float", ",.0f", 0.5),
        (123.456, "float", ".3g", 0.5),
        (0.0123456, "float", ".2e", 0.00005),
        (123.456, "float", "", 0.0005),
        (7.0, "float", "d", 0.5),
        (12, "int", ",d", 0.0),
        ("1.10", "decimal", "", 0.0),
        ("1.10", "decimal", ".1f", 0.05),
        ("inf", "float", ".1f", 0.0),
        ("supported", "text", "", 0.0),
    ],
)
def test_the_tolerance_is_half_of_the_last_printed_place(value, kind, format_, tolerance):
    """What is printed says how exactly a number is meant; counts and words are exact."""
    assert tolerance_of(finding(value, kind, format=format_)) == pytest.approx(tolerance)


def test_an_author_sets_a_tolerance_where_the_number_is_recorded():
    """`tolerance` travels with the finding and wins over the printed precision."""
    payload = run("record('a', 7.2, format='.1f', tolerance=0.3)")[0][0]["data"]["application/vnd.thesis.finding+json"]

    assert payload["tolerance"] == 0.3
    assert tolerance_of(finding(7.2, format=".1f", tolerance=0.3)) == 0.3


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("record('a', 1, tolerance=-1)", "tolerance must be 0 or more, not -1"),
        ("record('a', 1, tolerance=float('inf'))", "tolerance must be 0 or more, not inf"),
        ("record('a', 1, tolerance='x')", "tolerance must be a number, not str"),
        ("record('a', 'word', tolerance=1)", "only a number has a tolerance"),
    ],
)
def test_a_tolerance_that_makes_no_sense_is_refused(code: str, message: str):
    """The cell that asks for it fails, and says why."""
    with pytest.raises((TypeError, ValueError), match=message.replace("(", r"\(")):
        run(code)


@pytest.mark.parametrize(
    ("old", "new", "values", "expected"),
    [
        (7.2, 7.3, {"format": ".1f"}, True),
        (7.24, 7.26, {"format": ".1f"}, True),
        (7.2499999, 7.2500001, {"format": ".1f"}, False),
        (7.21, 7.22, {"format": ".1f"}, False),
        (7.16, 7.24, {"format": ".1f"}, True),
        (7.2, 7.4, {"format": ".1f", "tolerance": 0.3}, False),
        (7.2, 7.6, {"format": ".1f", "tolerance": 0.3}, True),
        (0.1 + 0.2, 0.3, {}, False),
        ("inf", 1e308, {}, True),
        ("inf", "inf", {}, False),
    ],
)
def test_a_number_moves_when_a_reader_would_notice(old, new, values, expected):
    """The last digits of another platform are no change; another printed number is one."""
    assert moved(finding(new, **values), accept(finding(old, **values))) is expected


def test_units_words_and_kinds_move_too():
    """A finding is its value and its unit."""
    assert moved(finding(1, "int", unit="dB"), accept(finding(1, "int", unit="nat")))
    assert moved(finding("met", "text"), accept(finding("failed", "text")))
    assert moved(finding("nan", "missing"), accept(finding(1.5)))
    assert not moved(finding(3, "int"), accept(finding(3.0)))


# Taking


def taken(findings: list[Finding], lock: Lock = Lock(), names: tuple[str, ...] = (), inputs=None):  # noqa: B008
    return take({one.name: one for one in findings}, lock, inputs or {}, names, "en")


def test_accepting_twice_changes_no_byte():
    """What has been accepted is left alone, on a platform with other last digits too."""
    first = taken([finding(7.2134567, format=".1f")])
    again = taken([finding(7.2134569, format=".1f")], parse_lock(first.text), inputs={"data.csv": "abcdef"})

    assert (again.text, again.lines) == ("", ("nothing has moved: findings.lock is as it was",))


def test_accepting_says_what_moved_and_what_is_gone():
    """Old and new value stand as they are printed."""
    lock = parsed('h3.support: float 7.2 unit "dB" within 0.05\nold: int 1\n')
    result = taken([finding(6.9, unit="dB", format=".1f"), replace(finding(2, "int"), name="new")], lock)

    assert result.lines == ("h3.support: 7.2\u00a0dB -> 6.9\u00a0dB", "new: 2 (new)", "old: gone")
    assert set(parse_lock(result.text).accepted) == {"h3.support", "new"}


def test_only_what_is_named_is_accepted():
    """A name or a pattern leaves all other lines as they are."""
    lock = parsed("a.x: int 1\nb.x: int 1\n")
    found = [replace(finding(2, "int"), name=name) for name in ("a.x", "b.x")]

    assert taken(found, lock, ("a.*",)).lines == ("a.x: 1 -> 2",)
    assert parse_lock(taken(found, lock, ("a.*",)).text).accepted["b.x"].value == 1


def test_values_of_stand_in_data_are_taken_by_name_alone():
    """What was computed from synthetic data is left out and said to be; by its name it is taken, and said to be so too."""
    lock = parsed("a.x: int 1\nb.x: int 1\n")
    found = [
        replace(finding(2, "int"), name="a.x", stand_ins=("trade",)),
        replace(finding(2, "int"), name="b.x"),
        replace(finding(2, "int"), name="c.x", stand_ins=("trade", "aid")),
    ]
    result = taken(found, lock, inputs={"data.csv": "abcdef"})
    left = "left as it was, since it was computed from synthetic stand-in data for"

    assert result.lines == (
        f"a.x: {left} trade; take it by its name",
        "b.x: 1 -> 2",
        f"c.x: {left} trade, aid; take it by its name",
    )
    assert {name: one.value for name, one in parse_lock(result.text).accepted.items()} == {"a.x": 1, "b.x": 2}
    assert parse_lock(result.text).inputs == {}
    assert taken(found, lock, ("c.x",)).lines == ("c.x: 2 (new), computed from synthetic stand-in data for trade, aid",)
    assert taken(found[:1], parsed("a.x: int 1\n")) == Taken(
        "", (f"a.x: {left} trade; take it by its name", "findings.lock is as it was")
    )


def test_a_name_that_nothing_has_is_refused():
    """A slip of the pen accepts nothing, and the likely name is said."""
    with pytest.raises(ConfigError) as refused:
        taken([finding(1, "int")], names=("h3.suport",))

    assert refused.value.diagnostics[0].message == "no finding is called 'h3.suport'"
    assert refused.value.diagnostics[0].hint == "did you mean 'h3.support'?"
