"""Citations and bibliographies put into the pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode
from sphinxcontrib.bibtex.nodes import bibliography as bibliography_node

from book.document.citations.bibtex import NAMED, NOTED
from book.document.citations.collecting import FOOT
from book.document.citations.footnotes import place_notes
from book.document.citations.starting import is_active
from book.document.citations.trees import Tree, problem
from book.document.citations.wording import right_of_number

if TYPE_CHECKING:
    from sphinx.builders import Builder

    from book.document.citations.listing import Listing
    from book.document.citations.printing import Printed
    from book.document.pandoc.ast import Inline


_PUNCTUATION = re.compile(r"[.,;:!?]+")


class PrintCitations(SphinxPostTransform):
    """Put the words of citations and the entries of bibliographies where the author has asked for them."""

    default_priority = 4  # sphinxcontrib-bibtex's own comes at 5, Sphinx's resolver at 10

    def run(self, **_kwargs: Any) -> None:
        """Replace everything that sphinxcontrib-bibtex has left to be formatted."""
        printed: Printed | None = getattr(self.env, "thesis_printed", None)
        if printed is None or not is_active(self.config):
            return
        builder: Builder = self.app.builder
        trees: dict[str, Tree] = {}
        notes: list[tuple[nodes.Element, list[nodes.Node]]] = []
        for xref in list(self.document.findall(addnodes.pending_xref)):
            if xref.get("refdomain") == "cite":
                own = Tree(builder, xref["refdoc"], printed, tooltips=bool(self.config.bibtex_tooltips))
                notes += _citation(xref, trees.setdefault(xref["refdoc"], own))
        for node in list(self.document.findall(nodes.Element)):
            if FOOT in node:
                _mark_missing(node, printed.missing.get((self.env.docname, node["ids"][0]), ()))
            elif isinstance(node, nodes.footnote) and NOTED in node:
                _fill_footnote(node, Tree(builder, self.env.docname, printed))
            elif NAMED in node:
                node.append(nodes.Text(printed.names.get(node[NAMED], node[NAMED])))
        for listed in list(self.document.findall(bibliography_node)):
            _bibliography(listed, Tree(builder, listed["docname"], printed), self.config.thesis_backlinks)
        place_notes(self.document, notes)


def _citation(node: addnodes.pending_xref, tree: Tree) -> list[tuple[nodes.Element, list[nodes.Node]]]:
    """Replace one citation; the notes it makes come back with the places of their numbers."""
    place = (tree.docname, node["ids"][0])
    first = len(tree.notes)
    made = nodes.inline(
        "", "", *tree.made_of(tree.printed.citations.get(place, ())), classes=["citation"], ids=node["ids"]
    )
    _mark_missing(made, tree.printed.missing.get(place, ()))
    made.source, made.line = node.source, node.line
    node.replace_self(made)
    _after_punctuation(made)
    marks = [mark for mark in made.findall(nodes.inline) if "thesis_note" in mark]
    return [(mark, tree.notes[mark["thesis_note"]]) for mark in marks if mark["thesis_note"] >= first]


def _after_punctuation(made: nodes.Element) -> None:
    """Put a note's number, or one set high, after the full stop or comma that follows it, and close up the space before it."""
    mark = made.children[-1] if made.children else None
    if not (isinstance(mark, nodes.superscript) or (isinstance(mark, nodes.inline) and "thesis_note" in mark)):
        return
    parent: Any = made.parent
    index = parent.index(made)
    before = parent[index - 1] if index else None
    if len(made.children) == 1 and isinstance(before, nodes.Text):
        parent.replace(before, nodes.Text(before.rstrip()))
    after = parent[index + 1] if index + 1 < len(parent.children) else None
    stop = _PUNCTUATION.match(after) if isinstance(after, nodes.Text) else None
    if stop and after is not None:
        parent.replace(after, nodes.Text(after[stop.end() :]))
        made.insert(len(made.children) - 1, nodes.Text(stop.group()))


def _mark_missing(node: nodes.Element, keys: tuple[str, ...]) -> None:
    for key in keys:
        if node.children:
            node += nodes.Text(" ")
        node += problem(f"[{key}?]")


def _fill_footnote(node: nodes.footnote, tree: Tree) -> None:
    said = tree.printed.notes.get(node[NOTED])
    if said:
        labels = [child for child in node.children if isinstance(child, nodes.label)]
        node.children = []
        node += [*labels, nodes.paragraph("", "", *tree.made_of(said))]


# -- bibliographies -----------------------------------------------------------


def _bibliography(node: nodes.Element, tree: Tree, backlinks: list[str]) -> None:
    listing, entries = tree.printed.lists.get((node["docname"], node["ids"][0]), (None, []))
    if listing is None or not entries:
        node.replace_self(nodes.target("", "", ids=node["ids"]))
        return
    linked = tree.builder.format in backlinks and listing.kind == "citation"
    made = [_entry(key, inlines, listing, tree, backlinks=linked) for key, inlines in entries]
    classes = ["references", "csl-bib-body", *tree.printed.classes]
    if listing.kind == "citation":
        node.replace_self(nodes.container("", *made, ids=node["ids"], classes=classes))
        return
    kind = nodes.bullet_list if listing.kind == "bullet" else nodes.enumerated_list
    items = [nodes.list_item("", *entry.children, ids=entry["ids"]) for entry in made]
    node.replace_self(kind("", *items, ids=node["ids"], classes=classes))


def _entry(key: str, inlines: list[Inline], listing: Listing, tree: Tree, *, backlinks: bool) -> nodes.Element:
    if listing.kind != "citation":
        inlines = right_of_number(inlines)
    said = nodes.paragraph("", "", *tree.made_of(inlines))
    if backlinks:
        said += _backlinks(key, tree)
    return nodes.container("", said, ids=[listing.anchors[key]], classes=["csl-entry"])


def _backlinks(key: str, tree: Tree) -> list[nodes.Node]:
    """Arrows to the places that cite an entry, numbered where there are several."""
    places = tree.printed.cited.get(key, [])
    if not places:
        return []
    titles = tree.builder.env.titles
    around = nodes.inline("", "", classes=["citation-backlinks"])
    for number, (docname, name) in enumerate(places, 1):
        text = "↩" if len(places) == 1 else str(number)
        title = titles[docname].astext() if docname in titles else docname
        around += make_refnode(tree.builder, tree.docname, docname, name, nodes.superscript("", text), title)
        around += nodes.Text(" ")
    around.pop()
    return [nodes.Text(" "), around]
