"""Where a command puts what it has found: here, or in a file."""

from __future__ import annotations

from pathlib import Path

import click

from book import errors
from book.cli.guarding import fail
from book.diagnostics import Diagnostic


def near(path: Path, root: Path) -> str:
    """A path as one would type it here."""
    for base in (Path.cwd(), root.resolve()):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return path.as_posix()


def try_to_write(path: Path) -> None:
    """Find out before hours of work whether their result can be written."""
    import tempfile

    try:
        path.resolve().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.resolve().parent, prefix=".thesis-"):
            pass
    except OSError as error:
        raise errors.ThesisError([cannot_write(path, error)]) from None


def tell_or_write(said: str, path: Path | None, root: Path) -> None:
    """Print what a command has found, or write it there and print the path; what cannot be written is printed."""
    from book.project import write

    if path is None:
        click.echo(said)
        return
    try:
        write(path.resolve(), said + "\n")
    except OSError as error:
        click.echo(said)
        fail([cannot_write(path, error)], errors.MISCONFIGURED)
    click.echo(near(path.resolve(), root))


def cannot_write(path: Path, error: OSError) -> Diagnostic:
    """What is said of a file that the system will not let us write."""
    hint = "let '--output' name a file in a folder that you may write into, on a disk that has space"
    return Diagnostic("cannot-write", f"'{path}' cannot be written: {error.strerror or error}", "error", hint=hint)
