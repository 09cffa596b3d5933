"""What an author may say of a rule in `_config.yml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from book.diagnostics import Diagnostic

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
    """Severities that are none."""
    return [
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
