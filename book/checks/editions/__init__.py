"""Editions: the final files say the same, and nothing in them is broken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from book.checks.editions.agreement import disagreements
from book.checks.editions.links import dead_links
from book.checks.editions.marks import unresolved_marks
from book.checks.editions.outdated import edition_path, newer_sources
from book.checks.editions.reading.piece import written_in
from book.checks.editions.sheets import clipped_text, empty_pages
from book.checks.privacy.leaks import leaks
from book.diagnostics import Diagnostic
from book.editions.register import NAMES, USUAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.editions.final import Final, Verdict
    from book.checks.subject import Check, Subject

SAID_BEFORE = frozenset(
    {
        "ambiguous-reference", "citation-without-entry", "malformed-citation", "no-bibliography", "reference-without-target",
        "term-without-entry", "unknown-directive", "unknown-finding", "unknown-role", "finding-not-formatted",
        "footnote-without-text", "citations-not-formatted",
    }
)  # fmt: skip
"""Rules whose remarks on a page's source are the reason of what is left unresolved in its editions."""


def judge(final: Final) -> Iterator[tuple[str, Diagnostic]]:
    """Everything that the final files themselves say, by the check that reports it."""
    for name, look in (
        ("agreement", disagreements),
        ("links", dead_links),
        ("marks", unresolved_marks),
        ("clipped", clipped_text),
        ("empty", empty_pages),
        ("privacy", leaks),
    ):
        with written_in(final.sources.config.language):
            found = list(look(final))
        yield from ((name, diagnostic) for diagnostic in found)


def verdict(subject: Subject) -> Verdict:
    """What was found in the final files, looked at anew only where they have changed."""
    known: Verdict | None = subject.final.__dict__.get("_verdict")
    if known is None:
        known = subject.final.verdict(judge)
        subject.final.__dict__["_verdict"] = known
    return known


def editions_are_up_to_date(subject: Subject) -> Iterator[Diagnostic]:
    """No edition is older than what it is made of."""
    for edition in NAMES:
        changed = newer_sources(subject, edition)
        if changed:
            more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
            path = subject.project.relative(edition_path(subject, edition))
            again = "" if edition in USUAL else f" --edition {edition}"
            message = f"the edition is older than '{changed[0]}'{more}"
            yield Diagnostic("edition-out-of-date", message, "warning", path, hint=f"make it anew: 'thesis build{again}'")


def editions_say_the_same(subject: Subject) -> Iterator[Diagnostic]:
    """All editions print the same headings, captions, cells, findings, numbers, notes, citations, entries and words.

    A Word file or an e-book that is older than its sources is said to be that, once: it was made for one occasion.
    """
    old = {
        subject.project.relative(edition_path(subject, edition))
        for edition in NAMES
        if edition not in USUAL and newer_sources(subject, edition)
    }
    yield from (one for one in verdict(subject).found.get("agreement", ()) if one.path not in old)


def links_lead_somewhere(subject: Subject) -> Iterator[Diagnostic]:
    """Every link inside an edition leads to a place that is there."""
    yield from _unsaid(subject, verdict(subject).found.get("links", ()))


def nothing_is_left_unresolved(subject: Subject) -> Iterator[Diagnostic]:
    """No final file holds a question mark in place of a number, a raw role or a raw key."""
    yield from _unsaid(subject, verdict(subject).found.get("marks", ()))


def sheets_can_be_read(subject: Subject) -> Iterator[Diagnostic]:
    """No text of the PDF is cut off or drawn over, and no sheet is empty."""
    found = verdict(subject).found
    yield from (*found.get("clipped", ()), *found.get("empty", ()))


def bibliographies_list_what_is_cited(subject: Subject) -> Iterator[Diagnostic]:
    """The printed bibliography lists every work that is cited."""
    entries = verdict(subject).entries
    if not entries or newer_sources(subject, "html"):
        return
    printed = {key for keys in entries.values() for key in keys}
    path = subject.project.relative(subject.project.site / next(iter(entries)))
    cited = {
        key
        for citation in getattr(subject.document.app.env, "thesis_citations", ())
        if citation.role != "foot"
        for key in citation.keys
    } & set(subject.document.bibliography.entries)
    for key in sorted(cited):
        name = _name(key)
        if name not in printed and not any(one.endswith(name.removeprefix("ref-")) for one in printed):
            message = f"'{key}' is cited, and the printed bibliography does not list it"
            yield Diagnostic("bibliography-out-of-step", message, "error", path, hint=STEP)
    yield from _uncited(subject, printed, cited, path)


STEP = "make the editions anew: 'thesis build'; if it stays, look at the ':filter:' of the bibliography"


def _uncited(subject: Subject, printed: set[str], cited: set[str], path: str) -> Iterator[Diagnostic]:
    """Entries that nobody cites, unless the bibliography is one that lists everything."""
    names = {_name(key): key for key in subject.document.bibliography.entries}
    wanted = {_name(key) for key in (*cited, *subject.sources.config.thesis.nocite)}
    strange = sorted(printed & set(names) - wanted)
    everything = "*" in subject.sources.config.thesis.nocite or len(strange) > MANY or set(names) <= printed
    if not everything:
        for name in strange:
            message = f"the printed bibliography lists '{names[name]}', which nobody cites"
            yield Diagnostic("bibliography-out-of-step", message, "error", path, hint=STEP)


MANY = 5
"""Uncited entries from which on a bibliography is meant to list more than what is cited."""


def _name(key: str) -> str:
    """Id of an entry on the site."""
    return "ref-" + re.sub(r"[^A-Za-z0-9_-]", lambda match: f"_{ord(match[0]):x}", key)


def _unsaid(subject: Subject, found: tuple[Diagnostic, ...]) -> Iterator[Diagnostic]:
    """What no remark on the page's source has said already of the same target; a sheet of the PDF may be any page's."""
    spoken: dict[str, str] = {}
    for one in subject.document.diagnostics:
        if one.rule in SAID_BEFORE or one.rule.startswith("sphinx-"):
            spoken[one.path] = f"{spoken.get(one.path, '')} {_letters(one.message)}"
    everywhere = " ".join(spoken.values())
    sources = {
        subject.project.relative(subject.project.site / f"{page.docname}.html"): page.path
        for page in subject.sources.contents.pages
    }
    for diagnostic in found:
        said = everywhere if diagnostic.page else spoken.get(sources.get(diagnostic.path, ""), "")
        target = _target(diagnostic.message)
        if not said or (target and target not in said) or (not target and not diagnostic.page):
            yield diagnostic


_QUOTED = re.compile(r"'(?P<said>[^']*)'")
_NAMED = re.compile(r"[`{:](?P<name>[^`{}:]+)[`}\]]")
_SUFFIX = re.compile(r"\.(?:html|md|ipynb|rst)$")


def _target(message: str) -> str:
    """What a dead link or a mark names, as `_letters` has it; empty for bare question marks."""
    quoted = _QUOTED.search(message)
    said = quoted["said"] if quoted else ""
    named = list(_NAMED.finditer(said))
    target = named[-1]["name"] if named else _SUFFIX.sub("", said.partition("#")[2] or said)
    return _letters(target)


def _letters(text: str) -> str:
    """Letters and digits in lower case: Sphinx makes ids of labels by leaving out the rest."""
    return "".join(character for character in text.lower() if character.isalnum())


CHECKS: tuple[Check, ...] = (
    editions_are_up_to_date,
    editions_say_the_same,
    bibliographies_list_what_is_cited,
    links_lead_somewhere,
    nothing_is_left_unresolved,
    sheets_can_be_read,
)
"""In the order of the docs."""
