"""`thesis accept`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from book.cli.guarding import guarded

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Take regenerated values into `findings.lock`.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--run",
    "runs",
    multiple=True,
    metavar="CHAPTER",
    help="Keep this chapter's last run in the thesis, for 'thesis: execution: pinned'; may be given again.",
)
@click.pass_obj
def accept(root: Path, *, names: tuple[str, ...], runs: tuple[str, ...]) -> None:
    """Take regenerated values into `findings.lock`, all or those named (`h3.*`). Runs no cell.

    The lock lies beside `_config.yml`, outside of `_build`: look through what changed, and commit it.
    """
    from book.workflow import accept as accept_findings

    for line in guarded(lambda: accept_findings(root, names, runs=runs)):
        click.echo(line)
