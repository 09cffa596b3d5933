"""Pictures are fine enough for print."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from book.checks.figures.picturing import file_of, shown_in
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from book.checks.figures.picturing import Shown
    from book.checks.subject import Subject
    from book.config import Pdf

LEAST = 150
"""Pixels an inch below which print shows steps and blur."""
ICON = 160
"""Pixels that an icon or a badge has at most, on either side; they are printed small."""
_SMALL = 1.2
"""Inches up to which a small picture is printed as an icon is."""
_UNSCALED = 72
"""Pixels an inch at which a picture without a width or a density of its own is printed, as long as it fits."""
_SCREEN = 96
"""Pixels of a width given in `px`, to the inch."""
_INCHES = {
    "mm": 1 / 25.4,
    "cm": 1 / 2.54,
    "in": 1.0,
    "pt": 1 / 72,
    "pc": 1 / 6,
    "px": 1 / _SCREEN,
    "": 1 / _SCREEN,
    "em": 11 / 72,
    "ex": 5 / 72,
    "rem": 11 / 72,
}
_PAPERS = {"a3": 297, "a4": 210, "a5": 148, "b5": 176, "us-letter": 215.9, "us-legal": 215.9}
"""Widths in millimetres."""
_MARGINS = {"inner": 32.0, "outer": 25.0}
"""Margins in millimetres where the author gives none."""
_LENGTH = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(mm|cm|in|pt|pc|px|%|rem|em|ex|)\s*$")


@dataclass(frozen=True, slots=True)
class Size:
    """A picture's size in pixels."""

    width: int
    """From left to right."""
    height: int
    """From top to bottom."""
    density: float = 0.0
    """Pixels to the inch that the file asks for; 0 where it says nothing."""


def every_picture_is_fine_enough(subject: Subject) -> Iterator[Diagnostic]:
    """Every pixel image that is printed has pixels enough for the size it is printed at."""
    text = text_width(subject.sources.config.thesis.pdf)
    sizes: dict[str, Size | None] = {}
    said: set[tuple[str, str]] = set()
    for shown in shown_in(subject):
        path = file_of(shown.picture, subject)
        if path is None or path.suffix.lower() == ".svg" or (shown.picture.path, shown.picture.uri) in said:
            continue
        if shown.picture.uri not in sizes:
            sizes[shown.picture.uri] = size_of(path)
        size = sizes[shown.picture.uri]
        if size is None:
            continue
        printed = _printed_width(shown, size, text)
        if max(size.width, size.height) <= ICON and not (_captioned(shown) and printed > _SMALL):
            continue
        density = size.width / printed
        if printed > 0 and round(density) < LEAST:
            said.add((shown.picture.path, shown.picture.uri))
            yield _remark(shown, size, printed, density)


def _captioned(shown: Shown) -> bool:
    """Whether a picture is a figure with a caption: no icon, whatever its size."""
    return bool(shown.figure is not None and shown.figure.caption)


def _remark(shown: Shown, size: Size, printed: float, density: float) -> Diagnostic:
    name = shown.picture.uri.rpartition("/")[2]
    wanted = round(printed * LEAST)
    return Diagnostic(
        "coarse-image",
        f"picture '{name}' is too coarse for print: {size.width} pixels over {printed * 2.54:.1f} cm are {density:.0f} to the inch",
        "warning",
        shown.picture.path,
        shown.place.line,
        shown.place.column,
        hint=f"take a vector graphic or one {wanted} pixels wide, or print it narrower with ':width: {size.width / LEAST * 2.54:.0f}cm'",
        cell=shown.place.cell,
    )


def text_width(pdf: Pdf) -> float:
    """Width of the text on paper in inches."""
    margins = [_inches(str(pdf.margins.get(side, "")), 0.0) or usual / 25.4 for side, usual in _MARGINS.items()]
    return max(_PAPERS.get(pdf.paper.lower(), _PAPERS["a4"]) / 25.4 - sum(margins), 1.0)


def _inches(length: str, text: float) -> float:
    """A length in inches; 0 where there is none."""
    match = _LENGTH.match(length)
    if not match:
        return 0.0
    return float(match[1]) * (text / 100 if match[2] == "%" else _INCHES[match[2]])


def _printed_width(shown: Shown, size: Size, text: float) -> float:
    """How wide a picture is printed: as wide as the author or the file says, or one pixel a point, and never wider than the text."""
    picture = shown.picture
    width = _inches(picture.width, text)
    if not width and picture.height:
        width = _inches(picture.height, 0.0) * size.width / max(size.height, 1)
    return min(width or size.width / (size.density or _UNSCALED), text)


_HEAD = 65_536
"""Bytes that hold the size and the density of a picture, but for a JPEG with a long preface."""
_METRE, _CENTIMETRE = 0.0254, 2.54


def size_of(path: Path) -> Size | None:
    """A picture's size and density by the first bytes of its file; None where it is no pixel image that we know."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return None
    try:
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png(head)
        if head[:6] in (b"GIF87a", b"GIF89a"):
            return Size(*struct.unpack("<HH", head[6:10]))
        return _jpeg(head) if head.startswith(b"\xff\xd8") else None
    except struct.error:
        return None


def _png(head: bytes) -> Size:
    """Its first chunk gives the size; one before the pixels may give the density."""
    width, height = struct.unpack(">II", head[16:24])
    position, density = 8, 0.0
    while position + 8 <= len(head):
        length, kind = struct.unpack(">I4s", head[position : position + 8])
        if kind == b"pHYs":
            across, _down, unit = struct.unpack(">IIB", head[position + 8 : position + 17])
            density = across * _METRE if unit == 1 else 0.0
        if kind in (b"pHYs", b"IDAT"):
            break
        position += 12 + length
    return Size(width, height, density)


def _jpeg(head: bytes) -> Size | None:
    """Walk over the segments of a JPEG to the frame that gives its size."""
    position, density = 2, 0.0
    while position + 9 < len(head) and head[position] == 0xFF:  # noqa: PLR2004
        kind, length = head[position + 1], int.from_bytes(head[position + 2 : position + 4], "big")
        if kind == 0xFF:  # noqa: PLR2004
            position += 1
            continue
        if kind == 0xE0 and head[position + 4 : position + 9] == b"JFIF\0":  # noqa: PLR2004
            unit, across = struct.unpack(">BH", head[position + 11 : position + 14])
            density = {1: 1.0, 2: _CENTIMETRE}.get(unit, 0.0) * across
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):  # noqa: PLR2004
            height, width = struct.unpack(">HH", head[position + 5 : position + 9])
            return Size(width, height, density)
        position += 2 + length
    return None
