"""`thesis doctor`."""

from __future__ import annotations

import click


@click.command()
def doctor() -> None:
    """Say what is installed and what is missing, and how to get it."""
    from book.doctor import examine

    for line in examine():
        click.echo(line)
