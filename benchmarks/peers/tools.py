"""The tools that are measured, how each is called, and where its editions are."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.peers.dialects import Bookdown, JupyterBook, Mystmd, Pandoc, Sphinx
from benchmarks.workload import Dialect

TYPST = """#!{python}
import sys
import typst
given = [one for one in sys.argv[1:] if not one.startswith("-")]
root = next((sys.argv[at + 1] for at, one in enumerate(sys.argv) if one == "--root"), None)
places = [one for one in given if one not in ("compile", root)]
if "--version" in sys.argv: print("typst 0.15.2"); sys.exit()
source = sys.stdin.buffer.read() if places[0] == "-" else places[0]
output = places[1] if len(places) > 1 else places[0].removesuffix(".typ") + ".pdf"
typst.compile(source, output=output, root=root or ".")
"""
"""The compiler as a command, as pandoc and mystmd want it; PyPI has it as a library."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool, with everything it needs to make both editions."""

    name: str
    """As the table prints it."""
    dialect: Dialect
    """How it wants the thesis written."""
    editions: dict[str, list[list[str]]]
    """Its commands for each edition, in order."""
    products: dict[str, str]
    """Where each edition is: a pattern for its files."""
    missing: str = ""
    """Why it cannot be measured here; empty where it can."""
    variables: dict[str, str] = field(default_factory=dict)
    """Its environment, beyond ours."""


def ours() -> Tool:
    """This tool; one command makes both editions."""
    thesis = str(Path(sys.executable).with_name("thesis"))
    return Tool(
        "thesis", Dialect(), {"site and PDF": [[thesis, "build", "--quiet"]]}, {"site and PDF": "_build/html/chapters/*.html"},
    )  # fmt: skip


def peers(tools: Path, commands: Path) -> list[Tool]:
    """All others, as they are found beside this Python, on the path, and in a folder of tools; `commands` gets a `typst` of ours."""
    write_typst(commands)
    variables = {"PATH": f"{commands}:{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"}
    book = Path(sys.executable).with_name("jupyter-book")
    sphinx = tools / "sphinx" / "bin" / "sphinx-build"
    myst = tools / "myst" / "node_modules" / ".bin" / "myst"
    tex = "" if shutil.which("latexmk") else "no latexmk: install TeX"
    pandoc = _pandoc()
    sources = 'printf "%s\\n" c[0-9]*.md | sort | tr "\\n" " "'
    return [
        Tool(
            "Jupyter Book 1", JupyterBook(), {"site": [[str(book), "build", "."]]}, {"site": "_build/html/chapters/*.html"},
            "" if book.exists() else "no jupyter-book", variables,
        ),
        Tool(
            "Jupyter Book 1, -j", JupyterBook(),
            {"site": [[str(book), "config", "sphinx", "."], [str(book.with_name("sphinx-build")), "-q", "-j", "auto", ".", "_build/html"]]},
            {"site": "_build/html/chapters/*.html"}, "" if book.exists() else "no jupyter-book", variables,
        ),
        Tool(
            "Jupyter Book 1, TeX", JupyterBook(),
            {"site": [[str(book), "build", "."]], "PDF": [[str(book), "build", ".", "--builder", "pdflatex"]]},
            {"site": "_build/html/chapters/*.html", "PDF": "_build/latex/*.pdf"}, tex if book.exists() else "no jupyter-book", variables,
        ),
        Tool(
            "MyST-NB, current Sphinx", Sphinx(),
            {
                "site": [[str(sphinx), "-q", "-b", "html", ".", "_build/html"]],
                "PDF": [[str(sphinx), "-M", "latexpdf", ".", "_build", "-q"]],
            },
            {"site": "_build/html/chapters/*.html", "PDF": "_build/latex/*.pdf"},
            tex if sphinx.exists() else f"no {sphinx}: pip install sphinx myst-nb sphinxcontrib-bibtex sphinx-book-theme pandas matplotlib",
            variables | {"PATH": f"{sphinx.parent}:{variables['PATH']}"},
        ),
        Tool(
            "mystmd", Mystmd(), {"PDF": [[str(myst), "build", "--typst", "--execute"]]}, {"PDF": "thesis.pdf"},
            "" if myst.exists() else f"no {myst}: npm install mystmd",
            variables | {"PATH": f"{tools / 'jb2' / 'bin'}:{variables['PATH']}"},
        ),
        Tool(
            "bookdown", Bookdown(),
            {
                "site": [["Rscript", "-e", 'bookdown::render_book("index.Rmd", "bookdown::gitbook", quiet = TRUE)']],
                "PDF": [["Rscript", "-e", 'bookdown::render_book("index.Rmd", "bookdown::pdf_book", quiet = TRUE)']],
            },
            {"site": "_book/*.html", "PDF": "_book/*.pdf"}, "" if shutil.which("Rscript") else "no Rscript: install R and bookdown",
            variables,
        ),
        Tool(
            "pandoc alone", Pandoc(),
            {
                "site": [["sh", "-c", f"rm -rf site; {pandoc} $({sources}) --citeproc -s --number-sections -t chunkedhtml -o site --metadata-file=title.yml"]],
                "PDF": [["sh", "-c", f"{pandoc} $({sources}) --citeproc --number-sections --metadata-file=title.yml --pdf-engine=typst -o thesis.pdf"]],
            },
            {"site": "site/*.html", "PDF": "thesis.pdf"}, "", variables,
        ),
    ]  # fmt: skip


def write_typst(folder: Path) -> None:
    """A command `typst` that calls the library."""
    folder.mkdir(parents=True, exist_ok=True)
    command = folder / "typst"
    command.write_text(TYPST.format(python=sys.executable), encoding="utf-8")
    command.chmod(0o755)


def _pandoc() -> str:
    import pypandoc

    return str(pypandoc.get_pandoc_path())
