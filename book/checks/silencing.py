"""What the author silences, at one place or everywhere; and silencings that say no reason, or keep nothing quiet."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from book.config import FILE
from book.diagnostics import Diagnostic, Silenced, Verdict, in_order
from book.lookup import unknown_rule
from book.rules import IN_BUILDS_ONLY, OF_EDITIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from book.checks.severity import Setting
    from book.sources.silences import Silence

OURS = frozenset(["silence-without-reason", "unused-silence"])
"""Rules about silencings: silencing one of them is never called needless."""
_HINT = "write ': ' and the reason behind the rule"


@dataclass(frozen=True, slots=True)
class Silencings:
    """All that an author has said about remarks."""

    settings: Mapping[str, Setting]
    """What `thesis: check:` says of rules."""
    comments: tuple[Silence, ...] = ()
    """Comments in the sources."""


def judged(found: Iterable[Diagnostic], said: Silencings, ran: Callable[[str], bool] | None = None) -> Verdict:
    """Silence, raise and lower remarks as the author says.

    `ran` tells of a rule whether it was judged at all, and with it come remarks about the silencings themselves; without
    it, as in a build, which judges few rules, only those about names that are none.
    """
    distinct = list(in_order(found))
    kept, silenced, used = _at_places(distinct, said.comments)
    remarks = [*_unknown(said.comments)]
    if ran:
        seen = {diagnostic.rule for diagnostic in kept}
        remarks += [
            *_reasonless(said),
            *_unused_comments(said.comments, used, ran),
            *_unused_settings(said.settings, seen, ran),
        ]
        further, more, _used = _at_places(remarks, said.comments)
        kept, silenced = [*kept, *further], [*silenced, *more]
    else:
        kept += remarks
    shown, off = _everywhere(kept, said.settings)
    ordered = sorted([*silenced, *off], key=lambda one: (one.path, one.cell, one.line, str(one.diagnostic)))
    return Verdict(in_order(shown), tuple(ordered))


def _at_places(
    found: Iterable[Diagnostic], comments: Iterable[Silence]
) -> tuple[list[Diagnostic], list[Silenced], set[tuple[Silence, str]]]:
    """Remarks that no comment silences, those that one does, and the rules that comments have silenced."""
    by_place: dict[tuple[str, str], list[Silence]] = defaultdict(list)
    for comment in comments:
        for named in comment.rules:
            by_place[comment.path, named.rule].append(comment)
    kept, silenced, used = [], [], set()
    for diagnostic in found:
        covering = [one for one in by_place.get((diagnostic.path, diagnostic.rule), ()) if _covers(one, diagnostic)]
        if covering:
            nearest = covering[-1]
            used.add((nearest, diagnostic.rule))
            silenced.append(Silenced(diagnostic, nearest.reason, nearest.path, nearest.line, nearest.cell))
        else:
            kept.append(diagnostic)
    return kept, silenced, used


def _covers(comment: Silence, diagnostic: Diagnostic) -> bool:
    """Whether a remark stands at the comment's place; one of a notebook that knows no cell has its number for a line."""
    if comment.cell and not diagnostic.cell:
        return diagnostic.line == comment.cell
    inside = comment.first <= diagnostic.line <= comment.last or (not diagnostic.line and bool(comment.cell))
    return comment.cell == diagnostic.cell and inside


def _everywhere(
    found: Iterable[Diagnostic], settings: Mapping[str, Setting]
) -> tuple[list[Diagnostic], list[Silenced]]:
    """Remarks with the severities that `thesis: check:` gives them, and those that it silences."""
    shown, off = [], []
    for diagnostic in found:
        setting = settings.get(diagnostic.rule)
        if not setting or not setting.level:
            shown.append(diagnostic)
        elif setting.level == "off":
            off.append(Silenced(diagnostic, setting.reason, FILE, setting.line))
        else:
            shown.append(replace(diagnostic, severity=setting.level))
    return shown, off


def _unknown(comments: Iterable[Silence]) -> Iterator[Diagnostic]:
    for comment in comments:
        for named in comment.rules:
            strange = unknown_rule(named.rule)
            if strange:
                yield replace(
                    strange, severity="warning", path=comment.path, line=comment.line, column=named.column, cell=comment.cell
                )  # fmt: skip


def _reasonless(said: Silencings) -> Iterator[Diagnostic]:
    for comment in said.comments:
        if comment.rules and not comment.reason:
            names = ", ".join(f"'{named.rule}'" for named in comment.rules)
            yield _remark(
                "silence-without-reason", f"{names} is silenced here without a reason", _HINT, comment, comment.column
            )
    for setting in said.settings.values():
        if setting.level == "off" and not setting.reason and not unknown_rule(setting.rule):
            message = f"'{setting.rule}' is silenced without a reason"
            hint = f"write '{setting.rule}: {{level: off, reason: \"...\"}}'"
            yield Diagnostic("silence-without-reason", message, "warning", FILE, setting.line, setting.column, hint)


def _unused_comments(
    comments: Iterable[Silence], used: set[tuple[Silence, str]], ran: Callable[[str], bool]
) -> Iterator[Diagnostic]:
    for comment in comments:
        if not comment.rules:
            hint = "write 'thesis: ignore RULE: reason'"
            yield _remark("unused-silence", "this comment names no rule to silence", hint, comment, comment.column)
        for named in comment.rules:
            if (comment, named.rule) not in used and _judgeable(named.rule, ran):
                message, hint = (
                    f"'{named.rule}' would say nothing here",
                    "take the comment out, or put it before the place",
                )
                yield _remark("unused-silence", message, hint, comment, named.column)


def _unused_settings(
    settings: Mapping[str, Setting], seen: set[str], ran: Callable[[str], bool]
) -> Iterator[Diagnostic]:
    for setting in settings.values():
        if setting.level == "off" and setting.rule not in seen and _judgeable(setting.rule, ran):
            message = f"'{setting.rule}' is silenced and would say nothing"
            yield Diagnostic(
                "unused-silence", message, "warning", FILE, setting.line, setting.column, "take the line out"
            )


def _judgeable(rule: str, ran: Callable[[str], bool]) -> bool:
    return rule not in OURS and not unknown_rule(rule) and ran(rule)


def _remark(rule: str, message: str, hint: str, comment: Silence, column: int) -> Diagnostic:
    return Diagnostic(rule, message, "warning", comment.path, comment.line, column, hint, comment.cell)


def ran_in_a_check(*, with_editions: bool) -> Callable[[str], bool]:
    """Tell of a rule whether `thesis check` judges it; those of editions only where both stand."""

    def ran(rule: str) -> bool:
        if rule.startswith("sphinx-") or rule in IN_BUILDS_ONLY:
            return False
        return with_editions or rule not in OF_EDITIONS

    return ran
