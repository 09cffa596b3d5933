"""A generated thesis: so many chapters, each with 3,000 words, 15 citations, 3 figures and 2 tables."""

from __future__ import annotations

import random
import sys
from pathlib import Path

WORDS = [
    "evidence",
    "indicator",
    "source",
    "hypothesis",
    "phase",
    "mechanism",
    "actor",
    "supplier",
    "export",
    "control",
    "market",
    "procurement",
    "exercise",
    "sensor",
    "frame",
    "engine",
    "order",
    "delivery",
    "alliance",
    "dependence",
    "hedging",
    "alignment",
    "cost",
    "leverage",
    "licence",
    "policy",
    "regime",
    "trade",
    "region",
    "border",
    "frequency",
    "pattern",
    "sequence",
    "model",
    "estimate",
    "result",
]
SMALL = [
    "the",
    "of",
    "and",
    "in",
    "to",
    "a",
    "that",
    "is",
    "for",
    "with",
    "as",
    "on",
    "by",
    "from",
    "this",
    "are",
    "which",
    "at",
    "it",
    "be",
]
ENTRIES = 120

HEAD = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {name: python3, display_name: Python 3}
---
"""

CODE = """```{{code-cell}} python
:tags: [remove-input]
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from book import figure, record, table

values = np.loadtxt("../data/c{chapter:03d}.csv")
record("c{chapter}.mean", values.mean(), format=".2f")
```
"""

TABLE = """```{{code-cell}} python
:tags: [remove-input]
rows = pd.DataFrame({{"case": [f"case {{i}}" for i in range(12)], "value": values[:12], "share": values[12:24]}})
table(rows, label="tab-{chapter}-{number}", caption="Values of chapter {chapter}, part {number}", formats={{"value": ".2f", "share": ".1f"}})
```
"""

FIGURE = """```{{code-cell}} python
:tags: [remove-input]
drawn, axes = plt.subplots(figsize=(5.5, 3))
axes.plot(values.cumsum() * {number})
figure(drawn, label="fig-{chapter}-{number}", caption="Sums of chapter {chapter}, part {number}", alt="A line of {{}} points.".format(len(values)))
```
"""

CONFIG = """title: A generated thesis
author: A Generator
only_build_toc_files: true
execute: {execute_notebooks: cache, timeout: 120}
parse: {myst_enable_extensions: [amsmath, attrs_inline, colon_fence, deflist, dollarmath, smartquotes]}
bibtex_bibfiles: [references.bib]
sphinx:
  extra_extensions: [book.document.extension]
  config: {language: en, bibtex_reference_style: author_year}
latex: {latex_engine: xelatex}
"""


class Dialect:
    """How a tool wants the same thesis written; this is ours."""

    suffix = ".md"
    """Of a chapter's file."""
    folder = "chapters/"
    """Where chapters are."""

    def beginning(self, chapter: int, title: str) -> str:
        """What a chapter begins with."""
        return f"{HEAD}\n(chap-{chapter})=\n# {title}\n\n{CODE.format(chapter=chapter)}"

    def citing(self, chapter: int, words: str, key: str, page: int) -> str:
        """A sentence with a citation and the chapter's result."""
        return f"{words} {{cite:p}}`{{see}}{key}{{p. {page}}}` {{finding}}`c{chapter}.mean`.\n"

    def figure(self, chapter: int, number: int) -> str:
        """A figure, with a reference to it before."""
        return f"See {{numref}}`fig-{chapter}-{number}`.\n\n{FIGURE.format(chapter=chapter, number=number)}"

    def table(self, chapter: int, number: int) -> str:
        """A table, with a reference to it before."""
        return f"See {{numref}}`tab-{chapter}-{number}`.\n\n{TABLE.format(chapter=chapter, number=number)}"

    def around(self, names: list[str]) -> dict[str, str]:
        """Files that are no chapters."""
        listed = "".join(f"  - file: {name}\n" for name in names)
        return {
            "index.md": "# A generated thesis\n\nFor measuring.\n",
            "bibliography.md": "# Bibliography\n\n```{bibliography}\n```\n",
            "_toc.yml": f"format: jb-book\nroot: index\nparts:\n- numbered: 3\n  chapters:\n{listed}- chapters:\n  - file: bibliography\n",
            "_config.yml": CONFIG,
        }


def write_workload(folder: Path, chapters: int, dialect: Dialect | None = None) -> None:
    """Write the thesis; the same number gives the same bytes."""
    dialect = dialect or Dialect()
    names = [f"{dialect.folder}c{number:03d}" for number in range(1, chapters + 1)]
    files = {f"{name}{dialect.suffix}": _chapter(number, dialect) for number, name in enumerate(names, 1)}
    files |= {f"data/c{number:03d}.csv": values(number) for number in range(1, chapters + 1)}
    files |= {"references.bib": _bibliography()} | dialect.around(names)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def values(chapter: int) -> str:
    """A chapter's data, a number a line."""
    chance = random.Random(chapter)  # noqa: S311
    return "".join(f"{chance.gauss(chapter, 1):.6f}\n" for _ in range(40))


def _chapter(number: int, dialect: Dialect) -> str:
    chance = random.Random(number)  # noqa: S311
    blocks = [dialect.beginning(number, f"Chapter on {chance.choice(WORDS)} {number}")]
    cited = [chance.randrange(ENTRIES) for _ in range(15)]
    for section in range(1, 6):
        blocks.append(f"## On {chance.choice(WORDS)} and {chance.choice(WORDS)} {section}\n")
        for _ in range(6):
            blocks.append(_paragraph(chance, 100))
        for key in cited[(section - 1) * 3 : section * 3]:
            blocks.append(dialect.citing(number, _paragraph(chance, 3).strip(), f"key{key}", chance.randrange(1, 300)))
        blocks.append(dialect.figure(number, section) if section <= 3 else dialect.table(number, section - 3))
    return "\n".join(blocks)


def _paragraph(chance: random.Random, words: int) -> str:
    text = " ".join(chance.choice(SMALL) if chance.random() < 0.5 else chance.choice(WORDS) for _ in range(words))
    return text[:1].upper() + text[1:] + ("." if words > 10 else "") + "\n"


def _bibliography() -> str:
    return "\n".join(
        f"@article{{key{n},\n  author = {{Author{n % 70}, A. and Other{n}, B.}},\n  title = {{On {WORDS[n % len(WORDS)]} {n}}},\n"
        f"  journal = {{Journal of {WORDS[n % 7]}}},\n  year = {{{1990 + n % 30}}},\n  volume = {{{n}}},\n  pages = {{{n}--{n + 20}}},\n}}\n"
        for n in range(ENTRIES)
    )


if __name__ == "__main__":
    write_workload(Path(sys.argv[1]), int(sys.argv[2]))
