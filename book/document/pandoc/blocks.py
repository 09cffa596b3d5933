"""Rules for sections, paragraphs, lists, quotations, formulas and notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from book.document.pandoc.ast import (
    LINE_BREAK,
    RULE,
    Block,
    Inline,
    anchor,
    block_quote,
    bullet_list,
    code,
    code_block,
    definition_list,
    div,
    emph,
    formula,
    header,
    line_block,
    ordered_list,
    para,
    plain,
    span,
    trimmed,
    words,
)
from book.document.pandoc.cells import CELL_PARTS, CELLS
from book.document.pandoc.components import COMPONENTS, DESIGN, children
from book.document.pandoc.figures import FIGURES, listing
from book.document.pandoc.identifiers import RANDOM, with_identifiers
from book.document.pandoc.tables import table

if TYPE_CHECKING:
    from book.document.pandoc.page import BlockRule, Page

STYLES = {
    "arabic": "Decimal",
    "loweralpha": "LowerAlpha",
    "upperalpha": "UpperAlpha",
    "lowerroman": "LowerRoman",
    "upperroman": "UpperRoman",
}
"""docutils' names for the numbers of a list, and pandoc's."""

DROPPED_CONTAINERS = frozenset({"toctree-wrapper", "tableofcontents-wrapper", "nosearch-hidden"})
"""Containers of navigation, which paper has of its own."""

KEPT_CONTAINERS = ("references", "csl-entry", "list-of-tables", "list-of-figures", "epigraph", "claim", "dedication")
"""Containers that editions know by their class."""

_LINE_OR_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{|\\\\")


# Sections


def section(page: Page, node: nodes.section) -> list[Block]:
    """A section: its heading, then what it holds; one without a title is only a box."""
    names = page.identifiers(node)
    children = list(node.children)
    if not children or not isinstance(children[0], nodes.title):
        blocks = page.blocks(children)
        return with_identifiers(blocks, names) if names and not _is_filler(node) else blocks
    title = children[0]
    depth = _depth(node)
    pairs = [("number", number)] if (number := _section_number(page, node, depth)) else []
    names += page.identifiers(title)
    head = header(page.level + depth, trimmed(page.inlines(title.children)), "", pairs)
    return [*with_identifiers([head], names), *page.blocks(children[1:])]


def _is_filler(node: nodes.section) -> bool:
    """Sections that extensions put into their boxes all bear the same id."""
    return bool({"proof-content", "exercise-content", "solution-content"} & set(node["ids"]))


def _depth(node: nodes.section) -> int:
    """How many sections stand around this one."""
    depth, parent = 0, node.parent
    while parent is not None:
        depth += isinstance(parent, nodes.section)
        parent = parent.parent
    return depth


def _section_number(page: Page, node: nodes.section, depth: int) -> str:
    """The number from Sphinx's table of contents; the page's own heading is filed under no name there."""
    for name in node["ids"]:
        if f"#{name}" in page.secnumbers:
            return ".".join(map(str, page.secnumbers[f"#{name}"] or ()))
    if depth == 0 and "" in page.secnumbers and node is next(page.doctree.findall(nodes.section)):
        return ".".join(map(str, page.secnumbers[""] or ()))
    return ""


def stray_title(page: Page, node: nodes.Element) -> list[Block]:
    """A title where no heading can stand: printed as one, outside the numbering."""
    inlines = trimmed(page.inlines(node.children))
    names = [anchor(name) for name in page.identifiers(node)]
    return [div([para([*names, *inlines])], "", ["rubric"])] if inlines else []


# Paragraphs and quotations


def paragraph(page: Page, node: nodes.paragraph) -> list[Block]:
    """A paragraph; a displayed formula in it ends it."""
    return (
        with_identifiers(page.blocks(node.children), page.identifiers(node))
        if _has_blocks(node)
        else _paragraph(page, node)
    )


def _has_blocks(node: nodes.Element) -> bool:
    return any(
        isinstance(child, nodes.math_block) or (isinstance(child, nodes.Body) and not isinstance(child, nodes.Inline))
        for child in node
    )


def _paragraph(page: Page, node: nodes.Element) -> list[Block]:
    inlines = trimmed(page.inlines(node.children))
    names = page.identifiers(node)
    return [para([*(anchor(name) for name in names), *inlines])] if inlines or names else []


def quotation(page: Page, node: nodes.block_quote) -> list[Block]:
    """A quotation, an epigraph, or a passage that is only indented."""
    blocks = page.blocks(node.children)
    made = div(blocks, "", ["epigraph"]) if "epigraph" in node["classes"] else block_quote(blocks)
    return with_identifiers([made], page.identifiers(node)) if blocks else []


def attribution(page: Page, node: nodes.attribution) -> list[Block]:
    """Who said it."""
    return [div([para(page.inlines(node.children))], "", ["attribution"])]


def lines(page: Page, node: nodes.line_block) -> list[Block]:
    """Lines as the author broke them; a block within a block is indented."""
    return [line_block(_lines(page, node, 0))]


def _lines(page: Page, node: nodes.line_block, depth: int) -> list[list[Inline]]:
    found = []
    for child in node:
        if isinstance(child, nodes.line_block):
            found += _lines(page, child, depth + 1)
        elif isinstance(child, nodes.Element):
            indent = words("\u00a0" * (4 * depth))
            found.append([*indent, *page.inlines(child.children)])
    return found


def rule_across(_page: Page, node: nodes.transition) -> list[Block]:
    """A break between passages; the one before footnotes is MyST's own."""
    return [] if "footnotes" in node["classes"] else [RULE]


def rubric(page: Page, node: nodes.Element) -> list[Block]:
    """A heading outside the numbering."""
    names = page.identifiers(node)
    said = _paragraph(page, node)
    return with_identifiers([div(said, "", ["rubric"])] if said else [], names)


def centered(page: Page, node: nodes.Element) -> list[Block]:
    """A line in the middle."""
    return [div(_paragraph(page, node), "", ["center"])]


# Lists


def _items(page: Page, node: nodes.Element) -> list[list[Block]]:
    items = [(child, page.blocks(child.children)) for child in node if isinstance(child, nodes.list_item)]
    tight = all(sum(block["t"] == "Para" for block in blocks) <= 1 for _item, blocks in items)
    return [
        with_identifiers(_tight(blocks) if tight else blocks, page.identifiers(item)) or [plain([])]
        for item, blocks in items
    ]


def _tight(blocks: list[Block]) -> list[Block]:
    return [plain(block["c"]) if block["t"] == "Para" and at == 0 else block for at, block in enumerate(blocks)]


def bullets(page: Page, node: nodes.bullet_list) -> list[Block]:
    """A list with bullets."""
    if any(isinstance(child, addnodes.toctree) for child in node):
        return []
    items = _items(page, node)
    return with_identifiers([bullet_list(items)], page.identifiers(node)) if items else []


def numbers(page: Page, node: nodes.enumerated_list) -> list[Block]:
    """A numbered list, with its kind of numbers."""
    around = {("(", ")"): "TwoParens", ("", ")"): "OneParen"}.get(
        (node.get("prefix", ""), node.get("suffix", ".")), "Period"
    )
    style = STYLES.get(node.get("enumtype", "arabic"), "Decimal")
    items = _items(page, node)
    return (
        with_identifiers([ordered_list(items, int(node.get("start", 1)), style, around)], page.identifiers(node))
        if items
        else []
    )


def definitions(page: Page, node: nodes.definition_list) -> list[Block]:
    """Terms and what they mean."""
    items = []
    for item in node:
        if isinstance(item, nodes.definition_list_item):
            meanings = [page.blocks(child.children) for child in item if isinstance(child, nodes.definition)]
            items.append((_term(page, item), meanings or [[]]))
    return with_identifiers([definition_list(items)], page.identifiers(node)) if items else []


def _term(page: Page, item: nodes.definition_list_item) -> list[Inline]:
    """Terms of one definition, one below the other, each with its classifiers."""
    found: list[Inline] = []
    for child in item:
        if isinstance(child, nodes.term):
            names = [anchor(name) for name in page.identifiers(child)]
            found += [*([LINE_BREAK] if found else []), *names, *trimmed(page.inlines(child.children))]
        elif isinstance(child, nodes.classifier):
            found += [*words(" : "), emph(page.inlines(child.children))]
    return found


def glossary(page: Page, node: addnodes.glossary) -> list[Block]:
    """A glossary."""
    return [div(page.blocks(node.children), "", ["glossary"])]


def fields(page: Page, node: nodes.field_list) -> list[Block]:
    """Names and values."""
    items = []
    for field in node:
        if isinstance(field, nodes.field):
            name, body = (part.children for part in field.children[:2])
            items.append((page.inlines(name), [page.cell(body)]))
    return [definition_list(items)] if items else []


def options(page: Page, node: nodes.option_list) -> list[Block]:
    """Options of a command and what they do."""
    items = []
    for item in node:
        if isinstance(item, nodes.option_list_item):
            group, description = (part.children for part in item.children[:2])
            term: list[Inline] = []
            for option in group:
                term += [*(words(", ") if term else []), code(option.astext())]
            items.append((term, [page.cell(description)]))
    return [definition_list(items)] if items else []


def productions(_page: Page, node: addnodes.productionlist) -> list[Block]:
    """A grammar, as code."""
    rows = [child for child in node if isinstance(child, addnodes.production)]
    width = max((len(str(row.get("tokenname", ""))) for row in rows), default=0)
    written = [
        f"{row.get('tokenname', ''):<{width}} {'::=' if row.get('tokenname') else '   '} {row.astext()}" for row in rows
    ]
    return [code_block("\n".join(written))] if rows else []


# Descriptions of code


def described(page: Page, node: addnodes.desc) -> list[Block]:
    """A function, class or option with what is said of it."""
    terms: list[Inline] = []
    contents: list[Block] = []
    for child in node:
        if isinstance(child, addnodes.desc_signature):
            names = [anchor(name) for name in page.identifiers(child)]
            terms += [*([LINE_BREAK] if terms else []), *names, code(child.astext())]
        elif isinstance(child, addnodes.desc_content):
            contents += page.blocks(child.children)
    return with_identifiers([definition_list([(terms, [contents])])], page.identifiers(node))


# Mathematics


def display(page: Page, node: nodes.math_block) -> list[Block]:
    """A displayed formula with its number."""
    tex = display_tex(node)
    if not tex:
        return []
    names = page.identifiers(node)
    number = _equation_number(page, node)
    first, rest = (names[0], names[1:]) if names else ("", [])
    pairs = [("number", number)] if number else []
    return [para([*(anchor(name) for name in rest), span([formula(tex, display=True)], first, ["equation"], pairs)])]


def display_tex(node: nodes.math_block) -> str:
    """A formula as MathJax is given it: paragraphs are lines of an alignment."""
    text = node.astext()
    if node.get("nowrap"):
        return _without_empty_lines(text)
    parts = [part.strip() for part in re.split(r"\n[ \t]*\n", text) if part.strip()]
    if len(parts) > 1:
        return "\\begin{aligned}\n" + " \\\\\n".join(parts) + "\n\\end{aligned}"
    return _split(parts[0]) if parts else ""


def _split(part: str) -> str:
    """A formula that breaks lines outside any environment is an alignment, as MathJax takes it."""
    depth = 0
    for found in _LINE_OR_ENVIRONMENT.finditer(part):
        depth += {"begin": 1, "end": -1}.get(found[1] or "", 0)
        if not found[1] and not depth:
            return f"\\begin{{aligned}}\n{part}\n\\end{{aligned}}"
    return part


def _without_empty_lines(text: str) -> str:
    return "\n".join(line for line in text.strip().splitlines() if line.strip())


def _equation_number(page: Page, node: nodes.math_block) -> str:
    """As Sphinx's own translators number it; a label nobody wrote gives no number."""
    config = page.env.config
    if not node.get("number") or RANDOM.search(str(node.get("label") or "")):
        return ""
    if config.math_numfig and config.numfig:
        number = page.number(node, "displaymath")
        return str(config.math_numsep).join(number.rsplit(".", 1)) if number else str(node["number"])
    return str(node["number"])


# Notes and citations


def footnote(page: Page, node: nodes.footnote) -> list[Block]:
    """A footnote is printed where it is referred to; one that nobody refers to stays here."""
    refids = {str(ref.get("refid", "")) for ref in page.doctree.findall(nodes.footnote_reference)}
    if refids & set(node["ids"]):
        return []
    label = node[0].astext() if node.children and isinstance(node[0], nodes.label) else ""
    mark = words(f"[{label}] ") if label else []
    body = page.blocks([child for child in node if not isinstance(child, nodes.label)])
    first = [*mark, *body[0]["c"]] if body and body[0]["t"] == "Para" else mark
    rest = body[1:] if body and body[0]["t"] == "Para" else body
    return with_identifiers([div([para(first), *rest], "", ["footnote"])], page.identifiers(node))


def citation(page: Page, node: nodes.citation) -> list[Block]:
    """An entry of a bibliography that sphinxcontrib-bibtex has made."""
    names = page.identifiers(node)
    label = node[0] if node.children and isinstance(node[0], nodes.label) else None
    body = page.blocks([child for child in node if child is not label])
    shown = [*words("["), *page.inlines(label.children), *words("] ")] if label is not None else []
    opens = bool(body) and body[0]["t"] == "Para"
    body = [para([*shown, *body[0]["c"]]), *body[1:]] if opens else [para(shown), *body]
    first, rest = (names[0], names[1:]) if names else ("", [])
    return with_identifiers([div(body, first, ["csl-entry"])], rest)


# Boxes without a meaning of their own


def container(page: Page, node: nodes.container) -> list[Block]:
    """A container: a cell, a component, a listing, or a box that an edition may know."""
    classes = list(node["classes"])
    rule = CELL_PARTS.get(str(node.get("nb_element", ""))) or DESIGN.get(str(node.get("design_component", "")))
    if node.get("literal_block"):
        rule = listing
    if rule is not None:
        return with_identifiers(rule(page, node), page.identifiers(node))
    if DROPPED_CONTAINERS & set(classes):
        return []
    if "note-below" in classes:
        return [div(page.blocks(node.children), "", ["note"])]
    kept = [name for name in KEPT_CONTAINERS if name in classes]
    if kept:
        names = page.identifiers(node)
        return with_identifiers([div(page.blocks(node.children), names[0] if names else "", kept)], names[1:])
    return children(page, node)


def compound(page: Page, node: nodes.compound) -> list[Block]:
    """A compound paragraph, unless it wraps a table of contents."""
    return [] if DROPPED_CONTAINERS & set(node["classes"]) else children(page, node)


def nothing(_page: Page, _node: nodes.Node) -> list[Block]:
    """A node that has nothing to print."""
    return []


def problem(page: Page, node: nodes.Element) -> list[Block]:
    """Something that docutils could not make sense of, marked."""
    return [para([span(words(node.astext()), "", ["problem"])])] if page else []


BLOCKS: dict[str, BlockRule] = {
    "section": section,
    "title": stray_title,
    "subtitle": stray_title,
    "paragraph": paragraph,
    "compact_paragraph": paragraph,
    "block_quote": quotation,
    "attribution": attribution,
    "line_block": lines,
    "transition": rule_across,
    "rubric": rubric,
    "centered": centered,
    "table": table,
    "bullet_list": bullets,
    "enumerated_list": numbers,
    "definition_list": definitions,
    "glossary": glossary,
    "field_list": fields,
    "option_list": options,
    "productionlist": productions,
    "desc": described,
    "math_block": display,
    "footnote": footnote,
    "citation": citation,
    "container": container,
    "claim_passage": container,
    "compound": compound,
    "versionmodified": children,
    "deprecated": children,
    "acks": children,
    "hlist": children,
    "hlistcol": children,
    "only": children,
    "start_of_file": children,
    "document": children,
    "figure_group": children,
    "steps_list": numbers,
    **dict.fromkeys(
        (
            "comment",
            "system_message",
            "toctree",
            "substitution_definition",
            "docinfo",
            "meta",
            "pending",
            "tabular_col_spec",
            "highlightlang",
            "todolist",
            "decoration",
            "header",
            "footer",
            "colspec",
            "sidebar_toctree",
            "exercise_end_node",
            "solution_start_node",
            "solution_end_node",
            "index",
            "HiddenCellNode",  # the shadow of a `{tableofcontents}` that LaTeX would print
        ),
        nothing,
    ),
    **CELLS,
    **COMPONENTS,
    **FIGURES,
}
"""Class of a node -> its rule."""
