"""`thesis findings`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from book.cli.guarding import guarded

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="List every finding, its origin and its uses.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How findings are printed.")
@click.pass_obj
def findings(root: Path, *, form: str) -> None:
    """List every finding: its value, where it comes from, where it is used, what claims rest on it. Runs no cell."""
    from book.workflow import findings as list_findings

    click.echo(guarded(lambda: list_findings(root, form)))
