"""What all tables share: frames from records, citations and dates in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd


def frame(records: Iterable[dict[str, object]]) -> pd.DataFrame:
    """Return a frame with a row for each record; the keys are the heads."""
    import pandas as pd

    return pd.DataFrame(list(records))


def cited(keys: str) -> str:
    """Return citations in MyST for keys separated by semicolons."""
    return ", ".join(f"{{cite:t}}`{key}`" for key in keys.split(";") if key)


def in_words(start: pd.Timestamp, end: pd.Timestamp, precision: str) -> str:
    """Return a period as words, no more exact than its precision."""
    if precision == "approximate":
        return f"about {_span(start, end)}"
    if precision in ("period", "day"):
        return _span(start, end, days=precision == "day")
    if precision == "quarter":
        return f"{start.year}, quarter {start.quarter}"
    return str(start.year) if precision == "year" else f"{start:%b %Y}"


def _span(start: pd.Timestamp, end: pd.Timestamp, *, days: bool = False) -> str:
    if days:
        return f"{start.day} {start:%b %Y}"
    first, last = f"{start:%b %Y}", f"{end:%b %Y}"
    if (start.month, end.month) == (1, 12):
        first, last = str(start.year), str(end.year)
    return first if first == last else f"{first} to {last}"
