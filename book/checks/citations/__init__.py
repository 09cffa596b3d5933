"""Citations in the text: roles instead of typing, quotations with their page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.checks.citations.naming import authors_are_named_as_in_their_entries
from book.checks.citations.quotations import every_quotation_has_a_locator
from book.checks.citations.typed import citations_are_roles

if TYPE_CHECKING:
    from book.checks.subject import Check

CHECKS: tuple[Check, ...] = (citations_are_roles, authors_are_named_as_in_their_entries, every_quotation_has_a_locator)
"""In the order of the docs."""
