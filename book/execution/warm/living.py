"""Warm processes that outlive a call: for a watch, whose next build will want the same, and for a worker between two chapters."""

from __future__ import annotations

import atexit
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from book.execution.warm.forkserver import Forkserver
from book.freshness import installed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from book.execution.warm.libraries import Ahead


@dataclass(frozen=True, slots=True)
class _Kind:
    """What must be the same for a process to serve again."""

    environment: tuple[tuple[str, str], ...]
    root: Path
    installed: str


@dataclass(frozen=True, slots=True)
class _Warm:
    """A process and what it has imported."""

    kind: _Kind
    libraries: frozenset[str]
    process: Forkserver
    since: float = 0.0
    """When it was given back, by a clock that only goes forward."""


class Keeper:
    """Keeps processes while nobody has them."""

    def __init__(self, idle: float = 0.0) -> None:
        """Keep one process until it is closed or, with `idle`, several, each for so many seconds at most."""
        self._seconds = idle
        self._lock = threading.Lock()
        self._idle: list[_Warm] = []
        self._lent: dict[int, _Warm] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._timer: threading.Timer | None = None

    def take(self, environment: Mapping[str, str], root: Path, libraries: Ahead) -> Forkserver:
        """One that has imported all that code names and perhaps more: what nobody asks for, nobody sees."""
        kind = _Kind(tuple(sorted(environment.items())), root, installed())
        with self._lock:
            mine = [one for one in self._idle if one.kind == kind]
            good = [one for one in mine if one.process.alive and one.libraries.issuperset(libraries.named)]
            over = [one for one in (mine if self._seconds else self._idle) if one not in good[:1]]
            self._end(over)
            self._idle = [one for one in self._idle if one not in good[:1]]
            found = good[0] if good else self._new(kind, environment, libraries, mine)
            self._lent[id(found.process)] = found
        return found.process

    def give_back(self, process: Forkserver) -> None:
        """Keep it for the next call."""
        with self._lock:
            lent = self._lent.pop(id(process))
            if not self._seconds:
                self._end(self._idle)
            self._idle = [*self._idle, _Warm(lent.kind, lent.libraries, process, time.monotonic())]
            self._wait()

    def forget(self, process: Forkserver) -> None:
        """End one that is not to serve again."""
        with self._lock:
            self._lent.pop(id(process), None)
        process.close()

    def close(self) -> None:
        """End what is kept."""
        with self._lock:
            self._end(self._idle)
            if self._timer:
                self._timer.cancel()
            if self._folder and not self._lent:
                self._folder.cleanup()
                self._folder = None

    def _new(
        self, kind: _Kind, environment: Mapping[str, str], libraries: Ahead, before: Sequence[_Warm]
    ) -> _Warm:
        """A process that has what others like it had, too."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="thesis-", ignore_cleanup_errors=True)
        others = sorted(name for one in before for name in one.libraries)
        wanted = [*dict.fromkeys([*libraries.named, *libraries.known, *others])]
        return _Warm(kind, frozenset(wanted), Forkserver(environment, kind.root, wanted, Path(self._folder.name)))

    def _wait(self) -> None:
        """Look again when the first one has been idle for too long."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._seconds and self._idle:
            first = min(one.since for one in self._idle) + self._seconds - time.monotonic()
            self._timer = threading.Timer(max(first, 0.0), self._look)
            self._timer.daemon = True
            self._timer.start()

    def _look(self) -> None:
        with self._lock:
            self._end([one for one in self._idle if time.monotonic() - one.since >= self._seconds])
            self._wait()

    def _end(self, over: Sequence[_Warm]) -> None:
        self._idle = [one for one in self._idle if one not in over]
        for one in over:
            one.process.close()


_keeper: Keeper | None = None


@contextmanager
def kept_warm() -> Iterator[None]:
    """Let the process that kernels are copied from outlive calls, for as long as this lasts."""
    global _keeper  # noqa: PLW0603
    _keeper = Keeper()
    try:
        yield
    finally:
        _keeper.close()
        _keeper = None


def keeper_for_worker(idle: float) -> Keeper:
    """A keeper that ends with its process: a worker is asked again and again, and is not told when a build is over."""
    found = Keeper(idle)
    atexit.register(found.close)
    return found


def warm_process(
    environment: Mapping[str, str], root: Path, libraries: Ahead, folder: Path, keeper: Keeper | None
) -> Forkserver | None:
    """A process for one call, kept or new; None where none can be started."""
    keeper = keeper or _keeper
    with suppress(OSError):
        if keeper:
            return keeper.take(environment, root, libraries)
        return Forkserver(environment, root, [*dict.fromkeys([*libraries.named, *libraries.known])], folder)
    return None


def dismiss(process: Forkserver, keeper: Keeper | None, *, idle: bool) -> None:
    """End a process with its call; one that is idle may be kept."""
    keeper = keeper or _keeper
    if keeper and idle and process.alive:
        keeper.give_back(process)
    elif keeper:
        keeper.forget(process)
    else:
        process.close()
