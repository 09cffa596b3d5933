"""Citations typed by hand."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from book.checks.bibliography.wording import families, folded, readable, value_of, years_of
from book.checks.citations.reading import typed_citations
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from book.checks.citations.reading import Typed
    from book.checks.subject import Subject
    from book.sources.bibliography import Bibliography
    from book.sources.entries import Entry
    from book.sources.prose import Passage

KINDS = frozenset({"paragraph", "item", "quote", "cell", "caption", "note"})
_LISTS = re.compile(
    r"\W*(?:references?|bibliograph\w+|works cited|literature(?: cited)?|further reading|sources|literatur\w*|quellen\w*|weiterführende literatur|références|bibliografía|referencias|riferimenti|literatuur|bibliografia|литература|список литературы)\W*",
    re.IGNORECASE,
)
_CITING = re.compile(
    r"\W*(?:(?:how\s+to\s+)?cit(?:e|ing)\b.{0,60}|(?:suggested|recommended|preferred)\s+citation\b.{0,30}|citation|zitier\w+\b.{0,40}|(?:so\s+)?zitieren|comment\s+citer\b.{0,40}|cómo\s+citar\b.{0,40}|come\s+citare\b.{0,40})\W*",
    re.IGNORECASE,
)
"""Headings under which a text gives its own citation, for others to copy."""
_OWN = re.compile(r"[^()]{3,300}\(\d{4}[^()]{0,20}\)\.")
"""How an entry of a list of works begins."""
_SAYS = re.compile(
    r"\s*(?:,\s*)?(?:also\s+|first\s+|has\s+|have\s+)?(?:argues?d?|shows?|showed|shown|finds?|found|proposed?s?|suggest(?:s|ed)?|claim(?:s|ed)?|define[sd]?|describe[sd]?|introduce[sd]?|note[sd]?|report(?:s|ed)?|conclude[sd]?|demonstrate[sd]?|develop(?:s|ed)?|identif(?:y|ies|ied)|discuss(?:es|ed)?|observe[sd]?|stud(?:y|ies|ied)|examine[sd]?|call(?:s|ed)|distinguish(?:es|ed)?|point(?:s|ed)? out|write[s]?|wrote|states?|stated|zeig(?:t|en)|argumentier(?:t|en)|beschreib(?:t|en)|definier(?:t|en)|schreib(?:t|en)|kommt zu|kommen zu|versteh(?:t|en)|unterscheide(?:t|n)|beton(?:t|en)|nenn(?:t|en)|weis(?:t|en) darauf|stell(?:t|en) fest)\b"
)
_BY = re.compile(
    r"\b(?:by|according to|see|following|of|cf\.|vgl\.|laut|nach|von|bei|siehe|with|in|than|and)\s+$", re.IGNORECASE
)
_BY_STRONGLY = re.compile(r"\b(?:according to|see|see also|following|cf\.|vgl\.|laut|siehe)\s+$", re.IGNORECASE)
_BEFORE_PARTICLE = re.compile(r"\w[\w’'-]*\s+(?=(?:von|vom|de|del|di|da|du|van)\s)")
_PREPOSITION = re.compile(r"(?:von|vom|zu|zur|de|di|da|du|van|den|der|la|le)\s+")
LONGEST_ENTRY = 600
"""Characters beyond which a passage is no entry of a list of works."""
_NO_NAMES = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "januar",
        "februar",
        "märz",
        "mai",
        "juni",
        "juli",
        "oktober",
        "dezember",
        "spring",
        "summer",
        "autumn",
        "fall",
        "winter",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "figure",
        "fig",
        "table",
        "tab",
        "chapter",
        "section",
        "equation",
        "eq",
        "appendix",
        "part",
        "volume",
        "vol",
        "version",
        "release",
        "edition",
        "number",
        "no",
        "page",
        "note",
        "example",
        "box",
        "abbildung",
        "abb",
        "tabelle",
        "kapitel",
        "abschnitt",
        "gleichung",
        "anhang",
        "teil",
        "band",
        "auflage",
        "ausgabe",
        "stand",
        "seite",
        "beispiel",
        "the",
        "a",
        "an",
        "in",
        "on",
        "at",
        "by",
        "since",
        "until",
        "from",
        "to",
        "before",
        "after",
        "around",
        "about",
        "circa",
        "see",
        "during",
        "and",
        "or",
        "but",
        "for",
        "with",
        "this",
        "that",
        "these",
        "those",
        "it",
        "we",
        "he",
        "she",
        "they",
        "der",
        "die",
        "das",
        "ein",
        "eine",
        "im",
        "am",
        "seit",
        "bis",
        "von",
        "vor",
        "nach",
        "um",
        "ab",
        "und",
        "oder",
        "aber",
        "mit",
        "dies",
        "diese",
        "dieser",
        "source",
        "sources",
        "data",
        "census",
        "survey",
        "report",
        "act",
        "law",
        "bill",
        "treaty",
        "agreement",
        "convention",
        "protocol",
        "directive",
        "regulation",
        "olympics",
        "election",
        "elections",
        "war",
        "revolution",
        "crisis",
        "quelle",
        "quellen",
        "daten",
        "gesetz",
        "vertrag",
        "abkommen",
        "krieg",
        "krise",
        "wahl",
        "windows",
        "office",
        "python",
        "java",
        "ubuntu",
        "debian",
        "linux",
        "android",
        "ios",
        "macos",
        "matlab",
        "stata",
        "spss",
        "excel",
        "word",
        "springer",
        "wiley",
        "elsevier",
        "routledge",
        "sage",
        "pearson",
        "oxford",
        "cambridge",
        "harvard",
        "princeton",
        "yale",
        "stanford",
        "mit",
        "routledge",
        "palgrave",
        "macmillan",
        "penguin",
        "norton",
        "retrieved",
        "accessed",
        "updated",
        "published",
        "copyright",
        "abgerufen",
        "zuletzt",
        "version",
    ]
)
_PLACES = frozenset(
    [
        "beijing",
        "moscow",
        "washington",
        "london",
        "paris",
        "berlin",
        "tokyo",
        "shanghai",
        "new",
        "york",
        "brussels",
        "geneva",
        "vienna",
        "rome",
        "madrid",
        "kyiv",
        "kiev",
        "seoul",
        "delhi",
        "astana",
        "tashkent",
        "dushanbe",
        "bishkek",
        "tehran",
        "ankara",
        "istanbul",
        "sochi",
        "samara",
        "kazan",
        "munich",
        "münchen",
        "hamburg",
        "frankfurt",
        "köln",
        "cologne",
        "zürich",
        "zurich",
        "bern",
        "amsterdam",
        "copenhagen",
        "stockholm",
        "oslo",
        "helsinki",
        "warsaw",
        "warschau",
        "prague",
        "prag",
        "budapest",
        "lisbon",
        "dublin",
        "edinburgh",
        "glasgow",
        "boston",
        "chicago",
        "francisco",
        "angeles",
        "seattle",
        "toronto",
        "montreal",
        "sydney",
        "melbourne",
        "singapore",
        "bangkok",
        "hanoi",
        "jakarta",
        "cairo",
        "nairobi",
        "johannesburg",
        "lagos",
        "rio",
        "sao",
        "mexico",
        "buenos",
        "aires",
        "santiago",
        "lima",
        "bogotá",
        "havana",
        "peking",
        "moskau",
        "wien",
        "rom",
        "genf",
        "brüssel",
    ]
)


def citations_are_roles(subject: Subject) -> Iterator[Diagnostic]:
    """Every citation is a role, so that it gets its entry, its style and its link; none is typed by hand."""
    bibliography = subject.document.bibliography
    index = _index(bibliography)
    words: Words | None = None
    for prose in subject.prose:
        listing = citing = False
        said_of: set[tuple[int, int, str]] = set()
        for passage in prose.passages:
            if passage.kind == "heading":
                listing, citing = bool(_LISTS.fullmatch(passage.text)), bool(_CITING.fullmatch(passage.text))
            if listing or passage.kind not in KINDS or _is_own(passage, citing=citing):
                continue
            for typed in typed_citations(passage.text):
                words = words or Words(subject)
                found = _judged(typed, passage, index, words)
                if found:
                    place = passage.at(typed.start + found[3])
                    if (place.cell, place.line, found[1]) in said_of:
                        continue
                    said_of.add((place.cell, place.line, found[1]))
                    rule, said, hint = found[:3]
                    yield Diagnostic(
                        rule, said, "warning", prose.path, place.line, place.column, hint=hint, cell=place.cell
                    )


def _is_own(passage: Passage, *, citing: bool) -> bool:
    """Whether a passage is a work's own citation as plain text, to be copied."""
    if not citing and passage.kind != "quote":
        return False
    return bool(_OWN.match(passage.text)) or (citing and passage.kind in ("quote", "item", "cell"))


class Words:
    """What the text of a whole thesis says of its capitalised words."""

    def __init__(self, subject: Subject) -> None:
        texts = [passage.text for prose in subject.prose for passage in prose.passages]
        self.small = {word for text in texts for word in re.findall(r"(?<![\w])[a-zà-ÿ][\w’'-]+", text)}
        self.places = {
            word
            for text in texts
            for word in re.findall(
                r"\b(?:in|at|from|to|near|across|outside|aus|nach|bei|using|on)\s+([A-ZÀ-Þ]\w+)(?!\s*[(,]?\s*(?:et al|\(?\d{4}|and|&))",
                text,
            )
        }

    def is_name(self, word: str) -> bool:
        """Whether a capitalised word may be somebody's name: no common word, no place, no organisation that we know."""
        lower = word.lower()
        known = (
            lower in _NO_NAMES
            or lower in _PLACES
            or lower in _territories()
            or lower in self.small
            or word in self.places
        )
        return (
            not known
            and not word.isupper()
            and len(word) > 1
            and not re.search(r"\d|[a-z][A-Z]", re.sub(r"^(?:Mc|Mac|De|Le|La|Van|Di|Du)", "", word))
        )


@lru_cache(maxsize=1)
def _territories() -> frozenset[str]:
    """Names of countries and regions in a few languages, word by word."""
    from babel import Locale

    names = (name for code in ("en", "de", "fr", "es") for name in Locale(code).territories.values())
    return frozenset(word.lower() for name in names for word in re.findall(r"[^\W\d_]{3,}", str(name)))


def _index(bibliography: Bibliography) -> Mapping[str, list[tuple[Entry, int, frozenset[str]]]]:
    """Entries by every name that a text may call them by, with the name's place among the authors, and their years."""
    found: dict[str, list[tuple[Entry, int, frozenset[str]]]] = defaultdict(list)
    for entry in bibliography.entries.values():
        years = years_of(entry, bibliography)
        people = families(entry, bibliography, folding=False)
        for place, family in enumerate(people):
            for form in _forms(family):
                found[form].append((entry, place, years))
        for person in (
            person for role in ("author", "editor") for person in entry.persons.get(role, ()) if person.particle
        ):
            found[folded(f"{person.particle} {person.family}")].append((entry, 0, years))
        for name in ("shortauthor", "shorthand", "label", "institution", "organization"):
            short = value_of(entry, name)
            if short and (not people or name.startswith("short")):
                found[folded(short)].append((entry, 0, years))
    return found


@lru_cache(maxsize=20_000)
def _forms(family: str) -> frozenset[str]:
    german = re.sub("[äöü]", lambda mark: {"ä": "ae", "ö": "oe", "ü": "ue"}[mark[0]], family.lower())
    short = re.findall(r"\(([A-Z]{2,10})\)", family)
    bare = re.sub(r"\s*\([^()]*\)", "", family)
    initials = "".join(word[0] for word in bare.split() if word[0].isupper())
    forms = {folded(readable(family)), folded(german), folded(bare), *(folded(one) for one in short)}
    return frozenset(forms | ({initials.lower()} if len(initials) > 2 else set()))  # noqa: PLR2004 - an abbreviation


def _named(
    name: str, index: Mapping[str, list[tuple[Entry, int, frozenset[str]]]]
) -> list[tuple[Entry, int, frozenset[str]]]:
    """The entries of a typed name, particles counted or not."""
    plain = folded(re.sub(r"[’']s$", "", name))
    bare = re.sub(
        r"^(?:(?:van|von|vom|de|der|den|del|della|di|da|dos|du|la|le|ten|ter|zu|zur|the|die|der|das) )+", "", plain
    )
    return index.get(plain) or index.get(bare) or []


def _judged(
    typed: Typed, passage: Passage, index: Mapping[str, list[tuple[Entry, int, frozenset[str]]]], words: Words
) -> tuple[str, str, str, int] | None:
    """Rule, message, hint, and letters to leave out before it; None where it may be no citation."""
    if _lists_a_work(typed, passage) or len(typed.names[0]) == 1:
        return None
    typed, left_out = _without_noun(typed, index)
    preposition = _PREPOSITION.match(typed.text)
    skipped = preposition.end() if preposition and folded(typed.names[0]) not in index else 0
    shown = " ".join(typed.text[skipped:].split())
    named = _named(typed.names[0], index)
    fitting = [
        (entry, place)
        for entry, place, years in named
        if years.intersection(typed.years) and _others_fit(typed, entry, index)
    ]
    if fitting:
        first = min(place for _, place in fitting)
        keys = list(dict.fromkeys(entry.key for entry, place in fitting if place == first))
        return "typed-citation", f"citation '{shown}' is typed by hand", _hint(typed, keys), skipped + left_out
    if named and _may_be_year(typed, passage, words):
        years = ", ".join(
            dict.fromkeys(f"'{entry.key}' of {'/'.join(sorted(years)) or 'no year'}" for entry, _, years in named[:4])
        )
        year = " or ".join(typed.years)
        return (
            "typed-citation-year",
            f"citation '{shown}' is typed by hand, and no entry of '{typed.names[0]}' is of {year}",
            f"there is {years}",
            skipped + left_out,
        )
    if _is_citation(typed, passage, words):
        return (
            "typed-citation",
            f"citation '{shown}' is typed by hand",
            "no entry fits it: add one, and cite it with '{cite:p}`key`'",
            skipped + left_out,
        )
    return None


def _without_noun(typed: Typed, index: Mapping[str, list[tuple[Entry, int, frozenset[str]]]]) -> tuple[Typed, int]:
    """A citation without the word before a preposition that looks like a particle, and that word's letters: `Projekt von Lake`."""
    noun = _BEFORE_PARTICLE.match(typed.names[0])
    if not noun or _named(typed.names[0], index) or not (typed.others or _named(typed.names[0][noun.end() :], index)):
        return typed, 0
    names = (typed.names[0][noun.end() :], *typed.names[1:])
    cut = _BEFORE_PARTICLE.match(typed.text)
    letters = cut.end() if cut else 0
    return replace(typed, text=typed.text[letters:], names=names, start=typed.start + letters), letters


def _lists_a_work(typed: Typed, passage: Passage) -> bool:
    """Whether the passage is an entry of a list of works typed by hand, or the citation the words of a link."""
    before = passage.text[: typed.start]
    reference = typed.form == "narrative" and re.search(
        r"(?:^|\s)(?:[A-Z]\.[\s-]?)+$|^\W*$|^.{0,150}[A-Z]\.,?\s+(?:and|&|und)\s+$", before
    )
    follows = passage.text[typed.end : typed.end + 3]
    if (
        reference
        and re.match(r"[.:]", follows)
        and (passage.kind == "item" or re.match(r"[.:]\s+\S", follows))
        and len(passage.text) < LONGEST_ENTRY
    ):
        return True
    places = passage.places
    after = places[typed.end - 1] + 1 if typed.end - 1 < len(places) else 0
    return passage.unit.text.startswith(("](", ")]("), after)


def _others_fit(typed: Typed, entry: Entry, index: Mapping[str, list[tuple[Entry, int, frozenset[str]]]]) -> bool:
    return all(any(one.key == entry.key for one, _, _ in _named(name, index)) for name in typed.names[1:])


def _may_be_year(typed: Typed, passage: Passage, words: Words) -> bool:
    """Whether a known name with an unknown year is a citation rather than a person's year in office or a month."""
    first = typed.names[0].split()[-1].lower()
    if first in _NO_NAMES or (first in _PLACES | _territories() and len(typed.names) == 1 and not typed.locator):
        return _is_citation(typed, passage, words)
    return True


def _is_citation(typed: Typed, passage: Passage, words: Words) -> bool:
    """Whether the form alone says that something is a citation."""
    last = [name.split()[-1] for name in typed.names]
    if " " in typed.names[0].strip() and not re.match(
        r"(?:van|von|de|der|den|del|di|da|du|la|le|al|el|ten|ter|zu)\b", typed.names[0]
    ):
        return False
    if not all(words.is_name(name) for name in last):
        return typed.others and last[0].lower() not in _NO_NAMES
    if typed.others or (len(typed.names) > 1 and (typed.form != "narrative" or _said(typed, passage))) or typed.locator:
        return True
    if typed.form == "bracketed":
        return typed.comma or bool(typed.prefix)
    return typed.form == "narrative" and _said(typed, passage)


def _said(typed: Typed, passage: Passage) -> bool:
    return bool(
        _SAYS.match(passage.text, typed.end)
        or _BY_STRONGLY.search(passage.text[max(typed.start - 20, 0) : typed.start])
    ) or (len(typed.names) > 1 and bool(_BY.search(passage.text[max(typed.start - 20, 0) : typed.start])))


def _hint(typed: Typed, keys: Iterable[str]) -> str:
    role = "cite:t" if typed.form == "narrative" else "cite:p"
    before = f"{{{typed.prefix}}}" if typed.prefix else ""
    after = f"{{{typed.locator}}}" if typed.locator else ""
    written = [f"'{{{role}}}`{before}{key}{after}`'" for key in keys]
    return "write " + " or ".join(written[:3])
