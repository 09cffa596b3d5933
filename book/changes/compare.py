"""Two states of a thesis set side by side."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal, TypeVar

from book.changes.drawings import Difference, differ

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

    from book.changes.state import Claim, Drawing, Resource, Section, Sentence, State, Table
    from book.findings import Finding

T = TypeVar("T")
C = TypeVar("C")

How = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True)
class FindingChange:
    """A finding that was recorded, dropped, or has another value."""

    name: str
    how: How
    before: str
    """How it was printed; empty where it is new."""
    after: str
    """How it is printed now; empty where it is gone."""
    by: str
    """By how much: difference and, where that says something, per cent; empty where it is no number."""


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """A claim that is new or gone, or holds otherwise than before."""

    words: str
    condition: str
    how: Literal["added", "removed", "broken", "holds again", "other condition"]
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell of a table."""

    row: str
    """What its row is called: the cells that name it."""
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TableChange:
    """A table that is new, gone, or says something else."""

    label: str
    how: How
    path: str
    caption: str
    """Its caption now, or the last one that it had."""
    cells: tuple[CellChange, ...] = ()
    rows_added: tuple[str, ...] = ()
    rows_removed: tuple[str, ...] = ()
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    caption_before: str = ""
    """Its caption before, where that was another one."""
    number: str = ""
    """What it is called now, or was called last: `Table 4.2`; empty where nobody knows."""
    number_before: str = ""
    """What it was called before, where that was something else."""


@dataclass(frozen=True, slots=True)
class DrawingChange:
    """A figure that is new, gone, or drawn otherwise."""

    label: str
    how: How
    path: str
    caption: str
    difference: Difference | None
    """How the pictures differ; None where only words do, or one of them is not there."""
    before: Drawing | None
    after: Drawing | None
    number: str = ""
    """What it is called now, or was called last: `Table 4.2`; empty where nobody knows."""
    number_before: str = ""
    """What it was called before, where that was something else."""


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry of the bibliography."""

    key: str
    how: How
    fields: tuple[tuple[str, str, str], ...] = ()
    """Name, old and new text of each field that differs."""


@dataclass(frozen=True, slots=True)
class CitedChange:
    """A work that is cited more or less often than before."""

    key: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A heading that is new, gone, or stands elsewhere."""

    title: str
    how: How
    path: str
    line: int
    """Where it stands now; where it stood, if it is gone."""
    before: str = ""
    """Where it stood, if it has moved: the heading that it followed."""


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """A sentence that is written otherwise; `before` is empty where it is new, `after` where it is gone."""

    path: str
    line: int
    cell: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Quotation:
    """A sentence that nobody has touched and that quotes what has moved."""

    path: str
    line: int
    cell: int
    before: str
    after: str
    """The same sentence as read then and now."""
    moved: tuple[str, ...]
    """What it quotes: findings, labels, keys."""


@dataclass(frozen=True, slots=True)
class DataChange:
    """A file of the data package."""

    path: str
    how: How
    rows_added: int = 0
    rows_removed: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """All that has changed."""

    findings: tuple[FindingChange, ...]
    claims: tuple[ClaimChange, ...]
    quotations: tuple[Quotation, ...]
    tables: tuple[TableChange, ...]
    drawings: tuple[DrawingChange, ...]
    data: tuple[DataChange, ...]
    entries: tuple[EntryChange, ...]
    cited: tuple[CitedChange, ...]
    sections: tuple[SectionChange, ...]
    sentences: tuple[SentenceChange, ...]
    notes: tuple[str, ...]
    """What could not be compared, and why."""

    @property
    def nothing(self) -> bool:
        """Whether the thesis says what it said."""
        listed = (self.findings, self.claims, self.quotations, self.tables, self.drawings, self.data, self.entries)
        return not any((*listed, self.cited, self.sections, self.sentences))


def compare(before: State, after: State) -> Changes:
    """What has changed from one state to the other."""
    findings = tuple(_findings(before, after))
    tables = tuple(_by_name(before.tables, after.tables, _table))
    drawings = tuple(_by_name(before.drawings, after.drawings, _drawing))
    entries = tuple(_by_name(before.entries, after.entries, _entry))
    moved = {change.name for change in findings if change.how == "changed"}
    moved |= {change.label for change in tables if change.how == "changed"}
    moved |= {change.label for change in drawings if change.how == "changed"}
    moved |= {change.key for change in entries if change.how != "added"}
    quotations, sentences = _sentences(before.sentences, after.sentences, moved)
    return Changes(
        findings,
        tuple(_claims(before.claims, after.claims)),
        tuple(quotations),
        tables,
        drawings,
        tuple(_by_name(before.data, after.data, _data)),
        entries,
        tuple(_cited(before, after)),
        tuple(_sections(before.sections, after.sections)),
        tuple(sentences),
        (*(f"then: {note}" for note in before.notes), *(f"now: {note}" for note in after.notes)),
    )


def _by_name(
    before: Mapping[str, T], after: Mapping[str, T], change: Callable[[str, T | None, T | None], C | None]
) -> Iterator[C]:
    """Compare what has one name, what is there now first."""
    for name in (*after, *(name for name in before if name not in after)):
        one, other = before.get(name), after.get(name)
        found = change(name, one, other) if one != other else None
        if found is not None:
            yield found


# -- findings and claims


def _findings(before: State, after: State) -> Iterator[FindingChange]:
    for name in sorted({*before.findings, *after.findings}):
        was, now = before.printed.get(name, ""), after.printed.get(name, "")
        if name not in before.findings:
            yield FindingChange(name, "added", "", now, "")
        elif name not in after.findings:
            yield FindingChange(name, "removed", was, "", "")
        elif was != now:
            yield FindingChange(name, "changed", was, now, _by(before.findings[name], after.findings[name]))


_FAR = 1000
"""Per cent beyond which a share of the old value says nothing: that was all but nought."""


def _by(before: Finding, after: Finding) -> str:
    """Difference of two numbers in words."""
    was, now = before.content, after.content
    if isinstance(was, bool) or isinstance(now, bool):
        return ""
    try:
        difference = float(now) - float(was)  # type: ignore[arg-type]
        share = 100 * difference / abs(float(was)) if float(was) else None  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return ""
    if before.format.endswith("%"):
        said = f"{100 * difference:+.3g} percentage points"
    else:
        said = f"{difference:+.4g}" + (f", {share:+.1f} %" if share is not None and abs(share) < _FAR else "")
    return said.replace("-", "\u2212")


def _claims(before: Sequence[Claim], after: Sequence[Claim]) -> Iterator[ClaimChange]:
    left = list(before)
    for claim in after:
        same = next((one for one in left if one.condition == claim.condition and one.words == claim.words), None)
        same = same or next((one for one in left if one.condition == claim.condition), None)
        same = same or next((one for one in left if one.words == claim.words), None)
        how: Literal["added", "broken", "holds again", "other condition"] | None = None
        if same is None:
            how = "added"
        else:
            left.remove(same)
            if same.holds and claim.holds is False:
                how = "broken"
            elif same.holds is False and claim.holds:
                how = "holds again"
            elif same.condition != claim.condition:
                how = "other condition"
        if how:
            yield ClaimChange(claim.words, claim.condition, how, claim.path, claim.line)
    for claim in left:
        yield ClaimChange(claim.words, claim.condition, "removed", claim.path, claim.line)


# -- tables and figures


def _table(label: str, before: Table | None, after: Table | None) -> TableChange | None:
    if before is None or after is None:
        there = after or before
        assert there is not None  # noqa: S101
        return TableChange(label, "added" if after else "removed", there.path, there.caption)
    was, now = _rows(before), _rows(after)
    columns = [head for head in after.heads if head in before.heads]
    cells = [
        CellChange(name, head, was[name][head], row[head])
        for name, row in now.items()
        if name in was
        for head in columns
        if was[name][head] != row[head]
    ]
    return TableChange(
        label,
        "changed",
        after.path,
        after.caption,
        tuple(cells),
        tuple(name for name in now if name not in was),
        tuple(name for name in was if name not in now),
        tuple(head for head in after.heads if head not in before.heads),
        tuple(head for head in before.heads if head not in after.heads),
        before.caption if before.caption != after.caption else "",
    )


def _rows(table: Table) -> dict[str, dict[str, str]]:
    """Rows by what names them: as many of the first columns as it takes to tell them apart, else their number."""
    for width in range(1, len(table.heads) + 1):
        names = [" · ".join(row[:width]) for row in table.rows]
        if len(set(names)) == len(names):
            break
    else:
        names = [f"row {number}" for number in range(1, len(table.rows) + 1)]
    if width == len(table.heads) and width > 1:  # every cell names the row, so that none could ever differ
        names = [f"row {number}" for number in range(1, len(table.rows) + 1)]
    return {name: dict(zip(table.heads, row, strict=False)) for name, row in zip(names, table.rows, strict=True)}


def _drawing(label: str, before: Drawing | None, after: Drawing | None) -> DrawingChange | None:
    there = after or before
    assert there is not None  # noqa: S101
    if before is None or after is None:
        return DrawingChange(label, "added" if after else "removed", there.path, there.caption, None, before, after)
    difference = differ(before.images, after.images)
    if difference is None and (before.caption, before.alt) == (after.caption, after.alt):
        return None
    return DrawingChange(label, "changed", after.path, after.caption, difference, before, after)


# -- data and bibliography


def _data(path: str, before: Resource | None, after: Resource | None) -> DataChange:
    if before is None or after is None:
        return DataChange(path, "added" if after else "removed")
    old, new = before[1], after[1]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    kept = sum(block.size for block in matcher.get_matching_blocks())
    return DataChange(path, "changed", len(new) - kept, len(old) - kept)


def _entry(key: str, before: Mapping[str, str] | None, after: Mapping[str, str] | None) -> EntryChange:
    if before is None or after is None:
        return EntryChange(key, "added" if after else "removed")
    names = sorted({*before, *after})
    return EntryChange(
        key,
        "changed",
        tuple((n, before.get(n, ""), after.get(n, "")) for n in names if before.get(n) != after.get(n)),
    )


def _cited(before: State, after: State) -> Iterator[CitedChange]:
    for key in sorted({*before.cited, *after.cited}):
        was, now = before.cited.get(key, 0), after.cited.get(key, 0)
        if was != now:
            yield CitedChange(key, was, now)


# -- text


def _sections(before: Sequence[Section], after: Sequence[Section]) -> Iterator[SectionChange]:
    old, new = ([(section.level, section.title) for section in one] for one in (before, after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    gone: dict[Hashable, list[int]] = {}
    come: list[int] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            for number in range(a, b):
                gone.setdefault(before[number].title, []).append(number)
            come += range(c, d)
    for number in come:
        section = after[number]
        stood = gone.get(section.title)
        if stood:
            where = stood.pop(0)
            follows = f"after '{before[where - 1].title}'" if where else "at the beginning"
            yield SectionChange(section.title, "moved", section.path, section.line, follows)
        else:
            yield SectionChange(section.title, "added", section.path, section.line)
    for number in sorted(number for numbers in gone.values() for number in numbers):
        yield SectionChange(before[number].title, "removed", before[number].path, before[number].line)


def _sentences(
    before: Sequence[Sentence], after: Sequence[Sentence], moved: set[str]
) -> tuple[list[Quotation], list[SentenceChange]]:
    """Sentences that quote what has moved, and sentences that were written anew; page by page, so that time is linear in pages."""
    quotations: list[Quotation] = []
    changes: list[SentenceChange] = []
    old, new = _by_page(before), _by_page(after)
    order = {(one.path, one.cell, one.line): number for number, one in enumerate(after)}
    for path in (*new, *(path for path in old if path not in new)):
        was, now = old.get(path, []), new.get(path, [])
        matcher = SequenceMatcher(None, [one.written for one in was], [one.written for one in now], autojunk=False)
        pairs: list[tuple[Sentence, Sentence]] = []
        gone: list[Sentence] = []
        come: list[Sentence] = []
        for kind, a, b, c, d in matcher.get_opcodes():
            if kind == "equal":
                pairs += zip(was[a:b], now[c:d], strict=True)
            else:
                gone += was[a:b]
                come += now[c:d]
        pairs += _only_moved(gone, come)
        quotations += [found for pair in pairs if (found := _quotation(*pair, moved))]
        changes += _rewritten(gone, come)
    return sorted(quotations, key=lambda one: order[one.path, one.cell, one.line]), changes


def _only_moved(gone: list[Sentence], come: list[Sentence]) -> Iterator[tuple[Sentence, Sentence]]:
    """Take out of both lists the sentences that stand elsewhere on their page, word by word."""
    waiting: dict[str, list[Sentence]] = {}
    for sentence in gone:
        waiting.setdefault(sentence.written, []).append(sentence)
    for sentence in list(come):
        if waiting.get(sentence.written):
            before = waiting[sentence.written].pop(0)
            gone.remove(before)
            come.remove(sentence)
            yield before, sentence


def _by_page(listed: Sequence[Sentence]) -> dict[str, list[Sentence]]:
    pages: dict[str, list[Sentence]] = {}
    for sentence in listed:
        pages.setdefault(sentence.path, []).append(sentence)
    return pages


def _quotation(before: Sentence, after: Sentence, moved: set[str]) -> Quotation | None:
    quoted = tuple(dict.fromkeys(n for n in (*after.findings, *after.labels, *after.keys) if n in moved))
    if not quoted and before.read == after.read:
        return None
    return Quotation(after.path, after.line, after.cell, before.read, after.read, quoted)


def _rewritten(before: Sequence[Sentence], after: Sequence[Sentence]) -> Iterator[SentenceChange]:
    """Pair what has gone from a page with what has come that is most like it."""
    left = list(before)
    for sentence in after:
        near = left if len(left) <= _MOST_COMPARED else left[:_MOST_COMPARED]
        alike = max(near, key=lambda one: _likeness(one.written, sentence.written), default=None)
        if alike is not None and _likeness(alike.written, sentence.written) >= _ALIKE:
            left.remove(alike)
            yield SentenceChange(sentence.path, sentence.line, sentence.cell, alike.read, sentence.read)
        else:
            yield SentenceChange(sentence.path, sentence.line, sentence.cell, "", sentence.read)
    for sentence in left:
        yield SentenceChange(sentence.path, sentence.line, sentence.cell, sentence.read, "")


_MOST_COMPARED = 200
"""Sentences of a page that each new one is compared with: a page that was written anew needs no pairs."""
_ALIKE = 0.4
"""Likeness from which on a sentence is another version and not another sentence."""


def _likeness(one: str, other: str) -> float:
    """Share of words that two sentences have in common, 0 to 1 (Dice's coefficient)."""
    a, b = set(one.lower().split()), set(other.lower().split())
    return 2 * len(a & b) / max(len(a) + len(b), 1)
