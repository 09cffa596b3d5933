"""The bibliography: entries that are whole, sound, single and cited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.checks.bibliography.cited import every_entry_is_cited

if TYPE_CHECKING:
    from book.checks.subject import Check

CHECKS: tuple[Check, ...] = (every_entry_is_cited,)
"""In the order of the docs."""
