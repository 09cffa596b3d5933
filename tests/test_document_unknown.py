"""Tests of directives and roles that nobody has defined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.workflow import build

if TYPE_CHECKING:
    from conftest import Write

PAGE = """\
# Page

```{nosuchthing} An argument
:option: value

Its *words*.
```

Here {nosuchrole}`stand more <target>` of them, {kbd}`Ctrl` among them.
"""


def test_text_is_kept_and_names_are_reported(thesis: Write) -> None:
    """A directive and a role that no extension defines are errors with their places, and their text stands on the page."""
    root = thesis({"one.md": PAGE})
    outcome = build(root, editions=["html"])
    page = (root / "_build/html/one.html").read_text(encoding="utf-8")

    expected = [
        ("unknown-directive", 3, "unknown directive type: 'nosuchthing'"),
        ("unknown-role", 9, "unknown interpreted text role 'nosuchrole'"),
    ]
    actual = [(one.rule, one.line, one.message) for one in outcome.diagnostics if one.rule.startswith("unknown-")]

    assert expected == actual
    assert all(words in page for words in ("An argument", "Its <em>words</em>.", "stand more"))
    assert ":option:" not in page
