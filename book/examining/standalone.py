"""Verify the archive that this file lies in, with nothing but Python.

    python3 verify.py            (in the unpacked archive)

It checks that every file of the archive is as its manifests say, makes a fresh environment beside the archive's own
packages, and lets `thesis verify` rebuild the thesis there and compare. Whatever follows the name is given on:
`--sandbox`, `--format json`, `--output report.html`.

Building a thesis runs its author's code: look at what you have, or use `--sandbox`. This file is the archive's own, too:
where you do not trust an archive, let the `thesis verify` of an installation of your own look at it.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ALGORITHMS = ("sha512", "sha256")
"""Digests that we trust, the best first."""
OLDEST = (3, 11)
"""The oldest Python that builds a thesis."""


HANDOVER = "from book.cli import main; main()"
"""The archive's own command."""
WANTED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9][A-Za-z0-9.!+_-]*( --hash=sha256:[0-9a-f]{64})*")
"""A line of requirements that 'thesis archive' writes."""


# -- the bag


def problems_of(bag: Path) -> list[tuple[str, str]]:
    """Path and words for everything in which a bag is not as its manifests say."""
    found: list[tuple[str, str]] = []
    declared = _text(bag / "bagit.txt")
    if not declared.startswith("BagIt-Version: "):
        found.append(("bagit.txt", "is missing or declares no bag"))
    payload = _manifest(bag, "manifest", found)
    tags = _manifest(bag, "tagmanifest", found)
    for name, digest in sorted({**tags, **payload}.items()):
        path = bag / name
        if not _inside(bag, path):
            found.append((name, "leads out of the archive"))
        elif not path.is_file() or path.is_symlink():
            found.append((name, "is missing"))
        elif _digest(path, len(digest)) != digest:
            found.append((name, "is not the file that was archived"))
    there = {path.relative_to(bag).as_posix() for path in bag.rglob("*") if path.is_file() or path.is_symlink()}
    free = {name for name in there if "/" not in name and name.startswith("tagmanifest-")}
    found += [(name, "is in no manifest") for name in sorted(there - set(payload) - set(tags) - free)]
    return found


def _manifest(bag: Path, kind: str, found: list[tuple[str, str]]) -> dict[str, str]:
    """Digest of each file that a manifest names; the best manifest that is there."""
    for algorithm in ALGORITHMS:
        path = bag / f"{kind}-{algorithm}.txt"
        if path.is_file():
            rows = (line.split(maxsplit=1) for line in _text(path).splitlines() if line.strip())
            return {_read(row[1].lstrip("*").strip()): row[0].lower() for row in rows if len(row) > 1}
    found.append((f"{kind}-{ALGORITHMS[0]}.txt", "is missing"))
    return {}


def _read(name: str) -> str:
    return name.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")


def _inside(bag: Path, path: Path) -> bool:
    return path.resolve().is_relative_to(bag.resolve())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""


def _digest(path: Path, length: int) -> str:
    algorithm = next((one for one in ALGORITHMS if hashlib.new(one).digest_size * 2 == length), ALGORITHMS[0])
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, algorithm).hexdigest()


# -- the environment


class InstallError(Exception):
    """The environment cannot be made; says why in a line."""


def install(environment: Path, target: Path) -> Path:
    """Make a fresh environment from an archive's folder `environment`; returns its interpreter.

    The archive's wheels come first and suffice if all are there: then no network is asked. What they lack is fetched
    from the package index. Every file must have a hash that the archive names, where it names any. All is gathered
    before anything is installed, and installed at once: what is installed could run when pip starts again.
    """
    asked = wanted(environment / "requirements.txt")
    interpreter = make(target)
    with tempfile.TemporaryDirectory(prefix="thesis-wheels-") as name:
        folder = Path(name)
        for hashed in (True, False):
            part = [line for line in asked if ("--hash=" in line) is hashed]
            if part:
                _gather(interpreter, part, environment / "wheels", folder)
        listed = _list([line.split()[0] for line in asked], folder)
        said = _pip(interpreter, "install", "--no-index", "-r", listed, wheels=folder)
    if said is not None:
        raise InstallError(f"the environment cannot be made: {said}")
    return interpreter


def wanted(requirements: Path) -> list[str]:
    """What an archive wants installed, a distribution a line; anything else could be an option, which pip would obey."""
    lines = requirements.read_text(encoding="utf-8", errors="replace").replace("\\\n", " ").splitlines()
    asked = [" ".join(line.split()) for line in lines if line.strip()]
    for line in asked:
        if not WANTED.fullmatch(line):
            raise InstallError(f"'requirements.txt' holds what is no distribution with its version: {line[:100]!a}")
    return asked


def _gather(interpreter: Path, part: list[str], wheels: Path, folder: Path) -> None:
    """Bring wheels into a folder, from the archive alone if that suffices; nothing of them is run."""
    hashes = ["--require-hashes"] if "--hash=" in part[0] else []
    arguments = ["--dest", str(folder), *hashes, "-r", _list(part, folder)]
    carried = _pip(interpreter, "download", "--no-index", *arguments, wheels=wheels)
    if carried is None:
        return
    said = _pip(interpreter, "download", *arguments, wheels=wheels)
    if said is not None:
        alone = f" (from the archive alone: {carried})" if said != carried else ""
        raise InstallError(f"the environment cannot be made: {said}{alone}")


def _list(lines: list[str], folder: Path) -> str:
    path = folder / "requirements.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def make(target: Path) -> Path:
    """A fresh environment with nothing but pip."""
    try:
        venv.EnvBuilder(with_pip=True, symlinks=os.name != "nt", clear=True).create(target)
    except (OSError, subprocess.CalledProcessError) as error:
        raise InstallError(f"Python cannot make an environment ({error}); on Debian, install python3-venv") from None
    return target / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _pip(interpreter: Path, verb: str, *arguments: str, wheels: Path) -> str | None:
    """Let pip download or install; None if it did, else its reason."""
    common = (
        "-m",
        "pip",
        "--isolated",
        "--disable-pip-version-check",
        verb,
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
    )
    command = [str(interpreter), "-I", *common, "--find-links", str(wheels), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    lines = [line.strip().removeprefix("ERROR: ") for line in done.stderr.splitlines() if line.strip()]
    hashes = [line for line in lines if line.startswith(("Expected sha256", "Got", "THESE PACKAGES"))]
    named = [line for line in lines if "(from" in line or "No matching" in line or "==" in line]
    return "; ".join([*named[:1], *hashes[:3]]) or (lines[-1] if lines else "pip says nothing")


# -- alone


def main(arguments: list[str]) -> int:
    """Check, install, and hand over to the archive's own `thesis verify`."""
    if sys.version_info < OLDEST:
        sys.stderr.write(f"Python {'.'.join(map(str, OLDEST))} or newer is needed; this is {sys.version.split()[0]}\n")
        return 2
    bag = Path(__file__).resolve().parent
    found = problems_of(bag)
    for name, said in found:
        sys.stderr.write(f"{name}: {said}\n")
    if found:
        sys.stderr.write("the archive is not as it was made; nothing was run\n")
        return 1
    sys.stderr.write("every file is as the archive's manifests say; making an environment\n")
    with tempfile.TemporaryDirectory(prefix="thesis-verify-") as folder:
        try:
            interpreter = install(bag / "data" / "environment", Path(folder) / "environment")
        except InstallError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        command = [str(interpreter), "-I", "-c", HANDOVER, "verify", str(bag), "--python", str(interpreter)]
        variables = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
        return subprocess.run([*command, *arguments], check=False, env=variables).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
