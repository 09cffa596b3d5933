"""Figure numbers from what pages leave behind, so that no page is loaded that has not changed.

Sphinx loads every page after each read to number figures, tables and listings. What it looks at is little: the sections,
the numbered nodes and the tables of contents in their order. That is kept for each page, and walked in its place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.environment.collectors.toctree import TocTreeCollector

from book.document.memory import by_page, keep_by_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_OUTLINES = "thesis_outlines"
_ADDRESS = re.compile(r".+://")

Outline = tuple[tuple[Any, ...], ...]
"""In order: ("section", anchor, outline), ("pages", names) and ("number", kind, id)."""


def outline_of(docname: str, env: BuildEnvironment) -> Outline:
    """What there is to number on a page, as it was kept or from its doctree."""
    kept = by_page(env, _OUTLINES)
    if docname not in kept:
        kept[docname] = tuple(_outlined(env.get_doctree(docname), env))
    outline: Outline = kept[docname]
    return outline


def number_figures(env: BuildEnvironment) -> list[str]:
    """Number figures, tables and listings as `TocTreeCollector.assign_figure_numbers` does; return the pages that change by it."""
    before, env.toc_fignumbers = env.toc_fignumbers, {}
    if env.config.numfig:
        _Numbering(env).page(env.config.root_doc, ())
    return [name for name, numbers in env.toc_fignumbers.items() if numbers != before.get(name)]


class _Numbering:
    """One walk through the thesis."""

    def __init__(self, env: BuildEnvironment) -> None:
        self.env = env
        self.generated = frozenset(env.domains["std"]._virtual_doc_names)  # noqa: SLF001
        self.seen: set[str] = set()
        self.counters: dict[tuple[str, tuple[int, ...]], int] = {}

    def page(self, docname: str, number: tuple[int, ...]) -> None:
        if docname not in self.seen:
            self.seen.add(docname)
            self.walk(docname, outline_of(docname, self.env), number)

    def walk(self, docname: str, outline: Outline, number: tuple[int, ...]) -> None:
        for kind, *what in outline:
            if kind == "section":
                self.walk(docname, what[1], self.section(docname, what[0]) or number)
            elif kind == "pages":
                for name in what[0]:
                    if name not in self.generated:
                        self.page(name, number)
            else:
                self.count(docname, what[0], what[1], number)

    def section(self, docname: str, anchor: str) -> tuple[int, ...]:
        numbers = self.env.toc_secnumbers.get(docname, {})
        return (numbers.get(anchor) if anchor in numbers else numbers.get("")) or ()

    def count(self, docname: str, kind: str, anchor: str, number: tuple[int, ...]) -> None:
        number = number[: self.env.config.numfig_secnum_depth]
        self.counters[kind, number] = count = self.counters.get((kind, number), 0) + 1
        self.env.toc_fignumbers.setdefault(docname, {}).setdefault(kind, {})[anchor] = (*number, count)


def _outlined(parent: nodes.Element, env: BuildEnvironment) -> Iterator[tuple[Any, ...]]:
    for node in parent.children:
        if isinstance(node, nodes.section):
            yield "section", "#" + node["ids"][0], tuple(_outlined(node, env))
        elif isinstance(node, addnodes.toctree):
            listed = [name for _title, name in node["entries"]]
            yield "pages", tuple(name for name in listed if name != "self" and not _ADDRESS.match(name))
        elif isinstance(node, nodes.Element):
            kind = _kind(node, env)
            if kind and node["ids"]:
                yield "number", kind, node["ids"][0]
            yield from _outlined(node, env)


def _kind(node: nodes.Element, env: BuildEnvironment) -> str | None:
    for domain in env.domains.values():
        kind = domain.get_enumerable_node_type(node)
        if domain.name == "std" and not domain.get_numfig_title(node):  # type: ignore[attr-defined]
            continue
        if kind:
            return kind
    return None


def setup(app: Sphinx) -> dict[str, Any]:
    """Put this walk in the place of Sphinx's own, for this application alone."""
    keep_by_page(app, _OUTLINES)
    for listener in app.events.listeners["env-get-updated"]:
        collector = getattr(listener.handler, "__self__", None)
        if isinstance(collector, TocTreeCollector):
            collector.assign_figure_numbers = number_figures  # type: ignore[method-assign]
    return {"parallel_read_safe": True, "parallel_write_safe": True}
