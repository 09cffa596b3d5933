"""Structure and words: headings, sections, paragraphs, acronyms, spellings, leftovers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from book.checks.subject import Check

CHECKS: tuple[Check, ...] = ()
"""In the order of the docs."""
