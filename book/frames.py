"""DataFrames as JSON: typed cells, heads, and what an author says about columns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from book.values import named, python_value, typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ALIGNMENTS = ("left", "right", "center")

MISSING = "\u2013"
"""What stands in a cell that has no value."""

_DECIMALS = 3
_TINY, _HUGE = 1e-4, 1e9


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it comes out of a frame."""

    key: Any
    """What the frame calls it: text, or a tuple where heads are grouped."""
    heads: tuple[str, ...]
    """Its heads, from the outermost group inwards."""
    index: bool
    """Whether it labels the rows."""
    cells: tuple[Any, ...]
    """Its values as JSON holds them."""

    def answers_to(self, key: Any) -> bool:
        """Whether an author means this column: by its whole name, or by the innermost part of it."""
        grouped = isinstance(self.key, tuple) and not isinstance(key, tuple)
        return bool(key == self.key) or (grouped and bool(key == self.key[-1]))


def as_frame(where: str, frame: Any) -> Any:
    """Take a DataFrame, or what turns into one.

    Raises TypeError and ValueError for what is none, or has no columns.
    """
    frame = frame.to_pandas() if hasattr(frame, "to_pandas") else frame
    frame = frame.to_frame() if type(frame).__name__ == "Series" and hasattr(frame, "to_frame") else frame
    if not all(hasattr(frame, name) for name in ("columns", "index", "iloc", "to_csv")):
        raise TypeError(f"{where}: expected a pandas DataFrame, not {named(frame)}")
    if not len(frame.columns):
        raise ValueError(f"{where}: the frame has no columns")
    return frame


def columns_of(frame: Any, index: bool | None) -> list[Column]:
    """Columns of a frame; its index leads them where asked for, or where it has a name."""
    shown = index if index is not None else any(name is not None for name in frame.index.names)
    levels = range(frame.index.nlevels) if shown else ()
    columns = [_index_column(frame, level) for level in levels]
    for position, key in enumerate(frame.columns):
        heads = tuple(_head(part) for part in (key if isinstance(key, tuple) else (key,)))
        columns.append(Column(key, heads, False, tuple(_cell(value) for value in frame.iloc[:, position].tolist())))
    return columns


def _index_column(frame: Any, level: int) -> Column:
    name = frame.index.names[level]
    key = name if name is not None else "index" if frame.index.nlevels == 1 else f"index {level + 1}"
    cells = tuple(_cell(value) for value in frame.index.get_level_values(level).tolist())
    return Column(key, (_head(name),), True, cells)


def _head(part: Any) -> str:
    """Say a column's name in words."""
    kind, plain = typed(part) or ("text", str(part))
    return "" if kind == "missing" else str(plain)


def _cell(value: Any) -> Any:
    """Text, number or truth value as it is, None where it is missing, `{kind: value}` for the rest."""
    kind, plain = typed(value) or ("text", str(value))
    if kind == "missing":
        return None
    return (
        {kind: plain}
        if kind in ("date", "datetime", "decimal") or (kind == "float" and isinstance(plain, str))
        else plain
    )


def cell_value(cell: Any) -> Any:
    """Take a cell back into its Python type; None where it is missing."""
    if not isinstance(cell, dict):
        return cell
    kind, plain = next(iter(cell.items()))
    return python_value(kind, plain)


def is_number(cell: Any) -> bool:
    """Whether a cell holds a number."""
    plain = isinstance(cell, (int, float)) and not isinstance(cell, bool)
    return plain or (isinstance(cell, dict) and bool({"decimal", "float"} & set(cell)))


def check_columns(where: str, option: str, given: Any, columns: Iterable[Column]) -> None:
    """Raise where an option does not go by column, or names one that is not there."""
    if not hasattr(given, "items"):
        raise TypeError(f"{where}: {option} goes by column, such as {option}={{'name': ...}}, not {named(given)}")
    listed = list(columns)
    for key in given:
        if not any(column.answers_to(key) for column in listed):
            known = [str(column.key) for column in listed]
            from difflib import get_close_matches

            close = get_close_matches(str(key), known, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"columns are: {', '.join(known)}"
            raise ValueError(f"{where}: {option} names a column '{key}' that the frame does not have; {hint}")


def describe(where: str, column: Column, options: Mapping[str, Mapping[Any, Any]]) -> dict[str, Any]:
    """Say what the thesis has to know about a column, its cells aside.

    Raises TypeError and ValueError for alignments, widths and formats that cannot be.
    """
    chosen = {
        name: next((value for key, value in given.items() if column.answers_to(key)), None)
        for name, given in options.items()
    }
    present = [cell for cell in column.cells if cell is not None]
    numbers = bool(present) and all(is_number(cell) for cell in present)
    align = chosen["align"] or ("right" if numbers and not column.index else "left")
    if align not in ALIGNMENTS:
        raise ValueError(f"{where}: align of column '{column.key}' is '{align}'; give left, right or center")
    _check_width(where, column, chosen["widths"])
    _check_format(where, column, chosen["formats"])
    return {
        "name": ".".join(column.heads),
        "index": column.index,
        "align": align,
        "width": chosen["widths"],
        "unit": str(chosen["units"] or ""),
        "format": sensible_format(present) if chosen["formats"] is None else chosen["formats"],
        "markup": bool(chosen["markup"]),
    }


def _check_width(where: str, column: Column, width: Any) -> None:
    number = isinstance(width, (int, float)) and not isinstance(width, bool)
    if width is not None and not (number and 0 < width < math.inf):
        raise ValueError(f"{where}: width of column '{column.key}' must be a number above 0, not {width!r}")


def _check_format(where: str, column: Column, spec: Any) -> None:
    from book.numbers import check_date_format, format_number

    if spec is not None and not isinstance(spec, str):
        raise TypeError(
            f"{where}: format of column '{column.key}' must be a format spec such as '.1f', not {named(spec)}"
        )
    for cell in column.cells:
        value = cell_value(cell)
        try:
            if spec and is_number(cell):
                format_number(value, spec)
            elif spec and isinstance(value, date):
                check_date_format(spec)
        except (ValueError, TypeError, OverflowError) as error:
            said = f"{value} in column '{column.key}' cannot be printed as '{spec}'"
            raise ValueError(f"{where}: {said}: {error}") from None


def sensible_format(cells: Iterable[Any]) -> str:
    """Choose the fewest decimals, three at most, that show every number of a column; more for very small ones."""
    numbers = [cell for cell in cells if isinstance(cell, float)]
    if not numbers:
        return ""
    for decimals in range(_DECIMALS + 1):
        if all(math.isclose(n, round(n, decimals), rel_tol=1e-9, abs_tol=1e-12) for n in numbers):
            return f".{decimals}f"
    largest = max(abs(n) for n in numbers)
    if not _TINY <= largest < _HUGE:
        return ".3g"
    return f".{2 if largest >= 1 else 2 - math.floor(math.log10(largest))}f"


def heads_of(columns: list[Column], levels: int) -> list[list[dict[str, Any]]]:
    """Rows of heads; each head says how many columns and rows it takes, and which column it starts at."""
    return [_head_row(columns, level, levels) for level in range(levels)]


def _head_row(columns: list[Column], level: int, levels: int) -> list[dict[str, Any]]:
    row: list[dict[str, Any]] = []
    for position, column in enumerate(columns):
        if column.index:
            if level == 0:
                row.append({"text": column.heads[0], "columns": 1, "rows": levels, "first": position})
        elif level < levels - 1 and position and _same_group(columns[position - 1], column, level):
            row[-1]["columns"] += 1
        else:
            row.append({"text": column.heads[level], "columns": 1, "rows": 1, "first": position})
    return row


def _same_group(before: Column, column: Column, level: int) -> bool:
    return not before.index and before.heads[: level + 1] == column.heads[: level + 1]


def as_html(payload: Mapping[str, Any]) -> str:
    """Show a table in a plain notebook."""
    from html import escape

    lines = [f"<table><caption>{escape(payload['caption'])}</caption><thead>"]
    for row in payload["heads"]:
        cells = (
            f'<th colspan="{head["columns"]}" rowspan="{head["rows"]}">{escape(head["text"])}</th>' for head in row
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    lines.append("</thead><tbody>")
    for row in payload["rows"]:
        texts = (
            plain_text(cell_value(cell), column["format"]) for cell, column in zip(row, payload["columns"], strict=True)
        )
        lines.append("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in texts) + "</tr>")
    return "\n".join([*lines, "</tbody></table>"])


def plain_text(value: Any, spec: str) -> str:
    """Print a value in Python's own way, for a plain notebook; a spec that does not fit is left out."""
    from book.numbers import format_number

    if value is None:
        return MISSING
    try:
        if is_number(value) or type(value).__name__ == "Decimal":
            return format_number(value, spec)
        return value.strftime(spec) if spec and hasattr(value, "strftime") else str(value)
    except (ValueError, TypeError, OverflowError):
        return str(value)


def print_cell(cell: Any, spec: str, language: str) -> str:
    """Print a cell as the thesis's language does."""
    from book.numbers import print_date, print_number, print_truth

    value = cell_value(cell)
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return print_truth(value, language)
    if isinstance(value, date):
        return print_date(value, spec, language)
    return value if isinstance(value, str) else print_number(value, spec, language)


def as_csv(where: str, data: Any) -> str:
    """Write a frame as CSV text, its index only where that has a name.

    Raises TypeError for what is no frame.
    """
    frame = as_frame(where, data)
    shown = any(name is not None for name in frame.index.names)
    return str(frame.to_csv(index=shown, lineterminator="\n"))
