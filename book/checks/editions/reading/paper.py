"""The PDF, taken apart by its tags as its reader finds it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from book.checks.editions.reading.pdfium import FORM, TEXT, Sheet, Tree
from book.checks.editions.reading.piece import Link, Paper, Piece, Run, alike, bare, compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from book.checks.editions.reading.piece import Box


BLOCKS = frozenset({"P", "Div", "LBody", "Lbl", "BlockQuote", "Sect", "Part", "Document", "NonStruct", "Art", "Index"})
"""Elements that begin a paragraph of their own."""
WHOLE = {"Caption": "caption", "TD": "cell", "TH": "cell", "Note": "note", "Title": "text"}
"""Elements that are one piece, whatever stands in them -> its kind."""
NUMBERED_LISTS = frozenset({"Decimal", "UpperRoman", "LowerRoman", "UpperAlpha", "LowerAlpha"})
MARKS = re.compile(r"\s*(?:[•‣◦▪⁃–—*·-]|\(?[\w]{1,6}[.)])\s*$")
EQUATION_NUMBER = re.compile(r"\((?:[A-Z]{1,2}[.\-–])?\d+(?:[.\-–]\d+)*[a-z]?\)$")
"""`(3)`, `(2.4)`, `(A.1)`; a formula may end in words between brackets, too."""
EDGE = 1.0
"""Points by which a glyph may stand over the edge of the sheet unseen: the box of a font is wider than its ink."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Text in one place, with where it belongs."""

    path: tuple[int, ...]
    """Place in the tree of the whole document."""
    block: tuple[int, ...]
    """Place of the piece that it is part of."""
    kind: str
    """Kind of that piece."""
    run: Run
    """The text."""
    table: tuple[tuple[int, ...], ...] = ()
    """Of a cell: place of the table, of the row, of the cell."""
    head: bool = False
    """Of a cell: whether it is in the head."""
    note: bool = False
    """Whether it is in a footnote."""
    title: str = ""
    """Title of a heading."""


@dataclass(frozen=True, slots=True)
class Around:
    """Where in the tree a walk has come to."""

    block: tuple[int, ...] = ()
    kind: str = "text"
    fixed: bool = False
    span: str = ""
    table: tuple[tuple[int, ...], ...] = ()
    head: bool = False
    note: bool = False
    title: str = ""
    listed: str = ""


def read_paper(path: Path) -> Paper:
    """Take the PDF apart; an unreadable one is empty."""
    from pypdfium2 import raw

    raw.FPDF_InitLibrary()
    document = raw.FPDF_LoadDocument(str(path).encode(), None)
    if not document:
        return Paper(tagged=False)
    try:
        reader = _Reader(tagged=bool(raw.FPDFCatalog_IsTagged(document)))
        count = raw.FPDF_GetPageCount(document)
        for index in range(count):
            reader.sheet(document, index)
        return reader.paper(count, _metadata(raw, document))
    finally:
        raw.FPDF_CloseDocument(document)


def _metadata(raw: Any, document: Any) -> str:
    import ctypes

    said = []
    for name in (b"Title", b"Author", b"Subject", b"Keywords", b"Creator", b"Producer"):
        size = raw.FPDF_GetMetaText(document, name, None, 0)
        buffer = ctypes.create_string_buffer(max(size, 2))
        raw.FPDF_GetMetaText(document, name, buffer, size)
        said.append(buffer.raw[: max(size - 2, 0)].decode("utf-16-le", "replace"))
    return "\n".join(said)


class _Reader:
    """Goes through the sheets once."""

    def __init__(self, *, tagged: bool) -> None:
        self.tagged = tagged
        self.leaves: list[Leaf] = []
        self.pictures: list[tuple[tuple[int, ...], Piece]] = []
        self.clipped: list[Run] = []
        self.empty: list[int] = []
        self.overlaid: list[Run] = []
        self.dead: list[Link] = []
        self.first = 0
        self.texts: dict[int, list[Run]] = {}
        self.found: set[int] = set()
        self.contents: set[tuple[int, ...]] = set()
        self.page = 0

    def sheet(self, document: Any, index: int) -> None:
        """Read one sheet."""
        sheet = Sheet(document, index)
        tree = Tree(sheet)
        self.page = index + 1
        try:
            self._objects(sheet)
            self.dead += [Link("", page=self.page, box=box) for box in sheet.dead_links()]
            wanted = set(self.texts) - {-1}
            self.found = set()
            for place, root in enumerate(tree.roots()):
                self._root(tree, root, (place,), wanted)
        finally:
            tree.close()
            sheet.close()

    def _objects(self, sheet: Sheet) -> None:
        width, height = sheet.size
        self.texts = {}
        anything = False
        here: list[tuple[int, Run]] = []
        for kind, marked, said, box in sheet.objects():
            anything = anything or marked >= 0 or not self.tagged
            if kind != TEXT:
                if kind == FORM or marked >= 0:
                    self.texts.setdefault(marked, [])
                continue
            run = Run(said, "", self.page, box)
            self.texts.setdefault(marked, []).append(run)
            if not said.strip():
                continue
            here.append((marked, run))
            if box[0] < -EDGE or box[1] < -EDGE or box[2] > width + EDGE or box[3] > height + EDGE:
                self.clipped.append(run)
        if not anything:
            self.empty.append(self.page)
        over = overlaid(here)
        if over:
            self.overlaid.append(over)

    def _root(self, tree: Tree, root: Any, path: tuple[int, ...], wanted: set[int]) -> None:
        """Only a stretch of the document's children stands on one sheet; looking at all of them is quadratic."""
        begun = self._stretch(tree, root, path, wanted, self.first, None)
        if not wanted <= self.found and self.first:
            earlier = self._stretch(tree, root, path, wanted, 0, self.first)
            begun = begun if earlier is None else earlier
        self.first = self.first if begun is None else begun

    def _stretch(
        self, tree: Tree, root: Any, path: tuple[int, ...], wanted: set[int], start: int, stop: int | None
    ) -> int | None:
        """Read children from one to another, until all of the sheet is found; returns the first that is on it."""
        begun = None
        for number, child, marked in tree.children(root, start):
            if (stop is not None and number >= stop) or wanted <= self.found:
                break
            begun = number if begun is None else begun
            self._child(tree, child, marked, (*path, number), Around(path))
        return begun

    def _child(self, tree: Tree, child: Any, marked: int, path: tuple[int, ...], around: Around) -> None:
        if child is None:
            self.found.add(marked)
            for run in self.texts.get(marked, ()):
                self._leaf(path, around, run)
        else:
            self._element(tree, child, path, around)

    def _leaf(self, path: tuple[int, ...], around: Around, run: Run) -> None:
        if run.text:
            said = replace(run, kind=around.span) if around.span else run
            self.leaves.append(
                Leaf(path, around.block, around.kind, said, around.table, around.head, around.note, around.title)
            )

    def _element(self, tree: Tree, element: Any, path: tuple[int, ...], around: Around) -> None:
        kind = tree.kind(element)
        if kind in {"TOC", "Figure", "Formula"} or (kind == "Lbl" and self._is_mark(tree, element, around)):
            {"TOC": self._contents, "Figure": self._picture, "Formula": self._formula}.get(kind, self._mark)(
                tree, element, path, around
            )
            return
        for number, child, marked in tree.children(element):
            inner = self._around(tree, element, kind, path, around) if number >= 0 else around
            self._child(tree, child, marked, (*path, number), inner)

    def _around(self, tree: Tree, element: Any, kind: str, path: tuple[int, ...], around: Around) -> Around:
        """Where one is inside of an element."""
        if kind in {"L", "Table", "THead", "TR"}:
            return _in_container(tree, element, kind, path, around)
        if kind == "Note":
            return replace(around, block=path, kind="note", fixed=True, note=True, span="", table=())
        if not around.fixed:
            whole = _in_whole(tree, element, kind, path, around)
            if whole is not None:
                return whole
        if kind in {"Link", "Reference", "Code"}:
            return replace(around, span=around.span or ("code" if kind == "Code" else "link"))
        if kind in BLOCKS or (kind == "Span" and len(path) == 2):  # noqa: PLR2004 - a child of the document
            return replace(around, **_block(path, around))
        return around

    def _is_mark(self, tree: Tree, element: Any, around: Around) -> bool:
        """Whether a label is the mark of a list or of a note; that of a definition is its term."""
        if around.listed in NUMBERED_LISTS or around.listed in {"Circle", "Disc", "Square"}:
            return True
        if around.listed and around.listed != "None":
            return True
        below = [child for _, child, _ in tree.children(element)]
        linked = bool(below) and all(child and tree.kind(child) == "Link" for child in below)
        said = "".join(run.text for run in self._below(tree, element)) if linked else ""
        return not around.listed or (linked and len(said.strip()) <= MARK)

    def _below(self, tree: Tree, element: Any) -> Iterator[Run]:
        for _, child, marked in tree.children(element):
            if child is None:
                self.found.add(marked)
                yield from self.texts.get(marked, ())
            else:
                yield from self._below(tree, child)

    def _mark(self, tree: Tree, element: Any, path: tuple[int, ...], around: Around) -> None:
        del path, around
        for _ in self._below(tree, element):
            pass

    def _contents(self, tree: Tree, element: Any, path: tuple[int, ...], around: Around) -> None:
        self._mark(tree, element, path, around)
        self.contents.add(path)

    def _picture(self, tree: Tree, element: Any, path: tuple[int, ...], around: Around) -> None:
        said = " ".join(tree.alt(element).split())
        self._mark(tree, element, path, around)
        if said:
            self.pictures.append((path, Piece("picture", (Run(said, "", self.page, ()),))))

    def _formula(self, tree: Tree, element: Any, path: tuple[int, ...], around: Around) -> None:
        said = f" {bare(tree.alt(element))} "
        runs = list(self._below(tree, element))
        box = _around_all(run.box for run in runs)
        if around.kind != "text" or len(path) > 2 or not tree.attribute(element, b"Placement"):  # noqa: PLR2004
            self._leaf(path, around, Run(said, "formula", self.page, box))
            return
        number = runs[-1].text.strip() if runs else ""
        shown = number if EQUATION_NUMBER.match(number) else ""
        self.leaves.append(Leaf(path, path, "equation", Run(said, "formula", self.page, box), title=shown))

    def paper(self, sheets: int, metadata: str) -> Paper:
        """All sheets together, in the order of the tree."""
        self.leaves.sort(key=lambda leaf: leaf.path)
        flow: list[Piece] = []
        self.leaves = _optional_headings(self.leaves, self.contents)
        for table, group in groupby(
            (leaf for leaf in self.leaves if not leaf.note),
            key=lambda leaf: leaf.table[0] if leaf.kind == "cell" and leaf.table else (),
        ):
            leaves = list(group)
            flow += [_table(leaves)] if table else list(_pieces(leaves))
        notes = list(_pieces(leaf for leaf in self.leaves if leaf.note))
        pictures = [piece for _, piece in sorted(self.pictures, key=lambda one: one[0])]
        return Paper(
            self.tagged and bool(self.leaves), tuple(flow), tuple(notes), tuple(pictures), tuple(self.dead),
            tuple(self.clipped), tuple(self.empty), sheets, tuple(self.overlaid), metadata,
        )  # fmt: skip


def overlaid(texts: list[tuple[int, Run]]) -> Run | None:
    """The first text that is drawn over another one, as large as it; accents and the parts of a formula are small."""
    lines: dict[int, list[Run]] = {}
    for marked, run in texts:
        if marked < 0 or not run.box or len(run.text.strip()) < SHORT:
            continue
        place = round((run.box[1] + run.box[3]) / 2 / LINE)
        near = (one for at in (place - 1, place, place + 1) for one in lines.get(at, ()))
        if any(other.box and hides(run.box, other.box) for other in near):
            return run
        lines.setdefault(place, []).append(run)
    return None


def hides(one: Box, two: Box) -> bool:
    """Whether two boxes lie on each other for the most part."""
    width = min(one[2], two[2]) - max(one[0], two[0])
    height = min(one[3], two[3]) - max(one[1], two[1])
    narrow, low = min(one[2] - one[0], two[2] - two[0]), min(one[3] - one[1], two[3] - two[1])
    return width > MOST * narrow and height > MOST * low


MARK = 4
"""Characters that the mark of a note has at most; what is longer is a term that leads elsewhere."""
SHORT = 3
"""Characters below which a text may belong to a formula."""
LINE = 4.0
"""Points between the middles of two texts within which they are looked at."""
MOST = 0.6
"""Share of width and height above which one text hides another."""


def _in_container(tree: Tree, element: Any, kind: str, path: tuple[int, ...], around: Around) -> Around:
    """Lists, tables and their rows."""
    if kind == "L":
        return replace(around, listed=tree.attribute(element, b"ListNumbering") or "None", **_block(path, around))
    if kind == "Table":
        return replace(around, table=(path,), **_block(path, around))
    if kind == "THead":
        return replace(around, head=True)
    return replace(around, table=(*around.table[:1], path))


def _in_whole(tree: Tree, element: Any, kind: str, path: tuple[int, ...], around: Around) -> Around | None:
    """Captions, cells, headings and listings are one piece each."""
    if kind in WHOLE:
        table = (*around.table[:2], path) if WHOLE[kind] == "cell" else ()
        return replace(around, block=path, kind=WHOLE[kind], fixed=True, table=table)
    if re.fullmatch(r"H\d?", kind):
        return replace(around, block=path, kind="heading", fixed=True, title=tree.title(element))
    if kind == "Code" and any(child and tree.kind(child) == "P" for _, child, _ in tree.children(element)):
        return replace(around, block=path, kind="code", fixed=True)
    return None


def _block(path: tuple[int, ...], around: Around) -> dict[str, Any]:
    return {} if around.fixed else {"block": path}


def _around_all(boxes: Iterable[Any]) -> Any:
    """The smallest box around all."""
    known = [box for box in boxes if box]
    if not known:
        return ()
    return (
        min(box[0] for box in known),
        min(box[1] for box in known),
        max(box[2] for box in known),
        max(box[3] for box in known),
    )


def _optional_headings(leaves: list[Leaf], contents: set[tuple[int, ...]]) -> list[Leaf]:
    """Mark the heading right above a table of contents: only the PDF may have one."""
    tops = sorted({leaf.block for leaf in leaves if leaf.kind == "heading"})
    found = set()
    for place in contents:
        above = [block for block in tops if block < place]
        if above and not any(above[-1] < leaf.block < place for leaf in leaves):
            found.add(above[-1])
    return [replace(leaf, run=replace(leaf.run, kind="optional")) if leaf.block in found else leaf for leaf in leaves]


def _pieces(leaves: Iterable[Leaf]) -> Iterator[Piece]:
    for _, group in groupby(leaves, key=lambda leaf: leaf.block):
        yield _piece(list(group))


def _piece(leaves: list[Leaf]) -> Piece:
    kind = leaves[0].kind
    runs = tuple(leaf.run for leaf in leaves)
    if kind == "caption":
        return Piece(kind, _without_stop(runs))
    if kind == "equation":
        return Piece(kind, runs, leaves[0].title)
    if kind == "heading":
        return _heading(runs, leaves[0].title)
    if kind == "code":
        size = len(leaves[0].block) + 1
        ends = {leaf.path[:size]: leaf.path for leaf in leaves}
        shown = (
            replace(leaf.run, text=leaf.run.text + "\n") if ends[leaf.path[:size]] == leaf.path else leaf.run
            for leaf in leaves
        )
        return Piece(kind, tuple(shown))
    return Piece(kind, runs)


def _heading(runs: tuple[Run, ...], title: str) -> Piece:
    """Only the number itself counts, not the word before it: the site prints `1.`, the PDF `Chapter 1`."""
    if len(runs) > 1 and title and alike(compact("".join(run.text for run in runs[1:])), compact(title)):
        words = runs[0].text.split()
        number = words[-1] if words else ""
        said = "".join(run.text for run in runs[1:]).strip()
        return Piece("heading", (replace(runs[0], text=number + " "), *runs[1:]), number, said)
    whole = "".join(run.text for run in runs).strip()
    return Piece("heading", runs, "", whole)


def _without_stop(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """A caption without the full stop behind its number."""
    first = runs[0].text.rstrip()
    return (replace(runs[0], text=first.rstrip(".:") + " "), *runs[1:]) if re.search(r"\d[.:]$", first) else runs


def _table(leaves: list[Leaf]) -> Piece:
    """The rows of a table; a cell that is empty has no text, and is known by its place."""
    rows: list[tuple[Piece, ...]] = []
    heads = 0
    for _, group in groupby(leaves, key=lambda leaf: leaf.table[1]):
        row = list(group)
        cells: list[Piece] = []
        for place, inside in groupby(row, key=lambda leaf: leaf.table[2]):
            cells += [Piece("cell")] * (place[-1] - len(cells))
            cells.append(Piece("cell", tuple(leaf.run for leaf in inside)))
        heads += row[0].head
        rows.append(tuple(cells))
    return Piece("table", rows=tuple(rows), heads=heads)
