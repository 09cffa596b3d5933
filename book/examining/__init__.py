"""Somebody else's deposit: checked, rebuilt in an environment of its own, and compared."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.archiving import STAND_INS
from book.archiving.installed import INSTALLED
from book.archiving.results import RESULTS
from book.archiving.sources import LISTING as SOURCES
from book.archiving.sources import unproven
from book.diagnostics import Diagnostic
from book.document.facts import COMMIT
from book.errors import ConfigError, ToolMissingError
from book.examining.comparing import compare
from book.examining.items import Item, different
from book.examining.provenance import (
    look_at_bag,
    look_at_commit,
    look_at_environment,
    look_at_installed,
    look_at_sources,
    read_environment,
)
from book.examining.running import Limits, read_plain, rebuild
from book.examining.sandbox import lock_up
from book.examining.standalone import InstallError, install
from book.examining.unpacking import unpack
from book.project import digest, read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from book.examining.running import Rebuilt

SANDBOXED = Limits(seconds=4 * 3600, memory=8_000_000_000, output=10_000_000_000)
"""What a rebuild in the sandbox may take unless told otherwise."""
_OLDEST = 315_532_800


@dataclass(frozen=True, slots=True)
class Report:
    """What was found of a deposit."""

    archive: str
    """Name of the archive."""
    sha256: str
    """Its digest; empty for one that is unpacked already."""
    title: str
    """What it says it is: the bag's description."""
    commit: str
    """The commit that it says it was made from."""
    items: tuple[Item, ...]
    """Everything that was compared."""
    notes: tuple[str, ...]
    """What one must know to read it."""

    @property
    def good(self) -> bool:
        """Whether nothing differs."""
        return bool(self.items) and not any(one.sameness == "different" for one in self.items)


def examine(
    archive: Path, *, interpreter: Path | None, sandbox: bool, limits: Limits, stage: Callable[[str], None]
) -> Report:
    """Check a deposit, build it again and compare.

    With `interpreter`, the build runs in its environment instead of a fresh one. Raises a ThesisError where the archive
    cannot be read, an environment cannot be made, or the system has no sandbox.
    """
    with tempfile.TemporaryDirectory(prefix="thesis-verify-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        (folder / "rebuild").mkdir()
        if sandbox:
            lock_up(folder / "rebuild")
        stage("looking at the archive")
        bag = archive.resolve() if archive.is_dir() else unpack(archive, folder / "archive")
        data = bag / "data"
        about = dict(_described(bag))
        commit = about.get("External-Identifier", "")
        items = [
            *look_at_bag(bag),
            *look_at_commit(data, commit),
            *look_at_sources(data),
            *look_at_environment(data),
        ]
        notes = [f"taken along by the author's leave: {said}" for label, said in _described(bag) if label == "Allowed"]
        notes += [said for said in (unproven(data / SOURCES),) if said]
        if any(one.kind == "archive" and one.sameness == "different" for one in items):
            notes.append("the archive is not as it was made: nothing of it was run")
        else:
            if interpreter is None:
                stage("making an environment")
            python = interpreter or _environment(data, folder)
            around = lock_up(folder / "rebuild") if sandbox else []  # services may have come and gone since
            stage("building again")
            done = _rebuild(data, folder, python, commit, fresh=interpreter is None, limits=limits, around=around)
            stage("comparing")
            items += _compared(data, done, notes)
            notes.append(_how(read_environment(data), read_plain(done.folder / INSTALLED), around))
        sha256 = "" if archive.is_dir() else digest(archive)
        return Report(
            archive.name,
            sha256,
            about.get("External-Description", ""),
            commit,
            tuple(items),
            tuple(notes),
        )


def _how(listed: Mapping[str, Any], there: Any, around: list[str]) -> str:
    """Where the archive was made, and where and how it was built again."""
    found = there if isinstance(there, dict) else {}
    places = [f"Python {one.get('python', 'unknown')} on {one.get('platform', 'an unknown platform')}" for one in (listed, found)]
    locked = f"locked up by '{Path(around[0]).name}', without network" if around else "in no sandbox"
    return f"archived with {places[0]}; built again with {places[1]}, {locked}"


def _described(bag: Path) -> Iterator[tuple[str, str]]:
    path = bag / "bag-info.txt"
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    for line in text.splitlines():
        label, colon, said = line.partition(": ")
        if colon:
            yield label, said


def _environment(data: Path, folder: Path) -> Path:
    try:
        return install(data / "environment", folder / "environment")
    except (InstallError, OSError) as error:
        hint = "wheels serve one platform and one Python; with network, others are fetched; '--python FILE' takes an environment that is there"
        raise ToolMissingError(
            [Diagnostic("environment-impossible", str(error), "error", "data/environment", hint=hint)]
        ) from None


def _rebuild(data: Path, folder: Path, python: Path, commit: str, *, fresh: bool, limits: Limits, around: list[str]) -> Rebuilt:
    if not (data / "thesis").is_dir():
        raise ConfigError(
            [
                Diagnostic(
                    "archive-unreadable",
                    "the archive holds no thesis",
                    "error",
                    "data/thesis",
                    hint="'thesis archive' makes one that does",
                )
            ]
        )
    thesis = folder / "rebuild" / "thesis"
    shutil.copytree(data / "thesis", thesis, symlinks=True)
    for name in ("home", "temporary"):
        (folder / "rebuild" / name).mkdir()
    listed = read_environment(data)
    results = read_json(data / RESULTS / "results.json")
    named = results.get("editions") if isinstance(results, dict) else None
    editions = [one for one in named if isinstance(one, str) and one.isalnum()] if isinstance(named, dict) else []
    return rebuild(
        python,
        thesis,
        folder / "rebuild" / "results",
        editions or ["html", "pdf"],
        {**_variables(folder / "rebuild", listed), COMMIT: commit if _named_in(results) == commit else ""},
        fresh=fresh,
        limits=limits,
        around=around,
    )


def _named_in(results: Any) -> str:
    """The commit that a build was told it was of; empty where it was told none."""
    return str(results.get("commit", "")) if isinstance(results, dict) else ""


def _variables(folder: Path, listed: Mapping[str, Any]) -> dict[str, str]:
    given = listed.get("epoch")
    return {
        "SOURCE_DATE_EPOCH": str(
            given if isinstance(given, int) and not isinstance(given, bool) and given > 0 else _OLDEST
        ),
        "THESIS_STORE": str(folder / "runs"),
        **{name: str(folder / "temporary") for name in ("TMPDIR", "TEMP", "TMP")},
        "HOME": str(folder / "home"),
    }


def _compared(data: Path, done: Rebuilt, notes: list[str]) -> list[Item]:
    if done.stopped:
        return [different("archive", "the rebuild", f"did not come to its end: {done.stopped}")]
    there = read_plain(done.folder / INSTALLED)
    found = there if isinstance(there, dict) else {}
    before = data
    sources = read_json(data / SOURCES)
    left = [str(row["path"]) for row in sources["files"] if "left out" in row] if isinstance(sources, dict) else []
    if (data / STAND_INS).is_dir() and not found.get("restricted"):
        before = data / STAND_INS
        notes.append(
            "restricted data are not at hand: the rebuild, and what it is compared with, was made from their stand-ins; THESIS_RESTRICTED names the folder of the real ones"
        )
    notes += [f"left out of the archive: {path}" for path in left]
    return [*look_at_installed(read_environment(data), found), *compare(before, done.folder)]
