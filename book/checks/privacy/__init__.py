"""Privacy and hygiene: nothing of the machine or its owner in what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Check, Subject


def nothing_local_is_published(subject: Subject) -> Iterator[Diagnostic]:
    """No final file holds a path, a user or host name of this machine, or a secret."""
    from book.checks.editions import verdict

    yield from verdict(subject).found.get("privacy", ())


def pages_ask_no_other_host(subject: Subject) -> Iterator[Diagnostic]:
    """No page of the site loads anything from another host, as far as reading its source has not said so."""
    from book.checks.editions import verdict

    said = " ".join(
        one.message for one in subject.document.diagnostics if one.rule in {"remote-resource", "remote-image"}
    )
    allowed = set(subject.sources.config.thesis.html.allow_remote)
    seen: set[str] = set()
    for page, addresses in verdict(subject).remote.items():
        for address in addresses:
            host = urlsplit(address).hostname or ""
            if host and host not in allowed and host not in seen and host not in said:
                seen.add(host)
                path = subject.project.relative(subject.project.site / page)
                message = f"the page loads something from '{host}'"
                hint = "keep a copy in the thesis, or name the host under 'thesis: html: allow-remote'"
                yield Diagnostic("remote-resource", message, "warning", path, hint=hint)


CHECKS: tuple[Check, ...] = (nothing_local_is_published, pages_ask_no_other_host)
"""In the order of the docs."""
