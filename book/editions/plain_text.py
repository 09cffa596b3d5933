"""Plain text: the words of a thesis for whoever reads, searches or counts them with anything at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.diagnostics import in_order
from book.editions.flow import LISTS, SPACE, FlowLowering, kind_of
from book.editions.lowering import split_notes
from book.editions.made import Made
from book.editions.printed import title_of
from book.editions.tree import Attr, Node, para, plain_text, text, value_of, walk
from book.editions.whole import Job, made_by_pandoc, start
from book.project import write

if TYPE_CHECKING:
    from pathlib import Path

    from book.editions.material import Material
    from book.editions.printed import Item

COLUMNS = 96
"""Characters in a line."""


class TextLowering(FlowLowering):
    """Rewrites one part for pandoc's writer of plain text."""

    form = "plain"

    def figure(self, attr: Attr, caption: list[Node], blocks: list[Node]) -> list[Node]:
        """What a picture shows in words, between its brackets; then caption and note."""
        blocks, notes = split_notes(blocks)
        kind, number = kind_of(attr), value_of(attr, "number")
        mark = self.anchor(self.claimed(attr[0]))
        label = (
            [text(f"({number})"), SPACE]
            if "subfigure" in attr[1] and number
            else self.label(kind, number)
            if number
            else []
        )
        said = [para([*mark, *label, *caption])] if caption or label else []
        content, below = self.content(blocks, attr[1]), self.inside(notes)
        return [*content, *said, *below] if kind == "figure" else [*said, *content, *below]

    def picture(self, attr: Attr, path: str) -> list[Node]:  # noqa: ARG002 - a text holds no picture
        """The alternative text of a picture."""
        said = value_of(attr, "alt")
        words = [node for word in f"[{said}]".split() for node in (text(word), SPACE)]
        return words[:-1] if said else []

    def entry(self, one: object) -> list[Node]:
        """One line of a list, which leads nowhere."""
        return [node for made in super().entry(one) for node in (made["c"][1] if made["t"] == "Link" else [made])]  # type: ignore[arg-type]

    def wrapped(self, kind: str, inlines: list[Node], value: str = "") -> list[Node]:
        """Links are their words, and their address where that is not what they say."""
        if kind == "outside" and plain_text(inlines) not in {value, value.removeprefix("mailto:")}:
            return [*inlines, text(f" <{value}>")]
        return [text("!!"), *inlines, text("!!")] if kind == "problem" else inlines


def make_txt(material: Material) -> Made:
    """One file of UTF-8 text."""
    path = material.file("txt")
    job = start(material, "txt")

    def lowering(job: Job, item: Item, here: set[str]) -> TextLowering:
        one = TextLowering(job.path(item), job.around, here=here)
        one.whole = job.whole
        return one

    arguments = ["-t", "plain", f"--columns={COLUMNS}", "--wrap=auto"]
    data = made_by_pandoc(job, lowering, _assembled, arguments, {"lang": material.language}, formulas=False)

    def bring_out() -> list[Path]:
        if not path.exists() or path.read_bytes() != data:
            write(path, data)
        return [path]

    return Made("txt", path, in_order(job.found), bring_out)


def _assembled(job: Job, items: list[tuple[Item, list[Node]]]) -> list[Node]:
    blocks: list[Node] = [para([text(f"[{job.whole.words['draft']}]")])] if job.material.draft else []
    for item, own in items:
        if item.kind == "generated":
            blocks += _generated(job, item.name)
        elif item.kind == "part" or not item.headed:
            blocks += [{"t": "Header", "c": [1, ["", [], []], [text(item.title)]]}, *own]
        else:
            blocks += own
    return blocks


def _generated(job: Job, name: str) -> list[Node]:
    words = job.whole.words
    if name == "title-page":
        title = title_of(job.material.config)
        supervisor = f"{words['supervisor']}: {title['supervisor']}" if title["supervisor"] else ""
        lines = [title[key] for key in ("institution", "department", "title", "subtitle", "author", "degree")]
        dated = ", ".join(piece for piece in (title["place"], title["date"]) if piece)
        return [para([text(line)]) for line in (*lines, supervisor, dated, title["note"]) if line]
    head = {"t": "Header", "c": [1, ["", [], []], [text(words[name])]]}
    if name == "contents":
        return [head, {"t": "LineBlock", "c": _contents(job)}]
    one = TextLowering("", job.around)
    one.whole = job.whole
    made = one.list_of(LISTS[f"list-of-{name}"], "")
    return [head, *made] if plain_text(made) else []


def _contents(job: Job) -> list[list[Node]]:
    depth = max(1, job.material.config.thesis.pdf.contents_depth)
    found = []
    for item in job.items:
        for node in walk(list(item.part.blocks)) if item.part else ():
            if node["t"] == "Header" and node["c"][0] <= depth:
                level, attr, title = node["c"]
                number = value_of(attr, "number")
                found.append(
                    [text("\u00a0" * 3 * (level - 1)), text(f"{number}  " if number else ""), text(plain_text(title))]
                )
    return found
