"""The build's side of the process that forks kernels."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOLDER = Path(__file__).resolve().parent
"""What Python runs: this folder."""


class Forkserver:
    """A process that has imported what cells need; it and all its kernels end with this record or with the call."""

    def __init__(self, environment: Mapping[str, str], root: Path, libraries: Sequence[str], folder: Path) -> None:
        """Start the process, and do not wait for it."""
        self._lock = threading.Lock()
        self._number = 0
        self._waiting: dict[int, _Answer] = {}
        self._kernels: dict[int, ForkedProcess] = {}
        self._early: dict[int, int] = {}
        self._gone = False
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        given = {"socket": theirs.fileno(), "parent": os.getpid(), "root": str(root), "libraries": list(libraries)}
        with theirs, (folder / "forkserver.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(FOLDER), json.dumps(given)],
                env=dict(environment), cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                pass_fds=[theirs.fileno()], start_new_session=True,
            )  # fmt: skip
        self._listener = threading.Thread(target=self._listen, name="thesis-forkserver", daemon=True)
        self._listener.start()

    def fork(self, argv: Sequence[str], cwd: str, env: Mapping[str, str], log: str) -> ForkedProcess | None:
        """A kernel's process, once all is imported; None where a kernel must be started from nothing."""
        answer = _Answer()
        with self._lock:
            if self._gone:
                return None
            self._number += 1
            number = self._number
            self._waiting[number] = answer
        request = {"number": number, "argv": list(argv), "cwd": cwd, "env": dict(env), "log": log}
        try:
            self._socket.send(json.dumps(request).encode())
        except OSError:
            return None
        answer.there.wait()
        return answer.process

    @property
    def alive(self) -> bool:
        """Whether it answers still."""
        return not self._gone and self._process.poll() is None

    def close(self) -> None:
        """End the process, and with it every kernel that is left; may be called again."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=2)
        self._process.kill()
        self._process.wait()
        self._listener.join()

    def _listen(self) -> None:
        while True:
            try:
                message = self._socket.recv(1 << 16)
            except OSError:
                message = b""
            if not message:
                break
            self._hear(json.loads(message))
        with self._lock:
            self._gone = True
            for answer in self._waiting.values():
                answer.there.set()
            for kernel in self._kernels.values():
                kernel.ended(-signal.SIGKILL)

    def _hear(self, said: Mapping[str, Any]) -> None:
        with self._lock:
            if "ended" in said:
                kernel = self._kernels.pop(said["ended"], None)
                if kernel:
                    kernel.ended(said["code"])
                else:
                    self._early[said["ended"]] = said["code"]
                return
            answer = self._waiting.pop(said["number"])
            if said["pid"]:
                answer.process = ForkedProcess(said["pid"])
                if said["pid"] in self._early:
                    answer.process.ended(self._early.pop(said["pid"]))
                else:
                    self._kernels[said["pid"]] = answer.process
            answer.there.set()


class _Answer:
    """What came of a request."""

    def __init__(self) -> None:
        self.there = threading.Event()
        self.process: ForkedProcess | None = None


class ForkedProcess:
    """A kernel's process, to be asked what one asks a `Popen`, though it is another process's child."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        """A process that runs."""
        self.pid = pid
        self.returncode: int | None = None
        self._over = threading.Event()

    def ended(self, code: int) -> None:
        """Take note of its end."""
        self.returncode = code
        self._over.set()

    def poll(self) -> int | None:
        """What it ended with; None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for its end."""
        self._over.wait(timeout)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)
