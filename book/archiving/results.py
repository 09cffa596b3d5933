"""What a built thesis says, written into a folder: editions, results and remarks, so that two builds can be compared."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import os
import re
import shutil
from typing import TYPE_CHECKING, Any

from book.author import TABLE
from book.changes.state import state_of
from book.document.facts import COMMIT
from book.execution.reuse import last_runs
from book.lock import tolerance_of
from book.project import digest, environment, write, write_json
from book.sources.bibliography import read_bibliography
from book.sources.gather import read_thesis

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from book.changes.state import Drawing, State
    from book.diagnostics import Diagnostic
    from book.execution.runs import Runs
    from book.findings import Finding
    from book.project import Project
    from book.sources.gather import Sources

VERSION = 1
"""Format of the results."""
RESULTS, EDITIONS, LOGS = "results", "editions", "logs"
"""Folders that are written."""


def write_results(project: Project, editions: Mapping[str, Path], remarks: Iterable[Diagnostic], folder: Path) -> None:
    """Write what a thesis gives, as it was last built.

    `results/results.json` is what is compared; findings and tables as CSV, and figures as pictures, are for readers.
    """
    with environment(SOURCE_DATE_EPOCH=str(project.epoch())):
        sources = read_thesis(project)
        runs = last_runs(sources.chapters, project, sources.config)
        state = state_of(project, sources, runs, read_bibliography(project.root, sources.bibliographies))
    files = {name: _copy_edition(project, path, folder / EDITIONS) for name, path in editions.items()}
    shutil.copyfile(project.build / "manifest.json", folder / EDITIONS / "manifest.json")
    value: dict[str, Any] = {
        "version": VERSION,
        "commit": os.environ.get(COMMIT, "").strip(),
        "findings": {name: _finding(one, state.printed[name]) for name, one in state.findings.items()},
        "claims": [dataclasses.asdict(one) for one in state.claims],
        "tables": _tables(state, sources, runs),
        "figures": {label: _figure(label, one, folder) for label, one in state.drawings.items()},
        "text": _text(state),
        "data": {path: resource[0] for path, resource in state.data.items()},
        "editions": {name: {path: digest(folder / EDITIONS / path) for path in paths} for name, paths in files.items()},
        "pages": {page.docname: page.path for page in sources.contents.pages},
    }
    write_json(folder / RESULTS / "results.json", value)
    write(folder / RESULTS / "findings.csv", _csv(_finding_rows(value["findings"])))
    for label, table in value["tables"].items():
        write(folder / RESULTS / "tables" / f"{file_name(label)}.csv", _csv([table["heads"], *table["rows"]]))
    write_json(folder / LOGS / "remarks.json", {"version": VERSION, "remarks": [_remark(one) for one in remarks]})


def _remark(one: Diagnostic) -> dict[str, Any]:
    return {name: value for name, value in dataclasses.asdict(one).items() if value and name != "box"}


def _copy_edition(project: Project, path: Path, target: Path) -> list[str]:
    """Copy an edition: a file of `_build`, or the folder of `_build` that it lies in; returns its files."""
    top = project.build / path.relative_to(project.build).parts[0]
    if top.is_dir():
        shutil.copytree(top, target / top.name)
        return sorted(one.relative_to(target).as_posix() for one in (target / top.name).rglob("*") if one.is_file())
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target / path.name)
    return [path.name]


def _finding(one: Finding, printed: str) -> dict[str, Any]:
    return {
        "value": one.value,
        "kind": one.kind,
        "unit": one.unit,
        "printed": printed,
        "tolerance": tolerance_of(one),
        "path": one.path,
        "line": one.line,
    }


def _finding_rows(findings: Mapping[str, Mapping[str, Any]]) -> list[list[Any]]:
    columns = ("value", "kind", "unit", "printed", "tolerance", "path", "line")
    return [
        ["name", *columns],
        *([name, *(one[column] for column in columns)] for name, one in sorted(findings.items())),
    ]


def _tables(state: State, sources: Sources, runs: Runs) -> dict[str, dict[str, Any]]:
    """Each table as it is printed, with the values behind it."""
    values = {
        str(data[TABLE].get("label", "")): data[TABLE].get("rows") or []
        for chapter in reversed(sources.chapters)
        if chapter.docname in runs
        for cell in reversed(runs[chapter.docname].outputs)
        for output in reversed(cell)
        if TABLE in (data := output.get("data") or {})
    }
    return {
        label: {
            "path": one.path,
            "caption": one.caption,
            "heads": list(one.heads),
            "rows": [list(row) for row in one.rows],
            "values": values.get(label, []),
        }
        for label, one in state.tables.items()
    }


def _figure(label: str, one: Drawing, folder: Path) -> dict[str, Any]:
    images = []
    for number, (kind, content) in enumerate(one.images, 1):
        name = f"figures/{file_name(label)}{f'-{number}' if len(one.images) > 1 else ''}.{kind}"
        write(folder / RESULTS / name, content)
        images.append({"kind": kind, "path": name, "sha256": hashlib.sha256(content).hexdigest()})
    return {"path": one.path, "caption": one.caption, "alt": one.alt, "images": images}


def file_name(label: str) -> str:
    """A label as the name of a file, its own whatever letters it has."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", label).strip("-.")[:60]
    return plain if plain == label else f"{plain or 'unnamed'}-{hashlib.sha256(label.encode()).hexdigest()[:8]}"


def _text(state: State) -> dict[str, list[str]]:
    """Sentences of each page, as a reader has them."""
    found: dict[str, list[str]] = {}
    for one in state.sentences:
        found.setdefault(one.path, []).append(one.read)
    return found


def _csv(rows: Iterable[Iterable[Any]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
