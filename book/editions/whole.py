"""The whole thesis as one document that pandoc writes."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.config import FILE
from book.diagnostics import Diagnostic
from book.editions import printed
from book.editions.flow import FlowLowering, Whole, listed_in, targets_in
from book.editions.lowering import Surroundings, ids_of, pictures_of
from book.editions.macros import read_macros
from book.editions.pandoc import not_carried
from book.editions.pictures import stage
from book.editions.tree import API_VERSION, MATH_LEAF, Node, walk
from book.editions.words import printed_words
from book.errors import EditionError
from book.project import write
from book.sources.pandoc import PandocError, run_pandoc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from book.editions.material import Material
    from book.editions.printed import Item

    Chapters = Callable[[Item, list[Node]], list[Node]]

SECONDS, SECONDS_A_PART = 120, 10
"""How long pandoc may take, at least and for each part."""


@dataclass
class Job:
    """One edition on its way to pandoc."""

    material: Material
    """What it is made from."""
    items: list[Item]
    """The parts in order, with what the edition makes by itself among them."""
    around: Surroundings
    """What parts know of each other."""
    whole: Whole
    """The same, for captions, lists and references."""
    folder: Path
    """Where pictures lie and intermediate files go."""
    found: list[Diagnostic] = field(default_factory=list)
    """What is to be said."""
    headed: bool = False
    """Whether every part has a heading, those too that print without one."""
    formulas: dict[str, str] = field(default_factory=dict)
    """The file in which each formula first stands."""

    def path(self, item: Item) -> str:
        """The file of an item, as diagnostics name it."""
        return self.material.paths.get(item.part.docname, item.part.docname) if item.part else FILE


def start(
    material: Material,
    name: str,
    prepared: Callable[[Path, str], str] = lambda _folder, name: name,
    *,
    headed: bool = False,
) -> Job:
    """Put the parts in order and the pictures in place; `prepared` turns a picture into a file that the format can hold."""
    items = printed.in_order(material.parts, material.config)
    folder = material.project.cache / name
    images = folder / "images"
    parts = [item.part for item in items if item.part]
    shown_in = [(path, material.paths.get(part.docname, "")) for part in parts for path in pictures_of(part.blocks)]
    pictures = stage(shown_in, images)
    names = {path: str(images / prepared(images, one)) for path, one in pictures.printable.items()}
    around = Surroundings(
        frozenset(one for part in parts for one in ids_of(part.blocks)), names, read_macros(material.macros)
    )
    whole = Whole(printed_words(material.language), listed_in(parts), targets_in(parts))
    return Job(material, items, around, whole, folder, list(pictures.diagnostics), headed)


def lowered(
    job: Job, lowering: Callable[[Job, Item, set[str]], FlowLowering], unprintable: frozenset[str]
) -> list[tuple[Item, list[Node]]]:
    """Every item with its blocks as the format has them."""
    here: set[str] = set()
    found: list[tuple[Item, list[Node]]] = []
    job.around = replace(job.around, unprintable=unprintable)
    for item in job.items:
        one = lowering(job, item, here)
        one.level = item.above
        blocks = list(item.part.blocks) if item.part else []
        if item.kind == "front" and item.name in printed.UNHEADED and not job.headed:
            blocks = printed.without_title(blocks)
        made = one.blocks(blocks)
        found.append((item, made))
        job.found += one.remarks
        for node in walk(made):
            if node["t"] == "Math":
                job.formulas.setdefault(node["c"][MATH_LEAF], job.path(item))
    return found


def made_by_pandoc(
    job: Job, lowering: Callable[[Job, Item, set[str]], FlowLowering], assembled: Callable[[Job, list[tuple[Item, list[Node]]]], list[Node]],
    arguments: Sequence[str], meta: dict[str, Any], *, formulas: bool = True,
) -> bytes:  # fmt: skip
    """Lower, assemble, and let pandoc write; a formula that it cannot carry is printed as code, and said so, unless TeX will do where there are no `formulas`."""
    remarks = list(job.found)
    blocks = assembled(job, lowered(job, lowering, frozenset()))
    data, failed = _call(job, blocks, arguments, meta)
    if not failed or not formulas:
        return data
    job.found[:] = remarks
    hint = "pandoc does not know one of its commands; write it with others"
    for tex in failed:
        said = f"formula '{' '.join(tex.split())[:60]}' cannot be set"
        job.found.append(Diagnostic("formula-not-printable", said, "error", job.formulas.get(tex, FILE), hint=hint))
    blocks = assembled(job, lowered(job, lowering, frozenset(failed)))
    return _call(job, blocks, arguments, meta)[0]


def _call(job: Job, blocks: list[Node], arguments: Sequence[str], meta: dict[str, Any]) -> tuple[bytes, list[str]]:
    told = {
        "pandoc-api-version": API_VERSION,
        "meta": {key: _meta(value) for key, value in meta.items()},
        "blocks": blocks,
    }
    with tempfile.TemporaryDirectory() as folder:
        log, made = Path(folder, "log.json"), Path(folder, "made")
        command = ["-f", "json", *arguments, "--quiet", f"--log={log}", "-o", str(made)]
        try:
            run_pandoc(
                command,
                json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"),
                SECONDS + SECONDS_A_PART * len(job.items),
            )
            return made.read_bytes(), not_carried(log)
        except PandocError as error:
            raise EditionError(
                [Diagnostic("pandoc-failed", f"pandoc stopped: {error}", hint="run 'thesis doctor'")]
            ) from None


def _meta(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"t": "MetaBool", "c": value}
    if isinstance(value, dict):
        return {"t": "MetaMap", "c": {key: _meta(one) for key, one in value.items()}}
    if isinstance(value, (list, tuple)):
        return {"t": "MetaList", "c": [_meta(one) for one in value]}
    return {"t": "MetaString", "c": str(value)}


def as_png(folder: Path, name: str, *, kept: Sequence[str]) -> str:
    """A picture as the format can hold it: what it does not know becomes a PNG of 200 dots to the inch."""
    import typst

    if name.rpartition(".")[2] in kept:
        return name
    made = folder / f"{name}.png"
    if not made.exists():
        source = f'#set page(width: auto, height: auto, margin: 0pt)\n#image("{name}")\n'
        with tempfile.NamedTemporaryFile("w", suffix=".typ", dir=folder, delete=False, encoding="utf-8") as stream:
            stream.write(source)
        try:
            write(made, typst.compile(stream.name, root=str(folder), format="png", ppi=200, ignore_system_fonts=True))
        finally:
            Path(stream.name).unlink(missing_ok=True)
    return made.name
