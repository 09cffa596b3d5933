"""The compiler in a process of its own: what it says, and what becomes of it."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import psutil
import pytest
import typst

from book.editions import press as presses
from book.editions.press import Order, compiled, press

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def order(tmp_path: Path) -> Callable[[str], Order]:
    """An order for a file of this text."""

    def given(text: str, *standards: str) -> Order:
        (tmp_path / "main.typ").write_text(text, encoding="utf-8")
        return Order(str(tmp_path / "main.typ"), str(tmp_path), (), standards, 0)

    return given


def workers() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if "book.editions.press" in " ".join(one.cmdline())]


def test_a_press_prints_what_this_process_prints(order) -> None:
    """The same bytes, before and after an edit; and nothing is left of the process."""
    here = [compiled(order(text)) for text in ("One", "Two")]
    with press():
        there = [compiled(order(text)) for text in ("One", "Two")]
        at_work = workers()

    assert there == here
    assert len(at_work) == 1
    assert workers() == []


def test_a_press_refuses_what_this_process_refuses(order) -> None:
    """The compiler's own error, with its place; and standards that exclude each other."""
    said = []
    for where in (False, True):
        with press() if where else pytest.MonkeyPatch.context():
            with pytest.raises(typst.TypstError) as error:
                compiled(order("= One\n#nothing"))
            with pytest.raises((ValueError, typst.TypstError)):
                compiled(order("One", "a-2b", "a-3b"))
        said.append((error.value.message, error.value.diagnostic))

    assert said[0] == said[1]
    assert "main.typ:2" in said[1][1]


def test_a_press_that_is_killed_is_replaced(order) -> None:
    """The system may take a process that has grown; the next printing has a new one."""
    with press():
        compiled(order("One"))
        first = workers()[0]
        os.kill(first.pid, signal.SIGKILL)
        data = compiled(order("Two"))
        second = workers()[0]

    assert data.startswith(b"%PDF")
    assert second.pid != first.pid


def test_a_press_loads_nothing_of_the_thesis(order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thesis may have files called as modules are: a press that is started in its folder does not take them."""
    (tmp_path / "signal.py").write_text("raise SystemExit('mine')\n", encoding="utf-8")
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with press():
        data = compiled(order("One"))
        there = [one.is_running() for one in workers()]

    assert (data[:4], there) == (b"%PDF", [True])


def test_a_press_that_has_grown_makes_way(order, monkeypatch: pytest.MonkeyPatch) -> None:
    """A successor prints the same in the background and takes over; the old process ends."""
    monkeypatch.setattr(presses, "GROWN", -1)
    with press():
        compiled(order("One"))
        first = workers()[0].pid
        for _ in range(200):
            compiled(order("Two"))
            if first not in [one.pid for one in workers()]:
                break
            time.sleep(0.05)
        later = [one.pid for one in workers()]

    assert first not in later
    assert workers() == []


def test_what_was_printed_last_is_laid_out_meanwhile(order, tmp_path: Path) -> None:
    """The next printing comes from the process that has begun already, and is what this process prints."""
    last = order("= One\n" + "lorem ipsum " * 50)
    compiled(last)
    presses.note(last, tmp_path)
    with presses.begun(tmp_path, wanted=True):
        begun = [one.pid for one in workers()]
        there = compiled(order("= Two"))
        later = [one.pid for one in workers()]

    assert there == compiled(order("= Two"))
    assert len(begun) == 1
    assert later == begun
    assert workers() == []


@pytest.mark.parametrize("hindrance", ["not wanted", "nothing printed", "damaged", "long", "one processor"])
def test_nothing_is_laid_out_where_it_is_no_use(order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hindrance: str) -> None:
    """A build prints in its own process then."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "one.typ").write_text("One", encoding="utf-8")
    if hindrance != "nothing printed":
        presses.note(order("One"), tmp_path)
    if hindrance == "damaged":
        (tmp_path / presses.LAST).write_text('{"main": 1, "fonts": [], "standards": []}', encoding="utf-8")
    monkeypatch.setattr(presses, "MUCH", 2 if hindrance == "long" else 3)
    monkeypatch.setattr("os.cpu_count", lambda: 1 if hindrance == "one processor" else 2)
    with presses.begun(tmp_path, wanted=hindrance != "not wanted"):
        compiled(order("Two"))

        assert workers() == []


def test_an_order_that_cannot_be_printed_any_more_is_no_hindrance(order, tmp_path: Path) -> None:
    """What was printed last may be broken by now."""
    presses.note(order("One"), tmp_path)
    (tmp_path / "main.typ").write_text("#nothing", encoding="utf-8")
    with presses.begun(tmp_path, wanted=True):
        data = compiled(order("Two"))

    assert data.startswith(b"%PDF")


def test_a_build_that_stops_leaves_no_press(order, tmp_path: Path) -> None:
    """Whatever the process was about to print."""
    presses.note(order("#for i in range(400) [#lorem(400)]"), tmp_path)
    with pytest.raises(KeyboardInterrupt), presses.begun(tmp_path, wanted=True):
        raise KeyboardInterrupt

    assert workers() == []
