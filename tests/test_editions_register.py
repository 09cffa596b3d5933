"""One register of editions, from which everything else takes its names."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from book.cli import thesis
from book.editions.register import EDITIONS, NAMES, REGISTER, USUAL
from book.project import Project

DOCS = Path(__file__).resolve().parents[1] / "docs"


def test_the_command_line_offers_what_the_register_has() -> None:
    """`build` and `watch` know every edition, and no other."""
    choices = [
        option.type.choices
        for name in ("build", "watch")
        for option in thesis.commands[name].params
        if isinstance(option.type, click.Choice) and option.name == "editions"
    ]

    assert [tuple(one) for one in choices] == [NAMES, NAMES]


def test_the_docs_list_what_the_register_has() -> None:
    """Name, file and purpose of each edition stand in the docs as they stand in the register."""
    page = (DOCS / "editions.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| `(\w+)` \| `_build/([^`]+)` \| (.+) \|$", page)

    assert rows == [(one.name, one.file, one.about) for one in REGISTER]


def test_a_build_makes_site_and_pdf_unless_told_otherwise() -> None:
    """Whoever asks for no edition gets these."""
    assert USUAL == ("html", "pdf")


@pytest.mark.parametrize("name", NAMES)
def test_files_lie_where_the_project_says(name: str, tmp_path: Path) -> None:
    """The register names files below `_build`, the PDF and the site where everything else looks for them."""
    project = Project(tmp_path)
    known = {"pdf": project.edition("pdf"), "html": project.site / "index.html"}

    assert known.get(name, project.build / EDITIONS[name].file) == project.build / EDITIONS[name].file
