"""How to cite a page or the whole: in words, as CSL-JSON, as BibTeX, as RIS."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.editions.html.about import Site

FORMATS = (("json", "CSL-JSON"), ("bib", "BibTeX"), ("ris", "RIS"))
"""Suffix and name of each form."""
PARTICLES = frozenset(
    {
        "von",
        "van",
        "der",
        "den",
        "de",
        "da",
        "dos",
        "del",
        "della",
        "di",
        "du",
        "la",
        "le",
        "ter",
        "zu",
        "af",
        "al",
        "el",
        "bin",
        "ibn",
    }
)
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


@dataclass(frozen=True, slots=True)
class Cited:
    """A thesis, or a page of it."""

    site: Site
    """The thesis."""
    title: str = ""
    """Title of the page; empty for the whole."""
    number: str = ""
    """Number of the chapter; empty where it has none."""
    address: str = ""
    """Where it is published; empty where unknown."""

    @property
    def whole(self) -> str:
        """Title of the thesis, with its subtitle."""
        return f"{self.site.title}: {self.site.subtitle}" if self.site.subtitle else self.site.title

    @property
    def year(self) -> str:
        """Year of publication; empty where unknown."""
        return self.site.published[:4]

    @property
    def key(self) -> str:
        """A key for bibliographies, in plain letters: `doe2026-one`."""
        names = [person.get("family") or person["literal"] for person in map(person_of, self.site.authors[:1])]
        return "-".join(filter(None, [_plain("".join(names))[:24] + self.year, self._short()])) or "thesis"

    def _short(self) -> str:
        """The title in plain letters, or where its script has none a digest of it: keys of two pages are two."""
        short = _plain(self.title)[:24]
        return short or (hashlib.sha256(self.title.encode("utf-8")).hexdigest()[:8] if self.title else "")


def in_words(cited: Cited) -> str:
    """Author, year, titles, school and address, one after the other."""
    year = f" ({cited.year})" if cited.year else ""
    titles = f"{_stopped(cited.title)} {cited.whole}" if cited.title else cited.whole
    parts = [
        f"{_stopped(f'{cited.site.author}{year}')} {_stopped(titles)}",
        _stopped(cited.site.institution),
        cited.address,
    ]
    return " ".join(filter(None, parts)).strip()


def as_csl(cited: Cited) -> str:
    """CSL-JSON, what Zotero, Pandoc and citation processors read."""
    date = [int(part) for part in cited.site.published.split("/") if part.isdigit()]
    item: dict[str, Any] = {
        "id": cited.key,
        "type": "chapter" if cited.title else "thesis",
        "title": cited.title or cited.whole,
        "container-title": cited.whole if cited.title else "",
        "chapter-number": cited.number,
        "author": [person_of(name) for name in cited.site.authors],
        "issued": {"date-parts": [date]} if date else None,
        "publisher": cited.site.institution,
        "language": cited.site.language,
        "URL": cited.address,
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=1) + "\n"


def as_bibtex(cited: Cited) -> str:
    """An entry for BibTeX and BibLaTeX."""
    kind = "incollection" if cited.title else _kind(cited.site.degree)
    school = "publisher" if cited.title or kind == "misc" else "school"
    fields = {
        "author": " and ".join(_bibtex_name(name) for name in cited.site.authors),
        "title": _tex(cited.title or cited.whole),
        "booktitle": _tex(cited.whole) if cited.title else "",
        "chapter": cited.number,
        "year": cited.year,
        school: _tex(cited.site.institution),
        "url": cited.address,
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{cited.key},\n{lines}}}\n"


def as_ris(cited: Cited) -> str:
    """RIS, what EndNote, Mendeley and library catalogues read."""
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in _ris(cited) if value or tag == "ER")


WRITERS = {"json": as_csl, "bib": as_bibtex, "ris": as_ris}
"""How each form is written."""
MANY = range(2, 6)
"""Words that a person's name has."""


def person_of(name: str) -> dict[str, str]:
    """A name in CSL's parts; one that is no person's stays whole."""
    if "," in name:
        family, _, given = name.partition(",")
        return {"family": family.strip(), "given": given.strip()}
    words = name.split()
    personal = len(words) in MANY and all(
        word[:1].isupper() or (word[:1].isalpha() and not word.isascii()) or word in PARTICLES for word in words
    )
    if not personal or words[0] in ("The", "Die", "Der", "Das", "Les", "Le", "La", "Los"):
        return {"literal": name}
    first = next((number for number, word in enumerate(words[1:], 1) if word in PARTICLES), len(words) - 1)
    return {"family": " ".join(words[first:]), "given": " ".join(words[:first])}


def _ris(cited: Cited) -> Iterator[tuple[str, str]]:
    yield "TY", "CHAP" if cited.title else "THES"
    for name in cited.site.authors:
        person = person_of(name)
        yield "AU", f"{person['family']}, {person['given']}" if "family" in person else person["literal"]
    yield "TI", cited.title or cited.whole
    yield "T2", cited.whole if cited.title else ""
    yield "SE", cited.number
    yield "PY", cited.year
    yield "PB", cited.site.institution
    yield "LA", cited.site.language
    yield "UR", cited.address
    yield "ER", ""


def _kind(degree: str) -> str:
    if re.search(r"master|magister|mag[ií]st|mestrad|lauréat", degree, re.IGNORECASE):
        return "mastersthesis"
    return (
        "phdthesis"
        if re.search(r"doctor|doktor|ph\.?\s?d|dottor|docteur|dissertation", degree, re.IGNORECASE)
        else "misc"
    )


def _bibtex_name(name: str) -> str:
    person = person_of(name)
    return (
        f"{_tex(person['family'])}, {_tex(person['given'])}" if "family" in person else f"{{{_tex(person['literal'])}}}"
    )


def _tex(text: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in " ".join(text.split()))


def _line(text: str) -> str:
    return " ".join(text.split())


def _stopped(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).lower()
    return re.sub(r"[^a-z0-9]+", "", letters)
