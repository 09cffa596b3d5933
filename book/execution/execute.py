"""Run the chapters that are stale and reuse the rest."""

from __future__ import annotations

import hashlib
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from book.diagnostics import in_order
from book.errors import CellError, ToolMissingError
from book.execution.ending import ending
from book.execution.executors import LOCAL, connect
from book.execution.fingerprint import cell_digest
from book.execution.order import upstream, written_by
from book.execution.outside import read_outside
from book.execution.pinned import bring_back_files, pinned_runs, remarks
from book.execution.present import Present
from book.execution.runs import Run, Runs
from book.execution.settings import settings_of
from book.execution.staleness import survey
from book.execution.store import Store
from book.execution.stored import stored_run

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from book.config import Config
    from book.diagnostics import Diagnostic
    from book.execution.chapter import Job, Result
    from book.execution.executors import Executor
    from book.execution.fingerprint import Fingerprint
    from book.execution.kernels import Kernels
    from book.execution.progress import Progress
    from book.execution.runfile import Head
    from book.execution.staleness import Survey
    from book.execution.warm.libraries import Ahead
    from book.project import Project
    from book.sources.chapters import Chapter


HEEDED = 0.5
"""Seconds until an interruption is heeded at the latest: one that the system hands to another thread does not wake this one."""


@dataclass(frozen=True, slots=True)
class _Call:
    """What one call of `execute` goes by."""

    project: Project
    config: Config
    store: Store
    jobs: int
    draft: bool
    progress: Progress
    executor: str
    variables: Mapping[str, str]
    meanwhile: Callable[[], object]
    around: Sequence[str]


def execute(
    chapters: Sequence[Chapter],
    project: Project,
    config: Config,
    *,
    jobs: int = 0,
    draft: bool = False,
    progress: Progress,
    executor: str = LOCAL,
    variables: Mapping[str, str] | None = None,
    around: Sequence[str] = (),
    pinned: bool = False,
    meanwhile: Callable[[], object] = lambda: None,
) -> Runs:
    """Give every chapter that has cells its run: kept from before where nothing it depends on has changed, else new.

    `executor` is where new ones are made: `local`, or an engine's address. Kernels find the given environment variables in
    place of a build's own, and plain ones are started by the command `around`. With `pinned`, pinned chapters are like all others.
    `meanwhile` is called while cells run, if any do.

    Raises CellError with every cell that failed, unless this is a draft; ToolMissingError where a kernel is missing.
    """
    store = Store(project, config)
    jobs = jobs or config.thesis.execution.jobs
    call = _Call(project, config, store, jobs, draft, progress, executor, variables or {}, meanwhile, around)
    given = [chapter for chapter in chapters if chapter.cells]
    running = [chapter for chapter in given if not settings_of(chapter, config).stored]
    found = {chapter.docname: stored_run(chapter) for chapter in given if chapter not in running}
    accepted = {} if pinned else pinned_runs(running, project, config)
    bring_back_files(accepted, project)
    live = [chapter for chapter in running if chapter.docname not in accepted]
    found |= {name: one.run for name, one in accepted.items()}
    try:
        with ExitStack() as stack:
            work = _Turns(live, call, stack)
            while work.another():
                pass
        found |= work.runs
        said = () if pinned else remarks(running, accepted, Present(project, config, store))
        noted = [*work.diagnostics, *said]
    finally:
        store.close()
    ordered = {chapter.docname: found[chapter.docname] for chapter in given}
    latest = {**work.latest, **{name: one.head for name, one in accepted.items()}}
    return Runs(ordered, in_order(noted), read_outside(running, latest))


class _Turns:
    """Chapters run in turns: those that read what others write come after them, and again where one came too early."""

    def __init__(self, chapters: Sequence[Chapter], call: _Call, stack: ExitStack) -> None:
        self._chapters, self._call, self._stack = chapters, call, stack
        self._executor: Executor | None = None
        self._unkept: dict[str, frozenset[str]] = {}
        """Chapters whose run serves this build and no other, with the files that changed under them."""
        self._why: dict[str, tuple[str, ...]] = {}
        self._times: Counter[str] = Counter()
        self.runs: dict[str, Run] = {}
        self.latest: Mapping[str, Head] = {}
        self.diagnostics: list[Diagnostic] = []

    def another(self) -> bool:
        """Run what is stale and waits for nothing; whether there was anything."""
        call = self._call
        now = Present(call.project, call.config, call.store)
        found = survey(self._chapters, now)
        self.latest = {**found.latest, **found.standing}
        written = written_by(self.latest)
        waiting = {name for name in found.reasons if not self._settled(name, written)}
        first = {name for name in waiting if not upstream(name, found.edges) & waiting}
        if not first:
            return self._reuse(found)
        self._run([chapter for chapter in self._chapters if chapter.docname in first], found, now)
        return True

    def _settled(self, name: str, written: Mapping[str, Sequence[str]]) -> bool:
        """Whether a chapter that has run would gain nothing from running again in this call: no other one writes what it read."""
        if not self._times[name] and name not in self._unkept:
            return False
        if self._times[name] > len(self._chapters):
            return True
        before = self.latest[name].fingerprint if name in self.latest else None
        read = {*self._unkept.get(name, ()), *(before.files if before else ()), *(before.probes if before else ())}
        listed = before.listings if before else {}
        others = [path for path, writers in written.items() if any(writer != name for writer in writers)]
        return not any(path in read or f"{PurePosixPath(path).parent}/" in listed for path in others)

    def _reuse(self, found: Survey) -> bool:
        """Take the runs that stand; whether one of them proves to be damaged, so that there is more to do."""
        for chapter in self._chapters:
            name = chapter.docname
            if name in found.standing:
                run = self._call.store.get(name, found.standing[name].fingerprint.key)
                if run is None:
                    return True
                self.runs[name] = replace(run, reasons=self._why.get(name, ()))
        return False

    def _run(self, chapters: Sequence[Chapter], found: Survey, now: Present) -> None:
        """Run chapters; what succeeds is kept at once, even if others fail or the call is interrupted."""
        call = self._call
        if self._executor is None:
            waiting = [chapter for chapter in self._chapters if chapter.docname in found.reasons]
            self._executor = _executor(waiting, call, self._stack)
        work, without = _jobs(chapters, call)
        diagnostics = list(without.values())
        for name in without:
            self._unkept[name] = frozenset()
            self.runs[name] = _failed_run(next(chapter for chapter in chapters if chapter.docname == name))
        before = {job.chapter.docname: now.unwatched(job.chapter) for job in work}
        missing = bool(without)
        with closing(_results(work, self._executor, call.meanwhile)) as results:
            for job, result in results:
                name = job.chapter.docname
                self._times[name] += 1
                self._why.setdefault(name, found.reasons[name])
                diagnostics += result.diagnostics
                missing |= result.missing
                self._keep(job.chapter, result, before[name])
        self.diagnostics += diagnostics
        if diagnostics and not call.draft:
            raise (ToolMissingError if missing else CellError)(in_order(diagnostics))

    def _keep(self, chapter: Chapter, result: Result, before: Fingerprint) -> None:
        """Store a good run, unless what it depends on changed under it; note why the chapter will run again otherwise."""
        name, store = chapter.docname, self._call.store
        ended = ending(chapter, result.trace, before, Present(self._call.project, self._call.config, store))
        run = Run(
            name, ended.fingerprint.key, result.outputs, result.counts, result.seconds, self._why[name], result.metadata
        )
        self._unkept.pop(name, None)
        if result.diagnostics:
            store.note(name, run.seconds, f"failed when it last ran: {result.diagnostics[0].message}")
            self.runs[name], self._unkept[name] = replace(run, key=f"{run.key}-failed", failed=True), frozenset()
        elif ended.changed:
            store.note(name, run.seconds, f"{', '.join(ended.changed.values())} while it ran")
            self.runs[name], self._unkept[name] = run, frozenset(ended.changed)
        else:
            store.put(replace(run, reasons=()), ended.fingerprint, ended.writes, ended.cells, ended.modules)
            self.runs[name] = run


def _jobs(chapters: Sequence[Chapter], call: _Call) -> tuple[list[Job], dict[str, Diagnostic]]:
    """A job for each chapter whose kernel is installed, longest first, and what is to be said of the others.

    Raises ToolMissingError where a kernel is missing, unless this is a draft.
    """
    from book.execution.chapter import Job
    from book.execution.failures import kernel_not_installed
    from book.execution.kernels import installed, resolve

    options = (call.config.yaml.value.get("sphinx") or {}).get("config") or {}
    there = installed()
    jobs, missing = [], {}
    for chapter in chapters:
        kernel = resolve(chapter.kernel, options.get("nb_kernel_rgx_aliases") or {})
        if kernel.lower() in there:
            jobs.append(Job(chapter, kernel, settings_of(chapter, call.config), call.project.root, draft=call.draft))
        else:
            missing[chapter.docname] = kernel_not_installed(chapter, there)
    if missing and not call.draft:
        raise ToolMissingError(list(missing.values()))
    return sorted(jobs, key=lambda job: _expected(job, call.store), reverse=True), missing


def _executor(chapters: Sequence[Chapter], call: _Call, stack: ExitStack) -> Executor:
    """Where these chapters run; what is begun for that ends with the stack."""
    if call.executor != LOCAL:
        from book.execution.executors.remote import Remote, Terms

        terms = Terms(
            call.project.root, call.project.epoch(), call.config.thesis.execution.memory, _ahead(chapters, call), call.store.digests.of
        )
        away = Remote(connect(call.executor), terms, chapters, call.jobs, call.progress)
        stack.callback(away.stop)
        return away
    from book.execution.executors.local import Local

    here = Local(call.project.root, stack.enter_context(_kernels(chapters, call)), call.jobs, call.progress)
    stack.callback(here.stop)
    return here


def _kernels(chapters: Sequence[Chapter], call: _Call) -> Kernels:
    """Where these chapters' kernels come from; what they import is being imported while the build goes on."""
    from book.execution.kernels import Kernels
    from book.execution.surroundings import Surroundings

    project = call.project
    surroundings = Surroundings(project.root, project.cache, project.epoch(), call.variables)
    return Kernels(surroundings, _ahead(chapters, call), memory=call.config.thesis.execution.memory, around=call.around)


def _ahead(chapters: Sequence[Chapter], call: _Call) -> Ahead | None:
    """Modules to import once for the kernels of these chapters; None where each is to start from nothing."""
    from book.execution.inputs import local_files, local_names
    from book.execution.warm.libraries import Ahead, known, libraries

    if not call.config.thesis.execution.warm:
        return None
    store, root = call.store, call.project.root
    local = (path for path in local_files(root) if path.suffix == ".py")
    named = (name for path in local for name in store.distributions.imports_of(path, store.digests.of(path)))
    codes = (cell.code for chapter in chapters for cell in chapter.cells)
    heads = filter(None, (store.latest(chapter.docname) for chapter in chapters))
    names = local_names(root)
    return Ahead(libraries(codes, frozenset(named), names), known((name for head in heads for name in head.modules), names))


def _results(
    work: Sequence[Job], executor: Executor, meanwhile: Callable[[], object]
) -> Generator[tuple[Job, Result], None, None]:
    """Run jobs, several at once, and give each result when it is there; whatever ends this ends every run first."""
    executor.look()
    waiting = {executor.submit(job): job for job in work}
    try:
        meanwhile()
        while waiting:
            done, _ = wait(waiting, timeout=HEEDED, return_when=FIRST_COMPLETED)
            for future in done:
                yield waiting.pop(future), future.result()
    except BaseException:
        executor.stop()
        raise


def _expected(job: Job, store: Store) -> float:
    """How long a chapter will take: as long as last time, or a second a cell."""
    before = store.seconds(job.chapter.docname)
    return before if before is not None else float(len(job.chapter.cells))


def _failed_run(chapter: Chapter) -> Run:
    """A chapter that could not run at all, in a draft."""
    nothing: tuple[()] = ()
    cells = len(chapter.cells)
    key = hashlib.sha256("".join(cell_digest(cell) for cell in chapter.cells).encode()).hexdigest()[:40]
    return Run(chapter.docname, f"{key}-failed", (nothing,) * cells, (None,) * cells, reasons=("never run",), failed=True)
