"""One entry of a `.bib` file, judged by pybtex, with what is wrong in it."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from typing import Any

from pybtex import textutils
from pybtex.bibtex.utils import split_name_list
from pybtex.database import Person
from pybtex.database.input.bibtex import LowLevelParser, SkipEntry, month_names
from pybtex.errors import capture
from pybtex.exceptions import PybtexError
from pybtex.scanner import PrematureEOF, PybtexSyntaxError, Token
from pybtex.utils import CaseInsensitiveDict

from book.diagnostics import Diagnostic, Severity
from book.sources.entries import Entry, Name

_NAME = re.compile(r"\s*(?P<name>[A-Za-z_][\w.:/+*-]*)\s*=\s*[\w{\"]")
_NEXT_FIELD = re.compile(r"(?:^|,)[ \t]*[A-Za-z_][\w.:/+*-]*[ \t]*=", re.MULTILINE)
_KEY_WITH_SPACE = re.compile(r"@\s*\w+\s*[{(]\s*(?P<key>[^,={}()\"#%\n]*\S[ \t]+[^,={}()\"#%\n]*),")
_BROKEN = "broken-bibliography-entry"
_SWALLOWED = re.compile(r",[ \t]*\n\s*[A-Za-z_][\w.:/+*-]*\s*=\s*[{\"\d]")
"""A value that runs on into the next field."""
_MARKS = {1: re.compile("@"), 2: re.compile("[{}]"), 3: re.compile('["{}]')}
MOST_RECOVERIES = 20
"""Mistakes in one entry after which the rest of it is given up."""
_TITLE = r"(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Dipl)\b\.?(?:-?Ing\.)?\s"
_TWO_TITLED = re.compile(rf"\s*{_TITLE}[^,{{}}]+,\s*{_TITLE}[^,{{}}]+")
_INITIALS = r"(?!(?:I{1,3}|IV|VI{0,3})\b)[A-Z]{1,3}"
_TWO_SHORT = re.compile(
    rf"\s*[A-Z][^\W\d_]{{2,}}\s{_INITIALS},\s*[A-Z][^\W\d_]{{2,}}\s{_INITIALS}(?:,\s*[A-Z][^\W\d_]{{2,}}\s{_INITIALS})*\s*"
)
_JOINED = re.compile(r";\s|\s\\?&\s|,?\s+et\.?\s+al\b\.?")
_DEGREE = re.compile(r"\s*(?:Ph\.?\s?D\.?|M\.Sc\.?|MSc|Jr\.?|Sr\.)\s*")
_LETTER = re.compile(r"&#?\w{1,8};")
_DEEPEST = 4
"""Braces in braces that names have."""
_BRACED = re.compile(r"\{[^{}]*\}")
_LONG_NAMES = 20_000
"""Characters of a list of names beyond which nobody takes it apart: pybtex needs the square of its length."""


@dataclass(slots=True)
class Parsed:
    """What one `@command{...}` holds."""

    entry: Entry | None
    """The entry, as far as it could be read; None for `@string`, `@preamble` and what has no key."""
    macros: Any
    """The strings that are defined now."""
    remarks: list[Diagnostic]
    """What is wrong."""


@dataclass(slots=True)
class _Mistake:
    rule: str
    message: str
    hint: str
    line: int
    severity: Severity = "error"


@dataclass(slots=True)
class _Found:
    mistakes: list[_Mistake] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    unclosed: bool = False


class _EntryParser(LowLevelParser):  # type: ignore[misc]
    """Pybtex's own parser over one entry; it goes on after a mistake, and searches all marks at once, so that its time is linear."""

    pos: int
    lineno: int
    text: str
    end_pos: int
    current_field_name: str | None
    current_value: list[str]

    def __init__(self, text: str, macros: Any) -> None:
        super().__init__(text, macros=macros)
        self.found = _Found()
        self.salvaged = False
        self.command_start = 0

    def skip_to(self, patterns: list[Any]) -> Any:
        """Find the next of several marks in one pass."""
        match = _MARKS[len(patterns)].search(self.text, self.pos)
        if match is None:
            return None
        value = self.text[self.pos : match.end()]
        self.pos = match.end()
        self.update_lineno(value)
        pattern = next(one for one in patterns if one.match(match.group()))
        return Token(value, pattern)

    def handle_error(self, error: Any) -> None:
        """Note a mistake and go on; where an entry ends too soon, once."""
        if isinstance(error, PrematureEOF):
            if not self.found.unclosed:
                self.note(_BROKEN, "is never closed", "add the closing brace", line=1)
        elif not self.found.mistakes or self.found.mistakes[-1].line != self.lineno:
            self.note(_BROKEN, f"cannot be read here: {_said(error)}", "compare with an entry that works")

    def note(self, rule: str, message: str, hint: str, *, line: int = 0, severity: Severity = "error") -> None:
        """Note a mistake at a line of this text, the present one unless said otherwise."""
        self.found.mistakes.append(_Mistake(rule, message, hint, line or self.lineno, severity))

    def substitute_macro(self, name: str) -> str:
        """The text of an `@string`; its name where it is defined nowhere."""
        try:
            return str(self.macros[name])
        except KeyError:
            hint = f"put the value in braces, or define it: @string{{{name} = {{...}}}}"
            self.note("undefined-string", f"string '{name}' is defined nowhere", hint)
            return str(name)

    def parse_value(self) -> None:
        """Read a value and whatever `#` joins to it."""
        self.current_value = [self.parse_value_part()]
        while self._ahead() == "#":
            self.pos += 1
            self.current_value.append(self.parse_value_part())

    def parse_entry_fields(self) -> None:
        """Read all fields; after a mistake go on with the next one."""
        while len(self.found.mistakes) < MOST_RECOVERIES and self._goes_on():
            start, line, self.salvaged = self.pos, self.lineno, False
            self._no_field()
            try:
                self.parse_field()
                if self._ahead() == "" and _SWALLOWED.search(self.text, start):
                    raise PrematureEOF(self)
            except PybtexSyntaxError as error:
                self._salvage(error, start, line)
            if self.current_field_name and self.current_value:
                self.current_fields.append((self.current_field_name, self.current_value))
                self.found.lines.setdefault(self.current_field_name.lower(), line)

    def _no_field(self) -> None:
        self.current_field_name, self.current_value = None, []

    def _ahead(self) -> str:
        self.eat_whitespace()
        return str(self.text[self.pos : self.pos + 1])

    def _goes_on(self) -> bool:
        """Whether another field follows, said by a comma or, failing that, by a name and an equals sign."""
        comma = False
        while self._ahead() == ",":
            self.pos += 1
            comma = True
        if self._ahead() in ("", "}", ")"):
            return False
        ahead = _NAME.match(self.text, self.pos)
        if ahead and not comma and not self.salvaged:
            self.note(_BROKEN, f"has no comma before '{ahead['name']}'", "end the line above with a comma")
        return ahead is not None or self._skip_junk()

    def _skip_junk(self) -> bool:
        """Pass over what is no field; false where no field follows it."""
        following = _NEXT_FIELD.search(self.text, self.pos)
        said = " ".join(self.text[self.pos : following.start() if following else self.end_pos].split()).rstrip(",")[:40]
        self.note(_BROKEN, f"has text that belongs to no field: '{said}'", "put the whole value in braces")
        self._jump(following.start() if following else self.end_pos)
        self.found.unclosed |= following is None
        return following is not None

    def _jump(self, position: int) -> None:
        self.pos = position
        self.lineno = 1 + self.text.count("\n", 0, position)

    def _salvage(self, error: Any, start: int, line: int) -> None:
        """Keep the first line of a field that does not end, and go on after that line."""
        end = self.text.find("\n", start)
        end = self.end_pos if end < 0 else end
        name, equals, value = self.text[start:end].partition("=")
        if isinstance(error, PrematureEOF) and equals:
            if not self.found.unclosed:
                said = f"has a brace or quotation mark in '{name.strip()}' that is never closed"
                self.note(_BROKEN, said, "count the braces of this field", line=line)
            self.found.unclosed = True
            self.current_field_name, self.current_value = (
                name.strip(),
                [_balanced(value.strip().rstrip(",").strip('{}" '))],
            )
        else:
            self.handle_error(error)
            self.current_field_name, self.current_value = None, []
        following = _NEXT_FIELD.search(self.text, max(end, start + 1))
        self._jump(following.start() if following else self.end_pos)
        self.salvaged = True


def parse(text: str, line: int, path: str, macros: Any = None) -> Parsed:
    """Read one `@command{...}` that begins on `line` of the file `path`."""
    macros = CaseInsensitiveDict(month_names) if macros is None else macros
    parser = _EntryParser(text, macros)
    parser.skip_to([parser.AT])
    command, key, fields = "", "", []
    try:
        command, body = parser.parse_command()
        command = command.lower()
        if command not in ("string", "preamble"):
            key, fields = body
    except (PybtexSyntaxError, SkipEntry):
        pass
    spaced = _KEY_WITH_SPACE.match(text) if command not in ("string", "preamble") else None
    entry = None
    if spaced:
        said = f"key '{' '.join(spaced['key'].split())}' has a space in it, so that nobody can cite it"
        parser.found.mistakes = [_Mistake(_BROKEN, said, "write keys without spaces", 1)]
    elif key and re.search(r"[{}]", key):
        said = f"key '{key}' has a brace in it, so that nobody can cite it"
        parser.found.mistakes = [_Mistake(_BROKEN, said, "write keys in letters, digits and hyphens", 1)]
    elif key:
        entry = _entry(command, key, fields, parser, path, line)
    elif command not in ("string", "preamble"):
        parser.found.mistakes = [
            _Mistake(_BROKEN, "entry without a key", "begin an entry with its type and its key: @book{key,", 1)
        ]
    named = f"entry '{key}' " if entry else ""
    remarks = [
        Diagnostic(
            one.rule,
            (named if one.rule == _BROKEN else "") + one.message,
            one.severity,
            path,
            line + one.line - 1,
            hint=one.hint,
        )
        for one in parser.found.mistakes
    ]
    return Parsed(entry, macros, remarks)


def _entry(kind: str, key: str, fields: list[Any], parser: _EntryParser, path: str, line: int) -> Entry:
    values: dict[str, str] = {}
    persons: dict[str, tuple[Name, ...]] = {}
    for name, parts in fields:
        lower = str(name).lower()
        if lower in values:
            said = f"entry '{key}' has two fields '{lower}'"
            parser.note("duplicate-field", said, "delete one of them; the first is used", severity="warning")
            continue
        values[lower] = _balanced(textutils.normalize_whitespace("".join(parts)))
        if lower in Person.valid_roles:
            persons[lower], values[lower] = _persons(values[lower], key, lower, parser)
    lines = {name: line + number - 1 for name, number in parser.found.lines.items()}
    return Entry(key, kind, values, persons, path, line, lines)


def _persons(text: str, key: str, role: str, parser: _EntryParser) -> tuple[tuple[Name, ...], str]:
    """The names in a field, and the field with each name that cannot be taken apart in braces."""
    if len(text) > _LONG_NAMES:
        return (Name(text, "", "", text, ""),), f"{{{text}}}"
    names, written = [], []
    with contextlib.suppress(RecursionError):
        for part in split_name_list(text):
            if not part.strip():
                continue
            name = _name(part)
            if name is None:
                hint = "write 'Family, Given and Family, Given', and a body in braces of its own"
                parser.note(
                    "broken-name",
                    f"entry '{key}' has a name with too many commas: '{part[:60]}'",
                    hint,
                    line=parser.found.lines.get(role, 1),
                    severity="warning",
                )
                name, part = Name(part, "", "", part, ""), f"{{{part}}}"  # noqa: PLW2901
            elif crowd := _crowd(part):
                parser.note(
                    "broken-name",
                    f"entry '{key}' has {crowd[0]} in one name: '{part[:60]}'",
                    crowd[1],
                    line=parser.found.lines.get(role, 1),
                    severity="warning",
                )
            names.append(name)
            written.append(part)
    return tuple(names), " and ".join(written)


def _crowd(text: str) -> tuple[str, str] | None:
    """What stands in one name besides a person, and what to do; None where nothing does."""
    bare = text
    for _ in range(_DEEPEST):
        bare = _BRACED.sub("", bare)
    if "," not in bare and "&" not in bare and " al" not in bare:
        return None
    if _TWO_TITLED.fullmatch(bare) or _TWO_SHORT.fullmatch(bare):
        return "several people", "write 'and' between people, and leave out titles"
    joined = _JOINED.search(_LETTER.sub("", bare))
    if joined:
        said = joined[0].strip(" ,")
        if said.startswith("et"):
            return "'et al.'", "write 'and others'"
        return f"'{said}'", "write 'and' between people; a body goes in braces of its own"
    before, _, after = bare.partition(",")
    if " " in before.strip() and _DEGREE.fullmatch(after):
        return "a degree or a suffix for given names", "write 'Family, Jr., Given', and leave out degrees"
    return None


def _name(text: str) -> Name | None:
    with capture() as errors:
        try:
            person = Person(text)
        except (PybtexError, IndexError, ValueError, RecursionError):
            return None
    if errors:
        return None
    given = " ".join(person.first_names + person.middle_names)
    particle, family, suffix = (
        " ".join(part) for part in (person.prelast_names, person.last_names, person.lineage_names)
    )
    return Name(text, given, particle, family, suffix)


def _balanced(value: str) -> str:
    """A value whose braces pair up; without any where they do not."""
    depth = 0
    for mark in re.findall(r"[{}]", value):
        depth += 1 if mark == "{" else -1
        if depth < 0:
            break
    return value if depth == 0 else re.sub(r"[{}]", "", value)


def _said(error: Any) -> str:
    return str(error.args[0]) if error.args else str(error)
