"""Footnotes without a text, and texts that no footnote mark leads to."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.sources.prose import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject
    from book.project import Project
    from book.sources.prose import Passage, Prose

_NAMED = re.compile(r"\[\^([^\]\s]+)\]")
_DEFINED = re.compile(r"(?:^|\\n|\")[ \t>*-]*\[\^([^\]\s]+)\]:", re.MULTILINE)
_DEFINITION = re.compile(r"[ \t>*-]*(?:\d+[.)][ \t]+)?\[\^([^\]\s]+)\]:")
_LABEL = re.compile(r"(?!.-.(?:.-.)*$)[\w.:+-]*\w[\w.:+-]*")
"""Labels of footnotes; `[^a-z]` is a pattern."""
_INCLUDE = re.compile(r"\{include\}[ \t]*([^\s`]+)")
BEFORE = 1000
"""Characters before a passage's first word in which its first marks are looked for."""


def every_footnote_has_its_text(subject: Subject) -> Iterator[Diagnostic]:
    """Every reference to a footnote has its text, and every footnote is referred to."""
    texts = {chapter.docname: chapter.text for chapter in subject.sources.chapters}
    said = {
        (one.rule, one.path, label)
        for one in subject.document.diagnostics
        if one.rule.startswith("footnote-")
        for label in re.findall(r"[\w.:+-]*\w", one.message)
    }
    for prose in subject.prose:
        text = texts.get(prose.docname, "")
        if "[^" not in text:
            continue
        included = any(block.name == "include" for block in prose.blocks)
        whole = _with_included(text, prose.path, subject.project) if included else text
        if not whole:
            continue
        for one, label in (*_without_text(prose, whole), *_without_reference(prose, whole)):
            if (one.rule, one.path, label) not in said:
                yield one


def _with_included(text: str, path: str, project: Project) -> str:
    """A page with the files that it takes in, whole; nothing where one of them cannot be read, or takes in others."""
    found = [text]
    for match in _INCLUDE.finditer(text):
        name = match[1]
        file = project.root / name[1:] if name.startswith("/") else (project.root / path).parent / name
        try:
            found.append(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeError):
            return ""
        if _INCLUDE.search(found[-1]):
            return ""
    return "\n".join(found)


def _without_text(prose: Prose, text: str) -> Iterator[tuple[Diagnostic, str]]:
    """The first reference to each footnote that has no text on the page."""
    known = {label.casefold() for label in _DEFINED.findall(text)}
    last: dict[int, int] = {}
    for passage in prose.passages:
        for mark in passage.marks:
            if mark.kind != "note" or mark.name.casefold() in known or not _LABEL.fullmatch(mark.name):
                continue
            cell = passage.unit.cell
            at = _offset(passage, mark.index, f"[^{mark.name}]", last.get(cell, 0))
            if at < 0:
                continue
            last[cell] = at
            place = passage.unit.place(at)
            known.add(mark.name.casefold())
            hint = f"write '[^{mark.name}]: ...' on the page, or take the mark away"
            yield (
                Diagnostic(
                    "footnote-without-text",
                    f"footnote '{mark.name}' has no text",
                    "error",
                    prose.path,
                    place.line,
                    place.column,
                    hint=hint,
                    cell=place.cell,
                ),
                mark.name,
            )


def _offset(passage: Passage, index: int, written: str, after: int) -> int:
    """Where a mark is written that leaves no character, behind an earlier one; -1 for what a link is, or no mark."""
    source, places = passage.unit.text, passage.places
    if index and index <= len(places):
        at = source.find(written, max(after, places[index - 1]))
    elif places:
        at = source.find(written, max(after, places[0] - BEFORE), places[0])
    else:
        at = source.find(written, after)
    return -1 if source.startswith("(", at + len(written)) else at


def _without_reference(prose: Prose, text: str) -> Iterator[tuple[Diagnostic, str]]:
    """Every text of a footnote whose label stands nowhere else on the page."""
    found: list[tuple[str, Place]] = []
    for passage in prose.passages:
        if passage.kind != "note" or not passage.places:
            continue
        place = passage.at(0)
        if definition := _DEFINITION.match(passage.unit.line(place.line - 1)[1]):
            found.append((definition[1], Place(place.line, definition[0].index("[^") + 1, place.cell)))
    defined = Counter(label for label, _ in found)
    named = Counter(_NAMED.findall(text)) if found else Counter()
    for label, place in found:
        if named[label] == defined[label]:
            hint = f"refer to it with '[^{label}]', or delete it"
            yield (
                Diagnostic(
                    "footnote-without-reference",
                    f"footnote '{label}' is never referred to",
                    "warning",
                    prose.path,
                    place.line,
                    place.column,
                    hint=hint,
                    cell=place.cell,
                ),
                label,
            )
