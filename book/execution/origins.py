"""What the outputs of each chapter were made with: files that its run read, versions of what it imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from book.execution.distributions import ABSENT
from book.execution.fingerprint import MISSING
from book.execution.outside import outside
from book.execution.pinned import heads
from book.execution.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from book.config import Config
    from book.execution.fingerprint import Fingerprint
    from book.execution.runs import Run
    from book.project import Project

NOT_OURS = ("thesis-book/", "_build/", "../")
"""How names begin of files that are no part of the thesis."""


def origins_of(runs: Mapping[str, Run], project: Project, config: Config) -> dict[str, dict[str, Any]]:
    """For each chapter that has a run: files of the thesis with their digests, versions, kernel, language and counts of its cells.

    A run whose outputs were stored in a notebook says nothing of files and versions.
    """
    store = Store(project, config)
    accepted = heads(project, config)
    found = {}
    for docname, run in sorted(runs.items()):
        head = accepted.get(docname) or store.latest(docname)
        told = head.fingerprint if head and head.fingerprint.key == run.key else None
        found[docname] = {
            "files": _files(told) if told else {},
            "versions": {name: version for name, version in sorted(told.versions.items()) if version != ABSENT} if told else {},
            "kernel": told.kernel if told else "",
            "watched": bool(told and told.traced and not told.wide),
            "lexer": str(run.language_info.get("pygments_lexer") or run.language_info.get("name") or "python"),
            "counts": list(run.counts),
            "key": run.key,
        }
    return found


def _files(told: Fingerprint) -> dict[str, str]:
    return {
        path: digest
        for path, digest in sorted(told.files.items())
        if digest != MISSING and not path.startswith(NOT_OURS) and not outside([path])
    }
