"""Dask's distributed scheduler as an engine."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from book.diagnostics import Diagnostic
from book.errors import ToolMissingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from distributed import Client

ANSWER_WAIT = 10
"""Seconds that a scheduler may take to answer."""


class Dask:
    """A scheduler and its workers; a call whose worker dies is made again by the scheduler, three times unless it is told otherwise."""

    here = "book.execution.executors.dask:here"

    def __init__(self, client: Client) -> None:
        """Take a client that has reached its scheduler."""
        self._client = client

    def submit(self, function: Any, /, *given: Any, near: str = "") -> Future[Any]:
        """Call a function on a worker."""
        where = {"workers": [near], "allow_other_workers": True} if near else {}
        future: Future[Any] = self._client.get_executor(pure=False, **where).submit(function, *given)
        return future

    def places(self) -> int:
        """Threads of all workers."""
        try:
            return sum(self._client.nthreads().values())
        except (OSError, RuntimeError):
            return 0

    def close(self) -> None:
        """Leave; the scheduler forgets what was not finished."""
        self._client.close()


def connect(address: str) -> Dask:
    """Reach the scheduler at `HOST:PORT`.

    Raises ToolMissingError where `distributed` is not installed, or nobody answers.
    """
    try:
        from distributed import Client
    except ImportError:
        said, hint = "executor 'dask' needs 'distributed', which is not installed", "pip install 'thesis-book[dask]'"
        raise ToolMissingError([Diagnostic("executor-unreachable", said, hint=hint)]) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        return Dask(Client(f"tcp://{address}", timeout=ANSWER_WAIT, set_as_default=False))
    except (OSError, ValueError) as error:
        raise ToolMissingError([unreachable(address)]) from error


def unreachable(address: str) -> Diagnostic:
    """A scheduler that does not answer."""
    hint = "start one (dask scheduler), look at host and port, or build here: --executor local"
    return Diagnostic("executor-unreachable", f"no Dask scheduler answers at '{address}'", hint=hint)


def here() -> tuple[str, Callable[[], bool]]:
    """The worker that this call runs on, and whether somebody still waits for it; asked on the worker."""
    from distributed import get_worker
    from distributed.worker import thread_state

    worker, key = get_worker(), thread_state.key

    def wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state in ("executing", "long-running")

    return str(worker.address), wanted
