"""Numbers and findings: typed by hand, moved, never used; each rule at its place, and silent where it knows nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from book.checks.numbers import (
    every_accepted_finding_is_recorded,
    every_finding_is_accepted,
    every_finding_is_as_accepted,
    every_finding_is_used,
    every_result_is_a_finding,
    no_finding_is_typed_by_hand,
    there_is_a_lock,
)
from book.config import Thesis
from book.document.findings import Use
from book.findings import Finding
from book.lock import Lock, parse_lock
from book.project import Project
from book.sources.chapters import Chapter
from book.sources.prose import prose_of

if TYPE_CHECKING:
    from book.diagnostics import Diagnostic

RECORDED = [
    Finding("h3.support", 7.21, "float", "dB", ".1f", "one", "one.md", 0, 9),
    Finding("share.sourced", 0.4813, "float", "", ".0%", "one", "one.md", 0, 10),
    Finding("evidence.count", 1162, "int", "", ",d", "one", "one.md", 0, 11),
    Finding("agreement.rho", 0.873, "float", "", ".2f", "one", "one.md", 0, 12),
    Finding("indicators.met", 6, "int", "", "", "one", "one.md", 0, 13),
    Finding("verdict", "supported", "text", "", "", "one", "one.md", 0, 14),
]


def subject(
    text="", *, findings=RECORDED, uses=(), lock="", language="en", unused=(), claims=(), name="one.md", tmp_path=None
):
    """A thesis of one page, as checks see it."""
    chapter = Chapter("one", name, "markdown", "", (), text)
    printed = [Use(one, "", "one", 3, "") for one in uses]
    return SimpleNamespace(
        document=SimpleNamespace(
            findings={one.name: one for one in findings}, uses=tuple(printed), claims=tuple(claims)
        ),
        sources=SimpleNamespace(
            contents=SimpleNamespace(pages=[SimpleNamespace(docname="one", path=name)]),
            config=SimpleNamespace(thesis=Thesis(unused=tuple(unused))),
        ),
        prose=(prose_of(chapter),),
        lock=parse_lock("thesis findings 1\n" + lock) if lock else Lock(),
        language=language,
        runs={},
        project=Project(tmp_path) if tmp_path else None,
    )


def typed(text: str, **values) -> list[Diagnostic]:
    return list(no_finding_is_typed_by_hand(subject(text, **values)))


# Typed by hand


@pytest.mark.parametrize(
    ("text", "name", "hint"),
    [
        ("The support is 7.2 dB in all.", "h3.support", "h3.support"),
        ("The support is 7.21 dB in all.", "h3.support", "h3.support:.2f"),
        ("We find 48% there.", "share.sourced", "share.sourced"),
        ("We find 48.1 % there.", "share.sourced", "share.sourced:.1%"),
        ("We find 48 per cent there.", "share.sourced", None),
        ("Of 1,162 pieces most are old.", "evidence.count", "evidence.count"),
        ("Of 1162 pieces most are old.", "evidence.count", None),
        ("The coders agree (0.87).", "agreement.rho", "agreement.rho"),
        ("Then 6 indicators are met.", "indicators.met", "indicators.met"),
    ],
)
def test_a_finding_typed_by_hand_is_named(text: str, name: str, hint: str | None):
    """A number that equals or rounds to a finding is named, and the hint prints it as it stands."""
    (remark,) = typed(f"# One\n\n{text}\n")

    assert (remark.rule, f"finding '{name}'" in remark.message, remark.line) == ("typed-finding", True, 3)
    assert hint is None or remark.hint == f"write {{finding}}`{hint}`"


def test_the_place_is_exact():
    """Line and column of the number itself."""
    (remark,) = typed("# One\n\nSome words first,\nthen *a support* of 7.2 dB.\n")

    assert (remark.path, remark.line, remark.column) == ("one.md", 4, 21)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Die Stützung beträgt 7,2 dB."),
        ("de", "Der Anteil liegt bei 48 %."),
        ("de", "Der Anteil liegt bei 48 Prozent."),
        ("de", "Es sind 1.162 Belege."),
        ("fr", "On compte 1\u202f162 pièces."),
        ("uk", "Частка становить 48 %."),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(language: str, text: str):
    """Decimal comma, grouping and the word for percent are the language's own."""
    assert [remark.rule for remark in typed(f"# Eins\n\n{text}\n", language=language)] == ["typed-finding"]


@pytest.mark.parametrize(
    "text",
    [
        "Printed by {finding}`h3.support` itself.",
        "In code `7.2 dB`, in math $7.21$, at <https://x.org/0.87>.",
        "See Figure 0.87, Section 7.21 and p. 1162.",
        "On 6 May 2020 and in May 1162.",
        "Version 0.87.1 and 10.1162/coli.",
        "Six or 6 of them.",
        "A loss of 7.2 percent.",
        "A gain of 0.87 dB.",
        "It is 48 kilometres long.",
        "Another 49% and 7.4 dB.",
        "He says “we found 48% of them” there.",
        "Others report 48% of losses {cite:p}`other2020`.",
    ],
)
def test_what_is_no_result_is_left_alone(text: str):
    """Code, dates, locators, other units and other people's numbers are no findings."""
    elsewhere = [
        Finding(one.name, one.value, one.kind, one.unit, one.format, "two", "two.md", 0, 9) for one in RECORDED
    ]

    assert typed(f"# One\n\n{text}\n", findings=elsewhere) == []


def test_a_number_of_the_lock_is_known_though_the_finding_has_moved():
    """Text that still says what was accepted is told what the finding is now."""
    (remark,) = typed("# One\n\nThe support is 9.4 dB.\n", lock='h3.support: float 9.4 unit "dB" within 0.05\n')

    assert remark.message == "'9.4' is what finding 'h3.support' was when it was accepted; it is 7.2\u00a0dB now"


# Numbers that no finding covers


def covered(text: str, **values) -> list[str]:
    return [remark.message for remark in every_result_is_a_finding(subject(f"# One\n\n{text}\n", **values))]


def test_a_measured_number_without_a_finding_is_named():
    """In a chapter with findings, a number with a unit that no cell computes is named."""
    assert covered("The loss is 3.4 dB, the share 37%.") == [
        "'3.4 dB' is typed by hand, and no cell computes it",
        "'37%' is typed by hand, and no cell computes it",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The loss is 3.4 dB {cite:p}`lake2009`.",
        "> The loss is 3.4 dB.",
        "A level of 5% and an interval of 95%.",
        "There are 37 of them.",
        "The support is 7.2 dB.",
    ],
)
def test_cited_quoted_usual_and_typed_numbers_are_left_alone(text: str):
    """Somebody else's number, a usual level, a count, and what another rule names already."""
    assert covered(text) == []


def test_a_chapter_without_findings_is_left_alone():
    """The rule is for chapters of results."""
    elsewhere = [Finding("h3.support", 7.21, "float", "dB", ".1f", "two", "two.md", 0, 9)]

    assert covered("The loss is 3.4 dB.", findings=elsewhere) == []


# Used


def test_findings_that_nothing_uses_are_one_remark_a_recording():
    """A loop that records many is named once, with the names; prints, claims and `thesis: unused` count as uses."""
    loop = [Finding(f"m.{name}", 1, "int", path="one.md", line=7) for name in ("a", "b", "c", "d", "e")]
    claim = SimpleNamespace(findings=("m.b",))
    found = list(every_finding_is_used(subject(findings=loop, uses=["m.a"], claims=[claim], unused=["*.c"])))

    assert [(one.line, one.message) for one in found] == [(7, "of 5 findings recorded here 2 are never used: m.d, m.e")]


def test_one_finding_that_nothing_uses_is_named():
    """Its place is the cell's line that records it; in a notebook, the cell."""
    one = Finding("a", 1, "int", path="one.md", line=7)
    two = Finding("b", 1, "int", path="two.ipynb", line=4)
    first, second = every_finding_is_used(subject(findings=[one, two]))

    assert (first.message, first.line, first.cell) == ("finding 'a' is never used", 7, 0)
    assert (second.path, second.line, second.cell) == ("two.ipynb", 0, 4)


# The lock


def test_a_thesis_with_findings_wants_a_lock():
    """Where nothing is recorded, nothing is asked for."""
    assert [one.rule for one in there_is_a_lock(subject())] == ["no-lock"]
    assert list(there_is_a_lock(subject(findings=[]))) == []
    assert list(there_is_a_lock(subject(lock="a: int 1\n"))) == []


def test_a_finding_that_moved_says_from_where_to_where(tmp_path):
    """Old and new value as printed, tolerance, every place that prints it."""
    moved = subject(lock='h3.support: float 7.9 unit "dB" within 0.05\n', uses=["h3.support"], tmp_path=tmp_path)
    (remark,) = every_finding_is_as_accepted(moved)

    assert (remark.rule, remark.severity, remark.path, remark.line) == ("finding-moved", "error", "one.md", 9)
    assert remark.message == (
        "finding 'h3.support' has moved: 7.9\u00a0dB -> 7.2\u00a0dB (tolerance 0.05); printed at one.md:3"
    )
    assert remark.hint == "look at what the text says there, then run 'thesis accept h3.support'"


def test_a_finding_that_moved_names_the_files_that_changed(tmp_path):
    """What a run depends on and is not as it was is the likely reason."""
    lock = 'h3.support: float 7.9 unit "dB" within 0.05\ninput "data/a.csv" 0123456789ab\n'
    (remark,) = every_finding_is_as_accepted(subject(lock=lock, tmp_path=tmp_path))

    assert remark.hint.startswith("since it was accepted data/a.csv is gone; ")


def test_findings_that_are_not_in_the_lock_are_named():
    """Those that one line records are one remark."""
    names = [one.message for one in every_finding_is_accepted(subject(lock='verdict: text "supported"\n'))]

    assert names[0] == "finding 'h3.support' (7.2\u00a0dB) is not in findings.lock"
    assert len(names) == 5


def test_a_finding_that_is_gone_is_named_at_its_line():
    """And a new one of nearly the same name is taken for it."""
    (remark,) = every_accepted_finding_is_recorded(subject(lock='h3.suport: float 7.2 from "one.md" cell 1\n'))

    assert (remark.path, remark.line) == ("findings.lock", 2)
    assert remark.message == "finding 'h3.suport' was accepted from one.md and no cell records it"
    assert remark.hint.startswith("was it renamed to 'h3.support'? ")
