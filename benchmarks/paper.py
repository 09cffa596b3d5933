"""How time and memory of the PDF grow with the thesis: cold, after an edit of prose, and the compiler alone on the same files.

    python benchmarks/paper.py                         generated theses of 6 and 60 chapters
    python benchmarks/paper.py --chapters 6 60 150 300
    python benchmarks/paper.py --both                  the site beside the PDF
    python benchmarks/paper.py --most 12000            megabytes at which a run is ended, so that it does not take the machine down

Memory is that of all processes of a command together at its highest.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

from measuring import Measured, measure
from speed import THESIS, edit_prose
from workload import write_workload

ALONE = (
    "import sys, typst; main, root, *standards = sys.argv[1:]; "
    "typst.compile(main, output=root + '/alone.pdf', root=root, format='pdf', pdf_standards=standards, ignore_system_fonts=True)"
)
"""The compiler and nothing else."""


def report(what: str, found: Measured) -> None:
    """Print one row."""
    print(f"{what:44} {found.wall:8.1f} {found.cpu:8.1f} {found.memory:8.0f}  exit {found.code}", flush=True)


def bench(chapters: int, editions: list[str], most: float) -> None:
    """Measure one generated thesis."""
    build = [*THESIS, "build", "--quiet", *(word for name in editions for word in ("--edition", name))]
    made = " and ".join(editions)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / "thesis"
        write_workload(folder, chapters)
        report(f"{chapters} chapters: {made}, cold", measure(build, folder, most=most))
        edit_prose(folder)
        report(f"{chapters} chapters: {made}, prose edit", measure(build, folder, most=most))
        main = folder / "_build" / "cache" / "typst" / "main.typ"
        alone = [sys.executable, "-c", ALONE, str(main), str(folder), "a-2a", "ua-1"]
        report(f"{chapters} chapters: Typst alone", measure(alone, folder, most=most))


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
