"""The command line: the only place that prints and exits."""

from __future__ import annotations

import gc
import signal
import sys
import warnings
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from book import errors

COMMANDS = (
    "accept", "archive", "build", "check", "clean", "comments", "diff", "doctor", "findings", "init", "publish", "verify", "watch", "why", "words",
)  # fmt: skip
"""Every command; each is what the file of its name defines."""
SELDOM = (1_000_000, 20, 100)
"""When Python looks for garbage: what a command makes, trees of many thousands of nodes, lives until it ends."""


class Commands(Mapping[str, click.Command]):
    """The commands by name, each loaded when it is asked for."""

    def __getitem__(self, name: str) -> click.Command:
        """Load a command."""
        if name not in COMMANDS:
            raise KeyError(name)
        command: click.Command = getattr(import_module(f"book.cli.{name}"), name)
        return command

    def __iter__(self) -> Iterator[str]:
        """Their names."""
        return iter(COMMANDS)

    def __len__(self) -> int:
        """How many there are."""
        return len(COMMANDS)


@click.group(commands=Commands(), context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="The thesis's folder; this one by default.",
)
@click.version_option(package_name="thesis-book", prog_name="thesis")
@click.pass_context
def thesis(context: click.Context, directory: Path) -> None:
    """Build a thesis whose tables, figures, numbers and conclusions are computed from its data."""
    context.obj = directory


def _interrupted(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line; a polite request to end is taken like Ctrl-C, so that no kernel is left behind."""
    signal.signal(signal.SIGTERM, _interrupted)
    if not sys.warnoptions:  # what libraries tell programmers is not for authors
        warnings.simplefilter("ignore")
    gc.set_threshold(*SELDOM)
    try:
        sys.exit(thesis.main(prog_name="thesis", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(errors.INTERRUPTED)
    finally:
        gc.freeze()  # taking the trees apart, only to end, would take half a second
