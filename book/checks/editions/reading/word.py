"""The Word file, as its reader finds it."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

from lxml import etree

from book.checks.editions.reading.piece import Link, Paper, Piece, Run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
FORMULA = " [formula] "
"""Stands for a formula: Word's own tree of it says nothing of the TeX that it was made of."""
ONLY_HERE = frozenset(
    {"title", "subtitle", "author", "date", "title page", "toc heading", "table of figures", "header", "footer"}
)
"""Styles of what the site has not: title page, contents, lists."""
CAPTIONS = frozenset({"caption", "table caption", "image caption"})
CONTENTS = re.compile(r"toc \d$")
HEADING = re.compile(r"heading (\d)$")
LABEL = re.compile(r"^([^\d]*[\d.]*\d)\.(?=\s)")
"""A caption's word and number, and the full stop that only print has."""
NUMBER = re.compile(r"\(([^()]+)\)\s*$")


def read_word(path: Path) -> Paper:
    """Take a Word file apart; one that cannot be read has nothing in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist() if name.endswith(".xml")}
        trees = {name: etree.fromstring(parts[name]) for name in ("word/document.xml", "word/styles.xml")}
        notes = etree.fromstring(parts["word/footnotes.xml"]) if "word/footnotes.xml" in parts else None
    except (OSError, zipfile.BadZipFile, KeyError, etree.XMLSyntaxError):
        return Paper(tagged=False)
    reader = _Reader(trees["word/styles.xml"], notes)
    body = trees["word/document.xml"].find(f"{W}body")
    if body is not None:
        reader.read(body)
    metadata = "\n".join(
        re.sub(r"<[^>]+>", " ", parts[name].decode("utf-8", "replace"))
        for name in sorted(parts)
        if name.startswith("docProps/")
    )
    return Paper(
        True,
        tuple(reader.flow),
        tuple(reader.notes),
        tuple(reader.pictures),
        tuple(_dead(trees["word/document.xml"])),
        metadata=metadata,
    )


def _dead(tree: Any) -> Iterator[Link]:
    """Links and references to bookmarks that are not there."""
    known = {str(one.get(f"{W}name")) for one in tree.iter(f"{W}bookmarkStart")}
    wanted = {str(one.get(f"{W}anchor")): _text(one) for one in tree.iter(f"{W}hyperlink") if one.get(f"{W}anchor")}
    for one in tree.iter(f"{W}instrText"):
        words = (one.text or "").split()
        if words[:1] == ["REF"] and len(words) > 1:
            wanted.setdefault(words[1], "")
    for name, said in wanted.items():
        if name not in known:
            yield Link(name, said[:80])


def _text(node: Any) -> str:
    return "".join(one.text or "" for one in node.iter(f"{W}t"))


class _Reader:
    """Goes through the body once."""

    def __init__(self, styles: Any, notes: Any) -> None:
        self.flow: list[Piece] = []
        self.notes: list[Piece] = []
        self.pictures: list[Piece] = []
        self.names = {
            str(one.get(f"{W}styleId")): str(name.get(f"{W}val")).lower()
            for one in styles.iter(f"{W}style")
            if (name := one.find(f"{W}name")) is not None
        }
        self.footnotes = {} if notes is None else {str(one.get(f"{W}id")): one for one in notes.iter(f"{W}footnote")}

    def read(self, body: Any) -> None:
        """Read all blocks."""
        for block in body:
            if block.tag == f"{W}p":
                self.paragraph(block)
            elif block.tag == f"{W}tbl":
                self.table(block)
            elif block.tag == f"{W}sdt":
                content = block.find(f"{W}sdtContent")
                if content is not None:
                    self.read(content)

    def style(self, paragraph: Any) -> str:
        """Name of a paragraph's style in lower case."""
        one = paragraph.find(f"{W}pPr/{W}pStyle")
        identifier = "" if one is None else str(one.get(f"{W}val"))
        return self.names.get(identifier, identifier.lower())

    def paragraph(self, paragraph: Any) -> None:
        """Read one paragraph as what its style says."""
        style = self.style(paragraph)
        if style in ONLY_HERE or CONTENTS.match(style):
            return
        runs = tuple(self.runs(paragraph))
        text = "".join(run.text for run in runs)
        if not text.strip():
            return
        if HEADING.match(style):
            self.flow.append(self.heading(paragraph, runs))
        elif style in CAPTIONS:
            self.flow.append(Piece("caption", (Run(LABEL.sub(r"\1", text)),)))
        elif style == "bibliography":
            self.flow.append(Piece("entry", runs))
        elif style == "source code":
            self.flow.append(Piece("code", (Run(text),)))
        elif any(run.kind == "formula" for run in runs) and (
            style == "equation" or not text.replace(FORMULA, "").strip()
        ):
            self.equation(text)
        else:
            self.flow.append(Piece("text", runs))

    def equation(self, text: str) -> None:
        """A displayed formula, perhaps with a number."""
        said = NUMBER.search(text)
        self.flow.append(Piece("equation", (Run(FORMULA, "formula"),), f"({said[1]})" if said else ""))

    def heading(self, paragraph: Any, runs: tuple[Run, ...]) -> Piece:
        """A heading, its number apart."""
        number = "".join(
            _text(one)
            for one in paragraph.iter(f"{W}r")
            if self.names.get(_character_style(one), "").replace(" ", "") == "sectionnumber"
        ).strip()
        title = "".join(run.text for run in runs).strip().removeprefix(number).strip()
        shown = (*((Run(number + " "),) if number else ()), Run(title))
        return Piece("heading", shown, number, title)

    def runs(self, node: Any) -> Iterator[Run]:
        """The text of a paragraph; notes and pictures are put where they belong."""
        for child in node:
            if child.tag in {f"{W}t", f"{W}delText"}:
                yield Run(child.text or "")
            elif child.tag in {f"{W}tab", f"{W}cr"}:
                yield Run(" ")
            elif child.tag == f"{W}br":
                yield Run(" " if child.get(f"{W}type") else "\n")
            elif child.tag in {f"{M}oMath", f"{M}oMathPara"}:
                yield Run(FORMULA, "formula")
            elif child.tag == f"{W}footnoteReference":
                self.note(str(child.get(f"{W}id")))
            elif child.tag == f"{W}drawing":
                self.picture(child)
            elif isinstance(child.tag, str) and child.tag not in {f"{W}pPr", f"{W}rPr", f"{W}instrText"}:
                yield from self.runs(child)

    def picture(self, drawing: Any) -> None:
        """The alternative text of a picture."""
        said = next((" ".join(str(one.get("descr") or "").split()) for one in drawing.iter(DRAWN)), "")
        if said:
            self.pictures.append(Piece("picture", (Run(said),)))

    def note(self, identifier: str) -> None:
        """The footnote of a mark."""
        found = self.footnotes.get(identifier)
        if found is None:
            return
        paragraphs = ["".join(run.text for run in self.runs(one)) for one in found.iter(f"{W}p")]
        said = " ".join(" ".join(paragraphs).split())
        if said:
            self.notes.append(Piece("note", (Run(said),)))

    def table(self, table: Any) -> None:
        """Rows and cells; what hangs down from a row above is no cell of its own."""
        rows: list[tuple[Piece, ...]] = []
        heads = 0
        for row in table.iterchildren(f"{W}tr"):
            cells = tuple(self.cell(one) for one in row.iterchildren(f"{W}tc") if not _hangs(one))
            if any(cell.text.strip() for cell in cells):
                heads += row.find(f"{W}trPr/{W}tblHeader") is not None
                rows.append(cells)
        if rows:
            self.flow.append(Piece("table", rows=tuple(rows), heads=heads))

    def cell(self, cell: Any) -> Piece:
        """Everything in one cell."""
        runs: list[Run] = []
        for paragraph in cell.iter(f"{W}p"):
            runs += [*([Run(" ")] if runs else []), *self.runs(paragraph)]
        return Piece("cell", tuple(run for run in runs if run.text))


def _hangs(cell: Any) -> bool:
    merged = cell.find(f"{W}tcPr/{W}vMerge")
    return merged is not None and merged.get(f"{W}val") != "restart"


def _character_style(run: Any) -> str:
    style = run.find(f"{W}rPr/{W}rStyle")
    return "" if style is None else str(style.get(f"{W}val"))
