"""A new thesis that builds at once."""

from __future__ import annotations

from pathlib import Path

from book.diagnostics import Diagnostic
from book.errors import ConfigError
from book.project import write

TEMPLATE = Path(__file__).parent / "templates" / "newcomer"


def start(folder: Path) -> list[Path]:
    """Write a small thesis into a folder; return the files written.

    Raises ConfigError where one of them is there already: nothing is overwritten.
    """
    files = sorted(path for path in TEMPLATE.rglob("*") if path.is_file())
    targets = [folder / _name(path.relative_to(TEMPLATE)) for path in files]
    there = [target for target in targets if target.exists()]
    if there:
        raise ConfigError(
            [
                Diagnostic("file-exists", "is there already", "error", path.as_posix(), hint="start in another folder")
                for path in there
            ]
        )
    try:
        for path, target in zip(files, targets, strict=True):
            write(target, path.read_bytes())
    except OSError as error:
        raise ConfigError(
            [
                Diagnostic(
                    "cannot-write",
                    f"cannot be written: {error.strerror}",
                    "error",
                    folder.as_posix(),
                    hint="choose another folder",
                )
            ]
        ) from None
    return targets


def _name(path: Path) -> Path:
    """Git's ignore file travels without its dot: packaging tools would read it."""
    return path.with_name(".gitignore") if path.name == "gitignore" else path
