"""What a figure of the thesis is: a drawing, its alternative text and its data."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.figure import Figure


class Drawing(NamedTuple):
    """A figure with what a reader who cannot see it needs."""

    figure: Figure
    """The drawing."""
    alt: str
    """Alternative text, written from the data."""
    data: pd.DataFrame
    """The data behind the drawing."""


def finished(figure: Figure, alt: str, data: pd.DataFrame) -> Drawing:
    """Return a drawing whose layout is settled, so that it looks the same however often it is saved.

    Constrained layout moves things a little at each drawing; it is run once here and then left alone. It is run for SVG,
    where text is measured without hinting and comes out wider than on a screen's raster.
    """
    figure.savefig(io.BytesIO(), format="svg")
    figure.set_layout_engine("none")
    return Drawing(figure, alt, data)


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: 'a, b and c'."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
