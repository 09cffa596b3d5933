"""Labels that stand twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject
    from book.sources.prose import Place

_SAID = re.compile(r"duplicate label (?:of equation )?([^,]+)|label '([^']+)'|target name: \"([^\"]+)\"")


def every_label_stands_once(subject: Subject) -> Iterator[Diagnostic]:
    """Every label stands once in the thesis: references to one that stands twice may lead to either place."""
    said = {
        " ".join(next(filter(None, match.groups())).lower().split())
        for one in subject.document.diagnostics
        if one.rule == "duplicate-label"
        for match in _SAID.finditer(one.message)
    }
    first: dict[str, tuple[str, Place, int]] = {}
    for name, path, place, bearer in _labels(subject):
        there = first.setdefault(name, (path, place, bearer))
        if there[1] is place or name in said:
            continue
        if there[0] == path and there[1].cell == place.cell and there[2] == bearer:
            continue  # a target before a directive of the same name: one thing, named twice
        cell = f"cell {there[1].cell}:" if there[1].cell else ""
        yield Diagnostic(
            "duplicate-label",
            f"label '{name}' is used twice; it is also used at {there[0]}:{cell}{there[1].line}",
            "warning",
            path,
            place.line,
            place.column,
            hint="give one of them another label",
            cell=place.cell,
        )


def _labels(subject: Subject) -> Iterator[tuple[str, str, Place, int]]:
    """Name, file, place and bearer's line of each label in reading order; on a page, what cells made comes last."""
    made: dict[str, list[tuple[str, Place]]] = {}
    for one in subject.document.floats:
        if one.computed and one.label:
            made.setdefault(one.docname, []).append((" ".join(one.label.lower().split()), one.place))
    for prose in subject.prose:
        here = {label.name for label in prose.labels}
        for label in prose.labels:
            yield label.name, prose.path, label.place, label.line
        for name, place in made.get(prose.docname, ()):
            if name not in here:  # the name of a directive that shows what a cell made
                yield name, prose.path, place, place.line
