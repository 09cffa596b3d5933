"""Resources of the data package that are not published: taken by their hash from where the author keeps them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.diagnostics import Diagnostic
from book.project import digest, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.config import Config
    from book.project import Project

VARIABLE = "THESIS_RESTRICTED"
"""Environment variable that names the author's folder on machines where the setting would not fit."""


def fetched(project: Project) -> Path:
    """Where restricted files lie while cells read them; like all of `_build` it can be deleted, and nothing publishes it."""
    return project.cache / "restricted"


def fetch_restricted(project: Project, config: Config) -> tuple[Diagnostic, ...]:
    """Bring restricted resources near the cells; where one cannot be had, say that its stand-in is used.

    A file counts by its content alone: whatever it is called, it is taken if its SHA-256 is the one that the package declares.
    """
    descriptor = read_json(project.root / config.thesis.data) if config.thesis.data else None
    resources = descriptor.get("resources", []) if isinstance(descriptor, dict) else []
    wanted = [one for one in resources if isinstance(one, dict) and one.get("restricted") and isinstance(one.get("path"), str)]
    folder = fetched(project)
    if not wanted:
        if folder.exists():
            shutil.rmtree(folder)
        return ()
    return tuple(_fetch_each(wanted, project, config, folder))


def _fetch_each(wanted: list[dict[str, Any]], project: Project, config: Config, folder: Path) -> Iterator[Diagnostic]:
    package = (project.root / config.thesis.data).parent
    for resource in wanted:
        name, path = str(resource.get("name", "")), str(resource["path"])
        declared = str(resource.get("hash", "")).removeprefix("sha256:")
        target = folder / Path(path).name
        if (package / path).is_file():
            continue
        if not declared:
            yield _remark(project, config, f"restricted resource '{name}' declares no hash", "give its 'hash' as sha256:...", "error")
            continue
        if target.is_file() and digest(target) == declared:
            continue
        target.unlink(missing_ok=True)
        kept = next((one for one in _kept(project, config) if digest(one) == declared), None)
        if kept:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(kept, target)
        elif isinstance(resource.get("stand-in"), str) and (package / resource["stand-in"]).is_file():
            yield _remark(project, config, f"resource '{name}' is a synthetic stand-in", f"name the folder of the real file in 'thesis: restricted' or {VARIABLE}", "warning")
        else:
            yield _remark(project, config, f"restricted resource '{name}' is nowhere, and has no stand-in", f"name its folder in 'thesis: restricted' or {VARIABLE}", "error")


def _kept(project: Project, config: Config) -> Iterator[Path]:
    """Files in the author's folder."""
    given = os.environ.get(VARIABLE) or config.thesis.restricted
    folder = (project.root / Path(given).expanduser()) if given else None
    if folder and folder.is_dir():
        yield from sorted(path for path in folder.rglob("*") if path.is_file())


def _remark(project: Project, config: Config, message: str, hint: str, severity: Any) -> Diagnostic:
    return Diagnostic("data-stand-in", message, severity, project.relative(project.root / config.thesis.data), hint=hint)
