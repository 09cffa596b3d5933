"""A thesis that regenerates itself; cells import what they need to say from here."""

from __future__ import annotations

from book.author import figure, record, table

__all__ = ["figure", "record", "table"]
