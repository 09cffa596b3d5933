"""By how much two files differ, in words: rows of tables, lines of texts, members of archives, bytes."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass
from itertools import zip_longest
from operator import ne
from typing import TYPE_CHECKING

from book.execution.contents import difference
from book.project import digest
from book.verifying.causes import CLOCK, Cause

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 20_000_000
"""A larger file is told by its size alone."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """How two files differ."""

    said: str
    """By how much, in words."""
    texts: tuple[str, str] = ("", "")
    """The first lines that differ; empty where they have no words."""
    cause: Cause | None = None
    """What that comes from, where the files themselves tell."""


def contrast(name: str, one: Path | None, other: Path | None) -> Contrast | None:
    """Set two files side by side, of which one may not be there; None where they are the same."""
    if one is None or other is None:
        if one is other:
            return None
        return Contrast("it is written only the second time" if one is None else "it is not written the second time")
    sizes = one.stat().st_size, other.stat().st_size
    if sizes[0] == sizes[1] and digest(one) == digest(other):
        return None
    if max(sizes) > MOST_BYTES:
        return Contrast(_sizes(*sizes))
    return _contents(name, one.read_bytes(), other.read_bytes())


def _contents(name: str, one: bytes, other: bytes) -> Contrast:
    """By what two files have in them."""
    return _members(one, other) or _unpacked(name, one, other) or _plain(name, one, other)


def _plain(name: str, one: bytes, other: bytes) -> Contrast:
    """By lines where both are texts, by bytes elsewhere."""
    return _lines(name, one, other) if _is_text(one) and _is_text(other) else _bytes(one, other)


def _lines(name: str, one: bytes, other: bytes) -> Contrast:
    lines, others = one.splitlines(), other.splitlines()
    pair = next(((a, b) for a, b in zip_longest(lines, others, fillvalue=b"") if a != b), (b"", b""))
    return Contrast(
        difference(name, lines, others) or _sizes(len(one), len(other)), (pair[0].decode(), pair[1].decode())
    )


def _members(one: bytes, other: bytes) -> Contrast | None:
    """Of two zip archives, as spreadsheets are some, the first member that differs; dates of members are the clock's."""
    try:
        first, second = ({entry.filename: archive.read(entry) for entry in archive.infolist()} for archive in map(_zip, (one, other)))  # fmt: skip
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
        return None
    differing = sorted(name for name in {*first, *second} if first.get(name) != second.get(name))
    if not differing:
        return Contrast("nothing but the dates or the order of its members", cause=CLOCK)
    name = differing[0]
    inner = _plain(name, first.get(name, b""), second.get(name, b""))
    more = f" and {len(differing) - 1} more" if len(differing) > 1 else ""
    return Contrast(f"'{name}' in it{more}: {inner.said}", inner.texts, inner.cause)


def _zip(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def _unpacked(name: str, one: bytes, other: bytes) -> Contrast | None:
    """Of two files that gzip has packed, what is in them; its header holds a date."""
    try:
        first, second = gzip.decompress(one), gzip.decompress(other)
    except (OSError, EOFError, zlib.error):
        return None
    if first == second:
        return Contrast("nothing but the date in its header", cause=CLOCK)
    return _plain(name.removesuffix(".gz"), first, second)


def _bytes(one: bytes, other: bytes) -> Contrast:
    if len(one) != len(other):
        return Contrast(_sizes(len(one), len(other)))
    first = next(at for at, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])
    return Contrast(f"{sum(map(ne, one, other)):,} of {len(one):,} bytes, the first at {first:,}")


def _sizes(one: int, other: int) -> str:
    return f"{one:,} bytes, then {other:,}" if one != other else f"{one:,} bytes each time, and others"


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False
