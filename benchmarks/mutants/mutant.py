"""A defect to plant, and the kind it is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.mutants.copies import Copy
    from benchmarks.mutants.edit import Edit, Place


@dataclass(frozen=True, slots=True)
class Mutant:
    """One defect."""

    what: str
    """What was done, in a few words."""
    edits: tuple[Edit, ...] = ()
    """What changes in texts."""
    places: tuple[Place, ...] = ()
    """Where a remark has to point; any of them will do."""
    says: tuple[str, ...] = ()
    """Words of which a remark has to hold one; none where the place is enough."""
    names: str = ""
    """A file that a remark has to name, as its place or in its words; empty where it need not."""
    files: tuple[tuple[str, bytes | None], ...] = ()
    """Files that are written whole, or deleted."""
    touches: frozenset[str] = field(default_factory=frozenset)
    """Keys, labels and the like that no other mutant may touch at the same time."""
    rehash: tuple[str, ...] = ()
    """Files of the data package whose size and hash are noted anew."""


Plant = Callable[["Copy"], Iterator[Mutant]]
"""What knows all the places of a thesis where a defect of its kind can be planted."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of defect."""

    name: str
    """Its name."""
    about: str
    """What is planted, in a sentence."""
    rules: tuple[str, ...]
    """The rules that are meant for it; any of them will do."""
    plant: Plant
    """Where it can be planted."""
    build: tuple[str, ...] = ()
    """Editions that are built before the check."""


def kind(*rules: str, build: tuple[str, ...] = ()) -> Callable[[Plant], Kind]:
    """Make a kind of a function: its name and its docstring are the kind's."""

    def made(plant: Plant) -> Kind:
        about = (plant.__doc__ or "").strip().splitlines()[0]
        return Kind(plant.__name__.replace("_", "-"), about, rules, plant, build)

    return made
