"""How many of the defects that were found in public books, without our checks, our checks find too.

    python benchmarks/recall.py BOOKS... [--work DIR] [--book NAME]...

BOOKS are folders with fetched books (see `fetched.py`), each checked at the commit that `tests/recall.csv` names. A
defect is found if a diagnostic of its rule names its path and its line, give or take one, or its key in the message.
Exits with 1 if less than 95 % are found, or too little is at hand to tell (60 defects in six books).
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fetched

DEFECTS = fetched.ROOT / "tests" / "recall.csv"
WANTED = 0.95
ENOUGH = (60, 6)
"""Defects and books that a measurement takes at least."""


@dataclass(frozen=True, slots=True)
class Defect:
    """A defect of a public book, found by reading, by a script or by plain Sphinx."""

    book: str
    """`owner/name@commit`."""
    path: str
    """File, relative to the folder with `_toc.yml`."""
    cell: int
    """In a notebook, the number of the cell, counted from 1; 0 elsewhere."""
    line: int
    """Line in the file, or in the cell."""
    rule: str
    """The rule that ought to report it."""
    key: str
    """A label, key or word that a message may name instead of the line; empty where only the line tells."""
    remark: str
    """What is wrong."""

    def __str__(self) -> str:
        """Place, rule, remark."""
        inside = f"cell {self.cell}:" if self.cell else ""
        return f"{self.path}:{inside}{self.line} [{self.rule}] {self.key} ({self.remark})"


def read_defects(path: Path) -> list[Defect]:
    """All defects of the table."""
    with path.open(encoding="utf-8", newline="") as table:
        return [
            Defect(
                row["book"],
                row["path"],
                int(row["cell"] or 0),
                int(row["line"]),
                row["rule"],
                row["key"],
                row["remark"],
            )
            for row in csv.DictReader(table)
        ]


def is_found(defect: Defect, diagnostics: list[dict[str, Any]]) -> bool:
    """Whether a diagnostic of the defect's rule names its place."""
    named = re.compile(rf"(?<![\w-]){re.escape(defect.key)}(?![\w-])", re.IGNORECASE) if defect.key else None
    return any(
        one["rule"] == defect.rule
        and one["path"] == defect.path
        and (_is_near(defect, one) or (named is not None and named.search(one["message"]) is not None))
        for one in diagnostics
    )


def _is_near(defect: Defect, one: dict[str, Any]) -> bool:
    return one.get("cell", 0) == defect.cell and abs(one["line"] - defect.line) <= 1


def main() -> None:
    """Check every book at hand and say what was found and what was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("books", type=Path, nargs="+", help="folders with fetched books")
    parser.add_argument("--work", type=Path, help="folder for the copies; a temporary one unless given")
    parser.add_argument("--book", action="append", default=[], help="only books whose name contains this")
    asked = parser.parse_args()
    books = fetched.at_hand(asked.books)
    by_book: dict[str, list[Defect]] = {}
    for defect in read_defects(DEFECTS):
        if not asked.book or any(name in defect.book for name in asked.book):
            by_book.setdefault(defect.book, []).append(defect)
    found: Counter[str] = Counter()
    missed: list[Defect] = []
    measured = 0
    for book, defects in by_book.items():
        diagnostics = diagnostics_of(book, books, asked.work)
        if diagnostics is None:
            continue
        measured += 1
        gone = [defect for defect in defects if not is_found(defect, diagnostics)]
        found.update(defect.rule for defect in defects if defect not in gone)
        missed += gone
        print(f"  found {len(defects) - len(gone)} of {len(defects)}")
        for defect in gone:
            print(f"  missed: {defect}", flush=True)
    sys.exit(verdict(found, missed, measured))


def diagnostics_of(book: str, books: dict[str, Path], work: Path | None) -> list[dict[str, Any]] | None:
    """What the check says of a book at its commit; None where the book is not at hand."""
    name, commit = book.split("@")
    repository = books.get(name) or books.get(name.split("/")[1])
    if repository is None:
        print(f"{name} is not at hand")
        return None
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="recall-") as temporary:
        copied = fetched.copy(repository, commit, (work or Path(temporary)) / name.replace("/", "+"))
        diagnostics = fetched.check(copied) if copied else None
    print(f"{name}: {len(diagnostics or [])} diagnostics in {time.monotonic() - began:.1f} s", flush=True)
    return diagnostics or []


def verdict(found: Counter[str], missed: list[Defect], books: int) -> int:
    """Print the table by rule and the share of all; returns the exit code."""
    lost = Counter(defect.rule for defect in missed)
    print("\n| rule | found | of |\n| --- | ---: | ---: |")
    for rule in sorted({*found, *lost}):
        print(f"| {rule} | {found[rule]} | {found[rule] + lost[rule]} |")
    every = found.total() + len(missed)
    share = found.total() / every if every else 0.0
    print(f"\nfound {found.total()} of {every} defects in {books} books: {share:.1%}")
    if every < ENOUGH[0] or books < ENOUGH[1]:
        print(f"too little to tell: {ENOUGH[0]} defects in {ENOUGH[1]} books are wanted")
        return 1
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    main()
