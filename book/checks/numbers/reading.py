"""Numbers as a reader meets them in running text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from book.numbers import marks_of
from book.sources.prose import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from book.sources.prose import Passage

_PERCENT = (
    r"%|per ?cent\b|pct\b|Prozent\b|por ciento\b|por cento\b|pour cent\b|per cento\b|procent\b|процент\w*|відсот\w*"
)
_BEHIND_PERCENT = re.compile(rf"[ \u00a0\u202f\u2009]?(?:{_PERCENT})(?!-?points?\b)", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?:\b(?:figs?|figures?|tab|tabs|tables?|chapters?|chs?|chap|sections?|secs?|sect|appendix|appendices|eqs?|equations?|listings?|parts?|"
    r"steps?|nos?|numbers?|notes?|footnotes?|pp?|pages?|vols?|volumes?|issues?|versions?|v|lines?|rows?|columns?|articles?|arts?|items?|rules?|"
    r"phases?|cells?|§+|paragraphs?|para|round|day|week|year|model|study|experiment|hypothesis|question|theorem|lemma|definition|example|annex|"
    r"abb|abbildung(?:en)?|tabellen?|kap|kapiteln?|abschnitt(?:en|e)?|anhang|gleichung(?:en)?|seiten?|nr|nummer|bd|band|phasen?|stufen?|schritt|art|"
    r"artikel|zeilen?|tableau|chapitre|annexe|capítulo|sección|figura|tabla|capitolo|figuur|hoofdstuk|rozdział|рис|рисунок|табл|таблица|таблиця|"
    r"глава|розділ|isbn|issn|doi|arxiv|iso|rfc|python|grant)\.?|[#№§~])[\s\u00a0]*$",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni?|july?|juli|aug(?:ust)?|sept?(?:ember)?|"
    r"o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)"
)
_BEFORE_MONTH = re.compile(rf"^\.?[\s\u00a0]+(?:of )?{_MONTH}\b", re.IGNORECASE)
_BEHIND_MONTH = re.compile(rf"\b{_MONTH}\.?[\s\u00a0]+$", re.IGNORECASE)
UNITS = frozenset(
    [
        "dB",
        "Hz",
        "kHz",
        "MHz",
        "GHz",
        "km",
        "cm",
        "mm",
        "nm",
        "µm",
        "μm",
        "kg",
        "mg",
        "µg",
        "ms",
        "kW",
        "MW",
        "GW",
        "kWh",
        "MWh",
        "GWh",
        "MB",
        "GB",
        "TB",
        "kPa",
        "MPa",
        "eV",
        "keV",
        "MeV",
        "°C",
        "°F",
        "mol",
        "mmol",
        "ppm",
        "USD",
        "EUR",
        "GBP",
        "RUB",
    ]
)
"""Units that are taken for units though no finding has them; none of one letter."""
_YEARS = range(1400, 2151)
_TIGHT = "._/:#@&=+^~\\$€£*-\u2010\u2011\u2013\u2014×"
"""Where one of these touches a number, it is part of something larger: a version, a range, an address, a product."""
_QUOTED = re.compile(r"“[^“”]{3,2000}”|\"[^\"]{3,2000}\"|„[^„“”]{3,2000}[“”]|«[^«»]{3,2000}»|»[^«»]{3,2000}«")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a passage."""

    value: Decimal
    """Its value as written: 48 for `48 %`."""
    places: int
    """Digits after the decimal mark."""
    significant: int
    """Digits that say something: neither zeros in front, nor zeros at the end of a whole number."""
    percent: bool
    """Whether a percent sign, or the word, stands by it."""
    start: int
    """Where it begins in the passage's text."""
    end: int
    """Where it ends, percent sign included."""
    grouped: bool
    """Whether its thousands are set apart, so that it is no year."""

    @property
    def year(self) -> bool:
        """Whether it may be a year."""
        return not (self.grouped or self.percent or self.places) and int(self.value) in _YEARS


@lru_cache(maxsize=32)
def _pattern(language: str) -> re.Pattern[str]:
    marks = marks_of(language)
    decimal = re.escape(marks.decimal)
    group = re.escape(marks.group) if marks.group.strip() else ""
    spaces = "\u00a0\u202f\u2009" + (" " if not group else "")
    between = f"(?:[{spaces}{group}'’])"
    return re.compile(
        rf"(?P<sign>[-−+])?(?P<whole>\d{{1,3}}(?P<mark>{between})\d{{3}}(?:(?P=mark)\d{{3}})*(?!\d)|\d{{1,15}})(?:{decimal}(?P<part>\d{{1,12}}))?"
    )


def numbers_in(passage: Passage, language: str) -> Iterator[Number]:
    """Every number that a reader takes for a quantity: no date, locator, version, range, or number of a figure or a section."""
    text = passage.text
    if not any(character.isdigit() for character in text):
        return
    for match in _pattern(language).finditer(text):
        behind = _BEHIND_PERCENT.match(text, match.end())
        end = behind.end() if behind else match.end()
        if _stands_alone(text, match.start(), match.end(), bool(behind)):
            whole = "".join(c for c in match["whole"] if c.isdigit())
            part = match["part"] or ""
            sign = "-" if match["sign"] in ("-", "−") else ""
            value = Decimal(f"{sign}{whole}{'.' if part else ''}{part}")
            digits = (whole + part).lstrip("0") if part else whole.strip("0")
            first = bool(text[: match.start()].strip("%")) and match.start() > 0
            percent = bool(behind) or (first and text[match.start() - 1] == "%" and not behind)
            yield Number(value, len(part), len(digits), percent, match.start(), end, bool(match["mark"]))


def _stands_alone(text: str, start: int, end: int, percent: bool) -> bool:
    before, after = text[max(0, start - 24) : start], text[end : end + 16]
    if before and (before[-1].isalnum() or before[-1] in _TIGHT or (before[-1] in ",'’" and before[-2:-1].isdigit())):
        return False
    if after and not percent:
        if after[0].isalnum() and after[0] not in "²³":
            return False
        if after[0] in _TIGHT and after[0] not in ".:*" and not (after[0] in "\u2014-" and not after[1:2].isdigit()):
            return False
    if after and after[0] in ".,:/’'" and after[1:2].isdigit():
        return False
    if not percent and (_BEFORE_MONTH.match(after) or _BEHIND_MONTH.search(before)):
        return False
    return percent or not _NUMBERED.search(before)


def sentence_around(text: str, index: int) -> tuple[int, int]:
    """The sentence that holds a character."""
    return next(((start, end) for start, end in sentences(text) if index < end), (0, len(text)))


def cited(passage: Passage, start: int, end: int) -> bool:
    """Whether a citation stands between two characters: a number there may be somebody else's."""
    return any(
        mark.kind == "role" and mark.name.split(":")[0] in ("cite", "footcite") and start <= mark.index < end
        for mark in passage.marks
    )


def quoted(passage: Passage, index: int) -> bool:
    """Whether a character stands in a quotation."""
    if passage.kind == "quote" or {"epigraph", "pull-quote"} & set(passage.within):
        return True
    return any(match.start() < index < match.end() for match in _QUOTED.finditer(passage.text))


def units_of(units: Iterable[str]) -> tuple[str, ...]:
    """Units that numbers of this thesis may have, the longest first."""
    return tuple(
        sorted(UNITS | {" ".join(unit.split()) for unit in units if len(unit) > 1}, key=lambda unit: (-len(unit), unit))
    )


def unit_behind(text: str, end: int, units: tuple[str, ...]) -> str:
    """The unit behind a number that ends here; empty where there is none."""
    rest = text[end : end + len(units[0]) + 2]
    if not rest[:1].isspace():
        return ""
    rest = " ".join(rest.split())
    return next((unit for unit in units if rest.startswith(unit) and not rest[len(unit) : len(unit) + 1].isalnum()), "")
