"""All that a check may look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from book.checks.code import Code, code_of
from book.checks.words import kept_prose
from book.lock import Lock, read_lock
from book.sources.language import language_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from book.checks.editions.final import Final
    from book.diagnostics import Diagnostic
    from book.document.reading import Document
    from book.execution.runs import Runs
    from book.project import Project
    from book.sources.gather import Sources
    from book.sources.prose import Prose


@dataclass(frozen=True)
class Subject:
    """A thesis as checks see it; what takes time to read is read when the first check asks for it."""

    project: Project
    """The thesis on disk."""
    sources: Sources
    """What the author wrote: configuration, contents, chapters."""
    document: Document
    """All pages, read once, with numbers, citations and findings fixed."""
    runs: Runs
    """What cells produced, by docname: outputs of every code cell."""

    @cached_property
    def prose(self) -> tuple[Prose, ...]:
        """The running text of every page, in reading order."""
        return kept_prose(self.sources.chapters, self.project.cache)

    @cached_property
    def code(self) -> tuple[Code, ...]:
        """All cells in reading order, then the local modules that they import."""
        return code_of(self.sources.chapters, self.project)

    @cached_property
    def lock(self) -> Lock:
        """The findings that the author has accepted."""
        return read_lock(self.project)

    @cached_property
    def final(self) -> Final:
        """The final files of both editions, as an independent reader finds them."""
        from book.checks.editions.final import Final

        return Final(self.project, self.sources, lambda: self.prose)

    @cached_property
    def language(self) -> str:
        """Language of the text as a BCP 47 tag: the one that the author names, or else the one that the text is in."""
        config = self.sources.config
        if config.names_language:
            return config.language
        return language_of(passage.text for page in self.prose for passage in page.passages)


Check: TypeAlias = "Callable[[Subject], Iterable[Diagnostic]]"
"""A check is a function named for what it promises; its docstring is that sentence."""
