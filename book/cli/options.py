"""Options that several commands take."""

from __future__ import annotations

import click

from book.editions.register import NAMES, USUAL

of_editions = click.option(
    "--edition",
    "editions",
    multiple=True,
    type=click.Choice(NAMES),
    help=f"Edition to make; may be given again. {' and '.join(USUAL)} by default.",
)
