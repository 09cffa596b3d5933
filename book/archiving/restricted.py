"""Restricted data and deposits: found where the author has them, left out of what is deposited."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.project import digest, read_json
from book.sources.restricted import fetch_restricted, fetched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.config import Config
    from book.project import Project


def restricted(project: Project, config: Config, work: Project) -> Path:
    """Bring the author's restricted files near a copy of the thesis; returns the folder they were taken from."""
    fetch_restricted(project, config)
    folder = fetched(project)
    for resource, path in _resources(project, config):
        declared = str(resource.get("hash", "")).removeprefix("sha256:")
        near = [path, folder / path.name]
        found = next((one for one in near if one.is_file() and digest(one) == declared), None)
        if found:
            target = fetched(work) / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(found, target)
    return fetched(work)


def at_hand(work: Project, config: Config) -> bool:
    """Whether a copy was built with a restricted file."""
    return any(path.is_file() or (fetched(work) / path.name).is_file() for _resource, path in _resources(work, config))


def withheld(sources: Project, config: Config) -> dict[str, str]:
    """Delete restricted files, and every copy of one, from a copy of the sources; returns their paths, with the reason."""
    root = sources.root.resolve()
    found: dict[str, str] = {}
    digests: set[str] = set()
    for resource, path in _resources(sources, config):
        declared = str(resource.get("hash") or "").removeprefix("sha256:")
        digests |= {declared} - {""}
        if path.is_file() and path.is_relative_to(root):
            own = digest(path)
            digests.add(own)
            said = declared if declared and isinstance(resource["path"], str) else own
            found[path.relative_to(root).as_posix()] = f"restricted data (sha256:{said})"
            path.unlink()
    return found | _copies(root, digests)


def _copies(root: Path, digests: set[str]) -> dict[str, str]:
    """Delete every file that has one of these digests: a link to restricted data is a copy of them by now."""
    found = {}
    for path in sorted(root.rglob("*")) if digests else ():
        if path.is_file() and path.stat().st_size and (own := digest(path)) in digests:
            found[path.relative_to(root).as_posix()] = f"a copy of restricted data (sha256:{own})"
            path.unlink()
    return found


def _resources(project: Project, config: Config) -> Iterator[tuple[dict[str, Any], Path]]:
    """Each file of each restricted resource of the data package: the resource, and where the file would lie."""
    package = read_json(project.root / config.thesis.data) if config.thesis.data else None
    listed = package.get("resources") if isinstance(package, dict) else None
    folder = (project.root / Path(config.thesis.data)).parent.resolve()
    for resource in listed if isinstance(listed, list) else []:
        if isinstance(resource, dict) and resource.get("restricted"):
            named = resource.get("path")
            for one in named if isinstance(named, list) else [named]:
                if isinstance(one, str):
                    yield resource, Path(os.path.normpath(folder / one))
