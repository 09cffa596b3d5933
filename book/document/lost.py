"""A picture that is not where the text looks for it: where it may be."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

UNLIKELY = frozenset({"_build", "__pycache__", "node_modules", "venv", "env"})
"""Folders that hold no pictures of the author's; neither do hidden ones."""
ENOUGH = 20_000
"""Files that are looked at."""


def hint_for(root: Path, lost: str, page: str) -> str:
    """What to try where a page names a picture that is not there, both relative to the thesis."""
    name = PurePosixPath(lost).name
    files = list(_files(root))
    same = [path for path in files if PurePosixPath(path).name.lower() == name.lower()]
    folder = PurePosixPath(lost).parent
    beside = [PurePosixPath(path).name for path in files if PurePosixPath(path).parent == folder]
    near = same or [str(folder / close) for close in get_close_matches(name, beside, n=1)]
    if not near:
        return "give the file by its path from this page"
    way = os.path.relpath(near[0], PurePosixPath(page).parent).replace(os.sep, "/")
    return f"did you mean '{way}'?"


def _files(root: Path) -> Iterator[str]:
    """Files of the thesis, relative to it."""
    left = ENOUGH
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(one for one in folders if one not in UNLIKELY and not one.startswith("."))
        for name in sorted(names):
            yield Path(folder, name).relative_to(root).as_posix()
        left -= len(names)
        if left < 0:
            return
