"""Jupyter kernels: which are installed, what they are started with, and that none stays behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.project import write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from jupyter_client.manager import AsyncKernelManager

IPYTHON_SETTINGS = """\
c = get_config()
c.InlineBackend.rc.update({"svg.hashsalt": "thesis"})
"""
"""Identifiers in matplotlib's SVG are random unless they are salted; nothing else of IPython is set."""
SHELL_VARIABLES = ("MPLBACKEND", "COLUMNS", "LINES", "PYTHONSTARTUP")
"""Variables of the author's terminal that would change what cells give."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a kernel finds around it; plain values, so that they can be sent to another machine."""

    root: Path
    """The thesis's root, first on the cells' path."""
    cache: Path
    """Where IPython finds its settings."""
    epoch: int
    """The `SOURCE_DATE_EPOCH` of cells."""

    def environment(self) -> dict[str, str]:
        """Environment variables of a kernel."""
        given = {name: value for name, value in os.environ.items() if name not in SHELL_VARIABLES}
        path = [str(self.root), *filter(None, given.get("PYTHONPATH", "").split(os.pathsep))]
        return {
            **given,
            "PYTHONPATH": os.pathsep.join(dict.fromkeys(path)),
            "PYTHONHASHSEED": "0",
            "SOURCE_DATE_EPOCH": str(self.epoch),
            "IPYTHONDIR": str(self.cache / "ipython"),
        }

    def prepare(self) -> None:
        """Write IPython's settings where a kernel will look for them."""
        path = self.cache / "ipython" / "profile_default" / "ipython_kernel_config.py"
        if not path.exists() or path.read_text(encoding="utf-8") != IPYTHON_SETTINGS:
            write(path, IPYTHON_SETTINGS)


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

    def __init__(self, surroundings: Surroundings) -> None:
        """Start nothing yet."""
        self._surroundings = surroundings
        self._lock = threading.Lock()
        self._alive: dict[int, AsyncKernelManager] = {}
        self.stopped = False

    def __enter__(self) -> Kernels:
        self._surroundings.prepare()
        self._folder = tempfile.TemporaryDirectory(prefix="thesis-", ignore_cleanup_errors=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._folder.cleanup()

    def manager(self, name: str) -> AsyncKernelManager:
        """A manager for one kernel, not started; its connection file lies in a folder that goes with this call."""
        from jupyter_client.manager import AsyncKernelManager

        with self._lock:
            number = len(os.listdir(self._folder.name))
            folder = Path(self._folder.name, str(number))
            folder.mkdir()
        manager = AsyncKernelManager(kernel_name=name, connection_file=str(folder / "kernel.json"))
        if manager.ipykernel and sys.platform != "win32":
            manager.transport = "ipc"
        return manager

    def starting(self) -> dict[str, Any]:
        """Arguments that a kernel is started with."""
        return {"env": self._surroundings.environment(), "stdin": subprocess.DEVNULL}

    def began(self, manager: AsyncKernelManager) -> None:
        """Take note of a kernel that has started; end it at once if the call is over."""
        with self._lock:
            self._alive[id(manager)] = manager
            late = self.stopped
        if late:
            _end(manager)

    def ended(self, manager: AsyncKernelManager, group: int | None) -> None:
        """Forget a kernel that was shut down, and end what it left running."""
        with self._lock:
            self._alive.pop(id(manager), None)
        _end_group(group)

    def stop(self) -> None:
        """End every kernel now."""
        with self._lock:
            self.stopped = True
            managers = list(self._alive.values())
        for manager in managers:
            _end(manager)


def group_of(manager: AsyncKernelManager) -> int | None:
    """The process group of a started kernel, which it leads; None where there are no groups."""
    return getattr(manager.provisioner, "pgid", None)


def exit_code(manager: AsyncKernelManager) -> int | None:
    """What the kernel's process ended with; None while it runs, or where nobody knows."""
    process = getattr(manager.provisioner, "process", None)
    return process.poll() if process is not None else None


def _end(manager: AsyncKernelManager) -> None:
    _end_group(group_of(manager))
    process = getattr(manager.provisioner, "process", None)
    if process is not None:
        with suppress(OSError):
            process.kill()


def _end_group(group: int | None) -> None:
    if group and group != os.getpgid(0):
        with suppress(OSError):
            os.killpg(group, signal.SIGKILL)
