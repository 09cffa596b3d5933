"""Places that only HTML knows: anchors that an author wrote as a tag, and headings by the names that the site gives them."""

from __future__ import annotations

import re

from docutils.nodes import make_id

_QUOTED = re.compile(r"'([^']*)'")
_HEADING = re.compile(r"^[\s\"]*#{1,6}[ \t]+(?P<title>.*?)(?:\\n\",?|\",?)?\s*$", re.MULTILINE)
"""A heading of Markdown, in a page or in the JSON of a notebook."""


def named(message: str) -> tuple[str, str]:
    """Page and place that a warning of MyST could not find; the page is empty where it is the warning's own."""
    quoted = [one for one in _QUOTED.findall(message) if one != "myst"]
    if not quoted:
        return "", ""
    page = quoted[0] if len(quoted) > 1 and "in doc" in message else ""
    return page, quoted[-1].removeprefix("#")


def has_anchor(text: str, place: str) -> bool:
    """Whether a source has a tag of this id or name, or a heading that the site calls so: a link there leads somewhere."""
    if not place or re.search(r"\s", place):
        return False
    tag = re.compile(rf"<[A-Za-z]\w*\b[^<>]*\b(?:id|name)\s*=\s*\\?[\"']?{re.escape(place)}\\?[\"'\s>]")
    return bool(tag.search(text)) or any(make_id(match["title"]) == place for match in _HEADING.finditer(text))
