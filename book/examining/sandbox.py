"""A command that locks another one up: no network, nothing to write but one folder."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.errors import ToolMissingError
from book.examining import jail
from book.project import find_program

if TYPE_CHECKING:
    from collections.abc import Callable

INSTALL = "install bubblewrap (Debian, Fedora: 'bubblewrap'), or allow user namespaces to 'unshare'; macOS and Windows have neither: use a container or a virtual machine"


def lock_up(folder: Path) -> list[str]:
    """What to put before a command so that it may write into this folder and nowhere else, and has no network.

    Raises ToolMissingError where the system has no means, or does not let us use them.
    """
    tried = []
    for way in (_bubblewrap, _unshare):
        with tempfile.TemporaryDirectory(prefix="thesis-") as name:
            said = _try(way, folder, Path(name) / "service")
        if said is None:
            return way(folder)
        tried += [said] if said else []
    reason = f": {'; '.join(tried)}" if tried else ""
    raise ToolMissingError(
        [Diagnostic("sandbox-missing", f"this system has no sandbox that we could use{reason}", "error", hint=INSTALL)]
    )


def _bubblewrap(folder: Path) -> list[str]:
    program = find_program("bwrap")
    if not program:
        return []
    return [
        program, "--unshare-all", "--cap-drop", "ALL", "--die-with-parent", "--new-session", "--ro-bind", "/", "/",
        "--dev", "/dev", *_size(program), "--tmpfs", "/dev/shm", "--remount-ro", "/dev", "--proc", "/proc",  # noqa: S108
        *(word for place in _hidden(folder) for word in ("--tmpfs", place, "--remount-ro", place)),
        *(word for place in _sockets(folder) for word in ("--ro-bind", "/dev/null", place)),
        "--bind", str(folder), str(folder), "--",
    ]  # fmt: skip


def _size(program: str) -> list[str]:
    """A bound for shared memory; bubblewrap before 0.7 knows none."""
    try:
        done = subprocess.run([program, "--help"], capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return ["--size", str(jail.SHARED_SIZE)] if "--size" in done.stdout + done.stderr else []


def _sockets(folder: Path) -> list[str]:
    """Where a service listens outside of these folders: what the system lists, and what lies beside it, since a service may have renamed its own."""
    try:
        listed = Path("/proc/net/unix").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []
    rows = (line.split(None, 7) for line in listed)
    named = (row[7] for row in rows if len(row) > 7 and row[7].startswith("/"))  # noqa: PLR2004
    places = {os.path.dirname(os.path.realpath(name)) for name in named}  # noqa: PTH120
    covered = (str(folder), *_hidden(folder))
    return sorted(
        path
        for place in places
        if not any(Path(place).is_relative_to(one) for one in covered)
        for path in _sockets_in(place)
    )


def _sockets_in(place: str) -> list[str]:
    try:
        with os.scandir(place) as entries:
            return [one.path for one in entries if stat.S_ISSOCK(one.stat(follow_symlinks=False).st_mode)]
    except OSError:
        return []


def _hidden(folder: Path) -> list[str]:
    """Folders in which services of this machine listen."""
    real = dict.fromkeys(os.path.realpath(place) for place in jail.SOCKETS)
    return [place for place in real if Path(place).is_dir() and not folder.is_relative_to(place)]


def _unshare(folder: Path) -> list[str]:
    program = find_program("unshare")
    if not program or not sys.platform.startswith("linux"):
        return []
    namespaces = (
        "--user",
        "--map-root-user",
        "--mount",
        "--net",
        "--pid",
        "--ipc",
        "--uts",
        "--fork",
        "--kill-child",
        "--mount-proc",
    )
    return [program, *namespaces, sys.executable, "-I", jail.__file__, str(folder), *_sockets(folder), "--"]


def _try(way: Callable[[Path], list[str]], folder: Path, service: Path) -> str | None:
    """Whether a sandbox works here; None if it does, else why not: empty where its program is missing."""
    if not find_program("bwrap" if way is _bubblewrap else "unshare") or not hasattr(socket, "AF_UNIX"):
        return ""
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(service))
            listening.listen()
            command = way(folder)
            root = str(Path(__file__).resolve().parents[2])
            probe = [*command, sys.executable, "-I", "-c", _PROBE, root, str(service)]
            done = subprocess.run(probe, capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    lines = (done.stderr or done.stdout).strip().splitlines()
    return f"'{Path(command[0]).name}' says: {lines[-1] if lines else done.returncode}"


_PROBE = """
import os, socket, sys, tempfile
for folder in (sys.argv[1], os.path.expanduser('~'), '/', '/tmp', '/var/tmp'):
    try:
        with tempfile.TemporaryFile(dir=folder):
            sys.exit(f'{folder} can be written')
    except OSError:
        pass
if [name for _, name in socket.if_nameindex() if name != 'lo']:
    sys.exit('there is a network')
try:
    socket.socket(socket.AF_UNIX).connect(sys.argv[2])
    sys.exit(f'{sys.argv[2]} can be talked to')
except OSError:
    pass
"""
"""Tries what a sandbox forbids."""
