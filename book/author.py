"""What a cell says to the thesis: record a finding, show a table, show a figure."""

from __future__ import annotations

import io
import os
import re
import sys
from typing import TYPE_CHECKING, Any

from book.frames import as_csv, as_frame, as_html, check_columns, columns_of, describe, heads_of, plain_text
from book.values import named, python_value, typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FINDING = "application/vnd.thesis.finding+json"
TABLE = "application/vnd.thesis.table+json"
FIGURE = "application/vnd.thesis.figure+json"
VERSION = 1
"""Of all three; a reader refuses what is newer than itself."""

_NAME = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*")
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]*")
_PARTS = 3


def record(
    name: str,
    value: Any,
    unit: str | None = None,
    format: str | None = None,  # noqa: A002
    tolerance: float | None = None,
) -> None:
    """Record a finding under a dotted, lower-case name, to be used anywhere in the text.

    `value` is text, a number, a truth value or a date, of Python, NumPy or pandas. `unit` is printed after it; `format`
    is a Python format spec (`.1f`, `.0%`, `,d`; `%d %B %Y` for dates). `tolerance` says by how much a number may differ
    from the accepted one before anybody is told; its printed precision by default. Raises ValueError for a name or a
    tolerance, and TypeError for a value, that cannot be recorded.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"record: name '{name}' must be lower-case words joined by dots, such as 'h3.support'")
    for what, given in (("unit", unit), ("format", format)):
        if given is not None and not isinstance(given, str):
            raise TypeError(f"record('{name}'): {what} must be text, not {named(given)}")
    taken = typed(value)
    if taken is None:
        raise TypeError(f"record('{name}'): value must be text, a number, a truth value or a date, not {named(value)}")
    kind, plain = taken
    payload = {"name": name, "value": plain, "kind": kind, "unit": unit or "", "format": format or ""}
    if names := _stand_ins():
        payload["stand_ins"] = names
    if tolerance is not None:
        payload["tolerance"] = _checked_tolerance(name, kind, tolerance)
    said = f"{name} = {plain_text(python_value(kind, plain), format or '')}"
    _display(FINDING, payload, {"text/plain": f"{said} {unit}" if unit else said})


def _checked_tolerance(name: str, kind: str, tolerance: Any) -> float:
    taken = typed(tolerance)
    if taken is None or taken[0] not in ("int", "float", "decimal"):
        raise TypeError(f"record('{name}'): tolerance must be a number, not {named(tolerance)}")
    if kind not in ("int", "float", "decimal", "missing"):
        raise ValueError(f"record('{name}'): only a number has a tolerance")
    number = float(taken[1])
    if not 0 <= number < float("inf"):
        raise ValueError(f"record('{name}'): tolerance must be 0 or more, not {tolerance}")
    return number


STAND_INS = "THESIS_STAND_INS"
"""Environment variable to which a loader adds the name of each resource that it replaces by a stand-in, with commas between."""


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

    `caption`, `note` and the text of the columns in `markup` are MyST. `units`, `align` (left, right, center), `widths`
    (relative) and `formats` (Python format specs) go by column. `wide` asks for a landscape page, `long` lets the table
    break over pages. `index` shows the index as first columns; by default only where it has a name. Raises TypeError
    and ValueError for what cannot be shown.
    """
    where = _checked("table", label, caption, note)
    frame = as_frame(where, frame)
    columns = columns_of(frame, index)
    marked = dict.fromkeys([markup] if isinstance(markup, str) else markup, True)
    options = {"units": units, "align": align, "formats": formats, "widths": widths, "markup": marked}
    given: dict[str, Mapping[Any, Any]] = {name: {} if value is None else value for name, value in options.items()}
    for option, value in given.items():
        check_columns(where, option, value, columns)
    payload: dict[str, Any] = {
        **_texts(label, caption, note, wide),
        "long": bool(long),
        "heads": heads_of(columns, frame.columns.nlevels),
        "columns": [describe(where, column, given) for column in columns],
        "rows": [list(row) for row in zip(*(column.cells for column in columns), strict=True)],
    }
    said = f"{label}: {caption} ({len(payload['rows'])} rows, {len(columns)} columns)"
    _display(TABLE, payload, {"text/html": as_html(payload), "text/plain": said})


def figure(
    fig: Any,
    label: str,
    caption: str,
    alt: str | None = None,
    note: str | None = None,
    data: Any = None,
    wide: bool = False,
) -> None:
    """Show a matplotlib Figure as a numbered vector graphic.

    `caption` and `note` are MyST; `alt` says in plain text what the figure shows; `data` is the DataFrame behind it. A
    group of figures is a list of (Figure, subcaption, alt). Raises TypeError and ValueError for what cannot be shown.
    """
    where = _checked("figure", label, caption, note)
    group = isinstance(fig, (list, tuple))
    parts = _parts(where, fig, alt) if group else [(fig, "", alt)]
    images = [_drawn(where, label, number if group else None, *part) for number, part in enumerate(parts)]
    payload = {
        **_texts(label, caption, note, wide),
        "group": group,
        "images": images,
        "data": "" if data is None else as_csv(where, data),
    }
    _display(FIGURE, payload, _shown(label, caption, images))
    for one, _caption, _alt in parts:
        _close(one)


def _checked(what: str, label: Any, caption: Any, note: Any) -> str:
    """Name the call for messages, once its texts are in order."""
    if not isinstance(label, str) or not label:
        raise ValueError(f"{what}: label is missing; give one such as '{what[:3]}-name'")
    where = f"{what}('{label}')"
    if not _LABEL.fullmatch(label):
        raise ValueError(f"{where}: a label is made of letters, digits and hyphens and starts with a letter")
    for name, text in (("caption", caption), ("note", "" if note is None else note)):
        if not isinstance(text, str):
            raise TypeError(f"{where}: {name} must be text, not {named(text)}")
    return where


def _texts(label: str, caption: str, note: str | None, wide: bool) -> dict[str, Any]:
    return {"label": label, "caption": caption, "note": _with_stand_ins(note or ""), "wide": bool(wide)}


def _with_stand_ins(note: str) -> str:
    """Say that data are synthetic wherever they may have been used: from the loading of a stand-in to the chapter's end."""
    names = _stand_ins()
    said = f"Made with synthetic stand-in data for {', '.join(names)}, not with the real ones." if names else ""
    return " ".join(filter(None, (note, said)))


def _stand_ins() -> list[str]:
    """Resources that a loader has replaced in this chapter so far."""
    return sorted(filter(None, os.environ.get(STAND_INS, "").split(",")))


# Figures


def _parts(where: str, figs: Any, alt: Any) -> list[tuple[Any, str, Any]]:
    """Take the figures of a group."""
    if not figs:
        raise ValueError(f"{where}: a group needs at least one (Figure, subcaption, alt)")
    if alt:
        raise ValueError(f"{where}: in a group each figure has its own alternative text; leave alt out")
    for number, one in enumerate(figs):
        if not isinstance(one, (list, tuple)) or len(one) != _PARTS or not isinstance(one[1], str):
            raise TypeError(f"{where}: figure {number + 1} of the group must be (Figure, subcaption, alt)")
    return [(one[0], one[1], one[2]) for one in figs]


def _drawn(where: str, label: str, number: int | None, fig: Any, caption: str, alt: Any) -> dict[str, str]:
    """Draw one figure, which must have an alternative text."""
    if not isinstance(alt, str) or not alt.strip():
        what = "the figure" if number is None else f"figure {number + 1} of the group"
        raise ValueError(f"{where}: alt is missing; say in plain text what {what} shows")
    drawn = _whole(fig)
    if not hasattr(drawn, "savefig"):
        raise TypeError(f"{where}: expected a matplotlib Figure, not {named(fig)}")
    salt = label if number is None else f"{label}-{number}"
    return {"svg": _svg(drawn, salt), "caption": caption, "alt": " ".join(alt.split())}


def _whole(fig: Any) -> Any:
    """Take the figure that axes, or a grid of another library, are part of."""
    figure = getattr(fig, "figure", None)
    return figure if hasattr(figure, "savefig") else fig


def _svg(fig: Any, salt: str) -> str:
    """Draw a figure as SVG whose ids come from its label, and whose bytes from nothing else but the drawing."""
    import matplotlib as mpl

    stream = io.StringIO()
    engine = fig.get_layout_engine() if hasattr(fig, "get_layout_engine") else None
    metadata = {"Date": None, "Creator": None}
    with mpl.rc_context({"svg.hashsalt": salt}):
        fig.savefig(stream, format="svg", metadata=metadata, bbox_inches=None if engine else "tight")
    return stream.getvalue()


def _shown(label: str, caption: str, images: list[dict[str, str]]) -> dict[str, str]:
    """Show the figures in a plain notebook."""
    said = f"{label}: {caption} ({'; '.join(image['alt'] for image in images)})"
    if len(images) == 1:
        return {"image/svg+xml": images[0]["svg"], "text/plain": said}
    from html import escape

    parts = (f"<figure>{one['svg']}<figcaption>{escape(one['caption'])}</figcaption></figure>" for one in images)
    return {"text/html": "".join(parts), "text/plain": said}


def _close(fig: Any) -> None:
    """Close a figure, so that the notebook does not show it a second time at the end of the cell."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(_whole(fig))


# To the notebook


def _display(mime: str, payload: dict[str, Any], fallback: dict[str, str]) -> None:
    """Hand a bundle to the notebook; in plain Python, print what it says in words."""
    ipython: Any = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(fallback["text/plain"])  # noqa: T201
        return
    bundle = {mime: {"version": VERSION, **payload, "line": _line_in_cell()}, **fallback}
    from IPython import display

    publish: Any = display.publish_display_data
    publish(bundle, metadata={"thesis": {"mime": mime}})


def _line_in_cell() -> int:
    """Line of the running cell that calls us, counted from 1; 0 outside of a cell."""
    frame: Any = sys._getframe(1)  # noqa: SLF001
    while frame is not None:
        top = frame.f_code.co_name.startswith(("<module", "<cell line"))
        if top and frame.f_globals.get("__name__") == "__main__":
            return int(frame.f_lineno)
        frame = frame.f_back
    return 0
