"""Pages that a draft shows where a chapter is missing or cannot be read: what is wrong stands there instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from book.project import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#$|~^])")


def write_placeholders(messages: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Write a page for each docname that says the message; answer where they lie."""
    written = {}
    for docname, message in sorted(messages.items()):
        path = folder / f"{docname}.md"
        title, said = (_MARKUP.sub(r"\\\1", text) for text in (docname, f"[{message}]"))
        text = f"# {title}\n\n```{{error}}\n{said}\n```\n"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write(path, text)
        written[docname] = str(path)
    return written


def _put_in_place(
    app: Sphinx, env: BuildEnvironment, _added: set[str], _changed: set[str], _removed: set[str]
) -> Iterable[str]:
    """Let Sphinx read placeholders in place of pages; pages that had one, or have one now, are read again."""
    before = set(getattr(env, "thesis_placeholders", ()))
    for docname, path in app.config.thesis_placeholders.items():
        env.project.docnames.add(docname)
        env.project._docname_to_path[docname] = path  # noqa: SLF001  # Sphinx has no other door for a page outside its folder
    env.thesis_placeholders = sorted(app.config.thesis_placeholders)  # type: ignore[attr-defined]
    return sorted(before | set(app.config.thesis_placeholders))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register `thesis_placeholders`: docname -> path of the page that is read instead."""
    app.add_config_value("thesis_placeholders", {}, "")
    app.connect("env-get-outdated", _put_in_place, priority=100)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
