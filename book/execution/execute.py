"""Run the chapters that are stale and reuse the rest."""

from __future__ import annotations

import os
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from book.diagnostics import in_order
from book.errors import CellError, ToolMissingError
from book.execution.inputs import fingerprints
from book.execution.runs import Run, Runs
from book.execution.settings import settings_of
from book.execution.staleness import reasons_for
from book.execution.store import Store
from book.execution.stored import stored_run

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from book.config import Config
    from book.diagnostics import Diagnostic
    from book.execution.chapter import Job, Result
    from book.execution.fingerprint import Fingerprint
    from book.execution.kernels import Kernels
    from book.execution.progress import Progress
    from book.project import Project
    from book.sources.chapters import Chapter


@dataclass(frozen=True, slots=True)
class _Call:
    """What one call of `execute` goes by."""

    project: Project
    config: Config
    store: Store
    jobs: int
    draft: bool
    progress: Progress


def execute(
    chapters: Sequence[Chapter],
    project: Project,
    config: Config,
    *,
    jobs: int = 0,
    draft: bool = False,
    progress: Progress,
) -> Runs:
    """Give every chapter that has cells its run: kept from before where nothing it depends on has changed, else new.

    Raises CellError with every cell that failed, unless this is a draft; ToolMissingError where a kernel is missing.
    """
    call = _Call(project, config, Store(project), jobs or config.thesis.execution.jobs, draft, progress)
    given = [chapter for chapter in chapters if chapter.cells]
    live = [chapter for chapter in given if not settings_of(chapter, config).stored]
    found = {chapter.docname: stored_run(chapter) for chapter in given if chapter not in live}
    diagnostics: tuple[Diagnostic, ...] = ()
    try:
        prints = fingerprints(live, project, config, call.store)
        found |= _reusable(prints, call.store)
        stale = [chapter for chapter in live if chapter.docname not in found]
        if stale:
            ran, diagnostics = _run(stale, prints, call)
            found |= ran
    finally:
        call.store.close()
    return Runs({chapter.docname: found[chapter.docname] for chapter in given}, diagnostics)


def _reusable(prints: Mapping[str, Fingerprint], store: Store) -> dict[str, Run]:
    """Runs that still stand."""
    kept = ((docname, store.get(docname, fingerprint.key)) for docname, fingerprint in prints.items())
    return {docname: run for docname, run in kept if run}


def _run(
    chapters: Sequence[Chapter], prints: Mapping[str, Fingerprint], call: _Call
) -> tuple[dict[str, Run], tuple[Diagnostic, ...]]:
    """Run chapters; what succeeds is kept at once, even if others fail or the call is interrupted."""
    with _kernels(chapters, call) as kernels:
        work, without = _jobs(chapters, call)
        diagnostics = list(without.values())
        runs = {docname: _failed_run(docname, prints[docname]) for docname in without}
        missing = bool(without)
        with closing(_results(work, kernels, call)) as results:
            for job, result in results:
                chapter, name = job.chapter, job.chapter.docname
                why = reasons_for(name, prints[name], call.store)
                diagnostics += result.diagnostics
                missing |= result.missing
                runs[name] = _keep(chapter, prints[name], result, why, call)
    if diagnostics and not call.draft:
        raise (ToolMissingError if missing else CellError)(in_order(diagnostics))
    return runs, in_order(diagnostics)


def _keep(chapter: Chapter, before: Fingerprint, result: Result, why: tuple[str, ...], call: _Call) -> Run:
    """Store a good run, unless what it depends on changed under it; note why the chapter will run again otherwise."""
    name = chapter.docname
    run = Run(name, before.key, result.outputs, result.counts, result.seconds, why, result.metadata)
    if result.diagnostics:
        call.store.note(name, run.seconds, f"failed when it last ran: {result.diagnostics[0].message}")
        return replace(run, key=f"{run.key}-failed", failed=True)
    after = fingerprints([chapter], call.project, call.config, call.store)[name]
    if after.key == before.key:
        call.store.put(replace(run, reasons=()), before)
    else:
        changed = ", ".join(after.differences(before))
        call.store.note(name, run.seconds, f"{changed} while it ran")
    return run


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


def _kernels(chapters: Sequence[Chapter], call: _Call) -> Kernels:
    """Where these chapters' kernels come from; what they import is being imported while the build goes on."""
    from book.execution.inputs import find_inputs
    from book.execution.kernels import Kernels, Surroundings
    from book.execution.warm.libraries import libraries

    project = call.project
    surroundings = Surroundings(project.root, project.cache, project.epoch())
    wanted = call.config.thesis.execution
    if not wanted.warm:
        return Kernels(surroundings, memory=wanted.memory)
    shared = find_inputs(project, call.config, call.store)
    codes = (cell.code for chapter in chapters for cell in chapter.cells)
    return Kernels(surroundings, libraries(codes, shared.modules, shared.local), memory=wanted.memory)


def _results(work: Sequence[Job], kernels: Kernels, call: _Call) -> Generator[tuple[Job, Result], None, None]:
    """Run jobs, several at once, and give each result when it is there; whatever ends this ends every kernel first."""
    from book.execution.bytecode import drop_racy
    from book.execution.inputs import local_files

    drop_racy(local_files(call.project.root))
    workers = max(1, min(call.jobs or os.cpu_count() or 1, len(work)))
    with ThreadPoolExecutor(workers, thread_name_prefix="thesis-run") as pool:
        waiting = {pool.submit(_work, job, kernels, call.progress): job for job in work}
        try:
            while waiting:
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield waiting.pop(future), future.result()
        except BaseException:
            kernels.stop()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _work(job: Job, kernels: Kernels, progress: Progress) -> Result:
    from book.execution.chapter import run_chapter

    name, began = job.chapter.docname, time.monotonic()
    progress.started(name, len(job.chapter.cells))
    result = run_chapter(job, kernels, lambda index: progress.cell(name, index))
    progress.finished(name, time.monotonic() - began, failed=bool(result.diagnostics))
    return result


def _expected(job: Job, store: Store) -> float:
    """How long a chapter will take: as long as last time, or a second a cell."""
    before = store.seconds(job.chapter.docname)
    return before if before is not None else float(len(job.chapter.cells))


def _failed_run(docname: str, fingerprint: Fingerprint) -> Run:
    """A chapter that could not run at all, in a draft."""
    nothing: tuple[()] = ()
    cells = len(fingerprint.cells)
    return Run(
        docname, f"{fingerprint.key}-failed", (nothing,) * cells, (None,) * cells, reasons=("never run",), failed=True
    )
