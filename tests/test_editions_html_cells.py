"""Tables to take away."""

from __future__ import annotations

from pathlib import Path

import pytest

from book.editions.html.cells import readable

PAGE = """<!DOCTYPE html><table id="tab-a"><thead><tr><th>x</th><th>by</th></tr></thead><tbody>
<tr><th><p>0.7</p></th><td><p>Lake (<a href="#">2009</a>)</p></td></tr>
<tr><th><p>1.0</p></th><td><p>nobody</p></td></tr></tbody></table>"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("x,by\n0.6875,{cite:t}`lake2009`\n1.0,nobody\n", "x,by\n0.6875,Lake (2009)\n1.0,nobody\n"),
        ("x,by\n0.6875,Lake\n1.0,nobody\n", "x,by\n0.6875,Lake\n1.0,nobody\n"),
        ("x,by\n0.6875,{cite:t}`lake2009`\n", "x,by\n0.6875,{cite:t}`lake2009`\n"),
    ],
)
def test_a_citation_is_taken_away_in_words(tmp_path: Path, given: str, expected: str) -> None:
    """A cell with a role says what the page says; numbers keep all their digits; a table of another shape is left alone."""
    table, page = tmp_path / "tab-a.csv", tmp_path / "one.html"
    table.write_text(given, encoding="utf-8")
    page.write_text(PAGE, encoding="utf-8")

    assert readable(table, page, "tab-a", tmp_path / "kept").read_text(encoding="utf-8") == expected
    assert table.read_text(encoding="utf-8") == given
