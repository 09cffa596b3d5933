"""`thesis why`."""

from __future__ import annotations

from pathlib import Path

import click

from book import errors
from book.cli.guarding import fail, guarded
from book.diagnostics import Diagnostic


@click.command()
@click.argument("chapter", required=False)
@click.pass_obj
def why(root: Path, chapter: str | None) -> None:
    """Say what would run, and why."""
    from book.workflow import why as why_stale

    reasons = guarded(lambda: why_stale(root))
    for docname, said in reasons.items():
        if chapter in (None, docname, Path(docname).name):
            click.echo(f"{docname}: {', '.join(said) if said else 'up to date'}")
    if chapter and not any(chapter in (docname, Path(docname).name) for docname in reasons):
        fail(
            [
                Diagnostic(
                    "unknown-chapter",
                    f"no chapter with cells is called '{chapter}'",
                    hint=f"chapters with cells: {', '.join(reasons) or 'none'}",
                )
            ],
            errors.MISCONFIGURED,
        )
