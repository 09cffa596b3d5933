"""The forms one can read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from book.editions.making import MAKERS, SITE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from book.document.reading import Document
    from book.editions.made import Made
    from book.project import Project
    from book.sources.gather import Sources


def make_editions(
    names: Sequence[str], document: Document, sources: Sources, project: Project, *, draft: bool, stage: Callable[[str], None],
    meanwhile: Callable[[], object],
) -> list[Made]:  # fmt: skip
    """Make the editions that are asked for; printed ones in a thread of their own, while the site's pages are written in this one.

    Typst and pandoc leave Python's lock alone while they work, and a printed edition needs nothing of Sphinx but the parts it has made.
    `meanwhile` is called when there is nothing to do but to wait for them.
    """
    stage(f"writing {' and '.join(name for name in MAKERS if name in names)}")
    with ThreadPoolExecutor(max_workers=1) as printer:
        printed = [
            printer.submit(make, document, sources, project, draft)
            for name, make in MAKERS.items()
            if name in names and name != SITE
        ]
        site = [MAKERS[SITE](document, sources, project, draft)] if SITE in names else []
        meanwhile()
        return [*(one.result() for one in printed), *site]
