"""What an author may say of a rule in `_config.yml`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from book.diagnostics import Diagnostic
from book.rules import RULES

if TYPE_CHECKING:
    from book.config import Config

SETTINGS: dict[str, Literal["error", "warning", "off", ""]] = {
    "error": "error",
    "warning": "warning",
    "off": "off",
    "False": "off",
}
"""Words for a severity; YAML reads a bare `off` as false."""


def unknown_rules(config: Config) -> list[Diagnostic]:
    """Rules and severities that are none."""
    named = [(str(rule), unknown_rule(str(rule))) for rule in config.thesis.check]
    strange = [
        replace(remark, severity="warning", path=config.yaml.path, line=line, column=column)
        for rule, remark in named
        if remark
        for line, column in (config.yaml.place("thesis", "check", rule),)
    ]
    return strange + [
        Diagnostic(
            "bad-setting",
            f"'thesis.check.{rule}' is '{value}'",
            "error",
            config.yaml.path,
            *config.yaml.place("thesis", "check", str(rule)),
            hint="give one of: error, warning, off",
        )
        for rule, value in config.thesis.check.items()
        if str(value) not in SETTINGS
    ]


def unknown_rule(name: str) -> Diagnostic | None:
    """Say that nothing is called so, and what was probably meant; None where a rule has the name."""
    from difflib import get_close_matches

    if name in RULES or name.startswith("sphinx-"):
        return None
    close = get_close_matches(name, RULES, n=1)
    hint = f"did you mean '{close[0]}'?" if close else "a rule's name stands in brackets behind each remark"
    return Diagnostic("unknown-rule", f"no rule is called '{name}'", hint=hint)
