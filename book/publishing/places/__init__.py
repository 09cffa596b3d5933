"""Where editions are published: a branch of a git remote, a folder, a zip file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.errors import ConfigError
from book.publishing.places.place import MovedError, Place, PlaceError

if TYPE_CHECKING:
    from book.project import Project
    from book.publishing.repository import Repository

__all__ = ["MovedError", "Place", "PlaceError", "find_place"]


def find_place(project: Project, repository: Repository | None, to: str, branch: str, folder: str) -> Place:
    """The place that a destination means: a zip file, a folder, or a remote by name or address.

    Raises ConfigError where it is none of them.
    """
    from book.publishing.places.branch import Branch
    from book.publishing.places.folder import Folder
    from book.publishing.places.zipped import Zipped

    path = Path(os.path.normpath(project.root / Path(to).expanduser()))
    if to.endswith(".zip"):
        return Zipped(path)
    if repository and (repository.remote(to) or _is_address(to) or _is_repository(path)):
        return Branch(
            repository, str(path) if _is_repository(path) and not repository.remote(to) else to, branch, folder
        )
    if path.is_dir() or to.endswith("/") or to.startswith((".", "/", "~")):
        return Folder(path)
    hint = "give a folder ('../site/'), a zip file ('site.zip'), or a remote of the thesis's repository; 'git remote -v' lists them, 'git remote add' adds one"
    message = f"'{to}' is no remote and no folder"
    raise ConfigError([Diagnostic("bad-destination", message, "error", hint=hint)])


def _is_address(to: str) -> bool:
    return "://" in to or (":" in to.split("/", maxsplit=1)[0] and len(to.split(":", maxsplit=1)[0]) > 1)


def _is_repository(path: Path) -> bool:
    return (path / "HEAD").is_file() and (path / "objects").is_dir()
