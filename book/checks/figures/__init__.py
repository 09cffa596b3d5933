"""Figures, tables and pictures: numbered, captioned, described, referred to, and made by what is here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.checks.figures.alternatives import every_picture_has_an_alternative_text
from book.checks.figures.coarse import every_picture_is_fine_enough
from book.checks.figures.credited import every_picture_names_its_source
from book.checks.figures.labels import every_label_stands_once
from book.checks.figures.order import floats_are_mentioned_in_order
from book.checks.figures.quoted import captions_quote_their_data
from book.checks.figures.referred import every_figure_has_a_caption, every_float_is_referred_to
from book.checks.figures.stored import stored_outputs_are_those_of_the_run
from book.checks.figures.typed import no_number_is_typed_by_hand

if TYPE_CHECKING:
    from book.checks.subject import Check

CHECKS: tuple[Check, ...] = (
    every_float_is_referred_to,
    every_label_stands_once,
    floats_are_mentioned_in_order,
    every_figure_has_a_caption,
    every_picture_has_an_alternative_text,
    no_number_is_typed_by_hand,
    every_picture_is_fine_enough,
    every_picture_names_its_source,
    stored_outputs_are_those_of_the_run,
    captions_quote_their_data,
)
"""In the order of the docs."""
