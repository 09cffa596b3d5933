"""What a condition is written with: names, numbers, texts, dates, signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

LONGEST = 4_000
"""Characters of the longest condition that is read."""

WORDS = frozenset({"and", "or", "not", "in", "true", "false"})
"""Words that no finding can be called."""

TokenKind = Literal["name", "word", "value", "percent", "sign", "end"]

_LONGEST_NUMBER = 40

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<date>\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?(?![\w.]))
    | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3}(?!\w))?)
    | (?P<name>[^\W\d]\w*(?:(?:\.|-+)\w+)*)
    | (?P<text>"[^"]*"|'[^']*')
    | (?P<sign>==|!=|<=|>=|[<>≤≥≠=+\-−*/×%(),\[\]])
    | (?P<end>$)
    )""",
    re.VERBOSE,
)
_SAME = {"≤": "<=", "≥": ">=", "≠": "!=", "−": "-", "×": "*"}
_PIECES = re.compile(r"[.\w]+|-")


class ConditionError(ValueError):
    """A condition cannot be read or tested."""

    def __init__(self, message: str, column: int = 0, hint: str = "", name: str = "") -> None:
        """Take what is wrong, where in the condition, what to try, and the name that no cell records."""
        super().__init__(message)
        self.message, self.column, self.hint, self.name = message, column, hint, name


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a condition."""

    kind: TokenKind
    """What it is."""
    value: Any
    """Its value; for names, words and signs the text."""
    start: int
    """Where it begins in the condition, counted from 0."""
    end: int
    """Where it ends."""


def tokens_of(condition: str, known: Container[str]) -> tuple[Token, ...]:
    """Take a condition apart; `known` names the findings there are.

    Raises ConditionError.
    """
    if len(condition) > LONGEST:
        raise ConditionError(f"the condition is longer than {LONGEST:,} characters", hint="make several claims of it")
    found: list[Token] = []
    position = 0
    while not found or found[-1].kind != "end":
        match = _TOKEN.match(condition, position)
        if match is None:
            raise _stray(condition, position)
        kind = str(match.lastgroup)
        found += _taken(kind, match[kind], match.start(kind), known)
        position = match.end()
    return tuple(found)


def _taken(kind: str, text: str, start: int, known: Container[str]) -> Iterator[Token]:
    end = start + len(text)
    if kind == "name":
        yield from _named(text, start, known)
    elif kind == "number":
        yield Token("value", _number(text, start), start, end)
    elif kind == "date":
        yield Token("value", _date(text, start), start, end)
    elif kind == "text":
        yield Token("value", text[1:-1], start, end)
    elif kind == "sign":
        yield Token("percent" if text == "%" else "sign", _SAME.get(text, text), start, end)
    else:
        yield Token("end", "", start, end)


def _named(text: str, start: int, known: Container[str]) -> Iterator[Token]:
    """A hyphen belongs to the name, unless only the pieces around hyphens are findings and numbers."""
    pieces = [(match[0], start + match.start()) for match in _PIECES.finditer(text)]
    whole = text in known or len(pieces) == 1 or len(pieces) > _LONGEST_NUMBER
    for one in [Token("name", text, start, start + len(text))] if whole else _parted(text, start, pieces, known):
        yield Token("word", one.value.lower(), one.start, one.end) if _is_word(one) else one


def _is_word(token: Token) -> bool:
    return token.kind == "name" and token.value in WORDS | {"True", "False"}


def _parted(text: str, start: int, pieces: list[tuple[str, int]], known: Container[str]) -> list[Token]:
    found: list[Token] = []
    index = 0
    while index < len(pieces):
        for last in range(len(pieces), index, -1):
            said = "".join(piece for piece, _ in pieces[index:last])
            number = last == index + 1 and said.replace(".", "", 1).isdecimal() and said[0] != "." and said[-1] != "."
            if said in known or number:
                break
        else:
            return [Token("name", text, start, start + len(text))]
        place = pieces[index][1]
        end = place + len(said)
        found.append(Token("value", _number(said, place), place, end) if number else Token("name", said, place, end))
        if last < len(pieces):
            found.append(Token("sign", "-", pieces[last][1], pieces[last][1] + 1))
        index = last + 1
    return found


def _number(text: str, start: int) -> int | Decimal | float:
    if len(text) > _LONGEST_NUMBER:
        raise ConditionError("the number is too long", start + 1)
    if "e" in text.lower():
        return float(text)
    return Decimal(text) if "." in text else int(text)


def _date(text: str, start: int) -> date:
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        raise ConditionError(f"'{text}' is no date", start + 1, "write dates as 2024-05-31") from None


def _stray(condition: str, position: int) -> ConditionError:
    place = position + len(condition[position:]) - len(condition[position:].lstrip())
    character = condition[place]
    if character in "\"'":
        return ConditionError("a text has no end", place + 1, f"close it with {character}")
    hints = {
        "&": "write 'and'",
        "|": "write 'or'",
        "!": "write 'not', or '!='",
        "^": "powers are not part of the language",
    }
    return ConditionError(
        f"'{character}' is not part of the language", place + 1, hints.get(character, "see 'Claims' in the docs")
    )
