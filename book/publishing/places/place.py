"""What every place to publish at can do."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


class PlaceError(Exception):
    """The place cannot be read or written; its text says why."""


class MovedError(PlaceError):
    """Somebody else has published meanwhile: look again."""


class Place(Protocol):
    """A place that holds published editions."""

    @property
    def name(self) -> str:
        """As messages name it."""
        ...

    def look(self) -> Mapping[str, str]:
        """Every file that is there, with the name that its content has in git; raises PlaceError."""
        ...

    def read(self, path: str) -> bytes | None:
        """A file's content as it was at the last look; None without it."""
        ...

    def bring(self, paths: Iterable[str]) -> None:
        """Have the contents of many files at hand before they are read one by one."""
        ...

    def put(self, files: Mapping[str, bytes], removed: Collection[str], message: str) -> str:
        """Write and remove files, all or none of them; says in words where they are now.

        Raises MovedError where the place is not as it was at the last look, PlaceError where it cannot be written.
        """
        ...


def name_of(data: bytes) -> str:
    """The name of a content in git."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
