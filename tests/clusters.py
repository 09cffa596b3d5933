"""A Dask scheduler with workers, each a process of its own on loopback, with its own folder as on machines of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psutil

if TYPE_CHECKING:
    from types import TracebackType

ROOT = Path(__file__).resolve().parents[1]


class Cluster:
    """A scheduler and workers of one thread each; all end with the block."""

    def __init__(self, folder: Path, workers: int) -> None:
        """Start what lies in `folder`."""
        self._folder, self._number = folder, workers
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self.address = ""

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        told = self._folder / "scheduler.json"
        self._scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told))
        self.address = self._wait(told).replace("tcp://", "dask://")
        for _ in range(self._number):
            self.add()
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
            "worker", where, "--nthreads", "1", "--no-nanny", "--local-directory", str(self._folder / f"{name}-dask"), **home
        )
        return name

    def killed_by(self, pid: int) -> None:
        """Kill the worker that is the parent of a kernel, as a machine ends that loses its power."""
        psutil.Process(pid).kill()

    def stop_scheduler(self) -> None:
        """End the scheduler at once."""
        self._scheduler.kill()
        self._scheduler.wait()

    def pieces(self, name: str) -> dict[str, int]:
        """What a worker was sent: names of pieces, and when each arrived."""
        return {path.name: path.stat().st_ctime_ns for path in (self._folder / name / "pieces").glob("*/*")}

    def slots(self, name: str) -> list[Path]:
        """Folders of a worker that hold a thesis."""
        return sorted((self._folder / name / "slots").glob("slot-*/thesis"))

    def _start(self, kind: str, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--no-dashboard"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__DAEMON": "False", **variables}
        with (self._folder / f"{kind}-{len(self.workers)}.log").open("wb") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self._folder)

    def _wait(self, path: Path, seconds: float = 60) -> str:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                return str(json.loads(path.read_text(encoding="utf-8"))["address"])
            except (OSError, ValueError):
                time.sleep(0.05)
        message = f"no scheduler after {seconds} s"
        raise TimeoutError(message)
