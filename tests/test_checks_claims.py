"""A claim that no longer holds fails the build, and says what moved and who quotes it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import NOTEBOOK, Write
from pypdf import PdfReader

from book.checks.numbers.claims import every_claim_holds
from book.document.claims.testing import Claim
from book.document.findings import Use
from book.findings import Finding
from book.workflow import build, check, findings

CELL = '```{code-cell} python\n:tags: [remove-input]\nfrom book import record\nrecord("a.one", 1, unit="km")\nrecord("a.two", 2)\n```\n'
PAGES = {
    "one.md": NOTEBOOK + "# One\n\n" + CELL,
    "two.md": '# Two\n\nIt is {finding}`a.one`.\n\nSo [two is more]{.claim when="a.two > a.one"}, they say.\n\n'
    "```{claim}\n:when: a.one > 0\n\nAnd one is something.\n```\n",
}


def printed(root: Path) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(root / "_build" / "thesis.pdf").pages).split())


def test_claims_that_hold_are_prose_in_both_editions(thesis: Write) -> None:
    """Nothing of a condition is printed; the site carries it for those who ask."""
    root = thesis(PAGES)
    outcome = build(root)
    site = (root / "_build" / "html" / "two.html").read_text(encoding="utf-8")

    assert [str(one) for one in outcome.diagnostics if one.rule != "no-lock"] == []
    assert "So two is more, they say. And one is something." in printed(root)
    assert 'title="✓ a.two &gt; a.one">two is more</span>' in site


def test_a_broken_claim_fails_the_build_and_is_marked_in_both_editions(thesis: Write) -> None:
    """The build exits with 1; both editions are written, and say it in their place."""
    root = thesis(PAGES)
    build(root)
    one = root / "one.md"
    one.write_text(one.read_text(encoding="utf-8").replace('"a.one", 1', '"a.one", 3'), encoding="utf-8")
    outcome = build(root)

    assert outcome.exit_code == 1
    assert [str(one).split("\n  hint: ") for one in outcome.diagnostics if one.rule != "no-lock"] == [
        [
            "two.md:5:4: claim does not hold: a.two is 2, a.one is 3 km: 'a.two > a.one' is false [claim-broken]",
            "change the words, or see why the findings moved; 'a.one' is quoted at two.md:3",
        ]
    ]
    assert "two is more [claim does not hold: a.two > a.one], they say." in printed(root)
    assert "[claim does not hold: a.two &gt; a.one]" in (root / "_build" / "html" / "two.html").read_text(
        encoding="utf-8"
    )


def test_conditions_that_cannot_be_tested_are_errors(thesis: Write) -> None:
    """A slip, a condition that is missing, and a name that no cell records are told apart."""
    root = thesis(
        {
            "one.md": NOTEBOOK + "# One\n\n" + CELL,
            "two.md": '# Two\n\n[a]{.claim when="a.two >"} and [b]{.claim}\n\n```{claim}\n:when: a.tow > 1\nc\n```\n',
        }
    )
    build(root, editions=("html",))
    found = check(root)

    assert [(one.rule, one.severity, one.line, one.column, one.hint) for one in found if one.path == "two.md"] == [
        ("claim-unreadable", "error", 3, 1, ""),
        ("claim-unreadable", "error", 3, 32, 'write one: [words]{.claim when="h3.support > h1.support"}, or ":when: h3.support > h1.support"'),
        ("unknown-finding", "error", 5, 1, "did you mean 'a.two'?"),
    ]  # fmt: skip


def test_the_list_of_findings_names_the_claims_that_rest_on_each(thesis: Write) -> None:
    """Who changes a number sees what it carries."""
    root = thesis(PAGES)
    build(root, editions=("html",))

    assert {row["name"]: row["claims"] for row in json.loads(findings(root, "json"))["findings"]} == {
        "a.one": ["two.md:5", "two.md:7"],
        "a.two": ["two.md:5"],
    }
    assert "a.two = 2  (one.md:11; never used; claims: two.md:5)" in findings(root)


@dataclass
class Accepted:
    """What a lock holds of a finding."""

    value: object
    kind: str = "float"
    unit: str = "dB"
    format: str = ".1f"


@pytest.fixture
def subject() -> SimpleNamespace:
    """A thesis with one broken claim, over findings quoted on two pages."""
    now = {name: Finding(name, value, "float", "dB", ".1f") for name, value in (("h1", 3.4), ("h3", 1.2))}
    claim = Claim("one", "one.ipynb", 3, 5, 2, "w", "h3 > h1", "broken", ("h3", "h1"), "h3 is 1.2 dB", "")
    uses = (Use("h3", "", "two", 7, "1.2 dB"), Use("h3", "", "one", 4, "1.2 dB"), Use("h1", "", "one", 5, "3.4 dB"))
    pages = (SimpleNamespace(docname="one", path="one.ipynb"), SimpleNamespace(docname="two", path="two.md"))
    return SimpleNamespace(
        document=SimpleNamespace(claims=(claim,), uses=uses, findings=now),
        sources=SimpleNamespace(contents=SimpleNamespace(pages=pages)),
        language="en",
        lock=SimpleNamespace(accepted={"h3": Accepted(3.9), "h1": Accepted(3.4000001)}),
    )


def test_a_broken_claim_names_what_moved_and_every_place_that_quotes_it(subject: SimpleNamespace) -> None:
    """Old and new value as they are printed; findings that print the same are left out."""
    (found,) = every_claim_holds(subject)

    assert (found.message, found.hint, found.path, found.cell, found.line, found.column) == (
        "claim does not hold: h3 is 1.2 dB; 'h3' was 3.9\u00a0dB and is 1.2\u00a0dB",
        "change the words, or see why the findings moved; 'h3' is quoted at one.ipynb:4, two.md:7",
        "one.ipynb", 2, 3, 5,
    )  # fmt: skip


def test_without_a_lock_every_finding_of_the_claim_is_named(subject: SimpleNamespace) -> None:
    """Where nobody has accepted anything, all that the condition names may have moved."""
    del subject.lock
    (found,) = every_claim_holds(subject)

    assert (found.message, found.hint) == (
        "claim does not hold: h3 is 1.2 dB",
        "change the words, or see why the findings moved; 'h3' is quoted at one.ipynb:4, two.md:7; 'h1' is quoted at one.ipynb:5",
    )


def test_a_claim_that_two_pages_show_is_reported_once(subject: SimpleNamespace) -> None:
    """A file that is a page and included in another has one place."""
    (claim,) = subject.document.claims
    subject.document.claims = (claim, replace(claim, docname="two"))

    assert len(set(every_claim_holds(subject))) == 1
