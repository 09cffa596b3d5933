"""What the store of runs promises."""

from __future__ import annotations

import json
import os
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from book.execution.fingerprint import Fingerprint
from book.execution.runs import Run
from book.execution.store import KEPT, YOUNG, Store
from book.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    return sorted(kept.folder.glob("*/*.json"))


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
