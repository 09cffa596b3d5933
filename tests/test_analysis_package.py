"""The hashes of the data package, kept up to date."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from analysis.package import rehash

if TYPE_CHECKING:
    from pathlib import Path


def _package(folder: Path) -> None:
    resources = [{"name": name, "path": f"{name}.csv"} for name in ("a", "b")]
    (folder / "datapackage.json").write_text(json.dumps({"version": "1.0.0", "resources": resources}))
    for name in ("a", "b"):
        (folder / f"{name}.csv").write_text(f"{name}\n1\n")


def test_a_changed_byte_changes_one_hash(tmp_path: Path) -> None:
    """Only the resource that changed is reported, and its size and hash follow."""
    _package(tmp_path)
    rehash(tmp_path)
    (tmp_path / "b.csv").write_text("b\n22\n")

    assert rehash(tmp_path) == ["b"]
    assert json.loads((tmp_path / "datapackage.json").read_text())["resources"][1]["bytes"] == 5


def test_nothing_changed_writes_nothing(tmp_path: Path) -> None:
    """A second run leaves the descriptor's bytes and time alone."""
    _package(tmp_path)
    rehash(tmp_path)
    before = (tmp_path / "datapackage.json").stat().st_mtime_ns

    assert rehash(tmp_path) == []
    assert (tmp_path / "datapackage.json").stat().st_mtime_ns == before
