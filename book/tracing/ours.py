"""What cells import as `book` is the package that builds, also where the thesis has a folder of that name: its own checkout."""

from __future__ import annotations

import importlib.util
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

NAME = "book"


class Ours(MetaPathFinder):
    """Finds the package that builds before any other one of its name."""

    def __init__(self, folder: str) -> None:
        """Find it in this folder."""
        self.folder = folder

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        """Where it is; None for every other module."""
        if name != NAME:
            return None
        return importlib.util.spec_from_file_location(
            NAME, Path(self.folder, "__init__.py"), submodule_search_locations=[self.folder]
        )


def put_ours_first(root: str, ours: str) -> None:
    """Have the package in `ours` imported, if the thesis in `root` has another one."""
    sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, Ours)]
    other = Path(root, NAME, "__init__.py")
    if other.is_file() and other.parent.resolve() != Path(ours).resolve():
        sys.meta_path.insert(0, Ours(ours))
