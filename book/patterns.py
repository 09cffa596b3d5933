"""Compiled regular expressions, kept from one command to the next."""

from __future__ import annotations

import pickle
import re
import sys
from array import array
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from book.project import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Kept = tuple[int, bytes, int, dict[str, int]]

MOST = 5_000
"""Expressions that are kept at most; some are made of an author's words."""


@contextmanager
def kept_patterns(path: Path) -> Iterator[None]:
    """Take expressions that are compiled meanwhile from the file, and keep those that are not there.

    The libraries of a build hold a thousand expressions, and Python's compiler, which is written in Python, takes a tenth
    of a command's time for them. A machine whose interpreter works otherwise goes without.
    """
    compiler: Any = getattr(re, "_compiler", None)
    if sys.implementation.name != "cpython" or not all(
        hasattr(compiler, name) for name in ("_sre", "_code", "_parser", "compile")
    ):
        yield
        return
    patterns = _Patterns(compiler, path)
    plain, compiler.compile = compiler.compile, patterns.compile
    try:
        yield
    finally:
        compiler.compile = plain
        patterns.keep()


class _Patterns:
    """What is known, and what has been compiled since."""

    def __init__(self, compiler: Any, path: Path) -> None:
        self._compiler, self._plain, self._path = compiler, compiler.compile, path
        self._stamp = f"{sys.version} {compiler._sre.MAGIC} {compiler._sre.CODESIZE}"  # noqa: SLF001
        self._known: dict[tuple[str | bytes, int], Kept] = {}
        with suppress(OSError, EOFError, ValueError, TypeError, AttributeError, pickle.UnpicklingError):
            stamp, known = pickle.loads(path.read_bytes())  # noqa: S301  (the cache is ours, and sealed)
            self._known = known if stamp == self._stamp else {}
        self._new: dict[tuple[str | bytes, int], Kept] = {}

    def compile(self, pattern: Any, flags: int = 0) -> re.Pattern[Any]:
        """Compile an expression, or take its code as it was made before; Python checks the code that it is handed."""
        if type(pattern) not in {str, bytes} or flags & (re.DEBUG | re.LOCALE):
            return self._plain(pattern, flags)  # type: ignore[no-any-return]
        key = (pattern, int(flags))
        if known := self._known.get(key):
            with suppress(RuntimeError, ValueError, TypeError):
                return self._made(pattern, known)
        return self._made(pattern, self._anew(key))

    def _anew(self, key: tuple[str | bytes, int]) -> Kept:
        """What Python's own compiler does before it hands its code over."""
        parsed = self._compiler._parser.parse(*key)  # noqa: SLF001
        code = array("I", self._compiler._code(parsed, key[1]))  # noqa: SLF001
        made = (key[1] | parsed.state.flags, code.tobytes(), parsed.state.groups - 1, dict(parsed.state.groupdict))
        self._new[key] = made
        return made

    def _made(self, pattern: str | bytes, kept: Kept) -> re.Pattern[Any]:
        flags, code, groups, names = kept
        by_number: list[str | None] = [None] * (groups + 1)
        for name, number in names.items():
            by_number[number] = name
        return self._compiler._sre.compile(pattern, flags, list(array("I", code)), groups, names, tuple(by_number))  # type: ignore[no-any-return]  # noqa: SLF001

    def keep(self) -> None:
        """Write what is new beside what was known; too many are a fresh start."""
        if self._new:
            kept = self._new if len(self._known) + len(self._new) > MOST else self._known | self._new
            with suppress(OSError):
                write(self._path, pickle.dumps((self._stamp, kept), pickle.HIGHEST_PROTOCOL))
