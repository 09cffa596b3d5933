"""What is installed, as libraries ask for it."""

from __future__ import annotations

import importlib.metadata
import sys
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from book.scanning import scanned_once

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def install(folder: Path, name: str) -> None:
    """A distribution with one entry point."""
    place = folder / f"{name}-1.dist-info"
    place.mkdir(parents=True)
    (place / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n", encoding="utf-8")
    (place / "entry_points.txt").write_text(f"[a.group]\n{name} = {name}:main\n", encoding="utf-8")


def test_entry_points_are_those_that_python_finds() -> None:
    """All of them, in their order, with their distributions; and afterwards Python is as it was."""
    plain, asked = importlib.metadata.distributions, list(entry_points(group="console_scripts"))
    with scanned_once():
        found, again = list(entry_points(group="console_scripts")), list(entry_points(group="console_scripts"))
        names = [one.metadata["Name"] for one in importlib.metadata.distributions()]

    assert found == asked
    assert again == asked
    assert names == [one.metadata["Name"] for one in plain()]
    assert importlib.metadata.distributions is plain


def test_files_are_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second question opens none; another path is another environment."""
    install(tmp_path / "one", "one")
    install(tmp_path / "two", "two")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "one")])
    with scanned_once():
        first = [one.name for one in entry_points(group="a.group")]
        (tmp_path / "one" / "one-1.dist-info" / "entry_points.txt").unlink()
        again = [one.name for one in entry_points(group="a.group")]
        monkeypatch.setattr(sys, "path", [str(tmp_path / "two")])
        other = [one.name for one in entry_points(group="a.group")]

    assert first == again == ["one"]
    assert other == ["two"]
