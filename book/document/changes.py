"""Pages whose files have changed in any way: Sphinx alone looks for newer ones, and misses an older file put in place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def _outdated(
    _app: Sphinx, env: BuildEnvironment, _added: set[str], _changed: set[str], _removed: set[str]
) -> Iterable[str]:
    """Pages of which a file is not the one that was read."""
    before = getattr(env, "thesis_files", {})
    return sorted(
        docname for docname in env.all_docs if any(before.get(path) != _stat(path) for path in _files(env, docname))
    )


def _note(_app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    found = {path: _stat(path) for docname in env.all_docs for path in _files(env, docname)}
    env.thesis_files = found  # type: ignore[attr-defined]
    return []


def _files(env: BuildEnvironment, docname: str) -> list[str]:
    """The page itself, and what it includes or shows."""
    return [env.doc2path(docname), *(str(Path(env.srcdir, name)) for name in env.dependencies.get(docname, ()))]


def _stat(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def setup(app: Sphinx) -> dict[str, Any]:
    """Look before pages are read, note afterwards."""
    app.connect("env-get-outdated", _outdated)
    app.connect("env-updated", _note, priority=900)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
