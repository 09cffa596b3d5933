"""Where a picture may be that is not where the text looks for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from book.document.lost import hint_for


@pytest.mark.parametrize(
    ("lost", "page", "hint"),
    [
        ("chapters/map.png", "chapters/one.md", "did you mean '../pictures/Map.png'?"),
        ("pictures/mapp.png", "index.md", "did you mean 'pictures/Map.png'?"),
        ("pictures/other.svg", "index.md", "give the file by its path from this page"),
        ("copy.png", "index.md", "give the file by its path from this page"),
    ],
)
def test_a_picture_elsewhere_or_of_nearly_that_name_is_named(tmp_path: Path, lost: str, page: str, hint: str) -> None:
    """A name that is there in another folder, or is nearly right, is given as the page must write it; what was built does not count."""
    for name in ("pictures/Map.png", "_build/html/copy.png", ".git/copy.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert hint == hint_for(tmp_path, lost, page)
