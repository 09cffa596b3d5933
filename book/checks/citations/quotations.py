"""Quotations say where they stand in the work."""

from __future__ import annotations

import bisect
import re
from typing import TYPE_CHECKING

from book.checks.bibliography.wording import folded, value_of
from book.checks.citations.roles import roles_in
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject
    from book.sources.bibliography import Bibliography
    from book.sources.prose import Passage

LEAST = 5
"""Words from which a passage in quotation marks is a quotation; fewer are a term or a distance from it."""
ATTRIBUTION = 200
"""Characters before the citation of a block quotation in which its page may be named."""
PAGELESS = frozenset(
    [
        "online",
        "electronic",
        "www",
        "misc",
        "software",
        "dataset",
        "video",
        "movie",
        "audio",
        "music",
        "image",
        "artwork",
        "performance",
        "patent",
        "webpage",
        "website",
        "legislation",
        "jurisdiction",
        "letter",
        "commentary",
        "standard",
    ]
)
"""Types of works that have no pages to name."""
LOOSE = frozenset(["online", "electronic", "www", "misc", "webpage", "website", "article"])
"""Types that say little of what a work is: one that is read as a PDF has pages."""
_QUOTED = re.compile(
    r"“(?P<a>[^“”„]{15,1500})”|„(?P<b>[^„“”]{15,1500})[“”]|«\s?(?P<c>[^«»]{15,1500})\s?»|»(?P<d>[^«»]{15,1500})«|‘(?P<e>[^‘]{20,800}?)’(?![^\W\d_])"
)
_STRAIGHT = re.compile(r'"([^"]{15,1500})"')
_BETWEEN = re.compile(r"[\s.,;:!?…]{0,4}[(\[]?\s?(?:(?:see|cf\.|vgl\.|from|aus)\s)?$")
_INTRODUCES = re.compile(r"(?:\s[^.!?“„«\"\ufffc]{0,90})?[:,]?\s*$")
_VERB = re.compile(
    r":\s*$|\b(?:writes?|wrote|says?|said|states?|stated|argues?|argued|notes?|noted|puts?|calls?|called|defines?|defined|describes?|described|observes?|observed|concludes?|concluded|explains?|explained|claims?|claimed|that|as|schreib(?:t|en)|sagt|nenn(?:t|en)|definier(?:t|en)|beschreib(?:t|en)|als|dass|zufolge|écrit|dit|affirme|escribe|dice)\b[^.!?]{0,30}$"
)
_PAGE = re.compile(
    r"\b(?:pp?\.|pages?|S\.|Seiten?|chap(?:ter)?\.?|ch\.|Kap\.|Kapitel|section|sec\.|§|p\.\s?m\.|para\.?|art\.|article)\s*\d",
    re.IGNORECASE,
)
_PDF = re.compile(r"\.pdf(?:[?#]|$)", re.IGNORECASE)
_QUOTES = frozenset({"epigraph", "pull-quote", "highlights"})


def every_quotation_has_a_locator(subject: Subject) -> Iterator[Diagnostic]:
    """Every direct quotation is cited with its page, or whatever the work has instead."""
    bibliography = subject.document.bibliography
    for prose in subject.prose:
        for passage in prose.passages:
            if passage.kind not in ("paragraph", "item", "quote", "note", "cell"):
                continue
            for index, key in sorted(set(_bare_quotations(passage, bibliography))):
                place = passage.at(index)
                said = f"a quotation from '{key}' is cited without its page"
                hint = f"name the place: '{{cite:p}}`{key}{{p. 5}}`'"
                yield Diagnostic(
                    "quotation-without-locator",
                    said,
                    "warning",
                    prose.path,
                    place.line,
                    place.column,
                    hint=hint,
                    cell=place.cell,
                )


def _bare_quotations(passage: Passage, bibliography: Bibliography) -> Iterator[tuple[int, str]]:
    """Where the citation of each quotation without a locator stands, and its key."""
    roles = list(roles_in(passage))
    if not roles or _PAGE.fullmatch(passage.text):
        return
    if passage.kind == "quote" or _QUOTES.intersection(passage.within):
        if (
            len(passage.text.split()) > LEAST
            and not any(_located(passage, role) for role in roles)
            and not _PAGE.search(passage.text, max(roles[-1][0] - ATTRIBUTION, 0))
            and _paged(roles[-1][2], bibliography)
        ):
            yield roles[-1][0], roles[-1][2][0][0]
        return
    for start, end, words in _quotations(passage.text):
        role = _role_of(start, end, passage.text, roles)
        if (
            role
            and not _located(passage, role)
            and _paged(role[2], bibliography)
            and not _is_title(words, role[2], bibliography)
        ):
            yield role[0], role[2][0][0]


def _quotations(text: str) -> Iterator[tuple[int, int, str]]:
    """Beginning, end and words of everything in quotation marks that is long enough."""
    found = [(match.start(), match.end(), next(filter(None, match.groups()))) for match in _QUOTED.finditer(text)]
    if text.count('"') % 2 == 0 and '"' in text:
        found += [(match.start(), match.end(), match[1]) for match in _straight(text)]
    for start, end, words in found:
        if len(re.findall(r"[^\W\d_][\w’'-]*", words)) >= LEAST:
            yield start, end, words


def _straight(text: str) -> Iterator[re.Match[str]]:
    places = [match.start() for match in re.finditer('"', text)]
    for first, second in zip(places[::2], places[1::2], strict=True):
        match = _STRAIGHT.match(text, first)
        if match and match.end() == second + 1:
            yield match


def _role_of(
    start: int, end: int, text: str, roles: list[tuple[int, str, tuple[tuple[str, str], ...]]]
) -> tuple[int, str, tuple[tuple[str, str], ...]] | None:
    """The citation that follows a quotation, or else the one in the text that introduces it."""
    following = bisect.bisect_left(roles, end, key=lambda role: role[0])
    for role in roles[following : following + 1]:
        if _BETWEEN.match(text[end : role[0]]) and role[0] - end <= 12:  # noqa: PLR2004 - a bracket and a word
            return role
    for role in roles[max(following - 3, 0) : following][::-1]:
        between = text[role[0] + 1 : start]
        if (
            role[0] < start
            and role[1].startswith(("t", "ct"))
            and _INTRODUCES.fullmatch(between)
            and (_VERB.search(between) or not between.strip(" ,:("))
        ):
            return role
    return None


def _located(passage: Passage, role: tuple[int, str, tuple[tuple[str, str], ...]]) -> bool:
    """Whether a citation names a place in the work, inside the role or typed near it."""
    return (
        any(locator for _, locator in role[2])
        or bool(_PAGE.search(passage.text[max(role[0] - 30, 0) : role[0] + 60]))
        or any(_PAGE.search(text) for text in (passage.text[-40:],) if role[0] > len(passage.text) - 60)
    )


def _paged(works: tuple[tuple[str, str], ...], bibliography: Bibliography) -> bool:
    """Whether a work that is quoted has pages; nothing is said of one without an entry."""
    entries = [bibliography.entries.get(key) for key, _ in works]
    return bool(entries) and all(
        entry is not None
        and (
            (entry.type in LOOSE and bool(_PDF.search(value_of(entry, "url"))))
            or (
                entry.type not in PAGELESS
                and not (
                    entry.type == "article"
                    and "url" in entry.fields
                    and not {"pages", "volume", "doi"} & set(entry.fields)
                )
            )
        )
        for entry in entries
    )


def _is_title(words: str, works: tuple[tuple[str, str], ...], bibliography: Bibliography) -> bool:
    """Whether what stands in quotation marks is the name of a work."""
    plain = folded(words)
    for key, _ in works:
        entry = bibliography.entries[key]
        titles = [
            folded(value_of(entry, name)) for name in ("title", "booktitle", "journal", "journaltitle", "subtitle")
        ]
        if any(plain and title and (plain in title or title in plain) for title in titles):
            return True
    long = [word for word in re.findall(r"[^\W\d_]+", words) if len(word) > 3]  # noqa: PLR2004 - small words are small in titles too
    return len(long) > 1 and sum(word[0].isupper() for word in long) > 0.8 * len(long)
