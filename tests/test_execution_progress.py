"""What an author sees while a build is going on."""

from __future__ import annotations

import io
import threading

import pytest

from book.execution.progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Claim it."""
        return True


def a_build(stream: io.StringIO, *, quiet: bool = False) -> str:
    with Progress(quiet=quiet, stream=stream) as progress:
        progress.started("chapters/[red]one", 3)
        progress.cell("chapters/[red]one", 0)
        progress.started("chapters/two", 1)
        progress.cell("chapters/[red]one", 2)
        progress.finished("chapters/[red]one", 2.14)
        progress.finished("chapters/two", 0.5, failed=True)
        progress.stage("reading")
        progress.stage("writing")
    return stream.getvalue()


def test_plain_lines_where_there_is_no_terminal() -> None:
    """In a log each event is one line, without colours."""
    assert a_build(io.StringIO()).splitlines() == [
        "running chapters/[red]one (3 cells)",
        "running chapters/two (1 cell)",
        "ran chapters/[red]one in 2.1 s",
        "failed in chapters/two after 0.5 s",
        "reading",
        "writing",
    ]


def test_quiet_is_silent() -> None:
    """Not a character, on a terminal or elsewhere."""
    assert a_build(io.StringIO(), quiet=True) == a_build(Terminal(), quiet=True) == ""


def test_a_terminal_shows_what_runs(monkeypatch) -> None:
    """The live display names chapters as they are called, and what has run stays on the screen."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    found = a_build(Terminal())

    assert "running chapters/[red]one" in found
    assert "ran chapters/[red]one in 2.1 s" in found
    assert "\x1b[3" in found


def test_no_color_is_honoured(monkeypatch) -> None:
    """The display moves, but in no colour."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    found = a_build(Terminal())

    assert "ran chapters/two" not in found
    assert "\x1b[3" not in found.replace("\x1b[?25", "")


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_dumb_terminal_gets_plain_lines(monkeypatch, term) -> None:
    """Where the cursor cannot move, nothing tries to."""
    monkeypatch.setenv("TERM", term)

    assert "\x1b" not in a_build(Terminal())


def test_many_threads_may_tell_at_once() -> None:
    """Lines of chapters that run side by side are whole lines."""
    stream = io.StringIO()
    with Progress(stream=stream) as progress:
        threads = [threading.Thread(target=lambda: [progress.finished("a", 1.0) for _ in range(50)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert stream.getvalue() == "ran a in 1.0 s\n" * 200


def test_a_closed_pipe_does_not_stop_a_build() -> None:
    """Whoever listened has gone; the build goes on."""

    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(text)

    a_build(Broken())
