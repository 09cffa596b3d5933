"""A remark in a Word file, and where it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["comment", "insertion", "deletion"]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a comment."""

    author: str
    """Who wrote it."""
    date: str
    """When, as the file says."""
    text: str
    """What it says."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment, or a change that Word has kept track of."""

    kind: Kind
    """`comment`, `insertion` or `deletion`."""
    author: str
    """Who made it."""
    date: str
    """When, as the file says; empty where it says nothing."""
    text: str
    """What the comment says, or what was put in or taken out."""
    passage: str
    """The words that a comment is on; for a change, what stands before it."""
    paragraph: str
    """The paragraph around it as it was before anybody changed it."""
    marks: tuple[str, ...]
    """Names of the bookmarks around that paragraph."""
    page: str
    """Name of the bookmark at the beginning of the page; empty where none has survived."""
    above: str = ""
    """In a table, the caption above it."""
    above_marks: tuple[str, ...] = ()
    """Names of the bookmarks around that caption."""
    replies: tuple[Reply, ...] = ()
    """Answers to a comment."""
    resolved: bool = False
    """Whether a comment is marked as done."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A remark with its place in the sources."""

    remark: Remark
    """The remark."""
    path: str = ""
    """File of the thesis; empty where no passage is like the one in the Word file."""
    line: int = 0
    """Line of the file (in a notebook, of the cell), counted from 1."""
    cell: int = 0
    """In a notebook, the number of the cell."""
    certainty: Literal["exact", "likely", "none"] = "none"
    """Whether the passage is the one that the file was made of, one like it, or none."""
