"""`thesis watch`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from book import errors
from book.cli.guarding import guarded, remark
from book.cli.options import of_editions
from book.editions.register import USUAL

if TYPE_CHECKING:
    from pathlib import Path

    from book.workflow import Outcome


@click.command(short_help="Build on every save, with a live preview.")
@of_editions
@click.option(
    "--port", type=click.IntRange(min=0, max=65_535), default=0, help="Port of the preview; any that is free by default."
)
@click.option("--open", "opened", is_flag=True, help="Open the preview in the browser.")
@click.pass_obj
def watch(root: Path, *, editions: tuple[str, ...], port: int, opened: bool) -> None:
    """Build on every save, with a live preview of site and PDF; Ctrl-C ends it."""
    from book.watching.watch import watch as watch_thesis

    def ready(address: str) -> None:
        click.echo(f"preview: {address} (PDF: {address}_preview/paper)")
        if opened:
            click.launch(address)

    guarded(lambda: watch_thesis(root, editions=editions or USUAL, port=port, told=_tell, ready=ready))


def _tell(outcome: Outcome | errors.ThesisError) -> None:
    """One build of a watch, in as few lines as there are remarks."""
    remark(outcome.diagnostics)
    if isinstance(outcome, errors.ThesisError):
        click.echo("stopped: the last editions stand")
    elif outcome.unchanged:
        click.echo("nothing has changed")
    else:
        ran = f"; cells of {', '.join(outcome.executed)} ran" if outcome.executed else ""
        click.echo(f"built{ran}")
