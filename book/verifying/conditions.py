"""What differs between two runs of the same cells: all that should make no difference."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from book.project import find_program

if TYPE_CHECKING:
    from collections.abc import Mapping

SEED = "20141103"
"""Seed of the order of sets in the second run; a build's own is 0."""
ZONES = ("Pacific/Kiritimati", "Etc/GMT+12")
"""Between them lie 26 hours: in one of the two, today is another day than here."""
LANGUAGES = ("de_DE", "fr_FR", "tr_TR", "pl_PL", "es_ES", "zh_CN", "ja_JP", "ru_RU")
"""Locales with other marks, orders and names than English ones; the first that is installed is used."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What one of the two runs finds around it."""

    folder: Path
    """Where the copy of the thesis lies."""
    warm: bool
    """Whether kernels are copies of a warm process."""
    jobs: int = 0
    """Chapters that run at once; 0 for what the author has set."""
    backwards: bool = False
    """Whether files are copied in the other order and get today's date."""
    draft: bool = False
    """Whether the run goes on after a cell that fails."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables of kernels."""
    folders: tuple[Path, ...] = ()
    """Further folders that belong to this run and go with it."""

    @property
    def places(self) -> tuple[str, ...]:
        """Paths that only this run knows, the longest first."""
        return tuple(sorted(map(str, (self.folder, *self.folders)), key=len, reverse=True))

    def prepare(self) -> None:
        """Make the folders; what matplotlib knows of fonts is brought along, so that nobody waits for it."""
        for folder in self.folders:
            folder.mkdir(parents=True, exist_ok=True)
        if "MPLCONFIGDIR" in self.variables:
            import matplotlib as mpl

            for path in Path(mpl.get_cachedir()).glob("fontlist-*.json"):
                shutil.copy(path, self.variables["MPLCONFIGDIR"])


def as_built(folder: Path, *, warm: bool) -> Conditions:
    """The conditions of a build."""
    return Conditions(folder / "once", warm)


def changed(folder: Path) -> Conditions:
    """Everything otherwise that can be otherwise on another machine, or on another day; its temporary folder is there already."""
    temporary, settings = Path(tempfile.mkdtemp(prefix="thesis-")), folder / "matplotlib"
    language = _language()
    variables = {
        "PYTHONHASHSEED": SEED,
        "TZ": _zone(),
        "LANG": language,
        "LC_ALL": language,
        **{name: str(temporary) for name in ("TMPDIR", "TEMP", "TMP")},
        "MPLCONFIGDIR": str(settings),
    }
    return Conditions(folder / "and-once-more", False, 1, True, True, variables, (temporary, settings))


def _zone() -> str:
    """A time zone in which it is not the same day as here."""
    here = datetime.now().astimezone().date()
    for name in ZONES:
        try:
            if datetime.now(ZoneInfo(name)).date() != here:
                return name
        except ZoneInfoNotFoundError:
            continue
    return ZONES[0]


def _language() -> str:
    """A locale that is installed and not English; `C` where there is none."""
    program = find_program("locale")
    if not program:
        return "C"
    there = subprocess.run([program, "-a"], capture_output=True, text=True, check=False).stdout.split()
    wanted = (name for one in LANGUAGES for name in there if name.startswith(f"{one}.") and "utf" in name.lower())
    return next(wanted, "C")
