"""Whether a worker is equal to the machine that builds, as far as runs can tell."""

from __future__ import annotations

import hashlib
import platform
import sys
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING

from book.execution.distributions import canonical
from book.execution.names import OURS

if TYPE_CHECKING:
    from collections.abc import Mapping

OURSELVES = "thesis-book"
"""This package's distribution; its code is compared, since records of it travel."""
IGNORED = frozenset({OURSELVES, "pip"})
"""Distributions that may differ."""


@dataclass(frozen=True, slots=True)
class Versions:
    """What is installed on a machine."""

    python: str
    """Python's implementation and version, without what only mends it: `CPython 3.11`."""
    ours: str
    """Digest of this package's code."""
    distributions: Mapping[str, str] = field(default_factory=dict)
    """Versions of all distributions, by canonical name."""


def installed_here() -> Versions:
    """What is installed on this machine."""
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(canonical(name), distribution.version)
    major, minor = sys.version_info[:2]
    return Versions(f"{platform.python_implementation()} {major}.{minor}", _our_code(), found)


def differences(client: Versions, worker: Versions) -> list[str]:
    """What differs, in words: Python, this package, and every distribution that both have."""
    said = [] if client.python == worker.python else [f"{worker.python} instead of {client.python}"]
    if client.ours != worker.ours:
        there, wanted = (one.distributions.get(OURSELVES, "of a checkout") for one in (worker, client))
        said.append(
            f"{OURSELVES} {there} instead of {wanted}" if there != wanted else f"{OURSELVES} {there} with other code"
        )
    both = sorted(client.distributions.keys() & worker.distributions.keys() - IGNORED)
    return said + [
        f"{name} {worker.distributions[name]} instead of {client.distributions[name]}"
        for name in both
        if worker.distributions[name] != client.distributions[name]
    ]


@cache
def _our_code() -> str:
    found = hashlib.sha256()
    for path in sorted(OURS.rglob("*.py")):
        found.update(path.relative_to(OURS).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()
