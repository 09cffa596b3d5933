"""Citations of note styles as footnotes, numbered together with the author's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Sequence


def place_notes(document: nodes.document, notes: Sequence[tuple[nodes.Element, list[nodes.Node]]]) -> None:
    """Give each note a reference where its mark stands and a footnote at the page's end, and number all notes of the page anew."""
    if not notes:
        return
    made = [_note(mark, content) for mark, content in notes]
    theirs = [node for node in document.findall(nodes.footnote) if node.get("auto") != "*"]
    numbers = _numbers(document, [*theirs, *made])
    for footnote in [*theirs, *made]:
        label = next((child for child in footnote.children if isinstance(child, nodes.label)), None)
        number = str(numbers[footnote["ids"][0]])
        if label is None:
            footnote.insert(0, nodes.label("", number))
        else:
            label.children = []
            label += nodes.Text(number)
    for reference in document.findall(nodes.footnote_reference):
        if reference.get("refid") in numbers:
            reference.children = []
            reference.append(nodes.Text(str(numbers[reference["refid"]])))
    _arrange(document, theirs, made, numbers)


def _note(mark: nodes.Element, content: list[nodes.Node]) -> nodes.footnote:
    around = mark.parent
    while not around["ids"]:
        around = around.parent
    name = f"{around['ids'][0]}-{mark['thesis_note']}"
    reference = nodes.footnote_reference("", "", auto=1, ids=[f"noteref-{name}"], refid=f"note-{name}")
    mark.replace_self(reference)
    footnote = nodes.footnote("", *content, auto=1, ids=[f"note-{name}"], backrefs=[f"noteref-{name}"])
    footnote["classes"].append("citation-note")
    return footnote


def _numbers(document: nodes.document, footnotes: Sequence[nodes.footnote]) -> dict[str, int]:
    """Numbers in the order of the text; notes that nobody refers to come last."""
    by_id = {name: note["ids"][0] for note in footnotes for name in note["ids"]}
    order = [by_id[ref["refid"]] for ref in document.findall(nodes.footnote_reference) if ref.get("refid") in by_id]
    order += [note["ids"][0] for note in footnotes]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(order), 1)}
    return {name: numbers[first] for name, first in by_id.items()}


def _arrange(
    document: nodes.document, theirs: Sequence[nodes.footnote], made: Sequence[nodes.footnote], numbers: dict[str, int]
) -> None:
    """All notes in the order of their numbers, where the author's stand, or at the end of the page."""
    if theirs:
        parent = theirs[-1].parent
        beside = [note for note in theirs if note.parent is parent]
        index = min(parent.index(note) for note in beside)
        for note in beside:
            parent.remove(note)
    else:
        parent = next((child for child in document.children if isinstance(child, nodes.section)), document)
        beside, index = [], len(parent.children)
    ordered = sorted([*beside, *made], key=lambda note: numbers[note["ids"][0]])
    for offset, note in enumerate(ordered):
        parent.insert(index + offset, note)
