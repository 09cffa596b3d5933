"""Defects of sections and paragraphs."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from benchmarks.mutants.mutant import Mutant, kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.mutants.copies import Copy


@kind("skipped-heading-level")
def heading_level_skipped(copy: Copy) -> Iterator[Mutant]:
    """A heading goes down by two levels at once."""
    for unit in copy.prose:
        headings = unit.of_kind("heading")
        for before, here in pairwise(headings):
            if here.level == before.level + 1 and here.level < 5:
                yield Mutant(
                    f"'{here.text}' one level deeper",
                    (unit.edit(here.start, here.start, "#"),),
                    (unit.block_place(here),),
                )


@kind("empty-section")
def section_emptied(copy: Copy) -> Iterator[Mutant]:
    """A section loses everything but its heading."""
    for unit in copy.prose:
        if unit.cell:
            continue
        blocks = unit.blocks
        marks = [i for i, block in enumerate(blocks) if block.kind == "heading"]
        for first, last in zip(marks, [*marks[1:], len(blocks)], strict=True):
            inside = [block for block in blocks[first + 1 : last] if block.kind != "target"]
            following = blocks[last].level if last < len(blocks) else 0
            if (
                not inside
                or following > blocks[first].level
                or any(block.kind in ("fence", "footnote", "other") for block in inside)
                or blocks[first].level == 1
            ):
                continue
            edit = unit.edit(inside[0].start, inside[-1].end, "")
            yield Mutant(
                f"section '{blocks[first].text}' emptied",
                (edit,),
                (unit.block_place(blocks[first]),),
                touches=frozenset(),
            )


@kind("empty-section")
def section_added_empty(copy: Copy) -> Iterator[Mutant]:
    """A section is added that has nothing but a heading."""
    words = (
        ("Outlook on the rest", "Remarks on the method", "Further questions")
        if copy.language == "en"
        else ("Ausblick auf den Rest", "Bemerkungen zum Verfahren", "Weitere Fragen")
    )
    for number, unit in enumerate(copy.prose):
        for block in unit.of_kind("heading"):
            target = next((one for one in unit.of_kind("target") if one.end + 1 == block.start), block)
            if block.level > 1:
                said = f"{'#' * block.level} {words[number % 3]}\n\n"
                yield Mutant(
                    f"empty section '{words[number % 3]}'",
                    (unit.edit(target.start, target.start, said),),
                    (unit.place(target.start, target.start),),
                )


@kind("repeated-paragraph")
def paragraph_repeated(copy: Copy) -> Iterator[Mutant]:
    """A paragraph stands a second time elsewhere."""
    homes = [(unit, block) for unit in copy.prose for block in unit.of_kind("paragraph") if len(block.text) > 80]
    for number, (unit, block) in enumerate(homes):
        if len(block.text) < 160 or re.search(r"\{finding\}|\{\.claim|\[\^", block.text):
            continue
        there, after = homes[(number * 13 + len(homes) // 2) % len(homes)]
        if (there, after) == (unit, block):
            continue
        edit = there.edit(after.end, after.end, f"\n\n{block.text}")
        yield Mutant(
            f"'{block.text[:40]}...' again",
            (edit,),
            (there.place(after.end, after.end), unit.block_place(block)),
            touches=frozenset({f"paragraph:{block.text[:60]}"}),
        )
