"""A Dask scheduler with workers, each a process of its own on loopback, with its own folder as on machines of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

ROOT = Path(__file__).resolve().parents[1]


class Cluster:
    """A scheduler and workers of one thread each; all end with the block."""

    def __init__(self, folder: Path, workers: int, **variables: str) -> None:
        """Keep what goes with it in `folder`; all processes have these environment variables."""
        self._folder, self._number, self._variables = folder, workers, variables
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self.address = ""

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        told = self._folder / "scheduler.json"
        self._scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told))
        self.address = _said(told, r"tcp(://127\.0\.0\.1:\d+)", "dask")
        names = [self.add() for _ in range(self._number)]
        for name in names:
            _said(self._folder / f"{name}.log", r"Registered to")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in (*self.workers.values(), self._scheduler):
            process.kill()
            process.wait()

    def add(self, **variables: str) -> str:
        """One more worker, with these environment variables; returns its folder's name."""
        name = f"worker-{len(self.workers)}"
        where = self.address.replace("dask://", "tcp://")
        home = {"THESIS_WORKER_FOLDER": str(self._folder / name), **variables}
        self.workers[name] = self._start(
            "worker",
            where,
            "--name",
            name,
            "--nthreads",
            "1",
            "--no-nanny",
            "--local-directory",
            str(self._folder / f"{name}-dask"),
            **home,
        )
        return name

    def stop_scheduler(self) -> None:
        """End the scheduler at once."""
        self._scheduler.kill()
        self._scheduler.wait()

    def pieces(self, name: str) -> dict[str, int]:
        """What a worker was sent: names of pieces, each with the number of its file, which another sending would change."""
        return {path.name: path.stat().st_ino for path in (self._folder / name / "pieces").glob("*/*")}

    def _start(self, kind: str, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--no-dashboard"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **self._variables, **variables}
        name = "scheduler" if kind == "scheduler" else f"worker-{len(self.workers)}"
        with (self._folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self._folder)


def _said(path: Path, pattern: str, prefix: str = "", seconds: float = 60) -> str:
    """What a pattern's group finds in a file, once it does, after a prefix."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = re.search(pattern, path.read_text(encoding="utf-8", errors="replace")) if path.exists() else None
        if found:
            return prefix + "".join(found.groups())
        time.sleep(0.05)
    message = f"'{path.name}' does not say '{pattern}' after {seconds} s"
    raise TimeoutError(message)
