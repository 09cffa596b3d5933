"""Findings are gathered from what cells put out, and printed or refused."""

from __future__ import annotations

import pytest
from cells import run
from hypothesis import given
from hypothesis import strategies as st

from book.diagnostics import Diagnostic
from book.findings import Finding, collect, finding_from, format_finding, unknown_finding
from book.sources.chapters import Cell, Chapter


def chapter(docname: str, *cells: tuple[int, str], notebook: bool = False) -> Chapter:
    """A chapter with cells at given lines."""
    listed = tuple(Cell(index, code, (), line) for index, (line, code) in enumerate(cells))
    suffix, kind = (".ipynb", "notebook") if notebook else (".md", "myst-notebook")
    return Chapter(docname, f"{docname}{suffix}", kind, "python3", listed, "")


def test_findings_are_gathered_with_their_place():
    """Each finding knows the file and the very line that recorded it."""
    code = "x = 1\nrecord('a.b', 2, unit='m')"
    one = chapter("chapters/one", (10, "1"), (20, code))
    found, remarks = collect([one], {"chapters/one": [[], run(code)[0]]})

    expected = Finding("a.b", 2, "int", "m", "", "chapters/one", "chapters/one.md", 1, 21)
    assert found == {"a.b": expected}
    assert remarks == ()


def test_in_a_notebook_the_place_is_the_cell():
    """A notebook has no lines, so a finding is placed at its cell."""
    found, _ = collect([chapter("one", (3, "record('a', 1)"), notebook=True)], {"one": run("record('a', 1)")})

    assert found["a"].line == 3


def test_a_name_recorded_twice_is_an_error_with_both_places():
    """Two cells that record one name, in one chapter or two, leave nobody knowing which is meant."""
    code = "record('a', 1)"
    outputs = run(code)
    found, remarks = collect([chapter("one", (5, code)), chapter("two", (7, code))], {"one": outputs, "two": outputs})

    assert "\n".join(map(str, remarks)) == (
        "two.md:7: finding 'a' is recorded twice; it is also recorded at one.md:5 [finding-recorded-twice]\n"
        "  hint: give one of them another name"
    )
    assert found["a"].twice
    assert found["a"].docname == "one"


def test_an_output_that_was_tampered_with_is_named():
    """A stored output that cannot be a finding is reported at its cell and costs no other finding."""
    outputs = run("record('a', 1)\nrecord('b', 2)")
    outputs[0][0]["data"]["application/vnd.thesis.finding+json"]["kind"] = "colour"
    found, remarks = collect([chapter("one", (5, "record('a', 1)\nrecord('b', 2)"))], {"one": outputs})

    assert [remark.rule for remark in remarks] == ["unreadable-finding"]
    assert (remarks[0].path, remarks[0].line) == ("one.md", 5)
    assert set(found) == {"b"}


@pytest.mark.parametrize(
    ("finding", "spec", "printed"),
    [
        (Finding("a", 7.25, "float", "dB", ".1f"), "", "7,2\u00a0dB"),
        (Finding("a", 7.25, "float", "dB", ".1f"), ".2f", "7,25\u00a0dB"),
        (Finding("a", 1234567, "int", "", ",d"), "", "1.234.567"),
        (Finding("a", 0.423, "float", "", ".0%"), "", "42\u00a0%"),
        (Finding("a", "1.20", "decimal"), "", "1,20"),
        (Finding("a", "inf", "float"), "", "∞"),
        (Finding("a", "text", "text", "m"), "", "text\u00a0m"),
        (Finding("a", True, "truth"), "", "ja"),
        (Finding("a", "2024-03-05", "date"), "", "5. März 2024"),
        (Finding("a", "2024-03-05", "date", "", "%Y"), "%B %Y", "März 2024"),
        (Finding("a", "2024-03-05T10:30:00", "datetime"), "%H:%M", "10:30"),
    ],
)
def test_a_finding_prints_in_the_language_of_the_thesis(finding, spec, printed):
    """What the text asks for wins over what the cell proposed, and both follow the language."""
    assert format_finding(finding, spec, "de") == printed


@pytest.mark.parametrize(
    ("finding", "spec", "message"),
    [
        (
            Finding("a", "hello", "text"),
            ".1f",
            "finding 'a' is text and cannot be printed as '.1f': unknown format code 'f' for object of type 'str'",
        ),
        (
            Finding("a", 1.5, "float"),
            "d",
            "finding 'a' is a number and cannot be printed as 'd': unknown format code 'd' for object of type 'float'",
        ),
        (
            Finding("a", 1.5, "float"),
            "%Y",
            (
                "finding 'a' is a number and cannot be printed as '%Y': "
                "invalid format specifier '%Y' for object of type 'float'"
            ),
        ),
        (
            Finding("a", True, "truth"),
            ".1f",
            "finding 'a' is a truth value and cannot be printed as '.1f': a truth value has no format",
        ),
        (
            Finding("a", "2024-03-05", "date"),
            ".1f",
            "finding 'a' is a date and cannot be printed as '.1f': a date wants directives such as %Y",
        ),
        (Finding("a", "nan", "missing"), "", "finding 'a' has no value: the cell recorded 'nan'"),
    ],
)
def test_a_format_that_fails_says_why(finding, spec, message):
    """A value that cannot be printed is never an empty gap: it is a diagnostic with a hint."""
    said = format_finding(finding, spec, "en")

    assert isinstance(said, Diagnostic)
    assert (said.rule, said.message) == ("finding-not-formatted", message)
    assert said.hint


def test_an_unknown_name_gets_a_suggestion():
    """A mistyped name is met with the one that was probably meant, a new one with how to record it."""
    assert unknown_finding("h3.suport", ["h3.support", "n"]).hint == "did you mean 'h3.support'?"
    assert unknown_finding("zz", ["h3.support"]).hint == "record it in a cell: record('zz', value)"
    assert "no cell records a finding yet" in unknown_finding("zz", []).hint


@given(
    st.sampled_from(["text", "int", "float", "decimal", "truth", "date", "datetime", "missing", "odd"]),
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.lists(st.integers(), max_size=2)
    ),
    st.text(max_size=5),
)
def test_whatever_a_file_holds_is_read_or_refused(kind, value, spec):
    """Findings come back from files that anybody may have edited: each is printed, diagnosed or refused."""
    try:
        finding = finding_from({"name": "a", "value": value, "kind": kind})
    except ValueError:
        return
    assert isinstance(format_finding(finding, spec, "en"), str | Diagnostic)
