"""What has changed, as one self-contained page that a supervisor can open."""

from __future__ import annotations

import base64
import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from book.changes.printing import place

if TYPE_CHECKING:
    from book.changes.compare import Changes
    from book.changes.revision import Revision

_TOKEN = re.compile(r"[−-]?\d+(?:[.,]\d+)*|\w+|\s+|[^\w\s]")


def as_html(changes: Changes, revision: Revision, title: str, language: str) -> str:
    """The page: styles and pictures are in it, it loads nothing, and it is readable on a phone, in the dark and on paper."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("book", "templates/changes"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(place=place, data_uri=data_uri, words=changed_words, sections=sections_of(changes))
    template = environment.get_template("report.html")
    return template.render(changes=changes, revision=revision, title=title, language=language)


def data_uri(drawing: bytes, kind: str = "png") -> str:
    """A picture as an address that holds it."""
    mime = {"svg": "image/svg+xml", "jpeg": "image/jpeg"}.get(kind, "image/png")
    return f"data:{mime};base64,{base64.b64encode(drawing).decode()}"


def changed_words(before: str, after: str) -> list[tuple[str, str]]:
    """Stretches of two texts: (`same`, words), (`gone`, words), (`new`, words), in reading order."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    found: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(new[c:d])))
            continue
        found += [(how, text) for how, text in (("gone", "".join(old[a:b])), ("new", "".join(new[c:d]))) if text]
    return found


def sections_of(changes: Changes) -> list[tuple[str, str, Any]]:
    """Anchor, heading and content of each section that has anything to say."""
    listed = (
        ("findings", "Findings", changes.findings),
        ("claims", "Claims", changes.claims),
        ("quotations", "Sentences that quote what has moved", changes.quotations),
        ("tables", "Tables", changes.tables),
        ("figures", "Figures", changes.drawings),
        ("data", "Data", changes.data),
        ("bibliography", "Bibliography", changes.entries),
        ("citations", "Citations", changes.cited),
        ("sections", "Sections", changes.sections),
        ("text", "Text", changes.sentences),
    )
    return [one for one in listed if one[2]]
