"""Where runs are kept: one checked file each, in `_build/cache/runs`."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from book.execution.contents import Contents
from book.execution.digests import Digests
from book.execution.distributions import Distributions
from book.execution.fingerprint import Fingerprint
from book.execution.runs import Run
from book.project import read_json, write, write_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from book.project import Project

VERSION = 2
"""Format of the files; a later one stands in a folder of its own, and this one's files are simply not seen."""
KEPT = 5
"""Runs kept of one chapter, so that going back to earlier code or data runs nothing."""
NOTE = "note.json"
"""Says, in a chapter's folder, why its last run was not kept."""
YOUNG = 600.0
"""Seconds within which a run was stored or used that another build may be about to read."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a stored run without reading its outputs."""

    fingerprint: Fingerprint
    """What it depended on."""
    seconds: float
    """How long its cells took."""
    used: float
    """When it was stored or last reused, in seconds since 1970."""
    writes: Mapping[str, str] = field(default_factory=dict)
    """Digests of the files of the thesis that it wrote, as it left them."""


class Store:
    """The runs of one thesis, each in a file that proves itself."""

    def __init__(self, project: Project) -> None:
        """Open the store of a thesis; nothing is created before the first run is kept."""
        self.folder = project.cache / "runs" / f"v{VERSION}"
        self.digests = Digests(self.folder / "digests.json", project.root)
        self.distributions = Distributions(self.folder / "imports.json")
        self.contents = Contents(self.folder / "texts", project.root)
        self._changed = False

    def close(self) -> None:
        """Keep what was learned about files and imports."""
        self.digests.save()
        self.distributions.save()
        if self._changed:
            heads = (head for path in self.folder.glob("*/*.json") if (head := _head(path)))
            self.contents.drop({digest[:32] for head in heads for digest in head.fingerprint.files.values()}, YOUNG)
            self._changed = False

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

    def put(self, run: Run, fingerprint: Fingerprint, writes: Mapping[str, str] | None = None) -> None:
        """Keep a good run, and drop the oldest of its chapter; `writes` are the files of the thesis that it wrote."""
        content = _format(run, fingerprint, writes or {})
        self.contents.keep(fingerprint.files)
        self._changed = True
        folder = self._chapter(run.docname)
        write(folder / f"{run.key}.{hashlib.sha256(content).hexdigest()}.json", content)
        (folder / NOTE).unlink(missing_ok=True)
        self._prune(run.docname)

    def note(self, docname: str, seconds: float, reason: str) -> None:
        """Remember why a chapter that ran was not kept; what it gave is never served."""
        write_json(self._chapter(docname) / NOTE, {"version": VERSION, "seconds": seconds, "reason": reason})

    def reason(self, docname: str) -> str:
        """Why the chapter's last run was not kept; empty where it was."""
        value = read_json(self._chapter(docname) / NOTE)
        return str(value.get("reason", "")) if isinstance(value, dict) else ""

    def latest(self, docname: str) -> Head | None:
        """The chapter's run that was stored or used last."""
        return next(iter(self.heads(docname)), None)

    def heads(self, docname: str) -> list[Head]:
        """What is known of the chapter's runs, the one that was stored or used last first."""
        found = (head for head in map(_head, self._files(docname)) if head)
        return sorted(found, key=lambda head: head.used, reverse=True)

    def last_heads(self) -> list[Head]:
        """What is known of the last run of every chapter."""
        found: dict[Path, Head] = {}
        for head, path in ((_head(path), path) for path in self.folder.glob("*/*.json")):
            if head and (path.parent not in found or head.used > found[path.parent].used):
                found[path.parent] = head
        return list(found.values())

    def seconds(self, docname: str) -> float | None:
        """How long the chapter took when it last ran; None where nobody knows."""
        value = read_json(self._chapter(docname) / NOTE)
        if isinstance(value, dict) and isinstance(value.get("seconds"), int | float):
            return float(value["seconds"])
        head = self.latest(docname)
        return head.seconds if head else None

    def _chapter(self, docname: str) -> Path:
        """A chapter's folder: readable, short, and its own whatever letters the name has."""
        readable = re.sub(r"[^A-Za-z0-9.-]+", "_", docname)[-60:]
        return self.folder / f"{readable}-{hashlib.sha256(docname.encode()).hexdigest()[:12]}"

    def _files(self, docname: str, key: str = "*") -> list[Path]:
        return sorted(self._chapter(docname).glob(f"{key}.{'[0-9a-f]' * 64}.json"))

    def _use(self, docname: str, path: Path) -> None:
        """Make a reused run the chapter's latest; one that is stays untouched, and its digest known."""
        if any(_modified(other) > _modified(path) for other in self._files(docname)):
            with suppress(OSError):
                os.utime(path)

    def _prune(self, docname: str) -> None:
        files = sorted(self._files(docname), key=_modified, reverse=True)
        for path in files[KEPT:]:
            if time.time() - _modified(path) > YOUNG:
                path.unlink(missing_ok=True)


def _format(run: Run, fingerprint: Fingerprint, writes: Mapping[str, str]) -> bytes:
    """Two lines of JSON: what the run depended on, then what it gave."""
    head = {
        "version": VERSION,
        "docname": run.docname,
        "key": run.key,
        "seconds": run.seconds,
        "fingerprint": fingerprint.as_json(),
        "writes": dict(writes),
    }
    body = {"outputs": run.outputs, "counts": run.counts, "metadata": run.metadata}
    return b"".join(json.dumps(part, sort_keys=True, separators=(",", ":")).encode() + b"\n" for part in (head, body))


def _parse(path: Path, docname: str, key: str) -> Run | None:
    """A run from its file; None unless the content is what the file's name says it is."""
    try:
        content = path.read_bytes()
        if not _named(path, hashlib.sha256(content).hexdigest()):
            return None
        head, body = (json.loads(line) for line in content.splitlines())
        if head["docname"] != docname or head["key"] != key:
            return None
        outputs = tuple(tuple(cell) for cell in body["outputs"])
        return Run(docname, key, outputs, tuple(body["counts"]), float(head["seconds"]), (), body["metadata"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _named(path: Path, digest: str | None) -> bool:
    """Whether a file's name ends with the digest of its content."""
    return digest is not None and path.name.endswith(f".{digest}.json")


def _head(path: Path) -> Head | None:
    """The first line of a run's file; None where it is damaged."""
    try:
        with path.open("rb") as stream:
            head = json.loads(stream.readline())
        print_ = Fingerprint.from_json(head["fingerprint"])
        return Head(print_, float(head["seconds"]), path.stat().st_mtime, dict(head["writes"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
