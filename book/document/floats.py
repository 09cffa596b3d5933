"""The figures and tables of the pages, and the places that name them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from docutils import nodes
from sphinx import addnodes

from book.document.memory import by_page, keep_by_page
from book.document.places import LINES_PER_CELL, source_of
from book.sources.prose import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from book.sources.chapters import Chapter

_FLOATS, _MENTIONS = "thesis_floats", "thesis_mentions"

FloatKind = Literal["figure", "table"]


@dataclass(frozen=True, slots=True)
class Float:
    """A figure or a table that stands in a frame of its own."""

    docname: str
    """The page it stands on."""
    path: str
    """That page's source, relative to the thesis."""
    place: Place
    """Where its directive, or the call that made it, begins."""
    kind: FloatKind
    """What it is."""
    label: str
    """The label that references name it by; empty where it has none."""
    anchors: tuple[str, ...]
    """Its ids on the page, the one that it is numbered under first."""
    caption: str
    """The words of its caption; empty where it has none."""
    note: str
    """The words below it."""
    pictures: tuple[str, ...]
    """Where its pictures come from."""
    computed: bool
    """Whether a cell made it."""
    apart: bool
    """Whether it stands aside from the text: in a margin, a card, a grid, a note."""
    credited: bool
    """Whether its caption or note cites a work, has a footnote, or links to another site."""
    number: tuple[int | str, ...] = ()
    """Its number, chapter first; empty where it has none."""

    @property
    def printed_number(self) -> str:
        """Its number as references print it."""
        return ".".join(map(str, self.number))


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that names something by its label."""

    docname: str
    """The page it stands on."""
    path: str
    """That page's source, relative to the thesis."""
    place: Place
    """Where the reference begins."""
    label: str
    """The label that it names, in lower case."""
    running: bool
    """Whether it stands in running text, not in a caption, a note or a table."""
    up_to_next: bool = False
    """Whether it is the first of a range whose last is the next mention: "figures 2 to 4"."""
    target: tuple[str, str] = ("", "")
    """Page and anchor that it leads to; empty where unknown."""


def reading_order(env: BuildEnvironment) -> tuple[str, ...]:
    """All pages in the order of the table of contents, and what stands in none at the end."""
    found: dict[str, None] = {}
    waiting = [str(env.config.root_doc)]
    while waiting:
        docname = waiting.pop()
        if docname not in found:
            found[docname] = None
            waiting += reversed(env.toctree_includes.get(docname, ()))
    return (*found, *sorted(env.found_docs - found.keys()))


def floats_in(env: BuildEnvironment, order: Sequence[str]) -> tuple[Float, ...]:
    """Every figure and table with its number, page by page in this order."""
    kept = by_page(env, _FLOATS)
    return tuple(replace(one, number=_number(env, one)) for docname in order for one in kept.get(docname, ()))


def mentions_in(env: BuildEnvironment, order: Sequence[str]) -> tuple[Mention, ...]:
    """Every reference to a label with what it leads to, page by page in this order."""
    kept, std = by_page(env, _MENTIONS), env.domaindata["std"]
    return tuple(_resolved(one, std) for docname in order for one in kept.get(docname, ()))


def _resolved(mention: Mention, std: Mapping[str, Any]) -> Mention:
    if mention.target[0]:
        return mention
    found = std["labels"].get(mention.label) or std["anonlabels"].get(mention.label)
    return replace(mention, target=(found[0], found[1])) if found else mention


def _number(env: BuildEnvironment, one: Float) -> tuple[int | str, ...]:
    numbered = env.toc_fignumbers.get(one.docname, {}).get(one.kind, {})
    return next((tuple(numbered[anchor]) for anchor in one.anchors if numbered.get(anchor)), ())


def _collect(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the floats and the references of a page that has just been read."""
    env, docname = app.env, app.env.docname
    chapter = source_of(env, docname)
    if chapter is None:
        return
    source = _Source(chapter)
    floats = tuple(_floats(doctree, docname, source))
    mentions = tuple(_mentions(doctree, docname, source))
    if floats:
        by_page(env, _FLOATS)[docname] = floats
    if mentions:
        by_page(env, _MENTIONS)[docname] = mentions


def _floats(doctree: nodes.document, docname: str, source: _Source) -> Iterator[Float]:
    for found in doctree.findall(lambda node: isinstance(node, nodes.figure | nodes.table)):
        node = cast("nodes.Element", found)
        kind: FloatKind = "table" if isinstance(node, nodes.table) else "figure"
        caption = next((child for child in node.children if isinstance(child, nodes.caption | nodes.title)), None)
        if kind == "table" and caption is None and not node["names"] and not node.get("thesis"):
            continue
        pictures = tuple(str(image.get("uri", "")) for image in node.findall(nodes.image))
        label = next(iter(node["names"]), "")
        origin = node.get("thesis")
        yield Float(
            docname,
            source.chapter.path,
            source.of_float(node, label, kind),
            kind,
            label,
            tuple(node["ids"]),
            _words(caption) if caption is not None else "",
            " ".join(_words(child) for child in node.children if isinstance(child, nodes.legend)),
            pictures,
            bool(origin) or any("jupyter_execute" in uri for uri in pictures),
            _apart(node),
            any(
                _credits(child)
                for child in node.children
                if isinstance(child, nodes.caption | nodes.title | nodes.legend)
            ),
        )


def _credits(node: nodes.Node) -> bool:
    return any(
        one.get("refdomain") == "cite"
        or isinstance(one, nodes.footnote_reference)
        or "://" in str(one.get("refuri", ""))
        for one in cast(
            "Iterator[nodes.Element]",
            node.findall(lambda n: isinstance(n, addnodes.pending_xref | nodes.reference | nodes.footnote_reference)),
        )
    )


def _words(node: nodes.Node) -> str:
    return " ".join(node.astext().split())


_ASIDE = re.compile(r"(?:^| )(?:sd-|margin|toggle)")


def _apart(node: nodes.Element) -> bool:
    """Whether something around a float takes it out of the text."""
    if set(node["classes"]) & {"margin", "sidebar", "dropdown", "wrap"}:
        return True
    around: nodes.Element | None = node.parent
    while around is not None and not isinstance(around, nodes.section | nodes.document):
        if isinstance(around, nodes.sidebar | nodes.Admonition | nodes.topic):
            return True
        if isinstance(around, nodes.container) and _ASIDE.search(" ".join(around["classes"])):
            return True
        around = around.parent
    return False


def _mentions(doctree: nodes.document, docname: str, source: _Source) -> Iterator[Mention]:
    """References in the order of the page."""
    ids = {value: str(name) for name, value in doctree.nameids.items() if value}
    previous: Mention | None = None
    for found in doctree.findall(lambda node: isinstance(node, addnodes.pending_xref | nodes.reference)):
        node = cast("nodes.Element", found)
        if isinstance(node, nodes.reference):
            if not node.get("refid"):
                continue
            label, target = ids.get(node["refid"], node["refid"]), (docname, str(node["refid"]))
        elif node.get("refdomain") in ("std", "", None) and node.get("reftype") in ("ref", "numref", "myst"):
            label, target = str(node.get("reftarget") or "").rpartition("#")[2].lower(), ("", "")
        else:
            continue
        place, after = source.of_mention(node, label)
        now = Mention(docname, source.chapter.path, place, label, _running(node), after, target)
        if previous is not None:
            yield previous
        previous = now
    if previous is not None:
        yield replace(previous, up_to_next=False)


def _running(node: nodes.Element) -> bool:
    aside = (nodes.caption, nodes.legend, nodes.title, nodes.entry, nodes.footnote, nodes.sidebar, nodes.table)
    around: nodes.Element | None = node.parent
    while around is not None:
        if isinstance(around, aside):
            return False
        around = around.parent
    return True


_NAMED = re.compile(
    r"\{(?:std:)?(?:numref|ref|any)\}(?P<ticks>`+)(?:[^`]*?<\s*(?P<inner>[^<>`]+?)\s*>|(?P<whole>[^`]+?))(?P=ticks)"
    r"|\]\((?:<)?(?:project:|path:)?[^)\s#]*#?(?P<link>[^)\s#>]+)>?(?:\s+\"[^\"]*\")?\)"
    r"|<(?:project:)?#(?P<auto>[^>\s]+)>"
)
_RANGE = re.compile(r"\s*(?:to|through|until|bis|à|[-\u2013\u2014])\s*(?=[\[{<])")
_LOOK_BACK = 3
"""Lines by which docutils may give a block's place too late."""


@dataclass(frozen=True, slots=True)
class _Named:
    """A reference as the source writes it."""

    unit: int
    start: int
    end: int
    label: str


class _Source:
    """A page's source, cell by cell where it is a notebook, and what has been found in it so far."""

    def __init__(self, chapter: Chapter) -> None:
        self.chapter = chapter
        self.units = _units(chapter)
        self.named: dict[str, list[_Named]] = {}
        for number, text in enumerate(self.units):
            for match in _NAMED.finditer(text):
                label = (match["inner"] or match["whole"] or match["link"] or match["auto"] or "").strip().lower()
                start = max(text.rfind("[", 0, match.start()), 0) if match["link"] else match.start()
                self.named.setdefault(label, []).append(_Named(number, start, match.end(), label))

    def of_mention(self, node: nodes.Element, label: str) -> tuple[Place, bool]:
        """Where the source names a label next, and whether a range begins there."""
        line = _line(node)
        waiting = self.named.get(label) or []
        unit, inside = self._split(line)
        least = self._offset(unit, inside - _LOOK_BACK)
        index = next((i for i, one in enumerate(waiting) if (one.unit, one.start) >= (unit, least)), 0)
        if not waiting:
            return Place(max(inside, 1), 1, unit + 1 if self._notebook else 0), False
        found = waiting.pop(index)
        return self._place(found.unit, found.start), bool(_RANGE.match(self.units[found.unit], found.end))

    def of_float(self, node: nodes.Element, label: str, kind: str) -> Place:
        """Where a float's directive or call stands."""
        origin = node.get("thesis")
        unit, inside = self._split(_line(node))
        if origin:
            line = int(origin["line"])
            if not self._notebook:
                return Place(line, 1)
            unit = line - 1
            found = re.search(rf"[\"']{re.escape(label)}[\"']", self.units[unit]) if unit < len(self.units) else None
            call = self.units[unit].rfind(f"{kind}(", 0, found.start()) if found else -1
            return self._place(unit, max(call, 0))
        text = self.units[unit] if unit < len(self.units) else ""
        lines = text.split("\n")
        for number in range(min(inside, len(lines)), max(inside - 2 * _LOOK_BACK, 0), -1):
            match = re.search(r"(?:`{3,}|:{3,}|~{3,})\{|<figure|!\[", lines[number - 1])
            if match:
                return Place(number, match.start() + 1, unit + 1 if self._notebook else 0)
        return Place(max(inside, 1), 1, unit + 1 if self._notebook else 0)

    @property
    def _notebook(self) -> bool:
        return self.chapter.format == "notebook"

    def _split(self, line: int) -> tuple[int, int]:
        """Unit, and line in it, of a line as MyST-NB counts."""
        if self._notebook and line >= LINES_PER_CELL:
            return line // LINES_PER_CELL - 1, line % LINES_PER_CELL
        return 0, line

    def _offset(self, unit: int, line: int) -> int:
        text = self.units[unit] if unit < len(self.units) else ""
        offset = 0
        for _ in range(max(line - 1, 0)):
            offset = text.find("\n", offset) + 1
            if not offset:
                return len(text)
        return offset

    def _place(self, unit: int, offset: int) -> Place:
        text = self.units[unit]
        column = offset - text.rfind("\n", 0, offset)
        return Place(text.count("\n", 0, offset) + 1, column, unit + 1 if self._notebook else 0)


def _units(chapter: Chapter) -> list[str]:
    if chapter.format != "notebook":
        return [chapter.text.replace("\r\n", "\n")]
    cells = json.loads(chapter.text).get("cells") or []
    given = [cell.get("source") or "" if isinstance(cell, dict) else "" for cell in cells]
    return [source if isinstance(source, str) else "".join(map(str, source)) for source in given]


def _line(node: nodes.Node) -> int:
    around: nodes.Node | None = node
    while around is not None and not around.line:
        around = around.parent
    return (around.line or 0) if around is not None else 0


def setup(app: Sphinx) -> dict[str, Any]:
    """Watch the floats and the references of each page."""
    keep_by_page(app, _FLOATS, _MENTIONS)
    app.connect("doctree-read", _collect)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
