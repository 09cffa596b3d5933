"""Defects of findings, of the lock and of claims."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.mutants.edit import Edit, Place
from benchmarks.mutants.markdown import PLAIN
from benchmarks.mutants.mutant import Mutant, kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.mutants.copies import Copy, Role, Unit

LOCK = "findings.lock"
_CLAIM = re.compile(r"\{\.claim\s+when=\"([^\"]+)\"\s*\}|^:when:[ \t]*(.+)$", re.MULTILINE)
_SIGNS = {">=": "<", "<=": ">", "==": "!=", "!=": "==", ">": "<=", "<": ">=", " not in ": " in ", " in ": " not in "}


@kind("unknown-finding")
def finding_misspelt(copy: Copy) -> Iterator[Mutant]:
    """The text names a finding that is one letter off."""
    for role in copy.findings:
        name = role.target
        said = name[:-2] + name[-1] if name[-2] not in ".-" else name + "x"
        at = role.start + len("{finding}`")
        yield Mutant(
            f"'{said}' named",
            (role.unit.edit(at, at + len(name), said),),
            (role.place,),
            (f"'{said}'",),
            touches=frozenset({f"finding:{name}"}),
        )


@kind("unused-finding")
def finding_unused(copy: Copy) -> Iterator[Mutant]:
    """Every use of a finding gives way to words."""
    words = "so viele" if copy.language == "de" else "so many"
    for name, (unit, start, end) in copy.recorded.items():
        roles = [role for role in copy.findings if role.target == name]
        if roles and copy.mentions(name) == len(roles) + 1:
            edits = tuple(role.unit.edit(role.start, role.end, words) for role in roles)
            yield Mutant(
                f"'{name}' unused",
                edits,
                (unit.line_place(start, end),),
                (name,),
                touches=frozenset({f"finding:{name}"}),
            )


@kind("unused-finding", build=("html",))
def finding_recorded_for_nobody(copy: Copy) -> Iterator[Mutant]:
    """A cell records one more finding, which nobody uses."""
    for number, (name, (unit, start, _)) in enumerate(copy.recorded.items()):
        if unit.text[start - 1 : start] == "\n" or not start:
            said = f'record("idle.result{number}", {number} + 0.25)\n'
            yield Mutant(
                f"'idle.result{number}' recorded",
                (unit.edit(start, start, said),),
                (unit.place(start, start),),
                (f"idle.result{number}",),
                touches=frozenset({f"finding:{name}"}),
            )


@kind("finding-recorded-twice", build=("html",))
def finding_recorded_twice(copy: Copy) -> Iterator[Mutant]:
    """A cell records a name that another cell records too."""
    places = list(copy.recorded.items())
    for number, (name, _) in enumerate(places):
        other, (unit, start, _) = places[(number + len(places) // 2) % len(places)]
        if other != name and (unit.text[start - 1 : start] == "\n" or not start):
            said = f'record("{name}", 1)\n'
            yield Mutant(
                f"'{name}' recorded twice",
                (unit.edit(start, start, said),),
                (),
                (f"'{name}'",),
                touches=frozenset({f"finding:{name}", f"finding:{other}"}),
            )


@kind("finding-not-formatted")
def finding_not_formatted(copy: Copy) -> Iterator[Mutant]:
    """A finding is to be printed in a format that there is not."""
    for number, role in enumerate(copy.findings):
        said = f"{{finding}}`{role.target}:{('.2q', '..1f', 'zz')[number % 3]}`"
        yield Mutant(
            said,
            (role.unit.edit(role.start, role.end, said),),
            (role.place,),
            (role.target,),
            touches=frozenset({f"finding:{role.target}"}),
        )


def _printed(copy: Copy) -> Iterator[tuple[Role, str]]:
    """Uses of findings with what the built page prints for them; pages on which the two cannot be told apart are left out."""
    for page in copy.pages:
        html = copy.html(page)
        roles = [role for role in copy.findings if role.unit.path == page]
        said = (
            re.findall(r'<span class="finding">([^<]*)</span>', copy.text(html).split("<article", 1)[-1])
            if html
            else []
        )
        every = sum(unit.text.count("{finding}`") for unit in copy.units if unit.path == page)
        if len(said) == len(roles) == every:
            yield from zip(roles, said, strict=True)


@kind("typed-finding")
def finding_typed(copy: Copy) -> Iterator[Mutant]:
    """A finding gives way to the number that it prints."""
    for role, said in _printed(copy):
        if re.search(r"\d[.,]\d|\d\d", said):
            typed = said.replace("\u00a0", " ")
            yield Mutant(
                f"'{typed}' typed for '{role.target}'",
                (role.unit.edit(role.start, role.end, typed),),
                (role.place,),
                (role.target,),
                touches=frozenset({f"finding:{role.target}"}),
            )


@kind("typed-finding")
def finding_typed_rounded(copy: Copy) -> Iterator[Mutant]:
    """A finding gives way to its number with a digit fewer."""
    mark = "," if copy.language == "de" else "."
    for role, said in _printed(copy):
        match = re.fullmatch(rf"([-−]?)(\d+){re.escape(mark)}(\d+)(.*)", said.replace("\u00a0", " "))
        if match and len(match[3]) + len(match[2].lstrip("0")) > 2:
            value = float(f"{match[2]}.{match[3]}")
            typed = f"{match[1]}{value:.{len(match[3]) - 1}f}".replace(".", mark) + match[4]
            yield Mutant(
                f"'{typed}' typed for '{role.target}' ({said})",
                (role.unit.edit(role.start, role.end, typed),),
                (role.place,),
                (role.target,),
                touches=frozenset({f"finding:{role.target}"}),
            )


@kind("number-without-finding")
def number_typed(copy: Copy) -> Iterator[Mutant]:
    """A number with a unit is typed in a chapter that records findings, and no finding covers it."""
    homes = {unit.path for unit, _, _ in copy.recorded.values()}
    units = ("dB", "%", "kg", "km", "°C")
    mark = "," if copy.language == "de" else "."
    for number, unit in enumerate(unit for unit in copy.prose if unit.path in homes):
        for block in unit.of_kind("paragraph"):
            for match in PLAIN.finditer(block.text):
                at = block.start + match.end()
                value = f"{83 + number + match.start() % 91}{mark}{match.end() % 9 + 1}7 {units[(number + at) % 5]}"
                said = (
                    f" Das waren {value} im letzten Lauf."
                    if copy.language == "de"
                    else f" It came to {value} in the last round."
                )
                yield Mutant(
                    f"'{value}' typed",
                    (unit.edit(at, at, said),),
                    (unit.line_place(at, at),),
                    (value.split(maxsplit=1)[0],),
                )


def _locked(copy: Copy) -> Iterator[tuple[str, re.Match[str]]]:
    """Findings in the lock: each name with its line."""
    if (copy.root / LOCK).exists():
        for match in re.finditer(r"^([a-z][\w.-]*): (\w+) (\S+).*\n", copy.text(LOCK), re.MULTILINE):
            yield match[1], match


@kind("finding-moved")
def lock_value_changed(copy: Copy) -> Iterator[Mutant]:
    """The lock holds another value of a finding than the cells record."""
    for name, match in _locked(copy):
        if match[2] in ("int", "float", "decimal") and re.fullmatch(r"-?\d+(\.\d+)?", match[3]):
            said = str(int(match[3]) + 2) if match[2] == "int" else f"{float(match[3]) * 1.5 + 1.5:.3f}"
            edit = Edit(LOCK, match.start(3), match.end(3), said)
            yield Mutant(
                f"'{name}' {match[3]} -> {said} in the lock",
                (edit,),
                (),
                (f"'{name}'",),
                touches=frozenset({f"finding:{name}"}),
            )


@kind("finding-not-accepted")
def lock_line_dropped(copy: Copy) -> Iterator[Mutant]:
    """The lock loses the line of a finding."""
    for name, match in _locked(copy):
        yield Mutant(
            f"'{name}' not in the lock",
            (Edit(LOCK, match.start(), match.end(), ""),),
            (),
            (f"'{name}'",),
            touches=frozenset({f"finding:{name}"}),
        )


@kind("finding-gone")
def lock_line_added(copy: Copy) -> Iterator[Mutant]:
    """The lock holds a finding that no cell records."""
    for name, match in _locked(copy):
        line = match[0].replace(name, f"{name}-old", 1)
        edit = Edit(LOCK, match.end(), match.end(), line)
        yield Mutant(
            f"'{name}-old' in the lock",
            (edit,),
            (Place(LOCK, match.end(), match.end()),),
            (f"{name}-old",),
            touches=frozenset({f"finding:{name}"}),
        )


@kind("broken-lock")
def lock_broken(copy: Copy) -> Iterator[Mutant]:
    """A line of the lock cannot be read."""
    for number, (name, match) in enumerate(_locked(copy)):
        said = (
            match[0].replace(": ", " ", 1),
            match[0].replace(f" {match[2]} ", " flaot ", 1),
            f"<<<<<<< HEAD\n{match[0]}",
        )[number % 3]
        edit = Edit(LOCK, match.start(), match.end(), said)
        yield Mutant(
            f"line of '{name}' broken",
            (edit,),
            (Place(LOCK, match.start(), match.end()),),
            touches=frozenset({f"finding:{name}"}),
        )


def _claims(copy: Copy) -> Iterator[tuple[Unit, re.Match[str], int]]:
    """Conditions of claims: the unit, the match, and the group that holds the condition."""
    for unit in copy.prose:
        for match in _CLAIM.finditer(unit.text):
            yield unit, match, 1 if match[1] else 2


@kind("claim-broken")
def claim_turned_round(copy: Copy) -> Iterator[Mutant]:
    """The condition of a claim is turned into one that does not hold."""
    for unit, match, group in _claims(copy):
        start, end = match.span(group)
        negated = f"not ({match[group]})"
        yield Mutant(
            f"'{negated}'",
            (unit.edit(start, end, negated),),
            (_claim_place(unit, match),),
            touches=frozenset({f"claim:{unit.path}:{unit.cell}:{start}"}),
        )
        found = [(sign, match[group].index(sign)) for sign in _SIGNS if sign in match[group]]
        if found and " or " not in match[group]:
            sign, at = found[0]
            said = match[group][:at] + _SIGNS[sign] + match[group][at + len(sign) :]
            yield Mutant(
                f"'{said}'",
                (unit.edit(start, end, said),),
                (_claim_place(unit, match),),
                touches=frozenset({f"claim:{unit.path}:{unit.cell}:{start}"}),
            )


def _claim_place(unit: Unit, match: re.Match[str]) -> Place:
    """The block or the directive in which a claim stands."""
    block = next((block for block in unit.blocks if block.start <= match.start() < block.end), None)
    return unit.block_place(block) if block else unit.line_place(match.start(), match.end())


@kind("claim-broken", build=("html",))
def claim_loses_its_ground(copy: Copy) -> Iterator[Mutant]:
    """A cell records a value with which a claim does not hold."""
    for name, (unit, start, end) in copy.recorded.items():
        call = unit.text[start:end]
        value = re.match(r'record\("[\w.-]+", ([^,\n]+?)(, [a-z]+=.*)?\)\s*$', call)
        for there, match, group in _claims(copy):
            said = re.search(rf"(?<![\w.-]){re.escape(name)} (>=?|<=?) ", match[group])
            if not value or not said or " or " in match[group]:
                continue
            new = f"({value[1]}) {'-' if said[1][0] == '>' else '+'} 10**6"
            at = start + value.start(1)
            edit = unit.edit(at, at + len(value[1]), new)
            yield Mutant(
                f"'{name}' recorded as {new}",
                (edit,),
                (_claim_place(there, match),),
                (name,),
                touches=frozenset({f"finding:{name}", f"claim:{there.path}:{match.start(group)}"}),
            )


@kind("claim-unreadable")
def claim_unreadable(copy: Copy) -> Iterator[Mutant]:
    """The condition of a claim is no condition."""
    for unit, match, group in _claims(copy):
        start, end = match.span(group)
        for said in (f"({match[group]}", f"{match[group]} >", f"{match[group]} and", f"open({match[group]})"):
            yield Mutant(
                f"'{said}'",
                (unit.edit(start, end, said),),
                (_claim_place(unit, match),),
                touches=frozenset({f"claim:{unit.path}:{unit.cell}:{start}"}),
            )


@kind("unknown-finding")
def claim_names_nothing(copy: Copy) -> Iterator[Mutant]:
    """The condition of a claim names a finding that nobody records."""
    for unit, match, group in _claims(copy):
        start, _ = match.span(group)
        for name in re.finditer(r"[a-z][a-z0-9_-]*(?:\.[a-z0-9][a-z0-9_-]*)+", match[group]):
            said = name[0] + "x"
            at = start + name.start()
            yield Mutant(
                f"'{said}' in a condition",
                (unit.edit(at, at + len(name[0]), said),),
                (_claim_place(unit, match),),
                (said,),
                touches=frozenset({f"claim:{unit.path}:{unit.cell}:{start}"}),
            )


@kind("stale-run")
def cell_changed(copy: Copy) -> Iterator[Mutant]:
    """A cell is changed, and nothing is built."""
    if not copy.runs:
        return
    for unit, start, end in copy.cells:
        code = unit.text[start:end]
        for match in re.finditer(r"^(?=\w)(?!:)", code, re.MULTILINE):
            at = start + match.start()
            yield Mutant(
                f"a cell of '{unit.path}' changed",
                (unit.edit(at, at, "extra = 1\n"),),
                (Place(unit.path),),
                touches=frozenset({f"run:{unit.path}"}),
            )
            break
