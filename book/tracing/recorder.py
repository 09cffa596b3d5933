"""What a run has read, written and asked for, as long as it runs."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import time
from typing import TYPE_CHECKING, Any

from .places import source_of
from .watch import APPEARED, CHANGED, FOLDER, LEFT_UNCHANGED, OPENED

if TYPE_CHECKING:
    from .places import Places
    from .watch import Event, Watch

Seen = list[int]
"""Size, times of content and of state, and inode of a file when it was read."""

real_stat, real_listdir = os.stat, os.listdir


class Recorder:
    """Takes note; paths are absolute, links as they were written."""

    def __init__(self, places: Places, watch: Watch | None) -> None:
        """Begin with nothing noted."""
        self.places, self.watch = places, watch
        self.began = time.time_ns()
        self.cell = 0
        """The cell that is running, counted from 1."""
        self.reads: dict[str, Seen | None] = {}
        self.digests: dict[str, str] = {}
        """Of files that the run changes after it has read them."""
        self.moved: set[str] = set()
        self.writes: dict[str, int] = {}
        """The cell that wrote each file last."""
        self.probes: dict[str, str] = {}
        self.listings: dict[str, list[str]] = {}
        self.patterns: set[tuple[str, str, bool]] = set()
        self.variables: dict[str, str | None] = {}
        self.commands: set[str] = set()
        self.hosts: list[tuple[int, str]] = []
        self.spawned = False
        self._others: list[Event] = []
        self._listed: set[str] = set()

    def read(self, path: str) -> None:
        """A file was, or is about to be, read."""
        path = source_of(path)
        if path not in self.reads and path not in self.writes and self.places.counts(path):
            found = seen(path)
            if found or not _there(path):  # a folder, a pipe or a device is no file that is missing
                self.reads[path] = found

    def wrote(self, path: str) -> None:
        """A file was, or is about to be, made, changed or deleted."""
        if not self.places.counts(path) or "__pycache__" in path:
            return
        self.writes[path] = self.cell
        if path in self.reads and path not in self.digests and seen(path) == self.reads[path]:
            with contextlib.suppress(OSError), open(path, "rb") as stream:  # noqa: PTH123
                self.digests[path] = hashlib.file_digest(stream, "sha256").hexdigest()

    def probe(self, path: str, found: str) -> None:
        """Somebody asked whether a file is there."""
        if path not in self.writes and self.places.inside(path):
            self.probes.setdefault(path, found)

    def listing(self, folder: str) -> None:
        """The names in a folder were asked for."""
        if folder not in self.listings and self.places.lasts(folder):
            try:
                self.listings[folder] = sorted(real_listdir(folder))
            except OSError:
                self.probe(folder, "missing")

    def pattern(self, folder: str, pattern: str, *, deep: bool) -> None:
        """The files that match a pattern were asked for."""
        if self.places.lasts(folder):
            self.patterns.add((folder, pattern, deep))

    def variable(self, name: str, value: str | None) -> None:
        """The thesis's own code asked for an environment variable; what it holds may be secret."""
        if name not in self.variables:
            self.variables[name] = (
                None if value is None else hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()[:32]
            )

    def lists(self, folder: str) -> None:
        """Python is about to list a folder: what the watch says of it next is no news."""
        self.look()
        self._listed.add(folder)

    def look(self) -> None:
        """Take over what the watch has seen since the last look."""
        if self.watch is None:
            return
        listed, self._listed = self._listed, set()
        for event in self.watch.events():
            if event.mine is False:
                if event.what & OPENED and event.path not in self.reads:
                    self._others.append(event)
            else:
                self._take(event, listed)

    def finish(self) -> None:
        """Look for the last time; where the run started other programs, what anybody opened meanwhile may be theirs."""
        self.look()
        if self.spawned:
            for event in self._others:
                self._take(event, set())
        self._others.clear()

    def _take(self, event: Event, listed: set[str]) -> None:
        path = event.path
        if event.what & FOLDER:
            if event.what & APPEARED and self.watch is not None and self.places.inside(path + os.sep):
                try:
                    self.watch.add(path)
                except OSError:
                    self.watch.lost = True
            elif event.what & OPENED and path not in listed and event.mine is not False:
                self.listing(path)
        elif event.what & APPEARED or (event.what & CHANGED and not event.what & LEFT_UNCHANGED):
            if path not in self.reads:
                self.wrote(path)
        elif event.what & OPENED and source_of(path) not in self.reads:
            self.read(path)
            found = self.reads.get(source_of(path))
            if found and found[2] >= self.began:
                self.moved.add(source_of(path))


def seen(path: str) -> Seen | None:
    """What a file looks like now; None where there is none."""
    try:
        found = real_stat(path)
    except (OSError, ValueError):
        return None
    if stat.S_ISDIR(found.st_mode) or not stat.S_ISREG(found.st_mode):
        return None
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def _there(path: str) -> bool:
    try:
        real_stat(path)
    except (OSError, ValueError):
        return False
    return True


def as_json(recorder: Recorder) -> dict[str, Any]:
    """All that was noted, as JSON holds it."""
    watch = recorder.watch
    return {
        "watch": "" if watch is None or watch.lost else watch.kind,
        "reads": recorder.reads,
        "digests": recorder.digests,
        "moved": sorted(recorder.moved),
        "writes": dict(sorted(recorder.writes.items())),
        "probes": {path: found for path, found in recorder.probes.items() if path not in recorder.writes},
        "listings": recorder.listings,
        "patterns": sorted(recorder.patterns),
        "variables": recorder.variables,
        "commands": sorted(recorder.commands),
        "hosts": recorder.hosts,
        "spawned": recorder.spawned,
    }
