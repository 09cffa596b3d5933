"""Entries that LaTeX or Unicode has damaged on the way."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject

READ = (
    "author", "editor", "translator", "title", "subtitle", "booktitle", "booksubtitle", "maintitle", "journal", "journaltitle",
    "publisher", "address", "location", "institution", "school", "organization", "series", "edition", "type", "note", "addendum",
    "howpublished", "eventtitle", "venue",
)  # fmt: skip
"""Fields that readers of a bibliography see."""

LONGEST = 5_000
"""Characters of a field beyond which nobody reads on."""
_BYTES = re.compile(r"[\u0080-\u024f\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{2,}")
_MACINTOSH = re.compile(r"‚Ä[ìîôúùò¶¢]|√[©®°§´∂ºü†ñ∏•¶±≥]")
_ENTITY = re.compile(
    r"(?:\\?&|\{\\&\})(?:amp|lt|gt|quot|apos|nbsp|ndash|mdash|[lr][sd]quo|[A-Za-z](?:uml|acute|grave|circ|tilde|cedil|ring|caron)|szlig|#\d{2,6}|#x[0-9A-Fa-f]{2,6});"
)
_MARKUP = re.compile(r"</?(?:mml|jats|inline-formula|tex-math|scp|title)\b[^<>]{0,200}>")
_APART = re.compile(r"[A-Za-z][¨ˆ˜¸](?=[A-Za-z])")
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_LOST = re.compile(r"[a-zß-ÿ]\?[a-zß-ÿ]|\b[A-Z]\?[a-z]{2}")
_RESIDUE = re.compile(
    r"(?:\\textbackslash|\$\\backslash\$)\s*[{}]{0,2}\s*[&%_^~'\"`]|\{?\\textless\}?\s*/?\s*[A-Za-z]+\s*\{?\\textgreater|\\['\"`^~]\s*\{\s*\}|\\textquotesinglet"
)
_AMPERSAND = re.compile(r"(?<!\\)&(?![A-Za-z#][A-Za-z0-9]{0,10};)")
_INVISIBLE = {
    "\u00ad": "a soft hyphen",
    "\u200b": "a space of no width",
    "\u2028": "a line separator",
    "\u2029": "a paragraph separator",
}
_NAMES = frozenset(
    ["publisher", "address", "location", "institution", "school", "organization", "journal", "journaltitle"]
)
"""Fields that hold a name and nothing else."""
_IN_MARKS = re.compile(r"\s*(?:[\"“”„«]|``)[^\"“”„«»]*(?:[\"“”»]|'')\s*|[^\"]*(?<!\\)\"[^\"]*")
_LAYOUT = re.compile(
    r"\\(?:hack|newline|linebreak|pagebreak|nolinebreak|newpage|clearpage|newblock|vspace|hspace|vskip|hskip|hfill|vfill|smallskip"
    r"|medskip|bigskip|noindent|centering|par|label|index|thanks|footnotemark|footnotetext|hbox|vbox)(?![A-Za-z])"
)
_BREAK = re.compile(r"\\\\")
_FREE = frozenset({"note", "addendum", "howpublished"})
"""Fields in which a line may be broken on purpose."""
_ADDRESS = re.compile(r"(?:https?:|www\.)\S+|\\(?:url|href)\s*\{[^{}]*\}")


def no_entry_is_damaged(subject: Subject) -> Iterator[Diagnostic]:
    """No entry shows traces of a wrong encoding, of HTML, or of LaTeX that went wrong."""
    for entry in subject.document.bibliography.entries.values():
        for name in READ:
            value = entry.fields.get(name, "")
            found = damage(value, name) if value and not (value.isascii() and value.isalnum()) else None
            if found:
                what, hint = found
                said = f"'{name}' of entry '{entry.key}' holds {what}"
                yield Diagnostic(
                    "damaged-entry", said, "warning", entry.path, entry.lines.get(name, entry.line), hint=hint
                )


def damage(value: str, name: str = "title") -> tuple[str, str] | None:
    """What is wrong with a field, and what to do; None where nothing is."""
    text = _ADDRESS.sub(" ", value[:LONGEST])
    return _of_characters(text) or _of_markup(text) or _of_layout(text, name)


def _of_layout(text: str, name: str) -> tuple[str, str] | None:
    layout = _LAYOUT.search(text)
    if layout:
        return f"'{layout[0]}', a command of somebody's layout", "delete it: styles break lines and pages themselves"
    broken = _BREAK.search(text) if name not in _FREE else None
    if broken:
        return (
            f"a broken line: '{_around(text, broken.start())}'",
            "write one backslash before a letter or a sign, or none",
        )
    if name in _NAMES and _IN_MARKS.fullmatch(text):
        return f"quotation marks around a name: '{text.strip()[:60]}'", "delete them"
    return None


def _of_characters(text: str) -> tuple[str, str] | None:  # noqa: PLR0911 - one line a mistake
    if text.isascii() and text.isprintable():
        return None
    if "\ufffd" in text:
        return (
            f"a character that got lost: '{_around(text, text.index(chr(0xFFFD)))}'",
            "put the letter back, and save the file as UTF-8",
        )
    wrong = mistaken(text)
    if wrong:
        return (
            f"'{wrong[0]}', which was '{wrong[1]}' before its encoding was mistaken",
            f"write '{wrong[1]}', and save the file as UTF-8",
        )
    for place, mark in enumerate(text):
        kind = unicodedata.category(mark)
        if kind in ("Cc", "Co", "Cs") or mark in _INVISIBLE:
            named = _INVISIBLE.get(mark, "a control character" if kind == "Cc" else "a character of no meaning")
            return (
                f"{named}, U+{ord(mark):04X}, in '{_around(text, place)}'",
                "delete it: nobody sees it, and searching stumbles over it",
            )
    apart, joined = _APART.search(text), _LIGATURE.search(text)
    if apart:
        return (
            f"an accent that stands beside its letter: '{_around(text, apart.start())}'",
            "type the letter with its accent",
        )
    if joined:
        return f"letters that a PDF had joined to one: '{_around(text, joined.start())}'", "type them one by one"
    return None


def mistaken(text: str) -> tuple[str, str] | None:
    """The first piece of UTF-8 that was read in another encoding, and what it was; None where there is none."""
    for match in _BYTES.finditer(text):
        meant = _decoded(match[0])
        if meant:
            return match[0], meant
    macintosh = _MACINTOSH.search(text)
    if macintosh:
        try:
            return macintosh[0], macintosh[0].encode("mac_roman").decode("utf-8")
        except UnicodeError:
            return None
    return None


def _decoded(run: str) -> str:
    """A run of letters as UTF-8; empty where it is none, or where it means nothing else."""
    data = bytearray()
    for mark in run:
        try:
            data += mark.encode("cp1252")
        except UnicodeError:
            if ord(mark) > 0xFF:  # noqa: PLR2004 - the last character of Latin-1
                return ""
            data.append(ord(mark))
    meant = data.decode("utf-8", "ignore")
    whole = any(len(letter.encode()) > 1 for letter in meant) and len(meant.encode()) >= len(data) - 1
    return meant if whole and all(letter.isprintable() for letter in meant) else ""


def _of_markup(text: str) -> tuple[str, str] | None:
    entity, markup, residue = _ENTITY.search(text), _MARKUP.search(text), _RESIDUE.search(text)
    if entity:
        return f"'{entity[0]}' of HTML", "type the character itself; '&' is written '\\&'"
    if markup:
        return f"'{markup[0]}' of HTML", "delete the tag"
    if residue:
        return f"'{residue[0]}', the rest of LaTeX or HTML that was escaped twice", "type the characters themselves"
    lost = _LOST.search(text)
    if lost:
        return f"a letter that became a question mark: '{_around(text, lost.start())}'", "put the letter back"
    bare = _AMPERSAND.search(text)
    if bare:
        return f"'&' that is not escaped: '{_around(text, bare.start())}'", "write '\\&': LaTeX stops at a bare one"
    return None


def _around(text: str, place: int) -> str:
    start, end = text.rfind(" ", 0, max(place - 1, 0)) + 1, text.find(" ", place + 2)
    return text[max(start, place - 20) : min(end if end > 0 else len(text), place + 20)]
