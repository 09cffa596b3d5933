"""Mutants are planted into a copy, many at once in different places, looked for, and taken out again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from benchmarks.mutants.edit import Lines, Place, apply, apply_to_notebook, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.mutants.copies import Copy
    from benchmarks.mutants.mutant import Kind, Mutant
    from book.diagnostics import Diagnostic

MOST = 40
"""Mutants that are planted at once."""
MOST_BUILT = 8
"""Where a build follows."""
HOPELESS = 3
"""Mutants of a kind that are missed alone before the others are no longer tried alone, unless one is caught."""


_PLAIN = str.maketrans("\u00a0\u2018\u2019\u201c\u201d", " ''\"\"")
"""Signs that editions print in more than one way."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one mutant."""

    kind: str
    """Its kind's name."""
    book: str
    """The thesis it was planted in."""
    origin: str
    """this, written or public."""
    what: str
    """What was done."""
    where: str
    """Where a remark was looked for."""
    caught: bool
    """Whether a rule meant for it named the place."""
    instead: tuple[str, ...] = ()
    """For one that was missed, what was remarked that had not been before."""


def check(root: Path) -> list[Diagnostic]:
    """What the check says of a thesis as it stands; if it cannot be read, why not."""
    from book import workflow
    from book.errors import ThesisError

    try:
        return list(workflow.check(root))
    except ThesisError as error:
        return list(error.diagnostics)


def build(root: Path, editions: Sequence[str]) -> list[Diagnostic]:
    """Build a thesis; returns what stopped it."""
    from book import workflow
    from book.errors import ThesisError

    try:
        workflow.build(root, editions=tuple(editions), jobs=1)
    except ThesisError as error:
        return list(error.diagnostics)
    return []


def names(kind: Kind, mutant: Mutant, lines: Iterable[Lines], remarks: Iterable[Diagnostic], *, strictly: bool) -> bool:
    """Whether a remark of a rule meant for it names the place, and `strictly` what stands there too."""
    places = list(lines)
    for remark in remarks:
        if remark.rule not in kind.rules:
            continue
        if places and not any(place.hold(remark.path, remark.cell, remark.line) for place in places):
            continue
        text = f"{remark.path} {remark.message} {remark.hint}".translate(_PLAIN).casefold()
        if mutant.names and mutant.names.casefold() not in text:
            continue
        if (
            (strictly or not places)
            and mutant.says
            and not any(word.translate(_PLAIN).casefold() in text for word in mutant.says)
        ):
            continue
        return True
    return False


def candidates(
    copy: Copy, kinds: Iterable[Kind], baseline: Sequence[Diagnostic], seed: int, most: int
) -> dict[str, list[Mutant]]:
    """By kind, mutants in an order drawn by lot, whose place is clean before."""
    found: dict[str, list[Mutant]] = {}
    for kind in kinds:
        drawn = list(kind.plant(copy))
        Random(f"{seed}:{kind.name}:{copy.name}").shuffle(drawn)  # noqa: S311
        kept: list[Mutant] = []
        for mutant in drawn:
            if len(kept) == most:
                break
            before = [lines_of(place, _text(copy, place), ()) for place in mutant.places]
            if not names(kind, mutant, before, baseline, strictly=False):
                kept.append(mutant)
        found[kind.name] = kept
    return found


def _text(copy: Copy, place: Place) -> str:
    if place.start < 0:
        return ""
    if place.cell:
        return next(unit.text for unit in copy.units if (unit.path, unit.cell) == (place.path, place.cell))
    return copy.text(place.path)


def plant_all(copy: Copy, chosen: Sequence[tuple[Kind, Mutant]], baseline: Sequence[Diagnostic]) -> Iterator[Verdict]:
    """Plant, look and take out; what is missed in company is looked for once more alone."""
    score: Counter[tuple[str, bool]] = Counter()
    for batch in batches(copy, chosen):
        remarks, lines = planted(copy, batch)
        for number, (kind, mutant) in enumerate(batch):
            caught = names(kind, mutant, lines[number], remarks, strictly=True)
            where, instead = lines[number], ()
            hopeless = score[kind.name, False] >= HOPELESS and not score[kind.name, True]
            if not caught and not hopeless:
                alone, (where,) = planted(copy, [(kind, mutant)]) if len(batch) > 1 else (remarks, lines)
                caught = names(kind, mutant, where, alone, strictly=True)
                instead = () if caught else _instead(kind, where, alone, baseline)
            score[kind.name, caught] += 1
            said = " or ".join(
                f"{place.path}:{f'cell {place.cell}:' if place.cell else ''}{place.first}-{place.last}"
                for place in where
            )
            yield Verdict(kind.name, copy.name, copy.origin, mutant.what, said, caught, instead)


def _instead(
    kind: Kind, where: Sequence[Lines], remarks: Iterable[Diagnostic], baseline: Iterable[Diagnostic]
) -> tuple[str, ...]:
    """What was remarked that had not been before, what is nearest to the defect first."""
    known = {(remark.rule, remark.message) for remark in baseline}
    paths = {place.path for place in where}
    new = [remark for remark in remarks if (remark.rule, remark.message) not in known]
    new.sort(key=lambda remark: (remark.rule not in kind.rules, remark.path not in paths))
    return tuple(str(remark) for remark in new[:4])


def batches(copy: Copy, chosen: Iterable[tuple[Kind, Mutant]]) -> list[list[tuple[Kind, Mutant]]]:
    """Mutants that stand apart from one another, together."""
    found: list[tuple[tuple[str, ...], set[str], list[tuple[Kind, Mutant]]]] = []
    for kind, mutant in chosen:
        zones = _zones(copy, mutant)
        most = MOST_BUILT if kind.build else MOST
        for build, taken, batch in found:
            if build == kind.build and len(batch) < most and not taken & zones:
                taken.update(zones)
                batch.append((kind, mutant))
                break
        else:
            found.append((kind.build, zones, [(kind, mutant)]))
    return [batch for _, _, batch in found]


def _zones(copy: Copy, mutant: Mutant) -> set[str]:
    """What a mutant changes: blocks of pages, lines of other files, whole files, keys and labels."""
    zones = set(mutant.touches) | {f"file:{path}" for path, _ in mutant.files}
    blocks = {(unit.path, unit.cell): unit.blocks for unit in copy.units} if mutant.edits else {}
    for edit in mutant.edits:
        inside = [
            block
            for block in blocks.get((edit.path, edit.cell), [])
            if block.start <= edit.end and edit.start <= block.end
        ]
        zones |= {f"block:{edit.path}:{edit.cell}:{block.start}" for block in inside}
        entry = next(
            (entry for entry in copy.entries if entry.path == edit.path and entry.start <= edit.start <= entry.end),
            None,
        )
        if entry:
            zones.add(f"entry:{entry.key}")
        zones.add(f"at:{edit.path}:{edit.cell}:{edit.start}")
    return zones


def planted(copy: Copy, batch: Sequence[tuple[Kind, Mutant]]) -> tuple[list[Diagnostic], list[list[Lines]]]:
    """What the check says with these mutants, and the places of each in the files as they are then."""
    edits = [edit for _, mutant in batch for edit in mutant.edits]
    lines = [[lines_of(place, _text(copy, place), edits) for place in mutant.places] for _, mutant in batch]
    before = _before(copy.root, batch)
    editions = batch[0][0].build
    kept = copy.root.with_name(f"{copy.root.name}.build")
    dirty = copy.root.with_name(f"{copy.root.name}.planted")
    dirty.touch()
    try:
        if editions and not kept.exists():
            shutil.copytree(copy.root / "_build", kept, symlinks=True)
        _write(copy.root, batch)
        stopped = build(copy.root, editions) if editions else []
        return [*stopped, *check(copy.root)], lines
    finally:
        for path, (content, times) in before.items():
            _restore(copy.root / path, content, times)
        if editions:
            shutil.rmtree(copy.root / "_build")
            shutil.copytree(kept, copy.root / "_build", symlinks=True)
        dirty.unlink()


def _before(root: Path, batch: Sequence[tuple[Kind, Mutant]]) -> dict[str, tuple[bytes | None, tuple[int, int]]]:
    """Every file that a batch changes, as it is; None where it is not there yet."""
    paths = {edit.path for _, mutant in batch for edit in mutant.edits} | {
        path for _, mutant in batch for path, _ in mutant.files
    }
    paths |= {path for _, mutant in batch for table in mutant.rehash if (path := _package_of(root, table))}
    found: dict[str, tuple[bytes | None, tuple[int, int]]] = {}
    for path in sorted(paths):
        file = root / path
        there = file.stat() if file.exists() else None
        found[path] = (file.read_bytes(), (there.st_atime_ns, there.st_mtime_ns)) if there else (None, (0, 0))
    return found


def _restore(file: Path, content: bytes | None, times: tuple[int, int]) -> None:
    if content is None:
        file.unlink(missing_ok=True)
        return
    file.write_bytes(content)
    os.utime(file, ns=times)


def _write(root: Path, batch: Sequence[tuple[Kind, Mutant]]) -> None:
    for _, mutant in batch:
        for path, content in mutant.files:
            if content is None:
                (root / path).unlink()
            else:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(content)
    by_path = defaultdict(list)
    for _, mutant in batch:
        for edit in mutant.edits:
            by_path[edit.path].append(edit)
    for path, edits in by_path.items():
        text = (root / path).read_bytes().decode("utf-8", "replace")
        changed = apply_to_notebook(text, edits) if path.endswith(".ipynb") else apply(text, edits)
        (root / path).write_bytes(changed.encode("utf-8", "surrogatepass"))
    for _, mutant in batch:
        for table in mutant.rehash:
            _declare(root, table)


def _package_of(root: Path, table: str) -> str:
    """The description of the data package that a file lies beside."""
    path = Path(table).parent / "datapackage.json"
    return path.as_posix() if (root / path).exists() else ""


def _declare(root: Path, table: str) -> None:
    """Note a file's size and hash anew where the data package notes them."""
    path = root / _package_of(root, table)
    package: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    content = (root / table).read_bytes()
    for resource in package["resources"]:
        if resource.get("path") == Path(table).name:
            if "bytes" in resource:
                resource["bytes"] = len(content)
            if "hash" in resource:
                resource["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    path.write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
