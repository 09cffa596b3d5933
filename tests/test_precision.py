"""The arithmetic of judged samples: shares, agreement, what falls short."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"

MADE_UP = """\
book,place,rule,severity,verdict,reader,why
a/b@1,one.md:3:1,broken,error,true,R,so it is
a/b@1,one.md:3:1,broken,error,true,S,yes
a/b@1,one.md:9:1,broken,error,true,R,so it is
a/b@1,one.md:9:1,broken,error,false,S,a quotation
a/b@1,two.md:4:2,doubled,warning,false,R,meant so
a/b@1,two.md:4:2,doubled,warning,false,S,meant so
a/b@1,two.md:7:2,doubled,warning,true,R,"a slip, plainly"
"""


@pytest.fixture
def precision(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("precision")


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    """Four diagnostics, three of them judged by two readers."""
    path = tmp_path / "judged.csv"
    path.write_text(MADE_UP, encoding="utf-8")
    return path


def test_a_diagnostic_is_true_if_each_reader_says_so(precision: ModuleType, made_up: Path) -> None:
    """Shares by rule, by severity and over all count a diagnostic once, and doubts against it."""
    judgements = precision.read_judged(made_up)
    shares = {
        name: (share.true, share.judged)
        for by in ("rule", "severity", "")
        for name, share in precision.shares(judgements, by).items()
    }

    assert shares == {"broken": (1, 2), "doubled": (1, 2), "error": (1, 2), "warning": (1, 2), "": (2, 4)}


def test_readers_agree_as_often_as_they_say_the_same(precision: ModuleType, made_up: Path) -> None:
    """Two of three that both have judged; kappa takes chance out: (2/3 - 4/9) / (1 - 4/9)."""
    same, both, kappa = precision.agreement(precision.read_judged(made_up))

    assert (same, both, round(kappa, 6)) == (2, 3, 0.4)


@pytest.mark.parametrize(
    ("true", "false", "severity", "short"),
    [(95, 5, "warning", 0), (94, 6, "warning", 1), (8, 2, "error", 0), (7, 3, "error", 1)],
)
def test_what_falls_short_is_said(precision: ModuleType, true: int, false: int, severity: str, short: int) -> None:
    """95 % over all are enough, and 80 % of a rule with severity error; one less is not."""
    judgements = [
        precision.Judgement("a/b@1", f"one.md:{n}", "broken", severity, n < true, "R", "") for n in range(true + false)
    ]
    judgements += [
        precision.Judgement("a/b@1", f"two.md:{n}", "doubled", "warning", True, "R", "")
        for n in range(100 if severity == "error" else 0)
    ]

    assert len(precision.failures(judgements)) == short


def test_nothing_judged_falls_short(precision: ModuleType) -> None:
    """An empty file proves nothing."""
    assert precision.failures([]) == ["nothing was judged"]


def test_a_verdict_is_true_or_false(precision: ModuleType, tmp_path: Path) -> None:
    """Anything else is said with its line."""
    path = tmp_path / "judged.csv"
    path.write_text(MADE_UP.replace("false,S,a quotation", "perhaps,S,a quotation"), encoding="utf-8")

    with pytest.raises(SystemExit, match=r"judged\.csv:5: a verdict is true or false, not 'perhaps'"):
        precision.read_judged(path)


def test_a_seed_draws_the_same_sample(precision: ModuleType) -> None:
    """Up to so many of each rule, and what one rule says changes nothing for another."""
    rows = [
        {"rule": rule, "book": "a/b@1", "place": f"one.md:{n}", "message": ""}
        for rule, count in (("broken", 50), ("doubled", 3))
        for n in range(count)
    ]
    sample = precision.drawn(rows, seed=4, each=10)
    again = precision.drawn([row for row in reversed(rows) if row["rule"] == "broken"], seed=4, each=10)

    assert [row["rule"] for row in sample] == ["broken"] * 10 + ["doubled"] * 3
    assert again == sample[:10]
    assert precision.drawn(rows, seed=5, each=10) != sample


def test_what_was_judged_stays_in_the_sample(precision: ModuleType) -> None:
    """What is still said of it stays, and the rest is drawn up to the number that is wanted."""
    rows = [{"rule": "broken", "book": "a/b@1", "place": f"one.md:{n}", "message": ""} for n in range(50)]
    judged = frozenset(("a/b@1", f"one.md:{n}", "broken") for n in (3, 7, 99))
    sample = precision.drawn(rows, seed=4, each=10, kept=judged)

    assert [row["place"] for row in sample[:2]] == ["one.md:3", "one.md:7"]
    assert len({row["place"] for row in sample}) == 10


def test_two_remarks_of_one_place_are_told_apart(precision: ModuleType) -> None:
    """A bibliography's lines have no columns: the second remark of a rule is numbered, whatever order they come in."""
    rows = [{"rule": "broken", "book": "a/b@1", "place": "r.bib:3", "message": message} for message in ("one", "two")]
    places = {row["message"]: row["place"] for row in precision.told_apart(rows[::-1])}

    assert places == {"one": "r.bib:3", "two": "r.bib:3#2"}


def test_a_sheet_stays_outside_the_repository(precision: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """Its text is other people's."""
    asked = type("Asked", (), {"sheet": BENCHMARKS / "sheet.csv"})

    assert precision.sample(asked) == 2
    assert "outside this repository" in capsys.readouterr().out


def test_verdicts_are_taken_without_text_of_the_books(precision: ModuleType, tmp_path: Path) -> None:
    """What two readers filled stands in one file, sorted, with places and reasons alone."""
    row = {
        "book": "a/b@1",
        "place": "one.md:3",
        "rule": "broken",
        "severity": "error",
        "message": "m",
        "hint": "h",
        "context": "c",
    }
    for reader, verdict in (("S", "false"), ("R", "true")):
        precision.write(tmp_path / f"{reader}.csv", precision.SHEET, [{**row, "verdict": verdict, "why": "so"}])
    asked = type(
        "Asked",
        (),
        {
            "sheets": [f"{one}={tmp_path / one}.csv" for one in "SR"],
            "judged": tmp_path / "judged.csv",
            "kept": None,
        },
    )
    precision.take(asked)

    assert (tmp_path / "judged.csv").read_text(encoding="utf-8").splitlines() == [
        "book,place,rule,severity,verdict,reader,why",
        "a/b@1,one.md:3,broken,error,true,R,so",
        "a/b@1,one.md:3,broken,error,false,S,so",
    ]


def test_what_a_sheet_leaves_open_is_as_it_was_judged(precision: ModuleType, made_up: Path, tmp_path: Path) -> None:
    """Verdicts of before stay for the rows that a sheet leaves open, whoever gave them; rows that it lacks go."""
    rows = [
        dict.fromkeys(precision.SHEET, "")
        | {"book": "a/b@1", "place": place, "rule": rule, "severity": "error", **said}
        for place, rule, said in (
            ("one.md:3:1", "broken", {}),
            ("one.md:4:1", "broken", {"verdict": "true", "why": "new"}),
        )
    ]
    precision.write(tmp_path / "sheet.csv", precision.SHEET, rows)
    sheets, judged = [f"T={tmp_path / 'sheet.csv'}"], tmp_path / "judged.csv"
    precision.take(type("Asked", (), {"sheets": sheets, "judged": judged, "kept": made_up}))

    assert [(one.place, one.reader) for one in precision.read_judged(judged)] == [
        ("one.md:3:1", "R"),
        ("one.md:3:1", "S"),
        ("one.md:4:1", "T"),
    ]


def test_what_was_judged_is_true_enough(precision: ModuleType) -> None:
    """Of what two readers have judged on public books, at least 95 % are true, and 80 % of each rule that is an error."""
    judgements = precision.read_judged(precision.JUDGED)

    assert precision.failures(judgements) == []
