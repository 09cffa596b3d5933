"""How much of what the checks say of public books is true: samples for two readers, and the shares of their verdicts.

    python benchmarks/precision.py sample BOOKS... --sheet FILE.csv [--built] [--kept FILE.csv] [--seed N] [--each N] [--lines N]
    python benchmarks/precision.py take READER=FILE.csv... [--kept FILE.csv]
    python benchmarks/precision.py judged [FILE.csv]

`sample` checks every book (see `fetched.py`), draws up to 30 diagnostics of each rule at random, and writes a sheet with
the source around each place: outside this repository, since it holds text of the books. With `--built`, both editions
of every book are made first, so that rules about editions have their say. With `--kept`, what was judged before and is
still said stays in the sample, and is drawn up to. Two readers fill the sheet's columns
`verdict` (true or false) and `why`, each in a copy of their own. `take` writes what they found, without text of the
books, to `tests/judged.csv`; with `--kept`, what a sheet leaves open is as it was judged before. `judged` prints the shares. A diagnostic is true if each of its readers says so. Exits
with 1 if less than 95 % over all, or less than 80 % of a rule with severity error, is true.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fetched

JUDGED = fetched.ROOT / "tests" / "judged.csv"
SHEET = ("book", "place", "rule", "severity", "message", "hint", "context", "verdict", "why")
LINES = ("book", "place", "rule", "severity", "verdict", "reader", "why")
OVER_ALL, OF_ERRORS = 0.95, 0.8
VERDICTS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one reader says of one diagnostic."""

    book: str
    """`owner/name@commit`."""
    place: str
    """Path, cell in a notebook, line and column."""
    rule: str
    """The rule that was judged."""
    severity: str
    """`error` or `warning`."""
    verdict: bool
    """Whether what the diagnostic says is so, and is a defect."""
    reader: str
    """Who judged."""
    why: str
    """The reader's reason."""

    @property
    def what(self) -> tuple[str, str, str]:
        """The diagnostic that is judged."""
        return self.book, self.place, self.rule


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some diagnostics are true."""

    true: int
    """Those that each of their readers calls true."""
    judged: int
    """All of them."""

    @property
    def of_all(self) -> float:
        """Between 0 and 1; 1 where there are none."""
        return self.true / self.judged if self.judged else 1.0

    def __str__(self) -> str:
        """For a row of the table."""
        return f"{self.true} of {self.judged} ({self.of_all:.1%})"


def place_of(one: dict[str, Any]) -> str:
    """The place of a diagnostic in one word."""
    inside = f"cell{one['cell']}" if one.get("cell") else f"page{one['page']}" if one.get("page") else ""
    return ":".join(str(part) for part in (one["path"], inside, one["line"], one.get("column", 0)) if part)


def told_apart(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rows in order; where one rule says several things of one place, the later ones are numbered there."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for row in sorted(rows, key=lambda row: (row["rule"], row["book"], row["place"], row["message"])):
        what = row["book"], row["place"], row["rule"]
        seen[what] += 1
        found.append({**row, "place": f"{row['place']}#{seen[what]}"} if seen[what] > 1 else row)
    return found


def drawn(
    rows: list[dict[str, str]], seed: int, each: int, kept: frozenset[tuple[str, str, str]] = frozenset()
) -> list[dict[str, str]]:
    """Up to so many rows of each rule; the same rows and seed give the same ones, whatever other rules say.

    Rows that are `kept`, by book, place and rule, are among them.
    """
    by_rule: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in told_apart(rows):
        by_rule[row["rule"]].append(row)
    sample = []
    for rule, found in sorted(by_rule.items()):
        chance = random.Random(f"{seed}:{rule}")  # noqa: S311
        stay = [row for row in found if (row["book"], row["place"], row["rule"]) in kept]
        rest = [row for row in found if row not in stay]
        wanted = max(0, min(each - len(stay), len(rest)))
        sample += stay + (rest if len(rest) == wanted else chance.sample(rest, wanted))
    return sample


def context(folder: Path, one: dict[str, Any], lines: int) -> str:
    """The source around a place, its own line marked."""
    path = folder / one["path"]
    try:
        text = path.read_text(encoding="utf-8", errors="replace") if one["path"] and path.is_file() else ""
        if one.get("cell") and path.suffix == ".ipynb":
            text = "".join(json.loads(text)["cells"][one["cell"] - 1]["source"])
    except (ValueError, LookupError, OSError):
        return ""
    numbered = list(enumerate(text.split("\n"), 1))
    near = numbered[max(0, one["line"] - 1 - lines) : one["line"] + lines] if one["line"] else []
    return "\n".join(f"{'>' if number == one['line'] else ' '} {number}: {line[:600]}" for number, line in near)


def rows_of(books: dict[str, Path], lines: int, *, built: bool) -> list[dict[str, str]]:
    """Every diagnostic of every book, as a row of the sheet."""
    rows = []
    for name, book in books.items():
        commit = fetched.commit_of(book)
        with tempfile.TemporaryDirectory(prefix="precision-") as work:
            copied = fetched.copy(book, commit, Path(work) / name.replace("/", "+"))
            if copied and built:
                fetched.build(copied)
            said = (fetched.check(copied) or []) if copied else []
            print(f"{name}: {len(said)} diagnostics", flush=True)
            for one in said:
                near = context(copied.folder, one, lines) if copied else ""
                rows.append(
                    {
                        "book": f"{name}@{commit}", "place": place_of(one), "rule": one["rule"], "severity": one["severity"],
                        "message": one["message"], "hint": one.get("hint", ""), "context": near, "verdict": "", "why": "",
                    }
                )  # fmt: skip
    return rows


def sample(asked: argparse.Namespace) -> int:
    """Write the sheet that readers fill."""
    if asked.sheet.resolve().is_relative_to(fetched.ROOT):
        print("the sheet holds text of the books: write it outside this repository")
        return 2
    before = read_judged(asked.kept) if asked.kept else []
    said = rows_of(fetched.at_hand(asked.books), asked.lines, built=asked.built)
    rows = drawn(said, asked.seed, asked.each, frozenset(one.what for one in before))
    write(asked.sheet, SHEET, rows)
    print(f"{len(rows)} diagnostics of {len({row['rule'] for row in rows})} rules: {asked.sheet}")
    return 0


def take(asked: argparse.Namespace) -> int:
    """Write the verdicts of filled sheets, without text of the books, to the file of what was judged."""
    rows: list[dict[str, str]] = []
    left_open: set[tuple[str, str, str]] = set()
    for reader, _, path in (pair.partition("=") for pair in asked.sheets):
        with Path(path).open(encoding="utf-8", newline="") as table:
            sheet = list(csv.DictReader(table))
        rows += [{**row, "reader": reader} for row in sheet if row["verdict"].strip()]
        left_open |= {(row["book"], row["place"], row["rule"]) for row in sheet if not row["verdict"].strip()}
    if asked.kept:
        with asked.kept.open(encoding="utf-8", newline="") as table:
            before = list(csv.DictReader(table))
        rows += [row for row in before if (row["book"], row["place"], row["rule"]) in left_open]
    rows.sort(key=lambda row: (row["rule"], row["book"], row["place"], row["reader"]))
    write(asked.judged, LINES, [{name: row[name].strip() for name in LINES} for row in rows])
    print(f"{len(rows)} verdicts: {asked.judged}")
    return 0


def write(path: Path, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    """Write a table."""
    with path.open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_judged(path: Path) -> list[Judgement]:
    """All verdicts of the file; one that is neither true nor false is a mistake."""
    found = []
    with path.open(encoding="utf-8", newline="") as table:
        for number, row in enumerate(csv.DictReader(table), 2):
            if row["verdict"].lower() not in VERDICTS:
                message = f"{path.name}:{number}: a verdict is true or false, not '{row['verdict']}'"
                raise SystemExit(message)
            fields = {name: row[name] for name in LINES if name != "verdict"}
            found.append(Judgement(verdict=VERDICTS[row["verdict"].lower()], **fields))
    return found


def shares(judgements: list[Judgement], by: str) -> dict[str, Share]:
    """The share of true diagnostics by a field of theirs: `rule`, `severity`; over all, by an empty name."""
    verdicts: dict[tuple[str, str, str], list[Judgement]] = defaultdict(list)
    for one in judgements:
        verdicts[one.what].append(one)
    groups: dict[str, list[bool]] = defaultdict(list)
    for said in verdicts.values():
        groups[getattr(said[0], by) if by else ""].append(all(one.verdict for one in said))
    return {name: Share(sum(true), len(true)) for name, true in sorted(groups.items())}


def agreement(judgements: list[Judgement]) -> tuple[int, int, float]:
    """On how many diagnostics all readers agree, how many were judged by two at least, and Cohen's kappa of two readers."""
    verdicts: dict[tuple[str, str, str], dict[str, bool]] = defaultdict(dict)
    for one in judgements:
        verdicts[one.what][one.reader] = one.verdict
    both = [said for said in verdicts.values() if len(said) > 1]
    same = sum(len(set(said.values())) == 1 for said in both)
    if not both:
        return 0, 0, 1.0
    readers = sorted({reader for said in both for reader in said})[:2]
    true = [sum(said.get(reader, False) for said in both) / len(both) for reader in readers]
    chance = true[0] * true[1] + (1 - true[0]) * (1 - true[1])
    return same, len(both), (same / len(both) - chance) / (1 - chance) if chance < 1 else 1.0


def failures(judgements: list[Judgement]) -> list[str]:
    """What falls short."""
    over_all = shares(judgements, "").get("", Share(0, 0))
    short = [f"over all {over_all}, wanted {OVER_ALL:.0%}"] if over_all.of_all < OVER_ALL else []
    errors = shares([one for one in judgements if one.severity == "error"], "rule")
    short += [f"{rule}: {share}, wanted {OF_ERRORS:.0%}" for rule, share in errors.items() if share.of_all < OF_ERRORS]
    return short if judgements else ["nothing was judged"]


def judged(asked: argparse.Namespace) -> int:
    """Print the shares and what falls short."""
    if not asked.judged.is_file():
        print(f"{asked.judged} is not there: draw a sample, let two readers fill it, and take their verdicts")
        return 2
    judgements = read_judged(asked.judged)
    print("| rule | true |\n| --- | ---: |")
    for by in ("rule", "severity", ""):
        for name, share in shares(judgements, by).items():
            print(f"| {name or 'over all'} | {share} |")
    same, both, kappa = agreement(judgements)
    print(f"\nreaders agree on {same} of the {both} diagnostics that two have judged (kappa {kappa:.2f})")
    short = failures(judgements)
    for line in short:
        print(f"falls short: {line}")
    return 1 if short else 0


def main() -> None:
    """Draw a sample, take verdicts, or judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("sample", help="check books and write a sheet for readers")
    one.add_argument("books", type=Path, nargs="+", help="folders with fetched books")
    one.add_argument("--sheet", type=Path, required=True, help="where to write, outside this repository")
    one.add_argument("--built", action="store_true", help="make both editions of every book first")
    one.add_argument("--kept", type=Path, help="what was judged before, and stays where it is still said")
    one.add_argument("--seed", type=int, default=4)
    one.add_argument("--each", type=int, default=30, help="how many of a rule at most")
    one.add_argument("--lines", type=int, default=3, help="lines of source above and below")
    one.set_defaults(run=sample)
    one = commands.add_parser("take", help="take the verdicts of filled sheets")
    one.add_argument("sheets", nargs="+", metavar="READER=FILE")
    one.add_argument("--judged", type=Path, default=JUDGED)
    one.add_argument("--kept", type=Path, help="what was judged before")
    one.set_defaults(run=take)
    one = commands.add_parser("judged", help="print the shares of what was judged")
    one.add_argument("judged", type=Path, nargs="?", default=JUDGED)
    one.set_defaults(run=judged)
    asked = parser.parse_args()
    sys.exit(asked.run(asked))


if __name__ == "__main__":
    main()
