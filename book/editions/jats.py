"""JATS: the XML that journals and archives keep, in a folder with its pictures."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from book.diagnostics import in_order
from book.editions.ebook.lowering import sectioned
from book.editions.flow import SPACE, FlowLowering, header, span, with_xml_names
from book.editions.made import Made
from book.editions.printed import title_of
from book.editions.tree import Attr, Node, raw, text, value_of
from book.editions.whole import Job, as_png, made_by_pandoc, start
from book.project import write

if TYPE_CHECKING:
    from book.editions.material import Material
    from book.editions.printed import Item

HELD = ("png", "jpg", "gif", "svg")
"""Formats of pictures that stay as they are."""
PICTURES = "images"
"""Folder of the pictures, beside the file."""
XLINK = "{http://www.w3.org/1999/xlink}href"


class JatsLowering(FlowLowering):
    """Rewrites one part for pandoc's JATS writer."""

    form = "jats"

    def heading(self, level: int, attr: Attr, title: list[Node]) -> list[Node]:
        """A heading whose number becomes a label."""
        number = value_of(attr, "number")
        shown = [raw("jats", f"<?label {number}?>")] if number else []
        return [header(level, [self.claimed(attr[0]), [], []], [*shown, *title])]

    def label(self, kind: str, number: str) -> list[Node]:
        """What stands before a caption becomes a label too."""
        return [raw("jats", f"<?label {self.whole.words[kind]} {number}?>")]

    def below(self, notes: list[Node]) -> list[Node]:
        """Notes are paragraphs: a box is none."""
        return self.inside(notes)

    def equation(self, attr: Attr, tex: str) -> list[Node]:
        """A displayed formula with its number."""
        number = value_of(attr, "number")
        shown = [SPACE, text(f"({number})")] if number else []
        return [span([{"t": "Math", "c": [{"t": "DisplayMath"}, tex]}, *shown], identifier=self.claimed(attr[0]))]


def make_jats(material: Material) -> Made:
    """A folder with one XML file and its pictures."""
    folder = material.folder("jats")
    path = folder / "thesis.xml"
    job = start(material, "jats", partial(as_png, kept=HELD), headed=True)

    def lowering(job: Job, item: Item, here: set[str]) -> JatsLowering:
        one = JatsLowering(job.path(item), job.around, here=here)
        one.whole = job.whole
        return one

    arguments = ["-t", "jats_archiving", "--standalone", "--wrap=none"]
    data = made_by_pandoc(job, lowering, _assembled, arguments, _meta(material))
    data, pictures = _finished(data, material)

    def bring_out() -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != data:
            write(path, data)
        for name, source in pictures.items():
            write(folder / name, source.read_bytes())
        for left in sorted((folder / PICTURES).glob("*")):
            if f"{PICTURES}/{left.name}" not in pictures:
                left.unlink()
        if not pictures:
            shutil.rmtree(folder / PICTURES, ignore_errors=True)
        return [path, *(folder / name for name in pictures)]

    return Made("jats", path, in_order(job.found), bring_out)


def _assembled(_job: Job, items: list[tuple[Item, list[Node]]]) -> list[Node]:
    return with_xml_names([node for item, own in items if item.kind != "generated" for node in sectioned(item, own)])


def _meta(material: Material) -> dict[str, Any]:
    title, config = title_of(material.config), material.config
    authors = [name.strip() for name in re.split(r",|\band\b", title["author"]) if name.strip()]
    date = datetime.fromtimestamp(material.project.epoch(), UTC).date()
    return {
        "title": title["title"], "subtitle": title["subtitle"], "author": [_name(one) for one in authors], "lang": material.language,
        "date": {"iso-8601": date.isoformat(), "year": str(date.year), "month": f"{date.month:02}", "day": f"{date.day:02}", "type": "pub"},
        "keywords": list(config.thesis.keywords), "copyright": {"statement": config.thesis.licence} if config.thesis.licence else {},
        "journal": {"title": title["institution"]} if title["institution"] else {}, "article": {"type": "other"},
    }  # fmt: skip


def _name(whole: str) -> dict[str, str]:
    return {"name": whole}


def _finished(data: bytes, material: Material) -> tuple[bytes, dict[str, Path]]:
    """The file with labels in their places and pictures beside it."""
    tree = etree.fromstring(data, etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False))
    tree.set("{http://www.w3.org/XML/1998/namespace}lang", material.language)
    for mark in list(tree.iter(etree.ProcessingInstruction)):
        if mark.target == "label":
            _labelled(mark)
    pictures: dict[str, Path] = {}
    for one in tree.iter("graphic", "inline-graphic"):
        source = Path(one.get(XLINK) or "")
        if source.is_absolute():
            name = f"{PICTURES}/{source.name}"
            pictures[name] = source
            one.set(XLINK, name)
    kind = tree.getroottree().docinfo.doctype
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", doctype=kind)) + b"\n", pictures


def _labelled(mark: Any) -> None:
    """A label stands before the title of a section, and before the caption of a figure or table."""
    said, around = mark.text or "", mark.getparent()
    _without(mark)
    while around is not None and around.tag not in {"title", "caption"}:
        around = around.getparent()
    if around is None:
        return
    if around.tag == "title" and around.getparent() is not None and around.getparent().tag == "caption":
        around = around.getparent()
    label = etree.Element("label")
    label.text = said
    around.addprevious(label)


def _without(mark: Any) -> None:
    """Take a mark out and leave what stands behind it."""
    parent, before, tail = mark.getparent(), mark.getprevious(), (mark.tail or "").lstrip()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    mark.tail = None
    parent.remove(mark)
