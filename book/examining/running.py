"""Running somebody else's build: in a process of its own, in a folder of its own, within limits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import psutil

from book.project import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

KEPT = ("PATH", "PATHEXT", "SYSTEMROOT", "WINDIR", "COMSPEC", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "THESIS_RESTRICTED")
"""What a stranger's build sees of this process's variables: no token, no proxy, no other environment."""
LOOK_EVERY = 0.2
"""Seconds between two looks at what a rebuild takes."""
LARGEST = 1_000_000_000
"""Bytes of a JSON file beyond which nobody reads it."""
TOLD = 4000
"""Characters of a rebuild's last words that are kept."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a rebuild may take; 0 for no limit."""

    seconds: int = 0
    """Time from its start."""
    memory: int = 0
    """Bytes that all its processes hold together."""
    output: int = 0
    """Bytes that it writes into its folder."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How a rebuild ended."""

    folder: Path
    """Where it has written what it gives."""
    stopped: str
    """Why it was stopped, or could not go on; empty where it came to its end."""


def rebuild(
    interpreter: Path, thesis: Path, target: Path, editions: Sequence[str], variables: Mapping[str, str], *,
    fresh: bool, own: bool = False, limits: Limits = Limits(), around: Sequence[str] = (),
) -> Rebuilt:  # fmt: skip
    """Build a thesis with an interpreter and write what it gives into a folder; `around` is a command that runs it locked up.

    `fresh` is an environment of its own, which knows nothing of this one; `own` is a thesis of whoever runs this, which sees all variables.
    """
    target.mkdir(parents=True, exist_ok=True)
    isolated = ["-I"] if fresh else []
    command = [*around, str(interpreter), *isolated, "-m", "book.rebuilding", str(thesis), str(target), *editions]
    inherited = {name: value for name, value in os.environ.items() if own or name in KEPT or (name == "PYTHONPATH" and not fresh)}
    with tempfile.TemporaryFile() as stream:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env={**inherited, **variables},
            start_new_session=True,
            cwd=target.parent,
        )
        try:
            stopped = _wait(process, limits, target.parent, stream)
        finally:
            _end(process)
        words = _last_words(stream)
    remarks = read_plain(target / "logs" / "remarks.json")
    if not stopped and process.returncode:
        said = [one.get("message", "") for one in remarks.get("remarks", ())] if isinstance(remarks, dict) else []
        stopped = "; ".join(str(one) for one in said[:3]) or words or f"it ended with {process.returncode}"
    return Rebuilt(target, stopped)


def _wait(process: subprocess.Popen[bytes], limits: Limits, folder: Path, words: IO[bytes]) -> str:
    """Wait for the end; says which limit was broken, if one was."""
    began, looks = time.monotonic(), 0
    while True:
        try:
            process.wait(LOOK_EVERY)
        except subprocess.TimeoutExpired:
            looks += 1
        else:
            return ""
        if limits.seconds and time.monotonic() - began > limits.seconds:
            return f"it took more than {limits.seconds} seconds"
        if limits.memory and _memory(process.pid) > limits.memory:
            return f"it took more than {limits.memory / 1e9:.1f} GB of memory"
        if limits.output and looks % 5 == 0 and _size(folder) + os.fstat(words.fileno()).st_size > limits.output:
            return f"it wrote more than {limits.output / 1e9:.1f} GB"


def _memory(pid: int) -> int:
    with suppress(psutil.Error):
        root = psutil.Process(pid)
        return sum(_held(one) for one in [root, *root.children(recursive=True)])
    return 0


def _held(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0


def _size(folder: Path) -> int:
    total = 0
    for here, _folders, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(here, name)).st_size  # noqa: PTH118
    return total


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing that it started outlives it."""
    family: list[psutil.Process] = []
    with suppress(psutil.Error):
        family = psutil.Process(process.pid).children(recursive=True)
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    for one in family:
        with suppress(psutil.Error):
            one.kill()
    with suppress(OSError):
        process.kill()
    process.wait()


def _last_words(stream: IO[bytes]) -> str:
    """The last line of what it said."""
    stream.seek(max(stream.seek(0, os.SEEK_END) - TOLD, 0))
    lines = stream.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""


def read_plain(path: Path) -> Any:
    """Read a JSON file that a stranger has written; None unless it is a file of a size that one can read."""
    return read_json(path) if path.is_file() and path.stat().st_size <= LARGEST else None
