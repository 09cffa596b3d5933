"""The whole build on one page."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from book import freshness
from book.diagnostics import Diagnostic, Verdict, errors
from book.editions.register import USUAL
from book.errors import DIAGNOSED, GOOD, ConfigError, ThesisError
from book.project import Project, delete, environment
from book.sealing import sealed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from book.archiving import Deposit
    from book.config import Config
    from book.document.ahead import Ahead
    from book.document.reading import Document
    from book.examining import Report
    from book.examining.running import Limits
    from book.execution.progress import Progress
    from book.execution.runs import Runs
    from book.publishing.publish import Publication
    from book.sources.gather import Sources
    from book.verifying import Twice


LIBRARIES = (
    "book.document.prepare", "book.document.reading", "sphinx.application", "myst_parser.sphinx_ext.main",
    "myst_nb.sphinx_ext", "book.editions.pages", "book.checks", "book.publishing.manifest",
)  # fmt: skip
"""What a build needs once it has the runs of all chapters."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build did."""

    diagnostics: tuple[Diagnostic, ...]
    """All that was remarked, sorted by place."""
    editions: dict[str, Path] = field(default_factory=dict)
    """The editions that stand now, by name."""
    executed: tuple[str, ...] = ()
    """Chapters whose cells ran."""
    unchanged: bool = False
    """Whether nothing had changed and nothing was done."""
    kept: bool = False
    """Whether `strict` left the last good editions in place."""

    @property
    def exit_code(self) -> int:
        """0, or 1 where a remark is an error."""
        return DIAGNOSED if errors(self.diagnostics) else GOOD


def thesis_in(folder: Path | str) -> Project:
    """The thesis in a folder. Raises ConfigError where there is none: nothing is looked at or written there."""
    project = Project(Path(folder).resolve())
    if not (project.root / "_toc.yml").exists():
        from book.sources.contents import no_contents

        raise ConfigError([no_contents(project.root)])
    return project


def build(
    root: Path | str, *, editions: Sequence[str] = USUAL, jobs: int = 0, draft: bool = False, strict: bool = False, pinned: bool = False,
    progress: Progress | None = None, executor: str = "local", chapter: str = "",
) -> Outcome:  # fmt: skip
    """Build a thesis: run what is stale, read everything once, write the editions.

    `executor` is where cells run: `local`, or the address of an engine, `dask://HOST:PORT`. With `pinned`, pinned chapters
    run too where they are stale. With `chapter`, the editions hold that chapter alone, in files of its name.

    Raises a ThesisError, and leaves the last good editions untouched, where the build cannot go on: see `book.errors`.
    """
    from book.execution.executors import check_address

    check_address(executor)
    project = thesis_in(root)
    asked = {"editions": sorted(editions), "draft": draft, "pinned": pinned, "commit": os.environ.get("THESIS_COMMIT", "")}
    key = freshness.key_of(asked)
    last = None if chapter else freshness.finished(project, key)
    if last:
        return Outcome(
            last.diagnostics, {name: project.root / path for name, path in last.editions.items()}, unchanged=True
        )
    with _at_work(project):
        from book.execution.dependencies import beyond_thesis

        inputs = freshness.snapshot(project)
        state = freshness.state_of(inputs, {**asked, "editions": ()})
        outcome, written, config = _build(
            project, tuple(editions), jobs=jobs, draft=draft, strict=strict, pinned=pinned, progress=progress, executor=executor,
            chapter=chapter, state=state,
        )  # fmt: skip
        if not outcome.kept and not chapter:
            standing = {name: project.relative(path) for name, path in outcome.editions.items()}
            done = freshness.Finished(outcome.diagnostics, standing)
            freshness.remember(project, key, inputs, written, done, beyond_thesis(project, config))
        return outcome


def _build(
    project: Project, editions: tuple[str, ...], *, jobs: int, draft: bool, strict: bool, pinned: bool, progress: Progress | None,
    executor: str, chapter: str, state: str,
) -> tuple[Outcome, list[Path], Config]:  # fmt: skip
    """From sources to editions; also returns the files that were brought out, and the configuration that was read."""
    from book.changes.numbers import note_numbers
    from book.document.prepare import prepare
    from book.document.reading import read_document
    from book.editions import make_editions
    from book.editions.press import begun
    from book.execution.execute import execute
    from book.execution.progress import Progress
    from book.publishing.manifest import bring_out
    from book.sources.finding import find_page
    from book.sources.gather import read_thesis
    from book.sources.restricted import fetch_restricted

    with progress or Progress(quiet=True) as shown:
        sources = read_thesis(project, draft=draft)
        config = sources.config
        alone = find_page(chapter, sources.contents.pages) if chapter else ""
        missing = fetch_restricted(project, config)
        runs = execute(
            sources.chapters, project, config, jobs=jobs, draft=draft, progress=shown, pinned=pinned, executor=executor,
            meanwhile=_load_the_rest,
        )  # fmt: skip
        shown.stage("reading")
        edited = "pdf" in editions and config.thesis.pdf.engine == "typst" and not runs.executed and not chapter
        with ExitStack() as reading:
            reading.enter_context(begun(project.cache / "typst", wanted=edited))
            prepared = prepare(project, sources, runs, pdf="pdf" in editions or project.edition("pdf").exists())
            document = reading.enter_context(read_document(project, sources, prepared))
            note_numbers(project, sources, document.floats, document.app.config.numfig_format)
            made = make_editions(
                editions, document, sources, project, draft=draft, stage=shown.stage, meanwhile=lambda: import_module("book.checks"),
                chapter=alone,
            )  # fmt: skip
            found = [
                *sources.notes,
                *missing,
                *runs.diagnostics,
                *runs.outside,
                *document.diagnostics,
                *(note for one in made for note in one.diagnostics),
            ]
            from book.checks import check_thesis
            from book.checks.subject import Subject

            judged = check_thesis(Subject(project, sources, document, runs), found, building=True).diagnostics
            kept = strict and bool(errors(judged))
            written = [] if kept else bring_out(made, document, sources, runs, project, whole=not chapter, state=state)
    standing = {one.name: one.path for one in made if one.path.exists()}
    return Outcome(judged, standing, tuple(sorted(runs.executed)), kept=kept), written, config


def make_ready(root: Path | str, ahead: Ahead) -> None:
    """Start what the next build of a watch will probably need; where another build is running, nothing is done."""
    project = thesis_in(root)
    with suppress(ThesisError, OSError), alone(project), sealed(project), environment(SOURCE_DATE_EPOCH=str(project.epoch())):
        ahead.prepare()


def _load_the_rest() -> None:
    """Load what comes after the cells, which takes as long as many a chapter."""
    from book.document.lazily import leave_unused

    leave_unused()
    for name in LIBRARIES:
        import_module(name)


@contextmanager
def _at_work(project: Project) -> Iterator[None]:
    """The thesis to ourselves, the cache as it was left, the environment as every command has it, and nothing done twice that one command does often.

    Raises ConfigError where another build is running.
    """
    from book.patterns import kept_patterns
    from book.scanning import scanned_once

    with (
        alone(project),
        sealed(project),
        kept_patterns(project.patterns),
        scanned_once(),
        environment(SOURCE_DATE_EPOCH=str(project.epoch())),
    ):
        yield


@contextmanager
def alone(project: Project) -> Iterator[None]:
    """Keep two builds of one thesis apart.

    Raises ConfigError where another one is running, or where `_build` cannot be written.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(project.cache / "lock", timeout=0)
    try:
        project.cache.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise ConfigError(
            [
                Diagnostic(
                    "build-running",
                    "another build of this thesis is running",
                    "error",
                    "_build",
                    hint="wait until it has ended",
                )
            ]
        ) from None
    except OSError as error:
        raise ConfigError(
            [
                Diagnostic(
                    "cannot-write",
                    f"'_build' cannot be written: {error.strerror}",
                    "error",
                    "_build",
                    hint="check its permissions and the space on the disk",
                )
            ]
        ) from None
    try:
        yield
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise ThesisError(
            [
                Diagnostic(
                    "cannot-write",
                    f"a file cannot be written: {error.strerror}",
                    "error",
                    project.relative(error.filename or ""),
                    hint="check permissions and the space on the disk",
                )
            ]
        ) from error
    finally:
        lock.release()


def check(root: Path | str) -> tuple[Diagnostic, ...]:
    """Say what has drifted apart, but for what the author has silenced; see `verdict`."""
    return verdict(root).diagnostics


def verdict(root: Path | str) -> Verdict:
    """Say what has drifted apart, and what the author has silenced; runs no cell and writes no edition.

    Where nothing has changed since the last check, neither sources nor editions, its verdict stands. Raises a
    ThesisError where the thesis cannot be read.
    """
    project = thesis_in(root)
    key = freshness.key_of({"check": True})
    last = freshness.finished(project, key, freshness.CHECKED)
    if last:
        return Verdict(last.diagnostics, last.silenced)
    inputs, editions = freshness.snapshot(project, freshness.CHECKED), freshness.editions_of(project)
    with _as_it_stands(root) as (project, sources, runs, document):
        from book.checks import check_thesis
        from book.checks.subject import Subject

        found = [*sources.notes, *runs.diagnostics, *runs.outside, *document.diagnostics]
        judged = check_thesis(Subject(project, sources, document, runs), found)
    from book.execution.dependencies import beyond_thesis

    done = freshness.Finished(judged.diagnostics, {}, judged.silenced)
    freshness.remember(project, key, inputs, editions, done, beyond_thesis(project, sources.config), freshness.CHECKED)
    return judged


def findings(root: Path | str, form: str = "text") -> str:
    """List every finding with its value, origin, uses and the claims that rest on it; runs no cell.

    Raises a ThesisError where the thesis cannot be read.
    """
    from book.listing import list_findings

    with _as_it_stands(root) as (_project, sources, _runs, document):
        paths = {page.docname: page.path for page in sources.contents.pages}
        return list_findings(
            document.findings, document.uses, document.claims, paths, sources.config.language, form
        )


def accept(root: Path | str, names: Sequence[str] = (), *, runs: Sequence[str] = ()) -> tuple[str, ...]:
    """Take regenerated findings into `findings.lock`, all or those that are named; returns what was done in words.

    With `runs`, the last runs of these chapters are kept in the thesis, and findings are taken only if some are named.
    Raises a ThesisError where a run is stale, a finding is recorded twice, or a name is nobody's.
    """
    kept = _accept_runs(root, runs) if runs else ()
    return (*kept, *_accept_findings(root, names)) if names or not runs else kept


def _accept_runs(root: Path | str, names: Sequence[str]) -> tuple[str, ...]:
    from book.accepting import take_runs
    from book.sources.gather import read_thesis

    project = thesis_in(root)
    with _at_work(project):
        sources = read_thesis(project)
        return take_runs(sources.chapters, project, sources.config, names)


def _accept_findings(root: Path | str, names: Sequence[str]) -> tuple[str, ...]:
    from book.accepting import take
    from book.execution.dependencies import inputs_of
    from book.execution.reuse import last_runs
    from book.findings import collect
    from book.lock import FILE, read_lock
    from book.project import write
    from book.sources.gather import read_thesis

    project = thesis_in(root)
    with _at_work(project):
        sources = read_thesis(project)
        runs = last_runs(sources.chapters, project, sources.config)
        found, remarks = collect(sources.chapters, {name: run.outputs for name, run in runs.items()})
        lock = read_lock(project)
        unusable = lock.diagnostics if names or not lock.readable else ()
        stale = [replace(remark, hint="run 'thesis build' first") for remark in runs.diagnostics if remark.rule == "stale-run"]
        if stale or remarks or unusable:
            raise ConfigError([*stale, *remarks, *unusable])
        taken = take(found, lock, inputs_of(runs, project, sources.config), names, sources.config.language)
        if taken.text:
            write(project.root / FILE, taken.text)
            return (*taken.lines, f"wrote {FILE}")
        return taken.lines


def words(root: Path | str, form: str = "text") -> str:
    """Say how many words each part has, and which of them count; runs no cell.

    Raises a ThesisError where the thesis cannot be read.
    """
    from book.listing import list_words

    with _as_it_stands(root, for_editions=True) as (_project, _sources, _runs, document):
        return list_words(document.words, form) if document.words else ""


def comments(root: Path | str, path: Path, form: str = "text") -> str:
    """List what a supervisor has left in a Word file, each with the source and line that it concerns; runs no cell.

    Raises a ThesisError where the thesis or the file cannot be read.
    """
    from book.comments import comments_of
    from book.sources.gather import read_thesis

    return comments_of(path, read_thesis(thesis_in(root)), form)


@contextmanager
def _as_it_stands(root: Path | str, *, for_editions: bool = False) -> Iterator[tuple[Project, Sources, Runs, Document]]:
    """The thesis read with the runs that are there."""
    project = thesis_in(root)
    with _at_work(project):
        from book.changes.numbers import note_numbers
        from book.document.prepare import prepare
        from book.document.reading import read_document
        from book.execution.reuse import last_runs
        from book.execution.runs import Runs
        from book.sources.gather import read_thesis
        from book.sources.restricted import fetch_restricted

        sources = read_thesis(project)
        config = sources.config
        missing = fetch_restricted(project, config)
        last = last_runs(sources.chapters, project, config)
        runs = Runs(last.found, (*missing, *last.diagnostics), last.outside)
        prepared = prepare(project, sources, runs, pdf=project.edition("pdf").exists(), for_editions=False)
        with read_document(project, sources, prepared, for_editions=for_editions) as document:
            note_numbers(project, sources, document.floats, document.app.config.numfig_format)
            yield project, sources, runs, document


def diff(root: Path | str, revision: str = "HEAD", form: str = "text", *, progress: Progress | None = None) -> str:
    """Say what has changed since a revision: results, what quotes them, text; `form` is text, json or html.

    Chapters of the revision whose runs are not in the store run once, in a copy under `_build`; those of the work tree
    are taken as they last ran. Raises a ThesisError where either cannot be read.
    """
    from book.changes import compare_with
    from book.execution.progress import Progress

    project = thesis_in(root)
    with _at_work(project), progress or Progress(quiet=True) as shown:
        return compare_with(project, revision, form, shown)


def build_and_check(root: Path | str, editions: Sequence[str] = USUAL) -> tuple[dict[str, Path], tuple[Diagnostic, ...]]:
    """Build a thesis and check it: its editions, and all that is remarked, each once."""
    outcome = build(root, editions=editions)
    return outcome.editions, tuple(dict.fromkeys([*outcome.diagnostics, *check(root)]))


def archive(
    root: Path | str, *, target: Path | None = None, editions: Sequence[str] = USUAL, wheels: bool = False, allowed: Sequence[str] = (),
    progress: Progress | None = None,
) -> Deposit:  # fmt: skip
    """Pack a deposit: sources as git knows them, what a build of them gives, and what it takes to build them again.

    Raises RefusedError where something stands against it that `allowed` does not name by its rule.
    """
    from book.archiving import deposit
    from book.execution.progress import Progress

    project = thesis_in(root)
    with (
        alone(project),
        sealed(project),
        environment(SOURCE_DATE_EPOCH=str(project.epoch())),
        progress or Progress(quiet=True) as shown,
    ):
        made = partial(build_and_check, editions=editions)
        return deposit(project, made, target=target, wheels=wheels, allowed=allowed, stage=shown.stage)


def verify(root: Path | str, *, editions: Sequence[str] = (), same: Sequence[str] = (), progress: Progress | None = None) -> Twice:
    """Run every chapter's cells, and make these editions, twice under different conditions, in copies below `_build`.

    Says what differs, how many chapters ran, and what was another one; conditions named in `same` stay as they are. Neither
    the store of runs nor an edition is touched. Raises a ThesisError where the thesis cannot be read or a cell fails.
    """
    from book.execution.progress import Progress
    from book.verifying import verify_twice

    project = thesis_in(root)
    with _at_work(project), progress or Progress(quiet=True) as shown:
        return verify_twice(project, shown, editions, same)


def verify_archive(
    archive: Path | str, *, interpreter: Path | None = None, sandbox: bool = False, limits: Limits | None = None, progress: Progress | None = None,
) -> Report:  # fmt: skip
    """Check a deposit, build it again in an environment of its own, and compare everything that it gives.

    This runs the code of whoever made it; with `sandbox`, without network, able to write into its own folder alone.
    Raises a ThesisError where the archive cannot be read, no environment can be made, or the system has no sandbox.
    """
    from book.examining import SANDBOXED, examine
    from book.examining.running import Limits
    from book.execution.progress import Progress

    with progress or Progress(quiet=True) as shown:
        asked = limits or (SANDBOXED if sandbox else Limits())
        return examine(Path(archive), interpreter=interpreter, sandbox=sandbox, limits=asked, stage=shown.stage)


def publish(
    root: Path | str, *, to: str = "", name: str = "", allow: Sequence[str] = (), dry: bool = False, progress: Progress | None = None,
) -> Publication:  # fmt: skip
    """Build and check a thesis, and publish its site as a permanent edition; with `dry`, only say what that would do.

    Raises RefusedError with what stands against it and is not in `allow`, and other ThesisErrors where it cannot be
    built, named, or written where it is to go.
    """
    from book.config import read_config
    from book.publishing.publish import commit_of, intend, publish_edition

    project = thesis_in(root)
    intend(project, read_config(project), to=to, name=name)  # before hours of work
    with environment(**commit_of(project)):
        build(root, progress=progress)
        remarks = verdict(root).diagnostics
    with alone(project), environment(SOURCE_DATE_EPOCH=str(project.epoch())):
        return publish_edition(project, read_config(project), remarks, to=to, name=name, allow=allow, dry=dry)


def why(root: Path | str) -> dict[str, tuple[str, ...]]:
    """For each chapter with cells the reasons it would run; none where it would not."""
    from book.execution.staleness import stale
    from book.sources.gather import read_thesis

    project = thesis_in(root)
    sources = read_thesis(project)
    chapters = sources.chapters
    reasons = stale(chapters, project, sources.config)
    return {chapter.docname: reasons.get(chapter.docname, ()) for chapter in chapters if chapter.cells}


def clean(root: Path | str, *, runs: bool = False, older: int = 0) -> str:
    """Delete `_build`, or the store of runs alone, or in it what nobody has used for `older` days; returns what was done in words."""
    project = thesis_in(root)
    if runs or older:
        return _clean_runs(project, older)
    if not project.build.exists():
        return "nothing to delete"
    with alone(project):
        pass
    delete(project.build)
    return f"deleted {project.relative(project.build)}"


def _clean_runs(project: Project, older: int) -> str:
    """Delete runs, also where other checkouts keep theirs: one that is missed runs again."""
    from book.config import read_config
    from book.execution.store import DAY, Store

    with alone(project):
        store = Store(project, read_config(project))
        count, size = store.clear(older * DAY)
    return f"deleted {count} run{'' if count == 1 else 's'} ({size / 1e6:.1f} MB) of {project.relative(store.folder.parent)}"
