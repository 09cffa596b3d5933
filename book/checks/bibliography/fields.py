"""Entries have what BibLaTeX requires of their type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.sources.bibliography import parent_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject
    from book.sources.bibliography import Bibliography
    from book.sources.entries import Entry

_TITLE = (("title",),)
_BY = (("author",),)
_BY_ANYBODY = (("author", "editor"),)
_BY_A_BODY = (("author", "editor", "organization", "institution", "publisher"),)
_DATE = (("date", "year", "pubstate"),)
_READ = (("date", "year", "pubstate", "urldate"),)
_BOOK = (("booktitle",),)
_PLACE = (("institution", "school", "organization", "publisher"),)
_COLLECTION = (("editor", "author"), ("title",), ("date", "year", "pubstate"))

REQUIRED: dict[str, tuple[tuple[str, ...], ...]] = {
    "article": (*_BY, *_TITLE, ("journaltitle", "journal"), *_DATE),
    "book": (*_BY_ANYBODY, *_TITLE, *_DATE),
    "mvbook": (*_BY_ANYBODY, *_TITLE, *_DATE),
    "inbook": (*_BY_ANYBODY, *_TITLE, ("booktitle", "chapter"), *_DATE),
    "bookinbook": (*_BY, *_TITLE, *_BOOK, *_DATE),
    "suppbook": (*_BY, *_TITLE, *_BOOK, *_DATE),
    "booklet": (*_BY_ANYBODY, *_TITLE, *_DATE),
    "collection": _COLLECTION,
    "mvcollection": _COLLECTION,
    "incollection": (*_BY, *_TITLE, *_BOOK, *_DATE),
    "suppcollection": (*_BY, *_TITLE, *_BOOK, *_DATE),
    "inreference": (*_TITLE, *_BOOK),
    "inproceedings": (*_BY, *_TITLE, *_BOOK, *_DATE),
    "proceedings": (*_TITLE, *_DATE),
    "mvproceedings": (*_TITLE, *_DATE),
    "reference": _TITLE,
    "manual": (*_BY_A_BODY, *_TITLE, *_READ),
    "misc": (*_BY_A_BODY, *_TITLE, *_READ),
    "dataset": (*_BY_A_BODY, *_TITLE, *_READ),
    "software": (*_BY_A_BODY, *_TITLE, *_READ),
    "online": (*_BY_A_BODY, *_TITLE, *_READ, ("url", "doi", "eprint", "howpublished")),
    "patent": (*_BY, *_TITLE, ("number",), *_DATE),
    "periodical": (*_TITLE, *_DATE),
    "report": (("author", "editor", "institution", "organization"), *_TITLE, *_PLACE, *_DATE),
    "thesis": (*_BY, *_TITLE, ("type",), *_PLACE, *_DATE),
    "unpublished": (*_BY, *_TITLE),
}
"""What each type requires; of several fields in one row, one. BibLaTeX's manual, "Regular types" (2.1.1), with BibTeX's names
for fields, an editor or a body where an author may be wanting, and the day of reading where nothing says when a page was written."""

ALIASES = {
    "conference": "inproceedings",
    "electronic": "online",
    "www": "online",
    "techreport": "report",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
}
"""BibTeX's and older names of types, BibLaTeX's manual, "Type aliases" (2.1.2)."""

_TYPED = frozenset({"phdthesis", "mastersthesis", "techreport"})
"""Types whose name says what BibLaTeX's `type` says."""
_UNSAID = frozenset({"pubstate", "howpublished", "school", "publisher", "journal", "urldate"})
"""Fields that do, and are not what one would advise."""
_BODIES = frozenset({"organization", "institution"})
_LOOSE = frozenset({"misc", "online", "dataset", "software", "manual", "electronic", "www"})


def every_entry_has_the_fields_of_its_type(subject: Subject) -> Iterator[Diagnostic]:
    """Every entry has the fields that BibLaTeX requires of its type, itself or from what it inherits."""
    bibliography = subject.document.bibliography
    broken = broken_entries(bibliography)
    for entry in bibliography.entries.values():
        if (entry.path, entry.key) in broken or any(key not in bibliography.entries for key in parent_keys(entry)):
            continue
        missing = [_said(row) for row in missing_fields(entry, bibliography)]
        if missing:
            said = f"entry '{entry.key}' of type '{entry.type}' has no " + ", no ".join(missing)
            yield Diagnostic("missing-field", said, "warning", entry.path, entry.line, hint=_hint(entry))


def _said(row: tuple[str, ...]) -> str:
    unsaid = _UNSAID | _BODIES if "author" in row and "editor" in row else _UNSAID
    return " or ".join(f"'{name}'" for name in row if name not in unsaid)


def missing_fields(entry: Entry, bibliography: Bibliography) -> Iterator[tuple[str, ...]]:
    """Rows of fields of which an entry has none."""
    has = _fields(entry, bibliography)
    for row in REQUIRED.get(ALIASES.get(entry.type, entry.type), ()):
        if not has.intersection(row) and not (row == ("type",) and entry.type in _TYPED):
            yield row


def broken_entries(bibliography: Bibliography) -> frozenset[tuple[str, str]]:
    """Files and keys of entries that could be read only in part: that is said of them already."""
    named = (one for one in bibliography.diagnostics if one.rule == "broken-bibliography-entry")
    return frozenset((one.path, parts[1]) for one in named if len(parts := one.message.split("'")) > 1)


def _fields(entry: Entry, bibliography: Bibliography) -> set[str]:
    has = {name for name, value in entry.fields.items() if value.strip(" {}")}
    data = {key.strip() for key in entry.fields.get("xdata", "").split(",")}
    for parent in bibliography.parents(entry):
        given = {name for name, value in parent.fields.items() if value.strip(" {}")}
        if parent.key not in data and parent.type != "xdata":
            given = (given - {"title"}) | ({"booktitle", "journaltitle"} if "title" in given else set())
        has |= given
    if "url" in entry.fields.get("note", "") or "http" in entry.fields.get("note", ""):
        has.add("url")
    return has


def _hint(entry: Entry) -> str:
    if entry.type == "article" and "eprint" in entry.fields:
        return "add it; for a preprint, '@online' with 'eprint' needs no journal"
    if entry.type == "book" and "booktitle" in entry.fields:
        return "add it; for a part of a book, use '@incollection'"
    if entry.type in _LOOSE:
        return "add it; a body may be the author, in braces of its own, and 'n.d.' says that nobody knows the year"
    return "add it, or choose the type that fits the work, such as '@online' or '@misc'"
