"""That no process outlives a call, however it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from running import markdown, printed, run, write

from book.errors import CellError, ToolMissingError
from book.execution.kernels import resolve
from book.execution.progress import Progress
from book.execution.surroundings import Surroundings

SPAWNING = """\
import os, subprocess, sys
from pathlib import Path
sleep = [sys.executable, "-c", "import time; time.sleep(300)"]
near, far = subprocess.Popen(sleep), subprocess.Popen(sleep, start_new_session=True)
Path("pids").write_text(f"{os.getpid()} {near.pid} {far.pid}")
"""
CALL = """\
import signal, sys
sys.path[:0] = [{tests!r}]
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
from running import run
run(Path({root!r}))
"""


def processes(root: Path, wait: float = 20) -> list[psutil.Process]:
    """The kernel and the processes that its cell started."""
    deadline = time.monotonic() + wait
    while time.monotonic() < deadline:
        if (root / "pids").exists() and len(found := (root / "pids").read_text().split()) == 3:
            return [psutil.Process(int(pid)) for pid in found if psutil.pid_exists(int(pid))]
        time.sleep(0.05)
    pytest.fail("the cell did not start")


def gone(found: list[psutil.Process], wait: float = 5) -> bool:
    """Whether all of them have ended, or end now."""
    _, alive = psutil.wait_procs(found, timeout=wait)
    alive = [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
    for process in alive:
        process.kill()
    return not alive


@pytest.mark.parametrize(
    ("ending", "limit"),
    [("", 30), ("import time; time.sleep(300)", 2), ("raise ValueError", 30)],
    ids=["ends", "hangs", "raises"],
)
def test_what_a_cell_started_ends_with_its_chapter(tmp_path, ending, limit) -> None:
    """Kernels and their children go, also those that left the process group, whether the cells were good or not."""
    write(tmp_path, {"_config.yml": f"execute: {{timeout: {limit}}}\n", "one.md": markdown(SPAWNING, ending or "1")})
    run(tmp_path, draft=True)

    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]

    assert gone([psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)])


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupted_call_leaves_no_process_and_keeps_what_finished(tmp_path) -> None:
    """After Ctrl-C every kernel is gone at once, and the chapters that had finished need not run again."""
    write(
        tmp_path,
        {"a.md": markdown("print('done')"), "b.md": markdown(SPAWNING + "import time; time.sleep(300)", "2", "3")},
    )
    code = CALL.format(tests=str(Path(__file__).parent), root=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) as call:
        found = processes(tmp_path)
        deadline = time.monotonic() + 20
        while not list((tmp_path / "_build").rglob("a-*/*.*.json")) and time.monotonic() < deadline:
            time.sleep(0.05)
        call.send_signal(signal.SIGINT)
        _, said = call.communicate(timeout=20)

    assert "KeyboardInterrupt" in said
    assert gone(found, wait=1)
    assert list((tmp_path / "_build").rglob("a-*/*.*.json"))


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_killed_call_takes_its_kernels_with_it(tmp_path) -> None:
    """Even where nothing of ours can run any more, kernels notice and end."""
    write(
        tmp_path,
        {
            "_config.yml": "execute: {timeout: -1}\n",
            "one.md": markdown(SPAWNING + "import time\nwhile True: time.sleep(0.1)"),
        },
    )
    code = CALL.format(tests=str(Path(__file__).parent), root=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(tmp_path)}) as call:
        kernel, *children = processes(tmp_path)
        call.kill()

    try:
        assert gone([kernel])
    finally:
        gone(children, wait=0)


def test_an_error_of_our_own_leaves_no_process(tmp_path) -> None:
    """Whatever goes wrong outside of cells, kernels are ended before the error is passed on."""

    class Broken(Progress):
        def cell(self, docname: str, index: int) -> None:
            if index == 1 and docname:
                raise ZeroDivisionError

    write(tmp_path, {"one.md": markdown(SPAWNING, "1"), "two.md": markdown("import time; time.sleep(30)")})
    with pytest.raises(ZeroDivisionError):
        run(tmp_path, progress=Broken(quiet=True))

    assert gone(processes(tmp_path), wait=1)


def test_a_kernel_whose_program_is_gone_is_told_from_a_failing_cell(tmp_path, monkeypatch) -> None:
    """A kernel that is listed and cannot be started is a missing tool, with the system's own words."""
    spec = {
        "argv": [str(tmp_path / "gone/python"), "-f", "{connection_file}"],
        "display_name": "old",
        "language": "python",
    }
    write(tmp_path, {"jupyter/kernels/old/kernel.json": json.dumps(spec), "thesis/one.md": markdown("1", kernel="old")})
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    with pytest.raises(ToolMissingError) as caught:
        run(tmp_path / "thesis")

    (found,) = caught.value.diagnostics
    assert found.rule == "kernel-not-started"
    assert "No such file or directory" in found.message


def test_a_kernel_that_dies_at_its_start_says_its_last_words(tmp_path, monkeypatch) -> None:
    """Where not even the first cell ran, the kernel is named with its exit code and what it wrote."""
    argv = [sys.executable, "-c", "import sys; sys.exit('no such colour')", "{connection_file}"]
    spec = {"argv": argv, "display_name": "bad", "language": "python"}
    write(tmp_path, {"jupyter/kernels/bad/kernel.json": json.dumps(spec), "thesis/one.md": markdown("1", kernel="bad")})
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    with pytest.raises(CellError) as caught:
        run(tmp_path / "thesis")

    (found,) = caught.value.diagnostics
    assert found.message == "kernel 'bad' died before the first cell ran with exit code 1"
    assert found.hint == "its last words were:\n    no such colour"


def test_kernels_under_other_names_run_side_by_side(tmp_path, monkeypatch) -> None:
    """A kernel that is reached through ports, as those of other languages are, runs as well as ours."""
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = json.dumps({"argv": argv, "display_name": "other", "language": "python"})
    files = {f"thesis/{name}.md": markdown(f"print('{name}')", kernel="other") for name in ("one", "two")}
    write(tmp_path, {"jupyter/kernels/other/kernel.json": spec, **files})
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    runs = run(tmp_path / "thesis")

    assert [printed(runs, name) for name in runs] == ["one\n", "two\n"]


def test_nothing_heavy_is_imported_before_something_runs() -> None:
    """A build that finds nothing stale imports no kernel, no notebook and no display."""
    code = "import sys, book.execution.execute, book.execution.staleness, book.execution.exports, book.execution.progress; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {
        "nbclient",
        "nbformat",
        "nbconvert",
        "jupyter_client",
        "zmq",
        "rich",
        "psutil",
        "pandas",
        "IPython",
    } & set(loaded)


def test_the_environment_of_cells_is_the_authors_with_ours_in_front(tmp_path, monkeypatch) -> None:
    """A path that the author set stays, behind the thesis; settings of the terminal do not reach cells."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["/elsewhere", str(tmp_path)]))
    monkeypatch.setenv("MY_DATA", "/data")
    monkeypatch.setenv("MPLBACKEND", "agg")
    found = Surroundings(tmp_path, tmp_path / "cache", 7).environment()

    assert found["PYTHONPATH"] == os.pathsep.join([str(tmp_path), "/elsewhere"])
    assert found["MY_DATA"] == "/data"
    assert found["SOURCE_DATE_EPOCH"] == "7"
    assert "MPLBACKEND" not in found


def test_aliases_match_whole_names() -> None:
    """The first pattern that fits a kernel's whole name gives its alias; a broken pattern gives none."""
    aliases = {"[": "broken", "py.*": "python3"}

    assert resolve("pypy", aliases) == "python3"
    assert resolve("happy", aliases) == "happy"
