"""Taking regenerated values into the lock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.errors import ConfigError
from book.execution.fingerprint import MISSING
from book.execution.pinned import is_pinned, pin
from book.execution.present import Present
from book.execution.products import keep, wanted
from book.execution.staleness import reasons_for
from book.execution.store import Store
from book.lock import FILE, Accepted, accept, change, format_lock, moved, said, unknown_accepted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from book.config import Config
    from book.execution.products import Kept
    from book.execution.runfile import Head
    from book.execution.runs import Run
    from book.findings import Finding
    from book.lock import Lock
    from book.project import Project
    from book.sources.chapters import Chapter


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

    A line whose finding has not moved stays as it is, so that another platform's last digits change nothing; one that
    was computed from synthetic stand-ins is taken if it is named, and said to be so. The files that runs depend on are
    noted when everything is taken. Raises ConfigError for a name that nothing has.
    """
    chosen = _chosen({*findings, *lock.accepted}, patterns)
    kept = dict(lock.accepted)
    lines, left = [], set()
    for name in sorted(chosen):
        now = findings.get(name)
        if now and now.stand_ins and not patterns and _would_move(now, kept.get(name)):
            left.add(name)
            lines.append(f"{name}: left as it was, since it was computed {_synthetic(now)}; take it by its name")
            continue
        said_of = _take_one(name, now, kept, language)
        lines += [f"{said_of}, computed {_synthetic(now)}" if now and now.stand_ins else said_of] if said_of else []
    chosen -= left
    whole = set(findings) <= chosen
    changed = kept != dict(lock.accepted)
    noted = dict(inputs) if whole and (changed or not lock.inputs) else dict(lock.inputs)
    damaged = bool(lock.diagnostics) and whole
    if not changed and not damaged and (lock.exists or left):
        return Taken("", (*lines, f"{FILE} is as it was") if left else (f"nothing has moved: {FILE} is as it was",))
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


def _would_move(now: Finding, was: Accepted | None) -> bool:
    return was is None or bool(moved(now, was))


def _synthetic(now: Finding) -> str:
    return f"from synthetic stand-in data for {', '.join(now.stand_ins)}"


def _only_place(one: Accepted, other: Accepted) -> bool:
    return (one.path, one.cell) != (other.path, other.cell) and one.value == other.value


def take_runs(
    chapters: Sequence[Chapter], project: Project, config: Config, names: Sequence[str]
) -> tuple[str, ...]:
    """Keep the last runs of chapters in the thesis, which are to stand for them from now on; what was done in words.

    Raises ConfigError for a name that no chapter with cells has, and where a chapter's cells have not run as things are.
    """
    named = [_chapter(name, chapters) for name in names]
    store = Store(project, config)
    now = Present(project, config, store)
    found = [(one, _standing(one, now)) for one in named]
    store.close()
    stale = [_not_run(chapter, now) for chapter, one in found if one is None]
    if stale:
        raise ConfigError(stale)
    wrote = {chapter.docname: wanted(chapter, one[1], chapters, now) for chapter, one in found if one}
    altered = [
        _altered(chapter, name, now)
        for chapter in named
        for name, digest in wrote[chapter.docname].items()
        if now.file(name) != digest
    ]
    if altered:
        raise ConfigError(altered)
    lines = []
    for chapter, one in found:
        if one:
            lines.append(f"wrote {pin(*one, project)} ({one[0].seconds:.1f} s of cells)")
            lines += _files_kept(keep(chapter.docname, wrote[chapter.docname], project, config.thesis.execution.pinned_files))
            lines += [] if is_pinned(chapter, config) else [_not_named(chapter)]
    return tuple(lines)


def _files_kept(kept: Kept) -> list[str]:
    """What became of the files that a run wrote for others, in words."""
    lines = []
    if kept.names:
        count = len(kept.names)
        lines.append(f"wrote {kept.path} ({count} file{'' if count == 1 else 's'} that it writes for others, {kept.size / 1e6:.1f} MB)")
    if kept.left:
        lines.append(
            f"not kept with it, since 'thesis.execution.pinned-files' allows no more: {', '.join(kept.left)}; share them as you share data"
        )
    return lines


def _altered(chapter: Chapter, name: str, now: Present) -> Diagnostic:
    said = "is gone" if now.kind(name) == MISSING else "was changed by somebody else"
    hint = "run 'thesis build --pinned' first" if is_pinned(chapter, now.config) else "run 'thesis build' first"
    return Diagnostic("stale-run", f"{name}, which its cells write for others, {said}", "error", chapter.path, hint=hint)


def _chapter(name: str, chapters: Sequence[Chapter]) -> Chapter:
    """The chapter that a name means: its path with or without its ending, or the last part of it."""
    with_cells = [chapter for chapter in chapters if chapter.cells]
    exact = [chapter for chapter in with_cells if name in (chapter.docname, chapter.path)]
    found = exact or [chapter for chapter in with_cells if name == chapter.docname.rpartition("/")[2]]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(chapter.docname for chapter in found or with_cells) or "none"
    said = f"{len(found)} chapters are called '{name}'" if found else f"no chapter with cells is called '{name}'"
    raise ConfigError([Diagnostic("unknown-chapter", said, hint=f"chapters with cells: {listed}")])


def _standing(chapter: Chapter, now: Present) -> tuple[Run, Head] | None:
    """The run that is that of today's cells and data."""
    heads = (head for head in now.store.heads(chapter.docname) if now.stands(chapter, head))
    found = ((now.store.get(chapter.docname, head.fingerprint.key), head) for head in heads)
    return next(((run, head) for run, head in found if run), None)


def _not_run(chapter: Chapter, now: Present) -> Diagnostic:
    said = "; ".join(reasons_for(chapter, now.store.latest(chapter.docname), now))
    hint = "run 'thesis build --pinned' first" if is_pinned(chapter, now.config) else "run 'thesis build' first"
    return Diagnostic("stale-run", f"its cells have not run as things are: {said}", "error", chapter.path, hint=hint)


def _not_named(chapter: Chapter) -> str:
    return f"its cells go on running until _config.yml names it: thesis: execution: pinned: [{chapter.docname}]"
