"""The thesis with every kind of content as material of an edition, without Sphinx."""

from __future__ import annotations

import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from every_kind import CONFIG, parts_of, thesis_in
from lxml import etree

from book.editions.material import Material

if TYPE_CHECKING:
    from book.document.parts import Part

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def material(folder: Path, config: str = CONFIG, parts: list[Part] | None = None, **given: Any) -> Material:
    """What editions are made from; `parts` are those with every kind of content unless others are given."""
    project, settings = thesis_in(folder, config)
    document = SimpleNamespace(
        app=SimpleNamespace(config=SimpleNamespace(mathjax3_config={"tex": {"macros": {"RR": r"\mathbb{R}"}}}))
    )
    pages = [SimpleNamespace(docname=part.docname, path=f"{part.docname}.md") for part in parts or []]
    sources = SimpleNamespace(contents=SimpleNamespace(pages=pages), chapters=())
    return Material(document, sources, project, settings, tuple(parts or parts_of(folder)), **given)


def unpacked(path: Path) -> dict[str, bytes]:
    """Every file in a zip file."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def words(path: Path) -> Any:
    """The document of a Word file."""
    return etree.fromstring(unpacked(path)["word/document.xml"])


def style_of(paragraph: Any) -> str:
    """Id of a paragraph's style."""
    one = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if one is None else one.get(f"{W}val")


def text_of(node: Any) -> str:
    """What a reader reads."""
    return "".join(one.text or "" for one in node.iter(f"{W}t"))


def instructions(node: Any) -> list[str]:
    """What fields are told."""
    return [" ".join((one.text or "").split()) for one in node.iter(f"{W}instrText")]
