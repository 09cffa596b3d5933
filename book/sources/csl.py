"""Entries of the bibliography as the citation processor wants them."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pybtex.database import Person

from book.diagnostics import Diagnostic
from book.languages import primary, tag_of
from book.project import read_json, write_json
from book.sources.bibliography import PARENTS, as_bibtex
from book.sources.pandoc import PandocError, pandoc_version, run_pandoc
from book.sources.titles import language_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from book.sources.bibliography import Bibliography
    from book.sources.entries import Entry

VERSION = 4
"""Of the file that keeps converted entries."""

NO_DATE = re.compile(
    r"(n\.?\s*d\.?|no date|undated|s\.?\s*[ad]\.?|o\.?\s*j\.?|б\.?\s*[гр]\.?|unknown|\?+|-+|)",
    re.IGNORECASE,
)
"""Words that say a work has no date; a style prints its own."""

DOI_HEAD = re.compile(r"^\s*(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s*)+", re.IGNORECASE)
"""What people write before a DOI; styles add the address by themselves, so that it would be printed twice."""

_PLAIN_YEAR = re.compile(r"-?\d{1,4}")
_TWO_YEARS = re.compile(r"(\d{4})\s*(?:-{1,3}|–|—|/)\s*(\d{4})")
_DATE = re.compile(r"[-\d?~%uXxTtZzYyEeSs:+/. ]*\d[-\d?~%uXxTtZzYyEeSs:+/. ]*")
_NATBIB_SUFFIX = re.compile(r"\{?\\natexlab\s*\{[^}]*\}\}?")
_LONE_PERCENT = re.compile(r"(?<!\\)%")
_LONE_DOLLAR = re.compile(r"(?<!\\)\$")
_ESCAPED = re.compile(r"\\([_%&#$~])")
_FIELD = re.compile(r"[a-z][a-z-]*")
_VERBATIM = frozenset({"url", "doi", "eprint", "file", "isbn", "issn"})
_LEFT_OUT = frozenset(
    {
        "abstract",
        "annote",
        "annotation",
        "file",
        "keywords",
        "keyword",
        "review",
        "owner",
        "timestamp",
        "groups",
        "comment",
    }
)
_BRACED_WHOLE = re.compile(r"\s*\{\s*([^{}]*?)\s*\}\s*")
_BRACED_LETTER = re.compile(r"\{([^\W\d_a-zA-Z])\}")
_COMMAND = re.compile(r"\\[A-Za-z]+\*?\s?|\\[^A-Za-z]")
_LINKED = re.compile(r"\\href\s*\{[^{}]*\}\s*\{([^{}]*)\}")
_MARKUP = re.compile(r"<[^<>]*>")
_WORDS = (
    ("title", "title"),
    ("container-title", "journal"),
    ("container-title", "journaltitle"),
    ("container-title", "booktitle"),
)
_ANY_OTHER = "russian"
"""A language whose titles pandoc leaves as they are: it takes a title without one for English and writes it small."""
_SECONDS = 20.0
_SECONDS_EACH = 0.02


@dataclass(frozen=True, slots=True)
class Items:
    """Entries as CSL's JSON."""

    by_key: dict[str, dict[str, Any]]
    """Each entry's item, by its key, which is the item's `id` too."""
    diagnostics: tuple[Diagnostic, ...]
    """Entries that could only be carried over in part."""


def csl_json(bibliography: Bibliography, keys: Iterable[str], language: str, folder: Path | None = None) -> Items:
    """Convert the named entries, with what they inherit; one that pandoc refuses costs no other.

    Results are kept in `folder`, so that only new or changed entries are converted.
    """
    wanted = [bibliography.entries[key] for key in dict.fromkeys(keys) if key in bibliography.entries]
    digests = {entry.key: _digest(entry, bibliography, language) for entry in wanted}
    store = _stored(folder)
    missing = [entry for entry in wanted if digests[entry.key] not in store]
    if missing:
        converted = dict(_convert(missing, bibliography, language))
        store |= {digests[entry.key]: converted[entry.key] for entry in missing}
        if folder is not None:
            kept = {digest: store[digest] for digest in digests.values()}
            write_json(folder / "entries.json", {"version": VERSION, "items": kept})
    found = {entry.key: store[digests[entry.key]] for entry in wanted}
    remarks = tuple(
        _remark(entry, name, said) for entry in wanted for name, said in found[entry.key].get("problems", {}).items()
    )
    return Items({key: {**one["item"], "id": key} for key, one in found.items()}, remarks)


def _stored(folder: Path | None) -> dict[str, Any]:
    kept = read_json(folder / "entries.json") if folder is not None else None
    return dict(kept["items"]) if isinstance(kept, dict) and kept.get("version") == VERSION else {}


def _digest(entry: Entry, bibliography: Bibliography, language: str) -> str:
    texts = [as_bibtex(one, one.key) for one in (entry, *bibliography.parents(entry))]
    return hashlib.sha256("\0".join([str(VERSION), pandoc_version(), language, *texts]).encode()).hexdigest()[:32]


def _remark(entry: Entry, name: str, said: str) -> Diagnostic:
    line = entry.lines.get(name, entry.line)
    if name:
        hint = "its text is printed plainly; look for commands and formulas that are unknown or not finished"
        return Diagnostic(
            "latex-not-carried",
            f"entry '{entry.key}' has LaTeX in '{name}' that is not understood",
            "warning",
            entry.path,
            line,
            hint=hint,
        )
    hint = "look for LaTeX in its fields that is not finished"
    return Diagnostic(
        "broken-bibliography-entry",
        f"entry '{entry.key}' is printed only in part: {said}",
        "error",
        entry.path,
        line,
        hint=hint,
    )


# -- conversion ---------------------------------------------------------------


def _convert(entries: Sequence[Entry], bibliography: Bibliography, language: str) -> list[tuple[str, dict[str, Any]]]:
    """Convert entries in one call; where pandoc refuses, in two halves, down to the one it refuses."""
    try:
        items = _call(entries, bibliography, language)
    except PandocError as error:
        if len(entries) == 1:
            return [(entries[0].key, {"item": _by_hand(entries[0]), "problems": {"": str(error)}})]
        half = len(entries) // 2
        return _convert(entries[:half], bibliography, language) + _convert(entries[half:], bibliography, language)
    return [(entry.key, _mended(_dated(item, entry), entry)) for item, entry in zip(items, entries, strict=True)]


def _call(entries: Sequence[Entry], bibliography: Bibliography, language: str) -> list[dict[str, Any]]:
    """Convert entries under numbers for keys, since pandoc reads some keys otherwise than BibTeX does."""
    numbers = {entry.key: f"e{number}" for number, entry in enumerate(entries)}
    for entry in entries:
        for parent in bibliography.parents(entry):
            if parent.key not in numbers:
                numbers[parent.key] = f"e{len(numbers)}"
    family = {parent.key: parent for entry in entries for parent in bibliography.parents(entry)}
    texts = [
        _cleaned(entry, numbers, bibliography) for entry in {**{one.key: one for one in entries}, **family}.values()
    ]
    seconds = _SECONDS + _SECONDS_EACH * len(texts)
    written = run_pandoc(
        ["-f", "biblatex", "-t", "csljson", "-M", f"lang={language}"], "\n".join(texts).encode(), seconds
    )
    try:
        by_id = {item["id"]: item for item in json.loads(written)}
        return [by_id[numbers[entry.key]] for entry in entries]
    except (ValueError, KeyError, TypeError):
        raise PandocError("pandoc did not find the entry") from None


def _cleaned(entry: Entry, numbers: dict[str, str], bibliography: Bibliography) -> str:
    kept = (name for name in entry.fields if name not in _LEFT_OUT and _FIELD.fullmatch(name))
    fields = {name: _cleaned_value(name, entry.fields[name]) for name in kept}
    above = {entry.key, *_descendants(entry, bibliography)}
    for name in PARENTS:
        keys = [key.strip() for key in fields.pop(name, "").split(",")]
        named = [numbers[key] for key in keys if key in numbers and key not in above]
        if named:
            fields[name] = ",".join(named)
    for name in ("date", "year"):
        if name in fields:
            fields[name] = _date_for_pandoc(fields[name])
    own = _own_language(entry)
    if own and primary(own) != "en":
        fields["langid"] = _ANY_OTHER
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{entry.type}{{{numbers[entry.key]},\n" + ",\n".join(lines) + "\n}\n"


def _descendants(entry: Entry, bibliography: Bibliography) -> frozenset[str]:
    """Parents that inherit from the entry itself: naming them would close a circle, on which pandoc never returns."""
    return frozenset(
        parent.key
        for parent in bibliography.parents(entry)
        if entry.key in {one.key for one in bibliography.parents(parent)}
    )


def _cleaned_value(name: str, value: str) -> str:
    if name in _VERBATIM:
        plain = _ESCAPED.sub(r"\1", value)
        whole = _BRACED_WHOLE.fullmatch(plain)
        plain = whole[1] if whole else plain
        return DOI_HEAD.sub("", plain) if name == "doi" else plain
    if name in Person.valid_roles:
        return _BRACED_LETTER.sub(r"\1", _decoded_accents(value))
    value = _LONE_PERCENT.sub(r"\\%", value)
    if len(_LONE_DOLLAR.findall(value)) % 2:
        value = _LONE_DOLLAR.sub(r"\\$", value)
    return value


def _own_language(entry: Entry) -> str | None:
    """The language of a work as its field `language` names it, or as its title shows; None where pandoc knows the name itself."""
    if {"langid", "hyphenation"} & set(entry.fields):
        return None
    named = re.split(r"[,;/]|\band\b", entry.fields.get("language", ""))[0]
    return tag_of(_decoded(named)) or language_of(_decoded(entry.fields.get("title", "")))


def _mended(item: dict[str, Any], entry: Entry) -> dict[str, Any]:
    """The item with the words that pandoc lost, if it lost any, and where they were."""
    own = _own_language(entry)
    if own is not None:
        item.pop("language", None)
        item |= {"language": own} if own else {}
    elif not tag_of(str(item.get("language", ""))):
        item |= {"language": tag} if (tag := tag_of(str(item.pop("language", "")))) else {}
    problems = {}
    for ours, theirs in _WORDS:
        given = entry.fields.get(theirs, "")
        plain = _decoded(given)
        if ("\\" in given or "$" in given) and _letters(_MARKUP.sub("", str(item.get(ours, "")))) < _letters(
            plain
        ) * 0.9:
            item[ours] = plain
            problems[theirs] = "LaTeX"
    for role in ("author", "editor"):
        if entry.persons.get(role) and not item.get(role):
            item[role] = _people(entry, role)
            problems[role] = "LaTeX"
    return {"item": item, "problems": problems} if problems else {"item": item}


def _letters(text: str) -> int:
    return sum(mark.isalnum() for mark in text)


# -- dates --------------------------------------------------------------------


def _bare(value: str) -> str:
    return re.sub(r"[{}]", "", _NATBIB_SUFFIX.sub("", value)).replace("~", " ").strip()


def _date_for_pandoc(value: str) -> str:
    """A date that pandoc can read, or none."""
    bare = _bare(value)
    two = _TWO_YEARS.fullmatch(bare)
    if two:
        return f"{two[1]}/{two[2]}"
    return bare if _PLAIN_YEAR.fullmatch(bare) or _DATE.fullmatch(bare) else ""


def _dated(item: dict[str, Any], entry: Entry) -> dict[str, Any]:
    """The item with its date in words where it is none of the calendar."""
    issued = item.get("issued") or {}
    if any(issued.get("date-parts") or ()) or issued.get("literal") or issued.get("raw"):
        return item
    item.pop("issued", None)
    said = _decoded(_bare(entry.fields.get("date") or entry.fields.get("year") or ""))
    return item if NO_DATE.fullmatch(said) else {**item, "issued": {"literal": said}}


def _decoded_accents(text: str) -> str:
    import latexcodec  # noqa: F401 - registers the codec

    decode: Any = codecs.decode  # the codec reads text, which the declared types do not know
    try:
        return str(decode(text, "ulatex"))
    except (ValueError, IndexError):
        return text


def _decoded(text: str) -> str:
    """Text without its LaTeX: accents become letters, commands go, what they hold stays."""
    text = _LINKED.sub(r"\1", _decoded_accents(text))
    return " ".join(re.sub(r"[{}$\\]", "", _COMMAND.sub("", text)).replace("~", " ").split())


def _people(entry: Entry, role: str) -> list[dict[str, str]]:
    return [
        {"family": _decoded(f"{one.particle} {one.family}"), "given": _decoded(one.given)}
        for one in entry.persons[role]
    ]


def _by_hand(entry: Entry) -> dict[str, Any]:
    """An item with the least that a bibliography needs, for an entry that pandoc refuses."""
    item: dict[str, Any] = {"type": "book" if entry.type == "book" else "document"}
    for role in ("author", "editor"):
        if entry.persons.get(role):
            item[role] = _people(entry, role)
    for name, fields in {
        "title": ("title",),
        "publisher": ("publisher", "school", "institution"),
        "container-title": ("journaltitle", "journal", "booktitle"),
    }.items():
        value = next((entry.fields[one] for one in fields if one in entry.fields), "")
        if value:
            item[name] = _decoded(value)
    year = re.search(r"\d{4}", entry.fields.get("date") or entry.fields.get("year") or "")
    return item | {"issued": {"date-parts": [[int(year[0])]]}} if year else item
