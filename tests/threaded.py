"""An engine in one small file: threads of this process stand for workers."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class Threads:
    """Of `concurrent.futures`, `submit` is enough."""

    here = ""

    def __init__(self, workers: int) -> None:
        self._workers, self._pool = workers, ThreadPoolExecutor(workers)

    def submit(self, function: Any, /, *given: Any, near: str = "") -> Future[Any]:  # noqa: ARG002
        return self._pool.submit(function, *given)

    def places(self) -> int:
        return self._workers

    def close(self) -> None:
        self._pool.shutdown()


def connect(address: str) -> Threads:
    """As many workers as the port says."""
    return Threads(int(address.rpartition(":")[2]))
