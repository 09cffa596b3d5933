"""Site and PDF say the same."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from book.checks.editions.aligning import Stretch, stretches
from book.checks.editions.comparing import Difference, differences
from book.checks.editions.reading.piece import Page, Piece, compact
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from book.checks.editions.final import Final
    from book.checks.editions.reading.piece import Paper

NAMES = {
    "heading-differs": "heading",
    "caption-differs": "caption",
    "finding-differs": "finding",
    "equation-differs": "equation",
    "footnote-differs": "footnote",
    "citation-differs": "citation",
    "bibliography-differs": "entry of the bibliography",
    "reference-differs": "reference",
    "text-differs": "text",
}
HINT = "build both editions anew: 'thesis build'; if it stays, one of the files was changed by hand, or the difference is a mistake of ours"
UNPRINTED = frozenset({"copyright"})
"""Parts of the front matter whose heading a printed thesis leaves out."""


def disagreements(final: Final) -> Iterator[Diagnostic]:
    """Every place at which the two final files say different things.

    A PDF without tags, as LaTeX makes it, says nothing of what is a heading, a cell or a note, and is not compared;
    neither is one in whose place of letters there are boxes.
    """
    paper = final.paper
    if paper is None or not paper.tagged or not final.pages:
        return
    pages = list(_compared(final))
    if _in_boxes(final, pages):
        return
    found, lost = stretches(pages, _without_parts(final, paper))
    hidden = {run.page for run in (*paper.overlaid, *paper.clipped)}
    sources = {f"{page.docname}.html": page.path for page in final.sources.contents.pages}
    for page in lost:
        if page.flow:
            yield _said(
                final,
                page,
                Difference("text-differs", page.title or page.flow[0].text[:60], "", line=page.flow[0].line),
                sources,
            )
    printable = _printable(paper)
    for stretch, found_here in _all(found, paper):
        for difference in found_here:
            clipped = difference.page in hidden and difference.rule == "table-cell-differs"
            if not clipped and not _without_glyphs(difference, printable):
                yield _said(final, stretch.page, difference, sources)


def _printable(paper: Paper) -> frozenset[str]:
    """Every character that the PDF has anywhere."""
    pieces = (*paper.flow, *paper.notes, *paper.pictures)
    return frozenset(character for piece in pieces for run in piece.all_runs for character in compact(run.text))


def _without_glyphs(difference: Difference, printable: frozenset[str]) -> bool:
    """Whether the PDF lacks nothing but letters that none of its fonts has: the build has said so of each (`missing-character`)."""
    site = compact(difference.site)
    left = "".join(character for character in site if character in printable)
    return left != site and left == compact(difference.pdf)


SCRIPT = 0.1
"""Share of letters without capitals, such as Hangul, from which on a text is written in their script."""


def _in_boxes(final: Final, pages: Sequence[Page]) -> bool:
    """Whether the fonts lack the script of the text: a box stands for every letter, and a reader of the PDF takes some of them for one."""
    if not final.lacks_a_script:
        return False
    letters = Counter(
        unicodedata.category(character)
        for page in pages
        for piece in page.flow
        for run in piece.all_runs
        for character in run.text
        if character.isalpha()
    )
    return letters["Lo"] > SCRIPT * letters.total()


def _compared(final: Final) -> Iterator[Page]:
    """Pages that are printed, as far as they are."""
    thesis = final.sources.config.thesis
    for page in final.sources.contents.pages:
        read = final.every_page.get(f"{page.docname}.html")
        if read is None or (page.kind == "root" and thesis.front):
            continue
        flow = read.flow
        if thesis.pdf.code != "show":
            flow = tuple(piece for piece in flow if not (piece.runs and piece.runs[0].kind == "input"))
        if page.kind == "front" and page.name in UNPRINTED and flow and flow[0].kind == "heading":
            flow = flow[1:]
        yield Page(read.path, read.title, read.number, flow, read.notes, read.pictures)


def _without_parts(final: Final, paper: Paper) -> Paper:
    """The PDF without the sheets that name a part of the book: the site names them in its sidebar."""
    from dataclasses import replace

    parts = {compact(page.part) for page in final.sources.contents.pages if page.part}
    titles = {piece.key for page in final.pages for piece in page.flow if piece.kind == "heading"}
    kept = [
        piece
        for piece in paper.flow
        if piece.kind != "heading" or piece.number or piece.key not in parts or piece.key in titles
    ]
    return replace(paper, flow=tuple(kept))


def _all(found: Sequence[Stretch], paper: Paper) -> Iterator[tuple[Stretch, list[Difference]]]:
    """Differences of each page; notes and pictures follow each other through the whole PDF."""
    by_page: dict[str, list[Difference]] = {}
    for stretch in found:
        by_page[stretch.page.path] = list(differences(stretch.page.flow, stretch.flow))
    for kind in ("notes", "pictures"):
        mine: list[Piece] = [piece for stretch in found for piece in getattr(stretch.page, kind)]
        owner = {id(piece): stretch.page.path for stretch in found for piece in getattr(stretch.page, kind)}
        for difference in differences(mine, getattr(paper, kind)):
            path = next((owner[id(piece)] for piece in mine if piece.line == difference.line), found[0].page.path)
            by_page[path].append(difference)
    for stretch in found:
        yield stretch, by_page[stretch.page.path]


def _said(final: Final, page: Page, difference: Difference, sources: dict[str, str]) -> Diagnostic:
    site = final.project.relative(final.project.site / page.path)
    message = _message(page, difference)
    hint = f"written in '{sources[page.path]}'; {HINT}" if page.path in sources else HINT
    if difference.page:
        place = f"{message} (site: {site}:{difference.line})" if difference.line else f"{message} (site: {site})"
        pdf = final.project.relative(final.pdf)
        return Diagnostic(difference.rule, place, "error", pdf, hint=hint, page=difference.page, box=difference.box)
    return Diagnostic(difference.rule, message, "error", site, difference.line, hint=hint)


def _message(page: Page, difference: Difference) -> str:
    if difference.rule == "table-cell-differs":
        what = f"{_table_name(page, difference)}, {difference.around}"
    else:
        what = NAMES[difference.rule]
        what += f", at '{difference.around}'" if difference.around else ""
    if difference.moved:
        return f"{what}: '{difference.site}' stands elsewhere on the site than in the PDF"
    site = f"the site says '{difference.site}'" if difference.site else "the site says nothing"
    pdf = f"the PDF '{difference.pdf}'" if difference.pdf else "the PDF nothing"
    return f"{what}: {site}, {pdf}"


def _table_name(page: Page, difference: Difference) -> str:
    """What the table is called: the number in the caption above it."""
    name = "table"
    for piece in page.flow:
        if piece.kind == "caption":
            words = piece.text.split()[:2]
            name = " ".join(words).lower() if words[-1][-1:].isdigit() else "table"
        if piece.kind == "table" and difference.line <= max(cell.line for row in piece.rows for cell in row):
            return name
    return name
