"""A run said as if it had happened on the machine that builds: its paths, and its files as they look there."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.execution.names import OURS
from book.execution.surroundings import variable_digest
from book.project import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from book.diagnostics import Diagnostic
    from book.execution.away.parcel import Parcel
    from book.execution.away.slots import Slot
    from book.execution.chapter import Result

UNLIKE = [-1, 0, 0, 0]
"""How no file looks: what is said to have looked so is compared by content."""


class Retold:
    """Names of a worker in those of the machine that builds."""

    def __init__(self, parcel: Parcel, slot: Slot, environment: Mapping[str, str]) -> None:
        """Take what was sent, where it was unpacked, and the environment variables that the kernel was given."""
        self._parcel, self._slot, self._environment = parcel, slot, environment
        self._here, self._there = str(slot.root), parcel.root

    def result(self, given: Result, written: Iterable[str]) -> Result:
        """What came of a job."""
        return replace(
            given,
            outputs=self._said(given.outputs),
            metadata=self._said(given.metadata),
            diagnostics=tuple(self._diagnostic(one) for one in given.diagnostics),
            trace=self._trace(given.trace, written) if given.trace else given.trace,
        )

    def _diagnostic(self, given: Diagnostic) -> Diagnostic:
        return replace(given, message=self._said(given.message), hint=self._said(given.hint))

    def _said(self, given: Any) -> Any:
        """Whatever names the folder of the worker names the thesis's."""
        if isinstance(given, str):
            return given.replace(self._here, self._there)
        if isinstance(given, dict):
            return {key: self._said(value) for key, value in given.items()}
        if isinstance(given, list | tuple):
            return type(given)(self._said(value) for value in given)
        return given

    def _trace(self, given: Mapping[str, Any], written: Iterable[str]) -> dict[str, Any]:
        path = self._path
        found = {
            **given,
            "local": [path(one) for one in given["local"]],
            "reads": {path(name): self._looked(name, seen) for name, seen in given["reads"].items()},
            "digests": {path(name): value for name, value in self._digests(given).items()},
            "moved": [path(name) for name in given["moved"]],
            "writes": {
                **{path(f"{self._here}/{name}"): 0 for name in sorted(written)},
                **{path(name): cell for name, cell in given["writes"].items()},
            },
            "probes": {path(name): value for name, value in given["probes"].items()},
            "listings": {path(name): names for name, names in given["listings"].items()},
            "patterns": [[path(folder), pattern, deep] for folder, pattern, deep in given["patterns"]],
            "variables": {
                name: self._variable(name) for name, value in given["variables"].items() if self._given(name) == value
            },
        }
        return {**found, "away": True}

    def _given(self, name: str) -> str | None:
        """Digest of a variable as the kernel was given it: another value is one that the run has set itself."""
        value = self._environment.get(name)
        return None if value is None else variable_digest(value)

    def _variable(self, name: str) -> str | None:
        value = self._environment.get(name)
        return None if value is None else variable_digest(self._said(value))

    def _path(self, given: str) -> str:
        """A path of the thesis, or of this package, where it lies on the machine that builds; another one as it is."""
        for here, there in ((self._here, self._there), (str(OURS), self._parcel.package)):
            if given == here or given.startswith(here + os.sep):
                return there + given[len(here) :]
        return given

    def _looked(self, name: str, seen: list[int] | None) -> list[int] | None:
        """How a file that was read looks on the machine that builds, if it is still what was sent."""
        sent = self._sent(name)
        return [*sent] if seen is not None and sent is not None else None if seen is None else UNLIKE

    def _digests(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Digests of what was read and is not what was sent: what the run changed, and what lies elsewhere."""
        found: dict[str, str] = dict(given["digests"])
        for name, seen in given["reads"].items():
            if seen is not None and name not in found and self._sent(name) is None and Path(name).is_file():
                found[name] = digest(Path(name))
        return found

    def _sent(self, name: str) -> tuple[int, int, int, int] | None:
        inner = name[len(self._here) + 1 :].replace(os.sep, "/") if name.startswith(self._here + os.sep) else ""
        return self._parcel.files[inner].looks if inner in self._parcel.files and self._slot.unchanged(inner) else None
