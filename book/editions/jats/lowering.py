"""From the neutral tree to one that pandoc writes as JATS, with marks for what only the finished file can hold."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from book.editions.flow import FlowLowering, div, header, kind_of, span, xml_name
from book.editions.lowering import TITLED, split_notes
from book.editions.tree import Attr, Node, attr_of, classes_of, para, plain, raw, text, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FORM = "jats"


def mark(kind: str, said: str) -> Node:
    """A processing instruction, which the finished file no longer has: no word that is printed can be taken for one."""
    return raw(FORM, f"<?{kind} {said.replace('?>', '? >')}?>")


class JatsLowering(FlowLowering):
    """Rewrites one part for pandoc's JATS writer."""

    form = FORM

    def heading(self, level: int, attr: Attr, title: list[Node]) -> list[Node]:
        """A heading whose number becomes a label."""
        number = value_of(attr, "number")
        shown = [mark("label", number)] if number else []
        return [header(level, [self.claimed(attr[0]), [], []], [*shown, *title])]

    def label(self, kind: str, number: str) -> list[Node]:
        """What stands before a caption becomes a label too."""
        return [mark("label", f"{self.whole.words[kind]} {number}")]

    def figure(self, attr: Attr, caption: list[Node], blocks: list[Node]) -> list[Node]:
        """A figure, a table with its caption, or a box that has one."""
        kind, number = kind_of(attr), value_of(attr, "number")
        if kind == "figure" or "subfigure" in attr[1]:
            return super().figure(attr, caption, blocks)
        blocks, notes = split_notes(blocks)
        content, name, below = self.content(blocks, attr[1]), self.claimed(attr[0]), self.below(notes)
        said = [*(self.label(kind, number) if number else []), *caption]
        if kind == "table" and [one["t"] for one in content] == ["Table"]:
            own, _, *rest = content[0]["c"]
            return [
                {"t": "Table", "c": [[name or own[0], *own[1:]], [None, [plain(said)] if said else []], *rest]},
                *below,
            ]
        return [*self.boxed(kind, name, said, content, titled=False), *below]

    def boxed(self, kind: str, name: str, said: list[Node], content: list[Node], *, titled: bool) -> list[Node]:
        """A box with a caption, which is a title of its own or a sentence."""
        head = [plain([mark("caption", "title" if titled else "p"), *said])] if said else []
        return [div([*head, *content], identifier=name, content_type=kind)] if head or content else []

    def below(self, notes: list[Node]) -> list[Node]:
        """Notes are paragraphs: a box is none."""
        return self.inside(notes)

    def equation(self, attr: Attr, tex: str) -> list[Node]:
        """A displayed formula; its number and its name are given to it when it is there."""
        number, name = value_of(attr, "number"), xml_name(self.claimed(attr[0]))
        marks = [mark("formula", f"{name}|{f'({number})' if number else ''}")] if number or name else []
        formula = {"t": "Math", "c": [{"t": "DisplayMath"}, tex]}
        return [span([*marks, formula])] if marks else [formula]

    def definitions(self, entries: list[tuple[list[Node], list[Node]]]) -> list[Node]:
        """Terms with what they mean; one that means nothing has an empty paragraph."""
        return super().definitions([(term, said or [para([text("")])]) for term, said in entries])

    # Works

    def blocks(self, blocks: Iterable[Node]) -> list[Node]:
        """Blocks one after another; works that follow each other are a list of references."""
        found: list[Node] = []
        for works, run in groupby(blocks, key=lambda one: one["t"] == "Div" and "csl-entry" in classes_of(one)):
            own = list(run)
            made = [self._work(*one["c"]) for one in own] if works else super().blocks(own)
            found += [div(made, content_type="ref-list")] if works else made
        return found

    def box(self, kind: str, attr: Attr, title: list[Node], blocks: list[Node]) -> list[Node]:
        """A box; that of a bibliography is the list in it."""
        if kind in TITLED and title:
            return self.boxed(kind, self.claimed(attr[0]), title, self.inside(blocks), titled=True)
        if kind in {"epigraph", "attribution"}:
            return self._motto(kind, attr, self.inside(blocks))
        if kind != "references":
            return super().box(kind, attr, title, blocks)
        name = self.claimed(attr[0])
        made = self.inside(blocks)
        if made and name and value_of(attr_of(made[0]), "content-type") == "ref-list":
            made[0]["c"][0][0] = name
            return made
        return [*([plain(self.anchor(name))] if name else []), *made]

    def _motto(self, kind: str, attr: Attr, inner: list[Node]) -> list[Node]:
        """A motto is a quotation that says whom it is by."""
        name, language = self.claimed(attr[0]), value_of(attr, "lang")
        if kind == "attribution":
            return [para([mark("attrib", ""), *one["c"]]) if one["t"] in {"Para", "Plain"} else one for one in inner]
        made = [*([plain(self.anchor(name))] if name else []), {"t": "BlockQuote", "c": inner}]
        return self.in_language(made, language) if language else made

    def _work(self, attr: Attr, blocks: Sequence[Node]) -> Node:
        """A work: its name in a mark, since pandoc would take it for one of its own."""
        inner = self.inside(list(blocks))
        first = inner[0]["c"] if inner and inner[0]["t"] in {"Para", "Plain"} else []
        named = [mark("work", xml_name(self.claimed(attr[0]))), *first]
        return div([para(named), *(inner[1:] if first else inner)], content_type="ref")
