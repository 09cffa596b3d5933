"""TeX macros, expanded before a formula leaves TeX: what reads the formula next knows none of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT = 2000
"""Expansions in one formula; a macro that calls itself stops here and the rest stays as it is."""

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|[^\\]", re.DOTALL)
_DEFINES = {f"\\{verb}command{star}" for verb in ("new", "renew", "provide") for star in ("", "*")}
_OPERATOR = {"\\DeclareMathOperator", "\\DeclareMathOperator*"}
_DEF = {"\\def", "\\gdef"}


@dataclass(frozen=True, slots=True)
class Macro:
    """A TeX macro as an author defined it."""

    body: str
    """What it stands for, with `#1` where its first argument goes."""
    arguments: int = 0
    """How many arguments it takes."""
    default: str | None = None
    """Value of its first argument where that may be left out."""


OF_AMSMATH = {"\\cfrac": Macro("\\dfrac{#2}{#3}", 3, "")}
"""Commands of amsmath that pandoc does not know, by what it does; their first argument says how a numerator is set."""


def configured_macros(mathjax: Mapping[str, Any] | None) -> dict[str, Macro]:
    r"""Read macros as MathJax 3 is given them, or as version 2 was.

    `{"tex": {"macros": {"RR": "\mathbb{R}", "vect": ["\mathbf{#1}", 1]}}}`; version 2 says `TeX` and `Macros`.
    """
    mathjax = mathjax or {}
    found: dict[str, Macro] = {}
    for outer, inner in (("TeX", "Macros"), ("tex", "macros")):
        section = mathjax.get(outer)
        given = section.get(inner) if isinstance(section, dict) else None
        for name, value in (given or {}).items() if isinstance(given, dict) else ():
            macro = _configured(value)
            if macro:
                found[f"\\{str(name).removeprefix(chr(92))}"] = macro
    return found


def read_macros(given: Mapping[str, Any]) -> dict[str, Macro]:
    """Read the macros of a MathJax configuration by name."""
    return configured_macros({"tex": {"macros": given}})


def _configured(value: Any) -> Macro | None:
    if isinstance(value, str):
        return Macro(value)
    if isinstance(value, (list, tuple)) and value and isinstance(value[0], str):
        count = value[1] if len(value) > 1 and isinstance(value[1], int) else 0
        return Macro(value[0], count, str(value[2]) if len(value) > 2 else None)  # noqa: PLR2004 - MathJax's own form
    return None


def expand(tex: str, known: dict[str, Macro]) -> str:
    """Give the formula without macros; definitions that stand in it are taken out and added to `known`."""
    if not known and not re.search(r"command|\\g?def|MathOperator|\\cfrac", tex):
        return tex
    return _Expansion(tex, known).run()


class _Expansion:
    """One formula while it is read from left to right; what a macro gives is read again."""

    def __init__(self, tex: str, known: dict[str, Macro]) -> None:
        self.waiting = _TOKEN.findall(tex)[::-1]
        self.known = known
        self.done: list[str] = []
        self.left = LIMIT

    def run(self) -> str:
        while self.waiting:
            token = self.waiting.pop()
            if token in _DEFINES or token in _OPERATOR:
                self._define(token)
            elif token in _DEF:
                self._def()
            elif (macro := self._macro(token)) and self.left > 0:
                self.left -= 1
                self._apply(macro)
            else:
                self._put(token)
        return "".join(self.done)

    def _macro(self, token: str) -> Macro | None:
        r"""Find the macro of a token; `\foo*` is the macro `\foo` before an asterisk where only that is known."""
        if token in self.known:
            return self.known[token]
        if token in OF_AMSMATH:
            return OF_AMSMATH[token]
        if token.endswith("*") and token.startswith("\\") and token[:-1] in self.known:
            self.waiting.append("*")
            return self.known[token[:-1]]
        return None

    def _put(self, token: str) -> None:
        if self.done and token[:1].isalpha() and re.search(r"\\[A-Za-z]+$", self.done[-1]):
            self.done.append(" ")
        self.done.append(token)

    def _apply(self, macro: Macro) -> None:
        values: list[str] = []
        if macro.default is not None and macro.arguments:
            given = self._bracket()
            values.append(macro.default if given is None else given)
        while len(values) < macro.arguments:
            values.append(self._argument())
        body = re.sub(r"#([1-9])", lambda m: values[int(m[1]) - 1] if int(m[1]) <= len(values) else m[0], macro.body)
        before = next((piece for piece in reversed(self.done) if not piece.isspace()), "")
        tokens = _TOKEN.findall(f"{{{body}}}" if before in ("^", "_") else body)
        self.waiting += tokens[::-1]

    def _skip_space(self) -> None:
        while self.waiting and self.waiting[-1].isspace():
            self.waiting.pop()

    def _argument(self) -> str:
        self._skip_space()
        if not self.waiting:
            return ""
        first = self.waiting.pop()
        return self._until("{", "}") if first == "{" else first

    def _bracket(self) -> str | None:
        self._skip_space()
        if not self.waiting or self.waiting[-1] != "[":
            return None
        self.waiting.pop()
        return self._until("[", "]")

    def _until(self, opening: str, closing: str) -> str:
        depth, taken = 1, []
        while self.waiting:
            token = self.waiting.pop()
            depth += (token == opening) - (token == closing)
            if not depth:
                break
            taken.append(token)
        return "".join(taken)

    def _define(self, token: str) -> None:
        name = self._argument().strip()
        if token in _OPERATOR:
            star = "*" if token.endswith("*") else ""
            self.known[name] = Macro(f"\\operatorname{star}{{{self._argument()}}}")
            return
        count = self._bracket()
        default = self._bracket() if count is not None else None
        body = self._argument()
        if token.startswith("\\providecommand") and name in self.known:
            return
        self.known[name] = Macro(body, int(count) if count and count.strip().isdigit() else 0, default)

    def _def(self) -> None:
        self._skip_space()
        name = self.waiting.pop() if self.waiting else ""
        taken: list[str] = []
        while self.waiting and self.waiting[-1] != "{":
            taken.append(self.waiting.pop())
        self.known[name] = Macro(self._argument(), "".join(taken).count("#"))
