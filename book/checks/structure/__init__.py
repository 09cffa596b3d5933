"""Structure and words: headings, sections, paragraphs, acronyms, spellings, leftovers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.checks.structure.acronyms import every_acronym_is_spelt_out_once
from book.checks.structure.damage import no_text_is_damaged
from book.checks.structure.leftovers import nothing_is_left_over
from book.checks.structure.notes import every_footnote_has_its_text
from book.checks.structure.repeated import no_paragraph_stands_twice
from book.checks.structure.sections import every_section_says_something
from book.checks.structure.spellings import every_word_is_spelt_in_one_way

if TYPE_CHECKING:
    from book.checks.subject import Check

CHECKS: tuple[Check, ...] = (
    every_section_says_something,
    no_paragraph_stands_twice,
    every_acronym_is_spelt_out_once,
    every_word_is_spelt_in_one_way,
    every_footnote_has_its_text,
    nothing_is_left_over,
    no_text_is_damaged,
)
"""In the order of the docs."""
