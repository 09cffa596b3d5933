"""`thesis init`."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from book.cli.guarding import guarded


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Start a new thesis that builds at once."""
    from book.newcomer import start

    for path in guarded(lambda: start(folder)):
        click.echo(f"wrote {path.as_posix()}")
    here = folder.resolve() == Path.cwd()
    click.echo("now: thesis build" if here else f"now: thesis -C {shlex.quote(folder.as_posix())} build")
