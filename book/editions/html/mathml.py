"""Formulas from TeX to MathML: one call of pandoc for all that are new, kept for the next build."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from book.project import read_json, write_json
from book.sources.pandoc import PandocError, pandoc_version, run_pandoc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

FORMAT = 1
"""Version of the file that keeps formulas."""

API = [1, 23, 1]
"""Version of Pandoc's AST that the formulas are handed over in."""

_ANSWER = re.compile(r'<div id="f(\d+)">\n?(.*?)\n?</div>', re.DOTALL)


class Formula(NamedTuple):
    """A formula without macros."""

    tex: str
    """Its TeX, without the delimiters."""
    display: bool
    """Whether it stands in a line of its own."""

    @property
    def key(self) -> str:
        """What it is kept under."""
        return f"{'d' if self.display else 'i'} {self.tex}"


class Store:
    """MathML of formulas, in memory and in one file; None stands for a formula that pandoc cannot read."""

    def __init__(self, path: Path) -> None:
        """Take what an earlier build with the same pandoc has kept."""
        self.path = path
        self.pandoc = pandoc_version()
        kept = read_json(path)
        fits = isinstance(kept, dict) and kept.get("version") == FORMAT and kept.get("pandoc") == self.pandoc
        self._known: dict[str, str | None] = dict(kept["formulas"]) if fits else {}
        self._kept = frozenset(self._known)

    def get(self, formula: Formula) -> str | None:
        """MathML of a formula, converted now where nobody asked for it before."""
        self.prepare([formula])
        return self._known[formula.key]

    def prepare(self, formulas: Iterable[Formula]) -> None:
        """Convert those that are new, in one call."""
        new = {formula.key: formula for formula in formulas if formula.key not in self._known}
        if new:
            ordered = list(new.values())
            self._known |= zip(new, _convert(ordered), strict=True)

    def save(self, used: Iterable[Formula]) -> None:
        """Keep the formulas that are in use."""
        wanted = {formula.key for formula in used} & set(self._known)
        if wanted != self._kept:
            write_json(
                self.path,
                {"version": FORMAT, "pandoc": self.pandoc, "formulas": {key: self._known[key] for key in wanted}},
            )
            self._kept = frozenset(wanted)


def _convert(formulas: Sequence[Formula]) -> list[str | None]:
    """MathML of each; where pandoc does not come back, halves are tried until the culprit stands alone."""
    answer = _pandoc(formulas)
    if answer is not None:
        found = {int(number): text for number, text in _ANSWER.findall(answer)}
        return [text if (text := found.get(i, "")).startswith("<math") else None for i in range(len(formulas))]
    if len(formulas) == 1:
        return [None]
    middle = len(formulas) // 2
    return [*_convert(formulas[:middle]), *_convert(formulas[middle:])]


def _pandoc(formulas: Sequence[Formula]) -> str | None:
    blocks = [_block(number, formula) for number, formula in enumerate(formulas)]
    text = json.dumps({"pandoc-api-version": API, "meta": {}, "blocks": blocks})
    arguments = ["--from=json", "--to=html", "--mathml", "--wrap=none", "--quiet"]
    try:
        return run_pandoc(arguments, text.encode(), 20 + 0.05 * len(formulas)).decode()
    except PandocError:
        return None


def _block(number: int, formula: Formula) -> dict[str, Any]:
    kind = {"t": "DisplayMath" if formula.display else "InlineMath"}
    return {"t": "Div", "c": [[f"f{number}", [], []], [{"t": "Plain", "c": [{"t": "Math", "c": [kind, formula.tex]}]}]]}
