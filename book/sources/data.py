"""The data package: checked whole, once, before any cell runs."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from book.diagnostics import Diagnostic
from book.project import digest, read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from book.config import Config
    from book.project import Project

VERSION = 1
"""Format of the kept verdict."""
KEY_FIELD = "bibliography"
"""A field of a schema with this property set to true holds keys of bibliography entries."""


@dataclass(frozen=True, slots=True)
class DataPackage:
    """The Frictionless Data Package of a thesis."""

    path: str
    """Its descriptor, relative to the thesis; empty where there is none."""
    files: tuple[str, ...]
    """Every file of the package, relative to the thesis, the descriptor first."""
    diagnostics: tuple[Diagnostic, ...]
    """What is wrong with it: file, row and column."""


def read_data(project: Project, config: Config, keys: Collection[str]) -> DataPackage:
    """Check schema, types, constraints, foreign keys, hashes and bibliography keys of the whole package.

    `keys` are the keys of the bibliography. The verdict is kept as long as no byte of the package changes.
    """
    name = config.thesis.data
    if not name:
        return DataPackage("", (), ())
    path = project.root / name
    descriptor = read_json(path)
    if not isinstance(descriptor, dict) or not isinstance(descriptor.get("resources"), list):
        return DataPackage(name, (), (_unreadable(path, name, config),))
    files = (name, *_files(project, path.parent, descriptor))
    key = _key(project, files, keys)
    kept = read_json(project.cache / "data.json")
    if isinstance(kept, dict) and kept.get("key") == key:
        return DataPackage(name, files, tuple(Diagnostic(**row) for row in kept["diagnostics"]))
    found = (*_validate(project, path, descriptor), *_cited(project, path, descriptor, keys))
    write_json(project.cache / "data.json", {"key": key, "diagnostics": [asdict(diagnostic) for diagnostic in found]})
    return DataPackage(name, files, found)


def _unreadable(path: Path, name: str, config: Config) -> Diagnostic:
    said = "is not a data package: it needs a list of 'resources'" if path.is_file() else "does not exist"
    place = config.yaml.place("thesis", "data")
    return Diagnostic(
        "data-package-unreadable",
        f"data package '{name}' {said}",
        "error",
        config.yaml.path,
        *place,
        hint="see specs.frictionlessdata.io/data-package",
    )


def _path_of(resource: dict[str, Any], folder: Path) -> str:
    """The file of a resource: the stand-in of a restricted one where the real file is not here."""
    path = str(resource.get("path", ""))
    return str(resource.get("stand-in", path)) if resource.get("restricted") and not (folder / path).exists() else path


def _files(project: Project, folder: Path, descriptor: dict[str, Any]) -> list[str]:
    return [
        project.relative(folder / _path_of(resource, folder))
        for resource in descriptor["resources"]
        if isinstance(resource.get("path"), str)
    ]


def _key(project: Project, files: tuple[str, ...], keys: Collection[str]) -> str:
    parts = [(name, digest(project.root / name) if (project.root / name).is_file() else "") for name in files]
    return hashlib.sha256(repr((VERSION, parts, sorted(keys))).encode()).hexdigest()


def _validate(project: Project, path: Path, descriptor: dict[str, Any]) -> Iterator[Diagnostic]:
    """What frictionless finds, each with file, row and column."""
    import frictionless

    folder = path.parent
    copy = json.loads(json.dumps(descriptor))
    for resource in copy["resources"]:
        used = _path_of(resource, folder)
        if used != resource.get("path"):
            resource["path"] = used
            resource.pop("hash", None)
            resource.pop("bytes", None)
    try:
        report = frictionless.Package.from_descriptor(copy, basepath=str(folder)).validate()
    except frictionless.FrictionlessException as error:
        said = [*error.reasons, error.error] if error.reasons else [error.error]
        yield from (_broken(project, path, one.message) for one in said)
        return
    yield from (_broken(project, path, error.message) for error in report.errors)
    for task in report.tasks:
        place = project.relative(folder / str(task.place))
        yield from (_diagnose(place, error) for error in task.errors)


def _broken(project: Project, path: Path, message: str) -> Diagnostic:
    return Diagnostic(
        "data-package-unreadable",
        _plain(message),
        "error",
        project.relative(path),
        hint="see specs.frictionlessdata.io/data-package",
    )


def _diagnose(path: str, error: Any) -> Diagnostic:
    kind = str(error.type)
    if kind in ("hash-count", "byte-count"):
        hint = "say the new version in the package and its change log, or put the file back"
        return Diagnostic(
            "data-not-as-declared",
            "is not the file that the data package declares",
            "error",
            path,
            hint=f"{_plain(error.message)}; {hint}",
        )
    row, column = int(getattr(error, "row_number", 0) or 0), int(getattr(error, "field_number", 0) or 0)
    name = str(getattr(error, "field_name", "") or "")
    where = f"column '{name}': " if name else ""
    rule = "data-foreign-key" if kind == "foreign-key" else "data-schema"
    return Diagnostic(
        rule,
        f"{where}{_plain(error.message)}",
        "error",
        path,
        row,
        column,
        hint="mend the row, or the schema in the data package",
    )


def _fields(folder: Path, schema: Any) -> list[dict[str, Any]]:
    """Fields of a resource, also where the descriptor only says which file describes them."""
    if isinstance(schema, str):
        schema = read_json(folder / schema) if "://" not in schema else None
    fields = schema.get("fields") if isinstance(schema, dict) else None
    return [one for one in fields if isinstance(one, dict) and isinstance(one.get("name"), str)] if isinstance(fields, list) else []


def _cited(project: Project, path: Path, descriptor: dict[str, Any], keys: Collection[str]) -> Iterator[Diagnostic]:
    """Keys in the data that no bibliography has."""
    import csv

    for resource in descriptor["resources"]:
        fields = _fields(path.parent, resource.get("schema"))
        named = [field["name"] for field in fields if field.get(KEY_FIELD)]
        file = path.parent / _path_of(resource, path.parent)
        if not named or not file.is_file():
            continue
        with file.open(encoding=str(resource.get("encoding", "utf-8")), newline="") as stream:
            reader = csv.DictReader(stream)
            for row in reader:
                for name in named:
                    if row.get(name) and row[name] not in keys:
                        column = (reader.fieldnames or []).index(name) + 1
                        yield Diagnostic(
                            "data-source-without-entry",
                            f"column '{name}': key '{row[name]}' has no entry in the bibliography",
                            "error",
                            project.relative(file),
                            reader.line_num,
                            column,
                            hint="add the entry, or mend the key",
                        )


def _plain(message: str) -> str:
    return " ".join(message.split()).rstrip(".")
