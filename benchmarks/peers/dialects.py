"""The generated thesis as other tools want it written."""

from __future__ import annotations

from benchmarks.workload import HEAD, Dialect

CODE = """```{{code-cell}} python
:tags: [remove-input]
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
{glue}
values = np.loadtxt("../data/c{chapter:03d}.csv")
{recorded}
```
"""

FIGURE = """```{{code-cell}} python
:tags: [remove-input]
{options}
drawn, axes = plt.subplots(figsize=(5.5, 3))
axes.plot(values.cumsum() * {number});
```
"""

TABLE = """```{{code-cell}} python
:tags: [remove-input]
pd.DataFrame({{"case": [f"case {{i}}" for i in range(12)], "value": values[:12], "share": values[12:24]}}).round(2)
```
"""


class JupyterBook(Dialect):
    """Jupyter Book 1: MyST-NB's own means for results, figures and tables."""

    def beginning(self, chapter: int, title: str) -> str:
        code = CODE.format(
            chapter=chapter, glue="from myst_nb import glue\n", recorded=f'glue("c{chapter}_mean", f"{{values.mean():.2f}}", display=False)'
        )  # fmt: skip
        return f"{HEAD}\n(chap-{chapter})=\n# {title}\n\n{code}"

    def citing(self, chapter: int, words: str, key: str, page: int) -> str:
        return f"{words} {{cite:p}}`{key}` (p. {page}) {{glue:text}}`c{chapter}_mean`.\n"

    def figure(self, chapter: int, number: int) -> str:
        name = f"fig-{chapter}-{number}"
        options = '%config InlineBackend.figure_formats = ["svg"]'
        placed = FIGURE.format(number=number, options=options).replace(
            ":tags: [remove-input]",
            f"---\ntags: [remove-input]\nmystnb:\n  figure:\n    name: {name}\n    caption: Sums of chapter {chapter}, part {number}\n---",
        )
        return f"See {{numref}}`{name}`.\n\n{placed}"

    def table(self, chapter: int, number: int) -> str:
        return f"Values of chapter {chapter}, part {number}:\n\n{TABLE}"

    def around(self, names: list[str]) -> dict[str, str]:
        files = super().around(names)
        files["_config.yml"] = files["_config.yml"].replace("  extra_extensions: [book.document.extension]\n", "")
        return files


class Sphinx(JupyterBook):
    """MyST-NB on the current Sphinx, without Jupyter Book."""

    def around(self, names: list[str]) -> dict[str, str]:
        listed = "\n".join(names)
        return {
            "index.md": f"# A generated thesis\n\nFor measuring.\n\n```{{toctree}}\n:numbered: 3\n\n{listed}\nbibliography\n```\n",
            "bibliography.md": "# Bibliography\n\n```{bibliography}\n```\n",
            "conf.py": (
                'project = "A generated thesis"\nauthor = "A Generator"\nextensions = ["myst_nb", "sphinxcontrib.bibtex"]\nlatex_engine = "xelatex"\n'
                'myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath", "smartquotes"]\n'
                'html_theme = "sphinx_book_theme"\nbibtex_bibfiles = ["references.bib"]\nnumfig = True\nnb_execution_mode = "cache"\n'
                'nb_execution_timeout = 120\nexclude_patterns = ["_build"]\n'
            ),
        }


class Mystmd(JupyterBook):
    """mystmd, to a PDF by its Typst exporter; its themes for a site come from the network."""

    def beginning(self, chapter: int, title: str) -> str:
        code = CODE.format(chapter=chapter, glue="", recorded="mean = values.mean()")
        return f"{HEAD}\n(chap-{chapter})=\n# {title}\n\n{code}"

    def citing(self, chapter: int, words: str, key: str, page: int) -> str:
        return f"{words} {{cite:p}}`{key}` (p. {page}) {{eval}}`f'{{mean:.2f}}'`.\n"

    def figure(self, chapter: int, number: int) -> str:
        code = FIGURE.format(number=number, options='%config InlineBackend.figure_formats = ["svg"]')
        name = f"fig-{chapter}-{number}"
        placed = code.replace(
            ":tags: [remove-input]",
            f":tags: [remove-input]\n:label: {name}\n:caption: Sums of chapter {chapter}, part {number}",
        )
        return f"See [](#{name}).\n\n{placed}"

    def around(self, names: list[str]) -> dict[str, str]:
        files = [f"{name}.md" for name in names]
        listed = "".join(f"    - file: {name}\n" for name in ["index.md", *files])
        chosen = "".join(f"          - file: {name}\n" for name in files)
        return {
            "index.md": "# A generated thesis\n\nFor measuring.\n",
            "myst.yml": (
                "version: 1\nproject:\n  title: A generated thesis\n  bibliography: [references.bib]\n"
                f"  exports:\n    - format: typst\n      template: ./template\n      output: thesis.pdf\n      articles:\n{chosen}"
                f"  toc:\n{listed}site:\n  template: book-theme\n"
            ),
            "template/template.yml": (
                "jtex: v1\ntitle: Plain\ndescription: Nothing but the text\nversion: 1.0.0\nauthors: [{name: A Generator}]\nlicense: CC0-1.0\n"
                "files: [template.typ]\nparts: []\ndoc: []\noptions: []\n"
            ),
            "template/template.typ": '[-IMPORTS-]\n#set heading(numbering: "1.1")\n[-CONTENT-]\n',
        }


RCODE = """```{{r c{chapter}, include=FALSE}}
values <- scan("../data/c{chapter:03d}.csv", quiet = TRUE)
```
"""

RFIGURE = """```{{r fig-{chapter}-{number}, echo=FALSE, fig.width=5.5, fig.height=3, fig.cap="Sums of chapter {chapter}, part {number}"}}
plot(cumsum(values) * {number}, type = "l")
```
"""

RTABLE = """```{{r tab-{chapter}-{number}, echo=FALSE}}
rows <- data.frame(case = paste("case", 0:11), value = values[1:12], share = values[13:24])
knitr::kable(rows, digits = 2, caption = "Values of chapter {chapter}, part {number}")
```
"""


class Bookdown(Dialect):
    """R's bookdown; its cells are R, with base graphics."""

    suffix = ".Rmd"
    folder = ""

    def beginning(self, chapter: int, title: str) -> str:
        return f"# {title} {{#chap-{chapter}}}\n\n{RCODE.format(chapter=chapter).replace('../', '')}"

    def citing(self, chapter: int, words: str, key: str, page: int) -> str:
        return f"{words} [see @{key}, p. {page}] `r sprintf('%.2f', mean(values))`.\n"

    def figure(self, chapter: int, number: int) -> str:
        return f"See Figure \\@ref(fig:fig-{chapter}-{number}).\n\n{RFIGURE.format(chapter=chapter, number=number)}"

    def table(self, chapter: int, number: int) -> str:
        return f"See Table \\@ref(tab:tab-{chapter}-{number}).\n\n{RTABLE.format(chapter=chapter, number=number)}"

    def around(self, names: list[str]) -> dict[str, str]:
        listed = ", ".join(f'"{name}.Rmd"' for name in ["index", *names])
        return {
            "index.Rmd": (
                "---\ntitle: A generated thesis\nauthor: A Generator\nsite: bookdown::bookdown_site\nbibliography: references.bib\n"
                "documentclass: report\n---\n\n# Preface {-}\n\nFor measuring.\n"
            ),
            "_bookdown.yml": f"rmd_files: [{listed}]\ndelete_merged_file: true\noutput_dir: _book\n",
        }


class Pandoc(Dialect):
    """pandoc alone: figures and numbers made beforehand by one Python process, which is not counted."""

    folder = ""

    def beginning(self, chapter: int, title: str) -> str:
        return f"# {title} {{#chap-{chapter}}}\n"

    def citing(self, chapter: int, words: str, key: str, page: int) -> str:
        return f"{words} [see @{key}, p. {page}] {chapter}.00.\n"

    def figure(self, chapter: int, number: int) -> str:
        return f"![Sums of chapter {chapter}, part {number}](figures/c{chapter:03d}-{number}.svg)\n"

    def table(self, chapter: int, number: int) -> str:
        rows = "\n".join(f"| case {row} | {chapter + row / 7:.2f} | {chapter - row / 9:.2f} |" for row in range(12))
        return f"| case | value | share |\n|------|------:|------:|\n{rows}\n\n: Values of chapter {chapter}, part {number}\n"

    def around(self, names: list[str]) -> dict[str, str]:
        return {"title.yml": "title: A generated thesis\nauthor: A Generator\nbibliography: references.bib\n"}
