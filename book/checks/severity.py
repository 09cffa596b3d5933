"""What an author may say of a rule in `_config.yml`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from book.diagnostics import Diagnostic
from book.lookup import unknown_rule
from book.settings import said, unknown_setting

if TYPE_CHECKING:
    from book.config import Config

Level: TypeAlias = Literal["error", "warning", "off", ""]

LEVELS: dict[str, Level] = {"error": "error", "warning": "warning", "off": "off", "False": "off"}
"""Words for a severity; YAML reads a bare `off` as false."""

KEYS = ("level", "reason")
"""What the longer form of a rule's setting holds."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What `thesis: check:` says of one rule."""

    rule: str
    """The rule."""
    level: Level
    """Severity that its remarks have; `off` for none at all; empty where what is said cannot be followed."""
    reason: str
    """Why; empty where nothing is said."""
    line: int
    """Line in `_config.yml`, counted from 1."""
    column: int
    """Column in the line, counted from 1."""


def settings_of(config: Config) -> tuple[dict[str, Setting], tuple[Diagnostic, ...]]:
    """Every rule's setting, whether written as a word or with a reason, and what is wrong with them."""
    remarks = []
    settings = {}
    for rule, value in ((str(rule), value) for rule, value in config.thesis.check.items()):
        given = value if isinstance(value, dict) else {"level": value}
        place = config.yaml.place("thesis", "check", rule)
        level, reason = LEVELS.get(str(given.get("level", "")), ""), given.get("reason")
        settings[rule] = Setting(rule, level, " ".join(str(reason or "").split()), *place)
        strange = unknown_rule(rule)
        if strange:
            remarks.append(replace(strange, severity="warning", path=config.yaml.path, line=place[0], column=place[1]))
        remarks += [
            unknown_setting(config.yaml, ("thesis", "check", rule, str(key)), list(KEYS), "warning")
            for key in given
            if key not in KEYS
        ]
        remarks += _wrong(config, rule, given, level)
    return settings, tuple(remarks)


def _wrong(config: Config, rule: str, given: dict[Any, Any], level: Level) -> list[Diagnostic]:
    """Values that a rule's setting cannot have."""
    keys = ("thesis", "check", rule)
    found = []
    if not level:
        message = (
            f"'{'.'.join(keys)}' is {said(given['level'])}" if "level" in given else f"'{'.'.join(keys)}' has no level"
        )
        place = config.yaml.place(*keys, "level")
        found.append(
            Diagnostic(
                "bad-setting", message, "error", config.yaml.path, *place, hint="give one of: error, warning, off"
            )
        )
    reason = given.get("reason", "")
    if not isinstance(reason, str):
        message = f"'{'.'.join(keys)}.reason' is {said(reason)}"
        place = config.yaml.place(*keys, "reason")
        found.append(Diagnostic("bad-setting", message, "error", config.yaml.path, *place, hint="say why in words"))
    return found
