"""A thesis in the order of its pages: what both engines of the PDF print."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from book.editions.tree import attr_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from book.config import Config
    from book.diagnostics import Diagnostic
    from book.document.parts import Part

GENERATED = ("title-page", "contents", "figures", "tables", "listings")
"""Parts of the front matter that the engine makes by itself."""

UNHEADED = ("copyright", "dedication")
"""Parts of the front matter that print without their title."""


@dataclass(frozen=True, slots=True)
class PdfResult:
    """A printed thesis and what is to be said of it."""

    data: bytes | None
    """The file; None where there is nothing to print."""
    diagnostics: tuple[Diagnostic, ...]
    """What the author should look at."""
    pages: int
    """Number of pages."""


@dataclass(frozen=True, slots=True)
class Item:
    """A stretch of the printed thesis."""

    kind: str
    """`generated`, `front`, `chapter`, `appendix`, `back` or `part`."""
    name: str
    """Which one, among the parts of the front matter."""
    title: str
    """Its title as plain text."""
    part: Part | None
    """What it is made from; None where the engine makes it."""
    headed: bool
    """Whether its content begins with a heading of its own."""
    language: str
    """Language, where it is not the thesis's."""

    @property
    def above(self) -> int:
        """Level of the heading that its own stands below: none for a chapter, the chapter's for a page below one."""
        return self.part.level - 1 if self.part else 0


def in_order(parts: Sequence[Part], config: Config) -> list[Item]:
    """Put the front matter in the order of `thesis.front`, and everything else behind it."""
    front = [part for part in parts if part.kind == "front"]
    main = [part for part in parts if part.kind != "front"]
    if not config.thesis.pdf.part_pages:
        main = [part for part in main if part.kind != "part"]
    items = _front(front, config.thesis.front)
    return [*items, *(_item(part, "") for part in main)]


def _front(front: Sequence[Part], wanted: dict[str, Any]) -> list[Item]:
    items: list[Item] = []
    left = list(front)
    for name, said in wanted.items():
        page = said.get("page") if isinstance(said, dict) else said
        if name in GENERATED and not isinstance(page, str):
            items += [_generated(name)] if said else []
            continue
        mine = [part for part in left if part.docname == page or part.name == name]
        left = [part for part in left if part not in mine]
        language = str(said.get("lang", "")) if isinstance(said, dict) else ""
        items += [_item(part if part.name else replace(part, name=name), language) for part in mine]
    if "title-page" not in wanted:
        items.insert(0, _generated("title-page"))
    items += [_item(part, "") for part in left]
    return items if "contents" in wanted else [*items, _generated("contents")]


def _generated(name: str) -> Item:
    return Item("generated", name, "", None, headed=True, language="")


def _item(part: Part, language: str) -> Item:
    headed = part.kind != "front" or any(node["t"] == "Header" and node["c"][0] == 1 for node in walk(part.blocks))
    return Item(part.kind, part.name, part.title, part, headed=headed, language=language)


def without_title(blocks: Iterable[Any]) -> list[Any]:
    """The blocks of a part that prints without its title; links to the title still lead there."""
    return [
        {"t": "Div", "c": [[attr_of(block)[0], [], []], []]} if block["t"] == "Header" and block["c"][0] == 1 else block
        for block in blocks
    ]


def title_of(config: Config) -> dict[str, str]:
    """What stands on the title page, each empty field filled from the book's own where it has one."""
    page = config.title_page
    return {
        "title": page.title or config.title,
        "subtitle": page.subtitle,
        "author": page.author or config.author,
        "degree": page.degree,
        "institution": page.institution,
        "department": page.department,
        "supervisor": page.supervisor,
        "place": page.place,
        "date": page.date,
        "note": page.note,
        "logo": page.logo,
    }
