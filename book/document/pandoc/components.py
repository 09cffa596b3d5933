"""Cards, tabs, dropdowns and other boxes, and theorems and exercises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from book.document.pandoc.ast import Block, Inline, div, is_blank, link, plain, text_of, titled, trimmed, words
from book.document.pandoc.identifiers import with_identifiers
from book.document.pandoc.inlines import link_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from book.document.pandoc.page import BlockRule, Page

HIDDEN_LINK = "sd-hide-link-text"


# Admonitions


def admonition(page: Page, node: nodes.Element) -> list[Block]:
    """A box with a title: docutils' own kinds take theirs from the language."""
    from sphinx.locale import admonitionlabels

    kind = node.tagname if node.tagname in admonitionlabels else "note"
    if node.tagname == "admonition":
        kind = next((name for name in node["classes"] if name in admonitionlabels), "note")
        if node.get("classes") and "proof" in node["classes"]:
            return proof(page, node)
    title, children = split_title(page, node)
    if not title and node.tagname in admonitionlabels:
        title = words(str(admonitionlabels[node.tagname]))
    return with_identifiers([titled(title, page.blocks(children), "", ["admonition", kind])], page.identifiers(node))


def split_title(page: Page, node: nodes.Element) -> tuple[list[Inline], Sequence[nodes.Node]]:
    """The title of a node and the rest of it."""
    if node.children and isinstance(node[0], nodes.title | nodes.rubric):
        first = node[0]
        names = [{"t": "Span", "c": [[name, [], []], []]} for name in page.identifiers(first)]
        return [*names, *trimmed(page.inlines(first.children))], node.children[1:]
    return [], node.children


def box(kind: str) -> BlockRule:
    """A rule for topics and sidebars: a box with the author's title."""

    def rule(page: Page, node: nodes.Element) -> list[Block]:
        title, children = split_title(page, node)
        name = "margin" if "margin" in node["classes"] else kind
        blocks = page.blocks(children)
        if "contents" in node["classes"] or not (title or blocks):
            return []
        return with_identifiers(
            [titled([] if is_blank(title) else title, blocks, "", ["admonition", name])], page.identifiers(node)
        )

    return rule


# Theorems and exercises


def proof(page: Page, node: nodes.Element) -> list[Block]:
    """A proof, which has no number and says itself what it is."""
    return with_identifiers([div(page.blocks(node.children), "", ["proof-like", "proof"])], page.identifiers(node))


def theorem(page: Page, node: nodes.Element) -> list[Block]:
    """A theorem or its like, with the number that Sphinx has given."""
    from sphinx.locale import get_translation

    kind = str(node.get("realtype", "theorem"))
    number = page.number(node, str(node.get("countertype", kind)))
    names = page.identifiers(node)
    title, children = split_title(page, node)
    name = get_translation("proof")(kind.title())
    head = [*words(f"{name} {number}".strip()), *([{"t": "Space"}, *title] if title else [])]
    pairs = [("number", number)] if number else []
    return with_identifiers([titled(head, page.blocks(children), "", ["proof-like", kind], pairs)], names)


def exercise(page: Page, node: nodes.Element) -> list[Block]:
    """An exercise or its solution."""
    if node.get("hidden"):
        return []
    kind = "solution" if type(node).__name__.startswith("solution") else "exercise"
    number = page.number(node, "exercise") if kind == "exercise" else ""
    names = page.identifiers(node)
    title, children = split_title(page, node)
    if number:
        pattern = str(page.env.config.numfig_format.get("exercise", "Exercise %s"))
        said = pattern.replace("%s", number)
        title = [*words(said), *([] if text_of(title) in ("", said) else [{"t": "Space"}, *title])]
    pairs = [("number", number)] if number else []
    return with_identifiers([titled(title, page.blocks(children), "", ["proof-like", kind], pairs)], names)


# Cards, tabs, dropdowns


def card(page: Page, node: nodes.Element) -> list[Block]:
    """A card; where all of it is a link, its title is one."""
    hidden = next((one for one in node.findall(nodes.reference) if HIDDEN_LINK in one["classes"]), None)
    target = link_target(page, hidden) if hidden is not None else ""
    children = [child for child in node.children if not (hidden is not None and hidden.parent is child)]
    title_node = next(
        (one for one in node.findall(nodes.container) if one.get("design_component") == "card-title"), None
    )
    title = (
        trimmed(page.inlines([inner for child in title_node for inner in child.children]))
        if title_node is not None
        else []
    )
    blocks = _without(page, children, title_node)
    if target and title:
        title = [link(title, target)]
    elif target and blocks and blocks[0]["t"] in ("Para", "Plain"):
        blocks[0] = {"t": blocks[0]["t"], "c": [link(blocks[0]["c"], target)]}
    return [titled(title, blocks, "", ["card"])] if title or blocks else []


def _without(page: Page, children: Sequence[nodes.Node], left_out: nodes.Node | None) -> list[Block]:
    blocks: list[Block] = []
    for child in children:
        if child is left_out:
            continue
        if isinstance(child, nodes.container) and left_out is not None and left_out.parent is child:
            blocks += page.blocks([inner for inner in child.children if inner is not left_out])
        else:
            blocks += page.blocks([child])
    return blocks


def with_title(*classes: str) -> BlockRule:
    """A rule for tabs and dropdowns: title and content, one after the other."""

    def rule(page: Page, node: nodes.Element) -> list[Block]:
        title, children = split_title(page, node)
        return [titled(title, page.blocks(children), "", classes)]

    return rule


def tab_set(page: Page, node: nodes.Element) -> list[Block]:
    """Tabs in sequence."""
    return [div(page.blocks(node.children), "", ["tab-set"])]


def sphinx_tabs(page: Page, node: nodes.Element) -> list[Block]:
    """Tabs of the extension sphinx-tabs, whose titles stand apart from their panels."""
    names = [one for one in node.findall() if type(one).__name__ == "SphinxTabsTab"]
    panels = [one for one in node.findall() if type(one).__name__ == "SphinxTabsPanel"]
    items = []
    for position, panel in enumerate(panels):
        title = words(names[position].astext()) if position < len(names) else []
        items.append(titled(title, page.blocks(panel.children), "", ["tab-item"]))
    return [div(items, "", ["tab-set"])] if items else []


def children(page: Page, node: nodes.Element) -> list[Block]:
    """What a node holds."""
    return with_identifiers(page.blocks(node.children), page.identifiers(node))


def badge_line(page: Page, node: nodes.Element) -> list[Block]:
    """Text in a box of sphinx-design that is no paragraph."""
    inlines = trimmed(
        page.inlines(
            [
                child
                for child in node.children
                if not (isinstance(child, nodes.Element) and HIDDEN_LINK in child.get("classes", ()))
            ]
        )
    )
    return [] if is_blank(inlines) else [plain(inlines)]


DESIGN: dict[str, BlockRule] = {
    "card": card,
    "dropdown": with_title("dropdown"),
    "tab-set": tab_set,
    "tab-item": with_title("tab-item"),
    "aside": with_title("admonition", "sidebar"),
}
"""What sphinx-design calls the container -> its rule."""

COMPONENTS: dict[str, BlockRule] = {
    **dict.fromkeys(
        (
            "admonition",
            "attention",
            "caution",
            "danger",
            "error",
            "hint",
            "important",
            "note",
            "tip",
            "warning",
            "seealso",
            "todo_node",
        ),
        admonition,
    ),
    **dict.fromkeys(
        (
            "axiom_node",
            "theorem_node",
            "lemma_node",
            "algorithm_node",
            "definition_node",
            "remark_node",
            "conjecture_node",
            "corollary_node",
            "criterion_node",
            "example_node",
            "property_node",
            "observation_node",
            "proposition_node",
            "assumption_node",
            "notation_node",
            "unenumerable_node",
        ),
        theorem,
    ),
    **dict.fromkeys(("exercise_node", "exercise_enumerable_node", "solution_node"), exercise),
    "proof_node": children,
    "topic": box("topic"),
    "sidebar": box("sidebar"),
    "SphinxTabsContainer": sphinx_tabs,
    "PassthroughTextElement": badge_line,
}
"""Class of a node -> its rule."""
