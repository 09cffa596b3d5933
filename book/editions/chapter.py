"""One chapter alone, with its numbers as in the whole."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from book.diagnostics import Diagnostic
from book.document.parts import Part
from book.editions.material import WHOLE, Material
from book.editions.printed import GENERATED
from book.editions.tree import attr_of, walk
from book.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from book.document.reading import Document
    from book.project import Project
    from book.sources.contents import Page
    from book.sources.gather import Sources

ENTRY = "csl-entry"


def chapter_alone(docname: str, document: Document, sources: Sources, project: Project, *, draft: bool) -> Material:
    """A chapter with the pages below it and the works that it cites; what it refers to elsewhere keeps its number and leads nowhere."""
    wanted = pages_of(docname, sources.contents.pages)
    parts = [
        replace(part, kind="chapter" if part.kind == "front" else part.kind)
        for part in document.parts
        if part.docname in wanted
    ]
    if not parts:
        path = next(page.path for page in sources.contents.pages if page.docname == docname)
        message = "the page is the first of the site and of no other edition"
        others = ", ".join(part.docname for part in document.parts if part.docname)
        raise ConfigError([Diagnostic("unknown-chapter", message, "error", path, hint=f"give one of {others}")])
    depth = next(page.depth for page in sources.contents.pages if page.docname == docname)
    parts = [replace(part, blocks=_raised(part.blocks, depth), level=part.level - depth) for part in parts] if depth else parts
    cited = _cited(parts, [part for part in document.parts if part.docname not in wanted])
    front = {**dict.fromkeys(GENERATED, False)}
    config = replace(sources.config, thesis=replace(sources.config.thesis, front=front))
    return Material(
        document,
        sources,
        project,
        config,
        (*parts, *cited),
        draft,
        stem_of(docname, [page.docname for page in sources.contents.pages]),
    )


def _raised(blocks: Sequence[Any], by: int) -> tuple[Any, ...]:
    """Blocks whose headings stand higher, as they do where a page below a chapter is a chapter of its own."""
    raised = []
    for block in blocks:
        if block["t"] == "Header":
            level, attr, title = block["c"]
            raised.append({"t": "Header", "c": [max(1, level - by), attr, title]})
        else:
            raised.append(block)
    return tuple(raised)


def pages_of(docname: str, pages: Sequence[Page]) -> list[str]:
    """A page and those that the table of contents has below it."""
    at = next(number for number, page in enumerate(pages) if page.docname == docname)
    found = [docname]
    for page in pages[at + 1 :]:
        if page.depth <= pages[at].depth or page.kind != pages[at].kind:
            break
        found.append(page.docname)
    return found


def stem_of(docname: str, docnames: Sequence[str]) -> str:
    """Name of a chapter's files: that of its source, with its folders where another chapter has the same, and never the whole's."""
    last = docname.rpartition("/")[2]
    twice = sum(one.rpartition("/")[2] == last for one in docnames) > 1
    stem = re.sub(r"[^\w.-]", "-", docname.replace("/", "-") if twice else last)
    return f"chapter-{stem}" if stem.lower() in TAKEN or stem.startswith(".") else stem


TAKEN = frozenset({WHOLE, "manifest", "cache", "html", "latex", "jats", "diff"})
"""Names in `_build` that something else has."""


def _cited(parts: Sequence[Part], others: Sequence[Part]) -> list[Part]:
    """The entries of the bibliography that a chapter leads to, under the bibliography's title."""
    inside = {attr_of(node)[0] for part in parts for node in walk(list(part.blocks)) if ENTRY in attr_of(node)[1]}
    links = {
        node["c"][2][0][1:]
        for part in parts
        for node in walk(list(part.blocks))
        if node["t"] == "Link" and node["c"][2][0].startswith("#")
    }
    for part in others:
        entries = [node for node in walk(list(part.blocks)) if node["t"] == "Div" and ENTRY in attr_of(node)[1]]
        mine = [entry for entry in entries if attr_of(entry)[0] in links - inside]
        if mine:
            title = next((node for node in part.blocks if node["t"] == "Header"), None)
            head: list[Any] = [title] if title else []
            return [
                Part("back", "", part.docname, part.title, (*head, {"t": "Div", "c": [["", ["references"], []], mine]}))
            ]
    return []
