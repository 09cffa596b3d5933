"""Chapters run on this machine, several at once, each in a thread that talks to its kernel."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from book.execution.chapter import Job, Result
    from book.execution.kernels import Kernels
    from book.execution.progress import Progress


LIBRARIES = (
    "book.execution.chapter",
    "book.execution.outputs",
    "book.execution.warm.provisioner",
    "jupyter_client.manager",
    "nbclient",
    "nbformat",
)
"""What threads that run chapters need."""


class Local:
    """Threads of this process."""

    def __init__(self, root: Path, kernels: Kernels, jobs: int, progress: Progress) -> None:
        """Run up to `jobs` chapters at once, one a processor with 0."""
        self._root, self._kernels, self._progress = root, kernels, progress
        self._pool = ThreadPoolExecutor(jobs or os.cpu_count() or 1, thread_name_prefix="thesis-run")

    def look(self) -> None:
        """Kernels read the thesis itself; only what Python would wrongly take for current is deleted.

        Libraries are loaded before any thread begins: threads that import at once get into each other's way.
        """
        from book.execution.bytecode import drop_racy
        from book.execution.inputs import local_files

        for name in LIBRARIES:
            import_module(name)
        drop_racy(local_files(self._root))

    def submit(self, job: Job) -> Future[Result]:
        """Run a chapter when a thread is free."""
        return self._pool.submit(self._run, job)

    def stop(self) -> None:
        """End every kernel, and wait for the threads."""
        self._kernels.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: Job) -> Result:
        from book.execution.chapter import run_chapter

        name, began = job.chapter.docname, time.monotonic()
        self._progress.started(name, len(job.chapter.cells))
        result = run_chapter(job, self._kernels, lambda index: self._progress.cell(name, index))
        if not self._kernels.stopped:  # a kernel that was ended from here has not failed
            self._progress.finished(name, time.monotonic() - began, failed=bool(result.diagnostics))
        return result
