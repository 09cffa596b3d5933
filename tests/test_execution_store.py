"""What the store of runs promises."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running import markdown, printed, run, why
from running import write as write_files

from book.config import default_config, read_config
from book.errors import ConfigError, ThesisError
from book.execution.fingerprint import Fingerprint
from book.execution.runs import Run
from book.execution.store import DAY, KEPT, YOUNG, Store
from book.project import Project, read_json
from book.workflow import build, clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PRINT = Fingerprint(("c1", "c2"), "python3", "chapters", {}, {"data/a.csv": "aa"}, {"python": "3.11.9"})

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
outputs = st.lists(
    st.lists(
        st.fixed_dictionaries({"output_type": st.just("stream"), "name": st.just("stdout"), "text": texts}), max_size=2
    ).map(tuple),
    max_size=3,
).map(tuple)


@contextmanager
def store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        yield Store(Project(Path(folder)))


def a_run(docname: str = "chapters/one", fingerprint: Fingerprint = PRINT, text: str = "hello") -> Run:
    return Run(
        docname,
        fingerprint.key,
        (({"output_type": "stream", "name": "stdout", "text": text},), ()),
        (1, 2),
        0.5,
        (),
        {"language_info": {"name": "python"}},
    )


def variant(number: int) -> Fingerprint:
    return replace(PRINT, files={"data/a.csv": str(number)})


def files(kept: Store) -> list[Path]:
    return sorted(kept.folder.glob("*/*.*.json"))


@given(docname=texts.filter(bool), found=outputs, seconds=st.floats(0, 1e6))
@settings(max_examples=40, deadline=None)
def test_a_run_comes_back_as_it_was_kept(docname, found, seconds) -> None:
    """Whatever a chapter is called and whatever its cells gave, the store gives back the same."""
    run = Run(docname, PRINT.key, found, tuple(range(len(found))), seconds)
    with store() as kept:
        kept.put(run, PRINT)

        assert kept.get(docname, PRINT.key) == run


@given(position=st.integers(0, 10_000), flip=st.integers(1, 255), cut=st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_damaged_run_is_never_served(position, flip, cut) -> None:
    """One altered byte, or a file cut short, makes a run one that is not there."""
    with store() as kept:
        kept.put(a_run(), PRINT)
        (path,) = files(kept)
        content = bytearray(path.read_bytes())
        position %= len(content)
        path.write_bytes(
            content[:position]
            if cut
            else bytes([*content[:position], content[position] ^ flip, *content[position + 1 :]])
        )

        assert not kept.has("chapters/one", PRINT.key)
        assert kept.get("chapters/one", PRINT.key) is None
        assert files(kept) == []


def test_a_file_under_another_name_is_not_served() -> None:
    """A run that somebody copied to another chapter or another key is not taken for theirs."""
    with store() as kept:
        other = variant(1)
        kept.put(a_run(), PRINT)
        kept.put(a_run("chapters/two"), PRINT)
        (path,) = files(kept)[:1]
        path.rename(path.with_name(path.name.replace(PRINT.key, other.key)))

        assert kept.get("chapters/one", other.key) is None
        assert kept.get("chapters/two", PRINT.key) == a_run("chapters/two")


def test_old_runs_go_and_recent_ones_stay() -> None:
    """Beyond the newest few, runs of a chapter are dropped, but not while another build may be reading them."""
    with store() as kept:
        for number in range(KEPT + 3):
            kept.put(a_run(fingerprint=variant(number)), variant(number))

        assert len(files(kept)) == KEPT + 3

        for path in files(kept):
            os.utime(path, (time.time() - 2 * YOUNG,) * 2)
        kept.put(a_run(fingerprint=variant(99)), variant(99))

        assert len(files(kept)) == KEPT
        assert kept.has("chapters/one", variant(99).key)


def test_the_latest_run_is_the_one_used_last() -> None:
    """After going back to earlier code, reasons are told against that run and not against a newer one."""
    with store() as kept:
        kept.put(a_run(fingerprint=variant(1)), variant(1))
        kept.put(a_run(fingerprint=variant(2)), variant(2))
        first, second = (next(path for path in files(kept) if path.name.startswith(variant(n).key)) for n in (1, 2))
        os.utime(first, (1000, 1000))
        os.utime(second, (2000, 2000))

        assert kept.latest("chapters/one").fingerprint == variant(2)

        kept.get("chapters/one", variant(1).key)

        assert kept.latest("chapters/one").fingerprint == variant(1)


def test_two_builds_at_once_do_not_harm_each_other() -> None:
    """Many writers and readers of one chapter see whole runs or none."""
    wrong: list[object] = []
    with store() as kept:
        project = Project(kept.folder.parents[3])

        def work(number: int) -> None:
            mine = Store(project)
            for turn in range(15):
                mine.put(a_run(text=str(turn)), PRINT)
                run = mine.get("chapters/one", PRINT.key)
                if run is None or run.key != PRINT.key or not run.outputs[0][0]["text"].isdigit():
                    wrong.append((number, turn, run))
                mine.close()

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert wrong == []
        assert not list(kept.folder.rglob(".*"))


def test_a_noted_failure_is_told_until_a_good_run_is_kept() -> None:
    """A chapter that failed says so, and how long it took, until it succeeds."""
    with store() as kept:
        kept.note("chapters/one", 12.5, "failed when it last ran: a cell raised NameError")

        assert kept.reason("chapters/one") == "failed when it last ran: a cell raised NameError"
        assert kept.seconds("chapters/one") == 12.5

        kept.put(a_run(), PRINT)

        assert kept.reason("chapters/one") == ""
        assert kept.seconds("chapters/one") == 0.5


def test_damaged_tables_are_empty_ones() -> None:
    """Whatever stands in the tables beside the runs, the store opens and answers."""
    for content in (
        "",
        "[]",
        "{",
        '{"version": 1, "files": [], "imports": 3, "versions": null, "environment": 1}',
        '{"version": 99}',
    ):
        with store() as kept:
            kept.folder.mkdir(parents=True)
            (kept.folder / "digests.json").write_text(content)
            (kept.folder / "imports.json").write_text(content)
            again = Store(Project(kept.folder.parents[3]))
            again.put(a_run(), PRINT)

            assert again.has("chapters/one", PRINT.key)
            assert again.distributions.versions(["numpy"])["python"]
            assert again.distributions.imports_of(Path(__file__), "abc") >= {"hypothesis", "json"}


def test_the_files_are_json_lines_with_a_version() -> None:
    """A stored run can be read by eye: what it depended on in one line, what it gave in the next."""
    with store() as kept:
        kept.put(a_run(), PRINT)
        head, body = map(json.loads, files(kept)[0].read_text().splitlines())

        assert head["version"] == 2
        assert head["fingerprint"]["files"] == {"data/a.csv": "aa"}
        assert body["outputs"][0][0]["text"] == "hello"


def sharing(root: Path, place: Path, size: int = 10**9) -> Store:
    """The store of a checkout that shares its runs with others."""
    config = default_config()
    execution = replace(config.thesis.execution, store=str(place), store_size=size)
    return Store(Project(root), replace(config, thesis=replace(config.thesis, execution=execution)))


def age(paths: list[Path], seconds: float) -> None:
    for number, path in enumerate(paths):
        os.utime(path, (time.time() - seconds + number,) * 2)


def test_checkouts_share_runs_and_not_their_last_ones(tmp_path) -> None:
    """What one checkout has run stands in another; each keeps its own latest run, whoever stored one after it."""
    here, there = (sharing(tmp_path / name, tmp_path / "runs") for name in ("a", "b"))
    here.put(a_run(fingerprint=variant(1)), variant(1))
    there.put(a_run(fingerprint=variant(2)), variant(2))

    assert there.get("chapters/one", variant(1).key) == a_run(fingerprint=variant(1))

    there.get("chapters/one", variant(2).key)

    assert here.latest("chapters/one").fingerprint == variant(1)
    assert there.latest("chapters/one").fingerprint == variant(2)
    assert [head.fingerprint for head in here.last_heads()] == [variant(1)]


def test_a_shared_store_is_named_by_setting_or_environment(tmp_path, monkeypatch) -> None:
    """The second checkout of a thesis runs nothing; the environment comes before the setting."""
    for name in ("a", "b", "c"):
        write_files(
            tmp_path / name, {"_config.yml": "thesis: {execution: {store: ../runs}}\n", "one.md": markdown("print(1)")}
        )
    run(tmp_path / "a")
    again = run(tmp_path / "b")
    monkeypatch.setenv("THESIS_STORE", str(tmp_path / "other"))
    elsewhere = run(tmp_path / "c")

    assert (printed(again, "one"), again.executed, elsewhere.executed) == ("1\n", (), ("one",))
    assert list((tmp_path / "runs").glob("*/*/*.json"))
    assert list((tmp_path / "other").glob("*/*/*.json"))
    assert not list((tmp_path / "a").glob("_build/cache/runs/*/*/*.*.json"))


def test_a_lost_shared_run_runs_again(tmp_path) -> None:
    """If somebody else clears or cuts short what is shared, the chapter says so and runs."""
    write_files(
        tmp_path / "a", {"_config.yml": "thesis: {execution: {store: ../runs}}\n", "one.md": markdown("print(1)")}
    )
    run(tmp_path / "a")
    (path,) = (tmp_path / "runs").glob("*/*/*.*.json")
    path.write_bytes(path.read_bytes()[:-20])

    assert why(tmp_path / "a") == {"one": ("its run was damaged",)}

    assert printed(run(tmp_path / "a"), "one") == "1\n"

    shutil.rmtree(tmp_path / "runs")

    assert run(tmp_path / "a").executed == ("one",)


def test_the_longest_unused_runs_go_first_and_those_in_use_never(tmp_path) -> None:
    """Beyond its size the store loses what nobody has used for long, but not what this checkout was built from."""
    kept = sharing(tmp_path / "a", tmp_path / "runs", size=0)
    for number in range(4):
        kept.put(a_run(fingerprint=variant(number)), variant(number))
    kept.get("chapters/one", variant(0).key)
    age(files(kept), 3 * YOUNG)
    kept.put(a_run("chapters/two"), PRINT)
    kept.close()

    assert [kept.has("chapters/one", variant(number).key) for number in range(4)] == [True, False, False, False]
    assert kept.has("chapters/two", PRINT.key)

    roomy = sharing(tmp_path / "a", tmp_path / "runs", size=2 * files(kept)[0].stat().st_size)
    for number in range(10, 13):
        roomy.put(a_run(f"chapters/{number}"), PRINT)
    by_age = [path for number in range(10, 13) for path in files(roomy) if f"_{number}-" in str(path)]
    age(by_age, 3 * YOUNG)
    for path in roomy.own.glob("*/last.json"):
        path.unlink()
    roomy.put(a_run("chapters/last"), PRINT)
    roomy.close()

    assert not any(path.exists() for path in by_age[:2])


def test_a_used_run_is_marked_once_a_day(tmp_path) -> None:
    """Using a run keeps it from being the first to go, and does not touch its file each time."""
    kept = sharing(tmp_path / "a", tmp_path / "runs")
    kept.put(a_run(), PRINT)
    (path,) = files(kept)
    age([path], DAY / 2)
    before = path.stat().st_mtime
    kept.get("chapters/one", PRINT.key)

    assert path.stat().st_mtime == before

    age([path], 2 * DAY)
    kept.get("chapters/one", PRINT.key)

    assert time.time() - path.stat().st_mtime < DAY / 2


WRITER = """
import sys
sys.path[:0] = [{tests!r}]
from pathlib import Path
from test_execution_store import a_run, sharing, variant
number, turn = int(sys.argv[1]), 0
print("ready", flush=True)
while turn < {turns}:
    kept = sharing(Path({root!r}, f"checkout-{{number}}"), Path({root!r}, "runs"), size={size})
    key = turn % 7
    kept.put(a_run(fingerprint=variant(key), text=f"{{key}} " * 2000), variant(key))
    for one in range(7):
        found = kept.get("chapters/one", variant(one).key)
        assert found is None or found.outputs[0][0]["text"] == f"{{one}} " * 2000
    kept.close()
    turn += 1
"""


def writer(root: Path, number: int, *, turns: int, size: int = 10**9) -> subprocess.Popen[str]:
    code = WRITER.format(tests=str(Path(__file__).parent), root=str(root), turns=turns, size=size)
    return subprocess.Popen(
        [sys.executable, "-c", code, str(number)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def sound(kept: Store) -> bool:
    """Whether every file that looks like a run is one."""
    return all(kept.get("chapters/one", path.name.partition(".")[0]) for path in files(kept))


@pytest.mark.parametrize("size", [10**9, 0], ids=["roomy", "tight"])
def test_two_processes_on_one_store_see_whole_runs(tmp_path, size) -> None:
    """Two builds that store, read and drop runs at once never see half of one, nor lose their own last one."""
    both = [writer(tmp_path, number, turns=40, size=size) for number in (1, 2)]
    said = [one.communicate(timeout=120)[1] for one in both]
    kept = sharing(tmp_path / "checkout-1", tmp_path / "runs")

    assert (said, [one.returncode for one in both]) == (["", ""], [0, 0])
    assert files(kept)
    assert sound(kept)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals of POSIX")
def test_a_kill_at_any_moment_leaves_a_sound_store(tmp_path) -> None:
    """However often a build is killed while it stores runs, each run is whole or not there, and what was half-written goes."""
    for turn in range(6):
        process = writer(tmp_path, 1, turns=10**6)
        process.stdout.readline()
        time.sleep(0.05 + 0.037 * turn)
        process.kill()
        process.communicate()
        kept = sharing(tmp_path / "checkout-1", tmp_path / "runs")

        assert sound(kept)

    left = kept.folder / "one-0123456789ab" / ".abc.json.x1y2z3"
    write_files(left.parent, {left.name: '{"half":'})
    age([left], 2 * YOUNG)
    kept.put(a_run("chapters/two"), PRINT)
    kept.close()

    assert not left.exists()


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of its own; skips where this machine gives none."""
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root may mount a small disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False).returncode:
        pytest.skip("no disk may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_costs_old_runs_and_then_a_clear_error(tmp_path) -> None:
    """Where the disk is full, unused runs make room; where they cannot, the build says so, and what was kept stays whole."""
    with small_disk(tmp_path / "disk", "512k") as disk:
        kept = sharing(tmp_path / "a", disk / "runs")
        text = "x" * 150_000
        for number in range(2):
            kept.put(a_run(fingerprint=variant(number), text=text), variant(number))
        age(files(kept), 2 * YOUNG)
        kept.put(a_run("chapters/two", text=text), PRINT)
        kept.put(a_run("chapters/three", text=text), PRINT)

        assert [kept.has("chapters/one", variant(number).key) for number in range(2)] == [False, True]

        with pytest.raises(OSError, match="No space left"):
            kept.put(a_run("chapters/four", text=text), PRINT)

        assert kept.get("chapters/three", PRINT.key) == a_run("chapters/three", text=text)
        assert not list(kept.folder.rglob(".*"))

        root = write_files(
            tmp_path / "b",
            {
                "_config.yml": f"thesis: {{execution: {{store: {disk / 'runs'}}}}}\n",
                "_toc.yml": "format: jb-book\nroot: one\n",
            },
        )
        write_files(root, {"one.md": markdown("print('x' * 400_000)")})
        with pytest.raises(ThesisError) as stopped:
            build(root, editions=["html"])

        assert [(one.rule, one.message) for one in stopped.value.diagnostics] == [
            ("cannot-write", "a file cannot be written: No space left on device")
        ]


def test_runs_are_deleted_alone_and_by_age(tmp_path) -> None:
    """`thesis clean --older` deletes what nobody has used for so long, `--runs` all of them; the editions stay."""
    write_files(
        tmp_path,
        {
            "_toc.yml": "format: jb-book\nroot: one\nchapters:\n- file: two\n",
            "one.md": markdown("print(1)"),
            "two.md": markdown("print(2)"),
            "_build/html/index.html": "",
        },
    )
    run(tmp_path)
    first, _ = sorted(tmp_path.rglob("*-*/*.*.json"))
    age([first], 40 * DAY)

    assert clean(tmp_path, older=30).startswith("deleted 1 run (0.0 MB) of _build/cache/runs")
    assert why(tmp_path) == {"one": ("never run",)}

    assert clean(tmp_path, runs=True).startswith("deleted 1 run ")
    assert why(tmp_path) == {"one": ("never run",), "two": ("never run",)}
    assert (tmp_path / "_build/html/index.html").exists()


@pytest.mark.parametrize("place", ["runs", "data/runs"])
def test_runs_do_not_lie_among_the_sources(tmp_path, place) -> None:
    """A store in the thesis would make each build a change of the thesis, and is refused."""
    write_files(tmp_path, {"_config.yml": f"thesis: {{execution: {{store: {place}}}}}\n"})
    with pytest.raises(ConfigError) as refused:
        read_config(Project(tmp_path))

    assert [(one.rule, one.message) for one in refused.value.diagnostics] == [
        ("bad-setting", f"'thesis.execution.store' is '{place}', which lies in the thesis")
    ]


KILLS = 20
"""Rounds in which two builds are killed while they store runs."""
WHOLE_KILLS = 5
"""Calls that are killed while chapters run: at their beginning, between two runs, at their end."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes of POSIX")
def test_two_checkouts_killed_at_random_moments_leave_a_sound_store(tmp_path) -> None:
    """Each run is whole or not there after every kill, whoever wrote it; tables and notes of both can be read, and both go on."""
    chance, seen = random.Random(5), 0  # noqa: S311
    for turn in range(KILLS):
        both = [forked(lambda number=number: writes_for_ever(tmp_path, number)) for number in (1, 2)]
        for pid in both:
            time.sleep(chance.uniform(0.0, 0.06))
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        for number in (1, 2):
            kept = sharing(tmp_path / f"checkout-{number}", tmp_path / "runs")
            tables = [*kept.own.glob("*.json"), *kept.own.glob("*/*.json")]
            seen += len(files(kept))

            assert sound(kept), turn
            assert [path for path in tables if read_json(path) is None] == []

            mine = variant(100 + 2 * turn + number)
            kept.put(a_run(fingerprint=mine), mine)

            assert kept.get("chapters/one", mine.key) == a_run(fingerprint=mine)

    assert seen > KILLS


def forked(work: Callable[[], None]) -> int:
    """Number of a process that works until it is killed."""
    pid = os.fork()
    if not pid:
        try:
            work()
        finally:
            os._exit(1)
    return pid


def writes_for_ever(root: Path, number: int) -> None:
    for turn in itertools.count():
        kept = sharing(root / f"checkout-{number}", root / "runs", size=300_000 if turn % 3 else 10**9)
        key = turn % 7
        kept.put(a_run(fingerprint=variant(key), text=f"{key} " * 9000), variant(key))
        kept.note("chapters/one", 1.0, "it ran")
        kept.digests.of(Path(__file__))
        kept.close()


CALL = """
import sys
sys.path[:0] = [{tests!r}]
from pathlib import Path
from running import printed, run
runs = run(Path({root!r}))
print([printed(runs, name) for name in runs], flush=True)
"""


def called(root: Path) -> subprocess.Popen[str]:
    """A process that runs what is stale and says what all chapters printed."""
    code = CALL.format(tests=str(Path(__file__).parent), root=str(root))
    package = str(Path(__file__).resolve().parents[1])
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": package},
    )


def sharing_thesis(root: Path, datum: str) -> Path:
    """A checkout of a thesis of three chapters that print a datum."""
    cells = {f"c{n}.md": markdown(f"print({n}, open('a.txt').read())") for n in range(3)}
    return write_files(root, {"_config.yml": "thesis: {execution: {store: ../runs}}\n", "a.txt": datum, **cells})


def test_two_checkouts_run_chapters_at_once_on_one_store(tmp_path) -> None:
    """Each gets the results of its own data, also where the other one has just stored those of the same chapters, and later takes the other's."""
    roots = [sharing_thesis(tmp_path / name, name) for name in ("a", "b")]
    first = [one.communicate(timeout=300) for one in [called(root) for root in roots]]

    assert first == [(f"{[f'{n} {name}' + chr(10) for n in range(3)]}\n", "") for name in ("a", "b")]

    for root, datum in zip(roots, ("b", "a"), strict=True):
        write_files(root, {"a.txt": datum})

    assert [run(root).executed for root in roots] == [(), ()]
    assert [printed(run(root), "c1") for root in roots] == ["1 b\n", "1 a\n"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals of POSIX")
def test_a_call_killed_at_random_moments_loses_nothing_that_was_stored(tmp_path) -> None:
    """What the next one gives is what one gives that nobody kills, and what was stored before does not run again."""
    root = sharing_thesis(tmp_path / "a", "0")
    chance, told = random.Random(7), []  # noqa: S311
    for turn in range(WHOLE_KILLS):
        write_files(root, {"a.txt": str(turn)})
        process = called(root)
        time.sleep(chance.uniform(0.3, 4.0))
        process.kill()
        process.communicate()
        stored = {name for name in ("c0", "c1", "c2") if name not in why(root)}
        runs = run(root)
        told += [(turn, [printed(runs, name) for name in runs], stored & {*runs.executed})]

    assert told == [(turn, [f"{n} {turn}\n" for n in range(3)], set()) for turn in range(WHOLE_KILLS)]


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_files_that_may_not_grow_cost_old_runs_and_then_a_clear_error(tmp_path) -> None:
    """A quota, or a limit on the size of files, is a full disk: the build says so, and what was kept stays whole."""
    import resource

    root = write_files(
        tmp_path / "t",
        {
            "_config.yml": "",
            "_toc.yml": "format: jb-book\nroot: one\n",
            "one.md": markdown("print('yes\\n' * 400_000)"),
        },
    )
    kept = Store(Project(root))
    kept.put(a_run("chapters/small"), PRINT)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            kept.put(a_run(text="x" * 1_500_000), PRINT)
        with pytest.raises(ThesisError) as stopped:
            build(root, editions=["html"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert [(one.rule, one.message) for one in stopped.value.diagnostics] == [
        ("cannot-write", "a file cannot be written: File too large")
    ]
    assert kept.get("chapters/small", PRINT.key) == a_run("chapters/small")
    assert not list(kept.folder.rglob(".*"))
    assert run(root).executed == ("one",)
