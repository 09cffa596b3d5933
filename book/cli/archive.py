"""`thesis archive`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from book.cli.guarding import guarded, remark
from book.cli.options import of_editions
from book.cli.writing import near
from book.editions.register import USUAL

if TYPE_CHECKING:
    from book.archiving import Deposit


@click.command(short_help="Pack a deposit that an examiner can build again.")
@of_editions
@click.option("--with-wheels", "wheels", is_flag=True, help="Carry every distribution as a wheel, so that it rebuilds without network.")
@click.option(
    "--allow", "allowed", multiple=True, metavar="NAME", help="Archive in spite of what is refused by this name; the archive records it; may be given again."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="The archive; in `_build` by default.")
@click.option("--quiet", is_flag=True, help="Print remarks alone.")
@click.pass_obj
def archive(root: Path, *, editions: tuple[str, ...], wheels: bool, allowed: tuple[str, ...], output: Path | None, quiet: bool) -> None:
    """Pack a deposit: sources, data, environment, editions and results in one bag that an examiner can build again.

    What is packed is built from what git knows, in a folder of its own. Nothing is packed that has uncommitted changes or fails the check.
    """
    from book.archiving import ALLOWED
    from book.workflow import archive as archive_thesis

    for name in allowed:
        if name not in ALLOWED:
            raise click.BadParameter(f"'{name}' is no reason to refuse an archive; reasons are: {', '.join(ALLOWED)}", param_hint="--allow")

    def run() -> Deposit:
        from book.execution.progress import Progress

        target = output.resolve() if output else None
        return archive_thesis(root, target=target, editions=editions or USUAL, wheels=wheels, allowed=allowed, progress=Progress(quiet=quiet))

    made = guarded(run)
    remark(made.allowed)
    if not quiet:
        for path in made.withheld:
            click.echo(f"left out: {path}")
        click.echo(f"archive: {near(made.path, root)}")
        click.echo(f"sha256: {made.sha256}")
