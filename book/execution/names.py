"""Names of files that hold on any machine: from the thesis where they lie in it, `thesis-book/` for ours, absolute elsewhere."""

from __future__ import annotations

import os
from pathlib import Path, PurePath

OURS = Path(__file__).resolve().parents[1]
"""This package: in a checkout of the build system it lies in the thesis's root, and most of it runs in no cell."""
OUR_MODULES = ("__init__.py", "author.py", "frames.py", "numbers.py", "values.py")
"""The part of this package that cells do run."""
PINNED = "pinned"
"""Folder of the thesis for accepted runs, which are results and nobody's data: they lie beside each other, named like the chapters."""
RUN_END, FILES_END = ".run.json.gz", ".run.files.zip"
"""Endings there: of a run, and of the files that it wrote for others."""
PREFIX = "thesis-book/"
"""What the names of this package's modules begin with."""


class Names:
    """Gives names to paths."""

    def __init__(self, root: Path) -> None:
        """Take the thesis's root."""
        self._root, self._ours = str(root), str(OURS)

    def of(self, path: str) -> str:
        """The name; empty for a part of this package that runs in no cell."""
        if path.startswith(self._ours + os.sep):
            name = PurePath(path).relative_to(self._ours).as_posix()
            return f"{PREFIX}{name}" if name in OUR_MODULES else ""
        if path == self._root:
            return "."
        if path.startswith(self._root + os.sep):
            return path[len(self._root) + 1 :].replace(os.sep, "/")
        return PurePath(path).as_posix()


def path_of(name: str, root: Path) -> Path:
    """Where a name leads."""
    return OURS / name.removeprefix(PREFIX) if name.startswith(PREFIX) else root / name
