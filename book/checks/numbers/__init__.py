"""Numbers and claims: findings that are used, accepted, and never typed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.checks.numbers.claims import every_claim_holds, every_condition_can_be_read

if TYPE_CHECKING:
    from book.checks.subject import Check

CHECKS: tuple[Check, ...] = (every_claim_holds, every_condition_can_be_read)
"""In the order of the docs."""
