"""An edition that is ready and not yet in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from book.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Made:
    """What making an edition gave."""

    name: str
    """Name of the edition: `html`, `pdf`."""
    path: Path
    """Where it stands once it is brought out: the file, or the first page of the site."""
    diagnostics: tuple[Diagnostic, ...]
    """What making it found."""
    bring_out: Callable[[], Sequence[Path]]
    """Put it in its place; returns every file there. Until then the last good edition stands."""
