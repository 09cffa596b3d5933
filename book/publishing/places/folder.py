"""A folder, of a web server or a share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.project import write
from book.publishing.places.place import PlaceError, name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path


class Folder:
    """Editions side by side in a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def name(self) -> str:
        """As messages name it."""
        return self._path.as_posix()

    def look(self) -> Mapping[str, str]:
        """Every file that is there; raises PlaceError."""
        try:
            found = [path for path in self._path.rglob("*") if path.is_file()]
            return {path.relative_to(self._path).as_posix(): name_of(path.read_bytes()) for path in sorted(found)}
        except OSError as error:
            raise PlaceError(f"it cannot be read: {error.strerror}") from error

    def read(self, path: str) -> bytes | None:
        """A file's content; None without it."""
        at = self._path / path
        return at.read_bytes() if at.is_file() else None

    def bring(self, paths: Iterable[str]) -> None:
        """They are."""

    def put(self, files: Mapping[str, bytes], removed: Collection[str], message: str) -> str:  # noqa: ARG002
        """Write new editions first and what leads to them last, each file whole; then remove."""
        try:
            for path in sorted(files, key=lambda path: ("/" not in path, path.startswith("latest/"), path)):
                write(self._path / path, files[path])
            for path in removed:
                (self._path / path).unlink(missing_ok=True)
            for folder in sorted({(self._path / path).parent for path in removed}, reverse=True):
                if folder.is_dir() and not any(folder.iterdir()):
                    folder.rmdir()
        except OSError as error:
            raise PlaceError(f"it cannot be written: {error.strerror}; run the command again when it can") from error
        return self.name
