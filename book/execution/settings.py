"""How one chapter's cells run: Jupyter Book's `execute` settings, and what the chapter says itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from book.sources.chapters import front_matter

if TYPE_CHECKING:
    from book.config import Config
    from book.sources.chapters import Chapter


@dataclass(frozen=True, slots=True)
class Settings:
    """How one chapter's cells run."""

    stored: bool
    """Whether outputs stored in the file stand, and nothing runs."""
    timeout: int
    """Seconds that a cell may run; -1 for no limit."""
    allow_errors: bool
    """Whether cells that raise are shown so, and those after them run."""
    in_temp: bool
    """Whether cells run in an empty folder of their own."""
    network: bool = False
    """Whether cells may open network connections."""


def settings_of(chapter: Chapter, config: Config) -> Settings:
    """Settings of the book, then those of the chapter's own metadata, as Jupyter Book reads them."""
    execute = config.yaml.value.get("execute") or {}
    notebook, mystnb = _own(chapter)
    mode = mystnb.get("execution_mode", config.execute)
    timeout = notebook.get("timeout", mystnb.get("execution_timeout", config.timeout))
    return Settings(
        stored=_keeps_outputs(chapter, config, "off" if mode is False else str(mode)),
        timeout=timeout if isinstance(timeout, int) and not isinstance(timeout, bool) and timeout > 0 else -1,
        allow_errors=bool(
            notebook.get("allow_errors", mystnb.get("execution_allow_errors", execute.get("allow_errors", False)))
        ),
        in_temp=bool(mystnb.get("execution_in_temp", execute.get("run_in_temp", False))),
        network=_may_reach(chapter, config.thesis.execution.network),
    )


def _may_reach(chapter: Chapter, given: bool | tuple[str, ...]) -> bool:
    """Whether all chapters may use the network, or this one does, named with or without its ending."""
    return given if isinstance(given, bool) else any(name in (chapter.docname, chapter.path) for name in given)


def _own(chapter: Chapter) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the chapter's metadata say under `execution` and under `mystnb`."""
    metadata = _metadata(chapter)
    found = (metadata.get("execution"), metadata.get("mystnb"))
    return tuple(value if isinstance(value, dict) else {} for value in found)  # type: ignore[return-value]


def _metadata(chapter: Chapter) -> dict[str, Any]:
    """A notebook's metadata, a Markdown chapter's front matter; unread where it cannot speak of execution."""
    if "execution" not in chapter.text:
        return {}
    if chapter.format != "notebook":
        return front_matter(chapter.text)
    value = json.loads(chapter.text).get("metadata")
    return value if isinstance(value, dict) else {}


def _keeps_outputs(chapter: Chapter, config: Config, mode: str) -> bool:
    """Whether nothing is to run: execution off, a pattern, or a written-out `auto` over a complete notebook.

    Left unsaid, `auto` is no promise to keep what a notebook holds: a thesis regenerates it.
    """
    execute = config.yaml.value.get("execute") or {}
    patterns = execute.get("exclude_patterns") or []
    listed = [patterns] if isinstance(patterns, str) else patterns
    if mode == "off" or any(PurePosixPath("/", chapter.path).match(str(pattern)) for pattern in listed):
        return True
    return mode == "auto" and "execute_notebooks" in execute and _complete(chapter)


def _complete(chapter: Chapter) -> bool:
    """Whether every code cell of a notebook has outputs, as Jupyter Book asks."""
    if chapter.format != "notebook":
        return False
    return all(
        cell.get("outputs") for cell in json.loads(chapter.text).get("cells", []) if cell.get("cell_type") == "code"
    )
