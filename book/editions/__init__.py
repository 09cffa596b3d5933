"""The forms one can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.editions.making import MAKERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from book.document.reading import Document
    from book.editions.made import Made
    from book.project import Project
    from book.sources.gather import Sources


def make_editions(
    names: Sequence[str], document: Document, sources: Sources, project: Project, *, draft: bool, stage: Callable[[str], None],
) -> list[Made]:  # fmt: skip
    """Make the editions that are asked for; the site comes last, since it offers the others."""
    made: list[Made] = []
    for name, make in MAKERS.items():
        if name in names:
            stage(f"writing {name}")
            made.append(make(document, sources, project, made, draft))
    return made
