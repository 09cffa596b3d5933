"""Calls as bytes that pass through machines that have nothing of ours."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class _Call:
    """Becomes, where it is unpickled, what the call gives."""

    def __init__(self, function: Callable[..., bytes], given: tuple[Any, ...]) -> None:
        self._function, self._given = function, given

    def __reduce__(self) -> tuple[Callable[..., bytes], tuple[Any, ...]]:
        return self._function, self._given


def call(function: Callable[..., bytes], *given: Any) -> bytes:
    """A call that `pickle.loads` makes: engines and schedulers carry a function of Python's own and bytes."""
    return pickle.dumps(_Call(function, given))


def packed(value: Any) -> bytes:
    """An answer as bytes."""
    return pickle.dumps(value)


def unpacked(value: bytes) -> Any:
    """An answer of a worker, which is trusted as it trusts us."""
    return pickle.loads(value)  # noqa: S301
