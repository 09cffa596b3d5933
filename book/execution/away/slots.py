"""Folders of a worker that hold a thesis, each for one run at a time."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from book.execution.away.parcel import looks
from book.project import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.execution.away.parcel import Looks, Parcel, Sent
    from book.execution.away.pieces import Pieces

FORGET_AFTER = 14 * 24 * 3600.0
"""Seconds after which a folder that no run has used is deleted."""
OURS = ("_build", "__pycache__")
"""Folders that come with runs and are no part of the thesis."""


class Slot:
    """A thesis, unpacked; what runs change in it is put right before the next one."""

    def __init__(self, root: Path, known: dict[str, tuple[tuple[str, ...], Looks]]) -> None:
        """Take a folder, with the pieces and looks of the files that were unpacked in it."""
        self.root, self.known = root, known

    def unpack(self, parcel: Parcel, pieces: Pieces) -> None:
        """Make the folder what the parcel says, and leave alone what is so already.

        Raises LackingError where a piece is missing.
        """
        self._delete_rest(parcel)
        for name in parcel.folders:
            (self.root / name).mkdir(parents=True, exist_ok=True)
        self.known = {name: (sent.pieces, self._file(name, sent, pieces)) for name, sent in parcel.files.items()}

    def changed(self) -> dict[str, bytes | None]:
        """Content of the files that are not as they were unpacked, by path; None for those that are gone."""
        there = dict(self._files())
        gone = sorted(name for name in self.known if name not in there and not name.startswith("_build/"))
        new = (name for name in sorted(there) if not self.unchanged(name))
        return {**dict.fromkeys(gone), **{name: there[name].read_bytes() for name in new}}

    def unchanged(self, name: str) -> bool:
        """Whether a file is as it was unpacked."""
        with suppress(OSError):
            return name in self.known and looks(self.root / name) == self.known[name][1]
        return False

    def _delete_rest(self, parcel: Parcel) -> None:
        folders = set(parcel.folders)
        for folder, inner, names in os.walk(self.root):
            here = Path(folder).relative_to(self.root).as_posix()
            prefix = "" if here == "." else f"{here}/"
            for name in [*inner]:
                path = Path(folder, name)
                if name in OURS or f"{prefix}{name}" not in folders or path.is_symlink():
                    inner.remove(name)
                    path.unlink() if path.is_symlink() else shutil.rmtree(path)
            for name in names:
                path = Path(folder, name)
                if f"{prefix}{name}" not in parcel.files or path.is_symlink():
                    path.unlink()

    def _file(self, name: str, sent: Sent, pieces: Pieces) -> Looks:
        path, known = self.root / name, self.known.get(name)
        with suppress(OSError):
            if (
                known
                and known[0] == sent.pieces
                and looks(path) == known[1]
                and os.access(path, os.X_OK) == sent.executable
            ):
                return known[1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with path.open("wb") as stream:
            for piece in sent.pieces:
                stream.write(pieces.content(piece))
        path.chmod(0o755 if sent.executable else 0o644)
        os.utime(path, ns=(sent.looks[1], sent.looks[1]))
        return looks(path)

    def _files(self) -> Iterator[tuple[str, Path]]:
        """All files but those that come with runs, hidden ones too; links that cells made are followed to files only."""
        for folder, inner, names in os.walk(self.root):
            inner[:] = sorted(name for name in inner if name not in OURS)
            for name in sorted(names):
                path = Path(folder, name)
                if path.is_file():
                    yield path.relative_to(self.root).as_posix(), path


@contextmanager
def slot(folder: Path, parcel: Parcel) -> Iterator[Slot]:
    """A folder for this thesis that nobody else uses meanwhile.

    What was unpacked is noted when a run has ended well; a folder without a note was left by a worker that died.
    """
    slots = folder / "slots"
    slots.mkdir(exist_ok=True)
    with ExitStack() as stack:
        with FileLock(folder / "slots.lock"):
            found = _free(slots, parcel, stack) or _new(slots, stack)
        _note(found.root.parent).unlink(missing_ok=True)
        yield found
        value = {"thesis": _thesis(parcel), "files": found.known}
        write_json(_note(found.root.parent), value)


def _free(slots: Path, parcel: Parcel, stack: ExitStack) -> Slot | None:
    """A folder that held this thesis before; others that nobody will use again are deleted on the way."""
    for home in sorted(path for path in slots.iterdir() if path.is_dir()):
        lock = FileLock(f"{home}.lock")
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError):
            continue
        value = read_json(_note(home))
        if isinstance(value, dict) and value.get("thesis") == _thesis(parcel):
            stack.callback(lock.release)
            known = {name: (tuple(pieces), tuple(seen)) for name, (pieces, seen) in value["files"].items()}
            return Slot(home / "thesis", known)
        _delete_old(home, used=value is not None)
        lock.release()
    return None


def _delete_old(home: Path, *, used: bool) -> None:
    with suppress(OSError):
        if not used or time.time() - _note(home).stat().st_mtime > FORGET_AFTER:
            _note(home).unlink(missing_ok=True)
            shutil.rmtree(home, ignore_errors=True)
            Path(f"{home}.lock").unlink(missing_ok=True)


def _new(slots: Path, stack: ExitStack) -> Slot:
    """A folder of its own, under a name that no other one had: a dying kernel may still write to that."""
    home = Path(tempfile.mkdtemp(dir=slots, prefix="slot-"))
    lock = FileLock(f"{home}.lock")
    lock.acquire()
    stack.callback(lock.release)
    (home / "thesis").mkdir()
    return Slot(home / "thesis", {})


def _note(home: Path) -> Path:
    return home.with_name(f"{home.name}.json")


def _thesis(parcel: Parcel) -> str:
    return json.dumps([parcel.host, parcel.root])
