"""A worker's pieces of theses, by content, kept from one build to the next and shared by the workers of a machine."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from book.project import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FOLDER = "THESIS_WORKER_FOLDER"
"""Environment variable of a worker that says where it keeps what it was sent."""
FORGET_AFTER = 14 * 24 * 3600.0
"""Seconds after which a piece that nobody asked for is dropped."""


class LackingError(Exception):
    """A piece that is not there, or not any more what its name says."""


class Pieces:
    """Pieces in a folder, each in a file named for its digest."""

    def __init__(self, folder: Path) -> None:
        """Take what is there."""
        self._folder = folder / "pieces"

    def lacking(self, wanted: Iterable[str]) -> tuple[str, ...]:
        """Digests of the pieces that are not there; the others are kept on."""
        return tuple(sorted(piece for piece in wanted if not self._keep(piece)))

    def put(self, given: Mapping[str, bytes]) -> None:
        """Take pieces; what is not what it is called is left out, and will be asked for again."""
        for piece, content in given.items():
            if hashlib.sha256(content).hexdigest() == piece:
                write(self._path(piece), content)

    def content(self, piece: str) -> bytes:
        """What a piece holds.

        Raises LackingError where it is gone or damaged.
        """
        path = self._path(piece)
        try:
            found = path.read_bytes()
        except OSError:
            raise LackingError(piece) from None
        if hashlib.sha256(found).hexdigest() != piece:
            path.unlink(missing_ok=True)
            raise LackingError(piece)
        return found

    def tidy(self) -> None:
        """Drop what nobody has asked for in a long time."""
        for path in self._folder.glob("*/*"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > FORGET_AFTER:
                    path.unlink()

    def _path(self, piece: str) -> Path:
        return self._folder / piece[:2] / piece

    def _keep(self, piece: str) -> bool:
        try:
            os.utime(self._path(piece))
        except OSError:
            return False
        return True


def worker_folder() -> Path:
    """Where this machine's workers keep what they were sent: the user's own, whoever else is on the machine.

    Raises PermissionError where it is somebody else's.
    """
    user = str(os.getuid()) if hasattr(os, "getuid") else "here"
    given = os.environ.get(FOLDER)
    folder = Path(given).absolute() if given else Path(tempfile.gettempdir(), f"thesis-worker-{user}")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not given and hasattr(os, "getuid") and (not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid()):
        raise PermissionError(1, "belongs to somebody else", str(folder))
    return folder
