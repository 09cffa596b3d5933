"""`thesis words`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from book.cli.guarding import guarded

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How counts are printed.")
@click.pass_obj
def words(root: Path, *, form: str) -> None:
    """Count the words of each part and in all. Runs no cell."""
    from book.workflow import words as count_words

    click.echo(guarded(lambda: count_words(root, form)))
