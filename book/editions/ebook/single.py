"""A chapter as one page of HTML that holds its pictures, its style and its formulas."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from book.diagnostics import in_order
from book.editions.ebook.lowering import html_lowering, sectioned
from book.editions.ebook.making import HELD, STYLE
from book.editions.flow import div, with_xml_names
from book.editions.made import Made
from book.editions.printed import title_of
from book.editions.tree import Node, para, text
from book.editions.whole import Job, as_png, made_by_pandoc, start
from book.languages import right_to_left
from book.project import write

if TYPE_CHECKING:
    from pathlib import Path

    from book.editions.material import Material
    from book.editions.printed import Item


def make_single_page(material: Material) -> Made:
    """One file that a browser shows without anything beside it."""
    path = material.file("html")
    job = start(material, "page", partial(as_png, kept=HELD), headed=True)
    title = title_of(material.config)
    own = next((one.title for one in material.parts if one.title), title["title"])
    arguments = [
        "-t",
        "html5",
        "--standalone",
        "--embed-resources",
        "--mathml",
        f"--css={STYLE}",
        "--syntax-highlighting=none",
        "--wrap=none",
    ]
    turned = {"dir": "rtl"} if right_to_left(material.language) else {}
    about = {"lang": material.language, "pagetitle": f"{own} – {title['title']}", **turned}
    data = made_by_pandoc(job, html_lowering, _assembled, arguments, about)

    def bring_out() -> list[Path]:
        if not path.exists() or path.read_bytes() != data:
            write(path, data)
        return [path]

    return Made("html", path, in_order(job.found), bring_out)


def _assembled(job: Job, items: list[tuple[Item, list[Node]]]) -> list[Node]:
    draft = [div([para([text(job.whole.words["draft"])])], "draft")] if job.material.draft else []
    turned = right_to_left(job.material.language)
    return [*draft, *with_xml_names([node for item, own in items for node in sectioned(item, own, turned=turned)])]
