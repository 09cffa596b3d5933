"""Comments that silence a remark at one place: `% thesis: ignore RULE: reason`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from book.sources.chapters import Chapter

_WORDS = r"thesis:\s*ignore\b"
_ANYWHERE = re.compile(r"thesis:\s*ignore\b")
_LINE = re.compile(rf"^(?P<before>[>\s]*)%\s*{_WORDS}(?P<said>.*)$")
_COMMENT = re.compile(rf"<!--\s*{_WORDS}(?P<said>(?:(?!<!--).)*?)-->")
_CODE = re.compile(rf"(?:^|\s)#\s*{_WORDS}(?P<said>.*)$")
_RULE = re.compile(r"[\w-]+")
_FENCE = re.compile(r"^(?P<before>[>\s]*)(?P<mark>`{3,}|:{3,}|~{3,})\s*(?P<info>.*?)\s*$")
_TARGET = re.compile(r"^\s*\([^)]+\)=\s*$")
_ATTRIBUTES = re.compile(r"^\s*\{[^{}`]*\}\s*$")
_HEADING = re.compile(r"^[>\s]*#{1,6}\s")
_ENTRY = re.compile(r"^\s*@\s*\w+\s*[{(]")
_CODE_IN = frozenset(
    [
        "code",
        "code-block",
        "sourcecode",
        "code-cell",
        "eval-rst",
        "raw",
        "math",
        "literalinclude",
        "mermaid",
        "prf:algorithm",
    ]
)
"""Directives whose content is not Markdown."""


@dataclass(frozen=True, slots=True)
class Named:
    """A rule that a silencing names."""

    rule: str
    """The name as written."""
    column: int
    """Column of the name, counted from 1."""


@dataclass(frozen=True, slots=True)
class Silence:
    """One comment that silences rules at one place."""

    rules: tuple[Named, ...]
    """The rules that are silenced; none where the comment names none."""
    reason: str
    """Why; empty where nothing is said."""
    path: str
    """The file, relative to the thesis."""
    line: int
    """Line of the comment, counted from 1; in a notebook, line of the cell."""
    column: int
    """Column of the comment's words, counted from 1."""
    first: int
    """First line of the place that is silenced."""
    last: int
    """Its last line."""
    cell: int = 0
    """In a notebook, the number of the cell, counted from 1; 0 elsewhere."""


def read_silences(root: Path, chapters: Iterable[Chapter], bibliographies: Iterable[str]) -> tuple[Silence, ...]:
    """Every silencing of the sources; never raises."""
    found = [silence for chapter in chapters for silence in silences_of(chapter)]
    for name in bibliographies:
        try:
            text = (root / name).read_text(encoding="utf-8-sig", errors="replace")
        except (OSError, ValueError):
            continue
        found += in_bibliography(text, name)
    return tuple(found)


def silences_of(chapter: Chapter) -> Iterator[Silence]:
    """The silencings of one page, in its order."""
    if not _ANYWHERE.search(chapter.text):
        return
    if chapter.format != "notebook":
        yield from _in_markdown(_lines(chapter.text), chapter.path, 0)
        return
    try:
        cells = json.loads(chapter.text).get("cells") or []
    except (ValueError, AttributeError, RecursionError):
        return
    for number, cell in enumerate(cells, 1):
        given = cell.get("source") or "" if isinstance(cell, dict) else ""
        lines = _lines(given if isinstance(given, str) else "".join(str(line) for line in given))
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            yield from _in_code(lines, range(len(lines)), (1, len(lines)), chapter.path, number)
        elif isinstance(cell, dict) and cell.get("cell_type") == "markdown":
            yield from _in_markdown(lines, chapter.path, number)


def in_bibliography(text: str, path: str) -> Iterator[Silence]:
    """The silencings of one `.bib` file: a comment line before an entry covers that entry."""
    if not _ANYWHERE.search(text):
        return
    lines = _lines(text)
    for number, line in enumerate(lines):
        comment = _LINE.match(line)
        start = _next(lines, number + 1, lambda one: not one.strip() or one.lstrip().startswith("%"))
        if comment and start < len(lines) and _ENTRY.match(lines[start]):
            end = _next(lines, start + 1, lambda one: not _ENTRY.match(one) and not _LINE.match(one))
            yield _silence(comment, path, number, (start + 1, end), 0)


def _in_markdown(lines: Sequence[str], path: str, cell: int) -> Iterator[Silence]:
    """Line by line through text and directives, round whatever is code."""
    number, around = 0, list[str]()
    while number < len(lines):
        fence = _FENCE.match(lines[number])
        if fence and not fence["info"] and around and fence["mark"].startswith(around[-1]):
            around.pop()
        elif fence and _holds_markdown(fence["info"]):
            around.append(fence["mark"])
        elif fence:
            end = _closing(lines, number, fence["mark"])
            if fence["info"].startswith("{code-cell}"):
                yield from _in_code(lines, range(number + 1, end), (number + 1, end + 1), path, cell)
            number = end
        else:
            yield from _on_line(lines, number, path, cell)
        number += 1


def _on_line(lines: Sequence[str], number: int, path: str, cell: int) -> Iterator[Silence]:
    """The silencings that stand on one line of Markdown: alone on it for the block that follows, behind text for the line."""
    comment = _LINE.match(lines[number])
    if comment:
        yield _silence(comment, path, number, _block(lines, number + 1), cell)
        return
    alone = _is_comment(lines[number])
    for comment in _COMMENT.finditer(lines[number]):
        covered = _block(lines, number + 1) if alone else (number + 1, number + 1)
        yield _silence(comment, path, number, covered, cell)


def _in_code(lines: Sequence[str], within: range, covered: tuple[int, int], path: str, cell: int) -> Iterator[Silence]:
    """The silencings of a code cell: each covers the cell, since what a cell shows stands at the cell."""
    for number in within:
        comment = _CODE.search(lines[number])
        if comment:
            yield _silence(comment, path, number, covered, cell)


def _silence(comment: re.Match[str], path: str, number: int, covered: tuple[int, int], cell: int) -> Silence:
    said, offset = comment["said"], comment.start("said")
    named, _, reason = said.partition(":")
    rules = tuple(Named(one[0], offset + one.start() + 1) for one in _RULE.finditer(named))
    column = comment.string.index("thesis:", comment.start()) + 1
    return Silence(rules, " ".join(reason.split()), path, number + 1, column, *covered, cell)


def _block(lines: Sequence[str], start: int) -> tuple[int, int]:
    """First and last line, counted from 1, of the block that begins at a line counted from 0, or below it."""
    first = _next(lines, start, lambda one: not one.strip() or _is_comment(one))
    begin = _next(lines, first, lambda one: bool(_TARGET.match(one) or _ATTRIBUTES.match(one)) or not one.strip())
    if begin >= len(lines):
        return start + 1, start
    fence = _FENCE.match(lines[begin])
    if fence:
        return first + 1, _closing(lines, begin, fence["mark"]) + 1
    if _HEADING.match(lines[begin]):
        return first + 1, begin + 1
    if lines[begin].strip() == "$$":
        return first + 1, min(_next(lines, begin + 1, lambda one: not one.strip().startswith("$$")) + 1, len(lines))
    return first + 1, _next(lines, begin + 1, lambda one: bool(one.strip()) and not _FENCE.match(one))


def _next(lines: Sequence[str], start: int, passed: Callable[[str], bool]) -> int:
    """The first line from `start` on that is not passed over, counted from 0."""
    return next((number for number in range(start, len(lines)) if not passed(lines[number])), len(lines))


def _closing(lines: Sequence[str], number: int, mark: str) -> int:
    """The line that closes a fence, counted from 0; the last one where none does."""
    end = re.compile(rf"^[>\s]*{re.escape(mark[0])}{{{len(mark)},}}\s*$")
    return min(_next(lines, number + 1, lambda one: not end.match(one)), len(lines) - 1)


def _holds_markdown(info: str) -> bool:
    """Whether what a fence holds is read as Markdown again."""
    name = re.match(r"\{([^}\s]+)\}", info)
    return bool(name and name[1] not in _CODE_IN)


def _is_comment(line: str) -> bool:
    """Whether a line holds silencings and nothing else."""
    return bool(_LINE.match(line)) or (bool(_COMMENT.search(line)) and not _COMMENT.sub("", line).strip())


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
