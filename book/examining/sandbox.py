"""A command that locks another one up: no network, nothing to write but one folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.errors import ToolMissingError
from book.examining import jail
from book.project import find_program

if TYPE_CHECKING:
    from collections.abc import Sequence

INSTALL = "install bubblewrap (Debian, Fedora: 'bubblewrap'), or allow user namespaces to 'unshare'; macOS and Windows have neither: use a container or a virtual machine"


def lock_up(folder: Path) -> list[str]:
    """What to put before a command so that it may write into this folder and nowhere else, and has no network.

    Raises ToolMissingError where the system has no means, or does not let us use them.
    """
    tried = []
    for way in (_bubblewrap, _unshare):
        command = way(folder)
        if command:
            said = _try(command)
            if said is None:
                return command
            tried.append(said)
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
        "--dev", "/dev", "--tmpfs", "/dev/shm", "--remount-ro", "/dev", "--proc", "/proc",  # noqa: S108
        *(word for place in _sockets(folder) for word in ("--tmpfs", place)), "--bind", str(folder), str(folder), "--",
    ]  # fmt: skip


def _sockets(folder: Path) -> list[str]:
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
    return [program, *namespaces, sys.executable, "-I", jail.__file__, str(folder)]


def _try(command: Sequence[str]) -> str | None:
    """Whether a sandbox works here; None if it does, else why not."""
    probe = [*command, sys.executable, "-I", "-c", _PROBE, str(Path(__file__).resolve().parents[2])]
    try:
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
"""
"""Tries what a sandbox forbids."""
