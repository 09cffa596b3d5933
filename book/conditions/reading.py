"""How a condition is built: from its words to a tree, no deeper than it needs to be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from book.conditions.tokens import ConditionError, Token, tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DEEPEST = 40
"""Parentheses, signs and negations within one another."""

COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "not in"})
FUNCTIONS = {"abs": (1, 1), "round": (1, 2), "min": (1, 99), "max": (1, 99), "sum": (1, 99), "len": (1, 1)}
"""The functions there are, with the fewest and the most values that each takes."""


@dataclass(frozen=True, slots=True)
class Value:
    """A number, a text, a date, true or false, as written."""

    value: Any
    """Its value."""
    start: int
    """Where it begins in the condition, counted from 0."""
    end: int
    """Where it ends."""
    percent: bool = False
    """Whether it is written with a `%`."""


@dataclass(frozen=True, slots=True)
class Name:
    """A finding."""

    name: str
    """Its name."""
    start: int
    """Where it begins."""
    end: int
    """Where it ends."""


@dataclass(frozen=True, slots=True)
class Several:
    """A list, a call, a negation, or parts joined by signs."""

    kind: str
    """`list`, `and`, `or`, `not`, `minus`, `added` (by `+` and `-`), `multiplied` (by `*` and `/`), `comparison`, or a function's name."""
    parts: tuple[Node, ...]
    """What it is made of, in order."""
    signs: tuple[str, ...]
    """For sums, products and comparisons, the signs between the parts."""
    start: int
    """Where it begins."""
    end: int
    """Where it ends."""


Node: TypeAlias = Value | Name | Several


def read_condition(condition: str, known: Iterable[str]) -> Node:
    """Read a condition; `known` names the findings there are, which decides where a hyphen is a minus.

    Raises ConditionError.
    """
    reader = _Reader(tokens_of(condition, frozenset(known)))
    if reader.ahead().kind == "end":
        raise ConditionError("the condition is empty", hint='write one, such as when="h3.support > h1.support"')
    tree = reader.either()
    if reader.ahead().kind != "end":
        raise reader.unexpected()
    return tree


def names_in(tree: Node) -> tuple[Name, ...]:
    """Every place where a condition names a finding, in order."""
    if isinstance(tree, Name):
        return (tree,)
    return tuple(name for part in tree.parts for name in names_in(part)) if isinstance(tree, Several) else ()


class _Reader:
    """Recursive descent over the words of a condition."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens, self.index, self.depth = tokens, 0, 0

    def ahead(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.ahead()
        self.index = min(self.index + 1, len(self.tokens) - 1)
        return token

    def at(self, *wanted: str) -> bool:
        return self.ahead().kind in ("sign", "word") and self.ahead().value in wanted

    def unexpected(self) -> ConditionError:
        before, token = self.tokens[self.index - 1] if self.index else None, self.ahead()
        if token.kind == "end":
            return ConditionError("the condition ends too early", token.start + 1)
        said = "%" if token.kind == "percent" else token.value
        hint = ""
        if token.kind == "name" and before and before.kind in ("value", "percent"):
            hint = "write numbers without a unit"
        elif token.value == "=":
            hint = "write '==' to compare"
        elif token.value == "*" and before and before.value == "*":
            hint = "powers are not part of the language"
        elif token.value == "(" and before and before.kind == "name":
            hint = f"the functions are {', '.join(FUNCTIONS)}"
        return ConditionError(f"'{said}' is not expected here", token.start + 1, hint)

    def deeper(self, inner: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ConditionError(
                "the condition is nested too deep", self.ahead().start + 1, "make several claims of it"
            )
        found = inner()
        self.depth -= 1
        return found

    def joined(self, inner: Callable[[], Node], kind: str, *signs: str) -> Node:
        parts, between = [inner()], []
        while self.at(*signs):
            between.append(str(self.take().value))
            parts.append(inner())
        return Several(kind, tuple(parts), tuple(between), parts[0].start, parts[-1].end) if between else parts[0]

    def either(self) -> Node:
        return self.joined(self.both, "or", "or")

    def both(self) -> Node:
        return self.joined(self.negated, "and", "and")

    def negated(self) -> Node:
        if not self.at("not"):
            return self.compared()
        start = self.take().start
        inner = self.deeper(self.negated)
        return Several("not", (inner,), (), start, inner.end)

    def compared(self) -> Node:
        parts, signs = [self.added()], []
        while sign := self.comparison():
            signs.append(sign)
            listed = sign.endswith("in") and self.at("(", "[")
            parts.append(self.listed() if listed else self.added())
        return Several("comparison", tuple(parts), tuple(signs), parts[0].start, parts[-1].end) if signs else parts[0]

    def comparison(self) -> str:
        if self.at("not") and self.tokens[self.index + 1].value == "in":
            self.take()
            self.take()
            return "not in"
        return str(self.take().value) if self.at(*COMPARISONS) else ""

    def added(self) -> Node:
        return self.joined(self.multiplied, "added", "+", "-")

    def multiplied(self) -> Node:
        return self.joined(self.signed, "multiplied", "*", "/")

    def signed(self) -> Node:
        if not self.at("-", "+"):
            return self.single()
        sign = self.take()
        inner = self.deeper(self.signed)
        return Several("minus", (inner,), (), sign.start, inner.end) if sign.value == "-" else inner

    def single(self) -> Node:
        token = self.ahead()
        if token.kind == "name":
            self.take()
            return (
                self.called(token)
                if self.at("(") and token.value in FUNCTIONS
                else Name(token.value, token.start, token.end)
            )
        if token.kind == "value":
            self.take()
            return self.valued(token)
        if self.at("true", "false"):
            self.take()
            return Value(token.value == "true", token.start, token.end)
        if self.at("["):
            return self.listed()
        if self.at("("):
            self.take()
            inner = self.deeper(self.either)
            return replace(inner, start=token.start, end=self.closed(")", token))
        raise self.unexpected()

    def valued(self, token: Token) -> Node:
        if self.ahead().kind != "percent" or isinstance(token.value, str):
            return Value(token.value, token.start, token.end)
        from decimal import Decimal

        return Value(Decimal(str(token.value)) / 100, token.start, self.take().end, percent=True)

    def called(self, function: Token) -> Node:
        inner = self.listed()
        parts = inner.parts
        if len(parts) == 1 and isinstance(parts[0], Several) and parts[0].kind == "list":
            parts = parts[0].parts if function.value != "len" else parts
        least, most = FUNCTIONS[function.value]
        if not least <= len(parts) <= most:
            raise ConditionError(f"'{function.value}' does not take {len(parts)} values", function.start + 1)
        return Several(function.value, parts, (), function.start, inner.end)

    def listed(self) -> Several:
        opening = self.take()
        closing = ")" if opening.value == "(" else "]"
        parts: list[Node] = []
        while not self.at(closing):
            parts.append(self.deeper(self.either))
            if not self.at(","):
                break
            self.take()
        end = self.closed(closing, opening)
        return Several("list", tuple(parts), (), opening.start, end)

    def closed(self, closing: str, opening: Token) -> int:
        if not self.at(closing):
            missing = self.ahead().kind == "end"
            raise ConditionError(f"'{opening.value}' has no end", opening.start + 1) if missing else self.unexpected()
        return self.take().end
