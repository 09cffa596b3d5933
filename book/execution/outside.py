"""What runs read from outside of the thesis and of what is installed."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from book.execution.runfile import Head
    from book.sources.chapters import Chapter

HINT = "copy it into the thesis, so that others can build it too; it counts by its content meanwhile"


def read_outside(chapters: Sequence[Chapter], heads: Mapping[str, Head]) -> tuple[Diagnostic, ...]:
    """A remark for every file that lies elsewhere, at the chapter whose run read it; modules on Python's path are part of what is installed."""
    return tuple(
        Diagnostic(
            "read-outside-thesis",
            f"its cells read '{name}', which lies outside of the thesis",
            "warning",
            chapter.path,
            hint=HINT,
        )
        for chapter in chapters
        if chapter.docname in heads
        for name in outside(heads[chapter.docname].fingerprint.files)
        if not name.endswith(".py")
    )


def outside(names: Iterable[str]) -> list[str]:
    """Names that lead out of the thesis to a place of this machine, sorted."""
    return sorted(name for name in names if PurePath(name).is_absolute())
