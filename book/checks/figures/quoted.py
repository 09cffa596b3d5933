"""Numbers in captions and alternative texts are those of the data."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from book.author import FIGURE, TABLE
from book.diagnostics import Diagnostic
from book.numbers import marks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from book.checks.code import Code
    from book.checks.subject import Subject


def captions_quote_their_data(subject: Subject) -> Iterator[Diagnostic]:
    """Every number that an author types into the caption or the alternative text of a computed figure or table is one that its data, or a finding, give."""
    stale = {remark.path for remark in subject.runs.diagnostics}
    recorded = [one.value for one in subject.document.findings.values() if isinstance(one.value, (int, float))]
    codes = {(code.docname, code.index): code for code in subject.code if code.docname}
    comma = marks_of(subject.language).decimal == ","
    for docname, run in subject.runs.items():
        for index, outputs in enumerate(run.outputs):
            code = codes.get((docname, index))
            if code is None or code.path in stale:
                continue
            for output in outputs:
                for shown in _shown(output):
                    yield from _judged(shown, code, recorded, comma=comma)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A computed figure or table, and what it says of itself."""

    label: str
    kind: str
    texts: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]
    heads: tuple[str, ...]


def _shown(output: Mapping[str, Any]) -> Iterator[_Shown]:
    data = output.get("data") or {}
    figure, table = data.get(FIGURE), data.get(TABLE)
    if isinstance(figure, dict) and figure.get("data"):
        heads, *lines = list(csv.reader(io.StringIO(figure["data"]))) or [[]]
        said = [("caption", str(figure.get("caption", "")))]
        said += [("alternative text", str(image.get("alt", ""))) for image in figure.get("images", ())]
        yield _Shown(
            str(figure.get("label")),
            "figure",
            tuple(said),
            tuple(tuple(map(_value, line)) for line in lines),
            tuple(heads),
        )
    if isinstance(table, dict) and table.get("rows"):
        heads = [str(column.get("name", "")) for column in table.get("columns", ())]
        rows = tuple(tuple(map(_value, row)) for row in table["rows"])
        yield _Shown(
            str(table.get("label")), "table", (("caption", str(table.get("caption", ""))),), rows, tuple(heads)
        )


def _value(cell: Any) -> Any:
    """A cell as a number where it is one, else as text."""
    if isinstance(cell, dict):
        cell = next(iter(cell.values()), "")
    if isinstance(cell, bool) or cell is None:
        return str(cell)
    if isinstance(cell, (int, float)):
        return float(cell)
    try:
        return float(str(cell))
    except ValueError:
        return str(cell)


_MARKUP = re.compile(r"\{[\w:.+-]+\}`[^`]*`|`[^`]*`|\$[^$]*\$|\]\([^)]*\)|https?://\S+")
_POINTED, _WITH_COMMA = (
    re.compile(
        rf"(?<![\w.,/\u2013-])(?P<number>{number})(?P<after>\s?%|\s?per cent|\s?percent|\s?Prozent)?(?![\w/]|[.,]\d|[-\u2013]\w)"
    )
    for number in (r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?")
)
"""A number as people type it, in languages with a decimal point and with a decimal comma."""
_NO_RESULT = re.compile(
    r"percentile|quantile|interval|confidence|credible|\bCI\b|\bHDI\b|draws|simulat|iteration|sample[sd]?\b|bootstrap|seed|threshold|alpha|significan|axis|axes|scale|pixel|window|bins?\b|range[sd]? from|Konfidenz|Schwelle|Stichprobe",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:figures?|fig\.|tables?|tab\.|chapters?|sections?|phases?|groups?|no\.|number|version|rule|step|day|week|part|type|Abbildung|Tabelle|Kapitel)\s*$",
    re.IGNORECASE,
)
_AVERAGE = re.compile(r"\bmeans?\b|average|median|Mittel|Durchschnitt|Median|moyenne|promedio|media\b", re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 1500, 2100


def _judged(shown: _Shown, code: Code, recorded: Sequence[float], *, comma: bool) -> Iterator[Diagnostic]:
    given: _Given | None = None
    for what, said in shown.texts:
        text = _MARKUP.sub(lambda match: " " * len(match[0]), said)
        for match in (_WITH_COMMA if comma else _POINTED).finditer(text):
            digits = _digits(match["number"], comma=comma)
            around = text[max(0, match.start() - 40) : match.end() + 40]
            if not _tells(digits, match) or _NO_RESULT.search(around) or _NAMED.search(text[: match.start()]):
                continue
            place = _typed(match["number"], code)
            if place is None:
                continue
            given = given or _Given(shown)
            if given.gives(digits, share=bool(match["after"]), average=bool(_AVERAGE.search(around)), also=recorded):
                continue
            yield Diagnostic(
                "caption-number-not-in-data",
                f"the {what} of {shown.kind} '{shown.label}' says {match['number']}{(match['after'] or '').rstrip()}, which its data do not give",
                "warning",
                code.path,
                *place[:2],
                hint="compute it from the data, or record it as a finding and quote that",
                cell=place[2],
            )


def _digits(number: str, *, comma: bool) -> str:
    """A number with a decimal point and without marks between thousands."""
    if not comma:
        return number.replace(",", "")
    grouped = "," in number or re.fullmatch(r"\d{1,3}(?:\.\d{3})+", number)
    return (number.replace(".", "") if grouped else number).replace(",", ".")


def _tells(digits: str, match: re.Match[str]) -> bool:
    """Whether a number has two significant digits, and is no year."""
    significant = digits.replace(".", "").lstrip("0")
    significant = significant if "." in digits else significant.rstrip("0")
    if len(significant) < 2:  # noqa: PLR2004
        return False
    return (
        bool(match["after"])
        or "." in digits
        or digits != match["number"]
        or not _FIRST_YEAR <= int(digits) <= _LAST_YEAR
    )


def _typed(number: str, code: Code) -> tuple[int, int, int] | None:
    """Where the cell's code has the number within quotation marks; None where it computes it."""
    pattern = re.compile(rf"(?<![\w.]){re.escape(number)}(?![\w]|\.\d)")
    for line, text in enumerate(code.text.split("\n"), 1):
        for match in pattern.finditer(text):
            before = text[: match.start()]
            if (
                before.count('"') % 2
                or before.count("'") % 2
                or ("{" not in text and re.match(r"\s*[\w ,;:.%-]*$", before) and '"' not in text)
            ):
                place = code.at(line, match.start() + 1)
                return place.line, place.column, place.cell
    return None


class _Given:
    """All that data say in numbers: their values, how many rows there are of what, sums and shares."""

    def __init__(self, shown: _Shown) -> None:
        self.exact: set[float] = {float(len(shown.rows)), float(len(shown.heads))}
        self.averages: set[float] = set()
        self.shares: set[float] = set()
        columns = list(zip(*shown.rows, strict=False))
        texts = [column for column in columns if any(isinstance(cell, str) for cell in column)]
        numbers = [[cell for cell in column if isinstance(cell, float)] for column in columns]
        said = " ".join([*shown.heads, *(str(c) for column in texts for c in column)])
        self.exact |= {float(word.replace(",", "")) for word in _WORDS.findall(said)}
        self.exact |= {float(word.replace(".", "").replace(",", ".")) for word in _COMMA_WORDS.findall(said)}
        for column in columns:
            counts = Counter(column)
            self.exact |= {float(len(counts)), *map(float, counts.values())}
            self.exact |= {float(len(shown.rows) - count) for count in counts.values()}
            self.shares |= {count / len(shown.rows) for count in counts.values()}
        for one, column in enumerate(texts):
            for other in texts[one + 1 :]:
                self.exact |= {float(count) for count in Counter(zip(column, other, strict=True)).values()}
        for values in filter(None, numbers):
            self._column(values)
        for labels in texts:
            self._groups(labels, columns)
        self.exact |= {sum(cell for cell in row if isinstance(cell, float)) for row in shown.rows}
        self.exact.add(sum(sum(column) for column in numbers))

    def _column(self, column: Sequence[float]) -> None:
        total = sum(column)
        ordered = sorted(column)
        self.exact |= {
            *column,
            total,
            max(column) - min(column),
            float(sum(cell > 0 for cell in column)),
            float(sum(cell < 0 for cell in column)),
        }
        self.averages |= {
            total / len(column),
            ordered[len(column) // 2],
            (ordered[len(column) // 2] + ordered[(len(column) - 1) // 2]) / 2,
        }
        if total:
            self.shares |= {cell / total for cell in column}

    def _groups(self, labels: Sequence[Any], columns: Iterable[Sequence[Any]]) -> None:
        for column in columns:
            sums: dict[Any, float] = defaultdict(float)
            for label, cell in zip(labels, column, strict=True):
                if isinstance(cell, float):
                    sums[label] += cell
            self.exact |= set(sums.values())
            total = sum(sums.values())
            if total:
                self.shares |= {value / total for value in sums.values()}

    def gives(self, digits: str, *, share: bool, average: bool, also: Iterable[float]) -> bool:
        """Whether some value is, rounded as it is quoted, this number."""
        decimals = len(digits.partition(".")[2])
        quoted = float(digits)
        exact = [*self.exact, *map(float, also)]
        if average or share or decimals:
            exact += self.averages
        if any(_rounds(value, quoted, decimals) for value in exact):
            return True
        large = any(
            _rounds(value / scale, quoted, decimals)
            for value in exact
            for scale in (1e3, 1e6, 1e9)
            if abs(value) >= scale
        )
        parts = [*self.shares, *exact, *self.averages] if share else self.shares if decimals else ()
        return large or any(
            _rounds(value * 100, quoted, decimals) or _rounds(value, quoted, decimals) for value in parts
        )


_WORDS = re.compile(r"(?<![\d.])\d+(?:,\d{3})*(?:\.\d+)?")
_COMMA_WORDS = re.compile(r"(?<![\d.,])\d+(?:\.\d{3})*,\d+(?![\d.,])")


def _rounds(value: float, quoted: float, decimals: int) -> bool:
    return not math.isnan(value) and abs(abs(value) - quoted) <= 0.5000001 * 10**-decimals
