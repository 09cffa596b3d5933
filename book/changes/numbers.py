"""What figures and tables were called when the thesis was last read with just these sources: `Table 4.2`."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from book.project import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from book.changes.compare import Changes
    from book.document.floats import Float
    from book.project import Project
    from book.sources.gather import Sources

FOLDER = "numbers"
"""In the cache: a file for each state of the sources that was read."""
KEPT = 30
"""States that are kept, the newest ones."""
VERSION = 1
"""Of these files; another version is none."""
_BRACKETED = re.compile(r"\[([^\[\]]+)\]")


def note_numbers(project: Project, sources: Sources, floats: Iterable[Float], words: Mapping[str, str]) -> None:
    """Keep how references print each figure and table; `words` says it by kind: `Table %s`. A full disk costs words and nothing else."""
    path = _path(project, project, sources)
    found = {
        one.label: _printed(words.get(one.kind, "%s"), one.printed_number) for one in floats if one.label and one.number
    }
    if path.exists() and read_json(path) == {"version": VERSION, "numbers": found}:
        return
    with suppress(OSError):
        write_json(path, {"version": VERSION, "numbers": found})
        for old in sorted(path.parent.glob("*.json"), key=lambda one: one.stat().st_mtime, reverse=True)[KEPT:]:
            old.unlink(missing_ok=True)


def numbers_of(project: Project, taken: Project, sources: Sources) -> dict[str, str]:
    """What figures and tables are called in a copy of the thesis, by label; nothing where nobody has read these sources."""
    value = read_json(_path(project, taken, sources))
    found = value.get("numbers") if isinstance(value, dict) and value.get("version") == VERSION else None
    return found if isinstance(found, dict) else {}


def numbered(changes: Changes, before: Mapping[str, str], after: Mapping[str, str]) -> Changes:
    """The changes with numbers beside labels, and in sentences in place of them, as far as both states' are known."""
    known = (before, after) if before and after else ({}, {})
    return dataclasses.replace(
        changes,
        tables=tuple(_named(one, before, after) for one in changes.tables),
        drawings=tuple(_named(one, before, after) for one in changes.drawings),
        quotations=tuple(_read(one, *known) for one in changes.quotations),
        sentences=tuple(_read(one, *known) for one in changes.sentences),
    )


def _named(change: Any, before: Mapping[str, str], after: Mapping[str, str]) -> Any:
    was, now = before.get(change.label, ""), after.get(change.label, "")
    return dataclasses.replace(change, number=now or was, number_before=was if now and was != now else "")


def _read(change: Any, before: Mapping[str, str], after: Mapping[str, str]) -> Any:
    return dataclasses.replace(change, before=_filled(change.before, before), after=_filled(change.after, after))


def _filled(text: str, numbers: Mapping[str, str]) -> str:
    return _BRACKETED.sub(lambda match: numbers.get(match[1], match[0]), text)


def _printed(words: str, number: str) -> str:
    return words.format(number=number, name="").strip() if "{" in words else words.replace("%s", number)


def _path(project: Project, taken: Project, sources: Sources) -> Path:
    """Where what was read from these sources is kept."""
    known = hashlib.sha256()
    for name in ("_config.yml", "_toc.yml"):
        with suppress(OSError):
            known.update((taken.root / name).read_bytes() + b"\0")
    for chapter in sources.chapters:
        known.update(f"{chapter.path}\0{chapter.text}\0".encode("utf-8", "surrogatepass"))
    return project.cache / FOLDER / f"{known.hexdigest()[:32]}.json"
