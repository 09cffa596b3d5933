"""What has drifted apart: every check, and the author's word on its severity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from book.checks import bibliography, citations, data, editions, figures, numbers, privacy, structure
from book.checks.severity import SETTINGS, unknown_rules
from book.diagnostics import Diagnostic, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from book.checks.subject import Check, Subject

CHECKS: tuple[Check, ...] = (
    *bibliography.CHECKS,
    *citations.CHECKS,
    *figures.CHECKS,
    *numbers.CHECKS,
    *structure.CHECKS,
    *data.CHECKS,
    *editions.CHECKS,
    *privacy.CHECKS,
)
"""Every check, in the order of the docs. What Sphinx, pandoc and Typst find comes as diagnostics already."""

IN_A_BUILD = frozenset(
    {
        "every_entry_is_cited",
        "every_picture_has_an_alternative_text",
    }
)
"""Checks that a build makes too: those whose silence would let a wrong edition out. The others are `thesis check`'s."""


def check_thesis(subject: Subject, found: Iterable[Diagnostic], *, building: bool = False) -> tuple[Diagnostic, ...]:
    """All that was found and all that the checks find, with the severities that the author has set."""
    chosen = [check for check in CHECKS if not building or check.__name__ in IN_A_BUILD]
    everything = [*found, *(diagnostic for check in chosen for diagnostic in check(subject))]
    config = subject.sources.config
    return judged([*everything, *unknown_rules(config)], config.thesis.check)


def judged(found: Iterable[Diagnostic], settings: dict[str, str]) -> tuple[Diagnostic, ...]:
    """Raise, lower or drop diagnostics as `thesis: check:` says, sorted by place."""
    kept = []
    for diagnostic in found:
        wanted = SETTINGS.get(str(settings.get(diagnostic.rule, "")), "")
        if wanted == "off":
            continue
        kept.append(replace(diagnostic, severity=wanted) if wanted in ("error", "warning") else diagnostic)
    return in_order(kept)
