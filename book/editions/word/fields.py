"""Pieces of Word's own XML: bookmarks, fields, sections."""

from __future__ import annotations

import hashlib
from xml.sax.saxutils import escape, quoteattr

PAPERS = {
    "a4": (11906, 16838),
    "us-letter": (12240, 15840),
    "us-legal": (12240, 20160),
    "a5": (8391, 11906),
    "iso-b5": (9979, 14173),
}
"""Width and height of papers in twentieths of a point."""
MARGIN = 1440
"""Margin on all four sides."""


def bookmark(identifier: str, use: str) -> str:
    """Name of the bookmark at a place of the thesis; hidden, as Word's own are, and the same in every build."""
    number = int(hashlib.sha256(f"{use}\0{identifier}".encode("utf-8", "surrogatepass")).hexdigest()[:12], 16) % 10**9
    return f"_{use}{number:09}"


def opened(name: str) -> str:
    """The beginning of a bookmark; its number is given when all are known."""
    return f'<w:bookmarkStart w:id="0" w:name={quoteattr(name)}/>'


def closed(name: str) -> str:
    """The end of a bookmark, which says its name until it has a number."""
    return f"<w:bookmarkEnd w:id={quoteattr(name)}/>"


def marked(name: str, inside: str) -> str:
    """What a bookmark holds."""
    return f"{opened(name)}{inside}{closed(name)}"


def run(text: str, style: str = "") -> str:
    """Plain text, in a style of characters where one is named by its id."""
    styled = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f'<w:r>{styled}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def field(instruction: str, shown: str, *, dirty: bool = False) -> str:
    """A field with the value that it has now."""
    begun = '<w:r><w:fldChar w:fldCharType="begin"' + (' w:dirty="true"' if dirty else "") + "/></w:r>"
    told = f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
    parted, ended = ('<w:r><w:fldChar w:fldCharType="' + kind + '"/></w:r>' for kind in ("separate", "end"))
    return f"{begun}{told}{parted}{shown}{ended}"


def paragraph(style: str, inside: str) -> str:
    """A paragraph in a style, given by its id."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{inside}</w:p>'


def anchored(name: str, inside: str) -> str:
    """A link to a bookmark."""
    return f'<w:hyperlink w:anchor={quoteattr(name)} w:history="1">{inside}</w:hyperlink>'


def listing(instruction: str, style: str, entries: list[tuple[str, str, str]]) -> str:
    """A table of contents, of figures or of tables: a field that Word brings up to date, filled with what it will say, page numbers aside.

    Entries are style (or an empty text for the one of the list), bookmark and text.
    """
    begun = '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
    told = f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    ended = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    lines = [(own or style, anchored(name, run(said)) if name else run(said)) for own, name, said in entries] or [
        (style, "")
    ]
    first, last = 0, len(lines) - 1
    return "".join(
        paragraph(own, (begun + told if at == first else "") + line + (ended if at == last else ""))
        for at, (own, line) in enumerate(lines)
    )


def section(paper: str, *, turned: bool = False, numbers: str = "", start: int = 0, first: bool = False) -> str:
    """What ends a section: paper, margins, how pages are numbered; `first` leaves the first page without a number."""
    width, height = PAPERS.get(paper.lower(), PAPERS["a4"])
    if turned:
        width, height = height, width
    lies = ' w:orient="landscape"' if turned else ""
    counted = f' w:fmt="{numbers}"' if numbers else ""
    counted += f' w:start="{start}"' if start else ""
    return (
        f'<w:sectPr><w:type w:val="nextPage"/><w:pgSz w:w="{width}" w:h="{height}"{lies}/>'
        f'<w:pgMar w:top="{MARGIN}" w:right="{MARGIN}" w:bottom="{MARGIN}" w:left="{MARGIN}" w:header="709" w:footer="709" w:gutter="0"/>'
        + (f"<w:pgNumType{counted}/>" if counted else "")
        + ("<w:titlePg/>" if first else "")
        + "</w:sectPr>"
    )


def section_break(properties: str) -> str:
    """An empty paragraph that ends a section."""
    return f'<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>{properties}</w:pPr></w:p>'


def new_page(inside: str) -> str:
    """An empty paragraph at the head of a new page."""
    return f'<w:p><w:pPr><w:pageBreakBefore/><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr>{inside}</w:p>'
