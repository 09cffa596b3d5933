"""Lists of tables and of figures, on any page that asks for one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from book.document.memory import by_page, keep_by_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

AFTER_NUMBERING = 950
"""After Sphinx, `sphinx_multitoc_numbering` and the letters of appendices have given every float its number."""

_CAPTIONS, _LISTS = "thesis_captions", "thesis_float_lists"
_CLASSES = {"table": "list-of-tables", "figure": "list-of-figures"}
_NOT_LISTED = (nodes.footnote_reference, nodes.citation_reference, nodes.target, nodes.raw)


@dataclass(frozen=True, slots=True)
class Captioned:
    """A table or figure with a caption."""

    kind: str
    """`table` or `figure`."""
    anchor: str
    """Its id on the page."""
    caption: nodes.inline
    """Its caption, without notes."""
    cell: int | None = None
    """Position of the code cell that made it, counted from 0; None where no cell of ours did."""


class float_list(nodes.General, nodes.Element):  # noqa: N801
    """Stands where a list of tables or figures is to come."""


class ListOfFloats(SphinxDirective):
    """`{list-of-tables}` and `{list-of-figures}`."""

    def run(self) -> list[nodes.Node]:
        """Leave a place that is filled when all pages have their numbers."""
        kind = "table" if self.name.endswith("tables") else "figure"
        place = float_list("", kind=kind)
        self.set_source_info(place)
        lists_in(self.env).setdefault(self.env.docname, set()).add(kind)
        return [place]


def captions_in(env: BuildEnvironment) -> dict[str, list[Captioned]]:
    """Tables and figures with captions, by page."""
    return by_page(env, _CAPTIONS)


def lists_in(env: BuildEnvironment) -> dict[str, set[str]]:
    """Pages that hold a list, and of what."""
    return by_page(env, _LISTS)


def _collect(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the captions of a page that has just been read."""
    found = []
    for node in doctree.findall(lambda n: isinstance(n, (nodes.table, nodes.figure))):
        caption = next((child for child in node.children if isinstance(child, (nodes.title, nodes.caption))), None)
        if caption is not None and node["ids"]:  # type: ignore[index]
            kind = "table" if isinstance(node, nodes.table) else "figure"
            cell = (node.get("thesis") or {}).get("cell")  # type: ignore[attr-defined]
            found.append(Captioned(kind, node["ids"][0], _copy(caption), cell))  # type: ignore[index]
    if found:
        captions_in(app.env)[app.env.docname] = found


def _copy(caption: nodes.Element) -> nodes.inline:
    """Copy a caption's words and marks, free of the page they come from; a citation keeps the name it has there."""
    copy = nodes.inline("", "", *(child.deepcopy() for child in caption.children))
    for node in list(copy.findall()):
        node.document = None  # type: ignore[assignment]
        if isinstance(node, nodes.Element):
            if _is_citation(node):
                node["cited_as"] = next(iter(node["ids"]), "")
            node["ids"], node["names"] = [], []
        if isinstance(node, _NOT_LISTED) or (isinstance(node, nodes.Element) and "thesis_footcite" in node):
            node.parent.remove(node)
    return copy


def _is_citation(node: nodes.Element) -> bool:
    return isinstance(node, addnodes.pending_xref) and node.get("refdomain") == "cite"


def entries(env: BuildEnvironment, kind: str) -> Iterator[tuple[str, Captioned, tuple[Any, ...]]]:
    """Page, caption and number of each numbered table or figure, in the order of the thesis."""
    cited = {(one.docname, one.name): one.printed for one in getattr(env, "thesis_citations", ())}
    for docname in _in_order(env):
        numbers = env.toc_fignumbers.get(docname, {}).get(kind, {})
        for one in captions_in(env).get(docname, ()):
            if one.kind == kind and one.anchor in numbers:
                caption = one.caption.deepcopy()
                _print_citations(caption, docname, cited)
                yield docname, replace(one, caption=caption), tuple(numbers[one.anchor])


def _print_citations(caption: nodes.inline, docname: str, cited: Mapping[tuple[str, str], str]) -> None:
    """Put the words of citations that have been formatted; the rest is left to whoever resolves references."""
    for node in list(caption.findall(addnodes.pending_xref)):
        words = cited.get((docname, node["cited_as"])) if _is_citation(node) else None
        if words:
            node.replace_self(nodes.Text(words))


def _in_order(env: BuildEnvironment) -> list[str]:
    """All pages as the contents order them, the rest after them."""
    listed: dict[str, None] = {}

    def walk(docname: str) -> None:
        if docname not in listed:
            listed[docname] = None
            for inner in env.toctree_includes.get(docname, ()):
                walk(inner)

    walk(env.config.root_doc)
    return [*listed, *sorted(set(env.all_docs) - set(listed))]


def _changed(_app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Pages with a list whose entries are not what they were."""
    if not lists_in(env):
        return []
    now = {
        kind: [(d, one.anchor, one.caption.astext(), number) for d, one, number in entries(env, kind)]
        for kind in _CLASSES
    }
    before = getattr(env, "thesis_listed", {})
    env.thesis_listed = now  # type: ignore[attr-defined]
    changed = {kind for kind in _CLASSES if now[kind] != before.get(kind)}
    return sorted(docname for docname, kinds in lists_in(env).items() if kinds & changed and docname in env.found_docs)


class FillLists(SphinxPostTransform):
    """Fill each list for the edition at hand; paged editions do it themselves, with page numbers."""

    default_priority = 2  # before findings and references in the captions are resolved

    def run(self, **_kwargs: Any) -> None:
        """Replace each place by its list."""
        for place in list(self.document.findall(float_list)):
            container = nodes.container("", classes=[_CLASSES[place["kind"]]])
            container.source, container.line = place.source, place.line
            if self.app.builder.format != "pandoc":
                items = [self._item(place["kind"], *entry) for entry in entries(self.env, place["kind"])]
                container += nodes.bullet_list("", *items, classes=["simple"]) if items else []
            place.replace_self(container)

    def _item(self, kind: str, docname: str, one: Captioned, number: tuple[Any, ...]) -> nodes.list_item:
        words = self.config.numfig_format.get(kind, "%s")
        numbered = ".".join(str(part) for part in number)
        label = words.format(number=numbered, name="") if "{" in words else words % numbered
        inner = nodes.inline("", label, classes=["caption-number"])
        link = make_refnode(self.app.builder, self.env.docname, docname, one.anchor, inner)
        caption = one.caption
        for xref in caption.findall(addnodes.pending_xref):
            xref["refdoc"] = docname
        return nodes.list_item("", nodes.paragraph("", "", link, nodes.Text(" "), *caption.children))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives, the transform and what keeps the lists up to date."""
    app.add_node(float_list)
    app.add_directive("list-of-tables", ListOfFloats)
    app.add_directive("list-of-figures", ListOfFloats)
    app.add_post_transform(FillLists)
    keep_by_page(app, _CAPTIONS, _LISTS)
    app.connect("doctree-read", _collect)
    app.connect("env-get-updated", _changed, priority=AFTER_NUMBERING)
    return {"version": "1", "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
