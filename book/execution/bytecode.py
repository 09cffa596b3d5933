"""Compiled modules that Python would wrongly take for current."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

RACY_SECONDS = 2.0
"""Python compares whole seconds: a module saved again this soon after it was compiled may look unchanged."""


def drop_racy(files: Iterable[Path]) -> None:
    """Delete what was compiled from a module at about the time that the module was saved.

    Python believes a compiled file if size and second of the source agree, so that an edit of one digit right after
    a run would go unseen, and its stale result be kept for good.
    """
    for module in files:
        if module.suffix != ".py":
            continue
        for compiled in (module.parent / "__pycache__").glob(f"{module.stem}.*.pyc"):
            with suppress(OSError):
                if compiled.stat().st_mtime < module.stat().st_mtime + RACY_SECONDS:
                    compiled.unlink()
