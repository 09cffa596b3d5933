"""Run the chapters that are stale and reuse the rest."""

from __future__ import annotations

import os
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import TYPE_CHECKING

from book.errors import CellError, ToolMissingError
from book.execution.inputs import fingerprints
from book.execution.runs import Run, Runs
from book.execution.settings import settings_of
from book.execution.staleness import reasons_for
from book.execution.store import Store
from book.execution.stored import stored_run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from book.config import Config
    from book.diagnostics import Diagnostic
    from book.execution.chapter import Job, Result
    from book.execution.fingerprint import Fingerprint
    from book.execution.kernels import Kernels
    from book.execution.progress import Progress
    from book.project import Project
    from book.sources.chapters import Chapter


def execute(
    chapters: Sequence[Chapter], project: Project, config: Config, *, jobs: int = 0, draft: bool = False, progress: Progress,
) -> Runs:  # fmt: skip
    """Give every chapter that has cells its run: kept from before where nothing it depends on has changed, new otherwise.

    Raises CellError with every cell that failed, unless this is a draft, and ToolMissingError where a kernel is not installed.
    """
    store = Store(project)
    try:
        found: dict[str, Run] = {}
        live: list[Chapter] = []
        for chapter in chapters:
            if chapter.cells and settings_of(chapter, config).stored:
                found[chapter.docname] = stored_run(chapter)
            elif chapter.cells:
                live.append(chapter)
        prints = fingerprints(live, project, config, store)
        found.update(_reusable(live, prints, store))
        stale = [chapter for chapter in live if chapter.docname not in found]
        ran, diagnostics = (
            _run(stale, prints, store, project, config, jobs=jobs, draft=draft, progress=progress)
            if stale
            else ({}, ())
        )
    finally:
        store.close()
    found.update(ran)
    return Runs(
        {chapter.docname: found[chapter.docname] for chapter in chapters if chapter.docname in found}, diagnostics
    )


def _reusable(chapters: Sequence[Chapter], prints: Mapping[str, Fingerprint], store: Store) -> dict[str, Run]:
    """Runs that still stand."""
    kept = ((chapter.docname, store.get(chapter.docname, prints[chapter.docname].key)) for chapter in chapters)
    return {docname: run for docname, run in kept if run}


def _run(
    chapters: Sequence[Chapter], prints: Mapping[str, Fingerprint], store: Store, project: Project, config: Config,
    *, jobs: int, draft: bool, progress: Progress,
) -> tuple[dict[str, Run], tuple[Diagnostic, ...]]:  # fmt: skip
    """Run chapters, longest first; keep those that succeeded even if others failed."""
    work, without = _jobs(chapters, project, config, draft=draft)
    why = {chapter.docname: reasons_for(chapter.docname, prints[chapter.docname], store) for chapter in chapters}
    results = _results(
        sorted(work, key=lambda job: _expected(job, store), reverse=True),
        project,
        jobs or config.thesis.execution.jobs,
        progress,
    )
    after = fingerprints(chapters, project, config, store)
    runs: dict[str, Run] = {}
    for name, result in results.items():
        run = _as_run(name, prints[name], result, why[name])
        runs[name] = run
        if run.failed:
            store.fail(name, prints[name], run.seconds, result.diagnostics[0].message)
        elif after[name] == prints[name]:
            store.put(replace(run, reasons=()), prints[name])
    diagnostics = (*without, *(note for result in results.values() for note in result.diagnostics))
    if diagnostics and not draft:
        only_missing = all(result.missing for result in results.values() if result.diagnostics)
        raise (ToolMissingError if only_missing else CellError)(diagnostics)
    return runs, diagnostics


def _jobs(
    chapters: Sequence[Chapter], project: Project, config: Config, *, draft: bool
) -> tuple[list[Job], tuple[Diagnostic, ...]]:
    """A job for each chapter whose kernel is installed; raises ToolMissingError for the others, unless this is a draft."""
    from book.execution.chapter import Job
    from book.execution.failures import kernel_not_installed
    from book.execution.kernels import installed, resolve

    options = (config.yaml.value.get("sphinx") or {}).get("config") or {}
    aliases = options.get("nb_kernel_rgx_aliases") or {}
    there = installed()
    named = [(chapter, resolve(chapter.kernel, aliases)) for chapter in chapters]
    missing = tuple(kernel_not_installed(chapter, there) for chapter, kernel in named if kernel.lower() not in there)
    if missing and not draft:
        raise ToolMissingError(missing)
    jobs = [
        Job(chapter, kernel, settings_of(chapter, config), project.root, draft=draft)
        for chapter, kernel in named
        if kernel.lower() in there
    ]
    return jobs, missing


def _results(work: Sequence[Job], project: Project, at_once: int, progress: Progress) -> dict[str, Result]:
    """Run jobs, several at once; whatever ends the call ends every kernel first."""
    from book.execution.kernels import Kernels, Surroundings

    surroundings = Surroundings(project.root, project.cache, project.epoch())
    workers = max(1, min(at_once or os.cpu_count() or 1, len(work)))
    with Kernels(surroundings) as kernels, ThreadPoolExecutor(workers, thread_name_prefix="thesis-run") as pool:
        waiting = {pool.submit(_work, job, kernels, progress): job.chapter.docname for job in work}
        try:
            return _collect(waiting)
        except BaseException:
            kernels.stop()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _collect(waiting: dict[Future[Result], str]) -> dict[str, Result]:
    results: dict[str, Result] = {}
    while waiting:
        done, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            results[waiting.pop(future)] = future.result()
    return results


def _work(job: Job, kernels: Kernels, progress: Progress) -> Result:
    from book.execution.chapter import run_chapter

    name = job.chapter.docname
    progress.started(name, len(job.chapter.cells))
    result = run_chapter(job, kernels, lambda index: progress.cell(name, index))
    progress.finished(name, result.seconds, failed=bool(result.diagnostics))
    return result


def _expected(job: Job, store: Store) -> float:
    """How long a chapter will take: as long as last time, or a second a cell."""
    before = store.seconds(job.chapter.docname)
    return before if before is not None else float(len(job.chapter.cells))


def _as_run(docname: str, fingerprint: Fingerprint, result: Result, why: tuple[str, ...]) -> Run:
    """A failed run has a key of its own, so that nothing takes it for a good one."""
    failed = bool(result.diagnostics)
    key = f"{fingerprint.key}-failed" if failed else fingerprint.key
    return Run(docname, key, result.outputs, result.counts, result.seconds, why, result.metadata, failed=failed)
