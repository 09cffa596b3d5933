"""What kernels take of the machine's memory, and an end to the one that takes too much."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LOOK_EVERY = 0.1
"""Seconds between two looks at the kernels themselves."""
RELATIVES_EVERY = 20
"""Looks after which what kernels have started is counted anew: finding it costs more."""
SPARE = 0.05
"""Share of the machine's memory that must stay free, where no limit is given."""
CGROUP = Path("/sys/fs/cgroup")
"""Where Linux says what a container may take."""


@dataclass(frozen=True, slots=True)
class TooMuch:
    """A kernel that was ended for its memory."""

    used: int
    """Bytes that it and what it started held."""
    limit: int
    """Bytes that it was allowed; 0 where it was the largest when the machine had none left."""


class Watch:
    """Looks at kernels while a call runs.

    Memory is counted as it is held (resident), by looking from outside: a limit that the system enforces counts what
    is merely reserved, which numerical libraries do freely, holds for each process alone, and is nothing that kernels
    of other languages could turn into words.
    """

    def __init__(self, limit: int, alive: Callable[[], Iterable[int]], end: Callable[[int, TooMuch], None]) -> None:
        """Look at the processes that `alive` gives; `end` is told which takes more than `limit` bytes."""
        self._limit, self._alive, self._end = limit, alive, end
        self._over = threading.Event()
        self._relatives: dict[int, list[psutil.Process]] = {}
        self._thread = threading.Thread(target=self._look, name="thesis-memory", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _look(self) -> None:
        look = 0
        while not self._over.wait(LOOK_EVERY):
            pids = list(self._alive())
            if look % RELATIVES_EVERY == 0:
                self._relatives = {pid: _relatives(pid) for pid in pids}
            look += 1
            used = {pid: self._used(pid) for pid in pids}
            for pid, size in self._excessive(used):
                self._end(pid, TooMuch(size, self._limit))

    def _excessive(self, used: dict[int, int]) -> list[tuple[int, int]]:
        """Kernels that must go: all above the limit, or the largest one where the machine runs out."""
        if self._limit:
            return [(pid, size) for pid, size in used.items() if size > self._limit]
        free, total = free_memory()
        largest = max(used.items(), key=lambda one: one[1], default=None)
        helps = largest and largest[1] > SPARE * total
        return [largest] if largest and helps and free < SPARE * total else []

    def _used(self, pid: int) -> int:
        size = 0
        with suppress(psutil.Error):
            size = psutil.Process(pid).memory_info().rss
        for relative in self._relatives.get(pid, ()):
            with suppress(psutil.Error):
                size += relative.memory_info().rss
        return size


def free_memory() -> tuple[int, int]:
    """Bytes that can still be had, and bytes that there are, on this machine or in this container."""
    machine = psutil.virtual_memory()
    try:
        limit = int((CGROUP / "memory.max").read_text(encoding="ascii"))
        taken = int((CGROUP / "memory.current").read_text(encoding="ascii"))
        counted = dict(line.split() for line in (CGROUP / "memory.stat").read_text(encoding="ascii").splitlines())
    except (OSError, ValueError):
        return machine.available, machine.total
    free = limit - taken + int(counted.get("inactive_file", 0))
    return min(machine.available, free), min(machine.total, limit)


def _relatives(pid: int) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return list(psutil.Process(pid).children(recursive=True))
    return []
