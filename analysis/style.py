"""How figures look: sizes of an 11 pt page, colours that survive grey print, colour blindness and dark mode."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MILLIMETRES = 25.4
TEXT_WIDTH = 150.0
INK = "#222222"
MUTED = "#6b6b6b"
GRID = "#d9d9d9"
BAND = ("#f2f2f2", "#e4e4e4")

RULES: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "axes.titlesize": 9,
    "axes.labelsize": 8.5,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.facecolor": "white",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.4,
    "hatch.linewidth": 0.6,
    "svg.hashsalt": "thesis",
    "svg.fonttype": "path",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """How one series is told apart, by colour, by shape and by hatching alike."""

    colour: str
    """Fill colour; the six differ in lightness as well as in hue (after Okabe and Ito 2008)."""
    marker: str
    """Marker of points."""
    hatch: str
    """Hatching of areas."""


MARKS = (
    Mark("#0072b2", "o", ""),
    Mark("#e69f00", "s", "///"),
    Mark("#7f2704", "^", "..."),
    Mark("#56b4e9", "D", "xx"),
    Mark("#009e73", "v", "\\\\\\"),
    Mark("#6b6b6b", "P", "--"),
)


def marks(names: list[str]) -> dict[str, Mark]:
    """Give each name a mark, in order; after six the marks repeat."""
    return {name: MARKS[i % len(MARKS)] for i, name in enumerate(names)}


@contextmanager
def sheet() -> Iterator[None]:
    """Apply the style inside a `with` block and leave matplotlib as it was."""
    import matplotlib as mpl

    with mpl.rc_context(RULES):
        yield


def canvas(height: float, width: float = TEXT_WIDTH) -> Figure:
    """Return an empty figure of a size in millimetres, laid out so that nothing is cut off."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width / MILLIMETRES, height / MILLIMETRES), layout="constrained")


def axes(height: float, width: float = TEXT_WIDTH) -> tuple[Figure, Axes]:
    """Return a figure of a size in millimetres with one pair of axes."""
    figure = canvas(height, width)
    return figure, figure.add_subplot()
