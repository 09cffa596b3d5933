"""What a thesis says at one moment: its results, and its text with the results filled in."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from book.author import FIGURE, TABLE
from book.changes.claims import claims_in
from book.findings import Finding, collect, format_finding
from book.frames import print_cell
from book.project import digest, read_json
from book.sources.inline import MARK
from book.sources.prose import prose_of, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from book.execution.runs import Runs
    from book.project import Project
    from book.sources.bibliography import Bibliography
    from book.sources.chapters import Chapter
    from book.sources.gather import Sources
    from book.sources.inline import Mark
    from book.sources.prose import Passage, Prose

Resource = tuple[str, tuple[tuple[str, ...], ...]]
"""Digest and rows of a data file; no rows where it is no small CSV file."""
LARGEST_RESOURCE = 4_000_000
"""Bytes of a data file beyond which only its digest is compared."""
_REFERENCES = frozenset({"numref", "ref", "eq"})
_GAP = re.compile(r"[ \t\n]+")
"""What one space stands for; spaces that do not break belong to the text."""
_BRACES = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Table:
    """A table that a cell made."""

    label: str
    """Its label."""
    path: str
    """File of its chapter."""
    caption: str
    """Its caption, as written."""
    heads: tuple[str, ...]
    """Names of its columns."""
    rows: tuple[tuple[str, ...], ...]
    """Its cells as they are printed."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure, or a picture that a cell put out."""

    label: str
    """Its label; for a picture without one, its chapter and cell."""
    path: str
    """File of its chapter."""
    caption: str
    """Its caption, as written."""
    alt: str
    """Its alternative text or texts."""
    images: tuple[tuple[str, bytes], ...]
    """Each picture: `svg`, `png` or `jpeg`, and its bytes."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading."""

    path: str
    """The page's file."""
    line: int
    """Its line; in a notebook that of the cell."""
    level: int
    """1 for a page's title."""
    title: str
    """Its words."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the text."""

    path: str
    """The page's file."""
    line: int
    """Its first line; in a notebook that of the cell."""
    cell: int
    """In a notebook, the number of the cell."""
    written: str
    """Its words, with the names of findings and labels in place of what they print: what the author wrote."""
    read: str
    """Its words as a reader has them."""
    findings: tuple[str, ...]
    """Findings that it prints."""
    labels: tuple[str, ...]
    """Figures, tables and sections that it refers to."""
    keys: tuple[str, ...]
    """Works that it cites."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A passage tied to a condition."""

    path: str
    """The page's file."""
    line: int
    """Its line."""
    words: str
    """What it claims, as a reader has it."""
    condition: str
    """What it rests on."""
    holds: bool | None
    """Whether it holds; None where the condition cannot be judged."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything of a thesis that can be compared."""

    findings: Mapping[str, Finding] = field(default_factory=dict)
    """What cells recorded, by name."""
    printed: Mapping[str, str] = field(default_factory=dict)
    """How each finding is printed."""
    claims: tuple[Claim, ...] = ()
    """In the order of the text."""
    tables: Mapping[str, Table] = field(default_factory=dict)
    """By label."""
    drawings: Mapping[str, Drawing] = field(default_factory=dict)
    """By label."""
    entries: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Fields of each entry of the bibliography, by key."""
    cited: Mapping[str, int] = field(default_factory=dict)
    """How often each work is cited."""
    sections: tuple[Section, ...] = ()
    """In the order of the text."""
    sentences: tuple[Sentence, ...] = ()
    """In the order of the text."""
    data: Mapping[str, Resource] = field(default_factory=dict)
    """Each file of the data package, by path."""
    numbers: Mapping[str, str] = field(default_factory=dict)
    """What figures and tables are called, by label: `Table 4.2`; nothing where these sources were never built or checked."""
    notes: tuple[str, ...] = ()
    """What could not be had: chapters whose cells failed or have not run."""


def state_of(project: Project, sources: Sources, runs: Runs, bibliography: Bibliography) -> State:
    """What a thesis says, given the runs of its chapters."""
    chapters, language = sources.chapters, sources.config.language
    findings, _remarks = collect(chapters, {name: run.outputs for name, run in runs.items()})
    said = {name: format_finding(finding, "", language) for name, finding in findings.items()}
    printed = {name: text if isinstance(text, str) else "" for name, text in said.items()}
    pages = [prose_of(chapter) for chapter in chapters]
    read = [one for page in pages for one in _sentences(page, findings, language)]
    tables, drawings = _outputs(chapters, runs, language)
    return State(
        findings,
        printed,
        tuple(claim for page in pages for claim in _claims(page, findings, language)),
        tables,
        drawings,
        {key: dict(entry.fields) | {"type": entry.type} for key, entry in bibliography.entries.items()},
        Counter(key for sentence in read for key in sentence.keys),
        tuple(one for page in pages for one in _sections(page, findings, language)),
        tuple(read),
        _data(project, sources.config.thesis.data),
        notes=tuple(str(remark) for remark in runs.diagnostics),
    )


# -- text


def _sections(page: Prose, findings: Mapping[str, Finding], language: str) -> Iterator[Section]:
    for passage in page.passages:
        if passage.kind == "heading":
            title = _filled(passage, 0, len(passage.text), findings, language)[1]
            yield Section(page.path, passage.at(0).line, passage.level, title)


def _sentences(page: Prose, findings: Mapping[str, Finding], language: str) -> Iterator[Sentence]:
    for passage in page.passages:
        if passage.kind == "heading":
            continue
        for start, end in sentences(passage.text):
            marks = [mark for mark in passage.marks if start <= mark.index < end and mark.kind == "role"]
            written, read = _filled(passage, start, end, findings, language)
            place = passage.at(start)
            yield Sentence(
                page.path,
                place.line,
                place.cell,
                written,
                read,
                tuple(_name(mark) for mark in marks if mark.name == "finding"),
                tuple(_target(mark) for mark in marks if mark.name in _REFERENCES),
                tuple(key for mark in marks if mark.name.startswith("cite") for key in _keys(mark.text)),
            )


def _filled(passage: Passage, start: int, end: int, findings: Mapping[str, Finding], language: str) -> tuple[str, str]:
    """A stretch of a passage as written, with names for results, and as read, with their values."""
    marks = {mark.index: mark for mark in passage.marks if mark.kind not in ("note", "html", "span")}
    written, read = [], []
    for index in range(start, end):
        mark = marks.get(index)
        if passage.text[index] != MARK or mark is None:
            written.append(passage.text[index])
            read.append(passage.text[index])
            continue
        written.append(f"{{{mark.name}:{mark.text}}}" if mark.kind == "role" else mark.text)
        read.append(_value(mark, findings, language))
    return _tidy("".join(written)), _tidy("".join(read))


def _value(mark: Mark, findings: Mapping[str, Finding], language: str) -> str:
    if mark.kind != "role":
        return mark.text
    if mark.name == "finding":
        name, _, spec = (part.strip() for part in mark.text.partition(":"))
        text = format_finding(findings[name], spec, language) if name in findings else ""
        return text if isinstance(text, str) and text else f"[{mark.text}]"
    if mark.name.startswith("cite"):
        return f"({'; '.join(_keys(mark.text))})"
    return f"[{_target(mark)}]" if mark.name in _REFERENCES else mark.text


def _tidy(text: str) -> str:
    return _GAP.sub(" ", text).strip()


def _name(mark: Mark) -> str:
    return mark.text.partition(":")[0].strip()


def _target(mark: Mark) -> str:
    """The label in `label` or `words <label>`."""
    inner = re.search(r"<([^<>]+)>\s*$", mark.text)
    return (inner[1] if inner else mark.text).strip()


def _keys(target: str) -> list[str]:
    return [key.strip() for key in re.split(r"[,;]", _BRACES.sub("", target)) if key.strip()]


def _claims(page: Prose, findings: Mapping[str, Finding], language: str) -> Iterator[Claim]:
    for passage, start, end, condition, holds in claims_in(page, findings):
        read = _filled(passage, start, end, findings, language)[1]
        yield Claim(page.path, passage.at(start).line, read, condition, holds)


# -- results


def _outputs(chapters: Iterable[Chapter], runs: Runs, language: str) -> tuple[dict[str, Table], dict[str, Drawing]]:
    tables: dict[str, Table] = {}
    drawings: dict[str, Drawing] = {}
    for chapter in chapters:
        outputs = runs[chapter.docname].outputs if chapter.docname in runs else ()
        for number, cell in enumerate(outputs, 1):
            for position, output in enumerate(cell):
                data = output.get("data") or {}
                unnamed = f"{chapter.docname}, cell {number}" + (f", output {position + 1}" if position else "")
                if TABLE in data:
                    table = _table(data[TABLE], chapter.path, language)
                    tables.setdefault(table.label, table)
                elif FIGURE in data:
                    drawing = _figure(data[FIGURE], chapter.path)
                    drawings.setdefault(drawing.label, drawing)
                elif images := tuple(_pictures(data)):
                    drawings[unnamed] = Drawing(unnamed, chapter.path, "", "", images[:1])
    return tables, drawings


def _table(payload: Mapping[str, Any], path: str, language: str) -> Table:
    columns = payload.get("columns") or []
    rows = tuple(
        tuple(
            print_cell(cell, str(column.get("format", "")), language)
            for cell, column in zip(row, columns, strict=False)
        )
        for row in payload.get("rows") or []
    )
    heads = tuple(str(column.get("name", "")) for column in columns)
    return Table(str(payload.get("label", "")), path, str(payload.get("caption", "")), heads, rows)


def _figure(payload: Mapping[str, Any], path: str) -> Drawing:
    images = payload.get("images") or []
    return Drawing(
        str(payload.get("label", "")),
        path,
        str(payload.get("caption", "")),
        "; ".join(str(image.get("alt", "")) for image in images),
        tuple(("svg", str(image.get("svg", "")).encode()) for image in images),
    )


def _pictures(data: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    for mime, kind in (("image/svg+xml", "svg"), ("image/png", "png"), ("image/jpeg", "jpeg")):
        if mime in data:
            given = data[mime]
            text = given if isinstance(given, str) else "".join(given)
            yield kind, text.encode() if kind == "svg" else base64.b64decode(text)


# -- data


def _data(project: Project, descriptor: str) -> dict[str, Resource]:
    package = read_json(project.root / descriptor) if descriptor else None
    resources = package.get("resources") if isinstance(package, dict) else None
    found = {}
    for resource in resources if isinstance(resources, list) else []:
        given = resource.get("path") if isinstance(resource, dict) else None
        for name in [given] if isinstance(given, str) else given or []:
            path = (project.root / descriptor).parent / str(name)
            if "://" not in str(name) and path.is_file():
                found[project.relative(path)] = (digest(path), _rows(path))
    return found


def _rows(path: Path) -> tuple[tuple[str, ...], ...]:
    if path.suffix.lower() not in (".csv", ".tsv") or path.stat().st_size > LARGEST_RESOURCE:
        return ()
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        return tuple(map(tuple, csv.reader(io.StringIO(text), delimiter="\t" if path.suffix == ".tsv" else ",")))
    except csv.Error:
        return ()
