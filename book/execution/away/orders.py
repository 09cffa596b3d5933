"""What is asked of a worker, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from book.execution.away.parcel import Parcel
    from book.execution.away.versions import Versions
    from book.execution.chapter import Job, Result
    from book.execution.warm.libraries import Ahead


@dataclass(frozen=True, slots=True)
class Order:
    """A chapter that is to run on a worker."""

    job: Job
    """The chapter, as it would run on the machine that builds."""
    parcel: Parcel
    """The thesis that it runs in."""
    versions: Versions
    """What is installed on the machine that builds."""
    epoch: int
    """The `SOURCE_DATE_EPOCH` of cells."""
    memory: int
    """Bytes of memory that a kernel may take; 0 for as much as the worker has."""
    libraries: Ahead | None
    """Modules to import ahead for all chapters of the build; None where kernels are to start from nothing."""
    variables: Mapping[str, str]
    """Environment variables of the machine that builds that the thesis's code names."""
    here: str
    """Function that says which worker this is, and whether the run is still wanted."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A worker that is not equal to the machine that builds."""

    machine: str
    """Its name."""
    differences: tuple[str, ...]
    """What differs, in words."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A worker that lacks pieces of the thesis."""

    place: str
    """The machine and its folder of pieces, which several workers may share."""
    near: str
    """The worker's name, as its engine gives it."""
    pieces: tuple[str, ...]
    """Digests of what it lacks."""


@dataclass(frozen=True, slots=True)
class Done:
    """A run that has come to its end."""

    result: Result
    """What came of it, said as if it had run on the machine that builds."""
    written: Mapping[str, bytes | None] = field(default_factory=dict)
    """Content of the files of the thesis that changed while it ran, by path from the root; None for one that is gone."""


Answer = Refused | Wanted | Done
