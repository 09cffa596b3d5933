"""What a run on another machine promises, whatever engine takes it there."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from running import markdown, printed, run, why, write

from book.errors import MISCONFIGURED, CellError, ConfigError, ToolMissingError
from book.execution.away.parcel import PIECE, MovedError, pack
from book.execution.away.pieces import LackingError, Pieces
from book.execution.away.slots import slot
from book.execution.away.station import _keeper
from book.execution.away.versions import Versions, differences, installed_here
from book.execution.executors import ENGINES, check_address
from book.execution.store import Store
from book.project import Project, digest
from book.workflow import build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.execution.runs import Runs

TESTS = Path(__file__).parent
THREADS = "threads://here:2"

SURROUNDINGS = """\
import os, sys
from analysis import X, V
print(X, V, open("../data/a.csv").read(), os.path.basename(os.getcwd()), hash("a") == hash("a"))
for name in ("SOURCE_DATE_EPOCH", "PYTHONHASHSEED"):
    print(name, os.environ.get(name))
print(sys.path[0] == os.path.dirname(os.getcwd()), sorted(os.listdir("../data")), os.path.exists("../none.csv"))
os.getcwd()"""

FAILING = """\
def deep():
    raise ValueError(__import__("os").getcwd())
deep()"""

FIGURE = """\
import matplotlib.pyplot as plt
from matplotlib_inline.backend_inline import set_matplotlib_formats
set_matplotlib_formats("svg")
fig, ax = plt.subplots()
ax.plot([1, 2]);"""

FILES = {
    "_config.yml": "execute: {timeout: 60}\n",
    "analysis/__init__.py": "import os\nX, V = 41, os.environ.get('SAMPLE')\n",
    "data/a.csv": "n\n1\n",
    "data/b.csv": "n\n2\n",
    "chapters/one.md": markdown(SURROUNDINGS),
    "chapters/two.md": markdown(FAILING, "print(2)", options="execution_allow_errors: true"),
    "three.md": markdown(FIGURE),
}


@pytest.fixture(autouse=True)
def worker(tmp_path, monkeypatch) -> Iterator[Path]:
    """What workers keep."""
    monkeypatch.setitem(ENGINES, "threads", "threaded")
    monkeypatch.setenv("THESIS_WORKER_FOLDER", str(tmp_path / "worker"))
    monkeypatch.setenv("SAMPLE", "given")
    yield tmp_path / "worker"
    _keeper().close()


def given(runs: Runs) -> list[object]:
    """What runs gave and depended on, how long they took left aside."""
    return [replace(found, seconds=0) for found in runs.values()]


def written(root: Path, docname: str) -> dict[str, str]:
    """Files that a chapter's last run wrote, as the store has it."""
    head = Store(Project(root)).latest(docname)
    return {} if head is None else dict(head.writes)


def test_results_are_those_of_a_local_run(tmp_path) -> None:
    """Outputs, counts, metadata and all that a run depended on are the same, so that nothing runs again here."""
    here, there = (write(tmp_path / name / "thesis", FILES) for name in ("here", "there"))
    local, remote = run(here), run(there, executor=THREADS)
    again = run(there)

    assert (given(remote), again.executed, why(there)) == (
        given(local), (), {},
    )  # fmt: skip


def test_files_that_cells_write_come_back(tmp_path) -> None:
    """What a run makes, changes or deletes in the thesis is so afterwards, and a chapter that reads it runs after."""
    cell = "import pathlib\npathlib.Path('made/new.txt').parent.mkdir(exist_ok=True)\npathlib.Path('made/new.txt').write_text('7')\npathlib.Path('old.txt').unlink()"
    reader = "import pathlib\np = pathlib.Path('made/new.txt')\nprint(p.read_text() if p.exists() else 'none')"
    root = write(tmp_path / "t", {"_config.yml": "", "old.txt": "x", "a.md": markdown(cell), "b.md": markdown(reader)})
    runs = run(root, executor=THREADS)

    assert (printed(runs, "b"), (root / "old.txt").exists(), [*written(root, "a")], why(root)) == (
        "7\n", False, ["made/new.txt"], {},
    )  # fmt: skip


def test_an_author_who_writes_meanwhile_loses_nothing(tmp_path) -> None:
    """A file that was changed here while a run wrote it there stays as its author left it, and the run is not kept."""
    root = tmp_path / "t"
    cell = f"import pathlib\npathlib.Path('note.txt').write_text('theirs')\npathlib.Path({str(root / 'note.txt')!r}).write_text('mine')"
    write(root, {"_config.yml": "", "note.txt": "first", "a.md": markdown(cell)})
    run(root, executor=THREADS)

    assert ((root / "note.txt").read_text(), why(root)) == ("mine", {"a": ("note.txt changed while it ran",)})


def test_an_edit_while_a_chapter_runs_makes_it_run_again(tmp_path) -> None:
    """A run that read what is not there any more serves one build and no other."""
    root = tmp_path / "t"
    cell = f"print(open('a.csv').read())\nopen({str(root / 'a.csv')!r}, 'w').write('2')"
    write(root, {"_config.yml": "", "a.csv": "1", "a.md": markdown(cell)})
    runs = run(root, executor=THREADS)

    assert (printed(runs, "a"), why(root)) == ("1\n", {"a": ("a.csv changed while it ran",)})


def test_variables_are_those_of_this_machine_if_the_code_names_them(tmp_path, monkeypatch) -> None:
    """No other variable is sent, and one that is another there is said."""
    cell = "import os\nprint(os.environ.get('SAMPLE'), os.environ.get('SEC' + 'RET'), os.environ.get('LOCAL_ONLY'))"
    root = write(tmp_path / "t", {"_config.yml": "", "a.md": markdown(cell)})
    monkeypatch.setenv("SECRET", "told to nobody")
    monkeypatch.setattr("book.execution.executors.remote.platform.node", lambda: "elsewhere")
    sent = {}
    monkeypatch.setattr("book.execution.away.station.Surroundings", _without(sent, "SECRET", LOCAL_ONLY="theirs"))
    runs = run(root, executor=THREADS)

    assert (printed(runs, "a"), sent, why(root)["a"]) == (
        "given None theirs\n",
        {"SAMPLE": "given"},
        ("environment variable 'LOCAL_ONLY' had another value on the worker, environment variable 'SECRET' had another value on the worker while it ran",),
    )  # fmt: skip


def _without(sent: dict[str, str], hidden: str, **theirs: str):
    """Surroundings of a machine that has other variables."""
    from book.execution.surroundings import Surroundings

    class Theirs(Surroundings):
        def environment(self) -> dict[str, str]:
            sent.update(self.variables)
            found = super().environment() | theirs
            return {name: value for name, value in found.items() if name != hidden or name in self.variables}

    return Theirs


def test_settings_hold_there(tmp_path) -> None:
    """Time limits, memory, the network and drafts are as they are here, with the places of this thesis."""
    files = {
        "_config.yml": "execute: {timeout: 6}\nthesis: {execution: {memory: 400000000}}\n",
        "slow.md": markdown("import time\ntime.sleep(60)"),
        "net.md": markdown("import socket\nsocket.create_connection(('example.org', 80))"),
        "bad.md": markdown("1 / 0"),
        "big.md": markdown("import time\nheld = bytearray(600_000_000)\ntime.sleep(60)"),
    }
    root = write(tmp_path / "t", files)
    runs = run(root, executor=THREADS, draft=True)
    found = {(one.rule, one.path, one.line) for one in runs.diagnostics}

    assert found == {
        ("cell-memory", "big.md", 10),
        ("cell-timeout", "slow.md", 10),
        ("network-connection", "net.md", 10),
        ("cell-failed", "bad.md", 10),
    }


def test_a_failing_cell_stops_the_build(tmp_path) -> None:
    """Its remark names the place in this thesis."""
    root = write(tmp_path / "t", {"_config.yml": "", "a.md": markdown(FAILING)})
    with pytest.raises(CellError) as error:
        run(root, executor=THREADS)

    assert [(one.path, one.message) for one in error.value.diagnostics] == [
        ("a.md", f"a cell raised ValueError: {root}")
    ]


def test_pieces_are_sent_once(tmp_path, worker, monkeypatch) -> None:
    """Of a thesis that a machine knows, what has changed is sent and nothing else; a large file goes in pieces."""
    sent: list[int] = []
    put = Pieces.put
    monkeypatch.setattr(Pieces, "put", lambda self, pieces: sent.append(len(pieces)) or put(self, pieces))
    large = os.urandom(2 * PIECE + 5)
    root = write(
        tmp_path / "t",
        {
            "_config.yml": "",
            "a.csv": "1",
            "b.md": markdown("print(2)"),
            "a.md": markdown("print(open('a.csv').read(), len(open('big.bin', 'rb').read()))"),
        },
    )
    (root / "big.bin").write_bytes(large)
    first = printed(run(root, executor=THREADS), "a")
    before, sent[:] = sum(sent), []
    (root / "a.csv").write_text("2")
    second = printed(run(root, executor=THREADS), "a")

    assert (first, before, second, sent) == (f"1 {len(large)}\n", 6, f"2 {len(large)}\n", [1])


def test_a_damaged_piece_is_asked_for_again(tmp_path, worker) -> None:
    """What is not what its name says is never unpacked."""
    root = write(tmp_path / "t", {"_config.yml": "", "a.csv": "1", "a.md": markdown("print(open('a.csv').read())")})
    piece = digest(root / "a.csv")
    Pieces(worker).put({piece: b"1"})
    (worker / "pieces" / piece[:2] / piece).write_bytes(b"9")

    assert printed(run(root, executor=THREADS), "a") == "1\n"


def test_a_piece_that_is_another_is_not_taken(tmp_path) -> None:
    """Content that does not have its digest is left out."""
    pieces = Pieces(tmp_path)
    pieces.put({"0" * 64: b"1"})

    with pytest.raises(LackingError):
        pieces.content("0" * 64)


def test_a_parcel_holds_the_thesis_and_no_more(tmp_path) -> None:
    """Nothing hidden, no environment, nothing of `_build` but restricted data; folders that are left out are sent empty."""
    root = write(
        tmp_path,
        {
            "a.md": "a", ".env": "secret", ".git/config": "x", "env/pyvenv.cfg": "", "env/lib/x.py": "", "_build/html/a.html": "",
            "_build/cache/restricted/r.csv": "1", "data/.hidden": "", "m/__pycache__/m.pyc": "", "m/m.py": "",
        },
    )  # fmt: skip
    (root / "data" / "up").symlink_to(root, target_is_directory=True)
    (root / "empty").mkdir()
    found = pack(root, "here", digest)

    assert (sorted(found.files), sorted(found.folders)) == (
        ["_build/cache/restricted/r.csv", "a.md", "m/m.py"],
        ["_build/cache/restricted", "data", "data/up", "empty", "env", "m"],
    )


def test_a_file_that_changed_after_packing_is_not_sent(tmp_path) -> None:
    """What is sent is what was looked at."""
    root = write(tmp_path, {"a.csv": "1"})
    found = pack(root, "here", digest)
    (root / "a.csv").write_text("2")

    with pytest.raises(MovedError):
        dict(found.read(sorted(found.pieces())))


def _unpacked(folder: Path, root: Path) -> tuple[Path, dict[str, bytes | None]]:
    parcel, pieces = pack(root, "here", digest), Pieces(folder)
    pieces.put(dict(parcel.read(sorted(parcel.pieces()))))
    with slot(folder, parcel) as found:
        found.unpack(parcel, pieces)
        seen = {
            path.relative_to(found.root).as_posix(): path.read_bytes()
            for path in found.root.rglob("*")
            if path.is_file()
        }
        (found.root / "a.csv").write_text("spoilt")
        (found.root / "new.csv").write_text("new")
        (found.root / "b.csv").unlink()
        assert found.changed() == {"a.csv": b"spoilt", "b.csv": None, "new.csv": b"new"}
        return found.root, seen


def test_a_folder_is_put_right_before_the_next_run(tmp_path) -> None:
    """What a run has spoilt is as it was sent, in the same folder."""
    root = write(tmp_path / "t", {"a.csv": "1", "b.csv": "2"})
    first, second = (_unpacked(tmp_path / "w", root) for _ in range(2))

    assert (first, second[1]) == (second, {"a.csv": b"1", "b.csv": b"2"})


def test_two_runs_never_share_a_folder(tmp_path) -> None:
    """Each has its own; one that was left by a worker that died is deleted."""
    parcel = pack(write(tmp_path / "t", {"a.csv": "1"}), "here", digest)
    (tmp_path / "w" / "slots" / "slot-dead" / "thesis").mkdir(parents=True)
    with slot(tmp_path / "w", parcel) as first, slot(tmp_path / "w", parcel) as second:
        there = sorted(path for path in (tmp_path / "w" / "slots").iterdir() if path.is_dir())

        assert there == sorted([first.root.parent, second.root.parent])


def test_versions_that_differ_are_named() -> None:
    """Python, this package and what both have count; what one of them lacks does not, nor pip."""
    here = Versions("CPython 3.11", "a", {"numpy": "2.3", "pip": "1", "six": "1"})
    there = Versions("CPython 3.12", "b", {"numpy": "2.4", "pip": "2", "ten": "1"})

    assert (differences(here, there), differences(here, here)) == (
        [
            "CPython 3.12 instead of CPython 3.11",
            "thesis-book of a checkout with other code",
            "numpy 2.4 instead of 2.3",
        ],
        [],
    )


def test_a_worker_that_differs_is_refused(tmp_path, monkeypatch) -> None:
    """Nothing runs, and the message says what differs."""
    root = write(tmp_path / "t", {"_config.yml": "", "a.md": markdown("1")})
    there = installed_here()
    other = replace(there, distributions={**there.distributions, "numpy": "0.1"})
    monkeypatch.setattr("book.execution.away.station.installed_here", lambda: other)
    with pytest.raises(ToolMissingError, match=r"numpy 0\.1 instead of \d"):
        run(root, executor=THREADS)


def test_an_engine_without_workers_is_given_up(tmp_path, monkeypatch) -> None:
    """A build does not wait for ever."""
    monkeypatch.setattr("book.execution.executors.remote.PATIENCE", 0.1)
    root = write(tmp_path / "t", {"_config.yml": "", "a.md": markdown("1")})
    monkeypatch.setattr("threaded.Threads.places", lambda _self: 0)
    with pytest.raises(ToolMissingError, match="there is no worker"):
        run(root, executor=THREADS)


@pytest.mark.parametrize(
    "address", ["nowhere", "dask://", "dask://host", "dask:host:1", "slurm://a:1", "dask://a:b", "dask://a:1/x", ""]
)
def test_an_address_that_cannot_be_one_is_refused(address: str) -> None:
    """The command ends with 2, and says what can be given."""
    with pytest.raises(ConfigError, match="nothing is known") as error:
        check_address(address)

    assert error.value.exit_code == MISCONFIGURED


@pytest.mark.parametrize(
    "address", ["local", "dask://127.0.0.1:8786", "dask://[::1]:8786", "dask://node-1.cluster.example:1/"]
)
def test_an_address_is_taken(address: str) -> None:
    """Names, numbers of both kinds, and a slash at the end."""
    assert check_address(address) is None


def test_a_build_looks_at_the_address_first(tmp_path) -> None:
    """A mistake in it is said even where nothing would have run."""
    with pytest.raises(ConfigError, match="nothing is known of executor 'nowhere'"):
        build(tmp_path, executor="nowhere")


def test_a_local_build_imports_nothing_of_this(tmp_path) -> None:
    """Who builds on one machine loads neither an engine nor what goes with it."""
    write(tmp_path, {"_config.yml": "", "a.md": markdown("print(1)")})
    code = f"import sys; sys.path[:0] = [{str(TESTS)!r}]\nfrom pathlib import Path\nfrom running import run\nrun(Path({str(tmp_path)!r}))\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert [
        name
        for name in loaded
        if name.startswith(("distributed", "dask", "book.execution.away", "book.execution.executors.remote"))
    ] == []
