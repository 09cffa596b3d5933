"""A warm process that outlives a call: for a watch, whose next build will want the same."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from book.execution.warm.forkserver import Forkserver
from book.freshness import installed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class _Kind:
    """What must be the same for a process to serve again."""

    environment: tuple[tuple[str, str], ...]
    root: Path
    installed: str


class _Keeper:
    """The one process that is kept, while nobody has it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kind: _Kind | None = None
        self._libraries: frozenset[str] = frozenset()
        self._process: Forkserver | None = None

    def take(self, environment: Mapping[str, str], root: Path, libraries: Sequence[str]) -> Forkserver:
        """One that has imported all of these and perhaps more: what nobody asks for, nobody sees."""
        kind = _Kind(tuple(sorted(environment.items())), root, installed())
        if self._process and self._process.alive and kind == self._kind and self._libraries.issuperset(libraries):
            process, self._process = self._process, None
            return process
        self.close()
        more = sorted(self._libraries - set(libraries)) if kind == self._kind else []
        self._kind, self._libraries = kind, frozenset([*libraries, *more])
        return Forkserver(environment, root, [*libraries, *more], self._folder)

    def give_back(self, process: Forkserver) -> None:
        """Keep it for the next call."""
        self.close()
        self._process = process

    def close(self) -> None:
        """End what is kept."""
        if self._process:
            self._process.close()
            self._process = None


_keeper: _Keeper | None = None


@contextmanager
def kept_warm() -> Iterator[None]:
    """Let the process that kernels are copied from outlive calls, for as long as this lasts."""
    global _keeper  # noqa: PLW0603
    with tempfile.TemporaryDirectory(prefix="thesis-", ignore_cleanup_errors=True) as folder:
        _keeper = _Keeper(Path(folder))
        try:
            yield
        finally:
            _keeper.close()
            _keeper = None


def warm_process(
    environment: Mapping[str, str], root: Path, libraries: Sequence[str], folder: Path
) -> Forkserver | None:
    """A process for one call, kept or new; None where none can be started."""
    with suppress(OSError):
        if _keeper:
            return _keeper.take(environment, root, libraries)
        return Forkserver(environment, root, libraries, folder)
    return None


def dismiss(process: Forkserver, *, idle: bool) -> None:
    """End a process with its call; one that is idle may be kept."""
    if idle and _keeper and process.alive:
        _keeper.give_back(process)
    else:
        process.close()
