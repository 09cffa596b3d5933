"""The wish to end, kept until somebody looks.

Python throws away what a signal raises in the middle of its own housekeeping, and a watch spends its time there.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Ending:
    """Whether an interruption has been asked for."""

    def __init__(self) -> None:
        self.wished = False

    def heed(self) -> None:
        """Raise KeyboardInterrupt if one has."""
        if self.wished:
            raise KeyboardInterrupt

    def _ask(self, _signal: int, _frame: Any) -> None:
        self.wished = True
        raise KeyboardInterrupt


@contextmanager
def ending() -> Iterator[Ending]:
    """Take note of Ctrl-C and of a polite request to end, beside raising KeyboardInterrupt at once."""
    asked = Ending()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = {number: signal.signal(number, asked._ask) for number in (signal.SIGINT, signal.SIGTERM)}  # noqa: SLF001
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
