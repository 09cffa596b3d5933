"""Chapters run by an engine on other machines."""

from __future__ import annotations

import os
import pickle
import platform
import re
import threading
import time
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from book.diagnostics import Diagnostic
from book.errors import ThesisError, ToolMissingError
from book.execution.away.calls import call, unpacked
from book.execution.away.orders import Order, Refused, Wanted
from book.execution.away.parcel import MovedError, Parcel, pack
from book.execution.away.station import receive, work
from book.execution.away.versions import installed_here
from book.execution.away.welcome import welcome
from book.execution.chapter import Interrupted, Result
from book.execution.inputs import local_files
from book.project import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from book.execution.away.orders import Answer
    from book.execution.chapter import Job
    from book.execution.executors import Engine
    from book.execution.progress import Progress
    from book.execution.warm.libraries import Ahead
    from book.sources.chapters import Chapter

LOOK_EVERY = 1.0
"""Seconds between two looks at whether the call goes on and somebody works for it."""
PATIENCE = 60.0
"""Seconds that an engine may be without a worker."""
AT_ONCE = 64
"""Chapters that may be under way, where nobody says how many."""
ROUNDS = 20
"""Times that a worker may ask for what it lacks before a chapter is given up."""
EQUAL = "install there what is installed here, such as from one lock file (pip freeze), and start the workers again"
"""What to do where a worker differs."""
LOAD = 8_000_000
"""Bytes that are sent at once."""
MACHINES = frozenset(
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "PWD", "OLDPWD", "HOSTNAME", "HOST", "TMPDIR", "TMP", "TEMP", "LD_LIBRARY_PATH",
        "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "DISPLAY", "TERM", "_",
    }
)  # fmt: skip
"""Environment variables that say something of a machine, and are not sent to another one."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What runs elsewhere go by."""

    root: Path
    """The thesis's root."""
    epoch: int
    """The `SOURCE_DATE_EPOCH` of cells."""
    memory: int
    """Bytes of memory that a kernel may take; 0 for as much as a worker has."""
    libraries: Ahead | None
    """Modules that workers import ahead; None where kernels are to start from nothing."""
    known: Callable[[Path], str | None]
    """Digest of a file, perhaps from what was known before; asked between turns alone."""


class Remote:
    """Gives chapters to an engine: sends what a worker lacks, and takes in what it gives."""

    def __init__(
        self, engine: Engine, terms: Terms, chapters: Sequence[Chapter], jobs: int, progress: Progress
    ) -> None:
        """Send nothing yet; up to `jobs` chapters run at once, as many as workers have room for with 0."""
        self._engine, self._terms, self._limit, self._progress = engine, terms, jobs or AT_ONCE, progress
        self._versions = installed_here()
        self._variables = _named(terms.root, chapters)
        self._pool = ThreadPoolExecutor(self._limit, thread_name_prefix="thesis-away")
        self._parcel: Parcel | None = None
        self._over = threading.Event()
        self._busy, self._freed, self._entrance = 0, threading.Condition(), threading.Lock()
        self._sent: dict[str, dict[str, float]] = {}
        self._sending = threading.Lock()

    def look(self) -> None:
        """Pack the thesis as it is now."""
        self._parcel = pack(self._terms.root, platform.node(), self._terms.known)

    def submit(self, job: Job) -> Future[Result]:
        """Run a chapter when a worker has room."""
        return self._pool.submit(self._run, job)

    def stop(self) -> None:
        """Call back what is under way, and wait for the threads; workers end their kernels when they hear of it."""
        self._over.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._engine.close()

    def _run(self, job: Job) -> Result:
        with self._room():
            name, began = job.chapter.docname, time.monotonic()
            self._progress.started(name, len(job.chapter.cells))
            result = self._done(job)
            self._progress.finished(name, time.monotonic() - began, failed=bool(result.diagnostics))
            return result

    def _done(self, job: Job) -> Result:
        """Ask until a worker has all that it needs."""
        parcel, near = self._parcel or self._again(), ""
        for _ in range(ROUNDS):
            asked = time.monotonic()
            try:
                answer: Answer = self._ask(work, self._order(job, parcel), near=near)
                if isinstance(answer, Wanted):
                    near = answer.near
                    self._send(answer, parcel, asked)
                    continue
            except MovedError:
                parcel = self._again()
                continue
            except (Interrupted, ThesisError):
                raise
            except ModuleNotFoundError as error:
                raise ToolMissingError([_lacking(error)]) from error
            except Exception as error:  # noqa: BLE001 - whatever an engine gives for a worker that is lost
                return _lost(job, error)
            if isinstance(answer, Refused):
                raise ToolMissingError([_refused(answer)])
            return welcome(answer, parcel)
        return _lost(job, TimeoutError("workers go on asking for what they were sent"))

    def _again(self) -> Parcel:
        """The thesis as it is now; known digests are the main thread's alone."""
        return pack(self._terms.root, platform.node(), digest)

    def _order(self, job: Job, parcel: Parcel) -> Order:
        terms = self._terms
        return Order(job, parcel, self._versions, terms.epoch, terms.memory, terms.libraries, self._variables, self._engine.here)

    def _send(self, wanted: Wanted, parcel: Parcel, asked: float) -> None:
        """Send what a machine lacks, unless it was sent for another chapter since it was asked."""
        with self._sending:
            sent = self._sent.setdefault(wanted.place, {})
            lacking = [piece for piece in wanted.pieces if sent.get(piece, asked) <= asked]
            load: dict[str, bytes] = {}
            for piece, content in parcel.read(lacking):
                load[piece] = content
                if sum(map(len, load.values())) >= LOAD:
                    self._ask(receive, load, near=wanted.near)
                    load = {}
            if load:
                self._ask(receive, load, near=wanted.near)
            sent.update(dict.fromkeys(lacking, time.monotonic()))

    def _ask(self, function: Callable[..., bytes], *given: Any, near: str) -> Any:
        """Call a function on a worker and wait for its answer; give up when the call is over, or nobody is there."""
        future = self._engine.submit(pickle.loads, call(function, *given), near=near)
        seen = time.monotonic()
        while not self._over.is_set():
            try:
                return unpacked(future.result(LOOK_EVERY))
            except LateError:
                if future.done():
                    raise
            except CancelledError:
                raise ToolMissingError([_gone()]) from None
            seen = self._look(seen)
        future.cancel()
        raise Interrupted

    def _look(self, seen: float) -> float:
        """When there was a worker last.

        Raises ToolMissingError where that is too long ago.
        """
        now = time.monotonic()
        if self._engine.places():
            return now
        if now - seen > PATIENCE:
            raise ToolMissingError([_gone()])
        return seen

    @contextmanager
    def _room(self) -> Iterator[None]:
        """Wait, in order, until a worker has room: workers may come and go."""
        with self._entrance:
            self._enter()
        try:
            yield
        finally:
            with self._freed:
                self._busy -= 1
                self._freed.notify()

    def _enter(self) -> None:
        seen = time.monotonic()
        while not self._over.is_set():
            if self._busy < min(self._limit, self._engine.places()):
                with self._freed:
                    self._busy += 1
                return
            with self._freed:
                self._freed.wait(LOOK_EVERY)
            seen = self._look(seen)
        raise Interrupted


def _named(root: Path, chapters: Sequence[Chapter]) -> Mapping[str, str]:
    """Environment variables whose names stand in the code of chapters or local modules: no others leave this machine."""
    codes = [cell.code for chapter in chapters for cell in chapter.cells]
    codes += [path.read_text(encoding="utf-8", errors="replace") for path in local_files(root) if path.suffix == ".py"]
    words = {word for code in codes for word in re.findall(r"\w+", code)}
    return {name: value for name, value in os.environ.items() if name in words - MACHINES}


def _refused(answer: Refused) -> Diagnostic:
    said = f"worker on '{answer.machine}' differs from this machine: {', '.join(answer.differences)}"
    return Diagnostic("executor-differs", said, hint=EQUAL)


def _lacking(error: ModuleNotFoundError) -> Diagnostic:
    """A worker that cannot even be asked what it has."""
    return Diagnostic("executor-differs", f"a worker has no module '{error.name}'", hint=EQUAL)


def _gone() -> Diagnostic:
    hint = "start workers (dask worker HOST:PORT), look at what ended them, or build here: --executor local"
    return Diagnostic("executor-unreachable", "there is no worker to run chapters on", hint=hint)


def _lost(job: Job, error: Exception) -> Result:
    """A chapter that no worker brought to its end."""
    said = " ".join(f"{type(error).__name__}: {error}".split())
    hint = f"look at the workers' own log; the engine says:\n    {said[:600]}"
    found = Diagnostic("worker-lost", "no worker brought its cells to an end", "error", job.chapter.path, hint=hint)
    cells = len(job.chapter.cells)
    return Result(((),) * cells, (None,) * cells, {}, 0.0, (found,))
