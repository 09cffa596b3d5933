"""Files that code in other languages opens, seen by asking the system: fanotify, which knows its own process, or inotify."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OPENED, LEFT_UNCHANGED, LEFT_CHANGED, CHANGED, APPEARED = 0x20, 0x10, 0x08, 0x02, 0x100
"""Bits of both interfaces: a file was opened, closed after reading, closed after writing, written to, created."""
FOLDER = 0x40000000
"""The bit that says that a folder is meant."""
FANOTIFY_CHILDREN, INOTIFY_LOST, FANOTIFY_LOST = 0x08000000, 0x4000, 0x4000
HERE = -100
"""AT_FDCWD."""
HANDLE_BYTES = 128
READ_BYTES = 1 << 18
MOST_FOLDERS = 4000
"""Folders that are watched; the systems allow an account some 8,000 to 200,000 at a time."""


@dataclass(frozen=True)
class Event:
    """Something that happened to a file."""

    path: str
    """The file, or the folder."""
    what: int
    """Bits of what happened; the order of what happened between two looks is lost."""
    mine: bool | None
    """Whether this very process did it; None where the system does not say."""


class Watch:
    """Watches folders; what happened in them is told when asked."""

    kind = ""

    def __init__(self) -> None:
        self.lost = False
        """Whether something was not watched, or more happened than the system remembers."""
        self._folders: dict[object, str] = {}

    def add(self, folder: str) -> None:
        """Watch one more folder."""
        raise NotImplementedError

    def events(self) -> Iterator[Event]:
        """What has happened since the last look."""
        raise NotImplementedError


class Fanotify(Watch):
    """Linux 5.13 and later, without any right: other processes have no number, one's own has."""

    kind = "fanotify"

    def __init__(self) -> None:
        """Raise OSError where the system, a container's rules or the file system do not allow it."""
        super().__init__()
        self._libc = ctypes.CDLL(None, use_errno=True)
        non_blocking, close_on_exec, folders_by_name = 0x2, 0x1, 0xC00
        self._handle = _checked(self._libc.fanotify_init(non_blocking | close_on_exec | folders_by_name, os.O_RDONLY))

    def add(self, folder: str) -> None:
        """Watch one more folder; raises OSError where that is not allowed."""
        mask = OPENED | LEFT_UNCHANGED | LEFT_CHANGED | CHANGED | APPEARED | FOLDER | FANOTIFY_CHILDREN
        name = os.fsencode(folder)
        self._folders[self._named(name)] = folder
        _checked(self._libc.fanotify_mark(self._handle, 0x1 | 0x8, ctypes.c_uint64(mask), HERE, name))

    def events(self) -> Iterator[Event]:
        """What has happened since the last look; what this process did is its own."""
        here = os.getpid()
        for data in _chunks(self._handle):
            at = 0
            while at < len(data):
                length, _, _, head, mask, _, pid = struct.unpack_from("IBBHQii", data, at)
                if mask & FANOTIFY_LOST:
                    self.lost = True
                elif folder := self._folders.get(_key(data, at + head + 12)):
                    size = struct.unpack_from("I", data, at + head + 12)[0]
                    name = os.fsdecode(data[at + head + 20 + size : at + length].split(b"\0")[0])
                    yield Event(folder if name == "." else f"{folder}{os.sep}{name}", mask, pid == here)
                at += length

    def _named(self, name: bytes) -> object:
        """The handle by which the system calls a folder."""
        buffer = ctypes.create_string_buffer(struct.pack("Ii", HANDLE_BYTES, 0) + bytes(HANDLE_BYTES))
        mount = ctypes.c_int()
        reached = self._libc.name_to_handle_at(HERE, name, buffer, ctypes.byref(mount), 0)
        if reached < 0:  # file systems that give no lasting handles, since Linux 6.5
            struct.pack_into("Ii", buffer, 0, HANDLE_BYTES, 0)
            _checked(self._libc.name_to_handle_at(HERE, name, buffer, ctypes.byref(mount), 0x200))
        return _key(buffer.raw, 0)


class Inotify(Watch):
    """Every Linux: tells what happened, and not who did it."""

    kind = "inotify"

    def __init__(self) -> None:
        """Raise OSError where an account has used up what it may have."""
        super().__init__()
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._handle = _checked(self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))

    def add(self, folder: str) -> None:
        """Watch one more folder; raises OSError where that is not allowed."""
        mask = OPENED | LEFT_UNCHANGED | LEFT_CHANGED | CHANGED | APPEARED
        number = _checked(self._libc.inotify_add_watch(self._handle, os.fsencode(folder), ctypes.c_uint32(mask)))
        self._folders[number] = folder

    def events(self) -> Iterator[Event]:
        """What has happened since the last look, whoever did it."""
        for data in _chunks(self._handle):
            at = 0
            while at < len(data):
                number, mask, _, size = struct.unpack_from("iIII", data, at)
                name = os.fsdecode(data[at + 16 : at + 16 + size].split(b"\0")[0])
                if mask & INOTIFY_LOST:
                    self.lost = True
                elif folder := self._folders.get(number):
                    yield Event(f"{folder}{os.sep}{name}" if name else folder, mask, None)
                at += 16 + size


def watching(folders: Iterable[str], kinds: tuple[type[Watch], ...] = (Fanotify, Inotify)) -> Watch | None:
    """Watch folders by the best means there is; None where there is none."""
    if not sys.platform.startswith("linux"):
        return None
    listed = list(folders)
    for kind in kinds:
        try:
            found = kind()
            found.lost = len(listed) > MOST_FOLDERS
            for folder in listed[:MOST_FOLDERS]:
                found.add(folder)
        except (OSError, AttributeError):  # AttributeError: a C library without the function
            continue
        return found
    return None


def _key(data: bytes, at: int) -> tuple[int, bytes]:
    size, kind = struct.unpack_from("Ii", data, at)
    return kind, data[at + 8 : at + 8 + size]


def _chunks(handle: int) -> Iterator[bytes]:
    while True:
        try:
            data = os.read(handle, READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            return
        if not data:
            return
        yield data


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
