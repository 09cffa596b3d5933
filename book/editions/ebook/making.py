"""The EPUB: one file for e-readers."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.diagnostics import in_order
from book.editions.ebook.cover import cover
from book.editions.ebook.finishing import Finish, finished
from book.editions.ebook.lowering import html_lowering, sectioned
from book.editions.flow import with_xml_names
from book.editions.made import Made
from book.editions.printed import title_of
from book.editions.tree import Node, walk
from book.editions.whole import Job, as_png, made_by_pandoc, start
from book.editions.zipping import unzipped, zipped
from book.languages import right_to_left
from book.project import REPRODUCIBLE_EPOCH, write

if TYPE_CHECKING:
    from book.editions.material import Material
    from book.editions.printed import Item

STYLE = Path(__file__).parents[2] / "templates" / "epub" / "book.css"
HELD = ("png", "jpg", "gif", "svg")
"""Formats of pictures that every e-reader shows."""
DEPTH = 3
"""Levels of headings in the contents."""


def make_epub(material: Material) -> Made:
    """One file for e-readers."""
    path = material.file("epub")
    job = start(material, "epub", partial(as_png, kept=HELD), headed=True)
    title = title_of(material.config)
    cover_file = job.folder / "cover.png"
    write(cover_file, cover(title, job.folder))
    arguments = [
        "-t", "epub3", "--mathml", "--split-level=1", "--toc", f"--toc-depth={DEPTH}", "--epub-title-page=true", f"--css={STYLE}",
        f"--epub-cover-image={cover_file}", "--syntax-highlighting=none", "--wrap=none",
    ]  # fmt: skip
    data = made_by_pandoc(job, html_lowering, _assembled, arguments, _meta(material, job))
    finish = Finish(title, job.whole.words, material.language, material.draft)
    data = zipped(finished(unzipped(data), finish), material.project.epoch(), first=("mimetype",), stored=("mimetype",))

    def bring_out() -> list[Path]:
        if not path.exists() or path.read_bytes() != data:
            write(path, data)
        return [path]

    return Made("epub", path, in_order(job.found), bring_out)


def _assembled(job: Job, items: list[tuple[Item, list[Node]]]) -> list[Node]:
    """Everything but what an e-reader has of itself: contents."""
    turned, written = right_to_left(job.material.language), [one for one in items if one[0].kind != "generated"]
    return with_xml_names([node for item, own in written for node in sectioned(item, own, turned=turned)])


def _meta(material: Material, job: Job) -> dict[str, Any]:
    config, title = material.config, title_of(material.config)
    authors = [name.strip() for name in re.split(r",|\band\b", title["author"]) if name.strip()]
    epoch, said = material.project.epoch(), f"{title['title']}\0{title['author']}\0{material.stem}"
    formulas = any(node["t"] == "Math" for item in job.items if item.part for node in walk(list(item.part.blocks)))
    features = ["alternativeText", "readingOrder", "structuralNavigation", "tableOfContents", "displayTransformability"]
    said_of = {
        "page-progression-direction": "rtl" if right_to_left(material.language) else "",
        "title": title["title"], "subtitle": title["subtitle"], "author": authors, "lang": material.language, "toc-title": job.whole.words["contents"],
        "identifier": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, said)}",
        "date": "" if epoch == REPRODUCIBLE_EPOCH else datetime.fromtimestamp(epoch, UTC).date().isoformat(),
        "rights": config.thesis.licence, "subject": list(config.thesis.keywords), "publisher": title["institution"],
        "accessModes": ["textual", "visual"], "accessModeSufficient": ["textual"],
        "accessibilityFeatures": [*features, *(["MathML"] if formulas else [])], "accessibilityHazards": ["none"],
        "accessibilitySummary": "Headings are nested, pictures have alternative texts, tables have heads, and formulas are MathML.",
    }  # fmt: skip
    return {key: one for key, one in said_of.items() if one}
