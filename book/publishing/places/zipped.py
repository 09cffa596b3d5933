"""A zip file, to hand over or to upload."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from book.project import write
from book.publishing.places.place import PlaceError, name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

MOMENT = (1980, 1, 1, 0, 0, 0)
"""The date that all its files have: the same editions make the same file."""


class Zipped:
    """Editions side by side in a zip file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files: dict[str, bytes] = {}

    @property
    def name(self) -> str:
        """As messages name it."""
        return self._path.as_posix()

    def look(self) -> Mapping[str, str]:
        """Every file that is in it; raises PlaceError where it is no zip file."""
        self._files = {}
        if self._path.exists():
            try:
                with zipfile.ZipFile(self._path) as archive:
                    self._files = {one.filename: archive.read(one) for one in archive.infolist() if not one.is_dir()}
            except (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
                raise PlaceError(f"it cannot be read as a zip file: {error}") from error
        return {path: name_of(data) for path, data in sorted(self._files.items())}

    def read(self, path: str) -> bytes | None:
        """A file's content; None without it."""
        return self._files.get(path)

    def bring(self, paths: Iterable[str]) -> None:
        """They are."""

    def put(self, files: Mapping[str, bytes], removed: Collection[str], message: str) -> str:  # noqa: ARG002
        """Write it anew, whole or not at all."""
        everything = {path: data for path, data in {**self._files, **files}.items() if path not in removed}
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(everything):
                entry = zipfile.ZipInfo(path, MOMENT)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, everything[path], zipfile.ZIP_DEFLATED)
        try:
            write(self._path, stream.getvalue())
        except OSError as error:
            raise PlaceError(f"it cannot be written: {error.strerror}") from error
        return self.name
