"""What is being done, and for how long: live on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Any, Self, TextIO

if TYPE_CHECKING:
    from types import TracebackType


class Progress:
    """Tells an author what a build is at; safe to call from several threads."""

    def __init__(self, *, quiet: bool = False, stream: TextIO | None = None) -> None:
        """Write to `stream`, standard error by default; nothing at all if `quiet`."""
        self._stream = stream or sys.stderr
        self._quiet = quiet
        self._lock = threading.Lock()
        self._display: Any = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Self:
        if not self._quiet and self._stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown"):
            self._display = _display(self._stream)
            self._display.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._display:
                self._display.stop()
            self._display = None
            self._tasks.clear()

    def started(self, docname: str, cells: int) -> None:
        """A chapter's kernel is starting."""
        with self._lock:
            if self._display:
                self._tasks[docname] = self._display.add_task(f"running {docname}", total=cells)
            else:
                self._line(f"running {docname} ({cells} cell{'' if cells == 1 else 's'})")

    def cell(self, docname: str, index: int) -> None:
        """A chapter's cell is about to run; `index` counts from 0."""
        with self._lock:
            if self._display and docname in self._tasks:
                self._display.update(self._tasks[docname], completed=index)

    def finished(self, docname: str, seconds: float, *, failed: bool = False) -> None:
        """A chapter's cells have run, or one of them failed."""
        with self._lock:
            if self._display and docname in self._tasks:
                self._display.remove_task(self._tasks.pop(docname))
            self._line(f"{'failed in' if failed else 'ran'} {docname} {'after' if failed else 'in'} {seconds:.1f} s")

    def stage(self, name: str) -> None:
        """The build goes on to a later stage, such as `reading`; the one before it is over."""
        with self._lock:
            if self._display:
                for task in self._tasks.values():
                    self._display.remove_task(task)
                self._tasks = {name: self._display.add_task(name, total=None)}
            else:
                self._line(name)

    def _line(self, text: str) -> None:
        if self._quiet:
            return
        if self._display:
            self._display.console.print(text, highlight=False, markup=False)
            return
        try:
            print(text, file=self._stream, flush=True)
        except (OSError, ValueError):  # a closed pipe is no reason to stop building
            self._quiet = True


def _display(stream: TextIO) -> Any:
    """Rich's live display; rich itself honours NO_COLOR."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.progress import (
        Progress as Live,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Live(*columns, console=Console(file=stream), transient=True)
