"""A tiny thesis in a git repository of its own, to be deposited."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from conftest import NOTEBOOK, write_thesis

if TYPE_CHECKING:
    from pathlib import Path

CELL = """\
import csv
import matplotlib.pyplot as plt
import pandas as pd
from book import figure, record, table
rows = [float(row["value"]) for row in csv.DictReader(open("data/trade.csv"))]
record("trade.mean", sum(rows) / len(rows), unit="t", format=".2f")
table(pd.DataFrame({"year": range(2014, 2014 + len(rows)), "value": rows}), label="tab-trade", caption="Trade by year")
drawn, axes = plt.subplots()
axes.plot(rows)
figure(drawn, label="fig-trade", caption="Trade by year", alt="A line that rises")
"""
FILES = {
    "_config.yml": (
        "title: A small thesis\nauthor: Ada Writer\nonly_build_toc_files: true\n"
        "parse: {myst_enable_extensions: [attrs_inline]}\n"
        "thesis: {licence: CC BY 4.0 for the text and MIT for the code, keywords: [trade], data: data/datapackage.json}\n"
    ),
    "one.md": (
        f"{NOTEBOOK}\n# Trade\n\nThe mean is {{finding}}`trade.mean`, see {{numref}}`tab-trade` and {{numref}}`fig-trade`.\n"
        f'[It rose.]{{.claim when="trade.mean > 2"}}\n\n```{{code-cell}} python\n{CELL}```\n'
    ),
    "data/trade.csv": "year,value\n2014,1.5\n2015,2.5\n2016,4\n",
    "data/datapackage.json": (
        '{"name": "trade", "licenses": [{"name": "CC0-1.0"}],'
        ' "resources": [{"name": "trade", "path": "trade.csv", "profile": "tabular-data-resource",'
        ' "schema": {"fields": [{"name": "year", "type": "integer"}, {"name": "value", "type": "number"}]}}]}'
    ),
    "findings.lock": (
        "thesis findings 1 | accepted by 'thesis accept'; look through what changes, and commit it\n"
        'trade.mean: float 2.66667 unit "t" within 0.005 from "one.md" cell 1\n'
        'input "data/trade.csv" b1e1d0c1e6ff\n'
    ),
    ".gitignore": "/_build/\n",
}


def repository(root: Path, files: dict[str, str] | None = None) -> Path:
    """Write the thesis and commit it, on a fixed day."""
    write_thesis(root, {**FILES, **(files or {})})
    git(root, "init", "-q", "-b", "main")
    commit(root)
    return root


def commit(root: Path) -> None:
    """Commit everything."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "A state of the thesis")


def git(root: Path, *arguments: str) -> str:
    """Run git as somebody who is always the same."""
    who = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"), ("DATE", "2026-03-01T12:00:00Z"))
    }
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True, env={**os.environ, **who}
    )
    return done.stdout
