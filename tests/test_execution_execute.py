"""What running chapters promises, with real kernels."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from running import markdown, notebook, printed, run, why, write

import book
from book.errors import CELL_FAILED, TOOL_MISSING, CellError, ToolMissingError
from book.execution.execute import _results

if TYPE_CHECKING:
    from book.execution.runs import Runs

SURROUNDINGS = """\
import os, sys
from analysis import X
import neighbour
print(X, neighbour.Y, os.path.basename(os.getcwd()), hash("a") == hash("a"))
for name in ("SOURCE_DATE_EPOCH", "PYTHONHASHSEED", "COLUMNS"):
    print(name, os.environ.get(name))
print(sys.path[0] == os.path.dirname(os.getcwd()))
print(repr(sys.stdin.read()) if sys.stdin else None)"""

UNSTABLE = """\
import sys, warnings
class Thing: pass
print("out", Thing(), end="\\r")
print("over")
print("err", file=sys.stderr)
print("more")
warnings.warn("careful")
[Thing()]"""

FIGURE = """\
import matplotlib.pyplot as plt
from matplotlib_inline.backend_inline import set_matplotlib_formats
set_matplotlib_formats("svg")
fig, ax = plt.subplots()
ax.plot([1, 2]);"""


def given(runs: Runs) -> list[object]:
    """What runs gave, how long they took and why they ran left aside."""
    return [replace(found, seconds=0, reasons=()) for found in runs.values()]


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> tuple[Path, Runs]:
    """A thesis whose chapters have all run once."""
    root = write(
        tmp_path_factory.mktemp("good") / "My thesis é",
        {
            "_config.yml": "execute: {timeout: 60}\n",
            "analysis/__init__.py": "X = 41",
            "chapters/neighbour.py": "Y = 'beside'",
            "chapters/one.md": markdown(SURROUNDINGS, UNSTABLE, FIGURE, "1"),
            "chapters/tags.md": markdown(
                ":tags: [raises-exception]\n1/0", ":tags: [skip-execution]\nprint('skipped')", "", "print('after')"
            ),
            "chapters/zwei ü.ipynb": notebook(("print('from the notebook')", []), ("_", [])),
            "prose.md": "# No cells\n",
        },
    )
    os.environ["COLUMNS"] = "33"
    os.environ["MPLBACKEND"] = "agg"
    try:
        return root, run(root)
    finally:
        del os.environ["COLUMNS"], os.environ["MPLBACKEND"]


def test_every_chapter_with_cells_has_its_run(ran) -> None:
    """Chapters run once, say why, and those without cells have no run."""
    _, runs = ran

    assert list(runs) == ["chapters/one", "chapters/tags", "chapters/zwei ü"]
    assert runs.executed == tuple(runs)
    assert runs["chapters/one"].reasons == ("never run",)
    assert runs["chapters/one"].language_info["name"] == "python"
    assert "from the notebook" in printed(runs, "chapters/zwei ü")


def test_cells_find_the_surroundings_that_are_promised(ran) -> None:
    """The chapter's own folder, the thesis first on the path, fixed seeds and dates, nobody at the keyboard."""
    _, runs = ran
    lines = printed(runs, "chapters/one").splitlines()

    assert lines[:5] == [
        "41 beside chapters True",
        "SOURCE_DATE_EPOCH 315532800",
        "PYTHONHASHSEED 0",
        "COLUMNS None",
        "True",
    ]
    assert lines[5] in {"''", "None"}


def test_outputs_do_not_change_from_run_to_run(ran) -> None:
    """Addresses, temporary file names and the race of two streams are taken out; pictures are salted."""
    root, runs = ran
    one = runs["chapters/one"]

    assert [output["text"] for output in one.outputs[1][:2]] == [
        "over\nmore\n",
        'err\ncell.py:7: UserWarning: careful\n  warnings.warn("careful")\n',
    ]
    assert one.outputs[1][2]["data"]["text/plain"] == "[<__main__.Thing>]"

    for path in (root / "_build/cache/runs").rglob("*-*/*.*.json"):
        path.unlink()
    again = run(root)

    assert again.executed == tuple(runs)
    assert given(again) == given(runs)
    assert "image/svg+xml" in again["chapters/one"].outputs[2][-1]["data"]


def test_tags_mean_what_they_mean_in_myst_nb(ran) -> None:
    """A cell may raise, be skipped or be empty, and the ones after it run."""
    _, runs = ran
    tagged = runs["chapters/tags"]

    assert [[output["output_type"] for output in cell] for cell in tagged.outputs] == [["error"], [], [], ["stream"]]
    assert tagged.outputs[0][0]["ename"] == "ZeroDivisionError"
    assert tagged.counts == (1, None, None, 2)
    assert not tagged.failed


def test_nothing_changed_runs_nothing(ran) -> None:
    """The second call reuses every run and starts no kernel."""
    root, runs = ran
    run(root)
    again = run(root)

    assert again.executed == ()
    assert again.reused == tuple(runs)
    assert given(again) == given(runs)
    assert why(root) == {}


def test_a_prose_edit_runs_nothing_and_a_code_edit_its_chapter(ran) -> None:
    """A word outside the cells is no reason; one inside is, for that chapter alone; going back costs nothing."""
    root, _ = ran
    path = root / "chapters/tags.md"
    text = path.read_text(encoding="utf-8")

    path.write_text(
        text.replace("# A chapter", "# Another title\n\nA paragraph.").replace(
            "[skip-execution]", "[skip-execution, remove-input]"
        ),
        encoding="utf-8",
    )
    assert why(root) == {}

    path.write_text(text.replace("after", "behind"), encoding="utf-8")
    assert why(root) == {"chapters/tags": ("code of cell 4 changed",)}
    assert printed(run(root), "chapters/tags") == "behind\n"

    path.write_text(text, encoding="utf-8")
    assert printed(run(root), "chapters/tags") == "after\n"
    assert why(root) == {}


def test_an_edited_module_is_never_stale(tmp_path, monkeypatch) -> None:
    """One digit changed in the very second after a run shows in the next, though Python's own cache could not tell."""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    root = write(tmp_path, {"one.md": markdown("from helper import X\nprint(X)"), "helper.py": "X = 1"})

    assert printed(run(root), "one") == "1\n"

    stat = (root / "helper.py").stat()
    (root / "helper.py").write_text("X = 2", encoding="utf-8")
    os.utime(root / "helper.py", ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert why(root) == {"one": ("helper.py: 1 line changed",)}
    assert printed(run(root), "one") == "2\n"


def test_inputs_that_change_under_a_run_make_it_run_again(tmp_path) -> None:
    """A run whose data changed meanwhile serves this build and no other."""
    root = write(tmp_path, {
        "_config.yml": "thesis: {execution: {inputs: [data.txt]}}\n",
        "data.txt": "before",
        "one.md": markdown("from pathlib import Path\nprint(Path('data.txt').read_text())\nPath('data.txt').write_text('after')"),
    })  # fmt: skip

    assert printed(run(root), "one").startswith("before")
    assert why(root) == {"one": ("data.txt changed while it ran",)}
    assert printed(run(root), "one").startswith("after")
    assert why(root) == {}


@pytest.fixture(scope="module")
def failing(tmp_path_factory) -> tuple[Path, CellError]:
    """A thesis with chapters that fail, each in its way, and what came of running it."""
    root = write(
        tmp_path_factory.mktemp("bad"),
        {
            "_config.yml": "execute: {timeout: 120}\n",
            "dies.md": markdown("x = 1", "import os\nos.write(2, b'out of luck\\n')\nos._exit(3)"),
            "good.md": markdown("print('kept')"),
            "hangs.md": markdown(
                "print('before', flush=True)\nimport time\ntime.sleep(60)",
                "print('never')",
                options="execution_timeout: 2",
            ),
            "note.ipynb": notebook(("x = 1", []), ("\n\ny = 2\nx.missing", [])),
            "raises.md": markdown(
                "def f(v):\n    return 1 / v", ":tags: [remove-input]\n\nx = 0\nf(x)", "print('on')", "asks = input()"
            ),
        },
    )
    with pytest.raises(CellError) as caught:
        run(root)
    return root, caught.value


def test_all_failing_chapters_are_reported_with_their_places(failing) -> None:
    """A cell that raises, hangs or takes its kernel with it is named with file, line, words and what to try."""
    _, error = failing
    by_path = {diagnostic.path: diagnostic for diagnostic in error.diagnostics}
    places = {path: (found.rule, found.line, found.message) for path, found in by_path.items()}
    assert error.exit_code == CELL_FAILED
    assert places == {
        "dies.md": ("kernel-died", 14, "kernel 'python3' died while running a cell with exit code 3"),
        "hangs.md": ("cell-timeout", 10, "a cell ran for more than 2 s"),
        "note.ipynb": (
            "cell-failed",
            0,
            "cell 3, line 4: a cell raised AttributeError: 'int' object has no attribute 'missing'",
        ),
        "raises.md": ("cell-failed", 18, "a cell raised ZeroDivisionError: division by zero"),
    }
    assert by_path["dies.md"].hint == "its last words were:\n    out of luck"
    assert "return 1 / v" in by_path["raises.md"].hint
    assert "\x1b" not in "".join(found.hint for found in by_path.values())


def test_what_succeeded_beside_a_failure_is_kept(failing) -> None:
    """The next build runs the failing chapters alone, and says that they failed."""
    root, _ = failing
    reasons = why(root)

    assert sorted(reasons) == ["dies", "hangs", "note", "raises"]
    assert reasons["raises"] == ("failed when it last ran: a cell raised ZeroDivisionError: division by zero",)


def test_a_draft_shows_failures_and_goes_on(failing) -> None:
    """Every chapter has a run; failing cells show their error; cells after one that raised run all the same."""
    root, _ = failing
    runs = run(root, draft=True)

    assert sorted(runs) == ["dies", "good", "hangs", "note", "raises"]
    assert [name for name, found in runs.items() if found.failed] == ["dies", "hangs", "note", "raises"]
    assert [[output["output_type"] for output in cell] for cell in runs["hangs"].outputs] == [["stream", "error"], []]
    assert printed(runs, "raises") == "on\n"
    assert len([found for found in runs.diagnostics if found.path == "raises.md"]) == 2
    assert runs["raises"].key.endswith("-failed")
    assert "put the value into the code" in runs.diagnostics[-1].hint
    assert sorted(why(root)) == ["dies", "hangs", "note", "raises"]


def test_a_kernel_that_is_not_installed_is_named(tmp_path) -> None:
    """Nothing runs; the message names the kernel, the hint those that are there; a draft marks the chapter."""
    root = write(tmp_path, {"one.md": markdown("1", kernel="cobol"), "two.md": markdown("print('ran')")})
    with pytest.raises(ToolMissingError) as caught:
        run(root)

    (found,) = caught.value.diagnostics
    assert caught.value.exit_code == TOOL_MISSING
    assert str(found).startswith(
        "one.md: kernel 'cobol' is not installed [kernel-not-installed]\n  hint: installed kernels: "
    )
    assert "python3" in found.hint

    runs = run(root, draft=True)
    assert runs["one"].failed
    assert runs["one"].outputs == ((),)
    assert printed(runs, "two") == "ran\n"


def test_an_alias_stands_for_a_kernel(tmp_path) -> None:
    """MyST-NB's `nb_kernel_rgx_aliases` lets a chapter written in another environment run in this one."""
    config = "sphinx: {config: {nb_kernel_rgx_aliases: {'conda-.*': python3}}}\n"
    root = write(tmp_path, {"_config.yml": config, "one.md": markdown("print('ran')", kernel="conda-thesis")})

    assert printed(run(root), "one") == "ran\n"


def test_errors_may_be_allowed_and_the_folder_be_empty(tmp_path) -> None:
    """Jupyter Book's `allow_errors` and `run_in_temp` keep their meaning, and count among what a run depends on."""
    config = "execute: {allow_errors: true, run_in_temp: true}\n"
    root = write(tmp_path, {"_config.yml": config, "one.md": markdown("1/0", "import os\nprint(os.listdir())")})
    runs = run(root)

    assert printed(runs, "one") == "[]\n"
    assert not runs["one"].failed

    (root / "_config.yml").write_text("", encoding="utf-8")
    assert why(root) == {
        "one": ("setting execute.allow_errors: true -> not set", "setting execute.run_in_temp: true -> not set")
    }


class Endless:
    """An executor whose chapter runs until it is stopped, or for long."""

    def __init__(self) -> None:
        self.chapter: Future[Any] = Future()
        self.stopped = False

    def look(self) -> None:
        """Nothing has changed."""

    def submit(self, _job: Any) -> Future[Any]:
        return self.chapter

    def stop(self) -> None:
        self.stopped = True

    def interrupt(self) -> None:
        """Take the interruption in this thread, as the system may; give up waiting for it after a while."""
        time.sleep(0.2)
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        for _look in range(100):
            time.sleep(0.1)
            if self.stopped:
                return
        self.chapter.set_result("the chapter ended, and nobody was heard")


@pytest.mark.parametrize("warm", ["true", "false"])
def test_cells_import_the_package_that_builds(tmp_path: Path, warm: str) -> None:
    """A thesis that holds a checkout of the build system, as ours does, has the same runs wherever it is installed."""
    package = Path(book.__file__).parent
    root = write(
        tmp_path,
        {
            "_config.yml": f"execute: {{timeout: 60}}\nthesis: {{execution: {{warm: {warm}}}}}\n",
            "book/__init__.py": "raise ImportError('another one')\n",
            "one.md": markdown("import book\nfrom book import record\nrecord('a', 1)\nprint(book.__file__)"),
        },
    )

    assert printed(run(root), "one") == f"{package / '__init__.py'}\n"


def test_what_can_be_done_meanwhile_is_done_while_cells_run(tmp_path: Path) -> None:
    """A chapter is at work when it begins, and a build without a stale chapter does not begin it."""
    begun = tmp_path / "begun"
    code = f"import pathlib, time\nwhile not pathlib.Path({str(begun)!r}).exists(): time.sleep(0.05)\nprint('seen')"
    root = write(tmp_path / "thesis", {"_config.yml": "execute: {timeout: 60}\n", "one.md": markdown(code)})

    assert "seen" in printed(run(root, meanwhile=begun.touch), "one")

    begun.unlink()
    run(root, meanwhile=begun.touch)

    assert not begun.exists()


@pytest.mark.skipif(os.name == "nt", reason="signals go to no thread there")
def test_an_interruption_that_another_thread_gets_ends_the_runs() -> None:
    """A wait for chapters looks up now and then: Ctrl-C does not have to wait for the end of a cell."""
    executor = Endless()
    taking = threading.Thread(target=executor.interrupt)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    taking.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            next(_results(["job"], executor, lambda: None))
    finally:
        signal.signal(signal.SIGINT, before)
        taking.join()

    assert executor.stopped
    assert not executor.chapter.done()
