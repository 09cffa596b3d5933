"""How long an author waits in a watch, and whether it grows: from a save of prose to both editions, and memory over many of them.

    python benchmarks/watching.py                    this thesis, 40 edits
    python benchmarks/watching.py --edits 200 --chapters 6
    python benchmarks/watching.py --thesis DIR       a copy of any other

A watch is the real command. An edit is a sentence at the end of a chapter that changes; it is over when site and PDF have been
brought out. CPU is that of the watch's process: on a machine that does other things besides, look at it before the seconds. Memory
is resident, of the watch's process alone (the compiler's own is replaced when it has grown); its slope is that of a straight
line through the second half of the edits.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from speed import copy_of_this_thesis
from workload import write_workload

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = [sys.executable, "-u", "-c", "from book.cli import main; main()"]
PAUSE = 1.5
"""Seconds between a build and the next edit: what is done ahead has its time, as with any author."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One save, and what came of it."""

    seconds: float
    """From the save to both editions."""
    cpu: float
    """Seconds of the watch's process in that time."""
    memory: float
    """What it holds afterwards, in megabytes."""


class Watch:
    """A watch at work."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = psutil.Process(process.pid)
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/_preview/events")
        self.events = connection.getresponse()

    def ended(self, number: int) -> dict[str, Any]:
        """What is so when so many builds have ended."""
        for line in self.events:
            if line.startswith(b"data: "):
                state: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                if state["build"] >= number and state["phase"] != "building":
                    return state
        message = "the watch has ended"
        raise SystemExit(message)

    def used(self) -> float:
        """Its CPU seconds so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def holds(self) -> float:
        """Its resident memory, in megabytes."""
        return float(self.process.memory_info().rss / 2**20)


@contextmanager
def watch(folder: Path) -> Iterator[Watch]:
    """Watch a thesis."""
    with subprocess.Popen(
        [*COMMAND, "-C", str(folder), "watch"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[1]
        try:
            yield Watch(process, int(address.rstrip("/").rpartition(":")[2]))
        finally:
            process.send_signal(signal.SIGINT)
            process.stdout.read()


def edits(folder: Path, number: int, pause: float) -> Iterator[Edit]:
    """Edit the first chapter so many times."""
    page = min(folder.glob("chapters/*.md"))
    text = page.read_text(encoding="utf-8")
    with watch(folder) as watched:
        watched.ended(1)
        for count in range(1, number + 1):
            time.sleep(pause)
            used, began = watched.used(), time.perf_counter()
            page.write_text(f"{text}\nEdited {count} times.\n", encoding="utf-8")
            state = watched.ended(count + 1)
            seconds = time.perf_counter() - began
            if not {"/thesis.pdf"} < set(state["changed"]):
                message = f"edit {count} did not reach both editions: {state['phase']}"
                raise SystemExit(message)
            yield Edit(seconds, watched.used() - used, watched.holds())


def report(name: str, found: list[Edit]) -> None:
    """Print what was measured, the first edits aside: they meet what nothing has been kept of."""
    usual = found[2:] if len(found) > 4 else found
    seconds, cpu = sorted(one.seconds for one in usual), sorted(one.cpu for one in usual)
    later = found[len(found) // 2 :]
    slope = (
        statistics.linear_regression(range(len(later)), [one.memory for one in later]).slope if len(later) > 1 else 0
    )
    print(
        f"{name:16} {len(found):6} {statistics.median(seconds):8.2f} {seconds[0]:8.2f} {seconds[-1]:8.2f} {statistics.median(cpu):8.2f} "
        f"{found[0].memory:8.0f} {found[-1].memory:8.0f} {slope * 100:10.1f}",
        flush=True,
    )


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=40)
    parser.add_argument("--chapters", type=int, nargs="*", default=[], help="generated theses of so many chapters")
    parser.add_argument("--thesis", type=Path, help="a thesis to copy, with what it has built, instead of this one")
    parser.add_argument("--pause", type=float, default=PAUSE)
    asked = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    print(
        f"{'':16} {'edits':>6} {'median s':>8} {'least':>8} {'most':>8} {'CPU s':>8} {'MB first':>8} {'MB last':>8} {'MB/100':>10}"
    )
    with tempfile.TemporaryDirectory() as place:
        first = Path(place) / "thesis"
        if asked.thesis:
            shutil.copytree(asked.thesis, first, ignore=shutil.ignore_patterns(".git", ".venv", ".nox", "__pycache__"))
        else:
            copy_of_this_thesis(first)
        report("this thesis" if not asked.thesis else asked.thesis.name, list(edits(first, asked.edits, asked.pause)))
        for chapters in asked.chapters:
            folder = Path(place) / str(chapters)
            write_workload(folder, chapters)
            report(f"{chapters} chapters", list(edits(folder, asked.edits, asked.pause)))


if __name__ == "__main__":
    main()
