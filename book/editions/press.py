"""The Typst compiler: in this process, or for a watch in one of its own that is replaced when it has grown.

A compiler that lives on lays out only what has changed. It also remembers all that it ever laid out, some 60 megabytes a build
of a long thesis, and nothing in Python can make it forget: so a watch gives it a process, and that process an end. A build that
runs no cell has a processor to spare while pages are read: meanwhile the compiler lays out what it printed last.
"""

from __future__ import annotations

import os
import pickle
import struct
import subprocess
import sys
import threading
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any, cast

from book.project import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GROWN = 800
"""Megabytes of resident memory that a compiler's process may have beyond what its first printing took, before another takes its place."""
LAST = "order.json"
"""The last order that was printed, beside the file that it compiled."""
MUCH = 2_000_000
"""Bytes of text, some eighty chapters, of which laying out two versions takes more memory than time is won."""


@dataclass(frozen=True, slots=True)
class Order:
    """One printing."""

    main: str
    """The file to compile."""
    root: str
    """The folder that it may read from."""
    fonts: tuple[str, ...]
    """Folders with fonts, beside those that come with the compiler."""
    standards: tuple[str, ...]
    """Standards of PDF to keep to."""
    timestamp: int
    """Seconds since 1970 that the file says it was made at."""


def compiled(order: Order) -> bytes:
    """The PDF. Raises typst.TypstError for what does not compile, ValueError for standards that exclude each other."""
    return _press.print(order) if _press else _print(order)


def note(order: Order, folder: Path) -> None:
    """Remember an order that was printed."""
    if read_json(folder / LAST) != (said := {**asdict(order), "fonts": list(order.fonts), "standards": list(order.standards)}):
        write_json(folder / LAST, said)


def _noted(folder: Path) -> Order | None:
    """The last order, where it is worth while to begin with it: another processor is there, and it is not too long."""
    value = read_json(folder / LAST)
    if not isinstance(value, dict) or (os.cpu_count() or 1) < 2:  # noqa: PLR2004
        return None
    if sum(path.stat().st_size for path in folder.glob("parts/*.typ")) > MUCH:
        return None
    try:
        return Order(**{**value, "fonts": tuple(value["fonts"]), "standards": tuple(value["standards"])})
    except (KeyError, TypeError):
        return None


@contextmanager
def begun(folder: Path, *, wanted: bool) -> Iterator[None]:
    """Have what was printed last laid out meanwhile, by a compiler that prints whatever is ordered next: then only what has changed is left to do."""
    first = _noted(folder) if wanted else None
    with press(first) if first else nullcontext():
        yield


@contextmanager
def press(first: Order | None = None) -> Iterator[None]:
    """Compile in a process of its own for as long as this lasts, which begins with `first` by itself; within another press, in that."""
    global _press  # noqa: PLW0603
    if _press:
        yield
        return
    _press = _Press(first)
    try:
        yield
    finally:
        _press.close()
        _press = None


@lru_cache(maxsize=1)
def _compiler(main: str, root: str, fonts: tuple[str, ...]) -> Any:
    import typst

    return typst.Compiler(main, root=root, font_paths=list(fonts), ignore_system_fonts=True)


def _print(order: Order) -> bytes:
    compiler = _compiler(order.main, order.root, order.fonts)
    data, _ = compiler.compile_with_warnings(
        format="pdf", pdf_standards=list(order.standards), timestamp=order.timestamp
    )
    return bytes(data)


class _Press:
    """The process at work, and its successor while that one makes itself ready."""

    def __init__(self, first: Order | None = None) -> None:
        self._worker = _Worker()
        self._successor: _Worker | None = None
        self._preparing: threading.Thread | None = None
        self._beginning = threading.Thread(target=self._prepare, args=(self._worker, first), daemon=True) if first else None
        if self._beginning:
            self._beginning.start()

    def print(self, order: Order) -> bytes:
        """Print; the successor takes over once it has printed the same."""
        if self._beginning:
            self._beginning.join()
            self._beginning = None
        if self._successor and self._preparing and not self._preparing.is_alive():
            self._worker.close()
            self._worker, self._successor = self._successor, None
        try:
            data = self._worker.print(order)
        except EOFError:  # it was killed: by the system, for its memory
            self._worker.close()
            self._worker = _Worker()
            try:
                data = self._worker.print(order)
            except EOFError:  # again: whatever keeps it from working is not in our way here
                return _print(order)
        if self._worker.grown > GROWN and self._successor is None:
            self._successor = _Worker()
            self._preparing = threading.Thread(target=self._prepare, args=(self._successor, order), daemon=True)
            self._preparing.start()
        return data

    @staticmethod
    def _prepare(successor: _Worker, order: Order) -> None:
        import typst

        try:
            successor.print(order)
        except (typst.TypstError, ValueError, EOFError):  # the next printing meets it again
            return

    def close(self) -> None:
        for worker in (self._worker, self._successor):
            if worker:
                worker.close()


class _Worker:
    """One process; it ends with its last order, or when this one ends."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", "from book.editions.press import serve; serve()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self._orders, self._answers = cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)
        self._first = 0.0
        self.grown = 0.0
        """Megabytes beyond its first printing."""

    def print(self, order: Order) -> bytes:
        """Have it printed. Raises what the compiler raises, EOFError where the process has gone."""
        try:
            _send(self._orders, order)
            kind, what, size = _receive(self._answers)
        except (OSError, struct.error) as error:
            raise EOFError from error
        self._first = self._first or size
        self.grown = size - self._first
        if kind == "refused":
            raise _refusal(*what)
        if kind == "wrong":
            raise ValueError(what)
        return bytes(what)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._orders, self._answers):
            with suppress(OSError):
                stream.close()


def _refusal(message: str, diagnostic: str, hints: list[str], trace: list[str]) -> Exception:
    """The compiler's error as it was raised there."""
    import typst

    error = cast("Any", typst.TypstError)(message)
    error.message, error.diagnostic, error.hints, error.trace = message, diagnostic, hints, trace
    return cast("Exception", error)


def serve() -> None:
    """Print what is ordered on the standard input until there is no more."""
    import psutil
    import typst

    while True:
        try:
            order: Order = _receive(sys.stdin.buffer)
        except (EOFError, struct.error):
            return
        answer: tuple[str, Any]
        try:
            answer = ("printed", _print(order))
        except typst.TypstError as error:
            answer = ("refused", (error.message, error.diagnostic, error.hints, error.trace))
        except ValueError as error:
            answer = ("wrong", str(error))
        _send(sys.stdout.buffer, (*answer, psutil.Process().memory_info().rss / 2**20))


def _send(stream: IO[bytes], value: Any) -> None:
    data = pickle.dumps(value)
    stream.write(struct.pack(">Q", len(data)) + data)
    stream.flush()


def _receive(stream: IO[bytes]) -> Any:
    (size,) = struct.unpack(">Q", stream.read(8))
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)  # noqa: S301


_press: _Press | None = None
