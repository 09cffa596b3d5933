"""Which chapters come before others: those that write what others read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from book.execution.runfile import Head

Edges = dict[str, dict[str, str]]
"""For each chapter, those that it depends on, each with a file that leads there."""


def edges(heads: Mapping[str, Head]) -> Edges:
    """Who reads what another one writes, by the last run of each chapter."""
    writers = written_by(heads)
    found: Edges = {}
    for reader, head in heads.items():
        for name in sorted({*head.fingerprint.files, *head.fingerprint.probes}):
            for writer in writers.get(name, ()):
                if writer != reader:
                    found.setdefault(reader, {}).setdefault(writer, name)
    return found


def written_by(heads: Mapping[str, Head]) -> dict[str, list[str]]:
    """The chapters that write each file."""
    found: dict[str, list[str]] = {}
    for writer, head in heads.items():
        for name in head.writes:
            found.setdefault(name, []).append(writer)
    return found


def products(docname: str, heads: Mapping[str, Head]) -> dict[str, str]:
    """Files that this chapter alone writes and others read, with the digests that it left them with."""
    writers = written_by(heads)
    read = {name for other, head in heads.items() if other != docname for name in head.fingerprint.files}
    return {
        name: digest for name, digest in heads[docname].writes.items() if name in read and writers[name] == [docname]
    }


def upstream(docname: str, found: Edges) -> frozenset[str]:
    """All chapters that this one depends on, near and far."""
    seen: set[str] = set()
    waiting = [*found.get(docname, ())]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += found.get(name, ())
    return frozenset(seen)


def circle(found: Edges) -> tuple[str, str] | None:
    """Two chapters next to each other in a circle; None where there is none."""
    for reader in sorted(found):
        for writer in sorted(found[reader]):
            if reader in upstream(writer, found):
                return reader, writer
    return None
