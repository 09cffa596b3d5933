"""Whether every edition has the same bytes when it is made again, under other conditions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.examining.comparing import compare_editions
from book.examining.running import rebuild

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from book.examining.items import Item
    from book.examining.running import Rebuilt
    from book.project import Project
    from book.verifying.conditions import Conditions

MOST = 20
"""Files of an edition that are named one by one."""


def build_editions(copy: Project, conditions: Conditions, target: Path, editions: Sequence[str]) -> Rebuilt | None:
    """Build a copy of the thesis, whose cells have run, in a process that finds the conditions around it."""
    if not editions:
        return None
    variables = {**conditions.variables, "THESIS_STORE": str(copy.cache / "runs")}
    return rebuild(
        Path(sys.executable),
        copy.root,
        target,
        editions,
        variables,
        fresh=False, own=True,
        around=conditions.around,
    )


def edition_differences(
    once: Rebuilt | None, again: Rebuilt | None, cells: Sequence[Diagnostic], pages: Collection[str]
) -> Iterator[Diagnostic]:
    """A remark for every page and file that is not the same in both builds; for an edition as a whole where cells give something else already."""
    if once is None or again is None:
        return
    for build in (once, again):
        if build.stopped:
            yield Diagnostic(
                "edition-not-reproducible",
                f"the thesis cannot be built again: {build.stopped}",
                "error",
                hint="look at what 'thesis build' says",
            )
            return
    items = [one for one in compare_editions(once.folder, again.folder) if one.sameness != "same"]
    wrong = [one for one in items if one.kind != "edition"]
    if any(one.rule == "not-reproducible" for one in cells):
        for one in items:
            if one.kind == "edition":
                yield _remark(one, "", "its cells give something else: mend these first")
        return
    for one in wrong[:MOST]:
        yield _remark(one, one.name if one.name in pages else "", HINT)
    if len(wrong) > MOST:
        yield Diagnostic(
            "edition-not-reproducible",
            f"{len(wrong) - MOST} more files of editions are not the same when they are made again",
            "error",
            hint=HINT,
        )


HINT = "something in it comes from the clock, the machine, the user or an order that changes: an extension, a template, a filter"


def _remark(one: Item, path: str, hint: str) -> Diagnostic:
    shown = f": '{one.before}', then '{one.after}'" if one.before or one.after else ""
    return Diagnostic(
        "edition-not-reproducible",
        f"{one.kind} '{one.name}' is not the same when it is made again: {one.difference}{shown}",
        "error",
        path,
        hint=hint,
    )
