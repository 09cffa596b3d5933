"""What a thesis was built with: distributions by version and hash, and wheels to build it with again."""

from __future__ import annotations

import csv
import hashlib
import json
import platform
import sys
import sysconfig
import zipfile
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement, Requirement

from book.archiving.locks import read_locks
from book.archiving.wheel import PACKAGE, requirements, write_wheel
from book.diagnostics import Diagnostic
from book.errors import ConfigError
from book.execution.distributions import canonical
from book.execution.store import Store
from book.project import digest, write, write_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from book.archiving.locks import Pin
    from book.config import Config
    from book.project import Project

VERSION = 1
"""Format of the list."""
LISTING, REQUIREMENTS, WHEELS = "environment.json", "requirements.txt", "wheels"
"""In the archive's folder `environment`."""
INSTALLED = "installed.json"
"""What a rebuild found around it."""
OURS = "thesis-book"
"""Name of this distribution."""
_INSTALLERS = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json")
"""What installers note for themselves."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A distribution as it was installed."""

    name: str
    """Its canonical name."""
    version: str
    """Its version."""
    files: str
    """One SHA-256 for all its files, from what the installer has recorded; empty where it recorded none."""
    used_by: str
    """`cells` where a run imported it, else `build`."""
    hashes: tuple[str, ...] = ()
    """Hashes of the files that it may be installed from, each as `sha256:...`."""
    locked: str = ""
    """Lock file that names these hashes; empty where none does."""
    wheel: str = ""
    """Its wheel in the archive; empty where it is not carried."""
    built: bool = False
    """Whether the wheel was built here, from sources that have one of the hashes."""


def read_environment(project: Project, config: Config) -> tuple[tuple[Installed, ...], tuple[Diagnostic, ...]]:
    """Everything that the build and the last runs need, and what a lock file says otherwise."""
    cells = {
        name for head in Store(project, config).last_heads() for name in head.fingerprint.versions if name != "python"
    }
    found = _closure([OURS, *_extensions(config), *cells])
    needed = frozenset(_closure(cells))
    pins = read_locks(project.root)
    listed = tuple(_installed(name, one, pins, needed) for name, one in sorted(found.items()))
    return listed, (*_not_locked(listed, pins), *_not_published(listed, found))


def _extensions(config: Config) -> Iterator[str]:
    """Distributions that hold the extensions and the theme which `_config.yml` names."""
    sphinx = config.yaml.value.get("sphinx") or {}
    named = [*(sphinx.get("extra_extensions") or []), (sphinx.get("config") or {}).get("html_theme", "")]
    modules = {str(module).partition(".")[0] for module in named} - {"", PACKAGE.name}
    unknown = []
    for module in sorted(modules):
        try:
            yield metadata.distribution(module).metadata["Name"]
        except (metadata.PackageNotFoundError, ValueError):
            unknown.append(module)
    holders = metadata.packages_distributions() if unknown else {}
    for module in unknown:
        yield from holders.get(module, ())


def _closure(names: Iterable[str]) -> dict[str, metadata.Distribution]:
    """Installed distributions, by canonical name, with all that they need here, and with the extras that are asked for."""
    found: dict[str, metadata.Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(canonical(name), "") for name in names]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        for one in _needs(found[name], extra):
            waiting += [(canonical(one.name), asked) for asked in ("", *one.extras)]
    return found


def _needs(distribution: metadata.Distribution, extra: str) -> Iterator[Requirement]:
    ours = canonical(distribution.metadata["Name"]) == OURS
    for written in requirements(distribution) if ours else distribution.requires or ():
        try:
            one = Requirement(written)
        except InvalidRequirement:
            continue
        if one.marker is None or one.marker.evaluate({"extra": extra}):
            yield one


def _installed(name: str, one: metadata.Distribution, pins: Iterable[Pin], cells: frozenset[str]) -> Installed:
    version = one.version  # each asking reads the whole description
    same = [pin for pin in pins if (pin.name, pin.version) == (name, version)]
    hashes = tuple(sorted({item for pin in same for item in pin.hashes}))
    return Installed(
        name,
        version,
        files_of(one),
        "cells" if name in cells else "build",
        hashes,
        min((pin.path for pin in same), key=len, default=""),
    )


def files_of(distribution: metadata.Distribution) -> str:
    """One digest for all files of a distribution; scripts, which name an interpreter, and compiled code left out.

    Empty where its files lie in a checkout.
    """
    if '"editable": true' in (distribution.read_text("direct_url.json") or ""):
        return ""
    return _recorded(distribution.read_text("RECORD") or "")


def _files_in(wheel: Path) -> str:
    """The same digest, of a wheel that is not installed yet."""
    with zipfile.ZipFile(wheel) as archive:
        record = next(name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
        return _recorded(archive.read(record).decode())


def _recorded(record: str) -> str:
    """One digest for what a RECORD lists."""
    rows = sorted(f"{row[0]} {row[1]}" for row in csv.reader(record.splitlines()) if len(row) > 1 and row[1] and _counts(PurePosixPath(row[0])))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest() if rows else ""


def _counts(path: PurePosixPath) -> bool:
    noted = path.parent.suffix == ".dist-info" and path.name in _INSTALLERS
    return path.suffix != ".pyc" and ".." not in path.parts and not noted


def _not_locked(listed: Iterable[Installed], pins: tuple[Pin, ...]) -> Iterator[Diagnostic]:
    """A remark for what a lock file pins to another version; one that it does not know is nobody's promise."""
    for one in listed:
        others = [pin for pin in pins if pin.name == one.name]
        if others and not one.locked and one.name != OURS:
            message = f"'{one.name}' {others[0].version} is locked, and {one.version} is installed"
            yield Diagnostic(
                "environment-not-locked",
                message,
                "error",
                others[0].path,
                hint="install what the lock says, or write the lock anew",
            )


def _not_published(listed: Iterable[Installed], found: Mapping[str, metadata.Distribution]) -> Iterator[Diagnostic]:
    """A remark for what was installed from a folder, a file or a repository: its name and version lead nobody to it."""
    for one in listed:
        place = _place(found[one.name], one.hashes) if one.name != OURS else ""
        if place:
            yield Diagnostic(
                "environment-not-locked",
                f"'{one.name}' {one.version} was installed from {place}, where nobody else finds it",
                "error",
                hint="put its code into the thesis's folder, or publish it",
            )


def _place(distribution: metadata.Distribution, hashes: tuple[str, ...]) -> str:
    """What a distribution was installed from, if that is no package index; what a lock file knows by its hash may be fetched from anywhere.

    conda's packages name the folder in which conda has built them, and are published.
    """
    if (distribution.read_text("INSTALLER") or "").strip() == "conda":
        return ""
    try:
        value = json.loads(distribution.read_text("direct_url.json") or "{}")
    except ValueError:
        return ""
    if not isinstance(value, dict):
        return ""
    if "vcs_info" in value or "dir_info" in value:
        return "a repository" if "vcs_info" in value else "a folder"
    known = not str(value.get("url")).startswith("file:") or _hashes(value.get("archive_info")) & set(hashes)
    return "" if known else "a file"


def _hashes(archive: Any) -> set[str]:
    """Hashes that an installer has noted for a file, each as `sha256:...`."""
    if not isinstance(archive, dict):
        return set()
    named = archive.get("hashes")
    noted = {str(archive.get("hash")).replace("=", ":", 1)}
    return noted | {f"{kind}:{said}" for kind, said in (named.items() if isinstance(named, dict) else ())}


# -- writing


def write_environment(
    listed: tuple[Installed, ...], folder: Path, epoch: int, *, kernels: Mapping[str, str]
) -> tuple[Installed, ...]:
    """Write list, requirements and our own wheel into a folder, beside wheels that lie there already; returns the list with wheels."""
    wheels = folder / WHEELS
    write_wheel(metadata.distribution(OURS), wheels, epoch)
    carried = {_named(path.name): path for path in sorted(wheels.glob("*.whl"))}
    complete = tuple(_with_wheel(one, carried.get((one.name, one.version))) for one in listed)
    value = {
        "version": VERSION,
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "platform": sysconfig.get_platform(),
        "epoch": epoch,
        "kernels": dict(sorted(kernels.items())),
        "distributions": [_row(one) for one in complete],
    }
    write_json(folder / LISTING, value)
    write(folder / REQUIREMENTS, "".join(_requirement(one) for one in complete))
    return complete


def _with_wheel(one: Installed, path: Path | None) -> Installed:
    if path is None:
        return one
    found = f"sha256:{digest(path)}"
    files = _files_in(path) if one.name == OURS else one.files
    return replace(
        one,
        wheel=f"{WHEELS}/{path.name}",
        hashes=tuple(sorted({*one.hashes, found})),
        files=files,
        built=bool(one.hashes) and found not in one.hashes,
    )


def _row(one: Installed) -> dict[str, Any]:
    return asdict(one) | {"hashes": list(one.hashes)}


def _requirement(one: Installed) -> str:
    return " \\\n    ".join([f"{one.name}=={one.version}", *(f"--hash={item}" for item in one.hashes)]) + "\n"


def _named(wheel: str) -> tuple[str, str]:
    """Canonical name and version in a wheel's file name."""
    name, version = wheel.split("-")[:2]
    return canonical(name), version.replace("_", "-")


def surroundings() -> dict[str, Any]:
    """What is installed here: Python, platform, version and digest of each distribution."""
    found = {
        canonical(one.metadata["Name"]): [one.version, files_of(one)]
        for one in metadata.distributions()
        if one.metadata["Name"]
    }
    return {
        "python": platform.python_version(),
        "platform": sysconfig.get_platform(),
        "distributions": dict(sorted(found.items())),
    }


# -- wheels


def bring_wheels(listed: Iterable[Installed], project: Project, folder: Path) -> None:
    """Put the wheel of every distribution into a folder: those of the last archive first, others through pip.

    Raises ConfigError where pip is missing or cannot get one.
    """
    import shutil

    kept = project.cache / "wheels"
    there = {_named(path.name): path for path in kept.glob("*.whl")}
    wanted = [one for one in listed if one.name != OURS]
    missing = [one for one in wanted if (one.name, one.version) not in there]
    if missing:
        _build_wheels(missing, kept)
        there = {_named(path.name): path for path in kept.glob("*.whl")}
    folder.mkdir(parents=True, exist_ok=True)
    for one in wanted:
        path = there.get((one.name, one.version))
        if path is None:
            raise ConfigError([_no_wheel(f"pip made no wheel of '{one.name}' {one.version}")])
        shutil.copyfile(path, folder / path.name)


def _build_wheels(missing: list[Installed], kept: Path) -> None:
    import subprocess
    import tempfile

    if find_spec("pip") is None:
        raise ConfigError([_no_wheel("'pip' is not installed beside thesis", "install it: python -m ensurepip")])
    for hashed in (True, False):
        group = [one for one in missing if bool(one.hashes) is hashed]
        if group:
            with tempfile.TemporaryDirectory() as folder:
                path = f"{folder}/requirements.txt"
                with open(path, "w", encoding="utf-8") as stream:  # noqa: PTH123
                    stream.writelines(_requirement(one) for one in group)
                asked = ["--require-hashes"] if hashed else []
                command = [
                    sys.executable,
                    "-m",
                    "pip",
                    "wheel",
                    "--quiet",
                    "--no-deps",
                    "--disable-pip-version-check",
                    *asked,
                    "-r",
                    path,
                    "-w",
                    str(kept),
                ]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise ConfigError([_no_wheel(f"pip cannot get all wheels: {_last(done.stderr)}")])


def _last(text: str) -> str:
    lines = [line.strip().removeprefix("ERROR: ") for line in text.splitlines() if line.strip()]
    return next(
        (line for line in lines if "rror" in line or "hash" in line.lower()), lines[-1] if lines else "it says nothing"
    )


def _no_wheel(message: str, hint: str = "look at the network, or leave '--with-wheels' out") -> Diagnostic:
    return Diagnostic("wheels-missing", message, "error", hint=hint)
