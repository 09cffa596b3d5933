"""The least that a cold build can take: L = max(longest chapter, cells' own time / cores) + Sphinx's pages + Typst's compile.

Each of the three is measured in a process that has imported what it needs before its time begins:

- the cells of all chapters, one after another in one IPython shell, after the first chapter has run once to warm it;
- Sphinx's own read and write of the pages (`app.build()`), as Jupyter Book configures it, with no cell run and nothing of ours;
- Typst's compile of the file that our build left for it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Limit:
    """What a cold build cannot do without, in seconds."""

    longest: float
    """The cells of the chapter that takes longest."""
    cells: float
    """The cells of all chapters, in one warm process."""
    pages: float
    """Sphinx's read and write."""
    compile: float
    """Typst's compile; 0 where no PDF was asked for."""

    @property
    def wall(self) -> float:
        """L."""
        return max(self.longest, self.cells / (os.cpu_count() or 1)) + self.pages + self.compile


def limit_of(folder: Path, plain: Path) -> Limit:
    """Measure it for a thesis that has been built and for the same thesis in Jupyter Book's own dialect."""
    chapters = _measured("cells", folder)
    compiled = _measured("compile", folder) if (folder / "_build/cache/typst/main.typ").exists() else [0.0]
    return Limit(max(chapters, default=0), sum(chapters), sum(_measured("pages", plain)), sum(compiled))


def _measured(stage: str, folder: Path) -> list[float]:
    command = [sys.executable, "-m", "benchmarks.peers.limit", stage, str(folder)]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    found: list[float] = json.loads(ended.stdout.splitlines()[-1])
    return found


def _cells(folder: Path) -> list[float]:
    """Seconds of each chapter's cells."""
    import matplotlib.pyplot as plt
    import pandas as pd
    from IPython.core.interactiveshell import InteractiveShell

    from book.config import read_config
    from book.project import Project
    from book.sources.gather import read_thesis

    sys.path.insert(0, str(folder))
    project = Project(folder)
    chapters = [chapter for chapter in read_thesis(project).chapters if chapter.cells]
    shell = InteractiveShell.instance()
    plt.switch_backend("agg")
    assert pd
    assert read_config(project)
    taken = []
    for chapter in [*chapters[:1], *chapters]:
        os.chdir((folder / chapter.path).parent)
        started = time.perf_counter()
        with redirect_stdout(StringIO()):
            for cell in chapter.cells:
                shell.run_cell(cell.code).raise_error()
        taken.append(time.perf_counter() - started)
        plt.close("all")
        shell.reset(new_session=False)
    return taken[1:]


def _pages(folder: Path) -> list[float]:
    from jupyter_book.config import get_final_config
    from sphinx.application import Sphinx

    config: dict[str, Any]
    config, _ = get_final_config(
        user_yaml=folder / "_config.yml", sourcedir=folder, cli_config={"latex_individualpages": False}
    )
    config |= {"external_toc_path": str(folder / "_toc.yml"), "nb_execution_mode": "off"}
    built = folder / "_build" / "limit"
    app = Sphinx(
        str(folder), None, str(built / "html"), str(built / "doctrees"), "html", config, status=None, warning=StringIO()
    )  # fmt: skip
    started = time.perf_counter()
    app.build()
    return [time.perf_counter() - started]


def _compile(folder: Path) -> list[float]:
    import typst

    started = time.perf_counter()
    typst.compile(str(folder / "_build/cache/typst/main.typ"), root=str(folder), ignore_system_fonts=True)
    return [time.perf_counter() - started]


if __name__ == "__main__":
    print(json.dumps({"cells": _cells, "pages": _pages, "compile": _compile}[sys.argv[1]](Path(sys.argv[2]).resolve())))
