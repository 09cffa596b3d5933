"""What an EPUB needs beyond what pandoc writes: a title page, the mark of a draft, pages that every validator accepts."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from lxml import etree

from book.languages import right_to_left

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

XHTML = "http://www.w3.org/1999/xhtml"
EPUB = "http://www.idpf.org/2007/ops"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MATHML = "http://www.w3.org/1998/Math/MathML"


@dataclass(frozen=True, slots=True)
class Finish:
    """How a file is finished."""

    title: Mapping[str, str]
    """What stands on the title page."""
    words: Mapping[str, str]
    """Words that the edition adds."""
    language: str
    """Language of the text."""
    draft: bool
    """Whether every page says that it is a draft."""


def finished(files: Mapping[str, bytes], finish: Finish) -> dict[str, bytes]:
    """The files of an EPUB, finished."""
    found = dict(files)
    trees = {name: etree.fromstring(content) for name, content in files.items() if name.endswith(".xhtml")}
    homes = {str(one): name for name, tree in trees.items() for one in tree.xpath("//@id")}
    for name, tree in trees.items():
        _lead_home(name, tree, homes)
        found[name] = _page(name, tree, finish)
    return found


def _lead_home(name: str, tree: Any, homes: Mapping[str, str]) -> None:
    """Links to a place on another page name that page; a place that is on none is not linked."""
    here = set(tree.xpath("//@id"))
    for one in list(tree.iter(f"{{{XHTML}}}a")):
        place = str(one.get("href") or "")
        if not place.startswith("#") or place[1:] in here:
            continue
        home = homes.get(place[1:])
        if home:
            one.set("href", posixpath.relpath(home, posixpath.dirname(name)) + place)
        else:
            one.tag = f"{{{XHTML}}}span"
            one.attrib.pop("href")


def _page(name: str, tree: Any, finish: Finish) -> bytes:
    body = tree.find(f"{{{XHTML}}}body")
    if body is None:
        return bytes(etree.tostring(tree))
    if name.endswith("title_page.xhtml"):
        _title_page(body, finish)
    if name.endswith("nav.xhtml"):
        _contents(body)
    if right_to_left(finish.language):
        tree.set("dir", "rtl")
    for one in body.iter():
        if one.get("lang"):
            one.set(LANG, one.get("lang"))
    _tables(body)
    _formulas(body)
    _empty(body)
    if finish.draft and not name.endswith("cover.xhtml"):
        mark = etree.fromstring(f'<p xmlns="{XHTML}" class="draft">{escape(finish.words["draft"])}</p>')
        body.insert(0, mark)
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", doctype="<!DOCTYPE html>"))


def _contents(body: Any) -> None:
    """Entries of the contents are words: a picture is what it shows, a formula its signs, and nothing at all three dots."""
    for entry in body.xpath("//*[local-name()='nav']//*[local-name()='li']/*[local-name()='a' or local-name()='span']"):
        for one in entry.xpath(".//*[local-name()='annotation']"):
            one.getparent().remove(one)
        for one in [*entry.iter(f"{{{XHTML}}}img"), *entry.iter(f"{{{MATHML}}}math")]:
            said = etree.Element(f"{{{XHTML}}}span")
            said.text, said.tail = one.get("alt") or " ".join("".join(one.itertext()).split()), one.tail
            one.getparent().replace(one, said)
        for one in list(entry.iter(f"{{{XHTML}}}span")):
            if one is not entry and not "".join(one.itertext()).strip():
                one.text = ""
                one.tag = "left-out"
        etree.strip_tags(entry, "left-out")
        if not "".join(entry.itertext()).strip():
            entry[:] = []
            entry.text = "…"


def _title_page(body: Any, finish: Finish) -> None:
    """Everything that a printed title page says."""
    title = finish.title
    supervisor = f"{finish.words['supervisor']}: {title['supervisor']}" if title["supervisor"] else ""
    dated = ", ".join(piece for piece in (title["place"], title["date"]) if piece)
    lines: Iterable[tuple[str, str, str]] = (
        ("p", "institution", title["institution"]), ("p", "department", title["department"]), ("h1", "title", title["title"]),
        ("p", "subtitle", title["subtitle"]), ("p", "author", title["author"]), ("p", "degree", title["degree"]), ("p", "supervisor", supervisor),
        ("p", "date", dated), ("p", "remark", title["note"]),
    )  # fmt: skip
    said = "".join(f'<{tag} class="{kind}">{escape(text)}</{tag}>' for tag, kind, text in lines if text)
    page = f'<section xmlns="{XHTML}" xmlns:epub="{EPUB}" epub:type="titlepage" class="titlepage">{said}</section>'
    for child in list(body):
        body.remove(child)
    body.append(etree.fromstring(page))


def _tables(body: Any) -> None:
    """Cells of a head say what they head."""
    for head in body.iter(f"{{{XHTML}}}thead"):
        for cell in head.iter(f"{{{XHTML}}}th"):
            cell.set("scope", "colgroup" if cell.get("colspan") else "col")
    for cell in body.iter(f"{{{XHTML}}}th"):
        cell.set("scope", cell.get("scope") or "row")
        if not "".join(cell.itertext()).strip():
            cell.tag = f"{{{XHTML}}}td"
            cell.attrib.pop("scope", None)


def _formulas(body: Any) -> None:
    """A formula says itself in TeX where a reader cannot speak MathML."""
    for formula in body.iter(f"{{{MATHML}}}math"):
        note = formula.find(f".//{{{MATHML}}}annotation")
        if note is not None and note.text and not formula.get("alttext"):
            formula.set("alttext", " ".join(note.text.split()))


_EMPTY = re.compile(r"^\s*$")


def _empty(body: Any) -> None:
    """Spans that only mark a place stay; captions and list items that hold nothing go."""
    for name in ("figcaption", "caption"):
        for one in list(body.iter(f"{{{XHTML}}}{name}")):
            if _EMPTY.match("".join(one.itertext())) and not len(one):
                one.getparent().remove(one)
