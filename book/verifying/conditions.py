"""What differs between two runs of the same cells: all that should make no difference."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from book.project import find_program
from book.verifying.clock import DAYS, another_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

VARIED = ("date", "time-zone", "locale", "user", "hash-seed", "processors", "umask")
"""What can be left as it is, by name; folders, kinds of kernels, order and dates of files are always others."""
ALWAYS = "folders, kinds of kernels, order and dates of files"
"""In words."""
SEED = "20141103"
"""Seed of the order of sets in the second run; a build's own is 0."""
ZONES = ("Pacific/Kiritimati", "Etc/GMT+12")
"""Between them lie 26 hours: in one of the two, today is another day than here."""
LANGUAGES = ("de_DE", "fr_FR", "tr_TR", "pl_PL", "es_ES", "zh_CN", "ja_JP", "ru_RU")
"""Locales with other marks, orders and names than English ones; the first that is installed and not the author's is used."""
USER, NUMBER = "somebody-else", "4711"
"""Who works the second time, and that user's number."""
NARROW, WIDE = 0o077, 0o022
"""What may be done with files by others: nothing the second time, unless that is how it is already."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is another one the second time, or could not be."""

    name: str
    """Its name, as in `VARIED`."""
    how: str = ""
    """What it is the second time; empty where it is as it was."""
    why: str = ""
    """Why it is as it was, or whom it does not reach; empty where there is nothing to say."""


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
    """Environment variables of kernels, and of the process that makes editions."""
    around: tuple[str, ...] = ()
    """A command that starts them."""
    folders: tuple[Path, ...] = ()
    """Further folders that belong to this run and go with it."""
    told: tuple[Condition, ...] = ()
    """What is another one than in a build, and what is not and could be."""

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


@dataclass(slots=True)
class _Change:
    """Something that is another one, and what makes it so."""

    told: Condition
    variables: Mapping[str, str] = field(default_factory=dict)
    around: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()


def told(conditions: Iterable[Condition]) -> tuple[str, str] | tuple[str]:
    """What was another one the second time, and what was not, in a line each."""
    listed = list(conditions)
    others = [f"{one.name} ({one.how}{f'; {one.why}' if one.why else ''})" for one in listed if one.how]
    alike = [f"{one.name} ({one.why})" for one in listed if not one.how]
    line = f"another the second time: {', '.join([*others, ALWAYS])}"
    return (line, f"not another: {', '.join(alike)}") if alike else (line,)


def as_built(folder: Path, *, warm: bool) -> Conditions:
    """The conditions of a build."""
    return Conditions(folder / "once", warm)


@contextmanager
def changed(folder: Path, same: Collection[str] = ()) -> Iterator[Conditions]:
    """Everything otherwise that can be otherwise on another machine, or on another day, but for what is to stay the `same`.

    While this lasts, this process itself runs on one processor and gives its files to nobody: what it starts inherits that.
    """
    temporary, settings = Path(tempfile.mkdtemp(prefix="thesis-")), folder / "matplotlib"
    variables = {**{name: str(temporary) for name in ("TMPDIR", "TEMP", "TMP")}, "MPLCONFIGDIR": str(settings)}
    ways = {
        "time-zone": _zone, "locale": _locale, "user": lambda: _user(folder / "home"), "hash-seed": _seed,
    }  # fmt: skip
    held = {"date": _date, "processors": _processors, "umask": _umask}
    with ExitStack() as stack:
        changes = [
            _Change(Condition(name, why="it was to stay as it is"))
            if name in same
            else ways[name]() if name in ways else stack.enter_context(held[name]())
            for name in VARIED
        ]  # fmt: skip
        yield Conditions(
            folder / "and-once-more", warm=False, jobs=1, backwards=True, draft=True,
            variables={**variables, **{name: value for one in changes for name, value in one.variables.items()}},
            around=tuple(word for one in changes for word in one.around),
            folders=(temporary, settings, *(place for one in changes for place in one.folders)),
            told=tuple(one.told for one in changes),
        )  # fmt: skip


@contextmanager
def _date() -> Iterator[_Change]:
    with another_date() as clock:
        how = "" if clock.why else f"{DAYS} days later"
        why = clock.why or (f"not for {', '.join(clock.unmoved)}, which asks the system itself" if clock.unmoved else "")
        yield _Change(Condition("date", how, why), clock.variables)


def _zone() -> _Change:
    """A time zone in which it is not the same day as here."""
    here = datetime.now().astimezone().date()
    for name in ZONES:
        try:
            if datetime.now(ZoneInfo(name)).date() != here:
                return _Change(Condition("time-zone", name), {"TZ": name})
        except ZoneInfoNotFoundError:
            continue
    return _Change(Condition("time-zone", ZONES[0]), {"TZ": ZONES[0]})


def _locale() -> _Change:
    """A locale that is installed, and whose language is neither the author's nor English; `C` where there is none."""
    here = os.environ.get("LC_ALL") or os.environ.get("LANG") or "C"
    program = find_program("locale")
    listed = subprocess.run([program, "-a"], capture_output=True, text=True, check=False).stdout.split() if program else []
    wanted = (
        name
        for one in LANGUAGES
        for name in listed
        if name.startswith(f"{one}.") and "utf" in name.lower() and not here.startswith(one[:3])
    )
    name = next(wanted, "C")
    plain = name == "C" and here.partition(".")[0] in ("C", "POSIX")
    told = Condition("locale", "", "no other one is installed (Debian: 'locales-all')") if plain else Condition("locale", name)
    return _Change(told, {"LANG": name, "LC_ALL": name})


def _user(home: Path) -> _Change:
    """Somebody else, whose home is empty; libraries of kernels that lie in the author's are found all the same."""
    names = dict.fromkeys(("USER", "LOGNAME", "USERNAME", "LNAME"), USER)
    around = _as_another_number()
    how = f"{USER}, with an empty home" + (f" and number {NUMBER}" if around else "")
    why = "" if around else "the number is the author's: this system has no 'unshare' that we could use"
    return _Change(
        Condition("user", how, why), {**_libraries(), **names, "HOME": str(home), "USERPROFILE": str(home)}, around, (home,)
    )


def _libraries() -> dict[str, str]:
    """Where kernels find what is installed in the author's home."""
    home = Path.home()
    depot, shelves = home / ".julia", sorted(home.glob("R/*-library/*")) + sorted(home.glob("Library/R/*/library"))
    places = {
        "PYTHONUSERBASE": site.getuserbase(),
        "JULIA_DEPOT_PATH": f"{depot}{os.pathsep}" if depot.is_dir() else "",
        "R_LIBS_USER": os.pathsep.join(map(str, shelves)),
    }
    return {name: where for name, where in places.items() if where and name not in os.environ}


def _as_another_number() -> tuple[str, ...]:
    """What makes a command run under another user's number, where the system lets us."""
    program = find_program("unshare")
    if not program or not sys.platform.startswith("linux"):
        return ()
    command = (program, "--user", f"--map-user={NUMBER}", f"--map-group={NUMBER}")
    done = subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if done.returncode == 0 else ()


def _seed() -> _Change:
    return _Change(Condition("hash-seed", SEED), {"PYTHONHASHSEED": SEED})


@contextmanager
def _processors() -> Iterator[_Change]:
    """One processor, for this thread and all that it starts."""
    if sys.platform != "linux":
        yield _Change(Condition("processors", why="this system does not let us choose"))
        return
    before = os.sched_getaffinity(0)
    if len(before) == 1:
        yield _Change(Condition("processors", why="this machine has one"))
        return
    os.sched_setaffinity(0, {min(before)})
    try:
        yield _Change(Condition("processors", "one"), {"PYTHON_CPU_COUNT": "1"})
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def _umask() -> Iterator[_Change]:
    before = os.umask(NARROW)
    if before == NARROW:
        os.umask(WIDE)
    try:
        yield _Change(Condition("umask", f"{WIDE if before == NARROW else NARROW:03o}"))
    finally:
        os.umask(before)
