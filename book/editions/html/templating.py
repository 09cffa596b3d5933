"""Our own templates, everything in them escaped."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).parents[2] / "templates" / "html"


def render(name: str, **values: Any) -> str:
    """Fill a template from `book/templates/html`; text is escaped, markup is what says that it is."""
    return str(_environment().get_template(name).render(**values))


@lru_cache(maxsize=1)
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader

    found = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    found.filters["size"] = readable_size
    return found


def readable_size(size: int) -> str:
    """A number of bytes as one says it: `690 B`, `12 kB`, `3.4 MB`."""
    if size < 1000:  # noqa: PLR2004
        return f"{size} B"
    value, unit = (size / 1000, "kB") if size < 1_000_000 else (size / 1_000_000, "MB")  # noqa: PLR2004
    return f"{value:.0f} {unit}" if value >= 10 else f"{value:.1f} {unit}"  # noqa: PLR2004
