"""A page by the name that an author gives it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from book.sources.contents import Page


def find_page(name: str, pages: Sequence[Page]) -> str:
    """The docname of the page that is called so: by its path, with or without folder and ending.

    Raises ConfigError where none is, or more than one.
    """
    wanted = name.replace("\\", "/").removeprefix("./")
    exact = [page.docname for page in pages if wanted in {page.docname, page.path}]
    last = [page.docname for page in pages if wanted in {_last(page.docname), _last(page.path)}]
    found = list(dict.fromkeys(exact or last))
    if len(found) == 1:
        return found[0]
    if found:
        said, hint = f"more than one page is called '{name}'", f"say which: {', '.join(found)}"
    else:
        known = [page.docname for page in pages]
        close = get_close_matches(wanted, [*known, *map(_last, known)], n=1)
        said = f"no page is called '{name}'"
        hint = f"did you mean '{close[0]}'?" if close else f"pages are: {', '.join(known)}"
    raise ConfigError([Diagnostic("unknown-chapter", said, hint=hint)])


def _last(path: str) -> str:
    return path.rpartition("/")[2]
