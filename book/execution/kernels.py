"""Jupyter kernels: which are installed, what they are started with, and that none stays behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import psutil

from book.execution.memory import Watch
from book.project import read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import TracebackType

    from jupyter_client.manager import AsyncKernelManager

    from book.execution.memory import TooMuch
    from book.execution.surroundings import Surroundings
    from book.execution.warm.forkserver import Forkserver
    from book.execution.warm.libraries import Ahead
    from book.execution.warm.living import Keeper

FINISH = "__import__('sys').modules['thesis_tracing'].finish()"
"""What the kernel runs after the last cell, silently."""
LONGEST_SOCKET = 90
"""Characters that the path of a socket may have; some systems end at 104."""
LAST_LINES = 8
"""Lines kept of what a kernel's process said before it died."""


def resolve(name: str, aliases: Mapping[str, str]) -> str:
    """The kernel that a name stands for, by MyST-NB's `nb_kernel_rgx_aliases`."""
    for pattern, alias in aliases.items():
        with suppress(re.error):
            if re.fullmatch(pattern, name):
                return alias
    return name


def installed() -> tuple[str, ...]:
    """Names of the kernels that are installed, sorted."""
    from jupyter_client.kernelspec import KernelSpecManager

    return tuple(sorted(KernelSpecManager().find_kernel_specs()))


class Kernels:
    """The kernels of one call; leaving it ends all of them, whatever happened."""

    def __init__(
        self, surroundings: Surroundings, libraries: Ahead | None = None, *, memory: int = 0, keeper: Keeper | None = None,
        around: Sequence[str] = (),
    ) -> None:
        """Start nothing yet; with `libraries`, kernels are copies of a process that has imported these, and that `keeper` may have kept.

        `around` is a command that starts plain ones. A kernel that takes more than `memory` bytes is ended; with 0, the largest one where the machine runs out.
        """
        self._surroundings = surroundings
        self._libraries, self._keeper, self._around = libraries, keeper, tuple(around)
        self._forkserver: Forkserver | None = None
        self._lock = threading.Lock()
        self._alive: dict[int, tuple[AsyncKernelManager, Callable[[], object]]] = {}
        self.stopped = False
        self._number = 0
        self._watch = Watch(memory, self._pids, self._took_too_much)
        self._too_much: dict[int, TooMuch] = {}

    def __enter__(self) -> Self:
        self._surroundings.prepare()
        self._folder = tempfile.TemporaryDirectory(prefix="thesis-", ignore_cleanup_errors=True)
        if self._libraries is not None and sys.platform == "linux":
            from book.execution.warm.living import warm_process

            self._forkserver = warm_process(
                self._surroundings.environment(), self._surroundings.root, self._libraries, Path(self._folder.name), self._keeper
            )
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._watch.stop()
        self._folder.cleanup()

    def manager(self, name: str) -> AsyncKernelManager:
        """A manager for one kernel, not started; its connection file lies in a folder that goes with this call."""
        from jupyter_client.manager import AsyncKernelManager

        with self._lock:
            self._number += 1
            folder = Path(self._folder.name, str(self._number))
            folder.mkdir()
        manager = AsyncKernelManager(kernel_name=name, connection_file=str(folder / "kernel.json"))
        if _takes_sockets(manager):
            manager.transport = "ipc"
        if self._forkserver:
            from book.execution.warm.provisioner import WarmProvisioner, can_be_forked

            if can_be_forked(manager):
                manager.provisioner = WarmProvisioner(kernel_spec=manager.kernel_spec, parent=manager)
                manager.provisioner.forkserver, manager.provisioner.log_path = self._forkserver, str(_log(manager))
        elif self._around and manager.kernel_spec:
            interpreter, *_ = manager.format_kernel_cmd()  # 'python' is this one, wherever it stands
            manager.kernel_spec.argv = [*self._around, interpreter, *manager.kernel_spec.argv[1:]]
        return manager

    @contextmanager
    def starting(self, manager: AsyncKernelManager, *, network: bool = True) -> Iterator[dict[str, Any]]:
        """Arguments that a kernel is started with; what its process says outside of cells goes into a file."""
        order = {"THESIS_TRACE": self._surroundings.order(_trace(manager), network=network)}
        with _log(manager).open("wb") as log:
            yield {"env": {**self._surroundings.environment(), **order}, "stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}

    def began(self, manager: AsyncKernelManager, cancel: Callable[[], object]) -> None:
        """Take note of a kernel that has started and of how to stop waiting for it; at once if the call is over."""
        with self._lock:
            self._alive[id(manager)] = (manager, cancel)
            late = self.stopped
        if late:
            _end(manager)
            cancel()

    def ended(self, manager: AsyncKernelManager, left: Family) -> None:
        """Forget a kernel that was shut down, and end what it left running."""
        with self._lock:
            self._alive.pop(id(manager), None)
        left.end()

    def stop(self) -> None:
        """End every kernel now."""
        with self._lock:
            self.stopped = True
            alive = list(self._alive.values())
        for manager, cancel in alive:
            _end(manager)
            cancel()
        if self._forkserver:
            from book.execution.warm.living import dismiss

            dismiss(self._forkserver, self._keeper, idle=not alive)
            self._forkserver = None

    def too_much(self, manager: AsyncKernelManager) -> TooMuch | None:
        """What a kernel was ended for, if it was its memory."""
        return self._too_much.get(_pid(manager) or 0)

    def _pids(self) -> list[int]:
        with self._lock:
            return [pid for pid in (_pid(manager) for manager, _ in self._alive.values()) if pid]

    def _took_too_much(self, pid: int, found: TooMuch) -> None:
        with self._lock:
            taken = [manager for manager, _ in self._alive.values() if _pid(manager) == pid]
            self._too_much.setdefault(pid, found)
        for manager in taken:
            _end(manager)


class Family:
    """A kernel's process and all it started, as long as its kinship can still be seen."""

    def __init__(self, manager: AsyncKernelManager) -> None:
        """Look at a kernel that has started."""
        self._group: int | None = getattr(manager.provisioner, "pgid", None)
        self._pid: int | None = getattr(manager.provisioner, "pid", None)
        self._process: subprocess.Popen[bytes] | None = getattr(manager.provisioner, "process", None)
        self._members: list[psutil.Process] = []

    def look(self) -> None:
        """Find all descendants, also those that have left the kernel's process group; to be called while it lives."""
        with suppress(psutil.Error):
            self._members = psutil.Process(self._pid).children(recursive=True) if self._pid else []

    def exit_code(self) -> int | None:
        """What the kernel's process ended with; None while it runs, or where nobody knows."""
        return self._process.poll() if self._process else None

    def end(self) -> None:
        """Kill what is left; psutil makes sure that a process is still the one that was seen."""
        if self._group and self._group != os.getpgid(0):
            with suppress(OSError):
                os.killpg(self._group, signal.SIGKILL)
        if self._process:
            with suppress(OSError):
                self._process.kill()
        for member in self._members:
            with suppress(psutil.Error):
                member.kill()


def _takes_sockets(manager: AsyncKernelManager) -> bool:
    """Whether a kernel can be reached through files, which no other build can take, instead of numbered ports."""
    ours = manager.ipykernel and any("ipykernel" in part for part in manager.kernel_spec.argv)
    return ours and sys.platform != "win32" and len(manager.connection_file) < LONGEST_SOCKET


def last_words(manager: AsyncKernelManager) -> str:
    """What a kernel's process said last outside of cells, such as why it crashed."""
    try:
        said = _log(manager).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(said.strip().splitlines()[-LAST_LINES:])


def _pid(manager: AsyncKernelManager) -> int | None:
    return getattr(manager.provisioner, "pid", None)


def trace_of(manager: AsyncKernelManager) -> dict[str, Any] | None:
    """What a kernel has noted while its cells ran; None where it was not one that can."""
    found = read_json(_trace(manager))
    return found if isinstance(found, dict) else None


def _trace(manager: AsyncKernelManager) -> Path:
    return Path(manager.connection_file).with_name("trace.json")


def _log(manager: AsyncKernelManager) -> Path:
    return Path(manager.connection_file).with_name("log")


def _end(manager: AsyncKernelManager) -> None:
    family = Family(manager)
    family.look()
    family.end()
