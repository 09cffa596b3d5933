"""Macros of an author's mathematics, expanded before a formula is typeset."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = 2000
"""Expansions in one formula before we take the macros for circular."""

COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
DEFINED = re.compile(r"\\(?:re)?newcommand\*?\s*\{?\\([A-Za-z]+)\}?\s*(?:\[(\d)\])?\s*(?=\{)")
OPERATOR = re.compile(r"\\DeclareMathOperator\*?\s*\{?\\([A-Za-z]+)\}?\s*(?=\{)")

Macro = tuple[str, int]
"""What a macro stands for, with `#1` for its arguments, and how many it takes."""


def read_macros(given: Mapping[str, Any]) -> dict[str, Macro]:
    r"""Take macros as MathJax is given them: `R: "\mathbb{R}"` or `vec: ["\mathbf{#1}", 1]`."""
    macros: dict[str, Macro] = {}
    for name, value in given.items():
        if isinstance(value, str):
            macros[str(name).lstrip("\\")] = (value, 0)
        elif isinstance(value, (list, tuple)) and value and isinstance(value[0], str):
            count = value[1] if len(value) > 1 and isinstance(value[1], int) else 0
            macros[str(name).lstrip("\\")] = (value[0], count)
    return macros


def expand(tex: str, macros: Mapping[str, Macro]) -> str:
    """Write out every macro in a formula, also those that the formula defines itself.

    A circular macro is left as it stands.
    """
    tex, own = _definitions(tex)
    known = {**macros, **own}
    if not known:
        return tex
    given, left, at = tex, MOST, 0
    while left and (match := COMMAND.search(tex, at)):
        name = match.group(1)
        if name not in known:
            at = match.end()
            continue
        body, count = known[name]
        arguments, end = _arguments(tex, match.end(), count)
        tex = tex[: match.start()] + _filled(body, arguments, tex[end : end + 1]) + tex[end:]
        at, left = match.start(), left - 1
    return tex if left else given


def _definitions(tex: str) -> tuple[str, dict[str, Macro]]:
    own: dict[str, Macro] = {}
    while match := DEFINED.search(tex) or OPERATOR.search(tex):
        body, end = _argument(tex, match.end())
        is_operator = match.re is OPERATOR
        count = 0 if is_operator else int(match.group(2) or 0)
        own[match.group(1)] = (f"\\operatorname{{{body}}}" if is_operator else body, count)
        tex = tex[: match.start()] + tex[end:]
    return tex.strip() if own else tex, own


def _filled(body: str, arguments: list[str], following: str) -> str:
    filled = re.sub(r"#(\d)", lambda m: arguments[int(m[1]) - 1] if 0 < int(m[1]) <= len(arguments) else m[0], body)
    return f"{filled} " if following.isalpha() and re.search(r"\\[A-Za-z]+$", filled) else filled


def _arguments(tex: str, at: int, count: int) -> tuple[list[str], int]:
    found: list[str] = []
    for _ in range(count):
        argument, at = _argument(tex, at)
        found.append(argument)
    return found, at


def _argument(tex: str, at: int) -> tuple[str, int]:
    """One argument from a place on: a group in braces, a command, or a single sign."""
    while at < len(tex) and tex[at].isspace():
        at += 1
    if at >= len(tex):
        return "", at
    if tex[at] == "\\" and (match := COMMAND.match(tex, at)):
        return match.group(0), match.end()
    if tex[at] != "{":
        return tex[at], at + 1
    depth, start = 0, at
    while at < len(tex):
        depth += {"{": 1, "}": -1}.get(tex[at], 0) if tex[at - 1 : at] != "\\" else 0
        at += 1
        if depth == 0:
            return tex[start + 1 : at - 1], at
    return tex[start + 1 :], at


def one_display(tex: str) -> str:
    """A displayed formula that stands in one `equation`: `align` becomes `aligned`, bare line breaks get `aligned`."""
    inner = {
        "align": "aligned",
        "gather": "gathered",
        "multline": "gathered",
        "eqnarray": "aligned",
        "alignat": "aligned",
        "flalign": "aligned",
    }
    tex = re.sub(
        r"\\(begin|end)\{(align|gather|multline|eqnarray|flalign)\*?\}", lambda m: f"\\{m[1]}{{{inner[m[2]]}}}", tex
    )
    tex = re.sub(r"\\(begin|end)\{(equation|displaymath|math)\*?\}", "", tex)
    tex = re.sub(r"\\(label\{[^}]*\}|nonumber|notag)", "", tex).strip()
    tex = "\n".join(line for line in tex.splitlines() if line.strip())
    if "\\\\" in tex and "\\begin{" not in tex:
        return f"\\begin{{aligned}}{tex}\\end{{aligned}}"
    return tex
