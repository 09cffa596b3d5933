"""Pictures say what they show."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from book.checks.figures.picturing import shown_in
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.figures.picturing import Shown
    from book.checks.subject import Subject

_DEFAULT = re.compile(
    r"<?figure size \d+x\d+ with \d+ ax[ei]s>?"
    r"|(?:the |an? )?(?:image|img|picture|pic|photo|figure|fig|graph|chart|plot|diagram|screenshot|png|jpe?g|gif|svg|alt|alt[ -]?text|alternative text|"
    r"image alt text|description|untitled|unnamed|placeholder|todo|tbd|null|none|bild|abbildung|grafik|alternativtext|imagen|figura)[ ._-]?\d{0,4}[.:]?"
    r"|(?:missing|no) alt(?:ernative)?(?: text)?"
    r"|[0-9a-f]{16,}"
    r"|<[^<>]* object at 0x[0-9a-f]+>|<(?:axes|figure|image)[^<>]*>",
    re.IGNORECASE,
)
_FILE = re.compile(r"[^\s]*[^\s.]\.(?:png|jpe?g|gif|svg|webp|pdf|tiff?|bmp|eps)", re.IGNORECASE)


def every_picture_has_an_alternative_text(subject: Subject) -> Iterator[Diagnostic]:
    """Every picture has a text for readers who do not see it; a file name, a default and the caption over again are none."""
    for shown in shown_in(subject):
        said = _said(shown)
        if said:
            yield _remark(shown, said)


def _said(shown: Shown) -> str:
    """What is wrong with an alternative text; empty where nothing is."""
    picture = shown.picture
    alt = " ".join(picture.alt.split())
    if not alt:
        return "has no alternative text"
    name = unquote(PurePosixPath(picture.uri).name)
    if alt in (picture.uri, name) or _FILE.fullmatch(alt) or _is_name(alt, PurePosixPath(name).stem):
        return f"has the name of a file for an alternative text, '{alt[:60]}'"
    if _DEFAULT.fullmatch(alt):
        return f"has an alternative text that says nothing, '{alt[:60]}'"
    caption = picture.caption or (shown.figure.caption if shown.figure else "")
    if caption and _letters(alt) == _letters(caption):
        return "repeats its caption as its alternative text"
    return ""


def _is_name(alt: str, stem: str) -> bool:
    """Whether a text is a file's name in another form; words that happen to name the file are words."""
    return alt == stem or (_letters(alt) == _letters(stem) and (" " not in alt or "_" in alt))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _remark(shown: Shown, said: str) -> Diagnostic:
    picture = shown.picture
    name = PurePosixPath(picture.uri).name
    what = "a picture made by a cell" if picture.computed else f"picture '{name}'"
    hint = (
        "show it with 'figure(fig, ..., alt=\"...\")', and say what it shows"
        if picture.computed
        else "write what it shows: '![what it shows](file)' or ':alt: what it shows'"
    )
    place = shown.place
    message = f"{what} {said}"
    return Diagnostic(
        "missing-alternative-text",
        message,
        "warning",
        picture.path,
        place.line,
        place.column,
        hint=hint,
        cell=place.cell,
    )
