"""Bringing a finished site to where readers find it, without a moment in which it is half there."""

from __future__ import annotations

import filecmp
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PRIVATE = frozenset(
    [".buildinfo", ".buildinfo.bak", ".doctrees", "environment.pickle", "jupyter_execute", ".jupyter_cache"]
)
"""Names of Sphinx's own files, which no reader needs and no two builds share."""


_MAPS = (".map", "webpack-macros.html")
"""How names end of what the themes' makers need and readers do not: half of the stock assets."""


@dataclass(frozen=True, slots=True)
class SiteResult:
    """What a published site consists of."""

    pages: tuple[str, ...]
    """Its pages, relative to the site, in order."""
    files: tuple[str, ...]
    """All its files, pages among them."""
    written: tuple[str, ...]
    """Files that are new or changed."""
    removed: tuple[str, ...]
    """Files of the earlier site that this one does not have."""


def publish_site(outdir: Path, site: Path, extra: Mapping[str, Path]) -> SiteResult:
    """Make `site` hold what Sphinx wrote to `outdir`, and each of `extra` at the path that it is listed under.

    Everything new is copied beside the site first, so that a full disk leaves the last site as it was; then file
    after file is put in place whole, pages after what they load. Files that did not change are not touched.
    """
    wanted = {**_shipped(outdir), **{Path(name).as_posix(): path for name, path in extra.items()}}
    there = set(_shipped(site, everything=True)) if site.is_dir() else set()
    written = [name for name in sorted(wanted) if name not in there or not _same(wanted[name], site / name)]
    removed = sorted(there - set(wanted))
    _put({name: wanted[name] for name in written}, site)
    for name in removed:
        if (site / name).is_file():
            (site / name).unlink()
    _drop_empty_folders(site)
    files = tuple(sorted(wanted))
    pages = tuple(name for name in files if name.endswith(".html") and not name.startswith("_"))
    return SiteResult(pages, files, tuple(written), tuple(removed))


def _same(one: Path, other: Path) -> bool:
    return filecmp.cmp(one, other, shallow=False)


def _shipped(folder: Path, *, everything: bool = False) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        if path.is_file() and (everything or _is_for_readers(relative)):
            found[relative.as_posix()] = path
    return found


def _is_for_readers(relative: Path) -> bool:
    if relative.parts[0] == "_static" and relative.name.endswith(_MAPS):
        return False
    return not PRIVATE & set(relative.parts)


def _put(files: Mapping[str, Path], site: Path) -> None:
    """Copy all, then rename all: nothing can fail between the first rename and the last but a power cut."""
    if not files:
        return
    site.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(dir=site.parent, prefix=f".{site.name}-new-"))
    try:
        for name, path in files.items():
            (staged / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, staged / name)
        for name in sorted(files, key=_turn):
            _make_room(site, name)
            (staged / name).replace(site / name)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _make_room(site: Path, name: str) -> None:
    """Make the folder of a file; what was a file before may be a folder now, and the other way round."""
    for folder in reversed(Path(name).parents):
        if (site / folder).is_file():
            (site / folder).unlink()
    if (site / name).is_dir():
        shutil.rmtree(site / name)
    (site / name).parent.mkdir(parents=True, exist_ok=True)


def _turn(name: str) -> tuple[bool, bool, str]:
    """Pages come after what they load, the first page last."""
    return name.endswith(".html"), name == "index.html", name


def _drop_empty_folders(site: Path) -> None:
    for path in sorted(site.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
