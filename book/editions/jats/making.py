"""The JATS of a thesis: one file of XML in a folder with its pictures."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from book.diagnostics import in_order
from book.editions.ebook.lowering import sectioned
from book.editions.flow import with_xml_names
from book.editions.jats.finishing import PICTURES, finished
from book.editions.jats.lowering import JatsLowering, mark
from book.editions.made import Made
from book.editions.printed import title_of
from book.editions.whole import Job, as_png, made_by_pandoc, start
from book.project import REPRODUCIBLE_EPOCH, write

if TYPE_CHECKING:
    from pathlib import Path

    from book.editions.material import Material
    from book.editions.printed import Item
    from book.editions.tree import Node

HELD = ("png", "jpg", "gif", "svg")
"""Formats of pictures that stay as they are."""
ABSTRACT = "abstract"
"""How the names of those parts of the front matter begin that become abstracts."""


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
    data, pictures = finished(data, material.language)

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


def _assembled(job: Job, items: list[tuple[Item, list[Node]]]) -> list[Node]:
    """Every part as a section that says what it is, and in which language."""
    blocks: list[Node] = []
    for item, own in items:
        if item.kind != "generated":
            head, *rest = sectioned(replace(item, language=""), own)
            level, attr, title = head["c"]
            said = mark("part", f"{_kind(job, item)}|{item.language}")
            blocks += [{"t": "Header", "c": [level, attr, [said, *title]]}, *rest]
    return with_xml_names(blocks)


def _kind(job: Job, item: Item) -> str:
    """What a part is: its kind, or `abstract`."""
    named = item.part is not None and item.part.docname == job.material.config.thesis.abstract
    return "abstract" if item.kind == "front" and (named or item.name.startswith(ABSTRACT)) else item.kind


def _meta(material: Material) -> dict[str, Any]:
    title, config = title_of(material.config), material.config
    authors = [name.strip() for name in re.split(r",|\band\b", title["author"]) if name.strip()]
    at = {"affiliation": ["school"]} if title["institution"] else {}
    return {
        "title": title["title"], "subtitle": title["subtitle"], "author": [{"name": one, **at} for one in authors], "lang": material.language,
        "affiliation": [{"id": "school", "department": title["department"], "organization": title["institution"]}] if at else [], **_dated(material),
        "keywords": list(config.thesis.keywords), "copyright": {"statement": config.thesis.licence} if config.thesis.licence else {},
        "article": {"type": "dissertation"},
    }  # fmt: skip


def _dated(material: Material) -> dict[str, Any]:
    """The day that whoever builds has set; nobody has published on the one that stands in for it."""
    if material.project.epoch() == REPRODUCIBLE_EPOCH:
        return {}
    date = datetime.fromtimestamp(material.project.epoch(), UTC).date()
    parts = {"year": str(date.year), "month": f"{date.month:02}", "day": f"{date.day:02}"}
    return {"date": {"iso-8601": date.isoformat(), **parts, "type": "pub"}}
