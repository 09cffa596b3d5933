"""Cases written in Markdown: a bibliography, a page, and the remarks that they must give."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from book.checks.subject import Subject
from book.sources.bibliography import read_bibliography
from book.sources.chapters import Chapter, read_chapter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from book.checks.subject import Check

CASES = Path(__file__).parent / "diagnostics"


def cases(name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Title and blocks, by language, of each case in `diagnostics/<name>.md`."""
    text = (CASES / f"{name}.md").read_text(encoding="utf-8")
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        if "```text" in body:
            yield title, dict(re.findall(r"^```(bibtex|ipynb|md|text)\n(.*?)^```$", body, re.DOTALL | re.MULTILINE))


def subject(folder: Path, bibtex: str, page: str = "", suffix: str = "md", language: str = "en") -> Subject:
    """A thesis of one page and one bibliography, without Sphinx."""
    (folder / "references.bib").write_text(bibtex, encoding="utf-8")
    (folder / f"page.{suffix}").write_text(page, encoding="utf-8")
    chapter = read_chapter(folder, "page", f"page.{suffix}")
    document: Any = SimpleNamespace(bibliography=read_bibliography(folder, ["references.bib"]), cited=frozenset())
    sources: Any = SimpleNamespace(
        chapters=(chapter,) if isinstance(chapter, Chapter) else (),
        config=SimpleNamespace(language=language, names_language=True, thesis=SimpleNamespace(nocite=[], check={})),
    )
    nothing: Any = None
    project: Any = SimpleNamespace(cache=folder / "cache")
    return Subject(project, sources, document, nothing)


def unmet(checks: Iterable[Check], thesis: Subject, rules: set[str], expected: str) -> tuple[list[str], list[str]]:
    """Remarks that were expected and did not come, and those that came and were not expected."""
    waiting = expected.splitlines()
    surplus = []
    for remark in sorted(
        (one for check in checks for one in check(thesis) if one.rule in rules),
        key=lambda one: (one.cell, one.line, one.column),
    ):
        inside = f"cell {remark.cell}" if remark.cell else ""
        place = ":".join(str(part) for part in (inside, remark.line, remark.column) if part)
        said = f"{remark.message} {remark.hint}"
        met = next(
            (
                line
                for line in waiting
                if line.startswith(f"{place} {remark.rule}: ") and line.partition(f"{remark.rule}: ")[2] in said
            ),
            None,
        )
        if met is None:
            surplus.append(f"{place} {remark.rule}: {said}")
        else:
            waiting.remove(met)
    return waiting, surplus
