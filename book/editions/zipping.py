"""Zip files of the same bytes from the same content."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MODE = 0o644
OLDEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip file can tell."""


def unzipped(data: bytes) -> dict[str, bytes]:
    """Every file in a zip file, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def zipped(files: Mapping[str, bytes], epoch: int, *, first: Sequence[str] = (), stored: Sequence[str] = ()) -> bytes:
    """Put files together in a fixed order, all as old as `epoch`; those in `first` come first, those in `stored` are not compressed."""
    moment = max(OLDEST, datetime.fromtimestamp(epoch, UTC).timetuple()[:6])
    order = [*(name for name in first if name in files), *sorted(set(files) - set(first))]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in order:
            one = zipfile.ZipInfo(name, moment)
            one.external_attr, one.create_system = MODE << 16, 3
            one.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(one, files[name])
    return made.getvalue()
