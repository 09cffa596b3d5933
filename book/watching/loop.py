"""The loop: build, wait for a save, build again."""

from __future__ import annotations

import gc
import os
import time
from typing import TYPE_CHECKING

from book import freshness
from book.errors import ThesisError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from book.project import Project
    from book.watching.ending import Ending
    from book.watching.state import Board
    from book.workflow import Outcome

    Stats = dict[str, tuple[int, int]]

OFTEN = 0.15
"""Seconds between two looks at the files while an author is at work."""
SELDOM = 0.6
"""Seconds between two looks when nothing has been saved for a while."""
AWAY = 120.0
"""Seconds without a save after which the author is taken to be elsewhere."""
QUIET = 0.06
"""Seconds without a save after which a burst of saves is over."""


class Saves:
    """What is saved below a folder, one burst after the other, from the moment this is made.

    Files are looked at, not subscribed to: that holds on network drives and in containers, needs no watch on each folder
    of an environment, and costs some milliseconds a look.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known = _saved(root)

    def bursts(self, asked: Ending) -> Iterator[tuple[str, ...]]:
        """Wait for each burst; gives the files that it touched, of those that a build looks at."""
        last = time.monotonic()
        while True:
            asked.heed()
            now = _saved(self._root)
            if now == self._known:
                time.sleep(OFTEN if time.monotonic() - last < AWAY else SELDOM)
                continue
            while (later := _after(self._root, QUIET)) != now:
                now = later
            before, self._known, last = self._known, now, time.monotonic()
            yield tuple(sorted(name for name in {*before, *now} if before.get(name) != now.get(name)))


def follow(
    project: Project, build: Callable[[], Outcome], rest: Callable[[], None], board: Board, saves: Saves, told: Callable[[Outcome | ThesisError], None],
    asked: Ending,
) -> None:  # fmt: skip
    """Build, then build again after each burst of saves, until an interruption is asked for; `rest` is called when a build is over.

    What a build says goes to the board and to `told`; one that stops does not end the loop.
    """
    _once(project, build, board, told)
    _pause(rest)
    for _burst in saves.bursts(asked):
        _once(project, build, board, told)
        _pause(rest)


def _pause(rest: Callable[[], None]) -> None:
    """Do what nobody waits for."""
    gc.collect()
    rest()


def _after(root: Path, seconds: float) -> Stats:
    time.sleep(seconds)
    return _saved(root)


def _saved(root: Path) -> Stats:
    found: Stats = {}
    for entry in freshness.files_below(root):
        try:
            stat = entry.stat()
        except OSError:
            continue
        found[entry.path.removeprefix(f"{root}{os.sep}")] = (stat.st_size, stat.st_mtime_ns)
    return found


def _once(
    project: Project, build: Callable[[], Outcome], board: Board, told: Callable[[Outcome | ThesisError], None]
) -> None:
    board.put("building")
    before, began = _standing(project), time.perf_counter()
    try:
        outcome = build()
    except ThesisError as error:
        board.put("stopped", diagnostics=error.diagnostics, changed=(), seconds=time.perf_counter() - began)
        told(error)
        return
    now = _standing(project)
    changed = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    board.put("built", diagnostics=outcome.diagnostics, changed=tuple(changed), seconds=time.perf_counter() - began)
    told(outcome)


def _standing(project: Project) -> Stats:
    """Size and time of every file of the site, by its address, and of the PDF."""
    found: Stats = {}
    for entry in freshness.files_below(project.site):
        stat = entry.stat()
        found["/" + entry.path.removeprefix(f"{project.site}/")] = (stat.st_size, stat.st_mtime_ns)
    paper = project.edition("pdf")
    if paper.exists():
        found["/thesis.pdf"] = (paper.stat().st_size, paper.stat().st_mtime_ns)
    return found
