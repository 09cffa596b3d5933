"""Which paths count among what a run read: those of the thesis, and those elsewhere that belong to no program."""

from __future__ import annotations

import os
import sys
import sysconfig
import tempfile
from pathlib import Path

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/proc", "/sys", "/dev", "/run", "/var/lib", "/var/cache", "/nix", "/snap",
          "/System", "/Library", "/opt/homebrew", "/opt/local")  # fmt: skip
"""Folders of the system: programs, fonts, time zones."""
SKIPPED = frozenset({"_build", "node_modules", "__pycache__", "site-packages"})
"""Folders of a thesis that are not watched."""
DESCRIBED = (f".dist-info{os.sep}", f".egg-info{os.sep}")
"""Folders that describe a distribution, which counts by its version."""
COMPILED = f"{os.sep}__pycache__{os.sep}"


class Places:
    """Tells of a path whether it counts."""

    def __init__(self, root: str, ours: str, cache: str, plumbing: str) -> None:
        """Take the thesis's root, the build system's own package, the build's cache and the folder of the kernel's connection."""
        self.root, self.ours = root.rstrip(os.sep) + os.sep, ours.rstrip(os.sep) + os.sep
        self.cache, self.restricted = _folder(cache), _folder(str(Path(cache, "restricted")))
        environment = {sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()}
        environment |= {os.path.realpath(path) for path in environment}
        environment |= {path for path in sys.path if path.rstrip(os.sep).endswith(("site-packages", "dist-packages"))}
        self._inner = tuple(_folder(path) for path in environment if _folder(path).startswith(self.root))
        self._outer = (*_programs(), *(_folder(path) for path in environment if len(path) > 1), _folder(plumbing))
        self._pipes = (os.devnull, f"{tempfile.gettempdir()}{os.sep}ipykernel_")

    def inside(self, path: str) -> bool:
        """Whether a path lies in the thesis and is no part of an environment, of the cache or of a repository."""
        if not path.startswith(self.root) or path.startswith(self._inner):
            return False
        if path.startswith(self.cache):
            return path.startswith(self.restricted)
        return f"{os.sep}.git{os.sep}" not in path

    def counts(self, path: str) -> bool:
        """Whether reading a path is to be noted."""
        if path.startswith((self.root, self.ours)):
            return self.inside(path) or path.startswith(self.ours)
        return not path.startswith(self._outer) and not path.startswith(self._pipes) and not any(part in path for part in DESCRIBED)

    def lasts(self, folder: str) -> bool:
        """Whether the names in a folder are to be noted: not those in a temporary one."""
        path = _folder(folder)
        return self.counts(path) and (self.inside(path) or not path.startswith(_folder(tempfile.gettempdir())))

    def folders(self) -> list[str]:
        """Every folder of the thesis that may hold what a run reads, links followed but not in circles."""
        found = list(_below(self.root.rstrip(os.sep), frozenset()))
        return [*found, *([self.restricted.rstrip(os.sep)] if Path(self.restricted).is_dir() else [])]


def source_of(path: str) -> str:
    """The module that a compiled file was made from; any other path as it is."""
    if COMPILED not in path or not path.endswith(".pyc"):
        return path
    folder, _, name = path.rpartition(COMPILED)
    return f"{folder}{os.sep}{name.partition('.')[0]}.py"


def _folder(path: str) -> str:
    return path.rstrip(os.sep) + os.sep


def _programs() -> list[str]:
    """Where the system and programs keep what is theirs, hidden folders of the home among it."""
    windows = [
        os.environ.get(name, "") for name in ("SYSTEMROOT", "PROGRAMFILES", "PROGRAMDATA", "LOCALAPPDATA", "APPDATA")
    ]
    home = str(Path("~").expanduser())
    homes = [f"{home}{os.sep}.", f"{home}{os.sep}Library{os.sep}"] if len(home) > 1 else []
    cache = os.environ.get("XDG_CACHE_HOME", "")
    return [*(_folder(path) for path in (*SYSTEM, *windows, cache, os.environ.get("MPLCONFIGDIR", "")) if path), *homes]


def _below(folder: str, above: frozenset[str]) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            listed = [entry for entry in entries if entry.is_dir() or entry.name == "pyvenv.cfg"]
    except OSError:
        return []
    if any(entry.name in ("pyvenv.cfg", "conda-meta") for entry in listed):
        return []
    real = os.path.realpath(folder)
    if real in above:
        return []
    found = [folder]
    for entry in listed:
        if not entry.name.startswith(".") and entry.name not in SKIPPED:
            found += _below(entry.path, above | {real})
    return found
