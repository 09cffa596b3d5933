"""`thesis diff`."""

from __future__ import annotations

from pathlib import Path

import click

from book.cli.guarding import guarded
from book.cli.writing import tell_or_write, try_to_write


@click.command(short_help="Say what has changed since a revision.")
@click.argument("revision", metavar="[REV]", default="HEAD")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    help="How changes are shown; html writes one self-contained page.",
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write there instead of printing."
)
@click.pass_obj
def diff(root: Path, *, revision: str, form: str, output: Path | None) -> None:
    """Say what has changed since a revision: findings, claims, tables, figures, citations, text."""
    from book.workflow import diff as compare_thesis

    path = output or (root.resolve() / "_build" / "diff.html" if form == "html" else None)

    def run() -> str:
        from book.execution.progress import Progress

        if output:
            try_to_write(output)
        return compare_thesis(root, revision, form, progress=Progress(quiet=form != "html"))

    tell_or_write(guarded(run), path, root)
