"""A thesis that regenerates itself; cells import what they need to say from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from book.author import figure, record, table

__all__ = ["figure", "record", "table"]


def __getattr__(name: str) -> Any:
    """What cells ask for, loaded then: commands do without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import book.author

    return getattr(book.author, name)
