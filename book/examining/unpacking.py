"""Unpacking an archive from anybody: nothing lands outside, nothing leads out, nothing floods the disk."""

from __future__ import annotations

import os
import stat
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_BLOCK = 1 << 20
_LONGEST_NAME, _LONGEST_PATH = 255, 1024
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
)
"""Names that mean devices on Windows."""
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that have what follows read backwards: `exe.fdp` for `pdf.exe`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large an archive may be."""

    files: int = 100_000
    """Entries."""
    size: int = 20_000_000_000
    """Bytes of all files together, unpacked."""
    ratio: int = 200
    """How many times an entry may grow when it is unpacked, beyond its first million bytes."""


class _HostileError(Exception):
    """An entry that is not unpacked; says why."""


def unpack(archive: Path, target: Path, limits: Limits = Limits()) -> Path:
    """Unpack a zip file into a folder that does not exist yet; returns the one folder in it, or the folder itself.

    Raises ConfigError, and leaves nothing, where it cannot be read, or an entry would do harm.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            _look(opened.infolist(), limits)
            target.mkdir(parents=True)
            left = limits.size
            for entry in opened.infolist():
                left -= _write(opened, entry, target, left)
    except _HostileError as error:
        _remove(target)
        raise ConfigError(
            [
                Diagnostic(
                    "archive-unsafe",
                    f"the archive is not unpacked: {error}",
                    "error",
                    archive.name,
                    hint="ask whoever gave it to you; 'thesis archive' makes no such file",
                )
            ]
        ) from None
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        _remove(target)
        raise ConfigError(
            [
                Diagnostic(
                    "archive-unreadable",
                    f"the archive cannot be read: {error}",
                    "error",
                    archive.name,
                    hint="fetch it again, and compare its SHA-256 with the published one",
                )
            ]
        ) from None
    inner = list(target.iterdir())
    return inner[0] if len(inner) == 1 and inner[0].is_dir() else target


def _look(entries: Iterable[zipfile.ZipInfo], limits: Limits) -> None:
    """Look at every entry before any is written."""
    listed = list(entries)
    _whole(listed, limits)
    seen: dict[str, str] = {}
    folders: dict[str, str] = {}
    for entry in listed:
        _each(entry, limits, seen, folders)


def refused(files: Mapping[str, int], limits: Limits = Limits()) -> Iterator[tuple[str, str]]:
    """Path, and words, for everything for which an archive of files with these names and sizes would not be unpacked."""
    listed = [_entry(name, size) for name, size in files.items()]
    try:
        _whole(listed, limits)
    except _HostileError as error:
        yield "", str(error)
    seen: dict[str, str] = {}
    folders: dict[str, str] = {}
    for name, entry in zip(files, listed, strict=True):
        try:
            _each(entry, limits, seen, folders)
        except _HostileError as error:
            yield name, str(error)


def _entry(name: str, size: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.flag_bits |= 0x800
    made.file_size = made.compress_size = size
    return made


def _whole(listed: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(listed) > limits.files:
        raise _HostileError(f"it holds {len(listed)} files, more than {limits.files}")
    whole = sum(entry.file_size for entry in listed)
    if whole > limits.size:
        raise _HostileError(f"it holds {whole} bytes, more than {limits.size}")


def _each(entry: zipfile.ZipInfo, limits: Limits, seen: dict[str, str], folders: dict[str, str]) -> None:
    _named(entry)
    _kind(entry)
    if entry.file_size > max(_BLOCK, limits.ratio * entry.compress_size):
        raise _HostileError(f"'{_shown(entry)}' grows from {entry.compress_size} to {entry.file_size} bytes")
    _alone(entry, seen, folders)


def _named(entry: zipfile.ZipInfo) -> None:
    """A name is a relative path of plain parts, which means the same on every system."""
    name = entry.orig_filename
    if not entry.flag_bits & 0x800 and not name.isascii():
        raise _HostileError(f"the name '{_shown(entry)}' is not in UTF-8")
    if "\0" in name or "\\" in name or any(letter in TURNING or unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        raise _HostileError(f"the name '{_shown(entry)}' holds what no name may")
    if PurePosixPath(name).is_absolute() or (len(name) > 1 and name[1] == ":"):
        raise _HostileError(f"'{_shown(entry)}' is an absolute path")
    parts = name.rstrip("/").split("/")
    if ".." in parts:
        raise _HostileError(f"'{_shown(entry)}' leads out of the archive")
    if any(
        part in ("", ".") or part != part.rstrip(" .") or ":" in part or part.partition(".")[0].lower() in _RESERVED
        for part in parts
    ):
        raise _HostileError(f"'{_shown(entry)}' is no plain path")
    if len(name.encode("utf-8", "replace")) > _LONGEST_PATH or any(
        len(part.encode("utf-8", "replace")) > _LONGEST_NAME for part in parts
    ):
        raise _HostileError(f"the name '{_shown(entry)}' is too long")


def _kind(entry: zipfile.ZipInfo) -> None:
    mode = entry.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if stat.S_ISLNK(mode):
        raise _HostileError(f"'{_shown(entry)}' is a link")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _HostileError(f"'{_shown(entry)}' is a device, and no file")
    if entry.flag_bits & 0x1:
        raise _HostileError(f"'{_shown(entry)}' is encrypted")


def _alone(entry: zipfile.ZipInfo, seen: dict[str, str], folders: dict[str, str]) -> None:
    """No two entries are one file, on systems either that tell capitals apart or that do not."""
    name = entry.filename.rstrip("/")
    key = unicodedata.normalize("NFC", name).casefold()
    parts = key.split("/")
    above = ["/".join(parts[:end]) for end in range(1, len(parts))]
    other = seen.get(key) or next((seen[one] for one in above if one in seen), None)
    if other is None and not entry.is_dir() and key in folders:
        other = folders[key]
    if other is not None:
        raise _HostileError(f"'{_shown(entry)}' and '{_plain(other)}' are one file")
    for one in above:
        folders.setdefault(one, f"{name}")
    if entry.is_dir():
        folders.setdefault(key, name)
    else:
        seen[key] = name


def _write(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, left: int) -> int:
    """Write one entry; what it unpacks to is counted, whatever it says of itself."""
    path = target / entry.filename
    if entry.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    descriptor = os.open(
        path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o755 if entry.external_attr >> 16 & 0o100 else 0o644
    )
    with opened.open(entry) as source, os.fdopen(descriptor, "wb") as stream:
        while block := source.read(_BLOCK):
            size += len(block)
            if size > entry.file_size or size > left:
                raise _HostileError(f"'{_shown(entry)}' is larger than it says")
            stream.write(block)
    return size


def _shown(entry: zipfile.ZipInfo) -> str:
    return _plain(entry.orig_filename)


def _plain(name: str) -> str:
    return ascii(name[:120])[1:-1]


def _remove(target: Path) -> None:
    import shutil

    shutil.rmtree(target, ignore_errors=True)
