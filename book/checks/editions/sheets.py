"""Every sheet of the PDF can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.editions.final import Final


def clipped_text(final: Final) -> Iterator[Diagnostic]:
    """Text past the edge of the sheet, and text drawn over other text; each sheet once."""
    paper = final.paper
    if paper is None:
        return
    path = final.project.relative(final.pdf)
    seen: set[int] = set()
    for runs, what in (
        (paper.clipped, "stands past the edge of the sheet"),
        (paper.overlaid, "is drawn over other text"),
    ):
        for run in runs:
            if run.page not in seen:
                seen.add(run.page)
                message = f"'{run.text.strip()[:60]}' {what}"
                yield Diagnostic("clipped-text", message, "error", path, hint=NARROWER, page=run.page, box=run.box)


NARROWER = "shorten or split the table, figure or line that stands here, or let it take a page of its own"


def empty_pages(final: Final) -> Iterator[Diagnostic]:
    """Sheets with nothing on them, those aside that let a chapter begin on the right."""
    paper = final.paper
    if paper is None:
        return
    path = final.project.relative(final.pdf)
    for number in paper.empty:
        if not (final.sources.config.thesis.pdf.two_sided and number % 2 == 0):
            hint = "look for a page break that is not needed, or for a page of the table of contents that holds nothing"
            yield Diagnostic("empty-page", f"sheet {number} is empty", "warning", path, hint=hint, page=number)
