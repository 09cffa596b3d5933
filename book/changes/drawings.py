"""How two pictures differ: paths of a drawing, pixels of an image."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    Images = Sequence[tuple[str, bytes]]

PIXELS_PER_INCH = 96.0
"""Resolution in which drawings are compared."""
_THRESHOLD = 24
"""Difference of a colour, of 255, from which on a pixel counts as another one."""
_SHAPE = re.compile(rb"<(?:path|use|image|rect|circle|line|polyline|polygon|text)\b[^>]*>")
_NAMES = re.compile(rb'\s(?:id|clip-path|xlink:href|href)="[^"]*"')


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different in a picture, or in the first of a group that differs."""

    said: str
    """In words: `12 of 340 shapes, 3.1 % of its pixels`."""
    pixels: float | None
    """Share of pixels that differ, 0 to 1; None where it could not be told."""
    before: bytes
    """The old picture as PNG; empty where it could not be drawn."""
    after: bytes
    """The new one."""
    shown: bytes
    """The new one in grey with what differs in red, as PNG; empty where sizes differ or nothing could be drawn."""


def differ(before: Images, after: Images) -> Difference | None:
    """How two figures differ; None where they are drawn alike."""
    if len(before) != len(after):
        return Difference(f"{len(before)} pictures, now {len(after)}", None, b"", b"", b"")
    for old, new in zip(before, after, strict=True):
        if old != new and (difference := _differ(old, new)):
            return difference
    return None


def _differ(old: tuple[str, bytes], new: tuple[str, bytes]) -> Difference | None:
    said = []
    if old[0] == new[0] == "svg":
        was, now = _shapes(old[1]), _shapes(new[1])
        if was == now and _texts(old[1]) == _texts(new[1]):
            return None
        said.append(f"{(now - was).total()} of {now.total()} shapes")
    first, second = _png(*old), _png(*new)
    share, shown = _pixels(first, second) if first and second else (None, b"")
    if share is not None:
        said.append(f"{100 * share:.1f} % of its pixels")
    elif first and second:
        said.append("another size")
    return Difference(", ".join(said) or "other bytes", share, first, second, shown)


def _shapes(svg: bytes) -> Counter[bytes]:
    """Shapes of a drawing without their names, which come from what they are drawn with."""
    return Counter(_NAMES.sub(b"", shape) for shape in _SHAPE.findall(svg))


def _texts(svg: bytes) -> list[bytes]:
    return re.findall(rb">([^<>]*\S[^<>]*)<", svg)


def _png(kind: str, data: bytes) -> bytes:
    """A picture as PNG; empty where it cannot be drawn."""
    if kind == "png":
        return data
    try:
        if kind == "svg":
            import typst

            page = b'#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#image("picture.svg")'
            compiler: Any = typst
            drawn = compiler.compile({"main": page, "picture.svg": data}, format="png", ppi=PIXELS_PER_INCH)
            return bytes(drawn[0] if isinstance(drawn, list) else drawn)
        return _as_png(_open(data))
    except (RuntimeError, OSError, ValueError):
        return b""


def _open(data: bytes) -> Any:
    from PIL import Image

    return Image.open(io.BytesIO(data)).convert("RGB")


def _as_png(image: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format="PNG")
    return stream.getvalue()


def _pixels(before: bytes, after: bytes) -> tuple[float | None, bytes]:
    """Share of the pixels that differ, and a picture of where; None where the sizes differ by more than a pixel."""
    import numpy as np
    from PIL import Image

    try:
        old, new = (np.asarray(_open(data), dtype=np.int16) for data in (before, after))
    except (OSError, ValueError):
        return None, b""
    if any(abs(a - b) > 1 for a, b in zip(old.shape, new.shape, strict=True)):
        return None, b""
    height, width = min(old.shape[0], new.shape[0]), min(old.shape[1], new.shape[1])
    old, new = old[:height, :width], new[:height, :width]
    moved = np.abs(old - new).max(axis=2) > _THRESHOLD
    grey = np.repeat(new.mean(axis=2, keepdims=True) * 0.5 + 127, 3, axis=2).astype(np.uint8)
    grey[moved] = (200, 30, 30)
    return float(moved.mean()), _as_png(Image.fromarray(grey))
