"""What the last runs depended on: files with the first digits of their digests, as the lock notes them, and what lies beyond the thesis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.execution.fingerprint import MISSING
from book.execution.outside import outside
from book.execution.pinned import heads
from book.execution.store import Store
from book.freshness import Beyond

if TYPE_CHECKING:
    from collections.abc import Iterable

    from book.config import Config
    from book.project import Project

DIGITS = 12
"""Of a digest: enough to tell two versions of a file apart."""


def inputs_of(docnames: Iterable[str], project: Project, config: Config) -> dict[str, str]:
    """Files of the thesis that the last runs of these chapters depended on, each with a short digest."""
    store = Store(project, config)
    accepted = heads(project, config)
    found: dict[str, str] = {}
    for docname in docnames:
        head = accepted.get(docname) or store.latest(docname)
        for path, digest in (head.fingerprint.files if head else {}).items():
            if digest != MISSING and not path.startswith(("thesis-book/", "_build/", "../")) and not outside([path]):
                found[path] = digest[:DIGITS]
    return found


def beyond_thesis(project: Project, config: Config) -> Beyond:
    """What the last run of any chapter depended on besides the files that every build looks at."""
    prints = [head.fingerprint for head in (*Store(project, config).last_heads(), *heads(project, config).values())]
    files = {path for one in prints for path in (*one.files, *one.programs) if not path.startswith("thesis-book/")}
    listed = {name for one in prints for name in one.listings}
    return Beyond(tuple(sorted(files)), tuple(sorted({name for one in prints for name in one.variables})), bool(outside(listed)))
