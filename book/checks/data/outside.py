"""Data come from the data package."""

from __future__ import annotations

import ast
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from book.checks.data.resources import package_of
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.code import Code
    from book.checks.subject import Subject

_DATA = (
    ".csv", ".tsv", ".json", ".jsonl", ".geojson", ".xlsx", ".xls", ".ods", ".parquet", ".feather", ".arrow", ".txt", ".dat", ".dta", ".sav",
    ".rds", ".sas7bdat", ".npy", ".npz", ".h5", ".hdf5", ".nc", ".db", ".sqlite", ".pkl", ".pickle", ".gpkg", ".shp", ".csv.gz", ".zip",
)  # fmt: skip
_WRITING = ("to_", "save", "write", "dump", "export", "unlink", "remove")


def data_come_from_the_package(subject: Subject) -> Iterator[Diagnostic]:
    """Where a thesis has a data package, its cells and modules read no data file that the package does not list."""
    resources, _text = package_of(subject)
    if not resources:
        return
    name = subject.sources.config.thesis.data
    listed = _listed(subject, name, resources)
    for code in subject.code:
        tree = code.parsed() if _may_read(code, listed, subject) else None
        for literal in _read_literals(tree) if tree else ():
            path = _found(literal.value, code, subject)
            if path is None or path in listed:
                continue
            shown = path.relative_to(subject.project.root).as_posix()
            place = code.at(literal.lineno, literal.col_offset + 1)
            yield Diagnostic(
                "data-outside-package",
                f"'{shown}' is read and is no part of the data package",
                "warning",
                code.path,
                place.line,
                place.column,
                hint=f"list it in '{name}', with its source, licence and schema",
                cell=place.cell,
            )


_LITERAL = re.compile(r"[\"']([^\"'\n]{1,200}\.\w{2,8})[\"']")


def _may_read(code: Code, listed: set[Path], subject: Subject) -> bool:
    """Whether some string of the code names a data file outside of the package; most code is not worth parsing."""
    names = {name for name in _LITERAL.findall(code.text) if name.lower().endswith(_DATA)}
    return any(_found(name, code, subject) not in (None, *listed) for name in names)


def _listed(subject: Subject, name: str, resources: list[dict[str, object]]) -> set[Path]:
    folder = (subject.project.root / name).parent
    found = {subject.project.root / name}
    for resource in resources:
        for given in (resource.get("path"), resource.get("stand-in")):
            paths = given if isinstance(given, list) else [given]
            found |= {folder / str(path) for path in paths if path}
    return {path.resolve() for path in found}


class _Literal(ast.Constant):
    """A string that names a file."""

    value: str


def _read_literals(tree: ast.Module) -> Iterator[_Literal]:
    """Strings that may name a file that code reads: not those that it writes to."""
    written = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node).startswith(_WRITING)
        for inner in ast.walk(node)
    }
    written |= {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _opens_to_write(node)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        named = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in written
        if named and node.value.lower().endswith(_DATA) and "\n" not in node.value:  # type: ignore[attr-defined]
            yield node  # type: ignore[misc]


def _called(node: ast.Call) -> str:
    return (
        node.func.attr
        if isinstance(node.func, ast.Attribute)
        else node.func.id
        if isinstance(node.func, ast.Name)
        else ""
    )


def _opens_to_write(node: ast.Call) -> bool:
    modes = [*node.args[1:2], *(keyword.value for keyword in node.keywords if keyword.arg == "mode")]
    return _called(node) == "open" and any(
        isinstance(mode, ast.Constant) and str(mode.value)[:1] in "wax" for mode in modes
    )


def _found(name: str, code: Code, subject: Subject) -> Path | None:
    """The file of the thesis that a string names: from the chapter's folder, the module's, or the root."""
    root = subject.project.root
    relative = PurePosixPath(name)
    if relative.is_absolute() or "://" in name or relative.parts[:1] == ("_build",):
        return None
    for folder in ((root / code.path).parent, root, (root / subject.sources.config.thesis.data).parent):
        path = (folder / name).resolve()
        if path.is_file() and path.is_relative_to(root) and "_build" not in path.relative_to(root).parts:
            return path
    return None
