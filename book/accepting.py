"""Taking regenerated values into the lock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from book.errors import ConfigError
from book.lock import FILE, Accepted, accept, change, format_lock, moved, said, unknown_accepted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from book.findings import Finding
    from book.lock import Lock


@dataclass(frozen=True, slots=True)
class Taken:
    """What accepting comes to."""

    text: str
    """The lock's new text; empty where nothing changes."""
    lines: tuple[str, ...]
    """What was taken, in an author's words."""


def take(
    findings: Mapping[str, Finding], lock: Lock, inputs: Mapping[str, str], patterns: Sequence[str], language: str
) -> Taken:
    """Take findings into the lock, all or those that are named; what is no longer recorded leaves it.

    A line whose finding has not moved stays as it is, so that another platform's last digits change nothing. The files
    that runs depend on are noted when everything is taken. Raises ConfigError for a name that nothing has.
    """
    chosen = _chosen({*findings, *lock.accepted}, patterns)
    kept = dict(lock.accepted)
    lines = []
    for name in sorted(chosen):
        said_of = _take_one(name, findings.get(name), kept, language)
        lines += [said_of] if said_of else []
    whole = not patterns or set(findings) <= chosen
    changed = kept != dict(lock.accepted)
    noted = dict(inputs) if whole and (changed or not lock.inputs) else dict(lock.inputs)
    damaged = bool(lock.diagnostics) and whole
    if not changed and not damaged and lock.exists:
        return Taken("", (f"nothing has moved: {FILE} is as it was",))
    elsewhere = sum(
        1 for name in chosen & set(kept) & set(lock.accepted) if _only_place(kept[name], lock.accepted[name])
    )
    if elsewhere:
        lines.append(f"{elsewhere} recorded in another place than before")
    if damaged:
        lines.append("its broken lines were dropped")
    return Taken(format_lock(kept.values(), noted), tuple(lines))


def _chosen(known: set[str], patterns: Iterable[str]) -> set[str]:
    patterns = tuple(patterns)
    if not patterns:
        return known
    by_pattern = {pattern: {name for name in known if fnmatchcase(name, pattern)} for pattern in patterns}
    strange = [unknown_accepted(pattern, known) for pattern, names in by_pattern.items() if not names]
    if strange:
        raise ConfigError(strange)
    return set().union(*by_pattern.values())


def _take_one(name: str, now: Finding | None, kept: dict[str, Accepted], language: str) -> str:
    """Put one finding's line right; says what became of it, nothing where its value stands."""
    was = kept.get(name)
    if now is None:
        del kept[name]
        return f"{name}: gone"
    if was is None:
        kept[name] = accept(now)
        return f"{name}: {said(now, language)} (new)"
    new = accept(now)
    if moved(now, was):
        kept[name] = new
        return f"{name}: {change(now, was, language)}"
    place = replace(was, path=new.path, cell=new.cell)
    explicit = now.tolerance is not None and now.tolerance != was.tolerance
    kept[name] = replace(place, tolerance=new.tolerance, value=new.value) if explicit else place
    return f"{name}: within {new.tolerance:.6g}" if explicit else ""


def _only_place(one: Accepted, other: Accepted) -> bool:
    return (one.path, one.cell) != (other.path, other.cell) and one.value == other.value
