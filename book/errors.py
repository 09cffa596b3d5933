"""Every reason to stop, its words and its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from book.diagnostics import Diagnostic

GOOD = 0
DIAGNOSED = 1
MISCONFIGURED = 2
CELL_FAILED = 3
TOOL_MISSING = 4
INTERRUPTED = 130


class ThesisError(Exception):
    """The build cannot go on; the last good editions stand untouched."""

    exit_code = MISCONFIGURED

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Take all that is wrong, collected before stopping."""
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(d.message for d in self.diagnostics))


class ConfigError(ThesisError):
    """`_config.yml`, `_toc.yml` or the command line cannot be used."""


class SourceError(ThesisError):
    """A chapter or the data package cannot be read."""


class CellError(ThesisError):
    """A cell raised, ran over its time limit or lost its kernel."""

    exit_code = CELL_FAILED


class ToolMissingError(ThesisError):
    """A program or a kernel that the thesis asks for is not installed."""

    exit_code = TOOL_MISSING


class EditionError(ThesisError):
    """An edition could not be made at all; the others are."""

    exit_code = DIAGNOSED


class RefusedError(ThesisError):
    """Something stands against what is asked for; it names what can be allowed."""

    exit_code = DIAGNOSED
