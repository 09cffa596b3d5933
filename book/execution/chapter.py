"""One chapter's cells, run in a kernel of their own."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from book.execution import failures
from book.execution.kernels import FINISH, Family, last_words, trace_of
from book.execution.readiness import wait_until_ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    from book.diagnostics import Diagnostic
    from book.execution.kernels import Kernels
    from book.execution.runs import Outputs
    from book.execution.settings import Settings
    from book.sources.chapters import Cell, Chapter

STARTING_WAIT = 120
"""Seconds that a kernel may take to answer at first."""
OUTPUT_WAIT = 60
"""Seconds to wait for a finished cell's last outputs; nbclient's 4 lose them on a busy machine."""


@dataclass(frozen=True, slots=True)
class Job:
    """A chapter that is to run."""

    chapter: Chapter
    """The chapter."""
    kernel: str
    """The kernel that its cells run in, aliases resolved."""
    settings: Settings
    """How they run."""
    root: Path
    """The thesis's root."""
    draft: bool
    """Whether cells after a failing one run all the same."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a job."""

    outputs: Outputs
    """Outputs of each code cell."""
    counts: tuple[int | None, ...]
    """Execution count of each code cell."""
    metadata: dict[str, Any]
    """The notebook's metadata, as the kernel gives them."""
    seconds: float
    """How long the cells took, the kernel's start aside."""
    diagnostics: tuple[Diagnostic, ...]
    """What failed."""
    missing: bool = False
    """Whether the kernel could not even be started."""
    trace: dict[str, Any] | None = None
    """What the run read and asked for, as the kernel handed it back; None where it cannot be traced."""


class Interrupted(Exception):  # noqa: N818
    """The call was ended while the chapter ran."""


def run_chapter(job: Job, kernels: Kernels, report: Callable[[int], None]) -> Result:
    """Run a chapter's cells one after another; `report` hears of each before it runs."""
    import nbformat
    from nbclient import NotebookClient

    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    cells = [nbformat.v4.new_code_cell(cell.code, metadata={"tags": list(cell.tags)}) for cell in job.chapter.cells]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(
        notebook, km=kernels.manager(job.kernel), timeout=job.settings.timeout, allow_errors=job.settings.allow_errors,
        record_timing=False, raise_on_iopub_timeout=True, iopub_timeout=OUTPUT_WAIT,
        startup_timeout=STARTING_WAIT,

    )  # fmt: skip
    with _folder(job) as cwd:
        work = _Work(job, kernels, client, report)
        asyncio.run(work.run(cwd))
    return work.result()


class _Work:
    """A chapter while it runs."""

    def __init__(self, job: Job, kernels: Kernels, client: NotebookClient, report: Callable[[int], None]) -> None:
        self.job, self.kernels, self.client, self.report = job, kernels, client, report
        self.found: list[Diagnostic] = []
        self.seconds = 0.0
        self.missing = False
        self.trace: dict[str, Any] | None = None
        self.family: Family | None = None

    async def run(self, cwd: str) -> None:
        """Start the kernel, run the cells, end the kernel."""
        client = self.client
        client.reset_execution_trackers()
        try:
            with self.kernels.starting(client.km, network=self.job.settings.network) as arguments:
                await client.async_start_new_kernel(cwd=cwd, **arguments)
        except OSError as error:
            said = f"{error.strerror}: '{error.filename}'" if error.filename else str(error)
            self.found.append(failures.kernel_not_started(self.job.chapter, said))
            self.missing = True
            return
        self.family = Family(client.km)
        await self._with_kernel(client.km, self.family)
        if self.kernels.stopped:
            raise Interrupted

    async def _with_kernel(self, manager: AsyncKernelManager, family: Family) -> None:
        """Run the cells in a kernel that has been started; it is ended however this ends."""
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        try:
            self.kernels.began(manager, lambda: loop.call_soon_threadsafe(task.cancel) if task else None)
            self.client.kc = manager.client()
            async with self.client.async_setup_kernel(cleanup_kc=True):
                try:
                    answer = await wait_until_ready(manager, self.client.kc, STARTING_WAIT)
                    self.client.kc.allow_stdin = False
                    self.client.nb.metadata["language_info"] = answer.get("language_info", {})
                    await self._cells()
                    await self._trace(manager)
                    self.client.set_widgets_metadata()
                finally:
                    family.look()
        except asyncio.CancelledError:
            raise Interrupted from None
        except RuntimeError as error:
            if not self.found and not self.kernels.stopped:
                self.found.append(self._unready(manager, family, str(error)))
        finally:
            self.kernels.ended(manager, family)

    def _unready(self, manager: AsyncKernelManager, family: Family, said: str) -> Diagnostic:
        """Say of a kernel that never came to the first cell whether it died or kept silent."""
        if "respond" in said:
            return failures.kernel_silent(self.job.chapter, STARTING_WAIT)
        return failures.kernel_died(self.job.chapter, None, family.exit_code(), last_words(manager))

    def result(self) -> Result:
        """Return outputs as they are kept, and what failed."""
        from book.execution.outputs import preprocessors

        notebook = self.client.nb
        for preprocess in preprocessors(self.job.root):
            notebook, _ = preprocess(notebook, {})
        plain = [dict(_plain(cell)) for cell in notebook.cells]
        return Result(
            outputs=tuple(tuple(cell["outputs"]) for cell in plain),
            counts=tuple(cell["execution_count"] for cell in plain),
            metadata=_plain(notebook.metadata),
            seconds=round(self.seconds, 3),
            diagnostics=tuple(self.found),
            missing=self.missing,
            trace=self.trace,
        )

    async def _trace(self, manager: AsyncKernelManager) -> None:
        """Ask for what was noted, of a kernel that can answer; a cell that reached for the network has failed."""
        client = self.client
        if client.nb.metadata.get("language_info", {}).get("name") != "python" or self._died():
            return
        await client.async_wait_for_reply(client.kc.execute(FINISH, silent=True, store_history=False))
        self.trace = trace_of(manager)
        if self.trace and not self.job.settings.network:
            self._refuse(self.trace.get("hosts", []))

    def _died(self) -> bool:
        """Whether the kernel is gone, or busy with a cell that was given up."""
        gone = any(one.rule in ("kernel-died", "cell-memory", "cell-timeout") for one in self.found)
        return gone or self.client.shutdown_kernel == "immediate"

    def _refuse(self, hosts: list[tuple[int, str]]) -> None:
        """Say of each cell that reached for the network which host it wanted, whatever it made of the refusal."""
        wanted: dict[int, list[str]] = {}
        for count, host in hosts:
            wanted.setdefault(count, []).append(host)
        for cell in self.job.chapter.cells:
            if asked := wanted.get(self.client.nb.cells[cell.index].execution_count):
                refused = failures.network_refused(self.job.chapter, cell, list(dict.fromkeys(asked)))
                same = [one for one in self.found if (one.line, one.cell) == (refused.line, refused.cell) or "NetworkRefused" in one.message]
                self.found = [one for one in self.found if one not in same] + [refused]

    async def _cells(self) -> None:
        began = time.monotonic()
        try:
            for cell in self.job.chapter.cells:
                self.report(cell.index)
                if not await self._cell(cell):
                    return
        finally:
            self.seconds = time.monotonic() - began

    async def _cell(self, cell: Cell) -> bool:
        """Run one cell; whether the next one may run."""
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
        from nbformat.validator import ValidationError

        client, node = self.client, self.client.nb.cells[cell.index]
        chapter, limit = self.job.chapter, self.job.settings.timeout
        try:
            await client.async_execute_cell(node, cell.index, execution_count=client.code_cells_executed + 1)
        except CellExecutionError as error:
            trace = next((o.traceback for o in reversed(node.outputs) if o.output_type == "error"), [error.traceback])
            count = node.execution_count
            self.found.append(
                failures.cell_failed(chapter, cell, error=error.ename, said=error.evalue, traceback=trace, count=count)
            )
            return self.job.draft
        except CellTimeoutError:
            self._mark(node, failures.cell_timed_out(chapter, cell, limit if limit > 0 else OUTPUT_WAIT))
            client.shutdown_kernel = "immediate"
            return False
        except DeadKernelError:
            self._mark(node, self._death(cell))
            return False
        except ValidationError as error:
            self._mark(node, failures.output_not_sound(chapter, cell, error.message))
            client.shutdown_kernel = "immediate"
            return False
        return True

    def _death(self, cell: Cell) -> Diagnostic:
        """Say what a kernel died of."""
        manager, chapter = self.client.km, self.job.chapter
        found = self.kernels.too_much(manager)
        if found:
            return failures.cell_took_too_much(chapter, cell, found.used, found.limit)
        return failures.kernel_died(
            chapter, cell, self.family.exit_code() if self.family else None, last_words(manager)
        )

    def _mark(self, node: Any, diagnostic: Diagnostic) -> None:
        """Note a failure that left no output of its own, and leave one in its place."""
        import nbformat

        self.found.append(diagnostic)
        node.outputs.append(
            nbformat.v4.new_output(
                "error", ename=diagnostic.rule, evalue=diagnostic.message, traceback=[diagnostic.message]
            )
        )


@contextmanager
def _folder(job: Job) -> Iterator[str]:
    """The folder that cells run in: the chapter's own, as in Jupyter Book, or an empty one."""
    if job.settings.in_temp:
        with tempfile.TemporaryDirectory(prefix="thesis-", ignore_cleanup_errors=True) as folder:
            yield folder
    else:
        yield str((job.root / job.chapter.path).parent)


def _plain(node: Any) -> Any:
    """A notebook's part as plain dictionaries and lists."""
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_plain(value) for value in node]
    return node
