"""Where two editions say different things, and what each of them says."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING

from book.checks.editions.reading.piece import Piece, Run, alike, compact, normal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from book.checks.editions.reading.piece import Box

TOKEN = re.compile(r"(?<![^\W_])[A-Z](?:\.\d+)+|\d+(?:[.,:/]\d+)*|[^\W\d_]+|[^\s]")
"""A number, also one in an appendix such as `D.1`; a word; or one sign."""
RULES = {
    "heading": "heading-differs",
    "caption": "caption-differs",
    "cell": "table-cell-differs",
    "note": "footnote-differs",
    "entry": "bibliography-differs",
    "equation": "equation-differs",
    "finding": "finding-differs",
    "citation": "citation-differs",
    "reference": "reference-differs",
}
"""What a difference lies in -> rule."""
FLOATING = frozenset({"caption", "table"})
"""What a printed edition puts where there is room."""
_NUMBERED = re.compile(r"^([^\W\d_]+\.?\d+(?:\.\d+)*)\.(?!\d)")
"""A compact text that begins with a figure's number."""
NEAR = 3
"""Words around a difference that are quoted."""
MANY = 4_000
"""Words of one gap from which on they are not compared one by one."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place at which the editions differ."""

    rule: str
    """Name of the rule."""
    site: str
    """What the site says; empty for nothing."""
    pdf: str
    """What the PDF says; empty for nothing."""
    around: str = ""
    """Where it stands, in words."""
    line: int = 0
    """Line in the site's file."""
    page: int = 0
    """Sheet of the PDF."""
    box: Box | tuple[()] = ()
    """Place on the sheet."""
    moved: bool = False
    """Whether the same stands elsewhere."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a mark."""

    text: str
    """In normal form."""
    run: Run
    """Where it stands."""
    piece: Piece
    """In what."""


def tokens(pieces: Sequence[Piece]) -> list[Token]:
    """The words of some pieces; one that is printed in two runs is one word."""
    found: list[Token] = []
    for piece in pieces:
        text, owners = "", []
        for run in piece.runs:
            said = normal(run.text)
            text += said
            owners += [run] * len(said)
        found += [Token(match[0], owners[match.start()], piece) for match in TOKEN.finditer(text)]
    return found


def differences(site: Sequence[Piece], pdf: Sequence[Piece]) -> Iterator[Difference]:
    """Compare what stands on a page with its stretch of the PDF: first by pieces, then within what is left by words."""
    mine, other = [piece.key for piece in site], [piece.key for piece in pdf]
    if "".join(mine) == "".join(other) and not any(piece.kind == "equation" for piece in site):
        return
    matcher = SequenceMatcher(None, mine, other, autojunk=False)
    gaps = matcher.get_opcodes()
    gone = Counter(mine[at] for tag, i1, i2, _, _ in gaps if tag != "equal" for at in range(i1, i2))
    come = Counter(other[at] for tag, _, _, j1, j2 in gaps if tag != "equal" for at in range(j1, j2))
    moved = {key for key in gone & come if len(key) > NEAR * 4}
    for tag, i1, i2, j1, j2 in gaps:
        if tag == "equal":
            yield from _equations(site[i1:i2], pdf[j1:j2])
        else:
            here = (piece for piece in site[i1:i2] if piece.key in moved and piece.kind not in FLOATING)
            yield from (_moved(piece, pdf) for piece in here)
            yield from _gap(
                [piece for piece in site[i1:i2] if piece.key not in moved],
                [piece for piece in pdf[j1:j2] if piece.key not in moved],
            )


def _equations(site: Sequence[Piece], pdf: Sequence[Piece]) -> Iterator[Difference]:
    for mine, other in zip(site, pdf, strict=True):
        if mine.kind == other.kind == "equation" and mine.number.strip("()") != other.number.strip("()"):
            box = other.runs[0].box if other.runs else ()
            yield Difference(
                "equation-differs",
                mine.number,
                other.number,
                f"number of equation {mine.text}",
                mine.line,
                other.page,
                box,
            )


def _moved(piece: Piece, pdf: Sequence[Piece]) -> Difference:
    there = next(one for one in pdf if one.key == piece.key)
    said = " ".join(_of(piece).split())[:120]
    box = there.all_runs[0].box if there.all_runs else ()
    return Difference(_rule([piece.kind]), said, said, "", piece.line, there.page, box, moved=True)


def _of(piece: Piece) -> str:
    return piece.text or " ".join(cell.text for row in piece.rows for cell in row)


def _rule(kinds: Sequence[str]) -> str:
    return next((RULES[kind] for kind in kinds if kind in RULES), "text-differs")


def _gap(site: list[Piece], pdf: list[Piece]) -> Iterator[Difference]:
    """Tables against tables, words against words."""
    mine = [piece for piece in site if piece.kind == "table"]
    other = [piece for piece in pdf if piece.kind == "table"]
    if len(mine) == len(other):
        for one, two in zip(mine, other, strict=True):
            yield from table_differences(one, two)
        site = [piece for piece in site if piece.kind != "table"]
        pdf = [piece for piece in pdf if piece.kind != "table"]
    else:
        site, pdf = _flat(site), _flat(pdf)
    yield from word_differences(site, pdf)
    equations = (
        [piece for piece in site if piece.kind == "equation"],
        [piece for piece in pdf if piece.kind == "equation"],
    )
    if len(equations[0]) == len(equations[1]):
        yield from _equations(*equations)


def _flat(pieces: list[Piece]) -> list[Piece]:
    """Tables as text, where one edition has no table in its place."""
    return [
        cell for piece in pieces for cell in ([cell for row in piece.rows for cell in row] if piece.rows else [piece])
    ]


def table_differences(site: Piece, pdf: Piece) -> Iterator[Difference]:
    """Cell by cell; rows that only one of them has are named as a whole."""
    if site.key == pdf.key:
        return
    mine = [tuple(cell.key for cell in row) for row in site.rows]
    other = [tuple(cell.key for cell in row) for row in pdf.rows]
    if len(mine) == len(other):
        pairs = list(zip(range(len(mine)), range(len(other)), strict=True))
    else:
        pairs = []
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, mine, other, autojunk=False).get_opcodes():
            size = min(i2 - i1, j2 - j1) if tag != "equal" else 0
            pairs += [(i1 + at, j1 + at) for at in range(size)]
            for row in range(i1 + size, i2 if tag != "equal" else i1):
                yield _row(site, row, only="site", near=pdf.all_runs)
            for row in range(j1 + size, j2 if tag != "equal" else j1):
                yield _row(pdf, row, only="pdf", near=pdf.rows[row][0].runs or pdf.all_runs, line=site.line)
    for one, two in pairs:
        yield from _cells(site, pdf, one, two)


def _key(cell: Piece) -> str:
    return cell.key


def _captioned(cell: Piece) -> str:
    """A cell without the full stop behind the number of the figure in it, which paper alone has."""
    return _NUMBERED.sub(r"\1", cell.key)


def _firm(cell: Piece) -> str:
    return compact("".join(run.text for run in cell.runs if run.kind != "optional"))


def _row(table: Piece, row: int, *, only: str, near: Sequence[Run], line: int = 0) -> Difference:
    said = " | ".join(" ".join(cell.text.split()) for cell in table.rows[row])[:160]
    page, box = (near[0].page, near[0].box) if near else (0, ())
    number = row - table.heads + 1
    return Difference(
        "table-cell-differs", said if only == "site" else "", said if only == "pdf" else "",
        f"row {number}" if number > 0 else "the head", line or table.line, page, box,
    )  # fmt: skip


def _cells(site: Piece, pdf: Piece, one: int, two: int) -> Iterator[Difference]:
    mine, other = site.rows[one], pdf.rows[two]
    for column in range(max(len(mine), len(other))):
        left = mine[column] if column < len(mine) else Piece("cell")
        right = other[column] if column < len(other) else Piece("cell")
        if any(alike(said(left), said(right)) for said in (_key, _firm, _captioned)):
            continue
        head = site.rows[0][column].text.strip() if site.heads and column < len(site.rows[0]) else ""
        number = one - site.heads + 1
        where = f"row {number}" if number > 0 else "head"
        where += f", column '{' '.join(head.split())}'" if head and number > 0 else f", column {column + 1}"
        runs = right.runs or next((cell.runs for cell in other if cell.runs), pdf.all_runs)
        page, box = (runs[0].page, runs[0].box) if runs else (0, ())
        yield Difference(
            "table-cell-differs", " ".join(left.text.split()), " ".join(right.text.split()), where,
            left.line or site.line, page, box,
        )  # fmt: skip


def word_differences(site: Sequence[Piece], pdf: Sequence[Piece]) -> Iterator[Difference]:
    """Word by word through text that is broken into pieces in different ways."""
    if compact("".join(piece.text for piece in site)) == compact("".join(piece.text for piece in pdf)):
        return
    mine, other = tokens(site), tokens(pdf)
    if len(mine) > MANY and len(other) > MANY:
        yield _whole(site, pdf)
        return
    pair = Pair(mine, other)
    for tag, i1, i2, j1, j2 in pair.gaps:
        if tag != "equal" and not alike(_said(mine[i1:i2]), _said(other[j1:j2])):
            yield pair.difference(i1, i2, j1, j2)


def _said(words: Sequence[Token]) -> str:
    """What must be there: what is written out once in the PDF may stand anywhere."""
    return "".join(word.text for word in words if word.run.kind != "optional")


def _whole(site: Sequence[Piece], pdf: Sequence[Piece]) -> Difference:
    first = pdf[0].all_runs[0] if pdf and pdf[0].all_runs else Run("")
    return Difference(
        "text-differs", site[0].text[:80], pdf[0].text[:80], "a long stretch", site[0].line, first.page, first.box
    )


@dataclass(frozen=True)
class Pair:
    """The words of both editions in one gap."""

    mine: list[Token]
    """The site's."""
    other: list[Token]
    """The PDF's."""

    @cached_property
    def gaps(self) -> list[tuple[str, int, int, int, int]]:
        """What is equal and what is not; differences with nothing but one word between them are one."""
        texts = [word.text for word in self.mine], [word.text for word in self.other]
        joined: list[tuple[str, int, int, int, int]] = []
        for opcode in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
            tag, i1, i2, _j1, j2 = opcode
            short = tag == "equal" and i2 - i1 == 1 and joined and i2 < len(texts[0]) and not texts[0][i1].isalnum()
            if joined and joined[-1][0] != "equal" and (tag != "equal" or short):
                _, before, _, start, _ = joined[-1]
                joined[-1] = ("replace", before, i2, start, j2)
            else:
                joined.append(opcode)
        return joined

    def difference(self, i1: int, i2: int, j1: int, j2: int) -> Difference:
        """Say what stands on either side, and in what."""
        while i1 < i2 and j1 < j2 and self.mine[i2 - 1].text == self.other[j2 - 1].text:
            i2, j2 = i2 - 1, j2 - 1
        mine, other = self.mine[i1:i2], self.other[j1:j2]
        here = mine or self.mine[max(0, i1 - 1) : i1 + 1]
        there = other or self.other[max(0, j1 - 1) : j1 + 1]
        place = there[0].run if there else Run("")
        around = (
            " ".join(word.text for word in self.mine[max(0, i1 - NEAR) : i1]),
            " ".join(word.text for word in self.mine[i2 : i2 + NEAR]),
        )
        return Difference(
            self._rule(mine, other, i1, i2, there), _quoted(mine), _quoted(other), " … ".join(side for side in around if side),
            here[0].piece.line if here else 0, place.page, place.box,
        )  # fmt: skip

    def _rule(self, mine: list[Token], other: list[Token], i1: int, i2: int, there: list[Token]) -> str:
        kinds = {word.run.kind for word in mine}
        if not mine and i1 and i2 < len(self.mine) and self.mine[i1 - 1].run is self.mine[i2].run:
            kinds = {self.mine[i2].run.kind}
        pieces = [word.piece.kind for word in (*mine, *other)] or [word.piece.kind for word in there]
        kind = next(iter(kinds)) if len(kinds) == 1 else ""
        if not kind and len(kinds) > 1 and {"citation", "finding", "reference"} & kinds:
            kind = (
                next(one for one in ("finding", "citation", "reference") if one in kinds) if len(mine) <= NEAR else ""
            )
        return _rule([kind, *dict.fromkeys(pieces)])


def _quoted(words: list[Token]) -> str:
    """Words with spaces where a reader expects them."""
    said = ""
    for word in words:
        glued = not said or word.text in ",.;:!?)]%'" or said[-1:] in "([$'"
        said += word.text if glued else f" {word.text}"
    return said if len(said) <= 200 else f"{said[:100]} … {said[-60:]}"  # noqa: PLR2004 - what fits a message
