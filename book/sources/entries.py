"""An entry of the bibliography, and the people in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Name:
    """A person or a body, taken apart as BibTeX does it."""

    text: str
    """As written."""
    given: str
    """Given names."""
    particle: str
    """Particles such as `von`."""
    family: str
    """Family name, or the name of a body."""
    suffix: str
    """Suffix such as `Jr.`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One work."""

    key: str
    """What citations call it."""
    type: str
    """Kind of entry, in lower case: `article`, `book`."""
    fields: Mapping[str, str]
    """All fields as written, without their outer braces, spaces collapsed, names in lower case, in the order of the file."""
    persons: Mapping[str, tuple[Name, ...]]
    """Authors, editors and so on, taken apart."""
    path: str
    """The file, relative to the thesis."""
    line: int
    """Line that the entry begins on, counted from 1."""
    lines: Mapping[str, int]
    """Line that each field begins on, counted from 1."""
