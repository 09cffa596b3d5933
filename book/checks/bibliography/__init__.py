"""The bibliography: entries that are whole, sound, single and cited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.checks.bibliography.cited import every_entry_is_cited
from book.checks.bibliography.damage import no_entry_is_damaged
from book.checks.bibliography.dates import every_date_exists
from book.checks.bibliography.duplicates import no_work_stands_twice
from book.checks.bibliography.fields import every_entry_has_the_fields_of_its_type
from book.checks.bibliography.identifiers import every_address_is_one, every_doi_is_one, every_isbn_is_one
from book.checks.bibliography.names import every_name_is_spelt_one_way

if TYPE_CHECKING:
    from book.checks.subject import Check

CHECKS: tuple[Check, ...] = (
    every_entry_is_cited,
    no_work_stands_twice,
    every_entry_has_the_fields_of_its_type,
    every_doi_is_one,
    every_isbn_is_one,
    every_address_is_one,
    every_date_exists,
    every_name_is_spelt_one_way,
    no_entry_is_damaged,
)
"""In the order of the docs."""
