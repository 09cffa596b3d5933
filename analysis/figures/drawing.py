"""What a figure of the thesis is: a drawing, its alternative text and its data."""

from __future__ import annotations

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


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: 'a, b and c'."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
