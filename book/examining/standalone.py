"""Verify the archive that this file lies in, with nothing but Python.

    python3 verify.py            (in the unpacked archive)

It checks that every file of the archive is as its manifests say, makes a fresh environment beside the archive's own
packages, and lets `thesis verify` rebuild the thesis there and compare. Whatever follows the name is given on:
`--sandbox`, `--format json`, `--output report.html`.

Building a thesis runs its author's code: look at what you have, or use `--sandbox`.
"""

from __future__ import annotations

import hashlib
import os
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
    from the package index. Every file must have a hash that the archive names, where it names any.
    """
    interpreter = make(target)
    wanted = environment / "requirements.txt"
    text = wanted.read_text(encoding="utf-8")
    carried = _pip(interpreter, "--no-index", "--require-hashes", "-r", str(wanted), wheels=environment / "wheels")
    if carried is None:
        return interpreter
    entries = text.replace("\\\n", " ").splitlines()
    for hashed in (True, False):
        part = [line for line in entries if line.strip() and ("--hash=" in line) is hashed]
        if part:
            listed = target / "requirements.txt"
            listed.write_text("\n".join(part) + "\n", encoding="utf-8")
            asked = ["--require-hashes"] if hashed else []
            said = _pip(interpreter, *asked, "-r", str(listed), wheels=environment / "wheels")
            if said is not None:
                raise InstallError(
                    f"the environment cannot be made: {said}"
                    + (f" (from the archive alone: {carried})" if said != carried else "")
                )
    return interpreter


def make(target: Path) -> Path:
    """A fresh environment with nothing but pip."""
    try:
        venv.EnvBuilder(with_pip=True, symlinks=os.name != "nt", clear=True).create(target)
    except (OSError, subprocess.CalledProcessError) as error:
        raise InstallError(f"Python cannot make an environment ({error}); on Debian, install python3-venv") from None
    return target / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _pip(interpreter: Path, *arguments: str, wheels: Path) -> str | None:
    """Let pip install; None if it did, else its reason."""
    common = (
        "-m",
        "pip",
        "--isolated",
        "--disable-pip-version-check",
        "install",
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
