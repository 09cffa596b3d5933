"""What a worker does with an order; everything here runs on the worker."""

from __future__ import annotations

import platform
import threading
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from book.execution import failures
from book.execution.away.calls import packed
from book.execution.away.orders import Done, Refused, Wanted
from book.execution.away.pieces import LackingError, Pieces, worker_folder
from book.execution.away.retold import Retold
from book.execution.away.slots import slot
from book.execution.away.versions import differences, installed_here
from book.execution.chapter import Result, run_chapter
from book.execution.kernels import Kernels, installed
from book.execution.surroundings import OURS, Surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from book.execution.away.orders import Answer, Order
    from book.execution.away.slots import Slot
    from book.execution.warm.living import Keeper

IDLE = 20.0
"""Seconds that a warm process waits for the next chapter, or the next build."""
ASK_EVERY = 0.5
"""Seconds between two questions whether a run is still wanted."""


def receive(given: Mapping[str, bytes]) -> bytes:
    """Take pieces of a thesis."""
    Pieces(worker_folder()).put(given)
    return packed(None)


def work(order: Order) -> bytes:
    """Run a chapter, or say what is in the way."""
    return packed(_work(order))


def _work(order: Order) -> Answer:
    differing = differences(order.versions, installed_here())
    if differing:
        return Refused(platform.node(), tuple(differing))
    folder, (near, wanted) = worker_folder(), _here(order.here)
    pieces = Pieces(folder)
    lacking = pieces.lacking(order.parcel.pieces())
    if not lacking:
        try:
            with slot(folder, order.parcel) as found:
                found.unpack(order.parcel, pieces)
                pieces.tidy()
                return _done(order, found, _run(order, found, wanted))
        except LackingError as error:
            lacking = (str(error),)
    return Wanted(f"{platform.node()}:{folder}", near, lacking)


def _here(named: str) -> tuple[str, Callable[[], bool]]:
    """This worker's name, and a question that tells whether the run is still wanted."""
    if not named:
        return "", lambda: True
    module, _, name = named.partition(":")
    found: tuple[str, Callable[[], bool]] = getattr(import_module(module), name)()
    return found


def _run(order: Order, found: Slot, wanted: Callable[[], bool]) -> Result:
    job = replace(order.job, root=found.root)
    there = installed()
    if job.kernel.lower() not in there:
        cells = len(job.chapter.cells)
        missing = failures.kernel_not_installed(job.chapter, there)
        return Result(((),) * cells, (None,) * cells, {}, 0.0, (missing,), missing=True)
    kernels = Kernels(_surroundings(order, found), order.libraries, memory=order.memory, keeper=_keeper())
    with kernels, _while(wanted, kernels.stop):
        return run_chapter(job, kernels, lambda _index: None)


@cache
def _keeper() -> Keeper:
    """What keeps this worker's warm processes from one chapter to the next."""
    from book.execution.warm.living import keeper_for_worker

    return keeper_for_worker(IDLE)


@contextmanager
def _while(wanted: Callable[[], bool], stop: Callable[[], None]) -> Iterator[None]:
    """Stop what goes on in the block as soon as nobody waits for it any more."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(ASK_EVERY):
            if not wanted():
                stop()
                return

    thread = threading.Thread(target=look, name="thesis-wanted", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _surroundings(order: Order, found: Slot) -> Surroundings:
    theirs = {name: value for name, value in order.variables.items() if name not in OURS}
    return Surroundings(found.root, found.root / "_build" / "cache", order.epoch, theirs)


def _done(order: Order, found: Slot, result: Result) -> Done:
    written = found.changed()
    told = Retold(order.parcel, found, _surroundings(order, found).environment())
    return Done(told.result(result, written), written)
