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

random = np.random.default_rng({chapter})
values = random.normal({chapter}, 1, size=40)
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


def write_workload(folder: Path, chapters: int) -> None:
    """Write the thesis; the same number gives the same bytes."""
    names = [f"chapters/c{number:03d}" for number in range(1, chapters + 1)]
    files = {f"{name}.md": _chapter(number, random.Random(number)) for number, name in enumerate(names, 1)}  # noqa: S311
    files["index.md"] = "# A generated thesis\n\nFor measuring.\n"
    files["bibliography.md"] = "# Bibliography\n\n```{bibliography}\n```\n"
    files["references.bib"] = _bibliography()
    files["_toc.yml"] = _contents(names)
    files["_config.yml"] = (
        "title: A generated thesis\nauthor: A Generator\nonly_build_toc_files: true\nexecute: {execute_notebooks: cache, timeout: 120}\n"
        "parse: {myst_enable_extensions: [amsmath, attrs_inline, colon_fence, deflist, dollarmath, smartquotes]}\n"
        "bibtex_bibfiles: [references.bib]\nsphinx:\n  extra_extensions: [book.document.extension]\n  config: {language: en, bibtex_reference_style: author_year}\n"
        "latex: {latex_engine: xelatex}\n"
    )
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _contents(names: list[str]) -> str:
    listed = "".join(f"  - file: {name}\n" for name in names)
    return f"format: jb-book\nroot: index\nparts:\n- numbered: 3\n  chapters:\n{listed}- chapters:\n  - file: bibliography\n"


def _chapter(number: int, chance: random.Random) -> str:
    blocks = [HEAD, f"(chap-{number})=\n# Chapter on {chance.choice(WORDS)} {number}\n", CODE.format(chapter=number)]
    cited = [chance.randrange(ENTRIES) for _ in range(15)]
    for section in range(1, 6):
        blocks.append(f"## On {chance.choice(WORDS)} and {chance.choice(WORDS)} {section}\n")
        for _ in range(6):
            blocks.append(_paragraph(chance, 100))
        for key in cited[(section - 1) * 3 : section * 3]:
            blocks.append(
                f"{_paragraph(chance, 3)} {{cite:p}}`{{see}}key{key}{{p. {chance.randrange(1, 300)}}}` {{finding}}`c{number}.mean`.\n"
            )
        if section <= 3:
            blocks += [f"See {{numref}}`fig-{number}-{section}`.\n", FIGURE.format(chapter=number, number=section)]
        if section >= 4:
            blocks += [
                f"See {{numref}}`tab-{number}-{section - 3}`.\n",
                TABLE.format(chapter=number, number=section - 3),
            ]
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
