"""The running text of pages, kept from one check to the next: reading it costs more than loading it."""

from __future__ import annotations

import hashlib
import pickle
from typing import TYPE_CHECKING, Any

from book.freshness import installed
from book.sources.prose import Prose, prose_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from book.sources.chapters import Chapter

FILE = "prose.pickle"


def kept_prose(chapters: Sequence[Chapter], folder: Path) -> tuple[Prose, ...]:
    """The running text of each page: as it was kept in `folder` where neither page nor reader has changed."""
    stamp = installed()
    known = _load(folder / FILE, stamp)
    keys = [_key(chapter) for chapter in chapters]
    found = {key: known.get(key) or prose_of(chapter) for key, chapter in zip(keys, chapters, strict=True)}
    if found.keys() != known.keys():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_bytes(pickle.dumps((stamp, found), pickle.HIGHEST_PROTOCOL))
    return tuple(found[key] for key in keys)


def _key(chapter: Chapter) -> str:
    whole = f"{chapter.docname}\0{chapter.path}\0{chapter.format}\0{chapter.text}"
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def _load(path: Path, stamp: str) -> dict[str, Any]:
    try:
        kept = pickle.loads(path.read_bytes())  # noqa: S301  (the cache is ours, and sealed)
    except (OSError, EOFError, ValueError, TypeError, AttributeError, ImportError, IndexError, pickle.UnpicklingError):
        return {}
    return kept[1] if isinstance(kept, tuple) and kept[:1] == (stamp,) and isinstance(kept[1], dict) else {}
