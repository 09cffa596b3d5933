"""The files that runs depended on, with the first digits of their digests, as the lock notes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.execution.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from book.project import Project

DIGITS = 12
"""Of a digest: enough to tell two versions of a file apart."""


def inputs_of(docnames: Iterable[str], project: Project) -> dict[str, str]:
    """Files of the thesis that the last runs of these chapters depended on, each with a short digest."""
    store = Store(project)
    found: dict[str, str] = {}
    for docname in docnames:
        head = store.latest(docname)
        for path, digest in (head.fingerprint.files if head else {}).items():
            if digest != "missing" and not path.startswith(("thesis-book/", "_build/", "/")):
                found[path] = digest[:DIGITS]
    return found
