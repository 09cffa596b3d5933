"""`thesis clean`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from book.cli.guarding import guarded

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Delete `_build`, or the store of runs.")
@click.option("--runs", is_flag=True, help="Delete the store of runs alone, also one that is shared.")
@click.option(
    "--older",
    type=click.IntRange(min=0),
    default=0,
    metavar="DAYS",
    help="Delete only runs that nobody has used for so many days.",
)
@click.pass_obj
def clean(root: Path, *, runs: bool, older: int) -> None:
    """Delete `_build`: editions, and the store of runs unless it is shared."""
    from book.workflow import clean as clean_thesis

    click.echo(guarded(lambda: clean_thesis(root, runs=runs, older=older)))
