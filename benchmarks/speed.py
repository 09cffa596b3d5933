"""How long a build takes: cold, after an edit of prose, with no change; beside Jupyter Book's own, in one run.

    python benchmarks/speed.py                    this thesis, and generated ones of 6 and 60 chapters
    python benchmarks/speed.py --chapters 6 60 300
    python benchmarks/speed.py --site             the site alone; 300 chapters and 4,500 citations fit into little memory
    python benchmarks/speed.py --peers            also `jupyter-book build` and its LaTeX builder (needs TeX for the second)

Cold means an empty store and no living helper. Times are of whole processes with their children: wall, CPU, peak memory of all
processes together. Machines are noisy: look at ratios within one run. Python keeps what it compiles of this package, as it does for everybody.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import Measured, measure
from workload import write_workload

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
THESIS = [str(Path(sys.executable).with_name("thesis"))]
BOOK = [str(Path(sys.executable).with_name("jupyter-book"))]


def copy_of_this_thesis(folder: Path) -> None:
    """The sources in this repository, without what they built."""
    skipped = {".git", "_build", ".venv", ".nox", "book", "tests", "docs", "benchmarks"}
    shutil.copytree(
        ROOT,
        folder,
        ignore=lambda at, names: [n for n in names if (Path(at) == ROOT and n in skipped) or n == "__pycache__"],
    )


def edit_prose(folder: Path) -> None:
    """Change one word of the first chapter."""
    page = min(folder.glob("chapters/*.md"))
    page.write_text(page.read_text(encoding="utf-8") + f"\nEdited at {time.time_ns()}.\n", encoding="utf-8")


def report(what: str, found: Measured, base: Measured | None = None) -> None:
    """Print one row."""
    ratio = f"{found.wall / base.wall:8.2f} {found.cpu / base.cpu:8.2f}" if base else " " * 17
    print(f"{what:44} {found.wall:8.2f} {found.cpu:8.2f} {found.memory:8.0f} {ratio}  exit {found.code}", flush=True)


def bench(name: str, fill: Callable[[Path], None], *, peers: bool, site: bool) -> None:
    """Measure one thesis."""
    build = [*THESIS, "build", "--quiet", *(["--edition", "html"] if site else [])]
    made = "site" if site else "site and PDF"
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "thesis"
        fill(folder)
        cold = measure(build, folder)
        report(f"{name}: thesis, cold, {made}", cold)
        report(f"{name}: thesis, no change", measure(build, folder), cold)
        edit_prose(folder)
        report(f"{name}: thesis, prose edit, {made}", measure(build, folder), cold)
        report(f"{name}: thesis check, first", measure([*THESIS, "check"], folder), cold)
        report(f"{name}: thesis check, unchanged", measure([*THESIS, "check"], folder), cold)
        edit_prose(folder)
        report(f"{name}: thesis check, prose edit", measure([*THESIS, "check"], folder), cold)
        if peers:
            shutil.rmtree(folder / "_build")
            config = folder / "_config.yml"
            config.write_text(config.read_text(encoding="utf-8") + "\nlatex: {latex_engine: xelatex}\n", encoding="utf-8")
            report(f"{name}: jupyter-book, cold, site", measure([*BOOK, "build", "."], folder), cold)
            if shutil.which("latexmk"):
                report(
                    f"{name}: jupyter-book, cold after it, PDF",
                    measure([*BOOK, "build", ".", "--builder", "pdflatex"], folder),
                    cold,
                )


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chapters", type=int, nargs="*", default=[6, 60])
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--site", action="store_true")
    asked = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    print(subprocess.run([*THESIS, "--version"], capture_output=True, text=True, check=True).stdout.strip())
    print(f"{'':44} {'wall s':>8} {'CPU s':>8} {'MB':>8} {'x wall':>8} {'x CPU':>8}")
    bench("this thesis", copy_of_this_thesis, peers=asked.peers, site=asked.site)
    for chapters in asked.chapters:
        bench(
            f"{chapters} chapters",
            lambda folder, chapters=chapters: write_workload(folder, chapters),
            peers=asked.peers,
            site=asked.site,
        )


if __name__ == "__main__":
    main()
