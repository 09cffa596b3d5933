"""Defects of figures, tables and pictures."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from benchmarks.mutants.edit import Place
from benchmarks.mutants.mutant import Mutant, kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.mutants.copies import Copy, Float, Role


FINDING = "application/vnd.thesis.finding+json"
"""Type of what a cell records, in an output."""


@cache
def picture(width: int, height: int) -> bytes:
    """A PNG of stripes."""
    rows = (b"\0" + (b"\x5a" * 16 + b"\xc8" * 16) * (width // 32 + 1))[: width + 1] * height

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def beside(page: str, image: str) -> str:
    """A picture's path relative to the thesis, given its address on a page."""
    if image.startswith("/"):
        return image.lstrip("/")
    parts: list[str] = []
    for part in (PurePosixPath(page).parent / image).parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def _whole(one: Float) -> Place:
    return one.unit.block_place(one.block)


def _numbered(copy: Copy) -> list[Float]:
    """Figures and tables with caption and label, whose label stands nowhere else but in references."""
    return [one for one in copy.floats if one.label and one.caption]


def _mentions(copy: Copy, label: str) -> list[Role]:
    return [role for role in copy.references if role.target == label]


def _computed(copy: Copy) -> Iterator[tuple[str, Place]]:
    """Labels of figures and tables that cells make, with the place of the call."""
    for unit, start, end in copy.cells:
        for match in re.finditer(
            r"^(?:table|figure)\((?:[^()]|\([^()]*\))*?label=\"([\w.:-]+)\"", unit.text[start:end], re.MULTILINE
        ):
            yield match[1], unit.place(start, end)


@kind("never-referred-to")
def references_dropped(copy: Copy) -> Iterator[Mutant]:
    """Every reference to a figure or table gives way to words without a number."""
    words = {"de": "das Ergebnis"}.get(copy.language, "the result")
    every = [(one.label, _whole(one)) for one in _numbered(copy)] + list(_computed(copy))
    for label, place in every:
        roles = _mentions(copy, label)
        if roles and copy.mentions(label) == len(roles) + 1:
            edits = tuple(role.unit.edit(role.start, role.end, words) for role in roles)
            yield Mutant(
                f"references to '{label}' dropped", edits, (place,), (label,), touches=frozenset({f"label:{label}"})
            )


@kind("mentioned-out-of-order")
def mentions_swapped(copy: Copy) -> Iterator[Mutant]:
    """The first mentions of two figures, or of two tables, of a chapter change places."""
    kinds = {one.label: one.kind for one in copy.floats if one.label}
    for unit, start, end in copy.cells:
        for match in re.finditer(
            r"^(table|figure)\((?:[^()]|\([^()]*\))*?label=\"([\w.:-]+)\"", unit.text[start:end], re.MULTILINE
        ):
            kinds[match[2]] = match[1]
    homes = {one.label: one.unit.path for one in copy.floats} | {label: place.path for label, place in _computed(copy)}
    order = {one.label: (one.unit.cell, one.block.start) for one in copy.floats} | {
        label: (place.cell, place.start) for label, place in _computed(copy)
    }
    first: dict[str, Role] = {}
    for role in copy.references:
        if role.name == "numref" and homes.get(role.target) == role.unit.path:
            first.setdefault(role.target, role)
    for path in copy.pages:
        for what in ("figure", "table"):
            here = sorted((order[label], label) for label in first if homes[label] == path and kinds[label] == what)
            for (_, one), (_, other) in pairwise(here):
                a, b = first[one], first[other]
                if (a.unit.cell, a.start) < (b.unit.cell, b.start) and a.block != b.block:
                    edits = (
                        a.unit.edit(a.start, a.end, b.unit.text[b.start : b.end]),
                        b.unit.edit(b.start, b.end, a.unit.text[a.start : a.end]),
                    )
                    yield Mutant(
                        f"first mentions of '{one}' and '{other}' swapped",
                        edits,
                        (a.place,),
                        (other,),
                        touches=frozenset({f"mentions:{path}"}),
                    )


@kind("missing-caption")
def caption_dropped(copy: Copy) -> Iterator[Mutant]:
    """A figure or table loses its caption."""
    for one in _numbered(copy):
        if one.image:
            start, end = one.block.body
            edit = one.unit.edit(start, end, "")
        else:
            at = one.block.start + one.block.text.index(one.block.argument)
            edit = one.unit.edit(at, at + len(one.block.argument), "")
        yield Mutant(
            f"caption of '{one.label}' dropped", (edit,), (_whole(one),), touches=frozenset({f"label:{one.label}"})
        )


@kind("missing-label")
def label_dropped(copy: Copy) -> Iterator[Mutant]:
    """A figure or table loses its label."""
    for one in _numbered(copy):
        start, end, _ = one.block.options["name"]
        before = one.unit.text[: one.block.start].rstrip()
        if not before.endswith(")="):
            yield Mutant(
                f"label '{one.label}' dropped",
                (one.unit.edit(start, end, ""),),
                (_whole(one),),
                touches=frozenset({f"label:{one.label}"}),
            )


def _with_text(copy: Copy) -> Iterator[tuple[Float, int, int]]:
    """Figures and where their alternative text is, or would be, written; the whole line of the option."""
    for one in copy.floats:
        if one.image and not one.image.startswith(("http", "data:")):
            lines = one.block.text.split("\n", 2)
            first = one.block.start + len("\n".join(lines[: 1 + one.block.fenced_options])) + 1
            start, end, _ = one.block.options.get("alt", (first, first, ""))
            yield one, start, end


def _option(one: Float, said: str) -> str:
    """The line of an alternative text, as the directive writes its options."""
    return f"alt: '{said}'\n" if one.block.fenced_options else f":alt: {said}\n"


@kind("missing-alternative-text")
def alternative_text_dropped(copy: Copy) -> Iterator[Mutant]:
    """A picture loses its alternative text."""
    for one, start, end in _with_text(copy):
        if end > start:
            yield Mutant(f"text of '{one.image}' dropped", (one.unit.edit(start, end, ""),), (_whole(one),))
    for unit in copy.prose:
        for block in unit.of_kind("image"):
            match = re.match(r"!\[([^\]]{12,})\]", block.text)
            if match:
                edit = unit.edit(block.start + 2, block.start + 2 + len(match[1]), "")
                yield Mutant(f"text '{match[1][:30]}' dropped", (edit,), (unit.block_place(block),))


@kind("missing-alternative-text")
def alternative_text_is_file_name(copy: Copy) -> Iterator[Mutant]:
    """A picture's alternative text is the name of its file."""
    for number, (one, start, end) in enumerate(_with_text(copy)):
        name = PurePosixPath(one.image).name
        said = (name, PurePosixPath(one.image).stem, one.image)[number % 3]
        yield Mutant(
            f"text of '{one.image}' is '{said}'", (one.unit.edit(start, end, _option(one, said)),), (_whole(one),)
        )


@kind("missing-alternative-text")
def alternative_text_is_caption(copy: Copy) -> Iterator[Mutant]:
    """A picture's alternative text is its caption over again."""
    for one, start, end in _with_text(copy):
        caption = " ".join(re.sub(r"[*_]", "", one.caption).split())
        if caption and not re.search(r"[{}`$\[\]']", caption):
            yield Mutant(
                f"text of '{one.image}' is its caption",
                (one.unit.edit(start, end, _option(one, caption)),),
                (_whole(one),),
            )


@kind("duplicate-label")
def label_doubled(copy: Copy) -> Iterator[Mutant]:
    """A second place of the thesis takes a label that is taken."""
    places = [(unit, block) for unit in copy.prose for block in unit.of_kind("heading") if block.level > 1]
    for number, label in enumerate(copy.labels):
        unit, block = places[(number * 7 + 3) % len(places)] if places else copy.labels[label]
        if (unit, block) == copy.labels[label]:
            continue
        edit = unit.edit(block.start, block.start, f"({label})=\n")
        there = copy.labels[label]
        yield Mutant(
            f"label '{label}' twice",
            (edit,),
            (unit.block_place(block), there[0].block_place(there[1])),
            (label,),
            touches=frozenset({f"label:{label}"}),
        )


@kind("image-missing")
def picture_renamed(copy: Copy) -> Iterator[Mutant]:
    """A picture's file has another name than the page says."""
    for one in copy.floats:
        file = beside(one.unit.path, one.image)
        if one.image and (copy.root / file).is_file():
            at = one.block.start + one.block.text.index(one.image)
            stem, dot, end = one.image.rpartition(".")
            if not dot or one.image.startswith(("http", "data:")):
                continue
            edit = one.unit.edit(at, at + len(one.image), f"{stem}_1{dot}{end}")
            yield Mutant(
                f"'{one.image}' renamed",
                (edit,),
                (_whole(one),),
                (f"{PurePosixPath(one.image).stem}_1",),
                touches=frozenset({f"picture:{file}"}),
            )


@kind("image-missing")
def picture_deleted(copy: Copy) -> Iterator[Mutant]:
    """A picture's file is deleted."""
    for one in copy.floats:
        file = beside(one.unit.path, one.image)
        if one.image and (copy.root / file).is_file():
            yield Mutant(
                f"'{one.image}' deleted",
                (),
                (_whole(one),),
                files=((file, None),),
                touches=frozenset({f"picture:{file}"}),
            )


@kind("coarse-image")
def picture_coarse(copy: Copy) -> Iterator[Mutant]:
    """A picture gives way to one of a few pixels."""
    shown = Counter(beside(one.unit.path, one.image) for one in copy.floats)
    for number, one in enumerate(copy.floats):
        file = beside(one.unit.path, one.image)
        if shown[file] > 1:
            continue
        small = any(name in one.block.options for name in ("width", "scale", "height", "figwidth"))
        if one.image.lower().endswith(".png") and (copy.root / file).is_file() and not small:
            width = 120 + 60 * (number % 8)
            new = picture(width, width * 3 // 4)
            yield Mutant(
                f"'{one.image}' is {width} pixels wide",
                (),
                (_whole(one),),
                files=((file, new),),
                touches=frozenset({f"picture:{file}"}),
            )


@kind("image-without-source")
def picture_without_source(copy: Copy) -> Iterator[Mutant]:
    """A picture is added of which nobody says where it is from."""
    captions = (
        ("The market square on a Sunday morning", "A view of the harbour from the north", "The old reading room")
        if copy.language == "en"
        else ("Der Marktplatz an einem Sonntagmorgen", "Blick auf den Hafen von Norden", "Der alte Lesesaal")
    )
    for number, unit in enumerate(copy.prose):
        headings = [block for block in unit.of_kind("heading") if block.level > 1]
        for block in headings[:3]:
            name = f"view-{number}-{block.start}"
            file = beside(unit.path, f"{name}.png")
            said = f"```{{figure}} {name}.png\n:name: fig-{name}\n:alt: A square with a few people, seen from above\n\n{captions[number % 3]}\n```\n\n{{numref}}`fig-{name}` {'zeigt es' if copy.language == 'de' else 'shows it'}.\n\n"
            at = block.end + 1 if unit.text[block.end : block.end + 1] else block.end
            edit = unit.edit(at, at, "\n" + said)
            yield Mutant(
                f"picture '{name}.png' without source",
                (edit,),
                (unit.place(at, at),),
                files=((file, picture(1800, 1200)),),
            )


@kind("caption-number-not-in-data", build=("html",))
def caption_number_changed(copy: Copy) -> Iterator[Mutant]:
    """The caption of a computed figure or table quotes a number that its data do not give."""
    if not copy.runs:
        return
    for unit, start, end in copy.cells:
        for match in re.finditer(r"\b(?:caption|alt)=\"((?:[^\"\\{}]|\\.)+)\"", unit.text[start:end]):
            at = start + match.end(1)
            said = ", with 97.3 at the highest point" if copy.language == "en" else ", mit 97,3 am höchsten Punkt"
            edit = unit.edit(at, at, said)
            yield Mutant(
                f"'{said}' in '{match[1][:30]}'",
                (edit,),
                (unit.place(start, end),),
                ("97",),
                touches=frozenset({f"cell:{unit.path}:{unit.cell}:{start}"}),
            )


@kind("stored-output-differs")
def stored_output_changed(copy: Copy) -> Iterator[Mutant]:
    """A number in an output that a notebook's file holds is another than the cell makes now."""
    for path in copy.pages:
        if not path.endswith(".ipynb") or not copy.runs:
            continue
        text = copy.text(path)
        for number, cell in enumerate(json.loads(text)["cells"], 1):
            for output in cell.get("outputs", []):
                said = (
                    json.dumps(output.get("data", {}).get(FINDING, {}).get("value"))
                    if FINDING in output.get("data", {})
                    else "".join(output.get("text", ""))
                )
                match = re.search(r"\d+", said)
                if match:
                    changed = json.loads(text)
                    kept = said[: match.start()] + str(int(match[0]) + 3) + said[match.end() :]
                    made = changed["cells"][number - 1]["outputs"][cell["outputs"].index(output)]
                    if "text" in made:
                        made["text"] = kept
                    else:
                        made["data"][FINDING]["value"] = json.loads(kept)
                    yield Mutant(
                        f"'{match[0]}' in the output of cell {number}",
                        (),
                        (Place(path, 0, len(cell["source"]), number),),
                        files=((path, json.dumps(changed, ensure_ascii=False, indent=1).encode()),),
                        touches=frozenset({f"file:{path}"}),
                    )
