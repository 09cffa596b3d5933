"""What is installed, looked through once a command instead of once a question."""

from __future__ import annotations

import importlib.metadata
import sys
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.metadata import Distribution


@contextmanager
def scanned_once() -> Iterator[None]:
    """Remember the distributions of the environment meanwhile.

    Sphinx, its theme, pybtex and Pygments each ask for entry points, eight times in a build, and Python opens a file of
    every distribution each time.
    """
    plain = importlib.metadata.distributions
    known: dict[tuple[str, ...], list[Any]] = {}

    def distributions(**asked: Any) -> Iterable[Distribution]:
        if asked:
            return plain(**asked)
        place = (*sys.path, *map(repr, sys.meta_path))
        if place not in known:
            known[place] = [_Known(one) for one in plain()]
        return iter(known[place])

    importlib.metadata.distributions = distributions
    try:
        yield
    finally:
        importlib.metadata.distributions = plain


class _Known:
    """A distribution whose entry points are read once."""

    def __init__(self, one: Distribution) -> None:
        self._one = one

    def __getattr__(self, name: str) -> Any:
        return getattr(self._one, name)

    @cached_property
    def entry_points(self) -> Any:
        return self._one.entry_points

    @cached_property
    def _normalized_name(self) -> str:
        return str(self._one._normalized_name)  # type: ignore[attr-defined]  # noqa: SLF001
