"""Results that are typed by hand although a cell computes them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from book.checks.numbers.accepted import listed
from book.checks.numbers.reading import Number, cited, numbers_in, quoted, sentence_around, unit_behind, units_of
from book.diagnostics import Diagnostic
from book.findings import format_finding
from book.lock import NUMERIC, as_finding, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject
    from book.findings import Finding
    from book.sources.prose import Passage, Prose

ENOUGH = 3
"""Points from which on a number is taken for a finding."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_EMPTY = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "from",
        "that",
        "this",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "not",
        "but",
        "its",
        "their",
        "all",
        "any",
        "one",
        "two",
        "per",
        "than",
        "then",
        "when",
        "into",
        "only",
        "other",
        "more",
        "most",
        "der",
        "die",
        "das",
        "und",
        "ein",
        "eine",
        "einer",
        "eines",
        "dem",
        "den",
        "des",
        "mit",
        "von",
        "aus",
        "bei",
        "für",
        "auf",
        "ist",
        "sind",
        "war",
        "waren",
        "nicht",
        "nur",
        "als",
        "wie",
        "oder",
        "share",
        "count",
        "number",
        "total",
        "value",
        "mean",
        "rate",
        "ratio",
        "percent",
        "result",
        "results",
        "change",
        "size",
        "sum",
        "anzahl",
        "anteil",
        "wert",
        "zahl",
    ]
)
"""Words that tell nothing of what a number counts."""
CITED = 3
"""Points that a citation in the sentence costs: the number may be somebody else's."""
LONG = 3
"""Digits from which on equality is hardly chance."""
SMALL = 12
"""Whole numbers up to here are everywhere; only the words beside them can tell."""
_NEAR = 3
"""Words beside a number that say what it counts."""


@dataclass(slots=True)
class Shown:
    """A finding, now or as it was accepted, as a number that could be typed."""

    finding: Finding
    """The finding, with the value in question."""
    value: Decimal
    """What is printed, before rounding: 48.13 for 0.4813 in percent."""
    percent: bool
    """Whether it is printed with a percent sign."""
    either: bool
    """Whether it might be printed with one or without."""
    before: bool
    """Whether it is the accepted value and no longer the finding's."""
    words: frozenset[str] = frozenset()
    """Words of its name."""


@dataclass(slots=True)
class Context:
    """Where findings are printed, and between which words."""

    units: tuple[str, ...]
    """Units that numbers of this thesis may have."""
    pages: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Findings that each page records or prints."""
    families: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """First parts of the names of these."""
    beside: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Words that stand beside each finding where it is printed."""


def no_finding_is_typed_by_hand(subject: Subject) -> Iterator[Diagnostic]:
    """A number that a cell computes is printed by `{finding}`, not typed by hand."""
    yield from (remark for _prose, _number, remark in typed_findings(subject))


def typed_findings(subject: Subject) -> Iterator[tuple[Prose, tuple[Passage, Number], Diagnostic]]:
    """Each number that is a finding, with its passage and the remark."""
    candidates = _candidates(subject)
    if not candidates:
        return
    by_digits = _by_digits(candidates)
    context = _context(subject)
    for prose in subject.prose:
        for passage in prose.passages:
            for number in numbers_in(passage, subject.language):
                near = by_digits.get(_key(number.value), ())
                best = _best(number, near, passage, context, prose.path) if near else []
                if best and not quoted(passage, number.start):
                    yield prose, (passage, number), _remark(subject, prose, passage, number, best)


def _candidates(subject: Subject) -> list[Shown]:
    found: list[Shown] = []
    for name, finding in subject.document.findings.items():
        found += _shown(finding, before=False)
        was = subject.lock.accepted.get(name)
        if was and was.value != finding.value:
            found += _shown(as_finding(was, finding), before=True)
    return found


def _shown(finding: Finding, *, before: bool) -> Iterator[Shown]:
    if finding.kind not in NUMERIC or finding.twice:
        return
    value = Decimal(str(finding.value))
    if not value.is_finite() or abs(value.adjusted()) > 15:  # noqa: PLR2004
        return
    percent = finding.format.endswith("%")
    share = not percent and not finding.unit and finding.kind != "int" and abs(value) <= 1
    words = frozenset(_stem(word) for word in _WORD.findall(finding.name.lower()) if word not in _EMPTY)
    yield Shown(finding, value * 100 if percent else value, percent or finding.unit == "%", False, before, words)
    if share and value:
        yield Shown(finding, value * 100, True, False, before, words)


def _by_digits(candidates: list[Shown]) -> dict[int, list[Shown]]:
    """Candidates by whole part, a neighbour to either side for rounding."""
    found: dict[int, list[Shown]] = defaultdict(list)
    for one in candidates:
        for key in {_key(one.value - Decimal("0.5")), _key(one.value), _key(one.value + Decimal("0.5"))}:
            found[key].append(one)
    return found


def _key(value: Decimal) -> int:
    return int(value.to_integral_value())


def _context(subject: Subject) -> Context:
    context = Context(units_of(finding.unit for finding in subject.document.findings.values()))
    paths = {page.docname: page.path for page in subject.sources.contents.pages}
    for name, finding in subject.document.findings.items():
        context.pages[finding.path].add(name)
    for use in subject.document.uses:
        context.pages[paths.get(use.docname, use.docname)].add(use.name)
    for path, names in context.pages.items():
        context.families[path] = {_family(name) for name in names}
    for prose in subject.prose:
        for passage in prose.passages:
            for mark in passage.marks:
                if mark.kind == "role" and mark.name == "finding":
                    name = mark.text.partition(":")[0].strip()
                    context.beside[name] |= _beside(passage.text, mark.index, mark.index + 1)
    return context


def _beside(text: str, start: int, end: int) -> set[str]:
    """The words around a number that can say what it counts: not beyond the sentence."""
    first, last = sentence_around(text, start)
    before = _WORD.findall(text[first:start].lower())[-_NEAR:]
    after = _WORD.findall(text[end:last].lower())[:_NEAR]
    return {_stem(word) for word in (*before, *after) if word not in _EMPTY}


def _stem(word: str) -> str:
    """A word without the endings of number."""
    return word[:-1] if len(word) > 4 and word.endswith("s") else word  # noqa: PLR2004


def _best(number: Number, near: list[Shown] | tuple[()], passage: Passage, context: Context, path: str) -> list[Shown]:
    """The findings that a reader would take the number for, the likeliest first."""
    scored = [
        (score, one)
        for one in near
        if _equal(number, one) and (score := _score(number, one, passage, context, path)) >= ENOUGH
    ]
    scored.sort(key=lambda pair: (pair[1].before, -pair[0], pair[1].finding.path != path, pair[1].finding.name))
    return [one for _score, one in scored]


def _equal(number: Number, one: Shown) -> bool:
    if number.percent != one.percent:
        return False
    step = Decimal(1).scaleb(-number.places)
    return any(one.value.quantize(step, rounding) == number.value for rounding in (ROUND_HALF_EVEN, ROUND_HALF_UP))


def _score(number: Number, one: Shown, passage: Passage, context: Context, path: str) -> int:
    """How surely a number is a finding: by its digits, its unit, the words around it, and the page."""
    unit = one.finding.unit if one.finding.unit != "%" else ""
    agrees = bool(unit) and _unit_follows(passage.text, number.end, unit)
    first, last = sentence_around(passage.text, number.start)
    beside = _beside(passage.text, number.start, number.end)
    sentence = {_stem(word) for word in _WORD.findall(passage.text[first:last].lower())}
    near = beside & (one.words | context.beside.get(one.finding.name, set()))
    here = one.finding.name in context.pages.get(path, set())
    known = here or _family(one.finding.name) in context.families.get(path, set())
    telling = number.places > 0 or abs(number.value) > SMALL
    digits = max(number.significant, 2 if number.grouped or (number.percent and telling) else 0)
    score = 3 if digits >= LONG else digits - 1
    score += 2 if agrees else 1 if number.percent else 0
    score += 2 if near else 1 if sentence & one.words else 0
    score += 1 if known else 0
    score += 1 if here and (telling or _prints_another(passage, first, last)) else 0
    score -= 2 if unit and not agrees else 0
    score -= 2 if number.year and not near else 0
    score -= CITED if cited(passage, first, last) and not here else 0
    score -= 1 if passage.kind == "cell" else 0
    bare = not (agrees or number.percent or number.places)
    if bare and not unit and unit_behind(passage.text, number.end, context.units):
        return 0
    if bare and not telling and (unit or not near & one.words):
        return 0
    return score


def _family(name: str) -> str:
    return name.partition(".")[0]


def _prints_another(passage: Passage, first: int, last: int) -> bool:
    """Whether a sentence prints a finding: then the numbers beside it are likely to be findings too."""
    return any(mark.kind == "role" and mark.name == "finding" and first <= mark.index < last for mark in passage.marks)


def _unit_follows(text: str, end: int, unit: str) -> bool:
    rest = " ".join(text[end : end + len(unit) + 4].lstrip(" \u00a0\u202f-").split())
    wanted = " ".join(unit.split())
    return rest.startswith(wanted) and not rest[len(wanted) : len(wanted) + 1].isalnum()


def _remark(subject: Subject, prose: Prose, passage: Passage, number: Number, best: list[Shown]) -> Diagnostic:
    one, place = best[0], passage.at(number.start)
    written = passage.text[number.start : number.end]
    finding = subject.document.findings[one.finding.name]
    now = said(finding, subject.language)
    others = sorted({other.finding.name for other in best} - {finding.name})
    also = f" (or {listed(others)})" if others else ""
    if one.before:
        message = f"'{written}' is what finding '{finding.name}' was when it was accepted; it is {now} now"
    else:
        message = f"'{written}' is typed by hand; it is finding '{finding.name}'{also}"
    return Diagnostic(
        "typed-finding",
        message,
        "warning",
        prose.path,
        place.line,
        place.column,
        hint=f"write {{finding}}`{finding.name}{_spec(finding, written, number, subject.language)}`",
        cell=place.cell,
    )


def _spec(finding: Finding, written: str, number: Number, language: str) -> str:
    """The format that the text wants, where it is not the finding's own."""

    def plain(text: str) -> str:
        return "".join(text.split()).casefold()

    own = format_finding(finding, "", language)
    group = "," if number.grouped else ""
    spec = f"{group}.{number.places}{'%' if finding.unit != '%' and number.percent else 'f'}"
    if isinstance(own, str) and plain(own).startswith(plain(written)):
        return ""
    return f":{spec}"
