"""Nothing is left in a final file of what should have been resolved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from book.checks.editions.final import pieces_of
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.editions.final import Final
    from book.checks.editions.reading.piece import Piece

ROLES = (
    "cite|cite:[a-z]+|numref|ref|eq|doc|term|finding|footcite|footcite:[a-z]+|claim|abbr|sub|sup|prf:ref|download|any"
)
NAMES = (
    "Figure|Fig\\.|Table|Tab\\.|Section|Sec\\.|Chapter|Appendix|Equation|Eq\\.|Abbildung|Abb\\.|Tabelle|Kapitel|Abschnitt|"
    "Anhang|Gleichung|Tableau|Chapitre|Annexe|Figura|Tabla|Capítulo|Sección"
)
MARK = re.compile(
    rf"(?:\b(?:{NAMES})\s*\?\?)|(?<=\w )\?\?(?=[.,;:)]|\s+[a-zß-ÿ])|^\s*\?\?\s*$|\[\?{{1,2}}\]|\(\?(?:\?|, \?)\)|\{{(?:{ROLES})\}}`[^`\n]+`|\\(?:eq|auto|page)?ref\{{[^}}]+\}}"
    rf"|\\[cC]ite[a-z]*\*?(?:\[[^\]]*\])*\{{[^}}]+\}}|\[@[\w:.-]+\]|\[(?:unknown|unresolved) [a-z]+: [^\]]+\]|\[citation needed\]"
)
QUOTED = frozenset({"code", "formula", "input"})


def unresolved_marks(final: Final) -> Iterator[Diagnostic]:
    """Question marks in place of numbers, raw roles, raw keys."""
    for page in final.pages:
        path = final.project.relative(final.project.site / page.path)
        for piece in pieces_of((page.flow, page.notes)):
            for mark in _marks(piece):
                yield Diagnostic(
                    "unresolved-mark", f"'{mark}' stands in the text", "error", path, piece.line, hint=HINT
                )
    for path, paper in final.papers():
        for piece in pieces_of((paper.flow, paper.notes)):
            for mark in _marks(piece):
                first = next((run for run in piece.runs if mark[:4] in run.text), piece.runs[0])
                message = f"'{mark}' stands in the text"
                yield Diagnostic("unresolved-mark", message, "error", path, hint=HINT, page=first.page, box=first.box)


HINT = "a reference, a citation or a finding was not resolved: look at its role in the source"


def _marks(piece: Piece) -> list[str]:
    if piece.kind in {"code", "equation"}:
        return []
    said = "".join("\ufffc" if run.kind in QUOTED else run.text for run in piece.runs)
    if "?" not in said and "{" not in said and "[" not in said:
        return []
    return [" ".join(match[0].split()) for match in MARK.finditer(said)]
