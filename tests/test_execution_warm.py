"""Kernels that are copies of a warm process give what plain ones give, and leave nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from running import markdown, printed, run, write
from warm_corpus import CORPUS, MODULES

from book.execution.warm.libraries import Ahead, known, libraries
from book.execution.warm.living import Keeper, kept_warm

if TYPE_CHECKING:
    from book.execution.runs import Runs

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every kernel is a plain one")

NAMES = [name.replace(" ", "-") for name in CORPUS]
LOOK = "import os\nprint(open(f'/proc/{os.getppid()}/cmdline').read().count('execution/warm'))"
"""A cell that prints 1 in a copy, and 0 in a plain kernel."""
SHELF = """\
import sys
sys.path[:0] = [{folder!r}]
from book.execution.warm.shelf import NotFitError, Shelf
shelf = Shelf()
try:
    shelf.fill(["spoken"])
    print("fit")
except NotFitError as error:
    print("not fit:", error)
"""


def config(*, warm: bool) -> str:
    return f"execute: {{allow_errors: true}}\nthesis: {{execution: {{warm: {str(warm).lower()}}}}}\n"


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> tuple[dict[str, object], dict[str, object]]:
    """What the corpus gives in plain kernels and in warm ones: outputs, counts, metadata, and the files it wrote."""
    root = tmp_path_factory.mktemp("corpus") / "thesis"
    found = []
    for warm in (False, True):
        shutil.rmtree(root, ignore_errors=True)
        chapters = {f"{name}.md": markdown(*cells) for name, cells in zip(NAMES, CORPUS.values(), strict=True)}
        write(root, {"_config.yml": config(warm=warm), **MODULES, **chapters})
        runs = run(root, draft=True)
        written = {path.name: path.read_text() for path in root.glob("*.txt")}
        found.append({"files": written} | {name: _shown(runs, name) for name in runs})
    return found[0], found[1]


def _shown(runs: Runs, name: str) -> list[str]:
    found = runs[name]
    whole = [*zip(found.counts, found.outputs, strict=True), found.metadata]
    return [json.dumps(part, sort_keys=True, indent=1) for part in whole]


@pytest.mark.parametrize("name", ["files", *NAMES])
def test_outputs_are_those_of_a_plain_kernel(both, name) -> None:
    """Cell by cell, a warm kernel gives the very outputs of a plain one: displays, errors, streams, state, files."""
    plain, warm = both

    assert warm[name] == plain[name]


def test_copies_share_no_randomness(tmp_path) -> None:
    """Nobody has seeded anything: two chapters that ask for random numbers get different ones."""
    cell = "import random, numpy as np, uuid\nprint(random.random(), np.random.rand(), np.random.default_rng().random(), uuid.uuid4())"
    write(tmp_path, {"one.md": markdown(LOOK, cell), "two.md": markdown(LOOK, cell)})
    runs = run(tmp_path)
    one, two = (printed(runs, name).split() for name in runs)

    assert [one[0], two[0]] == ["1", "1"]
    assert [a == b for a, b in zip(one[1:], two[1:], strict=True)] == [False] * 4


def test_imports_of_what_is_there_already_can_be_watched(tmp_path) -> None:
    """Whoever listens hears of a library when a cell imports it, with all that it imports, and of no other."""
    listen = "import sys\nheard = []\nsys.addaudithook(lambda event, given: heard.append(given[0]) if event == 'import' else None)"
    look = (
        "print([name in heard for name in ('numpy', 'pandas', 'pandas.core.frame', 'pandas._libs.lib', 'matplotlib')])"
    )
    later = "if len(heard) < 0:\n    import matplotlib.pyplot"
    write(tmp_path, {"one.md": markdown(LOOK, listen, look, "import pandas", look, later)})

    assert printed(run(tmp_path), "one").splitlines() == [
        "1",
        "[False, False, False, False, False]",
        "[True, True, True, True, False]",
    ]


def test_a_module_of_the_authors_hides_a_library_as_ever(tmp_path) -> None:
    """Where a module beside a chapter has the name of something imported ahead, that chapter's kernel is a plain one."""
    cell = "import numpy\nprint(hasattr(numpy, 'mine'))"
    files = {"a/numpy.py": "mine = True\n", "a/one.md": markdown(LOOK, cell), "two.md": markdown(LOOK, cell)}
    runs = run(write(tmp_path, files))

    assert (printed(runs, "a/one"), printed(runs, "two")) == ("0\nTrue\n", "1\nFalse\n")


def test_settings_beside_a_chapter_are_read(tmp_path) -> None:
    """A `matplotlibrc` in a chapter's folder counts for that chapter and for no other."""
    cell = "import matplotlib as mpl\nprint(mpl.rcParams['lines.linewidth'])"
    files = {"a/matplotlibrc": "lines.linewidth: 7\n", "a/one.md": markdown(cell), "two.md": markdown(LOOK, cell)}
    runs = run(write(tmp_path, files))

    assert (printed(runs, "a/one"), printed(runs, "two")) == ("7.0\n", "1\n1.5\n")


def test_settings_that_are_not_there_are_looked_for(tmp_path) -> None:
    """A copy that imports matplotlib asks for a `matplotlibrc` beside the chapter: whoever watches can tell when one appears."""
    listen = "import os\nasked, real = [], os.stat\nos.stat = lambda path, *rest, **more: (asked.append(path), real(path, *rest, **more))[1]"
    listen += "\nos.path.exists.__globals__['os'].stat = os.stat"
    runs = run(write(tmp_path, {"one.md": markdown(LOOK, listen, "import matplotlib\nprint('matplotlibrc' in asked)")}))

    assert printed(runs, "one") == "1\nTrue\n"


def test_plain_kernels_on_request(tmp_path) -> None:
    """With `warm: false` every kernel is started from nothing."""
    runs = run(write(tmp_path, {"_config.yml": config(warm=False), "one.md": markdown(LOOK)}))

    assert printed(runs, "one") == "0\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", "fit"),
        ("print('hello')", "not fit: spoken"),
        ("import warnings; warnings.warn('old')", "not fit: spoken"),
        ("import warnings; warnings.warn('inner', DeprecationWarning)", "fit"),
        (
            "import threading, time; threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
            "not fit: spoken",
        ),
        ("import IPython; IPython.get_ipython()", "not fit: spoken"),
        ("hasattr(get_ipython(), 'kernel')", "fit"),
        ("get_ipython().events", "not fit: spoken"),
        ("raise ValueError", "not fit: spoken"),
        ("import nothing_like_it", "not fit: spoken"),
    ],
)
def test_a_library_that_says_or_starts_something_is_left_to_its_cell(tmp_path, code, expected) -> None:
    """What an author would see of an import belongs into the outputs, and what looks for a kernel into a kernel."""
    write(tmp_path, {"spoken.py": f"{code}\n"})
    made = subprocess.run(
        [sys.executable, "-c", SHELF.format(folder=str(tmp_path))], capture_output=True, text=True, check=True
    )

    assert made.stdout == f"{expected}\n"


def test_what_a_library_prints_while_it_is_imported_is_in_the_cell(tmp_path, monkeypatch) -> None:
    """The warm process goes on without a library that speaks; its words are outputs of the cell that imports it."""
    write(tmp_path, {"elsewhere/tabulate.py": "print('hello')\n"})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "elsewhere"))
    runs = run(write(tmp_path / "thesis", {"one.md": markdown(LOOK, "import numpy, tabulate")}))

    assert printed(runs, "one") == "1\nhello\n"


def test_libraries_are_those_that_cells_name() -> None:
    """Of what may be copied, what cells or local modules import is imported ahead; nothing of the thesis's own name."""
    codes = ["import pandas as pd\nimport matplotlib.dates", "%matplotlib inline\nfrom numpy import linalg, array"]

    assert libraries(codes, frozenset({"PIL", "yaml"}), frozenset()) == (
        "numpy", "numpy.array", "numpy.linalg", "pandas", "matplotlib", "matplotlib.pyplot", "matplotlib.dates", "PIL",
    )  # fmt: skip
    assert libraries(codes, frozenset(), frozenset({"numpy", "pandas"})) == (
        "matplotlib",
        "matplotlib.pyplot",
        "matplotlib.dates",
    )


def test_what_is_known_of_earlier_runs_is_no_module_of_the_thesis() -> None:
    """Packages come before their parts, and what lies in the thesis is left to its cells."""
    before = ["pandas.io", "numpy.linalg", "numpy", "pandas"]

    assert known(before, frozenset()) == ("numpy", "numpy.linalg", "pandas", "pandas.io")
    assert known(before, frozenset({"pandas"})) == ("numpy", "numpy.linalg")


def test_what_an_earlier_run_imported_is_there_ahead(tmp_path) -> None:
    """A library that no cell and no local module names is imported ahead once a run of the chapter has imported it."""
    shelf = "import sys\nshelf = next(one for one in sys.meta_path if type(one).__name__ == 'Shelf')\nprint('numpy.linalg' in shelf.names())"
    cell = f"{shelf}\n__import__('num' + 'py')"
    write(tmp_path, {"one.md": markdown("1", cell)})
    first = printed(run(tmp_path), "one")
    write(tmp_path, {"one.md": markdown("2", cell)})

    assert (first, printed(run(tmp_path), "one")) == ("False\n", "True\n")


def test_an_idle_process_ends_by_itself(tmp_path) -> None:
    """A worker keeps its warm process for a while, and several for several folders; what is used meanwhile stays."""
    keeper = Keeper(idle=1.5)
    environment = dict(os.environ)
    one = keeper.take(environment, tmp_path, Ahead(()))
    other = keeper.take(environment, tmp_path / "other", Ahead(()))
    keeper.give_back(one)
    keeper.give_back(other)
    again = keeper.take(environment, tmp_path, Ahead(()))
    until = time.monotonic() + 30
    while other.alive and time.monotonic() < until:
        time.sleep(0.05)

    assert again is one
    assert (other.alive, one.alive) == (False, True)

    keeper.give_back(one)
    more = keeper.take(environment, tmp_path, Ahead(("numpy",)))

    assert (more is one, one.alive, more.alive) == (False, False, True)

    keeper.give_back(more)
    keeper.close()

    assert not more.alive


def test_a_copy_dies_with_words(tmp_path) -> None:
    """A crash in a copy is told as one of a plain kernel is, and the chapters after it run."""
    crash = "import ctypes\nctypes.string_at(0)"
    files = {"one.md": markdown(LOOK, crash), "two.md": markdown("import os\nos._exit(3)"), "zwei.md": markdown(LOOK)}
    runs = run(write(tmp_path, files), jobs=1, draft=True)

    assert [(one.path, one.message) for one in runs.diagnostics] == [
        ("one.md", "kernel 'python3' died while running a cell of signal SIGSEGV"),
        ("two.md", "kernel 'python3' died while running a cell with exit code 3"),
    ]
    assert (printed(runs, "one"), printed(runs, "zwei")) == ("1\n", "1\n")


def test_without_its_original_a_copy_ends_and_others_start_plainly(tmp_path) -> None:
    """Killing the warm process takes its kernels along; chapters that follow are run all the same."""
    kill = "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(20)"
    runs = run(write(tmp_path, {"one.md": markdown("0", kill), "two.md": markdown(LOOK)}), jobs=1, draft=True)

    assert [one.rule for one in runs.diagnostics] == ["kernel-died"]
    assert printed(runs, "two") == "0\n"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_a_killed_call(tmp_path, number) -> None:
    """However a call is ended, the warm process and its copies are gone with it."""
    write(tmp_path, {"one.md": markdown("open('pid', 'w').close()", "import time; time.sleep(300)")})
    code = f"import sys\nsys.path[:0] = [{str(Path(__file__).parent)!r}]\nfrom running import Path, run\nrun(Path({str(tmp_path)!r}))"
    code = code.replace("from running import Path, run", "from pathlib import Path\nfrom running import run")
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL) as call:
        while not (tmp_path / "pid").exists() and call.poll() is None:
            time.sleep(0.05)
        found = psutil.Process(call.pid).children(recursive=True)
        call.send_signal(number)
        call.wait(timeout=20)
    _, alive = psutil.wait_procs(found, timeout=5)
    for process in alive:
        process.kill()

    assert len(found) == 2
    assert alive == []


def test_a_hanging_cell_is_interrupted_in_a_copy(tmp_path) -> None:
    """The limit of time holds, and Ctrl-C reaches a cell as it does in a plain kernel."""
    cell = "import os, signal, threading, time\nthreading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()\ntime.sleep(30)"
    files = {
        "_config.yml": "execute: {timeout: 2}\n",
        "one.md": markdown(LOOK, "import time; time.sleep(30)"),
        "two.md": markdown(LOOK, f":tags: [raises-exception]\n{cell}", "1"),
    }
    runs = run(write(tmp_path, files), draft=True)

    assert [(one.path, one.rule) for one in runs.diagnostics] == [("one.md", "cell-timeout")]
    assert [output["ename"] for cell in runs["two"].outputs for output in cell if "ename" in output] == [
        "KeyboardInterrupt"
    ]


@pytest.mark.parametrize("warm", [True, False])
def test_a_cell_that_takes_too_much_memory_is_named(tmp_path, warm) -> None:
    """A kernel above the limit is ended, also where a program that it started holds the memory; others go on."""
    limit = f"thesis: {{execution: {{memory: 400000000, warm: {str(warm).lower()}}}}}\n"
    hold = "x = b'x' * 600_000_000; import time; time.sleep(30)"
    files = {
        "_config.yml": limit,
        "one.md": markdown("1", hold),
        "three.md": markdown("x = bytes(1_000_000)\nprint(len(x))"),
        "two.md": markdown(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {hold!r}])"),
    }
    runs = run(write(tmp_path, files), draft=True)

    assert [(one.path, one.rule) for one in runs.diagnostics] == [("one.md", "cell-memory"), ("two.md", "cell-memory")]
    assert "the limit is 0.40 GB" in runs.diagnostics[0].message
    assert printed(runs, "three") == "1000000\n"


PARENT = "import os\nprint(os.getppid())"


def test_a_watch_keeps_its_warm_process_and_others_do_not(tmp_path) -> None:
    """Calls share one process for as long as it is kept, also for other libraries once they are there; then it ends."""
    write(tmp_path, {"one.md": markdown("import numpy", PARENT)})
    parents = []
    with kept_warm():
        for text in ("# 1", "# 2", "import numpy"):
            write(tmp_path, {"one.md": markdown(f"{text}\nimport numpy", PARENT)})
            parents.append(int(printed(run(tmp_path), "one")))
        write(tmp_path, {"one.md": markdown("import pandas", PARENT)})
        more = int(printed(run(tmp_path), "one"))
        write(tmp_path, {"one.md": markdown("# only\nimport numpy", PARENT)})
        less = int(printed(run(tmp_path), "one"))
        alive = psutil.pid_exists(less)

    assert len(set(parents)) == 1
    assert more == less != parents[0]
    assert alive
    assert not psutil.pid_exists(less)


def test_a_kept_process_that_is_killed_is_replaced(tmp_path) -> None:
    """A build after it finds another one, and nothing of the first is left."""
    write(tmp_path, {"one.md": markdown("import numpy", PARENT)})
    with kept_warm():
        first = int(printed(run(tmp_path), "one"))
        psutil.Process(first).kill()
        while psutil.Process(first).status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
        write(tmp_path, {"one.md": markdown("# again\nimport numpy", PARENT)})
        second = int(printed(run(tmp_path), "one"))

    assert second != first
    assert not psutil.pid_exists(second)
