"""A run as text: one line of JSON for what it depended on, one for what it gave."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from book.execution.fingerprint import Fingerprint
from book.execution.runs import Run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VERSION = 2
"""Format of the lines."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a kept run without reading its outputs."""

    fingerprint: Fingerprint
    """What it depended on."""
    seconds: float
    """How long its cells took."""
    used: float
    """When it was stored or last reused, in seconds since 1970, to a day."""
    writes: Mapping[str, str] = field(default_factory=dict)
    """Digests of the files of the thesis that it wrote, as it left them."""
    cells: Mapping[str, int] = field(default_factory=dict)
    """The cell, by its execution count, that wrote each of them last; 0 where nobody knows."""
    modules: tuple[str, ...] = ()
    """Modules that it imported and that the next run will want at once."""


def written(
    run: Run,
    fingerprint: Fingerprint,
    writes: Mapping[str, str],
    cells: Mapping[str, int] | None = None,
    modules: Sequence[str] = (),
) -> bytes:
    """The two lines."""
    head = {
        "version": VERSION,
        "docname": run.docname,
        "key": run.key,
        "seconds": run.seconds,
        "fingerprint": fingerprint.as_json(),
        "writes": dict(writes),
        "cells": dict(cells or {}),
        "modules": list(modules),
    }
    body = {"outputs": run.outputs, "counts": run.counts, "metadata": run.metadata}
    return b"".join(json.dumps(part, sort_keys=True, separators=(",", ":")).encode() + b"\n" for part in (head, body))


def run_in(content: bytes, docname: str, key: str = "") -> Run | None:
    """The run in the two lines; None where they are not of this chapter (and of this key), or cannot be read."""
    try:
        head, body = (json.loads(line) for line in content.splitlines())
        if head["version"] != VERSION or head["docname"] != docname or (key and head["key"] != key):
            return None
        outputs = tuple(tuple(cell) for cell in body["outputs"])
        return Run(docname, head["key"], outputs, tuple(body["counts"]), float(head["seconds"]), (), body["metadata"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def head_in(line: bytes, used: float) -> Head | None:
    """What the first line says; None where it cannot be read."""
    try:
        head = json.loads(line)
        print_ = Fingerprint.from_json(head["fingerprint"])
        noted = dict(head.get("cells", {})), tuple(head.get("modules", ()))
        return Head(print_, float(head["seconds"]), used, dict(head["writes"]), *noted)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
