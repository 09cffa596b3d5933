"""Jupyter Book's translation of a configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from book.document import jupyterbook
from book.document.jupyterbook import Answer, ask

if TYPE_CHECKING:
    from pathlib import Path

ASKED = {"external_toc_path": "_toc.yml", "latex_individualpages": False}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What Jupyter Book is asked."""
    found: list[dict[str, Any]] = []
    plain = jupyterbook._ask

    def counted(given: dict[str, Any], asked: dict[str, Any], root: Path) -> Answer:
        found.append(dict(given))
        return plain(given, asked, root)

    monkeypatch.setattr(jupyterbook, "_ask", counted)
    return found


def test_the_same_question_is_asked_once(tmp_path: Path, calls: list[dict[str, Any]]) -> None:
    """The kept answer is Jupyter Book's: values, what it printed, what its schema finds wrong; another configuration is another question."""
    given = {"title": "One", "launch_buttons": 3, "html": {"google_analytics_id": "G-1"}, "bibtex_bibfiles": ["a.bib"]}
    first, again, plain = (ask(dict(given), ASKED, tmp_path, tmp_path / name) for name in ("kept", "kept", "elsewhere"))
    other = ask({**given, "title": "Two"}, ASKED, tmp_path, tmp_path / "kept")

    assert again == first == plain
    assert "google_analytics_id" in again.printed
    assert [keys for keys, _message in again.wrong] == [("launch_buttons",)]
    assert other.values["html_title"] == "Two"
    assert [one["title"] for one in calls] == ["One", "One", "Two"]


def test_a_new_style_sheet_is_seen(tmp_path: Path, calls: list[dict[str, Any]]) -> None:
    """Jupyter Book loads what lies in `_static`."""
    before = ask({}, ASKED, tmp_path, tmp_path / "kept")
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "own.css").write_text("p {}", encoding="utf-8")
    after = ask({}, ASKED, tmp_path, tmp_path / "kept")

    assert "html_css_files" not in before.values
    assert after.values["html_css_files"] == ["own.css"]
    assert len(calls) == 2


def test_folders_that_an_author_names_are_looked_into_each_time(tmp_path: Path, calls: list[dict[str, Any]]) -> None:
    """They may lie anywhere."""
    (tmp_path / "_static").mkdir()
    given = {"sphinx": {"config": {"html_static_path": ["more"]}}}
    for _ in range(2):
        ask(given, ASKED, tmp_path, tmp_path / "kept")

    assert len(calls) == 2


def test_an_answer_that_is_damaged_is_asked_for_again(tmp_path: Path, calls: list[dict[str, Any]]) -> None:
    """It costs a moment and nothing else."""
    first = ask({}, ASKED, tmp_path, tmp_path / "kept")
    (tmp_path / "kept").write_bytes(b"\x80")

    assert ask({}, ASKED, tmp_path, tmp_path / "kept") == first
    assert len(calls) == 2
