"""What the parts of a thesis hold, found once and kept as long as a part stays as it is."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.diagnostics import Diagnostic
from book.editions.lowering import Surroundings, ids_of, pictures_of
from book.project import read_json, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from book.document.parts import Part

WRITERS = ("breaking", "displays", "height", "lowering", "macros", "pandoc", "survey", "tables", "tree", "typst", "latex")
"""Modules beside this one whose change makes every written part stale."""


@dataclass(frozen=True, slots=True)
class Survey:
    """One part, looked through."""

    digest: str
    """Of the part's blocks."""
    ids: tuple[str, ...]
    """Identifiers in order, each as often as it stands there."""
    pictures: tuple[str, ...]
    """Paths of pictures in order."""


def survey(parts: Sequence[Part], folder: Path) -> list[Survey]:
    """Look through the parts that have changed; the others are known from the folder."""
    return [_surveyed(part.blocks, folder) for part in parts]


def _surveyed(blocks: Iterable[Any], folder: Path) -> Survey:
    listed = list(blocks)
    digest = digest_of([_code(), listed])
    kept = read_json(folder / f"{digest}.json")
    if isinstance(kept, dict) and {"ids", "pictures"} <= set(kept):
        return Survey(digest, tuple(kept["ids"]), tuple(kept["pictures"]))
    found = Survey(digest, tuple(ids_of(listed)), tuple(pictures_of(listed)))
    write(folder / f"{digest}.json", json.dumps({"ids": found.ids, "pictures": found.pictures}, ensure_ascii=False))
    return found


def digest_of(value: Any) -> str:
    """32 hexadecimal digits that stand for a value of JSON."""
    told = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@cache
def _code() -> str:
    folder = Path(__file__).parent
    return hashlib.sha256(b"".join((folder / f"{name}.py").read_bytes() for name in WRITERS)).hexdigest()


def taken_before(surveys: Sequence[Survey]) -> list[frozenset[str]]:
    """Identifiers of each part that an earlier part has taken already."""
    seen: set[str] = set()
    taken: list[frozenset[str]] = []
    for one in surveys:
        taken.append(frozenset(seen.intersection(one.ids)))
        seen.update(one.ids)
    return taken


def doubled(parts: Sequence[Part], surveys: Sequence[Survey], sources: Mapping[str, str]) -> list[Diagnostic]:
    """Identifiers that stand twice: links lead to the first."""
    found: list[Diagnostic] = []
    for part, one, taken in zip(parts, surveys, taken_before(surveys), strict=True):
        twice = (
            {identifier for identifier in one.ids if one.ids.count(identifier) > 1}
            if len(set(one.ids)) < len(one.ids)
            else set()
        )
        path = sources.get(part.docname, part.docname)
        found += [
            Diagnostic(
                "duplicate-label",
                f"label '{name}' stands more than once",
                "warning",
                path,
                hint="links lead to the first",
            )
            for name in sorted(twice | taken)
        ]
    return found


def digest_around(around: Surroundings) -> str:
    """What a part takes from the thesis around it, pictures and formulas aside."""
    return digest_of(
        [sorted(around.ids), sorted((name, repr(macro)) for name, macro in around.macros.items()), around.floats]
    )
