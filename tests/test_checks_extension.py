"""The checks in a plain Jupyter Book or Sphinx build, in processes of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CONFIG, Write

from book.workflow import build

ROOT = Path(__file__).resolve().parents[1]
EXTENDED = CONFIG + "sphinx:\n  extra_extensions: [book.checks.extension]\n"
BIB = "@book{a, title={A}, year={2001}, author={A, B}}\n@book{b, title={B}, year={2001}, author={A, B}}\n"
PAGES = {
    "references.bib": BIB,
    "one.md": "# One\n\n{cite}`a`\n\n![](picture.png)\n\n% thesis: ignore missing-alternative-text: decoration\n![](picture.png)\n\n```{bibliography}\n```\n",
    "picture.png": "",
}
CONFIGURED = "bibtex_bibfiles: [references.bib]\n"


def run(folder: Path, *arguments: str) -> list[str]:
    """Warnings of a build, each as place and words."""
    settings = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "NO_COLOR": "1"}
    result = subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=folder,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    said = re.sub(r"\x1b\[[\d;]*m", "", result.stdout + result.stderr)
    assert "build succeeded" in said, said
    lines = [line.strip().replace(str(folder), ".") for line in said.splitlines() if "WARNING: " in line]
    return [line for line in lines if "uncited" in line or "never cited" in line or "alternative text" in line]


UNCITED = "./references.bib:2: WARNING: entry 'b' is never cited"
NAMELESS = "./one.md:5: WARNING: picture 'picture.png' has no alternative text"


@pytest.mark.slow
def test_jupyter_book_warns_of_what_the_checks_find(thesis: Write) -> None:
    """A plain `jupyter-book build` says what `thesis check` says, at the same places, and hears the same silencings."""
    root = thesis(PAGES | {"_config.yml": EXTENDED + CONFIGURED})
    found = run(root, "-c", "from jupyter_book.cli.main import main; main()", "build", ".")

    assert sorted(line.split(" [")[0] for line in found) == [NAMELESS, UNCITED]


@pytest.mark.slow
def test_sphinx_suppresses_a_rule_by_its_name(thesis: Write) -> None:
    """`suppress_warnings: [thesis.uncited-entry]` is heard, as for every warning of Sphinx."""
    extended = EXTENDED + "  config:\n    suppress_warnings: [thesis.uncited-entry]\n"
    root = thesis(PAGES | {"_config.yml": extended + CONFIGURED})
    found = run(root, "-c", "from jupyter_book.cli.main import main; main()", "build", ".")

    assert [line.split(" [")[0] for line in found] == [NAMELESS]


def test_our_own_build_checks_once(thesis: Write) -> None:
    """A thesis that names the extension is remarked upon once by `thesis build`."""
    root = thesis(PAGES | {"_config.yml": EXTENDED + CONFIGURED})
    found = [one.rule for one in build(root, editions=("html",)).diagnostics]

    assert found.count("uncited-entry") == 1
