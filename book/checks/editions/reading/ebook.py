"""The e-book, as its reader finds it: its pages in the order in which they are read."""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from lxml import etree, html

from book.checks.editions.reading.piece import Link, Paper, Piece, Run
from book.checks.editions.reading.site import PageReader, classes_of, tex_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

OPF = "{http://www.idpf.org/2007/opf}"
CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
NOT_READ = re.compile(r"(?:nav|cover|title_page)\.xhtml$")
"""Pages that the site has not: contents, cover, title page."""
BACK = frozenset({"footnote-back", "draft"})
"""Classes of what only the e-book has."""


def read_ebook(path: Path) -> Paper:
    """Take an EPUB apart; one that cannot be read has nothing in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        package = _package(files)
        opf = etree.fromstring(files[package])
        pages = {name: _as_html(files[name]) for name in _spine(opf, package) if name in files}
    except (OSError, zipfile.BadZipFile, KeyError, StopIteration, etree.LxmlError):
        return Paper(tagged=False)
    flow: list[Piece] = []
    notes: list[Piece] = []
    pictures: list[Piece] = []
    for name, tree in pages.items():
        body = tree.find("body")
        if body is None or NOT_READ.search(name):
            continue
        reader = _BookReader(body)
        reader.read()
        flow += reader.flow
        notes += reader.notes
        pictures += reader.pictures
    metadata = re.sub(r"<[^>]+>", " ", files[package].decode("utf-8", "replace").partition("</metadata>")[0])
    return Paper(True, tuple(flow), tuple(notes), tuple(pictures), tuple(_dead(pages, set(files))), metadata=metadata)


def _package(files: Mapping[str, bytes]) -> str:
    container = etree.fromstring(files["META-INF/container.xml"])
    return str(next(container.iter(f"{CONTAINER}rootfile")).get("full-path"))


def _spine(opf: Any, package: str) -> list[str]:
    """Files of the pages in the order of reading."""
    items = {one.get("id"): str(one.get("href")) for one in opf.iter(f"{OPF}item")}
    base = posixpath.dirname(package)
    named = [items[one.get("idref")] for one in opf.iter(f"{OPF}itemref") if one.get("idref") in items]
    return [posixpath.normpath(posixpath.join(base, unquote(name))) for name in named]


def _as_html(content: bytes) -> Any:
    """A page of XHTML as the site's reader takes it: without namespaces."""
    tree = etree.fromstring(content)
    for node in tree.iter():
        if isinstance(node.tag, str):
            node.tag = etree.QName(node).localname
    etree.cleanup_namespaces(tree)
    return html.document_fromstring(etree.tostring(tree, method="html", encoding="unicode"))


def _dead(pages: Mapping[str, Any], files: set[str]) -> Iterator[Link]:
    """Links to pages and places that the book has not."""
    places = {name: {str(one) for one in tree.xpath("//@id")} for name, tree in pages.items()}
    for name, tree in pages.items():
        for one in tree.iter("a"):
            target = str(one.get("href") or "")
            if not target or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", target):
                continue
            path, _, place = target.partition("#")
            home = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(path))) if path else name
            if home not in files or (place and home in places and unquote(place) not in places[home]):
                yield Link(target, " ".join((one.text_content() or "").split())[:80])


class _BookReader(PageReader):
    """Reads a page of the book as one of the site."""

    def element(self, element: Any, span: str) -> None:
        classes = classes_of(element)
        if classes & BACK or "footnotes" in classes or element.get("role") == "doc-backlink":
            return
        if "equation" in classes and element.tag == "span":
            self.numbered(element)
        elif "caption-label" in classes:
            self.say((element.text_content() or "").strip().rstrip(".") + " ", span)
        else:
            super().element(element, span)

    def numbered(self, element: Any) -> None:
        """A displayed formula with its number."""
        said = next(element.iter("math"), None)
        tex = tex_of(said) if said is not None else (element.text_content() or "")
        number = "".join(one.text_content() for one in element.xpath(".//span[@class='equation-number']"))
        self.flush()
        self.flow.append(Piece("equation", (Run(f" {tex.strip()} ", "formula"),), number.strip()))
