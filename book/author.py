"""What a cell says to the thesis: record a finding, show a table, show a figure."""

from __future__ import annotations

import difflib
import html
import io
import math
import re
import sys
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FINDING = "application/vnd.thesis.finding+json"
TABLE = "application/vnd.thesis.table+json"
FIGURE = "application/vnd.thesis.figure+json"
VERSION = 1

_NAME = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*")
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]*")
_ALIGNMENTS = ("left", "right", "center")


def record(name: str, value: Any, unit: str | None = None, format: str | None = None) -> None:  # noqa: A002
    """Record a finding under a dotted, lower-case name, to be used anywhere in the text.

    `value` is text, a number, a truth value or a date, of Python, NumPy or pandas. `unit` is printed after it, `format` is a Python
    format spec (`.1f`, `.0%`, `,d`; `%d %B %Y` for dates). Raises ValueError for a name and TypeError for a value that cannot be recorded.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"record: name '{name}' must be lower-case words joined by dots, such as 'h3.support'")
    for what, given in (("unit", unit), ("format", format)):
        if given is not None and not isinstance(given, str):
            raise TypeError(f"record('{name}'): {what} must be text, not {_said(given)}")
    kind, plain = _typed(value)
    if not kind:
        raise TypeError(f"record('{name}'): value must be text, a number, a truth value or a date, not {_said(value)}")
    payload = {"name": name, "value": plain, "kind": kind, "unit": unit or "", "format": format or ""}
    _display(FINDING, payload, {"text/plain": f"{name} = {_plainly(kind, plain, format or '')}{f' {unit}' if unit else ''}"})


def table(
    frame: Any,
    label: str,
    caption: str,
    note: str | None = None,
    units: Mapping[Any, str] | None = None,
    align: Mapping[Any, str] | None = None,
    formats: Mapping[Any, str] | None = None,
    widths: Mapping[Any, float] | None = None,
    wide: bool = False,
    long: bool = False,
    markup: Iterable[Any] = (),
    index: bool | None = None,
) -> None:
    """Show a pandas DataFrame as a numbered table.

    `caption`, `note` and the cells of the columns in `markup` are MyST. `units`, `align` (left, right, center), `formats` (Python format
    specs) and `widths` (relative) go by column. `wide` asks for a landscape page, `long` lets the table break over pages. `index` shows the
    index as first columns; by default only where it has a name. Raises TypeError and ValueError for what cannot be shown.
    """
    where = f"table('{label}')"
    _check_texts("table", label, caption, note)
    frame = _frame(where, frame)
    shown = index if index is not None else any(name is not None for name in frame.index.names)
    columns = [*_index_columns(frame, shown), *_frame_columns(frame)]
    markup = [markup] if isinstance(markup, str) else list(markup)
    options: dict[str, Mapping[Any, Any]] = {
        "units": units or {}, "align": align or {}, "formats": formats or {}, "widths": widths or {}, "markup": dict.fromkeys(markup, True)
    }
    for option, given in options.items():
        _check_columns(where, option, given, columns)
    described = [_described(where, column, options) for column in columns]
    payload = {
        "label": label, "caption": caption, "note": note or "", "wide": bool(wide), "long": bool(long),
        "heads": _heads(columns, frame.columns.nlevels), "columns": described,
        "rows": [list(row) for row in zip(*(column["cells"] for column in columns), strict=True)],
    }
    size = f"{len(payload['rows'])} rows, {len(columns)} columns"
    _display(TABLE, payload, {"text/html": _as_html(payload), "text/plain": f"{label}: {caption} ({size})"})


def figure(
    fig: Any, label: str, caption: str, alt: str | None = None, note: str | None = None, data: Any = None, wide: bool = False
) -> None:
    """Show a matplotlib Figure as a numbered vector graphic.

    `caption` and `note` are MyST; `alt` says in plain text what the figure shows; `data` is the DataFrame behind it. A group of figures is a
    list of (Figure, subcaption, alt). Raises TypeError and ValueError for what cannot be shown.
    """
    where = f"figure('{label}')"
    _check_texts("figure", label, caption, note)
    group = isinstance(fig, (list, tuple))
    if group and not fig:
        raise ValueError(f"{where}: a group needs at least one (Figure, subcaption, alt)")
    if group and alt:
        raise ValueError(f"{where}: in a group each figure has its own alternative text; leave alt out")
    parts = [_part(where, one, n) for n, one in enumerate(fig)] if group else [(fig, "", alt)]
    images = []
    for number, (one, said, described) in enumerate(parts):
        if not isinstance(described, str) or not described.strip():
            raise ValueError(f"{where}: alt is missing; say in plain text what {'figure ' + str(number + 1) if group else 'the figure'} shows")
        drawn = _drawable(where, one)
        images.append({"svg": _svg(drawn, f"{label}-{number}" if group else label), "caption": said, "alt": " ".join(described.split())})
    payload = {
        "label": label, "caption": caption, "note": note or "", "wide": bool(wide), "group": group, "images": images,
        "data": "" if data is None else _csv(where, data),
    }
    alternative = "; ".join(image["alt"] for image in images)
    fallback = {"text/plain": f"{label}: {caption} ({alternative})"}
    if not group:
        fallback["image/svg+xml"] = images[0]["svg"]
    else:
        fallback["text/html"] = "".join(f"<figure>{image['svg']}<figcaption>{html.escape(image['caption'])}</figcaption></figure>" for image in images)
    _display(FIGURE, payload, fallback)
    for one, _caption, _alt in parts:
        _close(one)


def _display(mime: str, payload: dict[str, Any], fallback: dict[str, str]) -> None:
    """Hand a bundle to the notebook; in plain Python, print what it says in words."""
    payload = {"version": VERSION, **payload, "line": _line_in_cell()}
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(fallback["text/plain"])  # noqa: T201
        return
    from IPython.display import publish_display_data

    publish_display_data({mime: payload, **fallback}, metadata={"thesis": {"mime": mime}})


def _line_in_cell() -> int:
    """Line of the running cell that calls us, counted from 1; 0 outside of a cell."""
    frame = sys._getframe(1)  # noqa: SLF001
    while frame is not None:
        code = frame.f_code.co_name
        if frame.f_globals.get("__name__") == "__main__" and code.startswith(("<module", "<cell line")):
            return frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    return 0


def _said(value: Any) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__.split('.')[0]}'s {kind.__name__}"


def _check_texts(what: str, label: Any, caption: Any, note: Any) -> None:
    if not isinstance(label, str) or not label:
        raise ValueError(f"{what}: label is missing; give one such as '{what[:3]}-name'")
    if not _LABEL.fullmatch(label):
        raise ValueError(f"{what}('{label}'): a label is made of letters, digits and hyphens and starts with a letter")
    for name, text in (("caption", caption), ("note", note)):
        if not isinstance(text, str) and not (name == "note" and text is None):
            raise TypeError(f"{what}('{label}'): {name} must be text, not {_said(text)}")


# Values


def _typed(value: Any) -> tuple[str, Any]:
    """Kind of a value and the value as JSON holds it; an empty kind for what is neither text, number, truth nor date."""
    if type(value).__module__.partition(".")[0] == "numpy":
        value = _from_numpy(value)
    elif type(value).__name__ == "Timestamp":
        value = value.to_pydatetime(warn=False)
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return "missing", ""
    for kinds, typed in _KINDS:
        if isinstance(value, kinds):
            return typed(value)  # type: ignore[no-any-return]
    return "", None


def _from_numpy(value: Any) -> Any:
    if getattr(value, "ndim", None) != 0:
        return value
    if value.dtype.kind == "M":  # nanoseconds would come back as a bare integer
        return value.astype("datetime64[us]").item()
    plain = value.item()
    return float(plain) if value.dtype.kind == "f" else plain


def _typed_float(value: float) -> tuple[str, Any]:
    if math.isnan(value):
        return "missing", "nan"
    return "float", float(value) if math.isfinite(value) else str(float(value))


def _typed_decimal(value: Decimal) -> tuple[str, Any]:
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


def _plainly(kind: str, value: Any, spec: str) -> str:
    """Print a value for a plain notebook, in Python's own way."""
    from book.numbers import format_number

    try:
        if kind in ("int", "float", "decimal"):
            return format_number(Decimal(value) if kind == "decimal" else float(value) if kind == "float" else value, spec)
        if kind in ("date", "datetime") and spec:
            return datetime.fromisoformat(value).strftime(spec)
    except (ValueError, TypeError, OverflowError):
        return str(value)
    return str(value)


# Tables


def _frame(where: str, frame: Any) -> Any:
    frame = frame.to_pandas() if hasattr(frame, "to_pandas") else frame
    frame = frame.to_frame() if type(frame).__name__ == "Series" and hasattr(frame, "to_frame") else frame
    if not all(hasattr(frame, name) for name in ("columns", "index", "iloc", "to_csv")):
        raise TypeError(f"{where}: frame must be a pandas DataFrame, not {_said(frame)}")
    if not len(frame.columns):
        raise ValueError(f"{where}: the frame has no columns")
    return frame


def _index_columns(frame: Any, shown: bool) -> list[dict[str, Any]]:
    if not shown:
        return []
    columns = []
    for level, name in enumerate(frame.index.names):
        key = name if name is not None else ("index" if frame.index.nlevels == 1 else f"index {level + 1}")
        heads = ("" if name is None else str(name),)
        columns.append({"key": key, "heads": heads, "index": True, "cells": [_cell(v) for v in frame.index.get_level_values(level)]})
    return columns


def _frame_columns(frame: Any) -> list[dict[str, Any]]:
    columns = []
    for position, key in enumerate(frame.columns):
        heads = tuple("" if part is None else str(part) for part in (key if isinstance(key, tuple) else (key,)))
        columns.append({"key": key, "heads": heads, "index": False, "cells": [_cell(v) for v in frame.iloc[:, position].tolist()]})
    return columns


def _cell(value: Any) -> Any:
    """A cell as JSON holds it: text, number, truth value, None where it is missing, or one key that names another kind."""
    kind, plain = _typed(value)
    if kind == "missing":
        return None
    if kind in ("date", "datetime", "decimal") or (kind == "float" and isinstance(plain, str)):
        return {kind: plain}
    return str(value) if not kind else plain


def _matches(key: Any, column: dict[str, Any]) -> bool:
    own = column["key"]
    return bool(key == own) or (isinstance(own, tuple) and not isinstance(key, tuple) and bool(key == own[-1]))


def _check_columns(where: str, option: str, given: Any, columns: list[dict[str, Any]]) -> None:
    if not hasattr(given, "items"):
        raise TypeError(f"{where}: {option} goes by column, such as {option}={{'name': ...}}, not {_said(given)}")
    for key in given:
        if not any(_matches(key, column) for column in columns):
            known = [str(column["key"]) for column in columns]
            close = difflib.get_close_matches(str(key), known, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"columns are: {', '.join(known)}"
            raise ValueError(f"{where}: {option} names a column '{key}' that the frame does not have; {hint}")


def _described(where: str, column: dict[str, Any], options: dict[str, Mapping[Any, Any]]) -> dict[str, Any]:
    """What the thesis has to know about a column, its cells aside."""
    chosen = {name: next((v for key, v in given.items() if _matches(key, column)), None) for name, given in options.items()}
    name = column["key"]
    present = [cell for cell in column["cells"] if cell is not None]
    numbers = bool(present) and all(_is_number(cell) for cell in present)
    align = chosen["align"] or ("right" if numbers and not column["index"] else "left")
    if align not in _ALIGNMENTS:
        raise ValueError(f"{where}: align of column '{name}' is '{align}'; give left, right or center")
    width = chosen["widths"]
    if width is not None and (isinstance(width, bool) or not isinstance(width, (int, float)) or not 0 < width < math.inf):
        raise ValueError(f"{where}: width of column '{name}' must be a number above 0, not {width!r}")
    spec = chosen["formats"]
    if spec is not None:
        _check_format(where, name, spec, present)
    return {
        "name": ".".join(column["heads"]), "index": column["index"], "align": align, "width": width, "unit": str(chosen["units"] or ""),
        "format": spec if spec is not None else _sensible(present), "markup": bool(chosen["markup"]),
    }


def _is_number(cell: Any) -> bool:
    return (isinstance(cell, (int, float)) and not isinstance(cell, bool)) or (isinstance(cell, dict) and bool({"decimal", "float"} & set(cell)))


def _check_format(where: str, name: Any, spec: Any, cells: list[Any]) -> None:
    from book.numbers import format_number

    if not isinstance(spec, str):
        raise TypeError(f"{where}: format of column '{name}' must be a format spec such as '.1f', not {_said(spec)}")
    for cell in cells:
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            try:
                format_number(cell, spec)
            except (ValueError, TypeError, OverflowError) as error:
                raise ValueError(f"{where}: {cell!r} in column '{name}' cannot be printed as '{spec}': {error}") from None


def _sensible(cells: list[Any]) -> str:
    """The fewest decimals, three at most, that show every number of a column alike; more for very small ones."""
    numbers = [float(cell) for cell in cells if isinstance(cell, float)]
    if not numbers:
        return ""
    for decimals in range(4):
        if all(math.isclose(n, round(n, decimals), rel_tol=1e-9, abs_tol=1e-12) for n in numbers):
            return f".{decimals}f"
    largest = max(abs(n) for n in numbers)
    return ".3g" if largest < 1e-4 or largest >= 1e9 else f".{2 if largest >= 1 else 2 - math.floor(math.log10(largest))}f"  # noqa: PLR2004


def _heads(columns: list[dict[str, Any]], levels: int) -> list[list[dict[str, Any]]]:
    """Rows of heads; a head says how many columns and rows it takes."""
    rows: list[list[dict[str, Any]]] = []
    for level in range(levels):
        row: list[dict[str, Any]] = []
        for position, column in enumerate(columns):
            heads = column["heads"]
            if column["index"]:
                if level == 0:
                    row.append({"text": heads[0], "columns": 1, "rows": levels, "first": position})
                continue
            before = columns[position - 1] if position else None
            joined = level < levels - 1 and before and not before["index"] and before["heads"][: level + 1] == heads[: level + 1]
            if joined:
                row[-1]["columns"] += 1
            else:
                row.append({"text": heads[level], "columns": 1, "rows": 1, "first": position})
        rows.append(row)
    return rows


def _as_html(payload: dict[str, Any]) -> str:
    """The table for a plain notebook."""
    lines = [f"<table><caption>{html.escape(payload['caption'])}</caption><thead>"]
    for row in payload["heads"]:
        cells = "".join(f'<th colspan="{c["columns"]}" rowspan="{c["rows"]}">{html.escape(c["text"])}</th>' for c in row)
        lines.append(f"<tr>{cells}</tr>")
    lines.append("</thead><tbody>")
    for row in payload["rows"]:
        texts = [_cell_plainly(cell, column["format"]) for cell, column in zip(row, payload["columns"], strict=True)]
        lines.append("<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in texts) + "</tr>")
    return "\n".join([*lines, "</tbody></table>"])


def _cell_plainly(cell: Any, spec: str) -> str:
    if cell is None:
        return "\u2013"
    if isinstance(cell, dict):
        kind, value = next(iter(cell.items()))
        return _plainly(kind, value, spec)
    return _plainly("float" if isinstance(cell, float) else "int", cell, spec) if _is_number(cell) else str(cell)


# Figures


def _part(where: str, one: Any, number: int) -> tuple[Any, str, Any]:
    if not isinstance(one, (list, tuple)) or len(one) != 3 or not isinstance(one[1], str):  # noqa: PLR2004
        raise TypeError(f"{where}: figure {number + 1} of the group must be (Figure, subcaption, alt), not {_said(one)}")
    return one[0], one[1], one[2]


def _drawable(where: str, fig: Any) -> Any:
    drawn = fig if hasattr(fig, "savefig") else getattr(fig, "figure", None)
    if not hasattr(drawn, "savefig"):
        raise TypeError(f"{where}: fig must be a matplotlib Figure, not {_said(fig)}")
    return drawn


def _svg(fig: Any, salt: str) -> str:
    """Draw a figure as SVG whose ids come from its label, and whose bytes from nothing else but the drawing."""
    import matplotlib as mpl

    stream = io.StringIO()
    engine = fig.get_layout_engine() if hasattr(fig, "get_layout_engine") else None
    with mpl.rc_context({"svg.hashsalt": salt}):
        fig.savefig(stream, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches=None if engine else "tight")
    return stream.getvalue()


def _close(fig: Any) -> None:
    """Close a figure, so that the notebook does not show it a second time at the end of the cell."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(fig if hasattr(fig, "savefig") else fig.figure)


def _csv(where: str, data: Any) -> str:
    data = data.to_pandas() if hasattr(data, "to_pandas") else data
    if not hasattr(data, "to_csv"):
        raise TypeError(f"{where}: data must be a pandas DataFrame, not {_said(data)}")
    named = any(name is not None for name in data.index.names)
    return str(data.to_csv(index=named, lineterminator="\n"))
