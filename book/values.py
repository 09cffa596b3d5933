"""Values of Python, NumPy and pandas as JSON holds them."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

Kind = Literal["text", "int", "float", "decimal", "truth", "date", "datetime", "missing"]


def typed(value: Any) -> tuple[Kind, Any] | None:
    """Kind of a value and the value as JSON holds it; None for what is neither text, number, truth nor date.

    Dates and decimals become text; a value that is missing (None, NaN, NA, NaT) becomes the text that says how.
    """
    if type(value).__module__.partition(".")[0] == "numpy":
        value = _from_numpy(value)
    elif type(value).__name__ == "Timestamp":
        value = _day_or_moment(value.to_pydatetime(warn=False))
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return "missing", str(value)
    return next((take(value) for kinds, take in _KINDS if isinstance(value, kinds)), None)


def _from_numpy(value: Any) -> Any:
    """Take the Python value out of a NumPy scalar."""
    if getattr(value, "ndim", None) != 0:
        return value
    if value.dtype.kind == "M":  # nanoseconds would come back as a bare integer
        return _day_or_moment(value.astype("datetime64[us]").item())
    plain = value.item()
    return float(plain) if value.dtype.kind == "f" else plain


def _day_or_moment(value: datetime | None) -> date | None:
    """NumPy and pandas know no days but midnights; a midnight without a time zone is taken for its day."""
    if value is None or value.tzinfo is not None or value.time() != time():
        return value
    return value.date()


def _typed_float(value: float) -> tuple[Kind, Any]:
    if math.isnan(value):
        return "missing", "nan"
    return "float", float(value) if math.isfinite(value) else str(float(value))


def _typed_decimal(value: Decimal) -> tuple[Kind, Any]:
    return ("decimal", str(value)) if value.is_finite() else _typed_float(float(value))


_KINDS: tuple[tuple[Any, Any], ...] = (
    (str, lambda value: ("text", str(value))),
    (bool, lambda value: ("truth", bool(value))),
    (int, lambda value: ("int", int(value))),
    (float, _typed_float),
    (Decimal, _typed_decimal),
    (Fraction, lambda value: ("float", float(value))),
    (datetime, lambda value: ("datetime", value.isoformat())),
    (date, lambda value: ("date", value.isoformat())),
)
"""In this order: a truth value is an int to Python, and a moment is a date."""


def python_value(kind: Kind, value: Any) -> str | int | float | bool | date | Decimal | None:
    """Take back what `typed` has made.

    Raises ValueError where the value is not of its kind.
    """
    if kind in ("date", "datetime"):
        return datetime.fromisoformat(value) if kind == "datetime" else date.fromisoformat(value)
    if kind == "decimal":
        return _decimal(value)
    if kind == "float":
        return float(value)
    wanted: dict[str, Any] = {"text": str, "int": int, "truth": bool, "missing": str}
    if kind not in wanted or not isinstance(value, wanted[kind]):
        raise ValueError(f"'{value}' is not of kind '{kind}'")
    return None if kind == "missing" else value


def _decimal(value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        number = Decimal("nan")
    if not number.is_finite():
        raise ValueError(f"'{value}' is no decimal number")
    return number


def named(value: Any) -> str:
    """Name the type of a value for a message."""
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__.partition('.')[0]}'s {kind.__name__}"
