"""A citation as the author wrote it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cited:
    """One work in a citation."""

    key: str
    """Its key as written."""
    prefix: str = ""
    """Words before it: `see`."""
    locator: str = ""
    """Words after it: `p. 5`."""
    line: int = 0
    """Line that the key stands on, where it is not the citation's first."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One citation role on a page."""

    docname: str
    """The page."""
    line: int
    """Line of the source, counted from 1; in a notebook the number of the cell."""
    column: int
    """Column of the source, counted from 1; 0 where unknown."""
    source: str
    """The file, where it is not the page's own but one that the page includes."""
    role: str
    """The role without its domain: `p`, `t`, `year`; `foot` for a footnote."""
    items: tuple[Cited, ...]
    """The works."""
    name: str
    """Id of the node that stands for it on its page."""
    in_note: bool = False
    """Whether it stands in a footnote of the author's."""
    alone: bool = False
    """Whether that footnote holds nothing else."""
    target: str = ""
    """The text of the role, as Sphinx has it."""
    printed: str = ""
    """The words that all editions print."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all works in it."""
        return tuple(item.key for item in self.items)
