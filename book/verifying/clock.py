"""Another date for the processes that one starts, through libfaketime, where there is one that works."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from book.project import find_program
from book.sources.pandoc import pandoc

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DAYS = 397
"""How far the date is moved: another year, month, day and day of the week."""
ENOUGH = 86_400 * (DAYS - 2)
"""Seconds by which a clock must be ahead to count as moved."""
ANSWER = 60
"""Seconds that a program may take to say what time it is."""
SETTINGS = {
    "FAKETIME": f"+{DAYS}d",
    "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    "FAKETIME_FORCE_MONOTONIC_FIX": "0",
    "NO_FAKE_STAT": "1",
}
"""What waits and measures goes on as before, and files keep their dates: the date alone is moved."""
SHARED = "FAKETIME_SHARED"
"""What processes under one libfaketime have in common; it is there as long as the one that made it."""
HOW = "'pip install libfaketime', or the system's 'faketime'"


@dataclass(frozen=True, slots=True)
class Clock:
    """A date that processes see."""

    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that make them see it; none where there is no other date."""
    why: str = ""
    """Why there is none; empty where there is one."""
    unmoved: tuple[str, ...] = ()
    """Programs that see today's date all the same."""


@contextmanager
def another_date() -> Iterator[Clock]:
    """A date that lies more than a year ahead, for as long as this lasts."""
    there = False
    for library in _libraries():
        there = True
        with _holding(library) as variables:
            if variables:
                yield Clock(variables, unmoved=tuple(_unmoved(variables)))
                return
    why = "libfaketime is there and does not work with this Python" if there else "libfaketime is not installed"
    yield Clock(why=f"{why}: {HOW}")


def _libraries() -> Iterator[str]:
    """Files of libfaketime: that of Python's index, which needs no rights to be installed, and the system's."""
    if sys.platform != "linux":
        return
    found = importlib.util.find_spec("libfaketime")
    for folder in (found.submodule_search_locations if found else None) or ():
        path = Path(folder, "vendor", "libfaketime", "src", "libfaketime.so.1")
        if path.is_file():
            yield str(path)
    if program := find_program("faketime"):
        given = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
        command = [
            program,
            "-m",
            "-f",
            "+0d",
            sys.executable,
            "-I",
            "-S",
            "-c",
            "import os; print(os.environ['LD_PRELOAD'])",
        ]
        with suppress(OSError, subprocess.SubprocessError):
            done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=ANSWER, env=given)
            yield done.stdout.strip()


@contextmanager
def _holding(library: str) -> Iterator[Mapping[str, str]]:
    """Variables that preload a library, with a process that has; none where it does not come to another date, or cannot sleep there."""
    before = os.environ.get("LD_PRELOAD", "")
    variables = {**SETTINGS, "LD_PRELOAD": f"{library}:{before}" if before else library}
    command = [sys.executable, "-I", "-S", "-c", _HOLDER, SHARED]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | variables,
        text=True,
    ) as holder:
        try:
            shared = _said(holder)
            yield {} if shared is None else variables | shared
        finally:
            with suppress(OSError, subprocess.TimeoutExpired):
                holder.communicate(timeout=ANSWER)
            holder.kill()


def _said(holder: subprocess.Popen[str]) -> dict[str, str] | None:
    """What the process shares with others, if the date has moved for it and it has slept no more than it wanted; else None."""
    began = time.monotonic()
    try:
        found = json.loads(holder.stdout.readline() if holder.stdout else "")
        moved = float(found["now"]) - time.time() > ENOUGH
    except (ValueError, KeyError, TypeError):
        return None
    shared = found.get("shared")
    return ({SHARED: str(shared)} if shared else {}) if moved and time.monotonic() - began < ANSWER else None


def _unmoved(variables: Mapping[str, str]) -> Iterator[str]:
    """pandoc, where it is one file that loads no library."""
    try:
        done = subprocess.run(
            [pandoc(), "lua", "-e", "print(os.time())"],
            capture_output=True, text=True, check=False, timeout=ANSWER, env=os.environ | dict(variables),
        )  # fmt: skip
        moved = float(done.stdout) - time.time() > ENOUGH
    except (OSError, ValueError, subprocess.SubprocessError):
        moved = False
    if not moved:
        yield "pandoc"


_HOLDER = """
import json, os, sys, threading, time
time.sleep(0.01)
threading.Event().wait(0.01)
print(json.dumps({"now": time.time(), "shared": os.environ.get(sys.argv[1])}), flush=True)
sys.stdin.read()
"""
"""Says what time it is, and stays: what libfaketime shares between processes goes with it."""
