"""What this machine and its user are called, and where their files lie."""

from __future__ import annotations

import getpass
import socket
import tempfile
from functools import cache
from pathlib import Path

LEAST = 4
"""Letters below which a name is no name of one."""
ANYBODY = frozenset(
    {
        "root", "user", "users", "admin", "administrator", "runner", "ubuntu", "debian", "fedora", "jovyan", "docker", "builder", "build",
        "localhost", "localhost.localdomain", "default", "guest", "test", "tester", "vagrant", "vscode", "codespace", "gitpod",
        "jenkins", "travis", "circleci", "github", "gitlab", "nobody", "student", "thesis", "python", "sandbox", "server", "laptop",
        "desktop", "macbook", "computer", "workstation", "host", "node", "main", "work",
    }
)  # fmt: skip
"""Names that tell nothing."""


@cache
def names_here() -> tuple[str, ...]:
    """User and host of this machine, as far as they tell one from another."""
    found = []
    for ask in (getpass.getuser, socket.gethostname):
        try:
            found.append(ask())
        except (OSError, KeyError, ImportError):
            continue
    short = [name.split(".")[0] for name in found]
    return tuple(name for name in dict.fromkeys([*found, *short]) if len(name) >= LEAST and name.lower() not in ANYBODY)


def places_here(root: Path) -> tuple[str, ...]:
    """The thesis's own folder, the user's and the one for temporary files, the longest first."""
    found = [str(root)]
    home = Path.home()
    if len(home.parts) > 1:
        found.append(str(home))
    temporary = Path(tempfile.gettempdir())
    if temporary not in (Path("/tmp"), Path("/var/tmp"), root):  # noqa: S108 - where everybody's lie: a text may speak of them
        found.append(str(temporary))
    return tuple(sorted(dict.fromkeys(found), key=len, reverse=True))
