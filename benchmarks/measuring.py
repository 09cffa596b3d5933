"""A command run to its end, and what it took: wall time, CPU time and memory of all its processes together."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PROC = Path("/proc")
EVERY = 0.1
"""Seconds between two looks at the memory."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of a command."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of all its processes that were waited for."""
    memory: float
    """The most that all its processes held together, in megabytes; pages that several share count once. 0 where there is no /proc."""
    code: int
    """Its exit code."""


def measure(
    command: list[str], folder: Path, variables: Mapping[str, str] | None = None, log: Path | None = None, most: float = 0,
) -> Measured:  # fmt: skip
    """Run a command in a session of its own and account for it; what it says goes to `log`, or nowhere.

    Where it takes more than `most` megabytes it is killed, before it takes the machine down.
    """
    started = time.perf_counter()
    child = os.fork()
    if not child:
        os.setsid()
        os.chdir(folder)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        said = os.open(log or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(said, 1)
        os.dup2(said, 2)
        os.execve("/usr/bin/env", ["env", "-u", "PYTHONDONTWRITEBYTECODE", *command], {**os.environ, **(variables or {})})
    watched = _Memory(child, most)
    watched.start()
    _pid, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - started
    return Measured(wall, used.ru_utime + used.ru_stime, watched.end(), os.waitstatus_to_exitcode(status))


class _Memory(threading.Thread):
    """Looks at the memory of a process and of all that descend from it."""

    def __init__(self, pid: int, limit: float) -> None:
        super().__init__(daemon=True)
        self._root = pid
        self._limit = limit
        self._family = {pid}
        self._most = 0.0
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(EVERY):
            self._most = max(self._most, self._now())
            if 0 < self._limit < self._most:
                os.killpg(self._root, signal.SIGKILL)
                return

    def end(self) -> float:
        self._ended.set()
        self.join()
        return self._most

    def _now(self) -> float:
        """Megabytes now; who was born of the family stays in it, also when its parent has gone."""
        parents = {int(entry.name): _parent(entry) for entry in PROC.glob("[0-9]*")} if PROC.is_dir() else {}
        born = True
        while born:
            born = {pid for pid, parent in parents.items() if parent in self._family} - self._family
            self._family |= born
        return sum(_held(PROC / str(pid)) for pid in self._family & parents.keys())


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):  # it has ended
        return 0


def _held(entry: Path) -> float:
    try:
        found = re.search(r"^Pss:\s+(\d+)", (entry / "smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) / 1024 if found else 0
