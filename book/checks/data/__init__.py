"""Data: every resource is read, and nothing is read from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.checks.data.outside import data_come_from_the_package
from book.checks.data.resources import every_resource_is_read

if TYPE_CHECKING:
    from book.checks.subject import Check

CHECKS: tuple[Check, ...] = (every_resource_is_read, data_come_from_the_package)
"""In the order of the docs."""
