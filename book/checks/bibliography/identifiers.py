"""DOIs, ISBNs and addresses that lead to a work."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.sources.csl import DOI_HEAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject
    from book.sources.entries import Entry

LONGEST = 2_000
"""Characters of a field beyond which nobody reads on."""
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\u2010-\u2015]+|10/[A-Za-z0-9]+")
_TWO_DOIS = re.compile(r"10\.\d{4,9}/\S+?(?:[,;\s]|https?:|doi:).*10\.\d{4,9}/")
_DOI_WITHIN = re.compile(r"10\.\d{4,9}/[^\s,;\"{}]+")
_LATEX = re.compile(r"\\([_%&#$~{}])")
_TEN, _THIRTEEN, _OLD, _SERIAL = 10, 13, 9, 8
_NOT_ISBN = re.compile(
    r"\([^()]*\)|isbn(?:[-\s]?1[03])?\s*:?|\b(?:print|online|ebook|e-book|pbk|hbk|paperback|hardcover|hardback|electronic|pdf|epub)\b|[:.]",
    re.IGNORECASE,
)
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_MISSPELT = re.compile(
    r"^(?!https?://[^/:])(?:h?t{1,3}ps?|https?|htt|hhtps?)(?:s?:/*|;//|//|\.//|:/|/:/)+", re.IGNORECASE
)
_JOINED = re.compile(r"(?<![/=?:%&+@])(?:https?)://", re.IGNORECASE)
_RESIDUE = re.compile(r"[{}]|\$|\\(?![_%&#$~{}])")
_WRAPPED = re.compile(r"^\\(?:url|path|nolinkurl)\s*\{(?P<inner>[^{}]*)\}$|^<(?P<angled>[^<>]*)>$")
_HOST = re.compile(
    r"^[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?(?P<host>\[[0-9a-f:.]+\]|[^/?#:]*)(?::\d+)?(?:[/?#]|$)", re.IGNORECASE
)


def every_doi_is_one(subject: Subject) -> Iterator[Diagnostic]:
    """Every DOI is shaped like one: '10.', the registrant, a slash and a name, without the address before it."""
    for entry, value in _values(subject, "doi"):
        found = doi_mistake(value)
        if found:
            yield _remark("malformed-doi", entry, "doi", value, found)


def every_isbn_is_one(subject: Subject) -> Iterator[Diagnostic]:
    """Every ISBN has ten or thirteen digits, of which the last one checks the others."""
    for entry, value in _values(subject, "isbn"):
        found = isbn_mistake(value)
        if found:
            yield _remark("malformed-isbn", entry, "isbn", value, found)


def every_address_is_one(subject: Subject) -> Iterator[Diagnostic]:
    """Every address of an entry is one URL with its scheme, without spaces and without LaTeX."""
    for entry, value in _values(subject, "url"):
        found = url_mistake(value)
        if found:
            yield _remark("malformed-url", entry, "url", value, found)


def _values(subject: Subject, name: str) -> Iterator[tuple[Entry, str]]:
    for entry in subject.document.bibliography.entries.values():
        value = entry.fields.get(name, "")[:LONGEST].strip()
        if value:
            yield entry, value


def _remark(rule: str, entry: Entry, name: str, value: str, found: tuple[str, str]) -> Diagnostic:
    what, hint = found
    shown = value if len(value) <= 80 else f"{value[:77]}..."  # noqa: PLR2004 - a line on the screen
    said = f"{name} '{shown}' of entry '{entry.key}' {what}"
    return Diagnostic(rule, said, "warning", entry.path, entry.lines.get(name, entry.line), hint=hint)


def bare_doi(value: str) -> str:
    """A DOI in small letters without what stands around it."""
    return DOI_HEAD.sub("", _LATEX.sub(r"\1", value.strip().strip("{}"))).lower()


def doi_mistake(value: str) -> tuple[str, str] | None:  # noqa: PLR0911 - one line a mistake
    """What is wrong with a DOI, and what to do; None where nothing is."""
    plain = _LATEX.sub(r"\1", value.strip()).strip("{}")
    bare = DOI_HEAD.sub("", plain)
    if _TWO_DOIS.search(bare):
        return "holds two of them", "give the work's own one"
    if _DOI.fullmatch(bare) and bare[-1] not in ".,;:/" and "\\" not in bare:
        return None if bare == plain else (_of_head(plain), f"write '{bare}': styles add 'https://doi.org/'")
    within = _DOI_WITHIN.search(bare)
    if "://" in bare:
        hint = f"give '{within[0]}'; the address itself goes under 'url'" if within else "an address goes under 'url'"
        return "is an address", hint
    if re.search(r"\s", bare):
        return "has a space in it", f"write '{re.sub(chr(92) + 's+', '', bare)}'"
    if re.search("[\u2010-\u2015]", bare):
        return "has a dash where a hyphen belongs", "type '-'"
    if _DOI.fullmatch(bare):
        return "ends in what belongs to no DOI", f"write '{bare.rstrip('.,;:/' + chr(92))}'"
    return (
        "is no DOI",
        f"did you mean '{within[0]}'?" if within else "a DOI begins with '10.', four digits or more, and a slash",
    )


def _of_head(value: str) -> str:
    return "is an address" if "doi.org/" in value.lower() else "begins with what belongs to no DOI"


def isbn_mistake(value: str) -> tuple[str, str] | None:
    """What is wrong with one or several ISBNs, and what to do; None where nothing is."""
    text = _NOT_ISBN.sub(" ", value.translate(_HYPHENS).replace("{", "").replace("}", "")).strip(" -")
    for one in _isbns(text):
        digits = re.sub(r"[-\s]", "", one).upper()
        if not re.fullmatch(r"\d*[\dX]", digits):
            return "holds what is no digit", "give its ten or thirteen digits, several with commas between them"
        if len(digits) not in (_TEN, _THIRTEEN):
            return f"has {len(digits)} digits", _hint_of_length(digits)
        right = check_digit(digits)
        if digits[-1] != right:
            return (
                "has a wrong check digit",
                f"look it up: one of its digits is wrong; after '{digits[:-1]}' comes '{right}'",
            )
        if len(digits) == _THIRTEEN and digits[:3] not in ("978", "979"):
            return "begins with neither 978 nor 979", "look it up: is it the number of something else?"
    return None


def _isbns(text: str) -> list[str]:
    """The numbers in a field: split at commas and semicolons, at spaces only where each piece is whole."""
    found: list[str] = []
    for part in re.split(r"[,;/|]|\band\b|\bund\b", text):
        pieces = part.split()
        whole = all(len(piece.replace("-", "")) in (_TEN, _THIRTEEN) for piece in pieces)
        found += pieces if len(pieces) > 1 and whole else [part]
    return [piece for piece in found if piece.strip(" -")]


def _hint_of_length(digits: str) -> str:
    if len(digits) == _SERIAL:
        return "is it the number of a journal? Then the field is 'issn'"
    if len(digits) == _OLD and check_digit("0" + digits) == digits[-1]:
        return f"write '0{digits}': an older number gets a nought before it"
    return "an ISBN has ten digits, or thirteen"


def check_digit(digits: str) -> str:
    """The last digit of an ISBN of ten or thirteen digits, computed from the others (ISO 2108)."""
    numbers = [int(mark) for mark in digits[:-1] if mark.isdigit()]
    if len(digits) == _THIRTEEN:
        return str(-sum(number * (3 if place % 2 else 1) for place, number in enumerate(numbers)) % 10)
    rest = -sum(number * (10 - place) for place, number in enumerate(numbers)) % 11
    return "X" if rest == 10 else str(rest)  # noqa: PLR2004 - ten is written X


def url_mistake(value: str) -> tuple[str, str] | None:  # noqa: PLR0911 - one line a mistake
    """What is wrong with an address, and what to do; None where nothing is."""
    value = value.strip("{} ") if value.startswith("{") and value.endswith("}") else value
    wrapped = _WRAPPED.match(value)
    plain = _LATEX.sub(r"\1", (wrapped["inner"] or wrapped["angled"] or "") if wrapped else value)
    joined = _JOINED.search(plain, 1)
    if joined and not plain[: joined.start()].lower().endswith(("http", "https")):
        return "holds two addresses", "give the better one, or the other one under 'note'"
    if re.search(r"\s", plain):
        return "has a space in it", "delete it, or write '%20' where the address really has one"
    misspelt = _MISSPELT.match(plain)
    if misspelt:
        return "has a misspelt scheme", f"write 'https://{plain[misspelt.end() :]}'"[:200]
    if not _SCHEME.match(plain) or re.match(r"[\w.-]+\.[a-z]{2,}:\d+", plain):
        looks = re.match(r"[\w-]+(?:\.[\w-]+)+", plain)
        return "has no scheme", f"write 'https://{plain}'"[
            :200
        ] if looks else "give the whole address, from 'https://' on"
    if _RESIDUE.search(plain):
        return "has LaTeX in it", "write the address as a browser shows it"
    host = _HOST.match(plain)
    if re.match(r"(?:https?|ftp):", plain, re.IGNORECASE) and (not host or not _good_host(host["host"])):
        return "names no host", "copy the address from a browser once more"
    return ("ends in a comma", "delete it") if plain[-1] in ",;" else None


def _good_host(host: str) -> bool:
    return host.startswith("[") or bool(re.fullmatch(r"[^\s.,;!\"'()<>]+(?:\.[^\s.,;!\"'()<>]+)+\.?|localhost", host))
