"""The thesis as it is sent: by content, in pieces, each of which is sent once to a machine."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from book.execution.names import OURS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

PIECE = 4_000_000
"""Bytes of a piece; most files are one."""
LEFT = frozenset({"_build", "__pycache__", "node_modules"})
"""Folders that are not sent, nor what is hidden; environments, found by what lies in them, are sent empty."""
RESTRICTED = "_build/cache/restricted"
"""Restricted data that were fetched: the one thing of `_build` that cells read."""
TRIES = 5
"""Looks at a file that changes while it is looked at."""

Looks = tuple[int, int, int, int]
"""Size, times of content and of state, and inode of a file."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it is sent."""

    pieces: tuple[str, ...]
    """Digests of its pieces, in order; none where it is empty."""
    looks: Looks
    """How it looks on the machine that builds."""
    executable: bool = False
    """Whether it may be run as a program."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A thesis's files by content; what they hold is read when a machine asks for it."""

    root: str
    """The thesis's root on the machine that builds."""
    package: str
    """This package's folder there."""
    host: str
    """That machine's name, so that two machines' theses at the same path are kept apart."""
    files: Mapping[str, Sent] = field(default_factory=dict)
    """What is sent, by path from the root."""
    folders: tuple[str, ...] = ()
    """All folders, empty ones among them: cells may list them."""

    def pieces(self) -> frozenset[str]:
        """Digests of all that is needed."""
        return frozenset(piece for sent in self.files.values() for piece in sent.pieces)

    def read(self, wanted: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """The content of pieces.

        Raises MovedError where a file is not what it was any more.
        """
        missing = set(wanted)
        for name, sent in self.files.items():
            for number, piece in enumerate(sent.pieces):
                if piece in missing:
                    missing.remove(piece)
                    yield piece, self._piece(name, number, piece)

    def _piece(self, name: str, number: int, piece: str) -> bytes:
        try:
            with Path(self.root, name).open("rb") as stream:
                stream.seek(number * PIECE)
                content = stream.read(PIECE)
        except OSError as error:
            raise MovedError(name) from error
        if hashlib.sha256(content).hexdigest() != piece:
            raise MovedError(name)
        return content


class MovedError(Exception):
    """A file changed after the parcel was packed."""


def pack(root: Path, host: str, digest: Callable[[Path], str | None]) -> Parcel:
    """Look at every file of a thesis; `digest` gives that of a whole file, perhaps from what it knew before."""
    files: dict[str, Sent] = {}
    folders: list[str] = []
    for name, path, folder in _listed(root):
        if folder:
            folders.append(name)
        elif sent := _sent(path, digest):
            files[name] = sent
    return Parcel(str(root), str(OURS), host, files, tuple(folders))


def _listed(root: Path) -> Iterator[tuple[str, Path, bool]]:
    """Every file and folder that is sent, with its name from the root and whether it is a folder."""
    yield from _below(root, "", ())
    restricted = root / RESTRICTED
    if restricted.is_dir():
        yield RESTRICTED, restricted, True
        yield from (
            (f"{RESTRICTED}/{path.name}", path, False) for path in sorted(restricted.iterdir()) if path.is_file()
        )


def _below(folder: Path, prefix: str, above: tuple[Path, ...]) -> Iterator[tuple[str, Path, bool]]:
    """What lies below a folder; links are followed, but not in circles."""
    real = folder.resolve()
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    if real in above or any(entry.name in ("pyvenv.cfg", "conda-meta") for entry in entries):
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name in LEFT:
            continue
        path, name = Path(entry.path), f"{prefix}{entry.name}"
        if entry.is_file():
            yield name, path, False
        elif entry.is_dir():
            yield name, path, True
            yield from _below(path, f"{name}/", (*above, real))


def _sent(path: Path, digest: Callable[[Path], str | None]) -> Sent | None:
    """A file as it is sent; None where it cannot be read, so that cells will not be able to either."""
    for _ in range(TRIES):
        try:
            before = looks(path)
            pieces = pieces_of(path, before[0], digest)
            executable = os.access(path, os.X_OK)
            if looks(path) == before:
                return Sent(pieces, before, executable)
        except OSError:
            return None
    return None


def pieces_of(path: Path, size: int, digest: Callable[[Path], str | None]) -> tuple[str, ...]:
    """Digests of a file's pieces.

    Raises OSError where it cannot be read.
    """
    if not size:
        return ()
    if size <= PIECE:
        found = digest(path)
        if found is None:
            raise FileNotFoundError(path)
        return (found,)
    with path.open("rb") as stream:
        return tuple(hashlib.sha256(content).hexdigest() for content in iter(lambda: stream.read(PIECE), b""))


def looks(path: Path) -> Looks:
    """How a file looks now."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
