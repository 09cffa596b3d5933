"""What a supervisor has written into the Word file, with the place in the sources that it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.comments.listing import as_json, as_text
from book.comments.placing import placed
from book.comments.reading import read_comments

if TYPE_CHECKING:
    from pathlib import Path

    from book.sources.gather import Sources


def comments_of(path: Path, sources: Sources, form: str) -> str:
    """List the comments and tracked changes of a Word file, as text or JSON.

    Raises SourceError where the file is none.
    """
    found = placed(read_comments(path), sources.chapters)
    return as_json(found) if form == "json" else as_text(found)
