"""What has drifted apart: every check, and the author's word on its severity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.checks import bibliography, citations, data, editions, figures, numbers, privacy, structure
from book.checks.severity import settings_of
from book.checks.silencing import Silencings, judged, ran_in_a_check
from book.sources.silences import read_silences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from book.checks.subject import Check, Subject
    from book.diagnostics import Diagnostic, Verdict

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
        "every_accepted_finding_is_recorded",
        "every_claim_holds",
        "every_condition_can_be_read",
        "every_entry_is_cited",
        "every_finding_is_accepted",
        "every_finding_is_as_accepted",
        "every_picture_has_an_alternative_text",
        "the_lock_can_be_read",
        "there_is_a_lock",
    }
)
"""Checks that a build makes too: those whose silence would let a wrong edition out. The others are `thesis check`'s."""


def check_thesis(subject: Subject, found: Iterable[Diagnostic], *, building: bool = False) -> Verdict:
    """All that was found and all that the checks find, with what the author has silenced, raised and lowered."""
    chosen = [check for check in CHECKS if not building or check.__name__ in IN_A_BUILD]
    return judge(subject, [*found, *run(chosen, subject)], building=building)


def run(checks: Iterable[Check], subject: Subject) -> list[Diagnostic]:
    """Everything that some checks find."""
    return [diagnostic for check in checks for diagnostic in check(subject)]


def judge(subject: Subject, found: Iterable[Diagnostic], *, building: bool = False) -> Verdict:
    """What has been found, as the author wants it: places and rules silenced, severities set."""
    project, sources = subject.project, subject.sources
    settings, remarks = settings_of(sources.config)
    comments = read_silences(project.root, sources.chapters, sources.bibliographies)
    stand = project.site.exists() and project.edition("pdf").exists()
    ran = None if building else ran_in_a_check(with_editions=stand)
    return judged([*found, *remarks], Silencings(settings, comments), ran)
