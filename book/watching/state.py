"""What a preview knows of the last build."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from threading import Condition
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from book.diagnostics import Diagnostic

Phase = Literal["building", "built", "stopped"]


@dataclass(frozen=True, slots=True)
class State:
    """One moment of a preview."""

    number: int = 0
    """Counts the moments."""
    phase: Phase = "building"
    """Whether a build is under way, has ended, or could not go on."""
    build: int = 0
    """Counts the builds that have ended."""
    changed: tuple[str, ...] = ()
    """Files of the editions that the last build has written anew, as addresses below the preview's root."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What the last build remarked."""
    seconds: float = 0.0
    """How long it took."""

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


class Board:
    """The state, and those who wait for the next one."""

    def __init__(self) -> None:
        self._state = State()
        self._moved = Condition()

    @property
    def state(self) -> State:
        """What is so now."""
        return self._state

    def put(self, phase: Phase, **what: Any) -> None:
        """Say what is so from now on; what is not said stays."""
        with self._moved:
            ended = self._state.build + (phase != "building")
            self._state = replace(self._state, number=self._state.number + 1, phase=phase, build=ended, **what)
            self._moved.notify_all()

    def after(self, number: int, timeout: float) -> State:
        """The first state later than one that is known, or the present one when time is up."""
        with self._moved:
            self._moved.wait_for(lambda: self._state.number > number, timeout)
            return self._state
