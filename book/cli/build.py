"""`thesis build`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from book.cli.guarding import guarded, remark
from book.cli.options import of_editions
from book.cli.writing import near
from book.editions.register import USUAL

if TYPE_CHECKING:
    from pathlib import Path

    from book.workflow import Outcome


@click.command()
@of_editions
@click.option(
    "--chapter",
    default="",
    metavar="NAME",
    help="Make the editions of this chapter alone, with its numbers as in the whole.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=0),
    default=0,
    help="Chapters whose cells run at once; one a processor by default.",
)
@click.option(
    "--executor",
    default="local",
    metavar="local|dask://HOST:PORT",
    help="Where cells run: on this machine, or on the workers of a Dask cluster.",
)
@click.option(
    "--draft",
    is_flag=True,
    help="Mark failing cells and missing inputs instead of stopping, with 'draft' on every page.",
)
@click.option("--strict", is_flag=True, help="Keep the last good editions if anything is wrong.")
@click.option("--pinned", is_flag=True, help="Run pinned chapters too where they are stale.")
@click.option("--quiet", is_flag=True, help="Print remarks alone.")
@click.pass_obj
def build(
    root: Path, *, editions: tuple[str, ...], chapter: str, jobs: int, executor: str, draft: bool, strict: bool, pinned: bool, quiet: bool,
) -> None:
    """Run what is stale and write the editions."""
    from book.workflow import build as build_thesis

    def run() -> Outcome:
        from book.execution.progress import Progress

        return build_thesis(
            root, editions=editions or USUAL, jobs=jobs, draft=draft, strict=strict, pinned=pinned, progress=Progress(quiet=quiet),
            executor=executor, chapter=chapter,
        )  # fmt: skip

    outcome = guarded(run)
    remark(outcome.diagnostics)
    if not quiet:
        for line in _told(outcome, root):
            click.echo(line)
    sys.exit(outcome.exit_code)


def _told(outcome: Outcome, root: Path) -> list[str]:
    """What a build did, in a line or two."""
    if outcome.unchanged:
        return ["nothing has changed"]
    if outcome.kept:
        return ["there are errors: the last editions were kept"]
    return [f"{name}: {near(path, root)}" for name, path in outcome.editions.items()]
