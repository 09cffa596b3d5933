"""The data package is checked whole, and what is wrong is named by file, row and column."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from book.config import read_config
from book.project import Project
from book.sources.data import _fields, read_data


def package(root: Path, csv: str = "id,source\n1,knuth1984\n2,knuth1984\n", **changes: object) -> Project:
    (root / "data").mkdir()
    (root / "data" / "items.csv").write_text(csv, encoding="utf-8")
    good = b"id,source\n1,knuth1984\n2,knuth1984\n"
    resource = {
        "name": "items", "path": "items.csv", "type": "table", "hash": "sha256:" + hashlib.sha256(good).hexdigest(), "bytes": len(good),
        "schema": {"fields": [{"name": "id", "type": "integer", "constraints": {"unique": True}}, {"name": "source", "type": "string", "bibliography": True}]},
    }  # fmt: skip
    resource |= changes
    (root / "data" / "datapackage.json").write_text(
        json.dumps({"name": "small", "resources": [resource]}), encoding="utf-8"
    )
    (root / "_config.yml").write_text("thesis:\n  data: data/datapackage.json\n", encoding="utf-8")
    return Project(root)


def remarks(project: Project, keys: tuple[str, ...] = ("knuth1984",)) -> list[tuple[str, str, int, int]]:
    found = read_data(project, read_config(project), keys).diagnostics
    return [(d.rule, d.path, d.line, d.column) for d in found]


def test_a_good_package_has_no_remark(tmp_path: Path) -> None:
    """A package that is as it declares passes."""
    assert remarks(package(tmp_path)) == []


def test_a_changed_byte_is_an_error(tmp_path: Path) -> None:
    """A file that is not the declared one is named."""
    found = remarks(package(tmp_path, "id,source\n1,knuth1984\n3,knuth1984\n"))

    assert ("data-not-as-declared", "data/items.csv", 0, 0) in found


def test_a_wrong_type_has_row_and_column(tmp_path: Path) -> None:
    """A cell of another type is named by row and column."""
    found = remarks(package(tmp_path, "id,source\n1,knuth1984\nx,knuth1984\n", hash="", bytes=None))

    assert ("data-schema", "data/items.csv", 3, 1) in found


def test_a_source_without_entry_has_row_and_column(tmp_path: Path) -> None:
    """A key in the data that the bibliography lacks is named by row and column."""
    assert remarks(package(tmp_path), ("another",)) == [
        ("data-source-without-entry", "data/items.csv", 2, 2),
        ("data-source-without-entry", "data/items.csv", 3, 2),
    ]


def test_a_restricted_resource_is_checked_by_its_stand_in(tmp_path: Path) -> None:
    """Where the real file is elsewhere, the stand-in is checked and its own hash is not asked for."""
    project = package(tmp_path, restricted=True, path="secret.csv", **{"stand-in": "items.csv"})

    assert remarks(project) == []


@pytest.mark.parametrize("text", ["", "[]", "{", '{"resources": 1}'])
def test_a_broken_descriptor_is_named_with_the_setting_that_asks_for_it(tmp_path: Path, text: str) -> None:
    """A descriptor that is no data package points at the line of `_config.yml`."""
    project = package(tmp_path)
    (tmp_path / "data" / "datapackage.json").write_text(text, encoding="utf-8")

    assert remarks(project) == [("data-package-unreadable", "_config.yml", 2, 3)]


def test_a_schema_may_be_a_file_of_its_own(tmp_path: Path) -> None:
    """A descriptor may say which file describes a resource (Table Schema by path); its fields count."""
    (tmp_path / "schema.json").write_text('{"fields": [{"name": "key", "bibliography": true}, 3]}', encoding="utf-8")

    assert [one["name"] for one in _fields(tmp_path, "schema.json")] == ["key"]
    assert _fields(tmp_path, "https://data.example/schema.json") == _fields(tmp_path, None) == _fields(tmp_path, "gone.json") == []
