"""Pictures say what they show."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject


def every_picture_has_an_alternative_text(subject: Subject) -> Iterator[Diagnostic]:
    """Every picture has a text for readers who do not see it; a file name is none."""
    for picture in subject.document.pictures:
        name = PurePosixPath(picture.uri).name
        if not picture.alt.strip() or picture.alt.strip() in (picture.uri, name, PurePosixPath(name).stem):
            message = (
                "a picture made by a cell has no alternative text"
                if picture.computed
                else f"picture '{name}' has no alternative text"
            )
            hint = (
                "show it with 'figure(fig, ..., alt=\"...\")'"
                if picture.computed
                else "write what it shows: '![what it shows](file)' or ':alt: what it shows'"
            )
            yield Diagnostic("missing-alternative-text", message, "warning", picture.path, picture.line, hint=hint)
