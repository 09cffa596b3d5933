"""`findings.lock`: the accepted values of all findings, one a line, made for reviewing."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, get_args

from book.diagnostics import Diagnostic
from book.findings import Finding, format_finding
from book.values import Kind, python_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from book.project import Project

FILE = "findings.lock"
VERSION = 1
"""Of the file; a later one is not read."""
NUMERIC = ("int", "float", "decimal")
"""Kinds that can differ by a little."""
JITTER = 1 / 50
"""Share of a printed precision that platforms may differ by, even where the last printed digit flips."""
_SIGNIFICANT = 6
"""Digits that a number is printed with where it has no format."""

_HEADER = re.compile(r"thesis findings (\d{1,9})(?:\s.*)?")
_TITLE = f"thesis findings {VERSION} | accepted by 'thesis accept'; look through what changes, and commit it"
_NAME = re.compile(r"[a-z][a-z0-9_-]*(?:\.[a-z0-9][a-z0-9_-]*)*")
_BARE = re.compile(r"[^\s\"]+")
_DIGEST = re.compile(r"[0-9a-f]{6,64}")
_FLOATS = re.compile(r"[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|inf)")
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?:\s|$)")
_SPEC = re.compile(r".*?(?:\.(?P<digits>\d{1,3}))?(?P<type>[a-zA-Z%]?)", re.DOTALL)
_LONGEST_NUMBER = 4000


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding as the author has accepted it."""

    name: str
    """Dotted name."""
    value: str | int | float | bool | None
    """The value as JSON holds it, as in a finding; a number is rounded within its tolerance."""
    kind: Kind
    """What the value is."""
    unit: str = ""
    """Its unit; empty where there is none."""
    tolerance: float = 0.0
    """By how much a number may differ before anybody is told."""
    path: str = ""
    """File of the chapter that recorded it, relative to the thesis."""
    cell: int = 0
    """Number of the cell among the chapter's code cells, counted from 1."""
    inputs: tuple[str, ...] = ()
    """Files that the run depended on, relative to the thesis."""
    line: int = 0
    """Line of the lock, counted from 1; 0 before it is written."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What `findings.lock` holds."""

    accepted: Mapping[str, Accepted] = field(default_factory=dict)
    """Accepted findings by name."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """The first digits of the digest of each file that runs depended on, by path."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What is wrong with the file."""
    exists: bool = False
    """Whether the thesis has the file at all."""
    text: str = ""
    """The file as it stands."""
    readable: bool = True
    """Whether what it holds can be relied on: not where its version is a later one, or it is no text."""


# Reading


def read_lock(project: Project) -> Lock:
    """Read the lock of a thesis; what is wrong with it comes as diagnostics, a broken line costs itself alone."""
    path = project.root / FILE
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return Lock()
    except UnicodeDecodeError:
        return _unreadable("it is not UTF-8 text")
    except OSError as error:
        return _unreadable(f"it cannot be read: {error.strerror}")
    return parse_lock(text)


def parse_lock(text: str) -> Lock:
    """Read a lock's text; never raises."""
    lines = [line.rstrip("\r") for line in text.split("\n")]
    version = _HEADER.fullmatch(lines[0].strip())
    if version and int(version[1]) > VERSION:
        return _unreadable(
            f"it was written by a newer version of thesis (its format is {int(version[1])}, this one reads {VERSION})",
            "update thesis, or take the lock of an earlier commit",
            text,
        )
    found: list[Diagnostic] = []
    if not version:
        found.append(_broken(1, f"the first line is not 'thesis findings {VERSION}'", "accept the findings anew"))
    accepted: dict[str, Accepted] = {}
    inputs: dict[str, str] = {}
    for number, line in enumerate(lines[bool(version) :], 1 + bool(version)):
        one = _line(line, number)
        if isinstance(one, Diagnostic):
            found.append(one)
        elif isinstance(one, Accepted):
            if one.name in accepted:
                found.append(_twice(one, accepted[one.name]))
            accepted.setdefault(one.name, one)
        elif one:
            inputs[one[0]] = one[1]
    names = tuple(inputs)
    whole = {name: replace(one, inputs=names) for name, one in accepted.items()}
    return Lock(whole, inputs, tuple(found), exists=True, text=text)


def _unreadable(
    said: str, hint: str = "take it from an earlier commit, or accept the findings anew", text: str = ""
) -> Lock:
    return Lock({}, {}, (Diagnostic("broken-lock", said, "error", FILE, 1, hint=hint),), exists=True, text=text, readable=False)  # fmt: skip


def _broken(line: int, said: str, hint: str = "put the line back as it was, or run 'thesis accept'") -> Diagnostic:
    return Diagnostic("broken-lock", said, "error", FILE, line, hint=hint)


def _twice(second: Accepted, first: Accepted) -> Diagnostic:
    return _broken(
        second.line,
        f"'{second.name}' stands twice, first on line {first.line}",
        "keep one of the two lines, or run 'thesis accept'",
    )


def _line(line: str, number: int) -> Accepted | tuple[str, str] | Diagnostic | None:
    """A finding, an input with its digest, or nothing."""
    if not line.strip() or line.startswith("#"):
        return None
    if _CONFLICT.match(line):
        return _broken(
            number,
            f"a merge left its mark here: '{line.strip()[:40]}'",
            "take either side, then run 'thesis build' and 'thesis accept'",
        )
    try:
        return _input(line) if line.startswith("input ") else _accepted(line, number)
    except ValueError as error:
        return _broken(number, f"the line cannot be read: {error}")


class _Words:
    """A line taken apart from left to right."""

    def __init__(self, text: str) -> None:
        self.text, self.position = text, 0

    def end(self) -> bool:
        return not self.text[self.position :].strip()

    def skip(self) -> None:
        while self.text[self.position : self.position + 1] in (" ", "\t"):
            self.position += 1

    def word(self, what: str) -> str:
        """The next word, which is not quoted."""
        self.skip()
        match = _BARE.match(self.text, self.position)
        if not match:
            raise ValueError(f"{what} is missing")
        self.position = match.end()
        return match[0]

    def quoted(self, what: str) -> str:
        """The next text in quotation marks."""
        self.skip()
        try:
            value, self.position = json.JSONDecoder().raw_decode(self.text, self.position)
        except (ValueError, RecursionError):
            raise ValueError(f"{what} is missing or has no end") from None
        if not isinstance(value, str):
            raise ValueError(f"{what} is no text in quotation marks")  # noqa: TRY004
        return value


def _input(line: str) -> tuple[str, str]:
    words = _Words(line)
    words.word("'input'")
    path, digest = words.quoted("the file"), words.word("the digest")
    if not _DIGEST.fullmatch(digest) or not words.end():
        raise ValueError(f"'{digest[:40]}' is no digest")
    return path, digest


def _accepted(line: str, number: int) -> Accepted:
    words = _Words(line)
    name = words.word("the name")
    if not name.endswith(":") or not _NAME.fullmatch(name[:-1]):
        raise ValueError(f"'{name[:60]}' is no name with a colon behind it")
    kind = words.word("the kind")
    if kind not in get_args(Kind):
        raise ValueError(f"kind '{kind[:40]}' is not known")
    value = _value(words, kind)
    unit, tolerance, path, cell = "", 0.0, "", 0
    seen: set[str] = set()
    while not words.end():
        what = words.word("a word")
        if what in seen:
            raise ValueError(f"'{what}' stands twice")
        seen.add(what)
        if what == "unit":
            unit = words.quoted("the unit")
        elif what == "within":
            tolerance = _number(words.word("the tolerance"))
        elif what == "from":
            path = words.quoted("the chapter")
        elif what == "cell":
            cell = _whole(words.word("the cell's number"))
        else:
            raise ValueError(f"'{what[:40]}' is not understood")
    if tolerance < 0:
        raise ValueError("the tolerance is below 0")
    return Accepted(name[:-1], value, kind, unit, tolerance, path, cell, (), number)  # type: ignore[arg-type]


def _value(words: _Words, kind: str) -> str | int | float | bool:
    if kind in ("text", "missing", "date", "datetime"):
        text = words.quoted("the value")
        python_value(kind, text)  # type: ignore[arg-type]
        return text
    written = words.word("the value")
    if kind == "truth" and written in ("true", "false"):
        return written == "true"
    if kind == "int":
        return _whole(written)
    if kind == "float":
        number = _number(written)
        return number if math.isfinite(number) else str(number)
    if kind == "decimal" and len(written) < _LONGEST_NUMBER:
        return str(python_value("decimal", written))
    raise ValueError(f"'{written[:40]}' is no value of kind '{kind}'")


def _whole(written: str) -> int:
    if not re.fullmatch(r"-?[0-9]+", written) or len(written) > _LONGEST_NUMBER:
        raise ValueError(f"'{written[:40]}' is no whole number")
    return int(written)


def _number(written: str) -> float:
    if not _FLOATS.fullmatch(written) or len(written) > _LONGEST_NUMBER:
        raise ValueError(f"'{written[:40]}' is no number")
    return float(written)


# Writing


def format_lock(accepted: Iterable[Accepted], inputs: Mapping[str, str]) -> str:
    """The lock's text: findings by name, then the files that their runs depended on."""
    lines = [_TITLE, *(_written(one) for one in sorted(accepted, key=lambda one: one.name))]
    lines += [f"input {_quoted(path)} {inputs[path]}" for path in sorted(inputs)]
    return "\n".join(lines) + "\n"


def _written(one: Accepted) -> str:
    parts = [f"{one.name}:", one.kind, _written_value(one)]
    if one.unit:
        parts += ["unit", _quoted(one.unit)]
    if one.tolerance:
        parts += ["within", f"{one.tolerance:.6g}"]
    parts += ["from", _quoted(one.path), "cell", str(one.cell)]
    return " ".join(parts)


def _written_value(one: Accepted) -> str:
    if one.kind in ("text", "missing", "date", "datetime"):
        return _quoted(str(one.value))
    if one.kind == "truth":
        return "true" if one.value else "false"
    return repr(float(str(one.value))) if one.kind == "float" else str(one.value)


def _quoted(text: str) -> str:
    """Text in quotation marks on one line; what one cannot see is written out."""
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in json.dumps(text, ensure_ascii=False))


def accept(finding: Finding, inputs: tuple[str, ...] = ()) -> Accepted:
    """A finding as the lock keeps it: a number is rounded to where a difference would not be noticed."""
    tolerance = tolerance_of(finding)
    value = finding.value
    if finding.kind == "float" and tolerance and math.isfinite(float(str(value))):
        value = round(float(str(value)), 2 - math.floor(math.log10(tolerance)))
    return Accepted(finding.name, value, finding.kind, finding.unit, tolerance, finding.path, finding.cell + 1, inputs)


def tolerance_of(finding: Finding) -> float:
    """By how much a finding may differ: what its author says, else half of the last place that is printed; 0 for what is exact."""
    if finding.kind not in NUMERIC:
        return 0.0
    if finding.tolerance is not None:
        return float(finding.tolerance)
    if finding.kind == "int" or (finding.kind == "decimal" and not finding.format):
        return 0.0
    value = float(str(finding.value))
    return float(f"{_half_a_place(value, finding.format):.6g}") if math.isfinite(value) else 0.0


def _half_a_place(value: float, spec: str) -> float:
    match = _SPEC.fullmatch(spec)
    shape = match["type"] if match else ""
    digits = int(match["digits"]) if match and match["digits"] else _SIGNIFICANT
    if shape == "d":
        return 0.5
    if shape and shape in "fF":
        return 0.5 * 10.0**-digits
    if shape == "%":
        return 0.5 * 10.0 ** -(digits + 2)
    if value == 0:
        return 0.0
    leading = math.floor(math.log10(abs(value)))
    places = digits if shape and shape in "eE" else max(digits, 1) - 1
    return 0.5 * 10.0 ** max(leading - places, -300)


# Comparing


def moved(finding: Finding, was: Accepted) -> bool:
    """Whether a finding is no longer what was accepted.

    A number has moved by more than its tolerance; where the author set none, also if it prints otherwise and the platform
    is not to blame.
    """
    if finding.unit != was.unit:
        return True
    if finding.kind not in NUMERIC or was.kind not in NUMERIC:
        return (finding.kind, finding.value) != (was.kind, was.value)
    now, before = Decimal(str(finding.value)), Decimal(str(was.value))
    distance = _distance(now, before)
    if finding.tolerance is not None:
        return distance > _grown(finding.tolerance)
    jitter = distance <= was.tolerance * JITTER
    return distance > _grown(was.tolerance) or not (jitter or _plain(finding, now) == _plain(finding, before))


def _distance(one: Decimal, other: Decimal) -> float:
    """How far two numbers are apart; without end where one of them is, or has more digits than anybody prints."""
    if one == other:
        return 0.0
    try:
        return float(abs(one - other)) if one.is_finite() and other.is_finite() else math.inf
    except ArithmeticError:
        return math.inf


def _grown(tolerance: float) -> float:
    """Rounding in the lock, and in the subtraction, is no difference."""
    return tolerance * (1 + JITTER)


def _plain(finding: Finding, value: Decimal) -> str:
    try:
        return format(float(value), finding.format or f".{_SIGNIFICANT}g")
    except (ValueError, OverflowError):
        return str(value)


def as_finding(was: Accepted, now: Finding) -> Finding:
    """What was accepted, to be printed as the finding is now."""
    spec = now.format if was.kind == now.kind or {was.kind, now.kind} <= set(NUMERIC) else ""
    return replace(now, value=was.value, kind=was.kind, unit=was.unit, format=spec)


def said(finding: Finding, language: str) -> str:
    """A finding as it is printed; its bare value where that fails."""
    printed = format_finding(finding, "", language)
    return printed if isinstance(printed, str) else f"{finding.value}"


def change(finding: Finding, was: Accepted, language: str) -> str:
    """What a finding was and is: as printed, or with more digits where both print alike."""
    before = as_finding(was, finding)
    old, new = said(before, language), said(finding, language)
    if old == new:
        old, new = (said(replace(one, format=""), language) for one in (before, finding))
    return f"{old} -> {new}"


def unknown_accepted(pattern: str, known: Iterable[str]) -> Diagnostic:
    """Say that no finding is called so, and which one was probably meant."""
    from difflib import get_close_matches

    close = get_close_matches(pattern, sorted(known), n=1)
    hint = f"did you mean '{close[0]}'?" if close else "'thesis findings' lists them all"
    return Diagnostic("unknown-accepted", f"no finding is called '{pattern}'", hint=hint)


def changed_inputs(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """What became of the files that runs depend on, in an author's words."""
    for path in sorted({*before, *now}):
        if before.get(path) != now.get(path):
            yield f"{path} {'is new' if path not in before else 'is gone' if path not in now else 'changed'}"
