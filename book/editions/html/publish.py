"""Bringing a finished site to where readers find it, without a moment in which it is half there."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from book.editions.html.icons import SCRIPT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PRIVATE = frozenset(
    [".buildinfo", ".buildinfo.bak", ".doctrees", "environment.pickle", "jupyter_execute", ".jupyter_cache"]
)
"""Names of Sphinx's own files, which no reader needs and no two builds share."""


PIECE = 1 << 16
"""Bytes that are compared at a time."""

_MAPS = (".map", "webpack-macros.html")
"""How names end of what the themes' makers need and readers do not: half of the stock assets."""
_STOCK = re.compile(r"_static/(?:locales/.*/booktheme\.[mp]o|vendor/fontawesome/webfonts/.*\.ttf)")
"""Words of the theme, which stand in the pages, and fonts for browsers of 2010."""
_ICONS = f"_static/scripts/{SCRIPT}"
"""All icons there are, which most sites have drawn into their pages."""


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
    wanted = {**_used(_shipped(outdir)), **{Path(name).as_posix(): path for name, path in extra.items()}}
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
    return _compared(str(one), _state(one), str(other), _state(other))


@lru_cache(maxsize=20_000)
def _compared(one: str, _its: tuple[int, ...], other: str, _and_its: tuple[int, ...]) -> bool:
    """Whether two files say the same; in a watch those that have not been touched are compared once."""
    with Path(one).open("rb") as mine, Path(other).open("rb") as theirs:
        while True:
            piece = mine.read(PIECE)
            if piece != theirs.read(PIECE):
                return False
            if not piece:
                return True


def _state(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def _shipped(folder: Path, *, everything: bool = False) -> dict[str, Path]:
    return {
        name: folder / name
        for name in (path.removeprefix(f"{folder}{os.sep}").replace(os.sep, "/") for path in _files(str(folder)))
        if everything or _is_for_readers(name)
    }


def _used(files: dict[str, Path]) -> dict[str, Path]:
    """Without the script of all icons where no page loads it."""
    if _ICONS not in files or any(name.endswith(".html") and _loads_icons(str(path), _state(path)) for name, path in files.items()):
        return files
    return {name: path for name, path in files.items() if not name.startswith(_ICONS)}


@lru_cache(maxsize=20_000)
def _loads_icons(path: str, _its: tuple[int, ...]) -> bool:
    return _ICONS.encode() in Path(path).read_bytes()


def _files(folder: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path)
        elif entry.is_file():
            yield entry.path


def _is_for_readers(name: str) -> bool:
    if name.startswith("_static/") and (name.endswith(_MAPS) or _STOCK.fullmatch(name)):
        return False
    return PRIVATE.isdisjoint(name.split("/"))


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
    for at, folders, files in os.walk(site, topdown=False):
        if not files and all(not Path(at, name).exists() for name in folders) and Path(at) != site:
            Path(at).rmdir()
