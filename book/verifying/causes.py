"""What a difference between two runs probably comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ADDRESS = re.compile(r"\b0x[0-9A-Fa-f]{6,16}\b")
_TEMPORARY = re.compile(r"\btmp[a-z0-9_]{6,10}\b")
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d?:\d\d(?::\d\d(?:\.\d+)?)?)?|\d\d?:\d\d(?::\d\d(?:\.\d+)?)?|\b\d[\d.,e-]*\s*(?:ns|[µu]s|ms|s|min)\b"
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_TOKEN = re.compile(r"\w+|\S")
_RANDOM = re.compile(r"\brandom\b|\brng\b|default_rng|RandomState|\.sample\(|shuffle|bootstrap|\brunif\(|\brnorm\(")
_FRESH = re.compile(r"\buuid[14]\b|\bsecrets\.|urandom|\btempfile\b")
_CLOCK = re.compile(
    r"\btime\.(?:time|perf_counter|monotonic|process_time|strftime|ctime|localtime)|\bnow\(|\btoday\(|utcnow|%%?time|Sys\.time|st_mtime|getmtime"
)
_LISTING = re.compile(r"listdir|scandir|\bi?glob\(|iterdir|os\.walk|list\.files")
_TOGETHER = re.compile(r"as_completed|imap_unordered|\bThread\(|ThreadPool|ProcessPool|multiprocessing")
_PLACE = re.compile(
    r"__file__|getcwd|\.resolve\(|\.absolute\(|abspath|tempfile|gettempdir|mkdtemp|expanduser|Path\.cwd"
)
_USER = re.compile(r"\bgetuser\(|\bgete?uid\(|\bgetlogin\(|\bUSER(?:NAME)?\b|\bLOGNAME\b")
_PROCESSORS = re.compile(r"cpu_count|sched_getaffinity|\bnproc\b|n_jobs\s*=\s*-1|detectCores")
_LOCALE = re.compile(r"\bsetlocale\(|\blocale\.|\bstrcoll\b|\bstrxfrm\b|\bLC_ALL\b|\bLANG\b")
CLOSE = 1e-8
"""Relative difference of numbers that only rounding tells apart."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What a difference comes from, as far as one can tell."""

    what: str
    """In a few words; empty where nobody knows."""
    hint: str
    """What to try."""


ADDRESS = Cause(
    "the address of an object", "print what the object holds: give its class a '__repr__', or call what it stands for"
)
PLACE = Cause("a path of this machine", "print paths from the thesis's folder, or only their names")
ORDER = Cause("the order of a set", "sort what is printed: 'sorted(...)'")
LISTING = Cause("the order of files in a folder", "sort the names: 'sorted(...)'")
TOGETHER = Cause("the order in which threads or processes end", "sort what they give")
CLOCK = Cause("the clock", "write the date into the text or the data, or leave it out")
RANDOM = Cause("random numbers without a seed", "seed them: 'numpy.random.default_rng(1)', 'random.seed(1)'")
FRESH = Cause("a name or number that is new each time", "make it from the data")
HASH = Cause("the hash of a text", "use 'hashlib', which gives the same in every process")
PROCESS = Cause("the number of a process or an object", "leave it out")
USER = Cause("who runs it", "leave it out, or write the name into the text")
PROCESSORS = Cause("the number of processors", "say in the code how many workers there are, and put what they give in order")
LOCALE = Cause("the locale", "set it in the code, or format and sort without it")
ROUNDING = Cause("the last digits of numbers", "round what is printed or recorded")
WARNING = Cause("a warning that is not always given", "mend what it warns of, or filter it")
UNKNOWN = Cause(
    "", "random numbers need a seed; sets have no order; the clock, paths, locale and time zone are others each time"
)

BYTES = Cause("", "many formats hold the time at which they were written, or an order that changes: write a text where you can")


def cause_of(texts: tuple[str, str], what: str, code: str, places: tuple[Sequence[str], Sequence[str]]) -> Cause:
    """The cause of a difference between two outputs, from their words and from the code that they come from."""
    one, other = (_without(text, own) for text, own in zip(texts, places, strict=True))
    if what == "what it warns of" and "arning" in one + other:
        return WARNING
    return (_from_words(one, other, code) if all(texts) else None) or _from_code(code)


def _from_words(one: str, other: str, code: str) -> Cause | None:
    """What two texts themselves tell."""
    if sorted(_TOKEN.findall(one)) == sorted(_TOKEN.findall(other)):
        return PLACE if one == other else _order(code)
    if _close(one, other):
        return CLOCK if _CLOCK.search(code) else ROUNDING
    known = ((_ADDRESS, ADDRESS), (_TEMPORARY, FRESH), (_MOMENT, CLOCK))
    return next((cause for pattern, cause in known if _same(pattern, one, other)), None)


def _from_code(code: str) -> Cause:
    """The first thing in the code that is another one each time; what a cell itself does comes first."""
    known = ((_RANDOM, RANDOM), (_CLOCK, CLOCK), (_FRESH, FRESH), (re.compile(r"(?<![\w.])hash\("), HASH),
             (re.compile(r"\bgetpid\(|(?<![\w.])id\("), PROCESS), (_PLACE, PLACE), (_LISTING, LISTING), (_USER, USER), (_LOCALE, LOCALE),
             (_PROCESSORS, PROCESSORS), (_TOGETHER, TOGETHER))  # fmt: skip
    found = [(match.start(), at, cause) for at, (pattern, cause) in enumerate(known) if (match := pattern.search(code))]
    return min(found)[2] if found else UNKNOWN


def _order(code: str) -> Cause:
    return LISTING if _LISTING.search(code) else TOGETHER if _TOGETHER.search(code) else ORDER


def _without(text: str, places: Sequence[str]) -> str:
    for place in places:
        text = text.replace(place, "...")
    return text


def _same(pattern: re.Pattern[str], one: str, other: str) -> bool:
    """Whether two texts differ in nothing but what a pattern finds."""
    return pattern.sub("...", one) == pattern.sub("...", other)


def _close(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but numbers, and those hardly."""
    if not _same(_NUMBER, one, other):
        return False
    pairs = zip(map(float, _NUMBER.findall(one)), map(float, _NUMBER.findall(other)), strict=True)
    return all(abs(a - b) <= CLOSE * max(abs(a), abs(b)) for a, b in pairs)
