"""What an edition is made from, and which file it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from book.config import Config
    from book.document.parts import Part
    from book.document.reading import Document
    from book.project import Project
    from book.sources.gather import Sources
    from book.sources.prose import Prose

WHOLE = "thesis"
"""Name of the files that hold the whole thesis."""


@dataclass(frozen=True)
class Material:
    """A thesis, or one chapter of it, ready to be made into editions."""

    document: Document
    """All pages, read once."""
    sources: Sources
    """What the author wrote."""
    project: Project
    """The thesis on disk."""
    config: Config
    """Its configuration; of a chapter alone without front matter."""
    parts: tuple[Part, ...]
    """What is to be in the edition, in order."""
    draft: bool = False
    """Whether every page says that it is one."""
    stem: str = WHOLE
    """Name of the file without its ending: `thesis`, or the chapter's."""

    @property
    def alone(self) -> bool:
        """Whether this is one chapter and not the whole."""
        return self.stem != WHOLE

    @property
    def language(self) -> str:
        """Language of the text as a BCP 47 tag."""
        return self.config.language

    @cached_property
    def macros(self) -> dict[str, Any]:
        """The author's TeX macros, where Jupyter Book keeps them."""
        mathjax = self.document.app.config.mathjax3_config or {}
        return dict(mathjax.get("tex", {}).get("macros", {}))

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """File of each page."""
        return {page.docname: page.path for page in self.sources.contents.pages}

    @cached_property
    def prose(self) -> tuple[Prose, ...]:
        """The running text of the pages in this edition."""
        from book.sources.prose import prose_of

        wanted = {part.docname for part in self.parts}
        return tuple(prose_of(chapter) for chapter in self.sources.chapters if chapter.docname in wanted)

    def file(self, suffix: str) -> Path:
        """Where a single file of this edition goes: `_build/thesis.docx`."""
        return self.project.build / f"{self.stem}.{suffix}"

    def folder(self, name: str) -> Path:
        """Where an edition of several files goes: `_build/latex`, or `_build/CHAPTER-latex`."""
        return self.project.build / (f"{self.stem}-{name}" if self.alone else name)
