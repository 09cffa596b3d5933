"""One session: every thesis is copied and built, what to plant is chosen, and it is planted."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

from benchmarks.mutants import books, planting
from benchmarks.mutants.copies import Copy
from benchmarks.mutants.kinds import KINDS

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.mutants.mutant import Mutant
    from book.diagnostics import Diagnostic

BY_NAME = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for."""

    kinds: tuple[str, ...]
    """Names of the kinds."""
    most: int
    """Mutants of each kind."""
    seed: int
    """Decides which."""
    jobs: int
    """Theses at once."""


def prepare(
    source: books.Source, work: Path, names: list[str], seed: int, most: int
) -> tuple[Path, list[Diagnostic], dict[str, list[Mutant]], float] | None:
    """Copy a thesis, build it, and find places to plant in."""
    began = time.perf_counter()
    folder = books.copied(source, work)
    if folder is None:
        return None
    os.chdir(work)
    done = folder / "_build" / "mutants"
    if not done.exists():
        planting.build(folder, ("html", "pdf"))
        books.accept(folder)
        done.write_text("built\n")
    baseline = planting.check(folder)
    copy = Copy(folder, source.name, source.origin)
    found = planting.candidates(copy, [BY_NAME[name] for name in names], baseline, seed, most)
    return folder, baseline, found, time.perf_counter() - began


def run(
    source: books.Source, folder: Path, chosen: list[tuple[str, Mutant]], baseline: list[Diagnostic]
) -> tuple[list[planting.Verdict], float]:
    """Plant what was chosen for one copy."""
    began = time.perf_counter()
    copy = Copy(folder, source.name, source.origin)
    verdicts = list(planting.plant_all(copy, [(BY_NAME[name], mutant) for name, mutant in chosen], baseline))
    return verdicts, time.perf_counter() - began


FEWEST = 20
"""Mutants of a kind that has no place, or too few, in public books."""


def choose(
    found: dict[str, dict[str, list[Mutant]]], origins: dict[str, str], names: list[str], most: int
) -> dict[str, list[tuple[str, Mutant]]]:
    """For each book what to plant: of each kind three quarters in public books where they have places, and the rest, or what these leave, elsewhere."""
    chosen: dict[str, list[tuple[str, Mutant]]] = {book: [] for book in found}
    own = most // 8
    quota = {"public": most - 2 * own, "this": own, "written": own}
    for name in names:
        left = {book: list(kinds.get(name, [])) for book, kinds in found.items()}
        taken: Counter[str] = Counter()
        small = {"public": most, "this": own, "written": most}
        for enough, limits in (
            (most, quota),
            (min(most, FEWEST), small),
            (min(most, FEWEST), dict.fromkeys(quota, most)),
        ):
            _take(name, left, origins, limits, enough, taken, chosen)
    return chosen


def _take(
    name: str,
    left: dict[str, list[Mutant]],
    origins: dict[str, str],
    limits: dict[str, int],
    enough: int,
    taken: Counter[str],
    chosen: dict[str, list[tuple[str, Mutant]]],
) -> None:
    """Take one mutant from each book in turn, until there are enough or none is left."""
    while True:
        before = sum(taken.values())
        for book, mutants in left.items():
            if mutants and sum(taken.values()) < enough and taken[origins[book]] < limits[origins[book]]:
                chosen[book].append((name, mutants.pop(0)))
                taken[origins[book]] += 1
        if sum(taken.values()) == before:
            return


def measure(listed: list[books.Source], work: Path, wish: Wish) -> list[planting.Verdict]:
    """Plant in all theses, several at a time, each in a process of its own."""
    with ProcessPoolExecutor(wish.jobs, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        waiting = {one.name: pool.submit(prepare, one, work, list(wish.kinds), wish.seed, wish.most) for one in listed}
        ready = {}
        for name, future in waiting.items():
            if (result := future.result()) is None:
                print(f"'{name}' holds no book")
                continue
            ready[name] = result
            print(f"{name}: ready in {result[3]:.0f} s, {len(result[1])} remarks before", file=sys.stderr)
        by_name = {one.name: one for one in listed}
        chosen = choose(
            {name: result[2] for name, result in ready.items()},
            {one.name: one.origin for one in listed},
            list(wish.kinds),
            wish.most,
        )
        order = sorted((name for name in chosen if chosen[name]), key=lambda name: -len(chosen[name]))
        running = {
            name: pool.submit(run, by_name[name], ready[name][0], chosen[name], ready[name][1]) for name in order
        }
        verdicts = []
        for name, outcome in running.items():
            found, seconds = outcome.result()
            print(f"{name}: {len(found)} planted in {seconds:.0f} s", file=sys.stderr)
            verdicts += found
    return verdicts
