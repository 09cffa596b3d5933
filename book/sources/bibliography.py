"""The bibliography, read entry by entry, so that a bad entry never hides the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.diagnostics import Diagnostic, Severity
from book.project import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from book.sources.entries import Entry

MOST_REMARKS = 200
"""Remarks on one file before the reader only counts them: a picture renamed to `.bib` must not flood the screen."""
PARENTS = ("crossref", "xdata")
"""Fields that name an entry to inherit from."""

_OUTSIDE = re.compile(r"%[^\n]*|@\s*(?P<name>[A-Za-z][\w:.+/-]*)\s*(?P<open>[{(])")
_HEAD = r"^[ \t]*@[ \t]*(?:(?:string|comment|preamble)[ \t]*[{(]|[A-Za-z]+[ \t]*[{(][ \t]*[^\s,{}()\"#%=]+[ \t]*,)"
_INSIDE = re.compile(rf"[{{}}()\"]|{_HEAD}", re.MULTILINE | re.IGNORECASE)
_BYTE_ORDER_MARKS = ("\ufeff", "\ufffe")


@dataclass(frozen=True, slots=True)
class Bibliography:
    """All entries of all files, and what is wrong with them."""

    entries: Mapping[str, Entry]
    """Entries by key, in the order of the files; of two with one key the first."""
    diagnostics: tuple[Diagnostic, ...]
    """Entries that could not be read, or not wholly, and keys that stand twice."""
    paths: tuple[str, ...] = ()
    """The files, relative to the thesis, in their order."""

    def parents(self, entry: Entry) -> tuple[Entry, ...]:
        """The entries that one inherits from, nearest first; a circle is cut where it closes."""
        found: dict[str, Entry] = {}
        waiting = [entry]
        while waiting:
            for key in parent_keys(waiting.pop(0)):
                parent = self.entries.get(key)
                if parent is not None and parent.key != entry.key and key not in found:
                    found[key] = parent
                    waiting.append(parent)
        return tuple(found.values())


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    entries: dict[str, Entry] = field(default_factory=dict)
    remarks: list[Diagnostic] = field(default_factory=list)
    macros: Any = None


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The text of one `@command{...}` in a file."""

    text: str
    line: int


def read_bibliography(root: Path, paths: Iterable[str]) -> Bibliography:
    """Read `.bib` files, given relative to the thesis; whatever cannot be read becomes a diagnostic."""
    files = []
    for path in dict.fromkeys(paths):
        remarks: list[Diagnostic] = []
        files.append((path, _decoded(root, path, remarks), tuple(remarks)))
    return _read(tuple(files))


@lru_cache(maxsize=1)
def _read(files: tuple[tuple[str, str, tuple[Diagnostic, ...]], ...]) -> Bibliography:
    """The entries in files, each with its text and what decoding it found; in a watch they are the same in most builds."""
    reading = _Reading()
    listed = tuple(path for path, _text, _remarks in files)
    for path, text, found in files:
        remarks = list(found)
        if text:
            _read_file(text, path, reading, remarks)
        reading.remarks += _at_most(remarks, path)
    bibliography = Bibliography(reading.entries, (), listed)
    return Bibliography(reading.entries, (*reading.remarks, *_inheritance(bibliography)), listed)


def _at_most(remarks: list[Diagnostic], path: str) -> list[Diagnostic]:
    if len(remarks) <= MOST_REMARKS:
        return remarks
    more = Diagnostic(
        "broken-bibliography-entry",
        f"{len(remarks) - MOST_REMARKS} more mistakes in this file",
        "error",
        path,
        hint="is this a BibTeX file?",
    )
    return [*remarks[:MOST_REMARKS], more]


# -- bytes to text ------------------------------------------------------------


def _decoded(root: Path, path: str, remarks: list[Diagnostic]) -> str:
    try:
        data = (root / path).read_bytes()
    except OSError as error:
        said = "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        remarks.append(
            Diagnostic(
                "missing-bibliography",
                f"bibliography '{path}' {said}",
                "error",
                path,
                hint="see 'bibtex_bibfiles' in _config.yml",
            )
        )
        return ""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
    else:
        text = _utf8_or_latin(data, path, remarks)
    for mark in (*_BYTE_ORDER_MARKS, "\x00"):
        text = text.replace(mark, "")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _utf8_or_latin(data: bytes, path: str, remarks: list[Diagnostic]) -> str:
    """Lines in UTF-8, and lines that somebody pasted in the older Western encoding."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    hint = "save the file as UTF-8; until then such lines are read as Windows-1252"
    remarks.append(Diagnostic("bibliography-encoding", "not UTF-8 text", "warning", path, line, hint=hint))
    return "\n".join(_decoded_line(part) for part in data.split(b"\n"))


def _decoded_line(line: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


# -- text to entries ----------------------------------------------------------


def _chunks(text: str) -> Iterator[_Chunk]:
    """Each `@command{...}`, up to its closing brace, or to the next entry where that brace is missing."""
    position, line, counted = 0, 1, 0
    while head := _OUTSIDE.search(text, position):
        position = head.end()
        if not head["name"] or head["name"].lower() == "comment":
            continue
        line += text.count("\n", counted, head.start())
        counted = head.start()
        position = _end(text, head.end(), head["open"])
        yield _Chunk(text[head.start() : position], line)


def _end(text: str, start: int, opened: str) -> int:
    depth, quoted = 1 if opened == "{" else 0, False
    for token in _INSIDE.finditer(text, start):
        mark = token.group()
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth = max(depth - 1, 0)
            if depth == 0 and opened == "{":
                return token.end()
        elif mark == '"':
            quoted = quoted != (opened == "(" and depth == 0)
        elif mark == ")":
            if opened == "(" and depth == 0 and not quoted:
                return token.end()
        elif mark != "(":
            return token.start()
    return len(text)


def _read_file(text: str, path: str, reading: _Reading, remarks: list[Diagnostic]) -> None:
    from book.sources.bibtex import parse

    for chunk in _chunks(text):
        parsed = parse(chunk.text, chunk.line, path, reading.macros)
        reading.macros = parsed.macros
        if len(remarks) <= MOST_REMARKS:
            remarks += parsed.remarks
        if parsed.entry is not None:
            _add(parsed.entry, reading, remarks)


def _add(entry: Entry, reading: _Reading, remarks: list[Diagnostic]) -> None:
    first = reading.entries.get(entry.key)
    if first is None:
        reading.entries[entry.key] = entry
        return
    same = first.type == entry.type and first.fields == entry.fields
    severity: Severity = "warning" if same else "error"
    hint = "delete one of them" if same else "rename one of them; the first is used"
    place = f"line {first.line}" if first.path == entry.path else f"{first.path}:{first.line}"
    said = f"key '{entry.key}' stands already in {place}" + (", word for word" if same else "")
    remarks.append(Diagnostic("duplicate-key", said, severity, entry.path, entry.line, hint=hint))


# -- what entries inherit -----------------------------------------------------


def parent_keys(entry: Entry) -> tuple[str, ...]:
    """The keys that an entry inherits from."""
    return tuple(key.strip() for name in PARENTS for key in entry.fields.get(name, "").split(",") if key.strip())


def _inheritance(bibliography: Bibliography) -> Iterator[Diagnostic]:
    """Keys that differ by case alone, parents that do not exist, circles."""
    by_case: dict[str, Entry] = {}
    for entry in bibliography.entries.values():
        first = by_case.setdefault(entry.key.casefold(), entry)
        if first is not entry:
            said = f"key '{entry.key}' differs from '{first.key}' by case alone"
            yield Diagnostic(
                "duplicate-key",
                said,
                "warning",
                entry.path,
                entry.line,
                hint="BibTeX takes both for one; rename one of them",
            )
    known = bibliography.entries
    for entry in known.values():
        for name in PARENTS:
            for key in filter(None, (part.strip() for part in entry.fields.get(name, "").split(","))):
                if key not in known:
                    said = f"entry '{entry.key}' inherits from '{key}', which does not exist"
                    yield Diagnostic(
                        "unresolved-crossref",
                        said,
                        "error",
                        entry.path,
                        entry.lines.get(name, entry.line),
                        hint=f"add the entry '{key}', or take '{name}' out",
                    )
    for circle in circles(bibliography):
        entry = known[circle[0]]
        said = "entries inherit from each other in a circle: " + " -> ".join(f"'{key}'" for key in (*circle, circle[0]))
        yield Diagnostic(
            "circular-crossref", said, "error", entry.path, entry.line, hint="take 'crossref' out of one of them"
        )


def circles(bibliography: Bibliography) -> list[tuple[str, ...]]:
    """Every circle of entries that inherit from each other, each once, from the entry that stands first."""
    order = {key: number for number, key in enumerate(bibliography.entries)}
    done: set[str] = set()
    found: list[tuple[str, ...]] = []
    for start in bibliography.entries:
        trail: dict[str, None] = {}
        waiting: list[tuple[str, bool]] = [(start, False)]
        while waiting:
            key, leaving = waiting.pop()
            if leaving:
                trail.pop(key)
                done.add(key)
            elif key in trail:
                keys = list(trail)
                circle = keys[keys.index(key) :]
                first = circle.index(min(circle, key=order.__getitem__))
                found.append((*circle[first:], *circle[:first]))
            elif key not in done:
                trail[key] = None
                waiting.append((key, True))
                waiting += [(parent, False) for parent in parent_keys(bibliography.entries[key]) if parent in order]
    return found


# -- entries to text ----------------------------------------------------------


def as_bibtex(entry: Entry, key: str, left_out: Iterable[str] = ()) -> str:
    """An entry in BibTeX's own form, each field in braces."""
    fields = [f"  {name} = {{{value}}}" for name, value in entry.fields.items() if name not in set(left_out)]
    return f"@{entry.type}{{{key},\n" + ",\n".join(fields) + "\n}\n"


def clean_path(folder: Path, path: str) -> Path:
    """Where the clean copy of a bibliography lies."""
    parts = ["up" if part == ".." else part for part in Path(path).parts if part != Path(path).anchor]
    return folder.joinpath(*parts)


def write_clean(bibliography: Bibliography, folder: Path) -> list[Path]:
    """Write the entries that could be read, a file for each of the author's, so that no reader stumbles; return the files.

    BibTeX's readers take two keys that differ by case alone for one and give up: the second goes to a file of its own,
    `other-case.bib`, that is not among those returned. A file that has not changed is not written.
    """
    texts: dict[str, list[str]] = {path: [] for path in bibliography.paths}
    others: list[str] = []
    seen: set[str] = set()
    cut = _where_circles_close(bibliography)
    for entry in bibliography.entries.values():
        gone = [name for name in PARENTS if entry.key in cut or not _all_known(entry, name, bibliography)]
        place = f"{entry.path}:{entry.line}".replace(
            "@", " at "
        )  # BibTeX knows no comments: `@` begins an entry there too
        text = f"% {place}\n{as_bibtex(entry, entry.key, gone)}\n"
        (others if entry.key.casefold() in seen else texts[entry.path]).append(text)
        seen.add(entry.key.casefold())
    written = [clean_path(folder, path) for path in bibliography.paths]
    for path, pieces in zip(written, texts.values(), strict=True):
        _write_changed(path, "".join(pieces))
    _write_changed(folder / OTHER_CASE, "".join(others))
    return written


OTHER_CASE = "other-case.bib"
"""Entries whose keys another entry has in other letters."""


def _where_circles_close(bibliography: Bibliography) -> frozenset[str]:
    return frozenset(circle[-1] for circle in circles(bibliography))


def _all_known(entry: Entry, name: str, bibliography: Bibliography) -> bool:
    return all(key.strip() in bibliography.entries for key in entry.fields.get(name, "").split(",") if key.strip())


def _write_changed(path: Path, text: str) -> None:
    try:
        if path.read_text(encoding="utf-8") == text:
            return
    except OSError:
        pass
    write(path, text)
