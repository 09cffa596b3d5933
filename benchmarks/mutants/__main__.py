"""Plant defects into theses and books, and count how many of them `thesis check` finds.

    python -m benchmarks.mutants [--books DIR ...] [--kinds NAME ...] [--per-kind N] [--seed N] [--work DIR] [--jobs N]

DIR is a folder that holds a Jupyter Book 1.x book, or a bare git repository of one; without it, the books named in the
environment variable THESIS_BOOKS are used, and without these, this thesis and small ones written for the purpose alone.
Everything happens in copies. Ends with 1 where fewer than 95 % of a kind, or fewer than 99 % of all, are caught.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.mutants import books
from benchmarks.mutants.session import BY_NAME, Wish, measure
from benchmarks.mutants.table import shortcomings, table


def main() -> int:
    """Do it."""
    parser = argparse.ArgumentParser(prog="mutants", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--books",
        nargs="*",
        type=Path,
        default=[Path(one) for one in os.environ.get("THESIS_BOOKS", "").split(os.pathsep) if one],
        help="folders or bare repositories of public books",
    )
    parser.add_argument(
        "--kinds", nargs="*", choices=sorted(BY_NAME), metavar="NAME", help="kinds to plant; all by default"
    )
    parser.add_argument(
        "--per-kind", type=int, default=26, help="mutants of each kind that public books have places for"
    )
    parser.add_argument("--only", nargs="*", help="names of the theses to plant in; all by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--work", type=Path, help="folder for the copies; one that was used before saves building them again"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    names = list(given.kinds or BY_NAME)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        work = (given.work or Path(scratch)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        listed = [
            one
            for one in books.sources([path.resolve() for path in given.books])
            if not given.only or one.name in given.only
        ]
        verdicts = measure(listed, work, Wish(tuple(names), given.per_kind, given.seed, given.jobs))
    print(table(verdicts, [BY_NAME[name] for name in names]))
    if not given.books:
        print("\nno public book was given: this thesis and those written for the purpose alone (--books DIR ...)")
    print(f"{time.perf_counter() - began:.0f} s")
    wrong = shortcomings(verdicts, [BY_NAME[name] for name in names])
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
