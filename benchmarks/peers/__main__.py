"""The same generated thesis built by this tool and by others, in one run, beside the least that a cold build can take.

    python -m benchmarks.peers                                   6 chapters, whatever is installed
    python -m benchmarks.peers --chapters 6 60 --tools DIR
    python -m benchmarks.peers --only thesis "Jupyter Book 1"

Each tool gets the thesis in its own dialect, in a new folder: `cold` builds it with nothing kept; `no change` builds again;
`prose edit` after a sentence was added to one chapter; `datum` after one number of one chapter's data changed, and whether
the pages then show what follows from it. Tools are taken from this environment (Jupyter Book 1), the path (R's bookdown, TeX)
and a folder: `DIR/sphinx` is an environment with MyST-NB on the newest Sphinx, `DIR/myst` a folder where npm installed
mystmd, `DIR/jb2` an environment with jupyter-server and a kernel for it. What is not there is said and left out.

Memory is that of all processes together. Machines are noisy: look at ratios within one run.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measuring import Measured, measure
from benchmarks.peers.dialects import JupyterBook
from benchmarks.peers.limit import Limit, limit_of
from benchmarks.peers.tools import Tool, ours, peers
from benchmarks.workload import write_workload

if TYPE_CHECKING:
    from collections.abc import Iterator

DATUM = "data/c001.csv"


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chapters", type=int, nargs="*", default=[6])
    parser.add_argument("--tools", type=Path, default=Path("peers"))
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--logs", type=Path, help="a folder for what the tools say")
    asked = parser.parse_args()
    print(
        f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )
    for chapters in asked.chapters:
        with tempfile.TemporaryDirectory() as place:
            _compare(chapters, Path(place), asked.tools.resolve(), asked.only, asked.logs)


def _compare(chapters: int, place: Path, tools: Path, only: list[str], logs: Path | None) -> None:
    print(f"\n{chapters} chapters\n{'':58} {'wall s':>8} {'CPU s':>8} {'MB':>8} {'x wall':>7} {'x CPU':>7}")
    base: Measured | None = None
    for tool in [ours(), *peers(tools, place / "bin")]:
        if only and tool.name not in only:
            continue
        if tool.missing:
            print(f"{tool.name:58} left out: {tool.missing}")
            continue
        folder = place / tool.name
        write_workload(folder, chapters, tool.dialect)
        if tool.name == "pandoc alone":
            draw(folder, chapters)
        log = logs / f"{chapters}-{tool.name}.log" if logs else None
        taken = [cold for _label, cold in _rows(tool, folder, log, base) if _label == "cold"]
        if tool.name == "thesis":
            base = taken[0]
            _say_limit(limit_of(folder, _plain(place, chapters)), base)


def _plain(place: Path, chapters: int) -> Path:
    write_workload(place / "plain", chapters, JupyterBook())
    return place / "plain"


def _say_limit(limit: Limit, cold: Measured) -> None:
    print(
        f"{'the least it can take, L':58} {limit.wall:8.2f} {limit.cells + limit.pages + limit.compile:8.2f} {'':8} {'':15}"
        f" cells {limit.cells:.2f} (longest {limit.longest:.2f}), pages {limit.pages:.2f}, Typst {limit.compile:.2f};"
        f" ours is {cold.wall / limit.wall:.2f} L",
        flush=True,
    )


def _rows(tool: Tool, folder: Path, log: Path | None, base: Measured | None) -> Iterator[tuple[str, Measured]]:
    """Measure one tool, and print a line for each edition and each occasion."""
    for occasion, change in (
        ("cold", None),
        ("no change", None),
        ("prose edit", _edit_prose),
        ("datum", _change_datum),
    ):
        if change:
            change(tool, folder)
        for edition, commands in tool.editions.items():
            found = _together([measure(command, folder, tool.variables, log) for command in commands])
            against = f"{found.wall / base.wall:7.2f} {found.cpu / base.cpu:7.2f}" if base else " " * 15
            said = (
                _verdict(tool, folder, edition)
                if occasion == "datum" and edition != "PDF" and tool.name != "pandoc alone"
                else ""
            )
            print(
                f"{f'{tool.name}: {occasion}, {edition}':58} {found.wall:8.2f} {found.cpu:8.2f} {found.memory:8.0f} {against}"
                f"{f'  exit {found.code}' if found.code else ''}{said}",
                flush=True,
            )
            yield occasion, found


def _together(steps: list[Measured]) -> Measured:
    return Measured(
        sum(step.wall for step in steps), sum(step.cpu for step in steps), max(step.memory for step in steps),
        next((step.code for step in steps if step.code), 0),
    )  # fmt: skip


def _first(tool: Tool, folder: Path) -> Path:
    return folder / f"{tool.dialect.folder}c001{tool.dialect.suffix}"


def _edit_prose(tool: Tool, folder: Path) -> None:
    page = _first(tool, folder)
    page.write_text(page.read_text(encoding="utf-8") + "\nA sentence that was not there before.\n", encoding="utf-8")


def _change_datum(_tool: Tool, folder: Path) -> None:
    data = folder / DATUM
    first, *others = data.read_text(encoding="utf-8").splitlines(keepends=True)
    data.write_text("".join([f"{float(first) + 40:.6f}\n", *others]), encoding="utf-8")


def _verdict(tool: Tool, folder: Path, edition: str) -> str:
    """Whether the pages show the mean of the data as they are now."""
    mean = statistics.fmean(float(line) for line in (folder / DATUM).read_text(encoding="utf-8").split())
    pages = [page.read_text(encoding="utf-8") for page in folder.glob(tool.products[edition])]
    return (
        "  shows the new result" if any(f"{mean:.2f}" in page for page in pages) else "  STALE: the old result stands"
    )


def draw(folder: Path, chapters: int) -> None:
    """The figures of pandoc's thesis, before its time begins."""
    code = (
        "import sys, matplotlib\nmatplotlib.use('svg')\nimport matplotlib.pyplot as plt, numpy as np\nfrom pathlib import Path\n"
        "at = Path(sys.argv[1]); (at / 'figures').mkdir()\n"
        "for chapter in range(1, int(sys.argv[2]) + 1):\n"
        "    values = np.loadtxt(at / f'data/c{chapter:03d}.csv')\n"
        "    for number in (1, 2, 3):\n"
        "        drawn, axes = plt.subplots(figsize=(5.5, 3)); axes.plot(values.cumsum() * number)\n"
        "        drawn.savefig(at / f'figures/c{chapter:03d}-{number}.svg'); plt.close(drawn)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(folder), str(chapters)], check=True)


if __name__ == "__main__":
    main()
