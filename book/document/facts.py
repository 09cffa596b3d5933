"""What an edition may tell of how the thesis was made: runs, code, data, tools."""

from __future__ import annotations

import hashlib
import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from book.execution.origins import origins_of
from book.project import digest, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.execution.runs import Runs
    from book.project import Project
    from book.sources.gather import Sources

COMMIT = "THESIS_COMMIT"
"""Environment variable in which whoever builds from a clean checkout names its commit."""
TOOLS = (
    "thesis-book",
    "jupyter-book",
    "sphinx",
    "myst-nb",
    "sphinxcontrib-bibtex",
    "pypandoc-binary",
    "typst",
    "nbclient",
    "nbconvert",
    "matplotlib",
    "numpy",
    "pandas",
)
"""Distributions that make the editions."""


def facts_of(project: Project, sources: Sources, runs: Runs) -> dict[str, Any]:
    """Everything that pages on the making of the thesis are written from, ready for JSON; the same for the same sources."""
    config = sources.config
    return {
        "runs": origins_of(runs, project, config),
        "code": {
            chapter.docname: [{"code": cell.code, "line": cell.line} for cell in chapter.cells]
            for chapter in sources.chapters
            if chapter.cells
        },
        "paths": {chapter.docname: chapter.path for chapter in sources.chapters},
        "package": _package(project, config.thesis.data),
        "sources": dict(_sources(project, sources)),
        "commit": os.environ.get(COMMIT, "").strip(),
        "tools": tools_here(),
    }


def tools_here() -> dict[str, str]:
    """Version of each of the tools that is installed."""
    return {name: found for name in TOOLS if (found := _version(name))}


def state_of(files: dict[str, str]) -> str:
    """One digest for the state of all sources, which two copies of them share."""
    return hashlib.sha256("".join(f"{digest}  {path}\n" for path, digest in sorted(files.items())).encode()).hexdigest()


def _sources(project: Project, sources: Sources) -> Iterator[tuple[str, str]]:
    """Digests of what the author wrote, by path: settings, contents, pages, bibliographies, the lock."""
    names = {
        "_config.yml",
        "_toc.yml",
        "findings.lock",
        *sources.bibliographies,
        *(one.path for one in sources.chapters),
    }
    for name in sorted(names):
        path = project.root / name
        if path.is_file():
            yield name, digest(path)


def _package(project: Project, name: str) -> dict[str, Any]:
    """The data package as its descriptor has it, and of each resource what is here: its path, size and digest."""
    descriptor = read_json(project.root / name) if name else None
    resources = descriptor.get("resources") if isinstance(descriptor, dict) else None
    if not isinstance(descriptor, dict) or not isinstance(resources, list):
        return {}
    folder = PurePosixPath(name).parent
    found = [
        {**one, "here": _here(project, folder, one)}
        for one in resources
        if isinstance(one, dict) and isinstance(one.get("path"), str)
    ]
    return {**descriptor, "resources": found, "descriptor": name}


def _here(project: Project, folder: PurePosixPath, resource: dict[str, Any]) -> dict[str, Any]:
    """The file of a resource that may be given away: the stand-in of a restricted one, nothing where it has none."""
    given = resource.get("stand-in") if resource.get("restricted") else resource["path"]
    if (
        not isinstance(given, str)
        or "://" in given
        or ".." in PurePosixPath(given).parts
        or PurePosixPath(given).is_absolute()
    ):
        return {}
    path = project.root / folder / given
    return (
        {"path": (folder / given).as_posix(), "bytes": path.stat().st_size, "sha256": digest(path)}
        if path.is_file()
        else {}
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
