"""Whether anything that a build depends on has changed, told without importing Sphinx."""

from __future__ import annotations

import hashlib
import os
import site
import sys
import sysconfig
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.diagnostics import Diagnostic, Silenced
from book.project import digest, read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from book.project import Project

VERSION = 3
"""Format of the state files; another version is no state at all."""
BUILT, CHECKED = "state.json", "checked.json"
"""What the last build and the last check saw and left. A check looks at all files of the editions, a build at those that it wrote."""
SKIPPED_FOLDERS = frozenset({"_build", "node_modules", "__pycache__", "dist", "site-packages"})
VARIABLES = ("SOURCE_DATE_EPOCH", "PYTHONPATH", "JUPYTER_PATH")
"""Environment variables that a build listens to."""

Stat = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Finished:
    """What the last build left, still true."""

    diagnostics: tuple[Diagnostic, ...]
    """What it remarked."""
    editions: dict[str, str]
    """Editions by name, with their paths relative to the thesis."""
    silenced: tuple[Silenced, ...] = ()
    """What the author has silenced."""


@dataclass(frozen=True, slots=True)
class Beyond:
    """What runs depend on besides the files of the thesis."""

    files: tuple[str, ...] = ()
    """Files elsewhere, in hidden folders and in `_build`, relative to the thesis or absolute."""
    variables: tuple[str, ...] = ()
    """Environment variables."""
    folders: bool = False
    """Whether a run depends on the names in a folder elsewhere; then nobody can be sure that nothing has changed."""


def files_below(root: Path, above: frozenset[str] = frozenset()) -> Iterator[os.DirEntry[str]]:
    """Every file of the thesis: not `_build`, hidden folders and environments.

    Links are followed, but never in a circle; pipes, devices and links that lead nowhere are no files.
    """
    try:
        entries = sorted(os.scandir(root), key=lambda entry: entry.name)
    except OSError:
        return
    names = {entry.name for entry in entries}
    if "pyvenv.cfg" in names:
        return
    here = above | {os.path.realpath(root)}
    for entry in entries:
        if _is_folder(entry):
            if not _passed_over(entry.name) and not (entry.is_symlink() and os.path.realpath(entry.path) in here):
                yield from files_below(Path(entry.path), here)
        elif not entry.name.startswith(".") and _is_file(entry):
            yield entry


def _passed_over(folder: str) -> bool:
    return folder in SKIPPED_FOLDERS or folder.startswith(".") or folder.endswith(".egg-info")


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def installed() -> str:
    """A digest of what is installed: distributions by name and version, this package by its files, Python."""
    found: list[str] = [sys.version]
    for folder in sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), site.getusersitepackages()}):
        if Path(folder).is_dir():
            found += sorted(path.name for path in Path(folder).iterdir() if path.suffix in {".dist-info", ".egg-info"})
    for entry in files_below(Path(__file__).parent):
        stat = entry.stat()
        found.append(f"{entry.name} {stat.st_size} {stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def key_of(options: Mapping[str, Any]) -> str:
    """A digest of all that is asked for and installed, the thesis's own files aside."""
    asked = sorted((name, str(value)) for name, value in options.items())
    variables = [(name, os.environ.get(name, "")) for name in VARIABLES]
    return hashlib.sha256(repr((VERSION, asked, variables, installed())).encode()).hexdigest()


def state_of(inputs: Mapping[str, Mapping[str, Any]], options: Mapping[str, Any]) -> str:
    """A digest of a snapshot's contents and of all that is asked for and installed: two builds of one state make editions of one document."""
    contents = sorted((name, str(one["sha256"])) for name, one in inputs.items())
    return hashlib.sha256(repr((key_of(options), contents)).encode()).hexdigest()


def _name(entry: os.DirEntry[str], project: Project) -> str:
    """The path of a file from the thesis."""
    return entry.path.removeprefix(f"{project.root}{os.sep}")


def _stat(path: Path | os.DirEntry[str]) -> Stat:
    found = path.stat()
    return (found.st_size, found.st_mtime_ns, found.st_ino)


def finished(project: Project, key: str, name: str = BUILT) -> Finished | None:
    """What the last build (or check) left, if nothing it read and no edition has changed since."""
    state = read_json(project.cache / name)
    if not isinstance(state, dict) or state.get("key") != key:
        return None
    try:
        same = _same_editions if name == CHECKED else _same_outputs
        if not (_same_beyond(project, state) and _same_inputs(project, state, name) and same(project, state)):
            return None
        said = tuple(Diagnostic(**row) for row in state["diagnostics"])
        silenced = (Silenced(**{**row, "diagnostic": Diagnostic(**row["diagnostic"])}) for row in state["silenced"])
        return Finished(said, dict(state["editions"]), tuple(silenced))
    except (KeyError, TypeError, ValueError, OSError):
        return None


def _same_inputs(project: Project, state: dict[str, Any], name: str) -> bool:
    """Size, time and inode first; where they differ, the content."""
    known = dict(state["inputs"])
    moved = False
    for entry in files_below(project.root):
        before = known.pop(_name(entry, project), None)
        if before is None:
            return False
        if tuple(before["stat"]) != _stat(entry):
            if before["sha256"] != digest(Path(entry.path)):
                return False
            moved = True
    if moved and not known:
        _refresh(project, state, name)
    return not known


def _same_beyond(project: Project, state: dict[str, Any]) -> bool:
    """Whether what runs depend on besides the thesis's files is as it was; content is asked where size, time or inode differ."""
    beyond = state["beyond"]
    if beyond["folders"] or any(_variable(name) != value for name, value in beyond["variables"].items()):
        return False
    return all(_unchanged(project.root / name, before) for name, before in beyond["files"].items())


def _unchanged(path: Path, before: dict[str, Any] | None) -> bool:
    try:
        return before is not None and (before["stat"] == list(_stat(path)) or before["sha256"] == digest(path))
    except OSError:
        return before is None


def _seen(path: Path) -> dict[str, Any] | None:
    """Stat and digest of a file; None where it cannot be read."""
    try:
        return {"stat": list(_stat(path)), "sha256": digest(path)}
    except OSError:
        return None


def _variable(name: str) -> str:
    value = os.environ.get(name)
    return "" if value is None else hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()


def _refresh(project: Project, state: dict[str, Any], name: str) -> None:
    """Keep the new times of files that were only touched."""
    for entry in files_below(project.root):
        state["inputs"][_name(entry, project)]["stat"] = list(_stat(entry))
    write_json(project.cache / name, state, indent=None)


def editions_of(project: Project) -> tuple[Path, ...]:
    """Every file of the editions that stand in `_build`, and what the last build said of itself: it may have run cells and changed no edition."""
    site = [Path(entry.path) for entry in files_below(project.site)]
    files = [*sorted(project.build.glob("thesis.*")), project.cache / BUILT]
    return (*site, *(path for path in files if path.is_file()))


def _same_editions(project: Project, state: dict[str, Any]) -> bool:
    return bool(_listed(project, editions_of(project)) == state["outputs"])


def _listed(project: Project, paths: Iterable[Path]) -> dict[str, list[int]]:
    """Size and time of files, by their paths from the thesis."""
    return {
        os.path.relpath(path, project.root): [found.st_size, found.st_mtime_ns]
        for path in paths
        for found in (path.stat(),)
    }


def _same_outputs(project: Project, state: dict[str, Any]) -> bool:
    for name, before in state["outputs"].items():
        try:
            found = (project.root / name).stat()
        except OSError:
            return False
        if [found.st_size, found.st_mtime_ns] != before:
            return False
    return True


def snapshot(project: Project, name: str = BUILT) -> dict[str, Any]:
    """Stat and digest of every file of the thesis; a digest is taken anew only where the stat has changed."""
    state = read_json(project.cache / name)
    known = state.get("inputs", {}) if isinstance(state, dict) else {}
    taken = {}
    for entry in files_below(project.root):
        name, stat = _name(entry, project), list(_stat(entry))
        before = known.get(name) or {}
        same = before.get("stat") == stat
        try:
            taken[name] = {"stat": stat, "sha256": before["sha256"] if same else digest(Path(entry.path))}
        except OSError:
            continue
    return taken


def remember(
    project: Project, key: str, inputs: dict[str, Any], outputs: Iterable[Path], done: Finished, beyond: Beyond, name: str = BUILT,
) -> None:  # fmt: skip
    """Write down what a finished build (or check) read and left; `inputs` is the snapshot taken before it began."""
    state = {
        "key": key,
        "inputs": inputs,
        "beyond": {
            "files": {path: _seen(project.root / path) for path in beyond.files if path not in inputs},
            "variables": {variable: _variable(variable) for variable in beyond.variables if variable not in VARIABLES},
            "folders": beyond.folders,
        },
        "outputs": _listed(project, outputs),
        "diagnostics": [asdict(d) for d in done.diagnostics],
        "silenced": [asdict(one) for one in done.silenced],
        "editions": done.editions,
    }
    write_json(project.cache / name, state, indent=None)


def forget(project: Project) -> None:
    """Drop what is known of the last build and the last check: the next ones look at everything."""
    for name in (BUILT, CHECKED):
        (project.cache / name).unlink(missing_ok=True)
