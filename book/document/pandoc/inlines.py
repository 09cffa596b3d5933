"""Rules for nodes within a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes

from book.document.foreign import language_of
from book.document.pandoc.ast import (
    Inline,
    anchor,
    code,
    emph,
    formula,
    is_blank,
    link,
    note,
    span,
    strong,
    styled,
    words,
)
from book.document.pandoc.identifiers import identifier
from book.document.pandoc.images import picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx import addnodes

    from book.document.pandoc.page import InlineRule, Page

CARRIED_CLASSES = (
    "finding",
    "problem",
    "citation",
    "csl-left-margin",
    "kbd",
    "guilabel",
    "menuselection",
    "mark",
    "small",
    "claim",
)
"""Classes that an edition may do something with."""

_WEB = re.compile(r"(?:https?|mailto|ftp|doi|tel):")


def _with_names(page: Page, node: nodes.Element, inlines: list[Inline]) -> list[Inline]:
    return [*(anchor(name) for name in page.identifiers(node)), *inlines]


def _wrapped(wrap: Callable[[list[Inline]], Inline]) -> InlineRule:
    """A rule that puts what a node holds into one element."""

    def rule(page: Page, node: nodes.Element) -> list[Inline]:
        inner = page.inlines(node.children)
        return _with_names(page, node, inner if is_blank(inner) else [wrap(inner)])

    return rule


def children(page: Page, node: nodes.Element) -> list[Inline]:
    """What a node holds."""
    return _with_names(page, node, page.inlines(node.children))


def nothing(_page: Page, _node: nodes.Node) -> list[Inline]:
    """A node that has nothing to print."""
    return []


def literal(page: Page, node: nodes.Element) -> list[Inline]:
    """Code within a line; a key on the keyboard stays one."""
    if "kbd" in node["classes"]:
        return _with_names(page, node, [span(words(node.astext()), "", ["kbd"])])
    return _with_names(page, node, [code(node.astext())])


def math(page: Page, node: nodes.math) -> list[Inline]:
    """A formula within a line."""
    tex = node.astext().strip()
    return _with_names(page, node, [formula(tex)] if tex else [])


def inline(page: Page, node: nodes.inline) -> list[Inline]:
    """A passage with classes; those that mean something to an edition are kept."""
    if node.get("sd_hide_link_text"):
        return []
    inner = page.inlines(node.children)
    names = page.identifiers(node)
    classes = [name for name in node["classes"] if name in CARRIED_CLASSES]
    pairs = [("name", str(node["finding"]))] if node.get("finding") else []
    pairs += [("counted", str(node["spec"]))] if node.get("counted") else []
    lang = language_of(node)
    pairs += [("lang", lang)] if lang else []
    if not classes and not pairs:
        return [*(anchor(name) for name in names), *inner]
    first = names.pop(0) if names else ""
    return [*(anchor(name) for name in names), span(inner, first, classes, pairs)]


def reference(page: Page, node: nodes.reference) -> list[Inline]:
    """A link; one that leads to nothing in the thesis is only its words."""
    inner = page.inlines(node.children)
    if node.get("secnumber"):
        inner = [*words(".".join(map(str, node["secnumber"])) + ".\u00a0"), *inner]
    target = link_target(page, node)
    names = [anchor(name) for name in page.identifiers(node)]
    return [*names, *([link(inner, target)] if target and not is_blank(inner) else inner)]


def link_target(page: Page, node: nodes.Element) -> str:
    """Where a reference leads; empty for what the thesis does not hold."""
    if node.get("refid"):
        return f"#{identifier(page.docname, str(node['refid']))}"
    address = str(node.get("refuri", ""))
    if address.startswith("%"):
        docname, _, target = address[1:].partition("#")
        return f"#{identifier(docname, target)}" if docname in page.env.all_docs else ""
    if address.startswith("#"):
        return f"#{identifier(page.docname, address[1:])}" if len(address) > 1 else ""
    if _WEB.match(address):
        return address
    return f"https:{address}" if address.startswith("//") else ""


def footnote_reference(page: Page, node: nodes.footnote_reference) -> list[Inline]:
    """The footnote itself, where it is referred to; a second reference repeats it under the first one's name."""
    target = str(node.get("refid", ""))
    footnote = page.footnotes.get(target)
    if footnote is None:
        return [styled("Superscript", words(node.astext()))]
    name = identifier(page.docname, target)
    again = target in page.noted
    page.noted.add(target)
    body = page.blocks([child for child in footnote.children if not isinstance(child, nodes.label)])
    before = [anchor(one) for one in page.identifiers(node)]
    if again:
        return [*before, span([note(body)], "", ["note-again"], [("note", name)])]
    named = page.identifiers(footnote)
    return [*before, span([note(body)], named[0] if named else "", ["note"])]


def citation_reference(page: Page, node: nodes.citation_reference) -> list[Inline]:
    """A citation in docutils' own manner."""
    label = words(f"[{node.astext()}]")
    return _with_names(
        page, node, [link(label, f"#{identifier(page.docname, str(node['refid']))}")] if node.get("refid") else label
    )


def problematic(page: Page, node: nodes.problematic) -> list[Inline]:
    """What docutils could not make sense of, marked."""
    return _with_names(page, node, [span(words(node.astext()), "", ["problem"])])


def image(page: Page, node: nodes.image) -> list[Inline]:
    """A picture within a line."""
    return picture(page, node)


def abbreviation(page: Page, node: nodes.abbreviation) -> list[Inline]:
    """An abbreviation, with what it stands for at its first place on the page."""
    inner = page.inlines(node.children)
    meaning = str(node.get("explanation", ""))
    if meaning and f"abbreviation {meaning}" not in page.noted:
        page.noted.add(f"abbreviation {meaning}")
        inner = [*inner, *words(f" ({meaning})")]
    return inner


def raw(page: Page, node: nodes.raw) -> list[Inline]:
    """Raw text of a format: HTML is carried over, any other is meant for another writer."""
    return page.inlines([node]) if "html" in str(node.get("format", "")).split() else []


def target(page: Page, node: nodes.target) -> list[Inline]:
    """A place to point at."""
    return _with_names(page, node, page.inlines(node.children))


def manpage(page: Page, node: addnodes.manpage) -> list[Inline]:
    """The name of a manual page."""
    return [emph(page.inlines(node.children))]


def literal_styled(wrap: Callable[[list[Inline]], Inline]) -> InlineRule:
    """A rule for `literal_emphasis` and its like: code that is emphasised."""

    def rule(page: Page, node: nodes.Element) -> list[Inline]:
        return _with_names(page, node, [wrap([code(node.astext())])])

    return rule


INLINES: dict[str, InlineRule] = {
    "emphasis": _wrapped(emph),
    "strong": _wrapped(strong),
    "title_reference": _wrapped(emph),
    "literal": literal,
    "math": math,
    "inline": inline,
    "claim": inline,
    "superscript": _wrapped(lambda inner: styled("Superscript", inner)),
    "subscript": _wrapped(lambda inner: styled("Subscript", inner)),
    "strike": _wrapped(lambda inner: styled("Strikeout", inner)),
    "reference": reference,
    "number_reference": reference,
    "download_reference": children,
    "footnote_reference": footnote_reference,
    "citation_reference": citation_reference,
    "problematic": problematic,
    "image": image,
    "abbreviation": abbreviation,
    "acronym": abbreviation,
    "raw": raw,
    "target": target,
    "manpage": manpage,
    "generated": children,
    "literal_emphasis": literal_styled(emph),
    "literal_strong": literal_styled(strong),
    "pending_xref": children,
    "pending_xref_condition": children,
    "substitution_reference": children,
    "PassthroughTextElement": children,
    "desc_inline": literal,
    "label": children,
    "versionmodified": children,
    "system_message": nothing,
    "comment": nothing,
    "index": nothing,
    "substitution_definition": nothing,
    "sd_icon": nothing,
    "fontawesome": nothing,
    "meta": nothing,
    "pending": nothing,
    "AnchorNode": nothing,
}
"""Class of a node -> its rule."""
