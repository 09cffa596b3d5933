"""Style sheets, scripts and fonts of the site, copied where one of them, or what they depend on, has changed."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from book.document.ahead import only_known
from book.project import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

STATE = "site-assets.json"
"""What was copied from, and what stands after it."""


PYGMENTS = frozenset({"/pygments.css", "/pygments_dark.css"})
"""Style sheets that Sphinx makes before the pages, which name them with their checksums, and the theme makes anew after them."""


@contextmanager
def assets_kept(app: Sphinx) -> Iterator[None]:
    """Write pages without copying what stands in the site already as it would be copied.

    With extensions that nobody knows all is copied, and where an asset but those of Pygments is changed after the last page.
    """
    state, builder = Path(app.doctreedir) / STATE, cast("Any", app.builder)
    now, static = {"asked": asked(app), "sources": _sources(app)}, Path(builder.outdir) / "_static"
    kept = read_json(state)
    copied: dict[str, list[int]] = {}
    if only_known(app) and kept == {**now, "late": False, "standing": _standing(static)}:
        builder.copy_static_files = builder.create_pygments_style_file
    else:
        state.unlink(missing_ok=True)
        copy = builder.copy_static_files

        def copy_and_look() -> None:
            copy()
            copied.update(_standing(static))

        builder.copy_static_files = copy_and_look
    yield
    standing = _standing(static)
    late = {name for name, stat in standing.items() if copied and copied.get(name) != stat} - PYGMENTS
    write_json(state, {**now, "late": bool(late), "standing": standing}, indent=None)


def assets_changed(app: Sphinx) -> bool:
    """Whether a file that the site brings along is another than when pages were written last: each page names it with its checksum."""
    kept = read_json(Path(app.doctreedir) / STATE)
    return kept is not None and kept["sources"] != _sources(app)


def asked(app: Sphinx) -> str:
    """The configuration but for what stands in texts, and every file that may be copied."""
    config: Any = app.config
    values = {one.name: one.value for one in config if not one.name.startswith("thesis_")}
    told = [values, _sources(app), config.thesis_site_look, os.environ.get("SOURCE_DATE_EPOCH")]
    return hashlib.sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()


def _sources(app: Sphinx) -> str:
    """Every file that may be copied."""
    config: Any = app.config
    given, builder = Path(app.confdir), cast("Any", app.builder)
    folders = [Path(folder, "static") for folder in builder.theme.get_theme_dirs()] if builder.theme else []
    named = [
        *folders,
        *(given / name for name in (*config.html_static_path, config.html_logo, config.html_favicon) if name),
    ]
    seen = [(str(path), sorted(_standing(path).items())) for path in named]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def _standing(folder: Path) -> dict[str, list[int]]:
    """Size, time and inode of a file, or of every file below a folder."""
    if folder.is_file():
        return {"": _stat(folder)}
    return {entry.path.removeprefix(str(folder)): _stat(entry) for entry in _below(folder)} if folder.is_dir() else {}


def _below(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            yield from _below(entry.path)
        elif entry.is_file():
            yield entry


def _stat(path: Path | os.DirEntry[str]) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ino]
