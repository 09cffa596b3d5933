"""Fields of an entry as readers read them, and in a form that can be compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from book.sources.bibliography import Bibliography
    from book.sources.entries import Entry

LONGEST = 5_000
"""Characters of a field beyond which nobody reads on."""
_ACCENTS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307", "u": "\u0306",
    "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å",
    "i": "ı", "j": "ȷ", "dj": "đ", "DJ": "Đ", "th": "þ", "TH": "Þ", "dh": "ð", "DH": "Ð",
}  # fmt: skip
_ACCENT = re.compile(
    r"\\(?P<sign>[\"'`^~=.])\s*(?:\{\s*)?\\?(?P<of>[A-Za-z])(?:\s*\})?|\\(?P<named>[uvHckrdb])(?:\s+|\s*\{\s*)\\?(?P<under>[A-Za-z])(?:\s*\})?"
)
_LETTER = re.compile(r"\\(ss|oe|OE|ae|AE|aa|AA|dj|DJ|th|TH|dh|DH|[oOlLij])(?![A-Za-z])\s*(?:\{\})?")
_ESCAPED = re.compile(r"\\([&%$#_{}])")
_COMMAND = re.compile(r"\\[A-Za-z]+\*?\s*|\\[^A-Za-z]")
_FOLDED = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ȷ": "j"}
)
_SIGNS = {code: None if chr(code) == "'" else " " for code in range(128) if not chr(code).isalnum()}
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")


@lru_cache(maxsize=50_000)
def readable(value: str) -> str:
    """A field without its LaTeX: accents become letters, commands go, what they hold stays."""
    value = value[:LONGEST]
    if "\\" in value:
        value = _ACCENT.sub(_accented, value)
        value = _LETTER.sub(lambda match: _LETTERS[match[1]], value)
        value = _COMMAND.sub("", _ESCAPED.sub(r"\1", value))
    value = value.translate(_BRACES).replace("---", "—").replace("--", "–")
    return " ".join(unicodedata.normalize("NFC", value).split())


_BRACES = str.maketrans({"{": None, "}": None, "~": " "})


def _accented(match: re.Match[str]) -> str:
    sign, letter = match["sign"] or match["named"], match["of"] or match["under"]
    return unicodedata.normalize("NFC", letter + _ACCENTS[sign])


@lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """Words in small letters without accents, signs and hyphens, one space between them."""
    if text.isascii():
        return " ".join(text.lower().translate(_SIGNS).split())
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_FOLDED))
    kept = (
        " " if not mark.isalnum() and mark not in "'’" else mark for mark in plain if not unicodedata.combining(mark)
    )
    return " ".join("".join(kept).replace("'", "").replace("’", "").split())


def value_of(entry: Entry, *names: str) -> str:
    """The first of several fields that an entry has, as readers read it; empty where it has none."""
    return next((text for name in names if (text := readable(entry.fields.get(name, "")))), "")


def year_of(entry: Entry, bibliography: Bibliography) -> str:
    """The four digits of an entry's year, its own or one that it inherits; empty where it has none."""
    for one in (entry, *bibliography.parents(entry)):
        for name in ("date", "year"):
            found = _YEAR.search(one.fields.get(name, ""))
            if found:
                return found[0]
    return ""


def years_of(entry: Entry, bibliography: Bibliography) -> frozenset[str]:
    """All years by which a text may call an entry: of its publication, of its first one, and the ends of a span."""
    values = (
        one.fields.get(name, "")
        for one in (entry, *bibliography.parents(entry))
        for name in ("date", "year", "origdate", "origyear", "eventdate")
    )
    return frozenset(year for value in values for year in _YEAR.findall(value))


def families(entry: Entry, bibliography: Bibliography, *, folding: bool = True) -> tuple[str, ...]:
    """Family names of the authors, or failing these of the editors; particles left out, bodies whole."""
    for one in (entry, *bibliography.parents(entry)):
        for role in ("author", "editor"):
            people = one.persons.get(role)
            if people:
                names = (readable(person.family) for person in people)
                return tuple(folded(name) if folding else name for name in names if name != "others")
    return ()
