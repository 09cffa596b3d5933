"""A watch builds on every save, shows what it says, and keeps a reader's place."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from book.project import Project
from book.watching.ending import Ending, ending
from book.watching.loop import Saves, follow
from book.watching.paper import Paper
from book.watching.server import Preview
from book.watching.state import Board
from book.workflow import build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Write

COMMAND = [sys.executable, "-c", "from book.cli import main; main()"]
PATIENCE = 60


class Watched:
    """A watch in a process of its own, and what it tells its listeners."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port
        self.states: list[dict[str, Any]] = []
        self.moved = threading.Condition()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", "/_preview/events")
        for line in connection.getresponse():
            if line.startswith(b"data: "):
                with self.moved:
                    self.states.append(json.loads(line.removeprefix(b"data: ")))
                    self.moved.notify_all()

    def after(self, number: int) -> dict[str, Any]:
        """The state when so many builds have ended."""

        def ended() -> list[dict[str, Any]]:
            return [one for one in self.states if one["build"] >= number and one["phase"] != "building"]

        with self.moved:
            assert self.moved.wait_for(ended, PATIENCE), self.states[-1:]
            return ended()[0]

    def get(self, path: str, host: str = "") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        return answer.status, answer.read()


@contextmanager
def watching(root: Path, *options: str) -> Iterator[Watched]:
    with subprocess.Popen(
        [*COMMAND, "-C", str(root), "watch", *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        address = process.stdout.readline().split()[1]
        threading.Thread(target=process.stdout.read, daemon=True).start()
        try:
            yield Watched(process, int(address.rstrip("/").rpartition(":")[2]))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)


def test_a_save_is_built_shown_and_told(thesis: Write) -> None:
    """Site and PDF follow a save; a mistake is told with its place and leaves the last editions; the watch ends when told to."""
    root = thesis({"one.md": "# One\n\nFirst words.\n"})
    with watching(root) as watched:
        first = watched.after(1)
        shown = watched.get("/one.html")[1]
        (root / "one.md").write_text("# One\n\nSecond words, {cite:p}`nobody`.\n", encoding="utf-8")
        second = watched.after(2)
        then = watched.get("/one.html")[1]
        (root / "_config.yml").write_text("title: [\n", encoding="utf-8")
        stopped = watched.after(3)
        still = watched.get("/one.html")[1]

    assert first["diagnostics"] == []
    assert b"First words" in shown
    assert b"/_preview/client.js" in shown
    assert [(one["rule"], one["path"], one["line"]) for one in second["diagnostics"] if one["path"]] == [
        ("citation-without-entry", "one.md", 3)
    ]
    assert {"/one.html", "/thesis.pdf"} <= set(second["changed"])
    assert b"Second words" in then
    assert stopped["phase"] == "stopped"
    assert stopped["diagnostics"][0]["path"] == "_config.yml"
    assert b"Second words" in still
    assert watched.process.returncode == 130


def test_a_preview_answers_its_own_name_alone(thesis: Write) -> None:
    """A page of another site that resolves to this machine gets nothing, nor does a path out of the site."""
    root = thesis({"one.md": "# One\n\nWords.\n"})
    board = Board()
    preview = Preview(Project(root), board, 0)
    preview.start()
    try:
        build(root, editions=["html"])
        answers = {
            (path, host): get(preview.port, path, host)
            for path in (
                "/",
                "/one.html",
                "/../../_config.yml",
                "/%2e%2e/%2e%2e/_config.yml",
                "/nothing.html",
                "/_static/nothing.css",
            )
            for host in ("", "example.org")
        }
    finally:
        preview.stop()

    assert {path: answers[path, ""] for path, _ in answers} == {
        "/": 200,
        "/one.html": 200,
        "/../../_config.yml": 403,
        "/%2e%2e/%2e%2e/_config.yml": 403,
        "/nothing.html": 404,
        "/_static/nothing.css": 404,
    }
    assert {answers[path, "example.org"] for path, _ in answers} == {403}


def get(port: int, path: str, host: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path, headers={"Host": host} if host else {})
    return connection.getresponse().status


def test_a_port_in_use_is_said(thesis: Write, capfd: pytest.CaptureFixture[str]) -> None:
    """Two previews cannot have one port; the second says so and ends with 2."""
    root = thesis({"one.md": "# One\n"})
    preview = Preview(Project(root), Board(), 0)
    preview.start()
    try:
        ended = subprocess.run(
            [*COMMAND, "-C", str(root), "watch", "--port", str(preview.port)],
            check=False,
            capture_output=True,
            text=True,
        )
    finally:
        preview.stop()

    assert ended.returncode == 2
    assert f"port {preview.port} cannot be used" in ended.stderr


def test_a_burst_of_saves_is_one(tmp_path: Path) -> None:
    """Files saved one upon the other come together; what a build does not look at does not count."""
    (tmp_path / "_build").mkdir()
    saves = Saves(tmp_path).bursts(Ending())
    found: list[tuple[str, ...]] = []
    waiting = threading.Thread(target=lambda: found.append(next(saves)), daemon=True)
    waiting.start()
    (tmp_path / "_build" / "x").write_text("x", encoding="utf-8")
    (tmp_path / ".x.swp").write_text("x", encoding="utf-8")
    time.sleep(0.5)
    before = list(found)
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    waiting.join(PATIENCE)

    assert before == []
    assert [name for burst in found for name in burst][:1] == ["a.md"]


def test_a_save_while_a_build_goes_on_is_built_next(thesis: Write) -> None:
    """What is saved between the look at the files and the end of the build is not lost."""
    root = thesis({"one.md": "# One\n\nFirst.\n"})
    told: list[object] = []
    saves = Saves(root)

    def building() -> Any:
        outcome = build(root, editions=["html"])
        if not told:
            (root / "one.md").write_text("# One\n\nSaved meanwhile.\n", encoding="utf-8")
        return outcome

    class EnoughError(Exception):
        pass

    def tell(outcome: object) -> None:
        told.append(outcome)
        if len(told) == 2:
            raise EnoughError

    with pytest.raises(EnoughError):
        follow(Project(root), building, lambda: None, Board(), saves, tell, Ending())

    assert "Saved meanwhile" in (root / "_build/html/one.html").read_text(encoding="utf-8")


def test_pages_of_the_pdf_are_drawn_and_marked(thesis: Write) -> None:
    """Each page has its size and a mark; an edit changes the marks of the pages that it moves and of no others."""
    root = thesis({"one.md": "# One\n\nFirst.\n", "two.md": "# Two\n\nSecond.\n"})
    paper = Paper(Project(root).edition("pdf"))
    nothing = paper.pages()
    build(root, editions=["pdf"])
    before = paper.pages()
    (root / "two.md").write_text("# Two\n\nThird.\n", encoding="utf-8")
    build(root, editions=["pdf"])
    after = paper.pages()

    assert nothing == []
    assert [one["mark"] == other["mark"] for one, other in zip(before, after, strict=True)].count(False) == 1
    assert (paper.picture(1, 400) or b"")[:8] == b"\x89PNG\r\n\x1a\n"
    assert paper.picture(len(after) + 1, 400) is None


class Lost:
    """Something whose end takes a signal in the middle of Python's housekeeping, which throws away what that raises."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interruption_that_python_throws_away_ends_the_watch_all_the_same(tmp_path: Path) -> None:
    """Ctrl-C while garbage is collected is heeded when the watch looks for saves."""
    before = signal.getsignal(signal.SIGINT)
    with ending() as asked:
        Lost()
        waiting = Saves(tmp_path).bursts(asked)

        with pytest.raises(KeyboardInterrupt):
            next(waiting)

    assert signal.getsignal(signal.SIGINT) is before
