"""The text of pages is read once, and again when the page changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from book.checks import words
from book.checks.words import FILE, kept_prose
from book.sources.chapters import Chapter

if TYPE_CHECKING:
    from pathlib import Path


def page(name: str, text: str) -> Chapter:
    return Chapter(name, f"{name}.md", "markdown", "", (), text)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the pages that are read from here on."""
    names: list[str] = []
    prose_of = words.prose_of

    def noted(chapter: Chapter) -> object:
        names.append(chapter.docname)
        return prose_of(chapter)

    monkeypatch.setattr(words, "prose_of", noted)
    return names


def test_only_a_page_that_has_changed_is_read_again(tmp_path: Path, read: list[str]) -> None:
    """What is kept says the same, character by character with its place."""
    pages = [page("one", "# One\n\nWords *of* it.\n"), page("two", "# Two\n")]
    first = kept_prose(pages, tmp_path)
    again = kept_prose(pages, tmp_path)
    kept_prose([pages[0], page("two", "# Two\n\nMore.\n")], tmp_path)

    assert read == ["one", "two", "two"]
    assert [(one.text, one.places, one.at(4)) for one in again[0].passages] == [
        (one.text, one.places, one.at(4)) for one in first[0].passages
    ]


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"\x80\x04]\x94."])
def test_what_is_damaged_is_read_again(tmp_path: Path, read: list[str], damage: bytes) -> None:
    """A file that is cut short or is something else costs one more reading."""
    kept_prose([page("one", "# One\n")], tmp_path)
    (tmp_path / FILE).write_bytes(damage)

    found = kept_prose([page("one", "# One\n")], tmp_path)

    assert [one.passages[0].text for one in found] == ["One"]
    assert read == ["one", "one"]
