"""The code that an output comes from: the cells up to its own, and the local modules that they used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from book.execution.store import Store

if TYPE_CHECKING:
    from book.execution.runs import Run
    from book.project import Project
    from book.sources.chapters import Chapter


@dataclass(frozen=True, slots=True)
class Code:
    """A chapter's code."""

    cells: tuple[str, ...]
    """Each cell's."""
    modules: str
    """That of all local modules that its run has read."""

    def until(self, index: int) -> str:
        """The code that may have run when a cell, counted from 0, gave its outputs; its own first."""
        return "\n".join([self.cells[index], *self.cells[:index], self.modules])


def code_behind(chapter: Chapter, project: Project, run: Run) -> Code:
    """A chapter's code, given the run of a copy."""
    head = next((one for one in Store(project).heads(chapter.docname) if one.fingerprint.key == run.key), None)
    names = sorted(name for name in (head.fingerprint.files if head else ()) if name.endswith(".py"))
    paths = [project.root / name for name in names if not name.startswith(("/", "thesis-book/"))]
    modules = [path.read_text(encoding="utf-8", errors="replace") for path in paths if path.is_file()]
    return Code(tuple(cell.code for cell in chapter.cells), "\n".join(modules))
