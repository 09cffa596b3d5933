"""Site, PDF, Word file and e-book say the same."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from book.checks.editions.aligning import Stretch, stretches
from book.checks.editions.comparing import Difference, differences
from book.checks.editions.reading.piece import Page, Piece, compact
from book.checks.editions.reading.word import FORMULA
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
HINT = "build the editions anew: 'thesis build'; if it stays, one of the files was changed by hand, or the difference is a mistake of ours"
UNPRINTED = frozenset({"copyright"})
"""Parts of the front matter whose heading a printed thesis leaves out."""


def disagreements(final: Final) -> Iterator[Diagnostic]:
    """Every place at which a final file says something else than the site.

    A PDF without tags, as LaTeX makes it, says nothing of what is a heading, a cell or a note, and is not compared;
    neither is one in whose place of letters there are boxes.
    """
    pages = list(_compared(final)) if final.pages else []
    if not pages:
        return
    paper = final.paper
    if paper is not None and paper.tagged and not _in_boxes(final, pages):
        yield from _against(final, pages, Other("the PDF", final.project.relative(final.pdf), paper))
    for name, other in final.others.items():
        if other.tagged:
            compared = [_without_tex(page) for page in pages] if name == "docx" else list(_compared(final, headed=True))
            path = final.project.relative(final.project.edition(name))
            yield from _against(final, compared, Other(SAID[name], path, _once(other), complete=True))


SAID = {"docx": "the Word file", "epub": "the e-book"}
"""What editions are called in a message."""


@dataclass(frozen=True, slots=True)
class Other:
    """An edition that is compared with the site."""

    name: str
    """What a message calls it."""
    path: str
    """Its file."""
    paper: Paper
    """What it says."""
    complete: bool = False
    """Whether it has every letter, whatever fonts there are."""


def _against(final: Final, pages: list[Page], other: Other) -> Iterator[Diagnostic]:
    paper = other.paper
    if other.complete:
        pages = [replace(page, notes=_first_of_each(page.notes)) for page in pages]
    found, lost = stretches(pages, _without_parts(final, paper))
    hidden = {run.page for run in (*paper.overlaid, *paper.clipped)}
    sources = {f"{page.docname}.html": page.path for page in final.sources.contents.pages}
    for page in lost:
        if page.flow:
            missing = Difference("text-differs", page.title or page.flow[0].text[:60], "", line=page.flow[0].line)
            yield _said(final, page, missing, sources, other)
    printable = _printable(paper)
    for stretch, found_here in _all(found, paper) if found else ():
        for difference in found_here:
            clipped = difference.page in hidden and difference.rule == "table-cell-differs"
            if not clipped and (other.complete or not _without_glyphs(difference, printable)):
                yield _said(final, stretch.page, difference, sources, other)


def _without_tex(page: Page) -> Page:
    """A page whose formulas say only that they are there: Word's own form of them has no TeX."""
    return replace(page, flow=tuple(map(_formulas_apart, page.flow)), notes=tuple(map(_formulas_apart, page.notes)))


def _formulas_apart(piece: Piece) -> Piece:
    rows = tuple(tuple(map(_formulas_apart, row)) for row in piece.rows)
    runs = tuple(replace(run, text=FORMULA) if run.kind == "formula" else run for run in piece.runs)
    return replace(piece, runs=runs, rows=rows)


def _once(paper: Paper) -> Paper:
    """An edition in which a note that is referred to twice, and so stands twice, is one."""
    return replace(paper, notes=_first_of_each(paper.notes))


def _first_of_each(notes: Sequence[Piece]) -> tuple[Piece, ...]:
    return tuple({piece.key: piece for piece in reversed(notes)}[key] for key in dict.fromkeys(piece.key for piece in notes))


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


def _compared(final: Final, *, headed: bool = False) -> Iterator[Page]:
    """Pages that are printed, as far as they are; `headed` where every part has its heading."""
    thesis = final.sources.config.thesis
    for page in final.sources.contents.pages:
        read = final.every_page.get(f"{page.docname}.html")
        if read is None or (page.kind == "root" and thesis.front):
            continue
        flow = read.flow
        if thesis.pdf.code != "show":
            flow = tuple(piece for piece in flow if not (piece.runs and piece.runs[0].kind == "input"))
        if not headed and page.kind == "front" and page.name in UNPRINTED and flow and flow[0].kind == "heading":
            flow = flow[1:]
        yield Page(read.path, read.title, read.number, flow, read.notes, read.pictures)


def _without_parts(final: Final, paper: Paper) -> Paper:
    """The PDF without the sheets that name a part of the book: the site names them in its sidebar."""
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


def _said(final: Final, page: Page, difference: Difference, sources: dict[str, str], other: Other) -> Diagnostic:
    site = final.project.relative(final.project.site / page.path)
    message = _message(page, difference, other.name)
    hint = f"written in '{sources[page.path]}'; {HINT}" if page.path in sources else HINT
    if difference.page or other.complete:
        place = f"{message} (site: {site}:{difference.line})" if difference.line else f"{message} (site: {site})"
        return Diagnostic(difference.rule, place, "error", other.path, hint=hint, page=difference.page, box=difference.box)
    return Diagnostic(difference.rule, message, "error", site, difference.line, hint=hint)


def _message(page: Page, difference: Difference, name: str) -> str:
    if difference.rule == "table-cell-differs":
        what = f"{_table_name(page, difference)}, {difference.around}"
    else:
        what = NAMES[difference.rule]
        what += f", at '{difference.around}'" if difference.around else ""
    if difference.moved:
        return f"{what}: '{difference.site}' stands elsewhere on the site than in {name}"
    site = f"the site says '{difference.site}'" if difference.site else "the site says nothing"
    pdf = f"{name} '{difference.pdf}'" if difference.pdf else f"{name} nothing"
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
