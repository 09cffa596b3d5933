"""`thesis verify`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from book import errors
from book.cli.guarding import guarded
from book.cli.options import of_editions
from book.cli.writing import tell_or_write, try_to_write
from book.diagnostics import as_text
from book.diagnostics import errors as failed
from book.editions.register import NAMES

if TYPE_CHECKING:
    from book.examining import Report
    from book.verifying import Twice


@click.command(short_help="Build an archive, or this thesis, again and compare.")
@click.argument("archive", required=False, metavar="[ARCHIVE]", type=click.Path(exists=True, path_type=Path))
@click.option("--twice", is_flag=True, help="Build this thesis twice under different conditions and compare what cells and editions give.")
@of_editions
@click.option("--same", multiple=True, metavar="CONDITION", help="With --twice, leave this as it is: date, time-zone, locale, user, hash-seed, processors, umask; may be given again.")
@click.option("--sandbox", is_flag=True, help="Build the archive without network, able to write into its own folder alone (Linux).")
@click.option("--python", "interpreter", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="Build with this interpreter's environment instead of a fresh one.")
@click.option("--time", "seconds", type=click.IntRange(min=1), metavar="SECONDS", help="Longest time that the build may take; four hours in the sandbox by default.")
@click.option("--memory", type=click.FloatRange(min=0.1), metavar="GB", help="Most memory that it may hold; 8 in the sandbox by default.")
@click.option("--disk", type=click.FloatRange(min=0.1), metavar="GB", help="Most that it may write; 10 in the sandbox by default.")
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", help="How the report on an archive is shown; html is one page for an examiner.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the report there instead of printing it.")
@click.option("--quiet", is_flag=True, help="Print what differs alone.")
@click.pass_obj
def verify(
    root: Path, *, archive: Path | None, twice: bool, editions: tuple[str, ...], same: tuple[str, ...], sandbox: bool, interpreter: Path | None, seconds: int | None, memory: float | None,
    disk: float | None, form: str, output: Path | None, quiet: bool,
) -> None:  # fmt: skip
    """Build an archive again and say what differs; or, with --twice, say what this thesis gives otherwise when it is built again.

    Building somebody's archive runs their code: look at what you have, or use --sandbox.
    """
    if (archive is None) is not twice:
        raise click.UsageError("say what to verify: an archive, or --twice for this thesis")
    if archive is None:
        _verify_twice(root, editions, same, quiet=quiet)
    from book.examining.printing import as_html, as_json
    from book.examining.printing import as_text as as_report

    path = output or (Path("verified.html") if form == "html" else None)
    if path:
        guarded(lambda: try_to_write(path))
    if not quiet and not sandbox:
        click.echo("this builds the archive, which runs its author's code; '--sandbox' locks it up", err=True)
    report = guarded(lambda: _examined(archive, interpreter, sandbox=sandbox, limits=(seconds, memory, disk), quiet=quiet))
    tell_or_write({"json": as_json, "html": as_html, "text": as_report}[form](report), path, root)
    sys.exit(errors.GOOD if report.good else errors.DIAGNOSED)


def _examined(
    archive: Path, interpreter: Path | None, *, sandbox: bool, limits: tuple[int | None, float | None, float | None], quiet: bool
) -> Report:
    from book.examining import SANDBOXED
    from book.examining.running import Limits
    from book.execution.progress import Progress
    from book.workflow import verify_archive

    usual = SANDBOXED if sandbox else Limits()
    seconds, memory, disk = limits
    asked = Limits(
        seconds or usual.seconds,
        int(memory * 1e9) if memory else usual.memory,
        int(disk * 1e9) if disk else usual.output,
    )
    # an interpreter of an environment is often a link to another one, which knows nothing of it
    python = interpreter.absolute() if interpreter else None
    return verify_archive(archive, interpreter=python, sandbox=sandbox, limits=asked, progress=Progress(quiet=quiet))


def _verify_twice(root: Path, editions: tuple[str, ...], same: tuple[str, ...], *, quiet: bool) -> NoReturn:
    from book.verifying.conditions import VARIED, told
    from book.workflow import verify as verify_thesis

    asked = editions or NAMES
    strange = [one for one in same if one not in VARIED]
    if strange:
        raise click.UsageError(f"'{strange[0]}' is no condition that can stay as it is; conditions are: {', '.join(VARIED)}")

    def run() -> Twice:
        from book.execution.progress import Progress

        return verify_thesis(root, editions=asked, same=same, progress=Progress(quiet=quiet))

    done = guarded(run)
    verdict, ran = done.verdict, done.chapters
    if verdict.diagnostics or verdict.silenced:
        click.echo(as_text(verdict.diagnostics, verdict.silenced).rstrip("\n"))
    elif not quiet:
        click.echo(f"the cells of {ran} chapter{'' if ran == 1 else 's'} give the same when they run again, and every file of {', '.join(asked)} the same bytes")
    if not quiet:
        for line in told(done.conditions):
            click.echo(line)
    sys.exit(errors.DIAGNOSED if failed(verdict.diagnostics) else errors.GOOD)
