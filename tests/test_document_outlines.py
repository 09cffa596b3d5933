"""Figures are numbered from what pages leave behind, as Sphinx numbers them from the pages."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector

from book.document.outlines import number_figures
from book.document.prepare import prepare
from book.document.reading import read_document
from book.execution.runs import Runs
from book.project import Project
from book.sources.gather import read_thesis
from book.workflow import build, check

if TYPE_CHECKING:
    import pytest
    from conftest import Write

EVERY_KIND = Path(__file__).parent / "theses" / "every-kind"
TABLE = "```{{table}} A caption\n:name: {name}\n\n| a |\n|---|\n| b |\n```\n"


def numbers(root: Path) -> tuple[dict[str, object], dict[str, object]]:
    """What this walk and Sphinx's own give for a thesis that has been read."""
    project = Project(root)
    sources = read_thesis(project)
    with read_document(project, sources, prepare(project, sources, Runs({}), pdf=False)) as document:
        env = document.app.env
        number_figures(env)
        ours = copy.deepcopy(env.toc_fignumbers)
        TocTreeCollector().assign_figure_numbers(env)
        return ours, env.toc_fignumbers


def test_every_kind_is_numbered_as_sphinx_does(tmp_path: Path) -> None:
    """Figures, tables, listings and theorems, in chapters, sections and appendices."""
    root = tmp_path / "thesis"
    shutil.copytree(EVERY_KIND, root)

    ours, theirs = numbers(root)

    assert sum(len(kinds) for kinds in ours.values()) > 4
    assert ours == theirs


def test_numbers_follow_an_edit_and_only_its_page_is_loaded(thesis: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table more in one chapter gets its number, and the doctree of the other is left alone."""
    pages = {name: f"# {name}\n\n{TABLE.format(name=f'tab-{name}')}" for name in ("one", "two")}
    root = thesis({f"{name}.md": text for name, text in pages.items()})
    build(root, editions=["html"])
    more = "\n" + TABLE.format(name="tab-more") + "\n{numref}`tab-more`\n"
    (root / "one.md").write_text(pages["one"] + more, encoding="utf-8")
    loaded: list[str] = []
    get_doctree = BuildEnvironment.get_doctree

    def noted(env: BuildEnvironment, docname: str) -> object:
        loaded.append(docname)
        return get_doctree(env, docname)

    monkeypatch.setattr(BuildEnvironment, "get_doctree", noted)
    check(root)

    assert loaded
    assert "two" not in loaded

    build(root, editions=["html"])

    assert "Table 1.2" in (root / "_build/html/one.html").read_text(encoding="utf-8")
