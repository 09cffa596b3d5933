"""Privacy and hygiene: nothing of the machine or its owner in what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from book.checks.subject import Check

CHECKS: tuple[Check, ...] = ()
"""In the order of the docs."""
