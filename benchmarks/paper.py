"""How time and memory of the PDF grow with the thesis: cold, after an edit of prose, and the compiler alone on the same files.

    python benchmarks/paper.py                         generated theses of 6 and 60 chapters
    python benchmarks/paper.py --chapters 6 60 150 300
    python benchmarks/paper.py --both                  the site beside the PDF
    python benchmarks/paper.py --most 12000            megabytes at which a run is ended, so that it does not take the machine down

Memory is that of all processes of a command together at its highest: the sum of their proportional shares (resident sizes where
the system does not tell shares), asked four times a second.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from speed import THESIS, edit_prose
from workload import write_workload

PAUSE = 0.25
"""Seconds between two looks at the memory."""
ALONE = (
    "import sys, typst; main, root, *standards = sys.argv[1:]; "
    "typst.compile(main, output=root + '/alone.pdf', root=root, format='pdf', pdf_standards=standards, ignore_system_fonts=True)"
)
"""The compiler and nothing else."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One run of a command."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of all its processes."""
    memory: float
    """Megabytes of all its processes together, at their highest."""
    end: str
    """How it ended."""


def weigh(command: list[str], folder: Path, most: float) -> Weighed:
    """Run a command in a process group of its own, and end it where it takes more than `most` megabytes."""
    started = time.perf_counter()
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        os.chdir(folder)
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        os.execv("/usr/bin/env", ["env", *command])
    highest, gone = 0.0, 0
    while not gone:
        highest = max(highest, held(child))
        if highest > most:
            os.killpg(child, signal.SIGKILL)
        time.sleep(PAUSE)
        gone, status, used = os.wait4(child, os.WNOHANG)
    code = os.waitstatus_to_exitcode(status)
    end = f"ended at {highest:.0f} MB" if highest > most else f"exit {code}"
    return Weighed(time.perf_counter() - started, used.ru_utime + used.ru_stime, highest, end)


def held(process: int) -> float:
    """Megabytes that a process and its descendants hold now."""
    try:
        first = psutil.Process(process)
        family = [first, *first.children(recursive=True)]
    except psutil.Error:
        return 0.0
    return sum(map(_share, family)) / 2**20


def _share(process: psutil.Process) -> float:
    try:
        told = process.memory_full_info()
        return float(getattr(told, "pss", 0) or told.rss)
    except psutil.Error:
        return 0.0


def report(what: str, found: Weighed) -> None:
    """Print one row."""
    print(f"{what:44} {found.wall:8.1f} {found.cpu:8.1f} {found.memory:8.0f}  {found.end}", flush=True)


def bench(chapters: int, editions: list[str], most: float) -> None:
    """Measure one generated thesis."""
    build = [*THESIS, "build", "--quiet", *(word for name in editions for word in ("--edition", name))]
    made = " and ".join(editions)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / "thesis"
        write_workload(folder, chapters)
        report(f"{chapters} chapters: {made}, cold", weigh(build, folder, most))
        edit_prose(folder)
        report(f"{chapters} chapters: {made}, prose edit", weigh(build, folder, most))
        main = folder / "_build" / "cache" / "typst" / "main.typ"
        alone = [sys.executable, "-c", ALONE, str(main), str(folder), "a-2a", "ua-1"]
        report(f"{chapters} chapters: Typst alone", weigh(alone, folder, most))


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chapters", type=int, nargs="*", default=[6, 60])
    parser.add_argument("--both", action="store_true")
    parser.add_argument("--most", type=float, default=8000)
    asked = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    print(f"{'':44} {'wall s':>8} {'CPU s':>8} {'MB':>8}")
    for chapters in asked.chapters:
        bench(chapters, ["html", "pdf"] if asked.both else ["pdf"], asked.most)


if __name__ == "__main__":
    main()
