"""What a Dask cluster promises: a real scheduler and real workers, on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from running import markdown, printed, run, why, write

from book.errors import TOOL_MISSING, CellError, ToolMissingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusters import Cluster as Cluster_

pytest.importorskip("distributed", reason="distributed is not installed: pip install 'thesis-book[dask]'")

from clusters import ROOT, Cluster

WORKER = """\
import os, psutil
worker = next(one.pid for one in psutil.Process().parents() if "distributed.cli.dask_worker" in one.cmdline())
"""
"""A cell that finds its worker, which may be its kernel's parent's parent."""
WAITING = f"""\
{WORKER}
import pathlib, time
with open({{marks!r}}, "a") as marks:
    print(os.getpid(), worker, file=marks, flush=True)
while not pathlib.Path({{go!r}}).exists():
    time.sleep(0.05)
print("done")"""
"""A cell that says where it runs, and waits to be let go."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Cluster_]:
    """Two workers that nobody kills."""
    with Cluster(tmp_path_factory.mktemp("cluster"), workers=2) as found:
        yield found


def marks(path: Path, number: int, seconds: float = 60) -> list[tuple[int, int]]:
    """Kernel and worker of each time that the cell began, once there are so many."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = [tuple(map(int, line.split())) for line in path.read_text().splitlines()] if path.exists() else []
        if len(found) >= number:
            return found
        time.sleep(0.05)
    pytest.fail("the cell did not begin")


def gone(pid: int, seconds: float = 20) -> bool:
    """Whether a process has ended, or ends soon."""
    until = time.monotonic() + seconds
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE and time.monotonic() < until:
        time.sleep(0.05)
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_thesis_is_built_on_workers_and_stands_here(tmp_path, cluster) -> None:
    """Chapters see the thesis, what they give and depended on is known here, and each worker is sent what is new once."""
    files = {f"c{n}.md": markdown(f"import m\nprint(m.V + {n}, open('a.txt').read())") for n in range(4)}
    root = write(tmp_path / "t", {"_config.yml": "", "m.py": "V = 1\n", "a.txt": "x", "b.txt": "y", **files})
    first = run(root, executor=cluster.address)
    sent = {name: cluster.pieces(name) for name in cluster.workers}
    (root / "a.txt").write_text("z")
    asked = why(root)
    second = run(root, executor=cluster.address)
    new = {name: len(cluster.pieces(name)) - len(sent[name]) for name in cluster.workers}
    again = {name for name, there in sent.items() if not there.items() <= cluster.pieces(name).items()}

    assert (
        [printed(first, name) for name in first], [printed(second, name) for name in second],
        set(asked.values()), run(root).executed, set(new.values()) <= {0, 1}, again,
    ) == (
        [f"{n + 1} x\n" for n in range(4)], [f"{n + 1} z\n" for n in range(4)],
        {("a.txt: 1 line changed",)}, (), True, set(),
    )  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are copies of a warm process on Linux alone")
def test_chapters_on_a_worker_share_its_warm_process(tmp_path) -> None:
    """It has imported what they import, serves the next build too, and ends with the worker."""
    cell = "import os, numpy\nprint(os.getppid())"
    files = {f"c{n}.md": markdown(f"# {n}\n{cell}") for n in range(3)}
    root = write(tmp_path / "t", {"_config.yml": "", **files})
    with Cluster(tmp_path / "cluster", workers=1) as cluster:
        parents = {int(printed(run(root, executor=cluster.address), name)) for name in ("c0", "c1", "c2")}
        write(root, {"c0.md": markdown(f"# again\n{cell}")})
        again = int(printed(run(root, executor=cluster.address), "c0"))
        (worker,) = (process.pid for process in cluster.workers.values())
        above = psutil.Process(again).ppid()

    assert (parents, above, gone(again)) == ({again}, worker, True)

    write(root, {"_config.yml": "thesis: {execution: {warm: false}}\n", "c0.md": markdown(f"# plain\n{cell}")})
    with Cluster(tmp_path / "plain", workers=1) as cluster:
        (worker,) = (process.pid for process in cluster.workers.values())

        assert int(printed(run(root, executor=cluster.address), "c0")) == worker


def test_a_worker_that_dies_is_survived(tmp_path) -> None:
    """Its chapter runs again on another one, and the build goes on as if nothing had happened."""
    seen, go = tmp_path / "marks", tmp_path / "go"
    cell = WAITING.format(marks=str(seen), go=str(go))
    root = write(tmp_path / "t", {"_config.yml": "", "slow.md": markdown(cell), "quick.md": markdown("print(1)")})
    with Cluster(tmp_path / "cluster", workers=3) as cluster:
        found: list[str] = []
        build = threading.Thread(
            target=lambda: found.extend(
                printed(run(root, executor=cluster.address), name) for name in ("slow", "quick")
            )
        )
        build.start()
        (kernel, worker), *_ = marks(seen, 1)
        psutil.Process(worker).kill()
        (_, other) = marks(seen, 2)[1]
        go.touch()
        build.join(60)

        assert (found, other != worker, gone(kernel), run(root).executed) == (["done\n", "1\n"], True, True, ())


def test_a_chapter_that_kills_its_workers_is_given_up(tmp_path, monkeypatch) -> None:
    """It fails with its name, and other chapters stand."""
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "1")
    cell = f"{WORKER}\nimport signal, time\nos.kill(worker, signal.SIGKILL)\ntime.sleep(60)"
    root = write(tmp_path / "t", {"_config.yml": "", "bad.md": markdown(cell), "good.md": markdown("print(1)")})
    with Cluster(tmp_path / "cluster", workers=3) as cluster, pytest.raises(CellError) as error:
        run(root, executor=cluster.address)
    (remark,) = error.value.diagnostics

    assert (remark.rule, remark.path, "KilledWorker" in remark.hint, [*why(root)]) == (
        "worker-lost",
        "bad.md",
        True,
        ["bad"],
    )


def test_a_build_that_is_ended_leaves_no_kernel(tmp_path, cluster) -> None:
    """A worker ends what nobody waits for any more, also where the build was killed."""
    seen = tmp_path / "marks"
    root = write(
        tmp_path / "t", {"_config.yml": "", "a.md": markdown(WAITING.format(marks=str(seen), go=str(tmp_path / "go")))}
    )
    code = f"import sys; sys.path[:0] = [{str(ROOT / 'tests')!r}]\nfrom pathlib import Path\nfrom running import run\nrun(Path({str(root)!r}), executor={cluster.address!r})"
    build = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)})
    ((kernel, worker),) = marks(seen, 1)
    build.kill()
    build.wait()

    assert (gone(kernel), psutil.pid_exists(worker)) == (True, True)


def test_a_worker_with_another_version_is_refused(tmp_path) -> None:
    """The message names machine, distribution and both versions."""
    write(
        tmp_path / "other", {"numpy-0.0.1.dist-info/METADATA": "Metadata-Version: 2.1\nName: numpy\nVersion: 0.0.1\n"}
    )
    root = write(tmp_path / "t", {"_config.yml": "", "a.md": markdown("print(1)")})
    with Cluster(tmp_path / "cluster", workers=0) as cluster:
        cluster.add(PYTHONPATH=f"{tmp_path / 'other'}{os.pathsep}{ROOT}")
        with pytest.raises(ToolMissingError, match=r"numpy 0\.0\.1 instead of [1-9]"):
            run(root, executor=cluster.address)


def test_a_worker_without_this_package_is_refused(tmp_path) -> None:
    """So does one that has Dask alone say what it lacks; a scheduler needs nothing of ours."""
    write(tmp_path / "bare", {"book/__init__.py": "raise ModuleNotFoundError('none', name='book')"})
    root = write(tmp_path / "t", {"_config.yml": "", "a.md": markdown("print(1)")})
    with Cluster(tmp_path / "cluster", workers=0, PYTHONPATH=str(tmp_path / "bare")) as cluster:
        cluster.add()
        with pytest.raises(ToolMissingError, match="a worker has no module 'book'"):
            run(root, executor=cluster.address)


def test_a_scheduler_that_ends_is_said(tmp_path, monkeypatch) -> None:
    """A build whose scheduler is gone stops with words."""
    monkeypatch.setattr("book.execution.executors.remote.PATIENCE", 1)
    seen = tmp_path / "marks"
    root = write(
        tmp_path / "t", {"_config.yml": "", "a.md": markdown(WAITING.format(marks=str(seen), go=str(tmp_path / "go")))}
    )
    with Cluster(tmp_path / "cluster", workers=1) as cluster:
        stopper = threading.Thread(target=lambda: (marks(seen, 1), cluster.stop_scheduler()))
        stopper.start()
        with pytest.raises(ToolMissingError, match="there is no worker"):
            run(root, executor=cluster.address)
        stopper.join()


def test_a_scheduler_that_is_not_there_is_said(tmp_path, monkeypatch) -> None:
    """The command ends with 4 and names the address."""
    monkeypatch.setattr("book.execution.executors.dask.ANSWER_WAIT", 1)
    root = write(tmp_path / "t", {"_config.yml": "", "a.md": markdown("print(1)")})
    with pytest.raises(ToolMissingError, match=r"no Dask scheduler answers at '127\.0\.0\.1:1'") as error:
        run(root, executor="dask://127.0.0.1:1")

    assert error.value.exit_code == TOOL_MISSING


def test_without_dask_the_build_says_what_to_install(tmp_path, monkeypatch) -> None:
    """It is an extra, and nobody else needs it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    root = write(tmp_path / "t", {"_config.yml": "", "a.md": markdown("print(1)")})
    with pytest.raises(ToolMissingError) as error:
        run(root, executor="dask://127.0.0.1:1")

    assert error.value.diagnostics[0].hint == "pip install 'thesis-book[dask]'"
