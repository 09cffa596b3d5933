"""What a comparison says of one thing: the same, the same within a tolerance, or different."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sameness = Literal["same", "within tolerance", "different"]
KINDS = (
    "archive",
    "source",
    "environment",
    "lock",
    "finding",
    "table",
    "table cell",
    "figure",
    "claim",
    "remark",
    "page",
    "edition",
    "file",
)
"""What is compared, in the order of a report."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was compared."""

    kind: str
    """One of `KINDS`."""
    name: str
    """What the author calls it: a finding's name, a label, a path."""
    sameness: Sameness
    """Whether it is the same."""
    before: str = ""
    """What the archive says, where that can be said in words."""
    after: str = ""
    """What the rebuild gave."""
    difference: str = ""
    """What differs, or within which tolerance it is the same."""
    place: str = ""
    """Where in the thesis it comes from."""


def same(kind: str, name: str, place: str = "") -> Item:
    """Something that is the same, byte for byte."""
    return Item(kind, name, "same", place=place)


def different(kind: str, name: str, difference: str, before: str = "", after: str = "", place: str = "") -> Item:
    """Something that is not."""
    return Item(kind, name, "different", before, after, difference, place)


def within(kind: str, name: str, tolerance: str, before: str = "", after: str = "", place: str = "") -> Item:
    """Something that differs by less than is stated."""
    return Item(kind, name, "within tolerance", before, after, tolerance, place)
