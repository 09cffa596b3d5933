"""A command's work and what stops it: remarks on the standard error, and the exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from book import errors
from book.diagnostics import Diagnostic, as_text
from book.diagnostics import errors as failed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


def guarded(work: Callable[[], T]) -> T:
    """What a command's work gives; where something stops it, say what, and exit with its code."""
    try:
        return run(work)
    except errors.ThesisError as error:
        fail(error.diagnostics, error.exit_code)


def run(work: Callable[[], T]) -> T:
    """What a command's work gives, interrupted or not. Raises a ThesisError where something stops it."""
    try:
        return work()
    except errors.ThesisError:
        raise
    except Exception as error:
        raise _unexpected(error) from error
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        sys.exit(errors.INTERRUPTED)


def _unexpected(error: Exception) -> errors.ThesisError:
    """A mistake of ours in words; its traceback goes to a file, for whoever mends it."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="thesis-", suffix=".txt", delete=False, encoding="utf-8") as stream:
        traceback.print_exception(error, file=stream)
    said = " ".join(f"{type(error).__name__}: {error}".split())
    hint = f"this is a mistake in thesis or in an extension; please report it with {stream.name}"
    return errors.ThesisError([Diagnostic("unexpected-error", f"the command cannot go on: {said}", hint=hint)])


def fail(found: Sequence[Diagnostic], code: int) -> NoReturn:
    """Say what is wrong, and exit."""
    remark(found)
    sys.exit(code)


def remark(found: Sequence[Diagnostic]) -> None:
    """Print remarks beside what the command has to say, and count them."""
    if found:
        click.echo(as_text(found), err=True)
        wrong = len(failed(found))
        click.echo(
            f"{wrong} error{'' if wrong == 1 else 's'}, {len(found) - wrong} warning{'' if len(found) - wrong == 1 else 's'}",
            err=True,
        )
