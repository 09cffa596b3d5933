"""Defects of bibliography entries."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from benchmarks.mutants.edit import Edit, Place
from benchmarks.mutants.mutant import Mutant, kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmarks.mutants.bibtex import Entry, Field
    from benchmarks.mutants.copies import Copy

REQUIRED = {
    "article": ("author", "title", "journal", "journaltitle", "year", "date"),
    "book": ("author", "title", "year", "date"),
    "incollection": ("author", "title", "booktitle", "year", "date"),
    "inproceedings": ("author", "title", "booktitle", "year", "date"),
    "phdthesis": ("author", "title", "school", "institution", "year", "date"),
    "mastersthesis": ("author", "title", "school", "institution", "year", "date"),
    "techreport": ("author", "title", "institution", "year", "date"),
}
"""Fields that BibLaTeX's data model asks for, as far as BibTeX's does too."""
_PAIRS = {"journal": "journaltitle", "school": "institution", "year": "date"}


def _place(entry: Entry, field: Field | None = None) -> Place:
    return Place(entry.path, field.start, field.end) if field else Place(entry.path, entry.start, entry.end)


def _changed(entry: Entry, field: Field, value: str, what: str, *, whole: bool = False) -> Mutant:
    """One field with another value; the remark stands in its lines or, `whole`, anywhere in the entry."""
    edit = Edit(entry.path, *field.inner, value)
    place = _place(entry, None if whole else field)
    return Mutant(f"{what} in '{entry.key}'", (edit,), (place,), touches=frozenset({f"entry:{entry.key}"}))


def _added(entry: Entry, lines: str, what: str) -> Mutant:
    """One more field, the first one."""
    at = entry.key_at + len(entry.key)
    at = entry.start + entry.text.index(",", at - entry.start) + 1
    edit = Edit(entry.path, at, at, f"\n  {lines},")
    return Mutant(
        f"{what} in '{entry.key}'", (edit,), (Place(entry.path, at, at),), touches=frozenset({f"entry:{entry.key}"})
    )


def _with(copy: Copy, *names: str) -> Iterator[tuple[Entry, Field]]:
    for entry in copy.entries:
        for name in names:
            if name in entry.fields and entry.value(name):
                yield entry, entry.fields[name]


@kind("citation-without-entry")
def entry_renamed(copy: Copy) -> Iterator[Mutant]:
    """The key of a cited entry is changed."""
    for entry in copy.entries:
        if roles := copy.cited.get(entry.key):
            edit = Edit(entry.path, entry.key_at, entry.key_at + len(entry.key), entry.key + "x")
            touches = frozenset({f"entry:{entry.key}"})
            yield Mutant(f"'{entry.key}' renamed", (edit,), (roles[0].place,), (f"'{entry.key}'",), touches=touches)


@kind("citation-without-entry")
def entry_dropped(copy: Copy) -> Iterator[Mutant]:
    """A cited entry is deleted."""
    parents = {entry.value("crossref") for entry in copy.entries}
    for entry in copy.entries:
        roles = copy.cited.get(entry.key)
        if roles and entry.key not in parents:
            edit = Edit(entry.path, entry.start, entry.end, "")
            touches = frozenset({f"entry:{entry.key}"})
            yield Mutant(f"'{entry.key}' deleted", (edit,), (roles[-1].place,), (f"'{entry.key}'",), touches=touches)


@kind("uncited-entry")
def entry_uncited(copy: Copy) -> Iterator[Mutant]:
    """An entry is added that nobody cites."""
    for number, entry in enumerate(copy.entries):
        text = f"@book{{nobody{number}x,\n  author = {{Nemo, Ada Q.}},\n  title = {{A book that nobody reads, volume {number}}},\n  publisher = {{Nowhere}},\n  year = {{{1900 + number % 90}}}\n}}\n\n"
        edit = Edit(entry.path, entry.start, entry.start, text)
        place = Place(entry.path, entry.start, entry.start)
        yield Mutant(f"'nobody{number}x' added", (edit,), (place,), (f"nobody{number}x",))


@kind("duplicate-entry")
def entry_doubled(copy: Copy) -> Iterator[Mutant]:
    """A work is entered again under another key, its title spelt a little differently."""
    last = {entry.path: entry for entry in copy.entries}
    for number, entry in enumerate(copy.entries):
        title, year = entry.fields.get("title"), entry.fields.get("year") or entry.fields.get("date")
        if not title or not year or len(title.value) < 20 or entry.value("crossref"):
            continue
        text = entry.text.replace(entry.key, f"{entry.key}Again", 1)
        said = (title.value.lower(), title.value.replace("{", "").replace("}", ""), title.value.replace("-", " "))[
            number % 3
        ]
        text = text.replace(title.value, said, 1)
        if number % 2:
            text = re.sub(r"^\s*doi\s*=.*\n", "", text, flags=re.MULTILINE | re.IGNORECASE)
        if text.count("{") != text.count("}"):
            continue
        at = last[entry.path].end
        edit = Edit(entry.path, at, at, "\n\n" + text + "\n")
        touches = frozenset({f"entry:{entry.key}"})
        yield Mutant(
            f"'{entry.key}' again as '{entry.key}Again'",
            (edit,),
            (Place(entry.path, at, at),),
            (entry.key,),
            touches=touches,
        )


@kind("duplicate-key")
def key_doubled(copy: Copy) -> Iterator[Mutant]:
    """The key of one entry is given to another one too."""
    for first, second in zip(copy.entries, copy.entries[1:], strict=False):
        at = second.end
        text = f"\n\n@book{{{first.key},\n  author = {{Nemo, Ada Q.}},\n  title = {{Quite another work}},\n  publisher = {{Nowhere}},\n  year = {{1901}}\n}}"
        edit = Edit(second.path, at, at, text)
        yield Mutant(
            f"key '{first.key}' twice",
            (edit,),
            (Place(second.path, at, at),),
            (first.key,),
            touches=frozenset({f"entry:{first.key}"}),
        )


@kind("missing-field")
def field_dropped(copy: Copy) -> Iterator[Mutant]:
    """A field that the type requires is deleted."""
    for entry in copy.entries:
        if "crossref" in entry.fields or "xdata" in entry.fields:
            continue
        for name in REQUIRED.get(entry.type, ()):
            other = {**_PAIRS, **{b: a for a, b in _PAIRS.items()}}.get(name)
            field = entry.fields.get(name)
            if not field or other in entry.fields or (name == "author" and "editor" in entry.fields):
                continue
            edit = Edit(entry.path, field.start, field.end, "")
            touches = frozenset({f"entry:{entry.key}"})
            yield Mutant(
                f"'{name}' of '{entry.key}' deleted", (edit,), (_place(entry),), (name, other or name), touches=touches
            )


@kind("duplicate-field")
def field_doubled(copy: Copy) -> Iterator[Mutant]:
    """An entry has its title twice."""
    for entry, field in _with(copy, "title"):
        edit = Edit(entry.path, field.start, field.start, "title = {Another title}, ")
        yield Mutant(
            f"title twice in '{entry.key}'", (edit,), (_place(entry),), touches=frozenset({f"entry:{entry.key}"})
        )


@kind("malformed-doi")
def doi_broken(copy: Copy) -> Iterator[Mutant]:
    """A DOI loses its slash, its first digit or its end, or gains a blank."""
    for number, (entry, field) in enumerate(_with(copy, "doi")):
        doi = re.sub(r"^https?://(dx\.)?doi\.org/", "", field.value.strip())
        if not re.fullmatch(r"10\.\d{4,9}/\S{4,}", doi):
            continue
        first, _, rest = doi.partition("/")
        said = (f"{first}{rest}", f"1O{doi[2:]}", f"{first}/", f"{first}/ {rest}", doi[3:])[number % 5]
        yield _changed(entry, field, said, f"doi '{said}'")
    for number, entry in enumerate(copy.entries):
        if "doi" not in entry.fields and number % 3 == 0:
            yield _added(entry, f"doi = {{10.1{number:03d}}}", "doi without suffix")


@kind("malformed-isbn")
def isbn_broken(copy: Copy) -> Iterator[Mutant]:
    """A digit of an ISBN is changed, or an entry has one whose check digit is wrong."""
    for entry, field in _with(copy, "isbn"):
        digits = [match.start() for match in re.finditer(r"\d", field.value)]
        if len(digits) in (9, 10, 13):
            at = digits[5]
            said = field.value[:at] + str((int(field.value[at]) + 1) % 10) + field.value[at + 1 :]
            yield _changed(entry, field, said, f"isbn '{said}'")
    for number, entry in enumerate(copy.entries):
        if entry.type in ("book", "incollection", "inproceedings") and "isbn" not in entry.fields:
            body = f"978052{(number * 7919) % 1000000:06d}"
            right = (10 - sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(body)) % 10) % 10
            yield _added(entry, f"isbn = {{{body}{(right + 1 + number % 8) % 10}}}", "wrong isbn")


@kind("malformed-url")
def url_broken(copy: Copy) -> Iterator[Mutant]:
    """A URL loses a character of its beginning, or gains a blank."""
    for number, (entry, field) in enumerate(_with(copy, "url")):
        match = re.fullmatch(r"(https?)://([\w.-]+\.\w+)(/\S*)?", field.value.strip())
        if not match or "\\" in field.value:
            continue
        scheme, host, rest = match[1], match[2], match[3] or ""
        said = (
            f"{scheme[1:]}://{host}{rest}",
            f"{scheme}//{host}{rest}",
            f"{scheme}:/{host}{rest}",
            f"{scheme}://{host.replace('.', ' .', 1)}{rest}",
            f"{scheme}://{host.replace('.', '')}{rest}",
        )[number % 5]
        yield _changed(entry, field, said, f"url '{said}'")


@kind("malformed-date")
def date_broken(copy: Copy) -> Iterator[Mutant]:
    """A year or date is one that no calendar has."""
    for number, (entry, field) in enumerate(_with(copy, "year", "date")):
        if re.fullmatch(r"\d{4}", field.value):
            said = (field.value + "1", field.value[:2] + "O" + field.value[3:], field.value[:3], field.value + "-13")[
                number % 4
            ]
            if field.name == "year" and number % 4 == 3:
                said = field.value[:3] + "l"
            yield _changed(entry, field, said, f"{field.name} '{said}'")
        elif re.fullmatch(r"\d{4}-\d\d-\d\d", field.value):
            yield _changed(entry, field, field.value[:5] + "13" + field.value[7:], "month 13")
    for entry, field in _with(copy, "urldate"):
        if re.fullmatch(r"\d{4}-\d\d-\d\d", field.value):
            yield _changed(entry, field, field.value[:8] + "32", "day 32")


@kind("name-spelt-two-ways")
def author_misspelt(copy: Copy) -> Iterator[Mutant]:
    """An author of several entries is misspelt in one of them."""
    people: dict[str, list[tuple[Entry, Field, int]]] = {}
    for entry, field in _with(copy, "author"):
        for match in re.finditer(r"(?:^|\band\s+)\s*([^\W\d_]{6,}),\s*([A-Z][^\W\d_]{2,})(?=\s|$)", field.value):
            people.setdefault(f"{match[1]}, {match[2]}", []).append((entry, field, match.start(1)))
    for person, places in people.items():
        surname = person.split(",", maxsplit=1)[0]
        if len({entry.key for entry, _, _ in places}) < 3:
            continue
        for number, (entry, field, at) in enumerate(places):
            middle = len(surname) // 2
            said = (
                surname[:middle] + surname[middle + 1 :],
                surname[:middle] + surname[middle] + surname[middle:],
                surname[: middle - 1] + surname[middle] + surname[middle - 1] + surname[middle + 1 :],
            )[number % 3]
            if said == surname or said.lower() == surname.lower():
                continue
            value = field.value[:at] + said + field.value[at + len(surname) :]
            mutant = _changed(entry, field, value, f"'{surname}' spelt '{said}'", whole=True)
            yield Mutant(
                mutant.what, mutant.edits, mutant.places, (said,), touches=mutant.touches | {f"person:{surname}"}
            )


@kind("damaged-entry")
def entry_garbled(copy: Copy) -> Iterator[Mutant]:
    """A title has been through the wrong encoding, or holds a bare ampersand or a control character."""
    for number, (entry, field) in enumerate(_with(copy, "title")):
        spaces = [match.start() for match in re.finditer(r"(?<=[a-z]) (?=[a-z])", field.value)]
        if len(spaces) < 2 or "\\" in field.value:
            continue
        at = spaces[len(spaces) // 2]
        before, after = field.value[:at], field.value[at:]
        vowel = next((match.start() for match in re.finditer("[aeou]", before)), -1)
        grown = unicodedata.normalize("NFC", before[vowel] + "\u0308") if vowel >= 0 else "ü"
        said = (
            before[: max(vowel, 0)] + grown.encode().decode("cp1252", "replace") + before[max(vowel, 0) + 1 :] + after,
            before + " \u00e2\u20ac\u201c" + after,
            before + " &" + after,
            before[:-1] + "\ufffd" + after,
            before + "\x02" + after,
        )[number % 5]
        yield _changed(entry, field, said, f"title '{said[:40]}...'")


@kind("unresolved-crossref")
def crossref_dangling(copy: Copy) -> Iterator[Mutant]:
    """An entry inherits from one that does not exist."""
    for entry in copy.entries:
        if (
            entry.type in ("incollection", "inproceedings", "inbook", "article", "book")
            and "crossref" not in entry.fields
        ):
            yield _added(entry, f"crossref = {{{entry.key}volume}}", "crossref to nowhere")


@kind("undefined-string")
def string_undefined(copy: Copy) -> Iterator[Mutant]:
    """A journal or publisher is an abbreviation that no `@string` defines."""
    for entry, field in _with(copy, "journal", "publisher", "booktitle"):
        if copy.text(entry.path)[field.inner[0] - 1] in '{"':
            edit = Edit(entry.path, field.inner[0] - 1, field.inner[1] + 1, "jnlofx")
            yield Mutant(
                f"{field.name} = jnlofx in '{entry.key}'",
                (edit,),
                (_place(entry),),
                touches=frozenset({f"entry:{entry.key}"}),
            )


@kind("broken-bibliography-entry")
def entry_broken(copy: Copy) -> Iterator[Mutant]:
    """An entry loses the comma behind a field, or its last brace."""
    for number, entry in enumerate(copy.entries):
        fields = list(entry.fields.values())
        if len(fields) < 3:
            continue
        field = fields[1]
        at = field.end - 1
        if number % 2 and copy.text(entry.path)[at] == ",":
            edit = Edit(entry.path, at, at + 1, "")
        else:
            edit = Edit(entry.path, entry.end - 1, entry.end, "")
        yield Mutant(f"'{entry.key}' broken", (edit,), (_place(entry),), touches=frozenset({f"entry:{entry.key}"}))


@kind("broken-name")
def name_broken(copy: Copy) -> Iterator[Mutant]:
    """The authors are joined by commas instead of 'and'."""
    for entry, field in _with(copy, "author"):
        if (
            re.match(r"[^\W\d_]+, [^\W\d_]", field.value)
            and field.value[0] != "{"
            and " and " in field.value
            and not _braced(field.value.split(" and "))
        ):
            yield _changed(entry, field, field.value.replace(" and ", ", "), "authors joined by commas", whole=True)


def _braced(names: Iterable[str]) -> bool:
    return any("{" in name or name.count(",") != 1 for name in names)
