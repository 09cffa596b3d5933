"""Everything the author wrote, gathered once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.errors import SourceError
from book.sources.chapters import Chapter, read_chapter
from book.sources.contents import Contents, read_contents

if TYPE_CHECKING:
    from book.config import Config
    from book.project import Project


@dataclass(frozen=True, slots=True)
class Sources:
    """What a build starts from."""

    config: Config
    """The configuration."""
    contents: Contents
    """The pages and their order."""
    chapters: tuple[Chapter, ...]
    """Every page that is MyST or a notebook, in reading order, with its cells."""
    bibliographies: tuple[str, ...]
    """Bibliography files, relative to the thesis."""
    notes: tuple[Diagnostic, ...]
    """Remarks that do not stop the build."""


def gather(project: Project, config: Config) -> Sources:
    """Read the table of contents and all chapters.

    Raises ConfigError for the table of contents and SourceError for chapters that cannot be read, all of them.
    """
    contents = read_contents(project.root, config)
    read = [
        read_chapter(project.root, page.docname, page.path)
        for page in contents.pages
        if page.path.endswith((".md", ".ipynb"))
    ]
    problems = [item for item in read if isinstance(item, Diagnostic)]
    if problems:
        raise SourceError(problems)
    chapters = tuple(item for item in read if isinstance(item, Chapter))
    return Sources(config, contents, chapters, _bibliographies(project, config), (*config.notes, *contents.notes))


def _bibliographies(project: Project, config: Config) -> tuple[str, ...]:
    """The files that `bibtex_bibfiles` names, or `references.bib` where it stands."""
    sphinx = config.yaml.value.get("sphinx") or {}
    named = config.yaml.value.get("bibtex_bibfiles") or (sphinx.get("config") or {}).get("bibtex_bibfiles") or ()
    listed = [named] if isinstance(named, str) else [str(name) for name in named]
    return tuple(listed) or (("references.bib",) if (project.root / "references.bib").is_file() else ())
