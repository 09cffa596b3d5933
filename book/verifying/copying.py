"""A copy of the thesis, in which cells may write what they like."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

SKIPPED = frozenset(
    {
        "_build",
        "node_modules",
        "__pycache__",
        ".git",
        ".hg",
        ".svn",
        ".nox",
        ".tox",
        ".venv",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
    }
)
"""Folders that no cell reads, and which may be large."""


def copy_thesis(root: Path, target: Path, *, backwards: bool = False) -> None:
    """Copy every file, links by what they lead to; `backwards` in the other order, and without the files' dates.

    Never a link to the original: a cell that writes into its data would write into the author's.
    """
    _copy(root, target, frozenset(), backwards=backwards)


def _copy(folder: Path, target: Path, above: frozenset[str], *, backwards: bool) -> None:
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name, reverse=backwards)
    if any(entry.name in ("pyvenv.cfg", "conda-meta") for entry in entries):
        return
    target.mkdir(parents=True, exist_ok=True)
    here = above | {os.path.realpath(folder)}
    for entry in entries:
        path = Path(entry.path)
        if path.is_dir():
            if entry.name not in SKIPPED and os.path.realpath(path) not in here:
                _copy(path, target / entry.name, here, backwards=backwards)
        elif path.is_file() and os.access(path, os.R_OK):
            (shutil.copy if backwards else shutil.copy2)(path, target / entry.name)
