"""Pictures say how large they are before they arrive."""

from __future__ import annotations

from pathlib import Path

import pytest
from site_books import PNG

from book.editions.html.sizes import size_of


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt" viewBox="0 0 72 36">', (96, 48)),
        ("b.svg", b'<?xml version="1.0"?>\n<svg width="10" height="20.4px"/>', (10, 20)),
        ("c.svg", b'<svg width="100%" height="20px"/>', None),
        ("d.svg", b"not a picture", None),
        ("e.png", PNG, (1, 1)),
        ("f.png", b"not a picture", None),
        ("g.pdf", b"%PDF", None),
    ],
)
def test_sizes_are_told_in_pixels(tmp_path: Path, name: str, content: bytes, expected: tuple[int, int] | None) -> None:
    """Vector graphics in any unit, pictures of pixels; what does not say its size has none."""
    (tmp_path / name).write_bytes(content)

    assert size_of(tmp_path / name) == expected


def test_a_missing_picture_has_no_size(tmp_path: Path) -> None:
    """That is said elsewhere."""
    assert size_of(tmp_path / "none.png") is None
