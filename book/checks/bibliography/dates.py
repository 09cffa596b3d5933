"""Dates that exist, in the form of BibLaTeX."""

from __future__ import annotations

import calendar
import re
from typing import TYPE_CHECKING

from book.checks.bibliography.months import MONTHS, SEASONS
from book.diagnostics import Diagnostic
from book.sources.csl import NO_DATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject
    from book.sources.entries import Entry

_EDTF = re.compile(
    r"(?P<year>-?\d{4}|\d{3}X|\d{2}XX|\dXXX|XXXX|[yY]-?\d{5,})(?:-(?P<month>\d{2}|XX)(?:-(?P<day>\d{2}|XX))?)?"
    r"(?P<time>T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?[?~%]?"
)
_LOOSE = re.compile(r"\d{4}-\d{1,2}(?:-\d{1,2})?")
_STATE = re.compile(
    r"(?:in|im|en|à|au|w)\s+(?:press|print|preparation|production|review|prep|druck|erscheinen|vorbereitung|prensa|presse|paraître|druku)"
    r"|forthcoming|to appear|accepted|submitted|under review|in progress|working paper|unpublished|ongoing|present|current|no year|s\.\s?f\.|z\.\s?j\.|im ersch\.|i\.\s?e\.|advance online publication|online first|early access|erscheint(?: demnächst)?",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"(?:c\.?|ca\.?|circa|approx\.?|um|before|after|vor|nach|~|\[|\()*\s*\d{4}(?:[\])?s~%]|er)*"
    r"(?:\s*(?:-{1,3}|–|—|/|,|&|and|und|\[|\()\s*(?:orig\.?\s*)?(?:\d{4}|\d{2}|present|today|heute)?[\])?]*)*",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"(\d{4})([a-z])")
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[\s./-]+(?P<month>\d{1,2}|[^\W\d_]{3,}\.?)[\s,./-]+(?P<year>\d{4})"
)
_MONTH_FIRST = re.compile(r"(?P<month>[^\W\d_]{3,})\.?\s+(?P<day>\d{1,2})?(?:st|nd|rd|th)?,?\s*(?P<year>\d{4})")
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[\s,./-]+(?P<month>\d{1,2}|[^\W\d_]{3,})\.?(?:[\s./-]+(?P<day>\d{1,2}))?")
_MONTH_YEAR = re.compile(r"(?P<month>\d{1,2})[/.](?P<year>\d{4})")
LONGEST = 100
"""Characters of a date beyond which nobody reads on."""
_FIELDS = ("date", "urldate", "eventdate", "origdate")
_ON_LINE = frozenset({"online", "electronic", "www"})
_NATBIB = re.compile(r"\{?\\natexlab\s*\{[^}]*\}\}?")


def every_date_exists(subject: Subject) -> Iterator[Diagnostic]:
    """Every date exists and is written as BibLaTeX reads it; a year is one, or says why there is none."""
    for entry in subject.document.bibliography.entries.values():
        for name, what, hint in mistakes(entry):
            shown = entry.fields[name][:60]
            said = f"{name} '{shown}' of entry '{entry.key}' {what}"
            yield Diagnostic(
                "malformed-date", said, "warning", entry.path, entry.lines.get(name, entry.line), hint=hint
            )


def mistakes(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Field, what is wrong with it, and what to do."""
    for name in _FIELDS:
        value = _bare(entry.fields.get(name, ""))
        found = date_mistake(value) if value else None
        if found:
            yield (name, *found)
    year = _bare(entry.fields.get("year", ""))
    found = year_mistake(year) if year else None
    if found:
        yield ("year", *found)
    wrong = _month_mistake(entry)
    if wrong:
        yield wrong
    yield from _disagreements(entry)


def _bare(value: str) -> str:
    value = value[:LONGEST]
    if "\\" in value or "{" in value:
        value = re.sub(r"[{}]", "", _NATBIB.sub("", value)).replace("~", " ").replace("\\", "")
    return value.strip()


def date_mistake(value: str) -> tuple[str, str] | None:
    """What is wrong with a date in BibLaTeX's form (ISO 8601-2, level 1), and what to do."""
    if NO_DATE.fullmatch(value) or _STATE.fullmatch(value):
        return None
    parts = [part.strip() for part in value.split("/")]
    if len(parts) <= 2 and all(_EDTF.fullmatch(part) or part in ("", "..") for part in parts) and any(parts):  # noqa: PLR2004 - from and to
        wrong = next((part for part in parts if not _exists(part)), "")
        if wrong:
            return "is in no calendar", "a month has a number up to 12, and at most 31 days"
        if (
            all(re.match(r"\d{4}", part) for part in parts)
            and len(parts) > 1
            and _cut(parts[0], parts[1]) > _cut(parts[1], parts[0])
        ):
            return "ends before it begins", "write 'from/to'"
        return None
    meant = _iso(value)
    return (
        "is not written as BibLaTeX reads it",
        f"write '{meant}'" if meant else "write 'year-month-day', 'year-month' or 'year' in digits",
    )


def year_mistake(value: str) -> tuple[str, str] | None:  # noqa: PLR0911 - one line a mistake
    """What is wrong with a year, and what to do."""
    plain = value.replace("~", " ")
    if NO_DATE.fullmatch(plain) or _STATE.fullmatch(plain) or _YEAR.fullmatch(plain):
        return None
    suffixed = _SUFFIX.fullmatch(plain)
    if suffixed:
        return "has a letter, which styles add by themselves", f"write '{suffixed[1]}'"
    if re.fullmatch(r"\d{4}-\d{2}(?:-\d{2})?", plain):
        return None if _exists(plain) else ("is in no calendar", "a month has a number up to 12, and at most 31 days")
    if re.fullmatch(r"-\d{1,4}|\d{1,4}\s*(?:BC|BCE|CE|AD|v\.\s?Chr\.?)", plain):
        return None
    if re.fullmatch(r"\d+", plain):
        return f"has {len(plain)} digits", "write the year in four digits"
    if _state_and_more(plain):
        return None
    within = re.search(r"(?<!\d)\d{4}(?!\d)", plain)
    meant = _iso(plain)
    if meant:
        return "is more than a year", f"write 'date = {{{meant}}}' instead of 'year'"
    return (
        "is no year",
        f"write '{within[0]}', and the rest under 'note'"
        if within
        else "write four digits, or 'n.d.' where nobody knows",
    )


def _state_and_more(value: str) -> bool:
    """A state of publication with a year beside it: `2021, in press`."""
    rest = re.sub(r"\b\d{4}\b|[\s,;()\[\]-]", " ", value).strip()
    return bool(_STATE.fullmatch(" ".join(rest.split())))


def _exists(value: str) -> bool:
    """Whether a date of the right shape is in the calendar, or names a season."""
    match = _EDTF.fullmatch(value)
    if not match or not (match["month"] or "").isdigit():
        return True
    month, day = int(match["month"]), match["day"] or ""
    if 21 <= month <= 41:  # noqa: PLR2004 - seasons and quarters of ISO 8601-2
        return not day
    if not 1 <= month <= 12:  # noqa: PLR2004 - months
        return False
    year = int(match["year"]) if match["year"].isdigit() and int(match["year"]) else 2000
    return not day.isdigit() or 1 <= int(day) <= calendar.monthrange(year, month)[1]


def _iso(value: str) -> str:
    """A date in words or in another order, in BibLaTeX's form; empty where it is not clear."""
    for pattern in (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST, _MONTH_YEAR):
        match = pattern.fullmatch(value.strip())
        if match:
            found = match.groupdict()
            month = _month(found["month"])
            day = found.get("day") or ""
            if pattern is _DAY_FIRST and found["month"].isdigit() and int(day) <= 12 and "." not in value:  # noqa: PLR2004 - day and month could change places
                return ""
            iso = f"{found['year']}-{month:02}" + (f"-{int(day):02}" if day else "")
            return iso if month and _exists(iso) else ""
    return ""


def _month(text: str) -> int:
    if text.isdigit():
        return int(text) if 1 <= int(text) <= 12 else 0  # noqa: PLR2004 - months
    return MONTHS.get(text.rstrip(".").casefold(), 0)


def _month_mistake(entry: Entry) -> tuple[str, str, str] | None:
    value = _bare(entry.fields.get("month", ""))
    if not value:
        return None
    if value.isdigit():
        if not 1 <= int(value) <= 12:  # noqa: PLR2004 - months
            return "month", "is no month", "write a number from 1 to 12"
    else:
        words = re.findall(r"[^\W\d_]{3,}", value)
        unknown = [word for word in words if word.casefold() not in MONTHS and word.casefold() not in SEASONS]
        close = _close(unknown[0]) if unknown and len(unknown) == len(words) else ""
        if close:
            return "month", "is misspelt", f"did you mean '{close}'?"
    day, year = _bare(entry.fields.get("day", "")), _bare(entry.fields.get("year", ""))
    month = _month(value)
    if (
        day.isdigit()
        and month
        and not _exists(f"{year if re.fullmatch(r'[0-9]{4}', year) else '2000'}-{month:02}-{int(day):02}")
    ):
        return "day" if "day" in entry.lines else "month", "is in no calendar", "a month has at most 31 days"
    return None


def _close(word: str) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word.casefold(), MONTHS, n=1, cutoff=0.8)), "")


def _disagreements(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Two dates of an entry that cannot both be right."""
    date, year, visited = (_bare(entry.fields.get(name, "")) for name in ("date", "year", "urldate"))
    if re.fullmatch(r"\d{4}", year) and re.match(r"\d{4}", date) and year not in re.findall(r"\d{4}", date):
        yield "year", f"says otherwise than its date '{date}'", "delete the wrong one"
    made = date or year
    known = all(_EDTF.fullmatch(one) and _exists(one) and re.match(r"\d{4}", one) for one in (visited, made) if one)
    if visited and made and known and entry.type in _ON_LINE and _cut(visited, made) < _cut(made, visited):
        yield "urldate", f"is earlier than the work, which is of '{made}'", "one of the two dates is wrong"


def _cut(value: str, other: str) -> str:
    """A date as exactly as another one is known."""
    return value[: min(len(value.partition("T")[0]), len(other.partition("T")[0]))]
