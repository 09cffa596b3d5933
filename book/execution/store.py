"""Where runs are kept: one checked file each, in `_build/cache/runs` or where several checkouts share them.

Another format of the files stands in a folder of its own, and is simply not seen.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from book.execution.contents import Contents
from book.execution.digests import Digests
from book.execution.distributions import Distributions
from book.execution.runfile import VERSION, head_in, run_in, written
from book.project import read_json, write, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from book.config import Config
    from book.execution.fingerprint import Fingerprint
    from book.execution.runfile import Head
    from book.execution.runs import Run
    from book.project import Project

VARIABLE = "THESIS_STORE"
"""Environment variable that names the folder of runs; it comes before the setting."""
KEPT, KEPT_SHARED = 5, 50
"""Runs kept of one chapter, so that going back to earlier code or data runs nothing; and where other checkouts keep theirs too."""
SIZE = 5_000_000_000
"""Bytes that runs may take unless told otherwise."""
NOTE, LAST = "note.json", "last.json"
"""In a chapter's folder of this checkout: why its last run was not kept; the key of the run that it stored or used last."""
YOUNG = 600.0
"""Seconds within which a run was stored or used that another build may be about to read."""
DAY = 86_400.0
"""Seconds after which a run that is used is marked as used again: what was not goes first."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a disk says that takes no more."""


def place_of(project: Project, config: Config | None = None) -> Path:
    """The folder of runs: the environment's, the setting's, or the thesis's own."""
    given = os.environ.get(VARIABLE) or (config.thesis.execution.store if config else "")
    return project.root / Path(given).expanduser() if given else project.cache / "runs"


class Store:
    """The runs of one thesis, each in a file that proves itself.

    Runs may lie where other checkouts keep theirs, each under what it is; what one checkout knows of itself (digests of its files, its
    last runs) stays in its `_build`.
    """

    def __init__(self, project: Project, config: Config | None = None) -> None:
        """Open the store of a thesis; nothing is created before the first run is kept."""
        place, own = place_of(project, config), project.cache / "runs"
        self.shared = place != own
        self.folder, self.own = place / f"v{VERSION}", own / f"v{VERSION}"
        self.digests = Digests(self.own / "digests.json", project.root)
        self.distributions = Distributions(self.own / "imports.json")
        self.contents = Contents(self.folder / "texts", project.root)
        self._size = config.thesis.execution.store_size if config else SIZE
        self._changed = False

    def close(self) -> None:
        """Keep what was learned about files and imports; where runs were stored, drop the oldest beyond the store's size."""
        self.digests.save()
        self.distributions.save()
        if self._changed:
            self._shrink(self._size)
            self._changed = False

    def clear(self, older: float = 0.0) -> tuple[int, int]:
        """Delete the runs that nobody has used for this many seconds; how many, and how many bytes."""
        limit = time.time() - older
        found = [path for path in self._all() if not older or _modified(path) < limit]
        before = self._bytes()
        for path in found:
            path.unlink(missing_ok=True)
        self._drop_texts(0.0)
        return len(found), before - self._bytes()

    def get(self, docname: str, key: str) -> Run | None:
        """The run with this key; None where there is none or its file is damaged."""
        for path in self._files(docname, key):
            run = _parse(path, docname, key)
            if run:
                self._use(docname, path)
                return run
            path.unlink(missing_ok=True)
        return None

    def has(self, docname: str, key: str) -> bool:
        """Whether a sound run with this key is there; its content is read only if its file has changed since."""
        return any(_named(path, self.digests.of(path)) for path in self._files(docname, key))

    def put(
        self,
        run: Run,
        fingerprint: Fingerprint,
        writes: Mapping[str, str] | None = None,
        cells: Mapping[str, int] | None = None,
        modules: Sequence[str] = (),
    ) -> None:
        """Keep a good run, and drop the oldest of its chapter; of the rest, see `Head`."""
        content = written(run, fingerprint, writes or {}, cells, modules)
        self.contents.keep(fingerprint.files)
        self._changed = True
        path = self._chapter(run.docname) / f"{run.key}.{hashlib.sha256(content).hexdigest()}.json"
        try:
            write(path, content)
        except OSError as error:
            if error.errno not in FULL:
                raise
            self._shrink(0)
            write(path, content)
        self._point(run.docname, run.key)
        (self._mine(run.docname) / NOTE).unlink(missing_ok=True)
        self._prune(run.docname)

    def note(self, docname: str, seconds: float, reason: str) -> None:
        """Remember why a chapter that ran was not kept; what it gave is never served."""
        write_json(self._mine(docname) / NOTE, {"version": VERSION, "seconds": seconds, "reason": reason})

    def reason(self, docname: str) -> str:
        """Why the chapter's last run was not kept; empty where it was."""
        value = read_json(self._mine(docname) / NOTE)
        return str(value.get("reason", "")) if isinstance(value, dict) else ""

    def latest(self, docname: str) -> Head | None:
        """The chapter's run that this checkout stored or used last; where it has none, any checkout's."""
        return next(iter(self.heads(docname)), None)

    def heads(self, docname: str) -> list[Head]:
        """What is known of the chapter's runs: this checkout's last one first, then the others, the last used first."""
        last = self._last(docname)
        found = (head for head in map(_head, self._files(docname)) if head)
        return sorted(found, key=lambda head: (head.fingerprint.key == last, head.used), reverse=True)

    def last_heads(self) -> list[Head]:
        """What is known of the run of every chapter that this checkout stored or used last."""
        return [head for path in self._current() if (head := _head(path))]

    def seconds(self, docname: str) -> float | None:
        """How long the chapter took when it last ran; None where nobody knows."""
        value = read_json(self._mine(docname) / NOTE)
        if isinstance(value, dict) and isinstance(value.get("seconds"), int | float):
            return float(value["seconds"])
        head = self.latest(docname)
        return head.seconds if head else None

    def _chapter(self, docname: str) -> Path:
        """A chapter's folder: readable, short, and its own whatever letters the name has."""
        readable = re.sub(r"[^A-Za-z0-9.-]+", "_", docname)[-60:]
        return self.folder / f"{readable}-{hashlib.sha256(docname.encode()).hexdigest()[:12]}"

    def _mine(self, docname: str) -> Path:
        """Where this checkout keeps what it alone knows of a chapter."""
        return self.own / self._chapter(docname).name

    def _files(self, docname: str, key: str = "*") -> list[Path]:
        return sorted(_runs_in(self._chapter(docname), key))

    def _all(self) -> list[Path]:
        """Every run of everybody."""
        return sorted(_runs_in(self.folder / "*"))

    def _current(self) -> Iterator[Path]:
        """Runs that this checkout stored or used last, one a chapter."""
        for path in sorted(self.own.glob(f"*/{LAST}")):
            yield from sorted(_runs_in(self.folder / path.parent.name, _key_in(path) or "-"))[:1]

    def _last(self, docname: str) -> str:
        """Key of the run that this checkout stored or used last; empty where it has none."""
        return _key_in(self._mine(docname) / LAST)

    def _point(self, docname: str, key: str) -> None:
        if self._last(docname) != key:
            write_json(self._mine(docname) / LAST, {"version": VERSION, "key": key})

    def _use(self, docname: str, path: Path) -> None:
        """Make a reused run the chapter's latest; one that was marked as used today stays untouched, and its digest known."""
        with suppress(OSError):
            self._point(docname, path.name.partition(".")[0])
            if time.time() - _modified(path) > DAY:
                os.utime(path)

    def _prune(self, docname: str) -> None:
        last = self._last(docname)
        files = sorted(self._files(docname), key=_modified, reverse=True)
        for path in files[KEPT_SHARED if self.shared else KEPT :]:
            if time.time() - _modified(path) > YOUNG and not path.name.startswith(f"{last}."):
                path.unlink(missing_ok=True)

    def _shrink(self, size: int) -> None:
        """Drop what a killed build left half-written, then runs until all take no more than this, the longest unused first.

        What this checkout uses stays, and what another build may be about to read.
        """
        late = time.time() - YOUNG
        for path in [*self.folder.glob("*/.*"), *self.own.glob("*/.*"), *self.own.glob(".*")]:
            if _modified(path) < late:
                path.unlink(missing_ok=True)
        taken, current = self._bytes(), set(self._current())
        for path in sorted(self._all(), key=_modified):
            if taken > size and _modified(path) < late and path not in current:
                taken -= _size(path)
                path.unlink(missing_ok=True)
        self._drop_texts(YOUNG)

    def _drop_texts(self, young: float) -> None:
        heads = (head for path in self._all() if (head := _head(path)))
        self.contents.drop({digest[:32] for head in heads for digest in head.fingerprint.files.values()}, young)

    def _bytes(self) -> int:
        return sum(_size(path) for path in [*self._all(), *self.folder.glob("texts/*")])


def _runs_in(folder: Path, key: str = "*") -> Iterator[Path]:
    """Files of runs in a folder, or in all folders that a pattern means."""
    return folder.parent.glob(f"{folder.name}/{key}.{'[0-9a-f]' * 64}.json")


def _key_in(path: Path) -> str:
    value = read_json(path)
    key = value.get("key") if isinstance(value, dict) else None
    return key if isinstance(key, str) and re.fullmatch(r"[0-9a-f]+", key) else ""


def _parse(path: Path, docname: str, key: str) -> Run | None:
    """A run from its file; None unless the content is what the file's name says it is."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return run_in(content, docname, key) if _named(path, hashlib.sha256(content).hexdigest()) else None


def _named(path: Path, digest: str | None) -> bool:
    """Whether a file's name ends with the digest of its content."""
    return digest is not None and path.name.endswith(f".{digest}.json")


def _head(path: Path) -> Head | None:
    """The first line of a run's file; None where it is damaged."""
    try:
        with path.open("rb") as stream:
            return head_in(stream.readline(), path.stat().st_mtime)
    except OSError:
        return None


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
