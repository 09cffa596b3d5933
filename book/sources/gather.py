"""Everything the author wrote, gathered once."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from book.config import FILE, default_config, read_config
from book.diagnostics import Diagnostic
from book.errors import ConfigError, SourceError, ThesisError
from book.sources.catalogues import without_words
from book.sources.chapters import Chapter, broken_front_matter, read_chapter
from book.sources.contents import Contents, read_contents

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    placeholders: dict[str, str] = field(default_factory=dict)
    """In a draft, pages that are missing or cannot be read, and what stands there instead."""


def read_thesis(project: Project, *, draft: bool = False) -> Sources:
    """Read configuration, table of contents and chapters.

    Raises a ThesisError with everything that is wrong in all of them.
    """
    try:
        config = read_config(project)
    except ConfigError as error:
        raise ConfigError([*error.diagnostics, *_also_wrong(project)]) from None
    return gather(project, config, draft=draft)


def _without_words(config: Config) -> tuple[Diagnostic, ...]:
    """What a thesis in a language that nobody has words for should know."""
    lacking = without_words(config.language)
    if not lacking:
        return ()
    said = ", ".join(f"'{word}'" for word in lacking)
    hint = "of references in the text they are set by 'sphinx: config: numfig_format'; please send us those of your language"
    place = config.yaml.place("sphinx", "config", "language")
    return (Diagnostic("language-without-words", f"there are no words in '{config.language}' for {said}: they are printed in English", "warning", FILE, *place, hint=hint),)


def _also_wrong(project: Project) -> tuple[Diagnostic, ...]:
    """What is wrong in contents and chapters, whatever `_config.yml` should say."""
    try:
        gather(project, default_config())
    except ThesisError as error:
        return error.diagnostics
    return ()


def gather(project: Project, config: Config, *, draft: bool = False) -> Sources:
    """Read the table of contents and all chapters.

    Raises ConfigError for the table of contents and SourceError for chapters that cannot be read, all of them; a draft
    goes on without them.
    """
    contents = _contents(project, config, draft=draft)
    read = _read_pages(project, contents)
    problems = {docname: item for docname, item in read.items() if isinstance(item, Diagnostic)}
    if problems and not draft:
        raise SourceError(list(problems.values()))
    chapters = tuple(item for item in read.values() if isinstance(item, Chapter))
    return Sources(
        config,
        contents,
        chapters=chapters,
        bibliographies=_bibliographies(project, config, chapters),
        notes=(
            *config.notes,
            *_without_words(config),
            *contents.notes,
            *problems.values(),
            *filter(None, map(broken_front_matter, chapters)),
        ),
        placeholders={
            **contents.missing,
            **{name: f"page '{said.path}' is not shown: {said.message}" for name, said in problems.items()},
        },
    )


def _contents(project: Project, config: Config, *, draft: bool) -> Contents:
    """The table of contents; where pages are missing, those that are there are looked at too before that is said."""
    try:
        return read_contents(project.root, config, draft=draft)
    except ConfigError as error:
        try:
            there = _read_pages(project, read_contents(project.root, config, draft=True))
        except ConfigError:
            raise error from None
        unreadable = [item for item in there.values() if isinstance(item, Diagnostic)]
        raise ConfigError([*error.diagnostics, *unreadable]) from None


def _read_pages(project: Project, contents: Contents) -> dict[str, Chapter | Diagnostic]:
    """Every page that is MyST or a notebook and exists, by docname."""
    return {
        page.docname: read_chapter(project.root, page.docname, page.path)
        for page in contents.pages
        if page.path.endswith((".md", ".ipynb")) and page.docname not in contents.missing
    }


def _bibliographies(project: Project, config: Config, chapters: tuple[Chapter, ...]) -> tuple[str, ...]:
    """The files that `bibtex_bibfiles` names; without it `references.bib` where it stands, or what `{bibliography}` names, as of old."""
    sphinx = config.yaml.value.get("sphinx") or {}
    named = config.yaml.value.get("bibtex_bibfiles") or (sphinx.get("config") or {}).get("bibtex_bibfiles") or ()
    listed = [named] if isinstance(named, str) else [str(name) for name in named]
    if not listed and (project.root / "references.bib").is_file():
        return ("references.bib",)
    return tuple(listed or dict.fromkeys(_named_in_text(project, chapters)))


_BIBLIOGRAPHY = re.compile(r"\{bibliography\}[ \t]+(?P<file>[^\s\"\\]+\.bib)\b")


def _named_in_text(project: Project, chapters: tuple[Chapter, ...]) -> Iterator[str]:
    """Bibliography files that directives name by their path from the page, and that are there."""
    for chapter in chapters:
        for match in _BIBLIOGRAPHY.finditer(chapter.text):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(chapter.path), match["file"]))
            if (project.root / path).is_file():
                yield path
