"""The end of a copy: all that an author can notice of it, without taking down what the copy shares with its original."""

from __future__ import annotations

import atexit
import ctypes
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from book.execution.warm.shelf import Shelf


class Ending:
    """Ends a process that was copied, sooner than Python would: that would take every shared module apart, one by one."""

    def __init__(self, shelf: Shelf) -> None:
        """Note what is shared: what is there, and what is on the shelf."""
        there = [*sys.modules.values(), *map(shelf.module, shelf.names())]
        self._shared = frozenset(map(id, there))

    def end(self) -> None:
        """Wait for threads, run what was left for the end, let go of what cells made, and leave as C programs do."""
        threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - as Python itself ends
        atexit._run_exitfuncs()  # noqa: SLF001
        with suppress(Exception):
            self._let_go()
        for stream in (sys.__stdout__, sys.__stderr__):
            with suppress(Exception):
                stream.flush()  # type: ignore[union-attr]
        ctypes.PyDLL(None).exit(0)

    def _let_go(self) -> None:
        """Files that nobody closed are written when the last name for them goes."""
        import gc

        from IPython.core.interactiveshell import InteractiveShell

        shell = InteractiveShell.instance()
        kept: list[dict[Any, Any]] = [shell.user_ns, getattr(shell.history_manager, "output_hist", {})]
        kept += [vars(module) for module in list(sys.modules.values()) if id(module) not in self._shared]
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            if hasattr(sys, name):
                delattr(sys, name)
        for names in kept:
            for name in [name for name in names if name != "__builtins__"]:
                names[name] = None
        gc.collect()
