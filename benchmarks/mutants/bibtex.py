"""Entries of a `.bib` file with the place of each field, by counting braces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPEN = re.compile(r"^[ \t]*@[ \t]*(\w+)[ \t]*\{[ \t]*([^\s,{}]+)[ \t]*,", re.MULTILINE)
_NAME = re.compile(r"\s*([A-Za-z][\w-]*)\s*=\s*")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entry."""

    name: str
    """In lower case."""
    start: int
    """Where its name begins."""
    end: int
    """Behind its comma, or behind its value."""
    inner: tuple[int, int]
    """Where the value begins and ends, its outer braces left out."""
    value: str
    """The value, its outer braces left out."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry that is whole."""

    path: str
    """Its file, relative to the thesis."""
    type: str
    """In lower case."""
    key: str
    """Its key."""
    key_at: int
    """Where the key begins."""
    start: int
    """Where the entry begins."""
    end: int
    """Behind its last brace."""
    text: str
    """Its characters."""
    fields: dict[str, Field]
    """By name."""

    def value(self, name: str) -> str:
        """A field's value in one line; empty where it has none."""
        return " ".join(self.fields[name].value.split()) if name in self.fields else ""


def entries_of(path: str, text: str) -> Iterator[Entry]:
    """Every entry whose braces close before the next one begins."""
    opened = list(_OPEN.finditer(text))
    for here, following in zip(opened, [*opened[1:], None], strict=True):
        limit = following.start() if following else len(text)
        end = _closing(text, here.start() + here[0].index("{"), limit)
        if end and here[1].lower() not in ("string", "comment", "preamble"):
            fields = {field.name: field for field in _fields(text, here.end(), end - 1)}
            start = here.start() + len(here[0]) - len(here[0].lstrip())
            yield Entry(path, here[1].lower(), here[2], here.start(2), start, end, text[start:end], fields)


def _closing(text: str, start: int, limit: int) -> int:
    """Behind the brace that closes the one at `start`; 0 where none does."""
    depth = 0
    for at in range(start, limit):
        if text[at] in "{}" and text[at - 1] != "\\":
            depth += 1 if text[at] == "{" else -1
            if not depth:
                return at + 1
    return 0


def _fields(text: str, start: int, end: int) -> Iterator[Field]:
    at = start
    while at < end:
        match = _NAME.match(text, at, end)
        if not match:
            return
        stop = _value_end(text, match.end(), end)
        first, last = match.end(), stop
        while last > first and text[last - 1].isspace():
            last -= 1
        if text[first] in '{"' and last - first > 1:
            first, last = first + 1, last - 1
        after = stop + 1 if text[stop : stop + 1] == "," else stop
        yield Field(match[1].lower(), match.start(1), after, (first, last), text[first:last])
        at = after


def _value_end(text: str, start: int, end: int) -> int:
    depth, quoted = 0, False
    for at in range(start, end):
        sign = text[at]
        if sign in "{}" and text[at - 1] != "\\":
            depth += 1 if sign == "{" else -1
        elif sign == '"' and not depth and text[at - 1] != "\\":
            quoted = not quoted
        elif sign == "," and not depth and not quoted:
            return at
    return end
