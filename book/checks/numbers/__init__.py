"""Numbers and claims: findings that are used, accepted, and never typed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.checks.numbers.accepted import (
    every_accepted_finding_is_recorded,
    every_finding_is_accepted,
    every_finding_is_as_accepted,
    the_lock_can_be_read,
    there_is_a_lock,
)
from book.checks.numbers.claims import every_claim_holds, every_condition_can_be_read
from book.checks.numbers.covered import every_result_is_a_finding
from book.checks.numbers.typed import no_finding_is_typed_by_hand
from book.checks.numbers.unused import every_finding_is_used

if TYPE_CHECKING:
    from book.checks.subject import Check

CHECKS: tuple[Check, ...] = (
    there_is_a_lock,
    the_lock_can_be_read,
    every_finding_is_as_accepted,
    every_finding_is_accepted,
    every_accepted_finding_is_recorded,
    every_finding_is_used,
    every_claim_holds,
    every_condition_can_be_read,
    no_finding_is_typed_by_hand,
    every_result_is_a_finding,
)
"""In the order of the docs."""
