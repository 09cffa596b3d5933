"""`thesis check`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from book import errors
from book.cli.guarding import fail, run
from book.diagnostics import Verdict, as_json, as_text
from book.diagnostics import errors as failed

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Say where text, results and editions have drifted apart.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    help="How remarks are printed; SARIF is what GitHub and editors read.",
)
@click.option(
    "--rule", "rules", multiple=True, metavar="NAME", help="Rule to report; may be given again. All by default."
)
@click.pass_obj
def check(root: Path, *, form: str, rules: tuple[str, ...]) -> None:
    """Say where text, citations, figures, numbers and data have drifted apart. Runs no cell."""
    from book.lookup import unknown_rule
    from book.workflow import verdict

    strange = [remark for rule in rules if (remark := unknown_rule(rule))]
    if strange:
        fail(strange, errors.MISCONFIGURED)
    try:
        found = run(lambda: verdict(root))
        code = None
    except errors.ThesisError as error:
        found, code = Verdict(error.diagnostics), error.exit_code
    listed = Verdict(
        tuple(one for one in found.diagnostics if not rules or one.rule in rules),
        tuple(one for one in found.silenced if not rules or one.diagnostic.rule in rules),
    )
    code = code if code is not None else errors.DIAGNOSED if failed(listed.diagnostics) else errors.GOOD
    click.echo(_printed(listed, form, root, code))
    sys.exit(code)


def _printed(verdict: Verdict, form: str, root: Path, code: int) -> str:
    """What `thesis check` says, in the form that was asked for."""
    if form == "sarif":
        from book.sarif import as_sarif

        return as_sarif(verdict, root, exit_code=code)
    if form == "json":
        return as_json(verdict.diagnostics, verdict.silenced)
    good = "" if verdict.diagnostics else "nothing has drifted apart\n"
    return (good + as_text(verdict.diagnostics, verdict.silenced)).rstrip("\n")
