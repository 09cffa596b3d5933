"""Numbers, dates and units as a language prints them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from babel import Locale

Number = int | float | Decimal

_NO_BREAK = "\u00a0"
_MINUS = "\u2212"
_FORMATTED = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[\d,_]*)(?:\.(?P<part>\d+))?(?:[eE](?P<power>[+-]?\d+))?(?P<percent>%?)"
)
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_DIRECTIVE = re.compile(r"%(?P<bare>[-#]?)(?P<letter>.)", re.DOTALL)
_TIGHT_UNITS = ("°", "′", "″", "'", '"')
_GROUPS_FROM_FIVE_DIGITS = frozenset({"es", "pl", "pt_PT"})
_YES_NO = {
    "en": ("yes", "no"),
    "de": ("ja", "nein"),
    "es": ("sí", "no"),
    "fr": ("oui", "non"),
    "it": ("sì", "no"),
    "nl": ("ja", "nee"),
    "pl": ("tak", "nie"),
    "pt": ("sim", "não"),
    "ru": ("да", "нет"),
    "uk": ("так", "ні"),
}


@dataclass(frozen=True, slots=True)
class Marks:
    """What a language puts into its numbers."""

    decimal: str
    """Between whole and part."""
    group: str
    """Between thousands."""
    before_percent: str
    """From the number to the percent sign; most often nothing or a no-break space."""
    percent_first: bool
    """Whether the sign stands before the number."""
    before_unit: str
    """Between a number and its unit."""
    wide_groups: bool
    """Whether a number of four digits stays in one piece."""


@lru_cache(maxsize=32)
def locale_of(language: str) -> Locale:
    """The locale of a language tag, `en` where nobody knows it."""
    from babel import Locale, UnknownLocaleError

    tag = (language or "en").replace("-", "_")
    for one in (tag, tag.split("_")[0]):
        try:
            return Locale.parse(one)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


@lru_cache(maxsize=32)
def marks_of(language: str) -> Marks:
    """Marks of a language, from the Unicode locale data that babel carries."""
    locale = locale_of(language)
    symbols: Any = locale.number_symbols
    symbols = symbols.get("latn", symbols)
    percent = locale.percent_formats[None].pattern.split(";")[0]
    space = "".join(c for c in percent if c.isspace())
    between = "".join(c for c in _kilometre(locale) if c.isspace())[:1]
    return Marks(
        decimal=symbols["decimal"],
        group=symbols["group"],
        before_percent=_unbroken(space),
        percent_first=percent.lstrip("\u200e\u200f").startswith("%"),
        before_unit=_unbroken(between),
        wide_groups=bool({locale.language, str(locale)} & _GROUPS_FROM_FIVE_DIGITS) and str(locale) != "es_US",
    )


def _kilometre(locale: Locale) -> str:
    """One kilometre, abbreviated: it shows the space that a language puts before a unit."""
    from babel.units import format_unit

    return str(format_unit("1", "length-kilometer", length="short", locale=locale))


def _unbroken(space: str) -> str:
    return space.replace(" ", _NO_BREAK)


def print_number(value: Number, spec: str, language: str) -> str:
    """Print a number by a Python format spec, with the marks of a language.

    Raises ValueError where the spec does not fit the value.
    """
    return _localised(format_number(value, spec), marks_of(language))


def format_number(value: Number, spec: str = "") -> str:
    """Format a number in Python's own way; without a spec, up to six significant digits."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):  # noqa: PLR0124
        return {"nan": "nan", "inf": "∞", "-inf": f"{_MINUS}∞"}[str(value)]
    if not spec:
        return _shortest(value)
    if spec[-1] == "d" and not isinstance(value, int) and value == int(value):
        value = int(value)
    return format(value, spec)


def _shortest(value: Number) -> str:
    if isinstance(value, (int, Decimal)):
        return str(value)
    text = format(value, ".6g")
    large = 1e6 <= abs(value) < 1e16  # noqa: PLR2004
    return format(value, ".0f") if "e" in text and large else text


def _localised(text: str, marks: Marks) -> str:
    match = _FORMATTED.fullmatch(text.strip())
    if not match or not (match["whole"] or match["part"]):
        return text.strip()
    groups = re.split("[,_]", match["whole"])
    joint = "" if marks.wide_groups and len(groups) == 2 and len(groups[0]) == 1 else marks.group  # noqa: PLR2004
    digits = joint.join(groups) + (marks.decimal + match["part"] if match["part"] else "")
    zero = not any(c in "123456789" for c in match["whole"] + (match["part"] or ""))
    sign = {"-": "" if zero else _MINUS, "+": "+", "": ""}[match["sign"]]
    if match["power"]:
        raised = str(int(match["power"])).translate(_RAISED)
        digits = f"{digits}{_NO_BREAK}×{_NO_BREAK}10{raised}"
    return sign + (_with_percent(digits, marks) if match["percent"] else digits)


def _with_percent(text: str, marks: Marks, sign: str = "%") -> str:
    return f"{sign}{marks.before_percent}{text}" if marks.percent_first else f"{text}{marks.before_percent}{sign}"


def with_unit(text: str, unit: str, language: str) -> str:
    """Put a unit after a printed value, on the same line."""
    if not unit or (unit == "%" and "%" in text):
        return text
    marks = marks_of(language)
    if unit in ("%", "‰"):
        return _with_percent(text, marks, unit)
    if unit in _TIGHT_UNITS:
        return text + unit
    return text + (marks.before_unit or _NO_BREAK) + unit.replace(" ", _NO_BREAK)


def print_date(value: date, spec: str, language: str) -> str:
    """Print a date by a strftime spec in the words of a language; without one, as the language writes dates out.

    Raises ValueError where the spec holds a directive that is not known.
    """
    check_date_format(spec)
    if spec in ("", *_LENGTHS):
        from babel.dates import format_date, format_datetime

        locale = locale_of(language)
        if isinstance(value, datetime) and (value.hour, value.minute, value.second) != (0, 0, 0):
            return str(format_datetime(value, spec or "long", locale=locale))
        return str(format_date(value, spec or "long", locale=locale))
    context = "format" if re.search(r"%[-#]?[de]", spec) else "stand-alone"

    def replace(match: re.Match[str]) -> str:
        return _directive(value, match["letter"], bool(match["bare"]), language, context)

    return _DIRECTIVE.sub(replace, spec)


def check_date_format(spec: str) -> None:
    """Raise ValueError where a date cannot be printed by a spec."""
    if "%" not in spec and spec not in ("", *_LENGTHS):
        raise ValueError("a date wants directives such as %Y")
    for match in _DIRECTIVE.finditer(spec):
        if match["letter"] not in _NUMERIC and match["letter"] not in _WORDS:
            raise ValueError(f"unknown directive '%{match['letter']}'")


_LENGTHS = ("full", "long", "medium", "short")
"""How long a language writes a date out, from weekday to digits."""

_WORDS = "BbhAap%"
"""Directives that print words."""

_NUMERIC: dict[str, tuple[Callable[[datetime], int], int]] = {
    "d": (lambda d: d.day, 2),
    "e": (lambda d: d.day, 0),
    "m": (lambda d: d.month, 2),
    "Y": (lambda d: d.year, 4),
    "y": (lambda d: d.year % 100, 2),
    "H": (lambda d: d.hour, 2),
    "I": (lambda d: d.hour % 12 or 12, 2),
    "M": (lambda d: d.minute, 2),
    "S": (lambda d: d.second, 2),
    "j": (lambda d: d.timetuple().tm_yday, 3),
    "V": (lambda d: d.isocalendar().week, 2),
    "G": (lambda d: d.isocalendar().year, 4),
    "u": (lambda d: d.isoweekday(), 0),
}
"""Directives that print a number, with the width they are filled up to."""


def _directive(value: date, letter: str, bare: bool, language: str, context: str) -> str:
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
    if letter in _NUMERIC:
        number, width = _NUMERIC[letter]
        return str(number(moment)) if bare else f"{number(moment):0{width}d}"
    locale: Any = locale_of(language)
    if letter in "Bbh":
        return str(locale.months[context]["wide" if letter == "B" else "abbreviated"][moment.month])
    if letter in "Aa":
        return str(locale.days[context]["wide" if letter == "A" else "abbreviated"][moment.weekday()])
    if letter == "p":
        return str(locale.day_periods["format"]["abbreviated"]["am" if moment.hour < 12 else "pm"])  # noqa: PLR2004
    return "%"


def print_truth(value: bool, language: str) -> str:
    """Print "yes" or "no"."""
    words = _YES_NO.get(locale_of(language).language, _YES_NO["en"])
    return words[0] if value else words[1]
