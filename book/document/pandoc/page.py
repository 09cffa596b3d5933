"""One page on its way from doctree to Pandoc AST: what its nodes need to know."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from docutils import nodes

from book.diagnostics import Diagnostic
from book.document.foreign import language_of
from book.document.pandoc.ast import (
    Block,
    Inline,
    anchor,
    code_block,
    div,
    is_blank,
    para,
    plain,
    text_of,
    trimmed,
    words,
)
from book.document.pandoc.html_tree import Carried, HtmlTree
from book.document.pandoc.identifiers import RANDOM, identifier, with_identifiers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sphinx.environment import BuildEnvironment

    from book.document.pandoc.html_tree import HtmlNode

    BlockRule: TypeAlias = Callable[["Page", Any], list[Block]]
    InlineRule: TypeAlias = Callable[["Page", Any], list[Inline]]


class HtmlReader(Protocol):
    """What makes blocks and inlines of raw HTML."""

    def blocks(self, children: Sequence[HtmlNode]) -> list[Block]:
        """HTML as blocks."""

    def inlines(self, children: Sequence[HtmlNode]) -> list[Inline]:
        """HTML within a line."""


class Page:
    """A page being written; rules turn its nodes into blocks and inlines, and ask it for numbers, names and places."""

    def __init__(
        self,
        doctree: nodes.document,
        *,
        docname: str,
        env: BuildEnvironment,
        level: int,
        block_rules: Mapping[str, BlockRule],
        inline_rules: Mapping[str, InlineRule],
        html_reader: Callable[[Page], HtmlReader],
        remarks: list[Diagnostic],
    ) -> None:
        """Note where numbers and footnotes of the page lie."""
        self.doctree, self.docname, self.env, self.level = doctree, docname, env, level
        self.secnumbers: dict[str, Any] = dict(env.toc_secnumbers.get(docname, {}))
        self.fignumbers: dict[str, dict[str, tuple[Any, ...]]] = env.toc_fignumbers.get(docname, {})
        self.footnotes = {name: node for node in doctree.findall(nodes.footnote) for name in node["ids"]}
        self.noted: set[str] = set()
        self._block_rules, self._inline_rules, self._remarks = block_rules, inline_rules, remarks
        self._html = html_reader(self)
        self._used: set[str] = set()
        self._unknown: set[str] = set()

    # Children of any kind

    def blocks(self, children: Sequence[nodes.Node]) -> list[Block]:
        """Children as blocks: runs of inlines become paragraphs, raw HTML embraces what stands between its tags."""
        if any(_is_html(child) for child in children):
            return self._blocks_with_html(children)
        return self._flow(children, para)

    def cell(self, children: Sequence[nodes.Node]) -> list[Block]:
        """Children of a table's cell or of a tight list's item: a lone paragraph is no paragraph."""
        blocks = self.blocks(children)
        if len([block for block in blocks if block["t"] == "Para"]) == 1 and blocks[0]["t"] == "Para":
            return [plain(blocks[0]["c"]), *blocks[1:]]
        return blocks

    def inlines(self, children: Iterable[nodes.Node]) -> list[Inline]:
        """Children within a line."""
        children = list(children)
        if any(_is_html(child) for child in children):
            tree = HtmlTree()
            for child in children:
                if _is_html(child):
                    tree.feed(child.astext())
                else:
                    tree.carry(Carried(inlines=self.inline(child)))
            return list(self._html.inlines(tree.finish()))
        return [inline for child in children for inline in self.inline(child)]

    def _flow(self, children: Sequence[nodes.Node], wrap: Callable[[list[Inline]], Block]) -> list[Block]:
        found: list[Block] = []
        run: list[nodes.Node] = []
        waiting: list[str] = []
        for child in children:
            if isinstance(child, nodes.target) and not child.children:
                waiting += self.identifiers(child)
                continue
            if self._is_inline(child):
                run.append(child)
                continue
            found += self._run(run, wrap)
            run = []
            blocks = self._following(found, child)
            if blocks and waiting:
                blocks, waiting = with_identifiers(blocks, waiting), []
            found += blocks
        found += self._run(run, wrap)
        if waiting:
            found.append(plain([anchor(name) for name in waiting]))
        return found

    def _run(self, run: list[nodes.Node], wrap: Callable[[list[Inline]], Block]) -> list[Block]:
        inlines = trimmed(self.inlines(run)) if run else []
        return [] if is_blank(inlines) else [wrap(inlines)]

    def _following(self, before: list[Block], node: nodes.Node) -> list[Block]:
        """A node's blocks; the note under a table or figure joins it."""
        blocks = self.block(node)
        is_note = isinstance(node, nodes.container) and "note-below" in node["classes"]
        if is_note and before and before[-1]["t"] == "Figure":
            before[-1]["c"][2] += blocks
            return []
        return blocks

    def _blocks_with_html(self, children: Sequence[nodes.Node]) -> list[Block]:
        tree = HtmlTree()
        for run, html in _runs(children):
            if html and "output" in html["classes"]:
                own = HtmlTree()
                own.feed(html.astext())
                tree.carry(Carried(blocks=self._html.blocks(own.finish())))
            elif html:
                tree.feed(html.astext())
            else:
                tree.carry(Carried(blocks=self._flow(run, para)))
        return self._html.blocks(tree.finish())

    def _is_inline(self, node: nodes.Node) -> bool:
        if isinstance(node, nodes.Text):
            return True
        if isinstance(node, nodes.image | nodes.raw) or _rule(self._block_rules, node):
            return False
        if isinstance(node, nodes.reference) and len(node) == 1 and isinstance(node[0], nodes.image):
            return False
        return isinstance(node, nodes.Inline) or _rule(self._inline_rules, node) is not None

    # One node

    def block(self, node: nodes.Node) -> list[Block]:
        """One node as blocks."""
        rule = _rule(self._block_rules, node)
        if rule is not None:
            return _in_language(list(rule(self, node)), node)
        if self._is_inline(node) or _rule(self._inline_rules, node):
            inlines = trimmed(self.inline(node))
            return [] if is_blank(inlines) else [para(inlines)]
        return self._unknown_block(node)

    def inline(self, node: nodes.Node) -> list[Inline]:
        """One node as inlines; a block within a line gives its words."""
        if isinstance(node, nodes.Text):
            return words(node.astext())
        rule = _rule(self._inline_rules, node)
        if rule is not None:
            return list(rule(self, node))
        if _rule(self._block_rules, node):
            return words(text_of(self.block(node)))
        self._remark_unknown(node)
        return self.inlines(node.children) or words(_text_of_unknown(node))

    def _unknown_block(self, node: nodes.Node) -> list[Block]:
        self._remark_unknown(node)
        blocks = self.blocks(node.children)
        if not blocks:
            text = _text_of_unknown(node)
            blocks = [code_block(text)] if text else []
        names = self.identifiers(node) if isinstance(node, nodes.Element) else []
        return with_identifiers(blocks, names)

    def _remark_unknown(self, node: nodes.Node) -> None:
        kind = type(node).__name__
        if kind not in self._unknown:
            self._unknown.add(kind)
            message = f"'{kind}' is not carried to the printed editions, only its text is"
            self.remark(
                "node-not-carried",
                message,
                node,
                hint="say it in another way, or leave it to the site with an 'only' directive",
            )

    # What rules ask for

    def identifiers(self, node: nodes.Element) -> list[str]:
        """Names of a node over the whole thesis, each given out once."""
        names = []
        given: list[str] = list(node.get("ids", ()))
        for name in [identifier(self.docname, one) for one in given]:
            if name not in self._used and not RANDOM.search(name):
                self._used.add(name)
                names.append(name)
        return names

    def number(self, node: nodes.Element, kind: str = "") -> str:
        """The number that Sphinx has given to a figure, table, listing or proof; empty for none."""
        kind = kind or self.env.domains["std"].get_enumerable_node_type(node) or ""
        numbers = self.fignumbers.get(kind, {})
        found = next((numbers[name] for name in node["ids"] if name in numbers), ())
        return ".".join(map(str, found))

    def remark(self, rule: str, message: str, node: nodes.Node | None = None, hint: str = "") -> None:
        """Say something about a place on this page."""
        path, line = self.place(node)
        self._remarks.append(Diagnostic(rule, message, "warning", path, line, hint=hint))

    def place(self, node: nodes.Node | None) -> tuple[str, int]:
        """The page's file, relative to the thesis, and a node's line in it."""
        path = str(self.env.doc2path(self.docname, base=False))
        while node is not None and not getattr(node, "line", None):
            node = node.parent
        return path.replace("\\", "/"), (node.line or 0) if node is not None else 0

    def resolve(self, path: str) -> Path:
        """A file that the page names: from the thesis's root with a leading slash, else from the page's folder."""
        root = Path(self.env.srcdir)
        if path.startswith("/"):
            return root / path.lstrip("/")
        return Path(self.env.doc2path(self.docname)).parent / path

    @property
    def pictures(self) -> Path:
        """Where pictures that have no file of their own are written."""
        return Path(self.env.doctreedir).parent / "pictures"


def _in_language(blocks: list[Block], node: nodes.Node) -> list[Block]:
    """Blocks that say the language that their node names; a section or a listing is no passage."""
    if not isinstance(node, nodes.Element) or isinstance(node, nodes.section | nodes.FixedTextElement):
        return blocks
    language = language_of(node)
    return [div(blocks, pairs=[("lang", language)])] if language and blocks else blocks


def _rule(rules: Mapping[str, Any], node: nodes.Node) -> Any:
    """The rule for a node's class, or for the nearest of its bases, as docutils' own visitors look it up."""
    for kind in type(node).__mro__:
        if kind.__module__ == "docutils.nodes" and kind.__name__ in _TOO_GENERAL:
            continue
        if kind.__name__ in rules:
            return rules[kind.__name__]
    return None


_TOO_GENERAL = frozenset(
    {"Node", "Element", "TextElement", "FixedTextElement", "Admonition", "General", "Inline", "Body"}
)


def _is_html(node: nodes.Node) -> bool:
    return isinstance(node, nodes.raw) and "html" in str(node.get("format", "")).split()


def _runs(children: Sequence[nodes.Node]) -> list[tuple[list[nodes.Node], nodes.raw | None]]:
    """Children in order: runs of ordinary nodes, and raw HTML one by one."""
    found: list[tuple[list[nodes.Node], nodes.raw | None]] = []
    run: list[nodes.Node] = []
    for child in children:
        if isinstance(child, nodes.raw) and _is_html(child):
            if run:
                found.append((run, None))
            found.append(([], child))
            run = []
        else:
            run.append(child)
    return [*found, (run, None)] if run else found


def _text_of_unknown(node: nodes.Node) -> str:
    text = node.astext().strip()
    if not text and isinstance(node, nodes.Element):
        text = next((str(node[key]) for key in ("code", "content", "uri", "url") if node.get(key)), "")
    return text
