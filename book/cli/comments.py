"""`thesis comments`."""

from __future__ import annotations

from pathlib import Path

import click

from book.cli.guarding import guarded


@click.command(short_help="List what a supervisor has left in a Word file.")
@click.argument("file", metavar="FILE.docx", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How comments are printed.")
@click.pass_obj
def comments(root: Path, *, file: Path, form: str) -> None:
    """List the comments and tracked changes of a Word file that came back, each with its place in the sources."""
    from book.workflow import comments as list_comments

    click.echo(guarded(lambda: list_comments(root, file, form)))
