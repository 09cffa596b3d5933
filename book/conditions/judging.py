"""Whether a condition holds, and why not."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal

from book.conditions.reading import Name, Several, Value, names_in, read_condition
from book.conditions.tokens import ConditionError
from book.findings import unknown_finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from book.conditions.reading import Node
    from book.findings import Finding

Verdict = Literal["holds", "broken", "unknown", "unreadable"]

_LARGEST = 400
"""Decimal digits beyond which no decimal number is computed with."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a condition."""

    verdict: Verdict
    """`holds`, `broken`, `unknown` (it names what no cell records) or `unreadable` (it cannot be read or computed)."""
    findings: tuple[str, ...] = ()
    """The findings that it names, each once, in order."""
    why: str = ""
    """Why it does not hold, with the values; or what is wrong with it. Empty where it holds."""
    hint: str = ""
    """What to try where something is wrong with it."""


def judge(condition: str, findings: Mapping[str, Finding]) -> Judgement:
    """Say whether a condition holds, given the findings by name; never raises."""
    used: tuple[str, ...] = ()
    try:
        tree = read_condition(condition, findings)
        used = tuple(dict.fromkeys(one.name for one in names_in(tree)))
        for name in used:
            if name not in findings:
                remark = unknown_finding(name, findings)
                return Judgement("unknown", used, remark.message, remark.hint)
        test = _Test(condition, findings)
        if test.truth(tree):
            return Judgement("holds", used)
        return Judgement("broken", used, test.why(tree))
    except ConditionError as error:
        place = f" (column {error.column} of the condition)" if error.column else ""
        return Judgement("unreadable", used, f"{error.message}{place}", error.hint)
    except (ArithmeticError, ValueError):
        return Judgement(
            "unreadable", used, "the condition cannot be computed", "see whether its numbers are too large"
        )


def said_value(value: Any) -> str:
    """A value as a message says it: texts in quotes, numbers with six digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (float, Decimal)):
        return f"{value:.6g}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(said_value, value))}]"
    return f"'{value}'" if isinstance(value, str) else str(value)


class _Test:
    """One condition over given findings."""

    def __init__(self, condition: str, findings: Mapping[str, Finding]) -> None:
        self.condition, self.findings = condition, findings

    def truth(self, node: Node) -> bool:
        value = self.value(node)
        if not isinstance(value, bool):
            raise self.wrong(node, "true or false")
        return value

    def value(self, node: Node) -> Any:
        if isinstance(node, Value):
            return node.value
        if isinstance(node, Name):
            return self.content(node)
        try:
            return _RULES[node.kind](self, node)
        except ConditionError:
            raise
        except (ArithmeticError, ValueError, TypeError) as error:
            said = _UNCOMPUTED.get(type(error), "no number comes of it")
            raise ConditionError(f"'{self.words(node)}' cannot be computed: {said}", node.start + 1) from None

    def content(self, node: Name) -> Any:
        finding = self.findings[node.name]
        if finding.twice:
            raise ConditionError(f"finding '{node.name}' is recorded twice", node.start + 1)
        value = finding.content
        if value is None:
            hint = "see why the computation gives no value there"
            raise ConditionError(f"finding '{node.name}' has no value", node.start + 1, hint)
        if isinstance(value, Decimal) and abs(value.adjusted()) > _LARGEST:
            raise ConditionError(f"finding '{node.name}' is too large", node.start + 1)
        return value

    def number(self, node: Node) -> int | float | Decimal:
        value = self.value(node)
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise self.wrong(node, "a number")
        return value

    def words(self, node: Node) -> str:
        return " ".join(self.condition[node.start : node.end].split())

    def wrong(self, node: Node, wanted: str) -> ConditionError:
        """Say that something is of another kind than its place wants."""
        value = self.value(node)
        said = "" if isinstance(node, Value) else f" ({said_value(value)})"
        hint = "compare it with something: '>', '==', 'in'" if wanted == "true or false" else ""
        return ConditionError(f"'{self.words(node)}' is {_kind(value)}{said}, not {wanted}", node.start + 1, hint)

    # the rules

    def both(self, node: Several) -> bool:
        return all(self.truth(part) for part in node.parts)

    def either(self, node: Several) -> bool:
        return any(self.truth(part) for part in node.parts)

    def negated(self, node: Several) -> bool:
        return not self.truth(node.parts[0])

    def minus(self, node: Several) -> Any:
        return -self.number(node.parts[0])

    def computed(self, node: Several) -> Any:
        signs = iter(node.signs)
        found = reduce(lambda left, right: _CALCULATE[next(signs)](*_paired(left, right)), map(self.number, node.parts))
        if isinstance(found, float) and math.isnan(found):
            raise ValueError
        return found

    def listed(self, node: Several) -> list[Any]:
        return [self.value(part) for part in node.parts]

    def compared(self, node: Several) -> bool:
        return all(self.link(node, index) for index in range(len(node.signs)))

    def link(self, node: Several, index: int) -> bool:
        """Whether one comparison of a chain holds."""
        left, sign, right = node.parts[index], node.signs[index], node.parts[index + 1]
        self.percents(left, right)
        one, other = self.value(left), self.value(right)
        if sign in ("in", "not in"):
            return self.contains(left, one, right, other) == (sign == "in")
        if _kind(one) != _kind(other) and not {_kind(one), _kind(other)} <= {"a date", "a moment"}:
            raise self.wrong(right, _kind(one))
        if sign not in ("==", "!=") and _kind(one) in ("text", "true or false", "a list"):
            said = f"'{self.words(left)}' is {_kind(one)}, which has no order"
            raise ConditionError(said, left.start + 1, "compare it with '==', '!=' or 'in'")
        return bool(_COMPARE[sign](*_paired(one, other)))

    def contains(self, left: Node, one: Any, right: Node, other: Any) -> bool:
        if isinstance(other, str):
            if not isinstance(one, str):
                raise self.wrong(left, "text")
            return one in other
        if not isinstance(other, list):
            raise self.wrong(right, "a list")
        for part in other:
            if _kind(part) != _kind(one):
                said = f"the list holds {said_value(part)}, which is {_kind(part)}, and '{self.words(left)}' is {_kind(one)}"
                raise ConditionError(said, right.start + 1)
        return any(operator.eq(*_paired(one, part)) for part in other)

    def percents(self, left: Node, right: Node) -> None:
        """Nobody can say whether 50% is 50 or 0.5 where a finding counts in per cent."""
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Value) and one.percent:
                for name in names_in(other):
                    if self.findings[name.name].unit == "%":
                        hint = "write the number without '%'"
                        raise ConditionError(f"finding '{name.name}' counts in %", one.start + 1, hint)

    def function(self, node: Several) -> Any:
        name, parts = node.kind, node.parts
        if name == "len":
            value = self.value(parts[0])
            if not isinstance(value, (str, list)):
                raise self.wrong(parts[0], "text or a list")
            return len(value)
        numbers = [self.number(part) for part in parts]
        if name == "round":
            return self.rounded(node, numbers)
        return abs(numbers[0]) if name == "abs" else reduce(_FOLD[name], numbers)

    def rounded(self, node: Several, numbers: list[Any]) -> Any:
        places = numbers[1] if len(numbers) > 1 else 0
        if not isinstance(places, int) or abs(places) > _LARGEST:
            raise self.wrong(node.parts[1], "a number of decimal places")
        if isinstance(numbers[0], Decimal) and abs(numbers[0].adjusted()) > _LARGEST:
            raise OverflowError
        return round(numbers[0], places) if len(numbers) > 1 else round(numbers[0])

    # the reason

    def why(self, tree: Node) -> str:
        """The values of the findings in what fails, and what fails."""
        failing = list(self.failing(tree))
        names = dict.fromkeys(one.name for start, end in failing for one in names_in(tree) if start <= one.start < end)
        values = []
        for name in names:
            unit = self.findings[name].unit
            values.append(f"{name} is {said_value(self.findings[name].content)}{f' {unit}' if unit else ''}")
        said = " and ".join(f"'{' '.join(self.condition[start:end].split())}'" for start, end in failing)
        return f"{', '.join(values)}{': ' if values else ''}{said} {'are' if len(failing) > 1 else 'is'} false"

    def failing(self, node: Node) -> list[tuple[int, int]]:
        """The places of the smallest parts that make a condition false."""
        kind = node.kind if isinstance(node, Several) else ""
        if isinstance(node, Several) and kind == "and":
            return next(self.failing(part) for part in node.parts if not self.truth(part))
        if isinstance(node, Several) and kind == "or":
            return [place for part in node.parts for place in self.failing(part)]
        if isinstance(node, Several) and kind == "comparison":
            index = next(i for i in range(len(node.signs)) if not self.link(node, i))
            return [(node.parts[index].start, node.parts[index + 1].end)]
        return [(node.start, node.end)]


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float, Decimal)):
        return "a number"
    if isinstance(value, datetime):
        return "a moment"
    if isinstance(value, date):
        return "a date"
    return "a list" if isinstance(value, list) else "text"


def _paired(left: Any, right: Any) -> tuple[Any, Any]:
    """Two values of one kind in one type: decimals beside floats become floats, days beside moments their midnights."""
    if isinstance(left, float) and isinstance(right, Decimal):
        return left, float(right)
    if isinstance(left, Decimal) and isinstance(right, float):
        return float(left), right
    if isinstance(left, datetime) and _kind(right) == "a date":
        return left, datetime.combine(right, time(), left.tzinfo)
    if isinstance(right, datetime) and _kind(left) == "a date":
        return datetime.combine(left, time(), right.tzinfo), right
    return left, right


def _smaller(left: Any, right: Any) -> Any:
    return left if operator.le(*_paired(left, right)) else right


def _larger(left: Any, right: Any) -> Any:
    return left if operator.ge(*_paired(left, right)) else right


def _divided(left: Any, right: Any) -> Any:
    if right == 0:
        raise ZeroDivisionError
    return left / right


_UNCOMPUTED = {
    ZeroDivisionError: "division by zero",
    TypeError: "the two cannot be compared",
    OverflowError: "it is too large",
}
_CALCULATE: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": _divided,
}  # fmt: skip
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_FOLD: dict[str, Callable[[Any, Any], Any]] = {
    "min": _smaller, "max": _larger, "sum": lambda left, right: operator.add(*_paired(left, right)),
}  # fmt: skip
_RULES: dict[str, Callable[[_Test, Several], Any]] = {
    "and": _Test.both, "or": _Test.either, "not": _Test.negated, "minus": _Test.minus, "added": _Test.computed, "multiplied": _Test.computed, "list": _Test.listed,
    "comparison": _Test.compared, **dict.fromkeys(("abs", "round", "min", "max", "sum", "len"), _Test.function),
}  # fmt: skip
