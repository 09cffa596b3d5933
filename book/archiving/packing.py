"""A folder as a zip file: the same content, the same bytes, whoever packs it, when and where."""

from __future__ import annotations

import time
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_OLDEST = 315_532_800
"""1 January 1980, before which a zip file knows no date."""
_UNIX = 3
_REGULAR, _PROGRAM = 0o100644, 0o100755


def pack(folder: Path, target: Path, epoch: int, programs: frozenset[str] = frozenset()) -> None:
    """Write every file of a folder, below the folder's own name, in the order of their names.

    Nothing is compressed: another release of a library packs otherwise, and of a damaged archive only the damaged file
    is lost. `programs` are the files that may be run.
    """
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.rglob("*"), key=lambda one: one.relative_to(folder).as_posix()):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                with (
                    path.open("rb") as source,
                    archive.open(_entry_of(path, folder, epoch, name in programs), "w") as stream,
                ):
                    while block := source.read(1 << 20):
                        stream.write(block)


def _entry_of(path: Path, folder: Path, epoch: int, program: bool) -> zipfile.ZipInfo:
    made = entry(f"{folder.name}/{path.relative_to(folder).as_posix()}", epoch, program=program)
    made.file_size = path.stat().st_size
    return made


def entry(name: str, epoch: int, *, program: bool = False) -> zipfile.ZipInfo:
    """What a zip file says of a file: nothing of this machine."""
    made = zipfile.ZipInfo(name, time.gmtime(max(epoch, _OLDEST))[:6])
    made.create_system = _UNIX
    made.external_attr = (_PROGRAM if program else _REGULAR) << 16
    return made
