"""What an edition consists of, as its reader finds it."""

from __future__ import annotations

import re
import unicodedata
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from book.languages import right_to_left

if TYPE_CHECKING:
    from collections.abc import Iterator

Box: TypeAlias = "tuple[float, float, float, float]"

_GONE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\u2061\u2062\u2063\ufeff\ufffe"))
_SAME = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−⁃", "-"),
        "∣": "|",
        "ʹ": "'",
        "ƒ": "f",
        "⋅": "·",
    }
)

_OVERSTRUCK = re.compile(".\b")
_DRAWN = frozenset({"So", "Co", "Cn", "Cs", "Mn", "Me"})
_HYPHEN = re.compile(r"-(?!\d)")


def alike(one: str, two: str) -> bool:
    """Whether two compact texts say the same, hyphens aside: typesetting adds some; a minus before a digit is none."""
    return one == two or _HYPHEN.sub("", one) == _HYPHEN.sub("", two)


def normal(text: str) -> str:
    """A text in which only what a reader would miss is left of its typesetting: ligatures, kinds of spaces, dashes and quotation marks are one."""
    if text.isascii() and "\b" not in text:
        return text.replace("`", "'").replace("''", '"')
    if "\b" in text:
        text = _OVERSTRUCK.sub("", text)
    plain = unicodedata.normalize("NFKC", text.translate(_GONE).translate(_SAME)).translate(_SAME).translate(_GONE)
    if not plain.isascii():  # an emoji that the fonts lack is reported where it is missed
        plain = "".join(sign for sign in plain if sign.isascii() or unicodedata.category(sign) not in _DRAWN)
    return plain.replace("''", '"')


_BACKWARDS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_MIRRORED = str.maketrans(")]}>", "([{<")
_TURNED: ContextVar[bool] = ContextVar("turned", default=False)


@contextmanager
def written_in(language: str) -> Iterator[None]:
    """Compare texts of a thesis in this language; only what a thesis that runs from right to left says is compared otherwise."""
    token = _TURNED.set(right_to_left(language))
    try:
        yield
    finally:
        _TURNED.reset(token)


def compact(text: str) -> str:
    """A normal text without its spaces, by which two editions are compared.

    Of a text that runs from right to left, and of one among such, only its characters are: a PDF has them in the order in
    which they are seen, and its readers guess, word by word, which way each was written.
    """
    said = "".join(normal(text).split())
    return "".join(sorted(said.translate(_MIRRORED))) if _TURNED.get() or _BACKWARDS.search(said) else said


_DISPLAY = re.compile(
    r"\\(?:begin|end)\{(?:align(?:ed|at|edat)?|flalign|gather(?:ed)?|multline|eqnarray|split|equation)\*?\}(?:\{\d+\})?"
    r"|\\(?:nonumber|notag)(?![A-Za-z])|\\label\s*\{[^{}]*\}"
)


def bare(tex: str) -> str:
    """A formula without the environments that set it on lines of its own, which each edition chooses for itself, and without what says whether a line has a number."""
    return _DISPLAY.sub("", tex.replace("$", "")).strip()


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that lies in one place."""

    text: str
    """The characters as printed."""
    kind: str = ""
    """`finding`, `citation`, `reference`, `formula`, `link`, `code`, `input` (code of a cell), `optional` (one edition may lack it), or nothing."""
    page: int = 0
    """Sheet of the PDF, counted from 1; 0 on the site."""
    box: Box | tuple[()] = ()
    """Left, bottom, right and top in points on that sheet."""


@dataclass(frozen=True)
class Piece:
    """A heading, paragraph, caption, cell, note, equation, listing or entry."""

    kind: str
    """`heading`, `text`, `caption`, `cell`, `note`, `entry`, `equation`, `code`, `picture` or `table`."""
    runs: tuple[Run, ...] = ()
    """Its text in pieces."""
    number: str = ""
    """Number of a heading, or of an equation."""
    title: str = ""
    """Text of a heading without its number."""
    rows: tuple[tuple[Piece, ...], ...] = ()
    """Cells of a table."""
    heads: int = 0
    """How many of the rows are its head."""
    line: int = 0
    """Line in the site's file; 0 in the PDF."""

    @cached_property
    def text(self) -> str:
        """All of it."""
        return "".join(run.text for run in self.runs)

    @cached_property
    def key(self) -> str:
        """What it says, by which it is found again in the other edition."""
        if self.kind == "table":
            return "\x1e".join("\x1f".join(cell.key for cell in row).rstrip("\x1f") for row in self.rows)
        return compact(self.text)

    @property
    def page(self) -> int:
        """The sheet on which it begins."""
        return next((run.page for run in self.all_runs if run.page), 0)

    @property
    def all_runs(self) -> tuple[Run, ...]:
        """The text, or the text of all cells."""
        return self.runs or tuple(run for row in self.rows for cell in row for run in cell.runs)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as the final file has it."""

    target: str
    """What it points to."""
    text: str = ""
    """What is printed."""
    line: int = 0
    """Line in the site's file."""
    page: int = 0
    """Sheet of the PDF."""
    box: Box | tuple[()] = ()
    """Place on that sheet."""


@dataclass(frozen=True)
class Page:
    """One page of the site."""

    path: str
    """File below `_build/html`."""
    title: str = ""
    """Its first heading, without number."""
    number: str = ""
    """Number of its first heading."""
    flow: tuple[Piece, ...] = ()
    """What stands on it, notes and pictures aside."""
    notes: tuple[Piece, ...] = ()
    """Footnotes in the order of their marks."""
    pictures: tuple[Piece, ...] = ()
    """Alternative texts."""
    links: tuple[Link, ...] = ()
    """Links to other places of the site."""
    ids: frozenset[str] = frozenset()
    """Names of places on it."""
    keys: tuple[str, ...] = ()
    """Ids of the bibliography's entries on it."""
    remote: tuple[str, ...] = ()
    """Addresses on other hosts that a browser asks for when it opens the page."""


@dataclass(frozen=True)
class Paper:
    """The PDF."""

    tagged: bool
    """Whether it says what is a heading, a table, a note."""
    flow: tuple[Piece, ...] = ()
    """What stands in it in the order of reading, notes and pictures aside."""
    notes: tuple[Piece, ...] = ()
    """Footnotes, in order."""
    pictures: tuple[Piece, ...] = ()
    """Alternative texts."""
    links: tuple[Link, ...] = ()
    """Links that lead nowhere."""
    clipped: tuple[Run, ...] = ()
    """Text past the edge of a sheet."""
    empty: tuple[int, ...] = ()
    """Sheets with nothing on them."""
    sheets: int = 0
    """How many sheets there are."""
    overlaid: tuple[Run, ...] = ()
    """Text drawn over other text, the first of each sheet."""
    metadata: str = ""
    """What the file says of itself."""


def as_data(piece: Piece) -> list[Any]:
    """A piece as lists that JSON keeps."""
    return [
        piece.kind,
        [[run.text, run.kind, run.page, list(run.box)] for run in piece.runs],
        piece.number,
        piece.title,
        [[as_data(cell) for cell in row] for row in piece.rows],
        piece.heads,
        piece.line,
    ]


def from_data(data: list[Any]) -> Piece:
    """The piece that these lists kept."""
    kind, runs, number, title, rows, heads, line = data
    return Piece(
        kind,
        tuple(Run(text, of, page, tuple(box)) for text, of, page, box in runs),
        number,
        title,
        tuple(tuple(from_data(cell) for cell in row) for row in rows),
        heads,
        line,
    )
