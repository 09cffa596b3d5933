"""Pictures that no cell made say where they come from."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.sources.prose import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject
    from book.document.floats import Float
    from book.sources.prose import Passage, Prose

_CREDIT = re.compile(
    r"\b(?:sources?|credits?|courtesy|licen[sc]ed?|licen[cs]ing|CC[ -]?(?:BY|0)|creative commons|public domain|copyright|adapted|adopted|reproduced|reprinted|redrawn|"
    r"modified from|based on|taken from|photo(?:graph)?s?\s*(?:by|credit|from)|(?:image|picture|figure|drawing|illustration|diagram|map|graphic|artwork|photo|cartoon)s?\s*(?:©|by|from|source|courtesy|created)|"
    r"(?:created|made|drawn|designed|illustrated|produced|prepared|taken) (?:by|with|using|in)|own (?:work|photo\w*|illustration|drawing|figure|elaboration|diagram|representation|design|compilation)|screen ?shots?|screen ?captures?|"
    r"authors?['\u2019]s?|by the authors?|used (?:with|by|under)|permission|wikimedia|wikipedia|unsplash|flickr|pixabay|shutterstock|scriberia|xkcd|generated (?:by|with|using)|"
    r"Quellen?|Bildquellen?|Bildnachweis|eigene\w*|Lizenz|entnommen|übernommen|in Anlehnung an|erstellt|Bildschirmfoto|fuentes?|elaboración|cr[ée]dits?|d['\u2019]après|élaboration|fonte|elaborazione)\b|\b(?:frei|veränderte?|modifizierte?|adaptierte?|vereinfachte?|ergänzte?|gezeichnet|Darstellung|Abbildung|Grafik|Zeichnung|Schema|Karte|Idee|Foto)\s+nach\b|\(nach\s|©|\bphoto:|\bFoto:|\bimage:|\bBild:",
    re.IGNORECASE,
)


_PICTURES = r"(?:figures?|images?|pictures?|photo(?:graph)?s|illustrations?|diagrams|drawings|graphics|Abbildungen|Bilder|Grafiken)"
_UNLESS = (
    r"(?:(?:unless|except where|if not|where not|soweit nicht|sofern nicht|wenn nicht)\s+(?:\w+\s+)?"
    r"(?:otherwise|stated|noted|indicated|credited|mentioned|specified|attributed|ander\w+|angegeben|vermerkt|gekennzeichnet|ausgewiesen))"
)
_GENERAL = re.compile(
    rf"\b(?:all|alle)\b[^.]{{0,40}}\b{_PICTURES}\b[^.]{{0,80}}\b(?:own|by|our|licen[sc]ed|CC|made|drawn|created|eigene\w*|von)\b"
    rf"|\b{_UNLESS}\b[^.]{{0,80}}\b{_PICTURES}\b|\b{_PICTURES}\b[^.]{{0,80}}\b{_UNLESS}\b",
    re.IGNORECASE,
)
"""A statement that speaks for every picture of the thesis."""
_QUICK = re.compile(r"\b(?:[Aa]lle?|[Uu]nless|[Ee]xcept|[Oo]therwise|[Ss]oweit|[Ss]ofern)\b")


def _speaks_for_all(text: str) -> bool:
    return bool(_QUICK.search(text) and _GENERAL.search(text))


def every_picture_names_its_source(subject: Subject) -> Iterator[Diagnostic]:
    """Every figure whose picture lies in the thesis, and no cell made, names its source."""
    made: set[str] | None = None
    known = _in_package(subject)
    pages = {page.docname: page for page in subject.prose}
    said: set[str] = set()
    if any(_speaks_for_all(passage.text) for page in subject.prose for passage in page.passages):
        return
    for one in subject.document.floats:
        uri = next((uri for uri in one.pictures if _in_thesis(uri, subject)), "")
        name = PurePosixPath(uri).name
        if one.kind != "figure" or one.computed or one.apart or not one.caption or not uri or uri in said:
            continue
        made = _names_in_code(subject) if made is None else made
        if one.credited or name in made or uri in known or _credited(f"{one.caption} {one.note}"):
            continue
        page = pages.get(one.docname)
        if (page and _said_around(one, page)) or _beside(subject.project.root / uri.lstrip("/")):
            continue
        said.add(uri)
        hint = "say in its caption whose it is: a citation, a licence, or 'Source: own drawing'"
        yield Diagnostic(
            "image-without-source",
            f"picture '{name}' names no source, and no cell makes it",
            "warning",
            one.path,
            one.place.line,
            one.place.column,
            hint=hint,
            cell=one.place.cell,
        )


_NO_ORIGIN = (
    r"(?:(?i:(?:north|south)?-?(?:east|west)|north|south|(?:nord|süd)?(?:ost|west)en|norden|süden|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter|easter|christmas)\b)"
)
"""Where one looks from, and when: no source of a picture."""
_NAMED = re.compile(
    rf"\b(?:from|after)\s+(?:the\s+)?(?:(?!{_NO_ORIGIN})\w+\s+)?(?!{_NO_ORIGIN})[A-ZÄÖÜ]\w|\bby\s+(?:the\s+)?(?:\w+\s+)?[A-ZÄÖÜ]\w"
    rf"|\baus\s+(?:dem\s+|der\s+|den\s+)?(?:[a-zäöü]\w+\s+)?(?!{_NO_ORIGIN})[A-ZÄÖÜ]\w|\b(?:von|nach)\s+(?:[A-ZÄÖÜ](?:\.|[\w-]+)\s+){{1,2}}[A-ZÄÖÜ]\w"
    r"|(?:[Bb]ild|[Ff]oto|[Gg]rafik|[Zz]eichnung|[Aa]bbildung|[Aa]ufnahme)\s+von\s+|\b(?:S|pp?)\.\s?\d|\b[A-ZÄÖÜ]\w+,?\s\(?(?:19|20)\d\d\b"
)
"""A name behind 'from' or 'by', a page, a name with a year; in German, where every noun has a capital, two of them: 'von Lise Meitner', not 'von Norden'."""


def _credited(caption: str) -> bool:
    """Whether a caption or a note names a source: in so many words, or by a name, a year, a page."""
    return bool(_CREDIT.search(caption) or _NAMED.search(caption))


def _in_thesis(uri: str, subject: Subject) -> bool:
    return "://" not in uri and not uri.startswith("data:") and (subject.project.root / uri.lstrip("/")).is_file()


def _names_in_code(subject: Subject) -> set[str]:
    """Names of picture files that some cell or local module speaks of."""
    return {PurePosixPath(name).name for code in subject.code for name in _PICTURE_FILE.findall(code.text)}


_PICTURE_FILE = re.compile(r"[\w./-]+\.(?:png|jpe?g|svg|gif|webp|pdf)\b", re.IGNORECASE)


def _in_package(subject: Subject) -> set[str]:
    """Pictures that the data package lists: it names their sources."""
    name = subject.sources.config.thesis.data
    try:
        resources = json.loads((subject.project.root / name).read_text(encoding="utf-8"))["resources"] if name else []
        folder = PurePosixPath(name).parent
        return {(folder / str(one["path"])).as_posix() for one in resources}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


_PICTURED = re.compile(
    r"\b(?:figures?|fig|images?|pictures?|photo\w*|illustrations?|diagrams?|drawings?|graphics?|screenshots?|below|Abbildung(?:en)?|Abb|Bild(?:er)?|Grafik(?:en)?|Foto)\b",
    re.IGNORECASE,
)
"""Words by which a sentence speaks of a picture."""
_FROM = re.compile(
    r"\b(?:from|by|after|sources?|see|in|of|adapted|taken|reproduced|redrawn|following|aus|von|nach|siehe|vgl|bei|d'après|de)\b[^.;]{0,20}$",
    re.IGNORECASE,
)
"""What stands before a citation that a picture comes from."""
_OPENING = 60
"""Characters at a paragraph's beginning in which one right below a picture names its source."""


def _said_around(one: Float, page: Prose) -> bool:
    """Whether the paragraphs beside a figure, or one that names it, say where it comes from; what they cite otherwise is not its source."""
    here = (one.place.cell, one.place.line)
    before: Passage | None = None
    after: list[Passage] = []
    ended = False
    for passage in page.passages:
        place = passage.at(0)
        above = (place.cell, place.line) < here
        if passage.kind == "heading":
            before, ended = None if above else before, not above
            continue
        if one.label and any(one.label in mark.text.lower() for mark in passage.marks) and _credits(passage, one.label):
            return True
        if above:
            before = passage
        elif not ended and (not after or after[-1].kind == "caption"):
            after.append(passage)
    if before is not None and _credits(before, one.label):
        return True
    return any(
        _cites(passage) or bool(_CREDIT.search(passage.text))
        if passage.kind in ("caption", "note")
        else bool(_CREDIT.search(passage.text[:_OPENING])) or _credits(passage, one.label)
        for passage in after
    )


def _cites(passage: Passage) -> bool:
    return any(mark.kind == "role" and mark.name.startswith("cite") for mark in passage.marks)


def _credits(passage: Passage, label: str) -> bool:
    """Whether a sentence that names a figure, or speaks of a picture, says whose it is."""
    text = passage.text
    for start, end in sentences(text):
        marks = [mark for mark in passage.marks if start <= mark.index < end]
        named = [mark.index for mark in marks if label and label in mark.text.lower()]
        if not named and not _PICTURED.search(text, start, end):
            continue
        if _CREDIT.search(text, start, end):
            return True
        for mark in marks:
            if mark.kind != "role" or not mark.name.startswith("cite"):
                continue
            beside = any(not re.search(r"\w", text[min(index, mark.index) : max(index, mark.index)]) for index in named)
            if beside or mark.name == "cite:t" or _FROM.search(text[start : mark.index]):
                return True
    return False


def _beside(path: Path) -> bool:
    """Whether a file next to the picture speaks for it: one of its own, or a list of sources that names it."""
    if any(path.with_name(f"{path.name}{suffix}").is_file() for suffix in (".license", ".txt", ".md", ".json")):
        return True
    for name in (
        "README.md",
        "README",
        "README.txt",
        "CREDITS.md",
        "CREDITS",
        "SOURCES.md",
        "LICENSE.md",
        "ATTRIBUTION.md",
        "attribution.md",
    ):
        listed = path.parent / name
        try:
            if listed.is_file() and path.name in listed.read_text(encoding="utf-8", errors="replace"):
                return True
        except OSError:
            continue
    return False
