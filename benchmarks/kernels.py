"""What a chapter costs before its own work: from a kernel's start to the first cell's result, with libraries imported.

    python benchmarks/kernels.py                  20 chapters in plain kernels and 20 in warm ones, one after another
    python benchmarks/kernels.py --chapters 50 --imports numpy pandas

The first cell imports the libraries and says how much CPU its process has used. Medians, with the quickest and the slowest;
what the warm process costs, once in each build, is a line of its own. Machines are noisy: look at ratios and at CPU.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from book.config import default_config
from book.execution.chapter import Job, run_chapter
from book.execution.kernels import Kernels
from book.execution.settings import settings_of
from book.execution.surroundings import Surroundings
from book.execution.warm.libraries import Ahead, libraries
from book.sources.chapters import Chapter, read_chapter

TEXT = """\
---
file_format: mystnb
kernelspec: {{name: python3, display_name: any}}
---

```{{code-cell}} python
import {imports}
import time
print(time.process_time())
```

```{{code-cell}} python
1
```
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one chapter cost."""

    first: float
    """Seconds from the start to the first cell's result."""
    whole: float
    """Seconds until its kernel was gone."""
    cpu: float
    """Seconds of CPU that the kernel had used at the first cell's result."""


def main() -> None:
    """Measure both ways and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chapters", type=int, default=20)
    parser.add_argument("--imports", nargs="+", default=["numpy", "pandas", "matplotlib.pyplot"])
    given = parser.parse_args()
    names = ("ipykernel", "ipython", *dict.fromkeys(name.partition(".")[0] for name in given.imports))
    print(
        f"{platform.platform()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )
    print(", ".join(f"{name} {version(name)}" for name in names))
    print(f"{given.chapters} chapters one after another; median (quickest to slowest)\n")
    print("| kernels | to the first result, s | whole chapter, s | CPU to the first result, s | CPU a chapter, s |")
    print("| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        chapter = write_chapter(Path(folder), given.imports)
        run(chapter, Path(folder), 1, None)  # what this process imports itself is imported once
        plain, _, total = run(chapter, Path(folder), given.chapters, None)
        print_row("plain", plain, total / given.chapters)
        ahead = Ahead(libraries((cell.code for cell in chapter.cells), frozenset(), frozenset()))
        _, once, alone = run(chapter, Path(folder), 1, ahead)
        warm, _, total = run(chapter, Path(folder), given.chapters, ahead)
        each = (total - alone) / (given.chapters - 1) if given.chapters > 1 else total
        print_row("warm", warm, each)
    print(f"\nthe warm process, once a build: {once:.2f} s until it can be asked, {alone - each:.2f} s of CPU")


def write_chapter(root: Path, imports: list[str]) -> Chapter:
    """A chapter of two cells."""
    (root / "one.md").write_text(TEXT.format(imports=", ".join(imports)), encoding="utf-8")
    chapter = read_chapter(root, "one", "one.md")
    assert isinstance(chapter, Chapter)
    return chapter


def run(chapter: Chapter, root: Path, times: int, ahead: Ahead | None) -> tuple[list[Cost], float, float]:
    """Run a chapter several times; also seconds until the first kernel could be had, and CPU of all that was started."""
    before = children_cpu()
    with Kernels(Surroundings(root, root / "cache", 0), ahead) as kernels:
        began = time.perf_counter()
        if ahead is not None:
            one(chapter, root, kernels)
        ready = time.perf_counter() - began
        costs = [one(chapter, root, kernels) for _ in range(times - (ahead is not None))] or [Cost(0, 0, 0)]
    return costs, ready, children_cpu() - before


def one(chapter: Chapter, root: Path, kernels: Kernels) -> Cost:
    """Run a chapter once."""
    told: list[float] = []
    job = Job(chapter, "python3", settings_of(chapter, default_config()), root, draft=False)
    began = time.perf_counter()
    result = run_chapter(job, kernels, lambda _: told.append(time.perf_counter() - began))
    whole = time.perf_counter() - began
    assert not result.diagnostics, result.diagnostics
    return Cost(told[1], whole, float(result.outputs[0][0]["text"]))


def children_cpu() -> float:
    """CPU of all processes that have ended under this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def print_row(name: str, costs: list[Cost], each: float) -> None:
    """One line of the table."""
    columns = ([cost.first for cost in costs], [cost.whole for cost in costs], [cost.cpu for cost in costs])
    shown = [f"{statistics.median(column):.3f} ({min(column):.3f} to {max(column):.3f})" for column in columns]
    print(f"| {name} | {' | '.join(shown)} | {each:.2f} |")


if __name__ == "__main__":
    main()
