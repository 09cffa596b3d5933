"""`thesis publish`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from book import errors
from book.cli.guarding import guarded, remark

if TYPE_CHECKING:
    from pathlib import Path

    from book.publishing.publish import Publication


@click.command(short_help="Publish the site as a permanent edition.")
@click.argument("to", required=False, default="", metavar="[TO]")
@click.option("--as", "name", default="", metavar="VERSION", help="Name of the edition, such as v1.0; a tag of the commit by default.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what would change, and change nothing.")
@click.option(
    "--allow",
    multiple=True,
    metavar="REASON",
    help="Publish although this stands against it, and say so in the edition; may be given again.",
)
@click.option("--quiet", is_flag=True, help="Print remarks alone.")
@click.pass_obj
def publish(root: Path, *, to: str, name: str, allow: tuple[str, ...], dry: bool, quiet: bool) -> None:
    """Build, check, and publish the site as a permanent edition: to a git remote, a folder or a zip file."""
    from book.publishing.reasons import REASONS
    from book.workflow import publish as publish_thesis

    strange = [one for one in allow if one not in REASONS]
    if strange:
        raise click.UsageError(f"'{strange[0]}' is nothing that can be allowed; reasons are: {', '.join(REASONS)}")

    def run() -> Publication:
        from book.execution.progress import Progress

        return publish_thesis(root, to=to, name=name, allow=allow, dry=dry, progress=Progress(quiet=quiet))

    done = guarded(run)
    against = [reason.refusal() for reason in done.reasons if reason.name not in allow]
    remark(against)
    if not quiet:
        from book.publishing.telling import told

        for line in told(done, dry=dry):
            click.echo(line)
    sys.exit(errors.DIAGNOSED if against else errors.GOOD)
