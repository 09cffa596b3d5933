"""One door to the outside: files, clock, environment, programs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

REPRODUCIBLE_EPOCH = 315_532_800
"""1 January 1980, what `SOURCE_DATE_EPOCH` is where nobody has set it: the oldest date a zip file holds."""


@dataclass(frozen=True, slots=True)
class Project:
    """A thesis on disk, and the only place that knows where things lie."""

    root: Path
    """The folder with `_config.yml` and `_toc.yml`, absolute."""

    @property
    def build(self) -> Path:
        """Where everything that we write goes; it can always be deleted."""
        return self.root / "_build"

    @property
    def cache(self) -> Path:
        """What the next build may reuse."""
        return self.build / "cache"

    @property
    def patterns(self) -> Path:
        """Compiled regular expressions of the libraries that commands load."""
        return self.cache / "patterns.pickle"

    @property
    def site(self) -> Path:
        """The online edition."""
        return self.build / "html"

    def edition(self, suffix: str) -> Path:
        """The single file of an edition: `_build/thesis.pdf` for `pdf`."""
        return self.build / f"thesis.{suffix}"

    def relative(self, path: Path | str) -> str:
        """Say a path as the author knows it: from the thesis, with forward slashes."""
        try:
            return Path(path).resolve().relative_to(self.root).as_posix()
        except (ValueError, OSError, RuntimeError):  # elsewhere, or a link that leads to itself
            return Path(path).as_posix()

    def epoch(self) -> int:
        """Seconds since 1970 that stand for "now" in whatever is written."""
        given = os.environ.get("SOURCE_DATE_EPOCH", "")
        return int(given) if given.isdigit() else REPRODUCIBLE_EPOCH


def find_program(name: str) -> str | None:
    """Where a program of the system lies, or None."""
    return shutil.which(name)


def digest(path: Path) -> str:
    """SHA-256 of a file's content, as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write(path: Path, content: bytes | str) -> None:
    """Write a file so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_json(path: Path, value: Any, *, indent: int | None = 1) -> None:
    """Write a JSON file with sorted keys, whole or not at all; without indent, many times as fast, where nobody reads it but we."""
    write(path, json.dumps(value, ensure_ascii=False, indent=indent, sort_keys=True) + "\n")


def read_json(path: Path) -> Any:
    """Read a JSON file; None where it is missing or damaged."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def delete(folder: Path) -> None:
    """Delete a folder with all that is in it.

    Raises OSError where a file cannot be deleted.
    """
    shutil.rmtree(folder)


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Set environment variables for a while and put back what stood there."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
