"""The forms one can read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from book.document.parts import printed_parts
from book.editions.material import Material
from book.editions.register import EDITIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from book.document.reading import Document
    from book.editions.made import Made
    from book.project import Project
    from book.sources.gather import Sources


def make_editions(
    names: Sequence[str], document: Document, sources: Sources, project: Project, *, draft: bool, stage: Callable[[str], None],
    meanwhile: Callable[[], object], chapter: str = "",
) -> list[Made]:  # fmt: skip
    """Make the editions that are asked for, of the whole thesis or of the chapter with this docname; printed ones in a thread of their own, while the site's pages are written in this one.

    Typst and pandoc leave Python's lock alone while they work, and a printed edition needs nothing of Sphinx but the parts it has made.
    `meanwhile` is called when there is nothing to do but to wait for them.
    """
    wanted = [edition for name, edition in EDITIONS.items() if name in names]
    if chapter:
        from book.editions.chapter import chapter_alone

        material = chapter_alone(chapter, document, sources, project, draft=draft)
    else:
        material = Material(document, sources, project, sources.config, document.parts, draft)
    on_paper = replace(material, parts=printed_parts(material.parts, sources.config))
    stage(f"writing {' and '.join(edition.name for edition in wanted)}")
    if "html" in names:  # here, since two threads that import at once may get into each other's way
        for module in ("book.editions.pages", "book.editions.html.files"):
            import_module(module)
    with ThreadPoolExecutor(max_workers=1) as printer:
        printed = [printer.submit(edition.make, on_paper) for edition in wanted if not edition.in_sphinx]
        site = [edition.make(material) for edition in wanted if edition.in_sphinx]
        meanwhile()
        return [*(one.result() for one in printed), *site]
