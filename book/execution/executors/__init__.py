"""Where chapters run: in threads of this process, or wherever an engine takes them.

Another engine is a file with a function `connect(address)` that gives an `Engine`, and a line in `ENGINES`.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from book.diagnostics import Diagnostic
from book.errors import ConfigError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from book.execution.chapter import Job, Result

LOCAL = "local"
"""This machine."""
ENGINES = {"dask": "book.execution.executors.dask"}
"""The module of each engine, by the scheme of its address."""


class Executor(Protocol):
    """Runs chapters: `concurrent.futures`, with a look at the thesis before each turn."""

    def look(self) -> None:
        """Take the thesis as it is now; what is submitted next runs on that."""

    def submit(self, job: Job) -> Future[Result]:
        """Run a chapter when there is room."""

    def stop(self) -> None:
        """End every run now; may be called again."""


class Engine(Protocol):
    """What takes calls to other machines; of `concurrent.futures`, `submit` is enough."""

    here: str
    """Function, as `module:name`, that a call asks where it is and whether it is still wanted; empty where nobody knows."""

    def submit(self, function: Any, /, *given: Any, near: str = "") -> Future[Any]:
        """Call a function somewhere, on the worker called `near` if that can be; again elsewhere where a worker dies."""

    def places(self) -> int:
        """Calls that can go on at once now; 0 where there is no worker, or nobody answers."""

    def close(self) -> None:
        """Have no more to do with it."""


def check_address(given: str) -> None:
    """Raise ConfigError unless this is `local` or an engine's address."""
    if given == LOCAL or re.fullmatch(
        rf"(?:{'|'.join(ENGINES)})://(?:\[[0-9A-Fa-f:.]+\]|[^\s/:\[\]]+):\d{{1,5}}/?", given
    ):
        return
    known = ", ".join([f"'{LOCAL}'", *(f"'{name}://HOST:PORT'" for name in ENGINES)])
    raise ConfigError(
        [Diagnostic("executor-unknown", f"nothing is known of executor '{given}'", hint=f"give one of {known}")]
    )


def connect(given: str) -> Engine:
    """Reach the engine at an address.

    Raises ToolMissingError where it is not installed, does not answer, or has no worker.
    """
    scheme, _, address = given.partition("://")
    engine: Engine = import_module(ENGINES[scheme]).connect(address.rstrip("/"))
    return engine
