"""Defects of the data package."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from benchmarks.mutants.edit import Edit, Place
from benchmarks.mutants.mutant import Mutant, kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.mutants.copies import Copy


def _cells(text: str, column: str) -> Iterator[tuple[int, int, str, int]]:
    """Values of one column: where each begins and ends in the file, its characters, and the row; quoted ones are left out."""
    head = next(csv.reader(io.StringIO(text)))
    if column not in head:
        return
    index, at = head.index(column), 0
    for row, line in enumerate(text.splitlines(keepends=True)):
        values = line.rstrip("\r\n").split(",")
        if row and '"' not in line and len(values) == len(head):
            start = at + sum(len(value) + 1 for value in values[:index])
            yield start, start + len(values[index]), values[index], row
        at += len(line)


def _fields(resource: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = resource.get("schema", {}).get("fields", [])
    return found


def _changed(path: str, start: int, end: int, said: str, what: str, *, rehash: bool) -> Mutant:
    edit = Edit(path, start, end, said)
    place = Place(path, start, start) if rehash else Place(path)
    return Mutant(what, (edit,), (place,), rehash=(path,) if rehash else (), touches=frozenset({f"file:{path}"}))


@kind("data-not-as-declared")
def datum_changed(copy: Copy) -> Iterator[Mutant]:
    """A number in a file of the data package is another one, and the hash that is declared is not."""
    for path, resource, text in copy.tables:
        for field in _fields(resource):
            if field["type"] in ("integer", "number"):
                for start, end, value, row in _cells(text, field["name"]):
                    if re.fullmatch(r"\d+(\.\d+)?", value):
                        said = value[:-1] + str((int(value[-1]) + 1) % 10)
                        yield _changed(
                            path, start, end, said, f"{field['name']} {value} -> {said} in row {row}", rehash=False
                        )


@kind("stale-run")
def datum_changed_and_declared(copy: Copy) -> Iterator[Mutant]:
    """A number in the data is another one, and so is the hash: what is shown was computed from the old one."""
    for path, resource, text in copy.tables:
        for field in _fields(resource):
            if field["type"] == "number" and not field.get("constraints"):
                for start, end, value, row in _cells(text, field["name"]):
                    if re.fullmatch(r"\d+(\.\d+)?", value):
                        said = value[:-1] + str((int(value[-1]) + 1) % 10)
                        mutant = _changed(
                            path,
                            start,
                            end,
                            said,
                            f"{field['name']} {value} -> {said} in row {row}, hash too",
                            rehash=True,
                        )
                        yield Mutant(
                            mutant.what,
                            mutant.edits,
                            (),
                            (PurePosixPath(path).name,),
                            rehash=mutant.rehash,
                            touches=mutant.touches | {"data"},
                        )


@kind("finding-moved", build=("html",))
def datum_changed_and_run(copy: Copy) -> Iterator[Mutant]:
    """A number in the data is another one, everything is declared and run again, and the lock is as it was."""
    if not (copy.root / "findings.lock").exists():
        return
    for path, resource, text in copy.tables:
        for field in _fields(resource):
            if field["type"] == "number" and not field.get("constraints"):
                for start, end, value, row in _cells(text, field["name"]):
                    if re.fullmatch(r"\d+(\.\d+)?", value):
                        said = str(round(float(value) * 3 + 40, 2)) if "." in value else str(int(value) * 3 + 40)
                        mutant = _changed(
                            path, start, end, said, f"{field['name']} {value} -> {said} in row {row}, run", rehash=True
                        )
                        yield Mutant(
                            mutant.what, mutant.edits, (), (), rehash=mutant.rehash, touches=frozenset({"data"})
                        )


@kind("data-foreign-key")
def foreign_key_broken(copy: Copy) -> Iterator[Mutant]:
    """A foreign key leads to no row."""
    for path, resource, text in copy.tables:
        for key in resource.get("schema", {}).get("foreignKeys", []):
            fields = key["fields"] if isinstance(key["fields"], list) else [key["fields"]]
            types = {field["name"]: field["type"] for field in _fields(resource)}
            enums = {field["name"] for field in _fields(resource) if "enum" in field.get("constraints", {})}
            if len(fields) == 1 and types.get(fields[0]) == "string" and fields[0] not in enums:
                for start, end, value, row in _cells(text, fields[0]):
                    if value:
                        yield _changed(
                            path, start, end, f"{value}zz", f"{fields[0]} '{value}zz' in row {row}", rehash=True
                        )


@kind("data-schema")
def datum_of_another_type(copy: Copy) -> Iterator[Mutant]:
    """A number or date in the data is none."""
    for path, resource, text in copy.tables:
        for field in _fields(resource):
            if field["type"] in ("integer", "number", "date"):
                for start, end, value, row in _cells(text, field["name"]):
                    if re.fullmatch(r"[\d.-]+", value):
                        yield _changed(
                            path, start, end, f"{value}?", f"{field['name']} '{value}?' in row {row}", rehash=True
                        )


@kind("data-source-without-entry")
def source_misspelt(copy: Copy) -> Iterator[Mutant]:
    """A key of the bibliography is misspelt in the data."""
    for path, resource, text in copy.tables:
        for field in _fields(resource):
            if field.get("bibliography"):
                for start, end, value, row in _cells(text, field["name"]):
                    if value in copy.by_key and not _linked(copy, resource["name"], field["name"]):
                        mutant = _changed(path, start, end, f"{value}x", f"'{value}x' in row {row}", rehash=True)
                        yield Mutant(
                            mutant.what,
                            mutant.edits,
                            mutant.places,
                            (f"{value}x",),
                            rehash=mutant.rehash,
                            touches=mutant.touches,
                        )


def _linked(copy: Copy, resource: str, field: str) -> bool:
    """Whether other tables lead to this column."""
    keys = [key for _, other, _ in copy.tables for key in other.get("schema", {}).get("foreignKeys", [])]
    return any(key["reference"]["resource"] == resource and field in key["reference"]["fields"] for key in keys)


@kind("unread-resource")
def resource_unread(copy: Copy) -> Iterator[Mutant]:
    """The data package lists one more file, which nobody reads."""
    path, package = copy.package
    if not package:
        return
    text = copy.text(path)
    match = re.search(r'"resources"\s*:\s*\[', text)
    if not match:
        return
    folder = PurePosixPath(path).parent
    for number, name in enumerate(
        ("harvest", "tolls", "weather", "prices", "letters", "visits", "mills", "rents", "ships", "wages")
    ):
        data = f"id,value\na,{number}\nb,{number + 1}\n".encode()
        row = {
            "name": name,
            "path": f"{name}.csv",
            "profile": "tabular-data-resource",
            "schema": {"fields": [{"name": "id", "type": "string"}, {"name": "value", "type": "integer"}]},
        }
        edit = Edit(path, match.end(), match.end(), json.dumps(row) + ",")
        yield Mutant(
            f"'{name}.csv' that nobody reads",
            (edit,),
            (),
            (name,),
            files=((f"{folder}/{name}.csv", data),),
            rehash=(f"{folder}/{name}.csv",),
            touches=frozenset({f"file:{path}"}),
        )


@kind("data-outside-package", build=("html",))
def data_from_outside(copy: Copy) -> Iterator[Mutant]:
    """A cell reads a file of the thesis that the data package does not list."""
    if not copy.runs or not copy.package[0]:
        return
    for number, (unit, start, end) in enumerate(copy.cells):
        match = re.search(r"^(?=\w)(?!:)", unit.text[start:end], re.MULTILINE)
        if match:
            at, name = start + match.start(), f"aside/notes-{number}.csv"
            up = "../" * unit.path.count("/")
            edit = unit.edit(at, at, f'aside = open("{up}{name}").read()\n')
            yield Mutant(
                f"'{name}' read",
                (edit,),
                (),
                (name,),
                files=((name, b"id,value\na,1\n"),),
                touches=frozenset({f"cell:{unit.path}:{unit.cell}:{start}"}),
            )
