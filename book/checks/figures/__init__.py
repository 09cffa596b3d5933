"""Figures, tables and pictures: numbered, captioned, described, referred to, and made by what is here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.checks.figures.alternatives import every_picture_has_an_alternative_text

if TYPE_CHECKING:
    from book.checks.subject import Check

CHECKS: tuple[Check, ...] = (every_picture_has_an_alternative_text,)
"""In the order of the docs."""
