"""Defects of the finished editions: the site says what the PDF does not, or either what the sources do not."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING

from pypdfium2 import PdfDocument

from benchmarks.mutants.edit import Edit, Place
from benchmarks.mutants.markdown import PLAIN
from benchmarks.mutants.mutant import Mutant, kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.mutants.copies import Copy

PDF = "_build/thesis.pdf"
SPOILT = 8
"""Places of a PDF, more or less, in which a sheet is put: each makes a file as large as it is."""
_WORD = re.compile(r"(?<![&#\w])[^\W\d_]{5,}(?![\w;])")


def _article(html: str) -> tuple[int, int]:
    """Where the words of a page begin and end."""
    start = html.find("<article")
    return (start, html.find("</article>", start)) if start >= 0 else (0, 0)


def _found(copy: Copy, pattern: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Matches in the articles of the site's pages; only of theses with a PDF to compare with, which leaves the opening page out."""
    if not (copy.root / PDF).exists():
        return
    compiled = re.compile(pattern, re.DOTALL)
    for path, html in copy.built[1:]:
        for match in compiled.finditer(html, *_article(html)):
            yield path, match


def _within(copy: Copy, path: str, match: re.Match[str], tag: str) -> bool:
    """Whether a match stands inside an element of this name."""
    before = copy.text(path)[: match.start()]
    return before.rfind(f"<{tag}") > before.rfind(f"</{tag}>")


def _other(text: str) -> str:
    """A number or a word with its last digit or its first letters changed."""
    digits = list(re.finditer(r"\d", text))
    if digits:
        at = digits[-1].start()
        return text[:at] + str((int(text[at]) + 3) % 10) + text[at + 1 :]
    word = _WORD.search(text)
    return text[: word.start()] + "Quax" + text[word.start() + 4 :] if word else text


def _changed(path: str, match: re.Match[str], group: int) -> Iterator[Mutant]:
    """One part of a page that says something else."""
    old = match[group]
    new = _other(old)
    if new != old:
        words, others = (re.findall(r"[\w.,]+", unescape(text)) for text in (new, old))
        says = tuple(
            re.sub(r"(?<=\d)[A-Za-z]$", "", word.strip(".,"))
            for pair in zip(words, others, strict=False)
            if pair[0] != pair[1]
            for word in pair
        )
        edit = Edit(path, match.start(group), match.end(group), new)
        yield _on_page(f"'{old[:50].strip()}' -> '{new[:50].strip()}'", edit, says, match.start())


def _on_page(what: str, edit: Edit, says: tuple[str, ...], zone: int) -> Mutant:
    """A page of the site that says something else: a remark has to name the page, and the words."""
    return Mutant(
        f"{what} in '{edit.path}'", (edit,), (), says, names=edit.path, touches=frozenset({f"html:{edit.path}:{zone}"})
    )


@kind("table-cell-differs")
def table_cell_changed(copy: Copy) -> Iterator[Mutant]:
    """A cell of a table is another one on the site than in the PDF."""
    for path, match in _found(copy, r"<td[^>]*>(?:\s*<p>)?([^<>]*\w[^<>]*)(?:</p>\s*)?</td>"):
        if re.search(r"\d\d|\d[.,]\d|[^\W\d_]{5}", match[1]):
            yield from _changed(path, match, 1)


@kind("caption-differs")
def caption_changed(copy: Copy) -> Iterator[Mutant]:
    """A caption, or its number, is another one on the site than in the PDF."""
    for path, match in _found(
        copy, r'<span class="caption-number">[^<]*</span><span class="caption-text">([^<]{12,})</span>'
    ):
        yield from _changed(path, match, 1)
    for path, match in _found(
        copy, r'<span class="caption-number">([^<]*\d[^<]*)</span><span class="caption-text">[^<]{12,}</span>'
    ):
        yield from _changed(path, match, 1)


@kind("heading-differs")
def heading_changed(copy: Copy) -> Iterator[Mutant]:
    """A heading, or its number, is another one on the site than in the PDF."""
    for path, match in _found(
        copy, r'<h[1-4]>(?:<span class="section-number">[^<]*</span>)([^<]{5,})<a class="headerlink"'
    ):
        yield from _changed(path, match, 1)
    for path, match in _found(
        copy, r'<h[1-4]><span class="section-number">([^<]*)</span>[^<]{5,}<a class="headerlink"'
    ):
        yield from _changed(path, match, 1)


@kind("finding-differs", "text-differs")
def finding_changed(copy: Copy) -> Iterator[Mutant]:
    """A finding is another number on the site than in the PDF."""
    for path, match in _found(copy, r'<span class="finding">([^<]*\d[^<]*)</span>'):
        yield from _changed(path, match, 1)


@kind("footnote-differs")
def footnote_changed(copy: Copy) -> Iterator[Mutant]:
    """A footnote says something else on the site than in the PDF."""
    for path, match in _found(copy, r'<aside class="footnote[^>]*role="doc-footnote">(?:(?!</aside>).)*?<p>([^<]{8,})'):
        yield from _changed(path, match, 1)


@kind("bibliography-differs")
def bibliography_entry_changed(copy: Copy) -> Iterator[Mutant]:
    """An entry of the printed bibliography is another one on the site than in the PDF."""
    for path, match in _found(
        copy,
        r'<(?:div|p|dd|li)[^>]*(?:class="[^"]*(?:csl-entry|bibliography|citation)[^"]*"|role="doc-biblioentry")[^>]*>(?:\s|<span[^>]*>.*?</span>|<p>)*([^<]*\d{4}[^<]*)',
    ):
        yield from _changed(path, match, 1)


@kind("citation-differs", "text-differs")
def citation_changed(copy: Copy) -> Iterator[Mutant]:
    """A citation is another one on the site than in the PDF."""
    for path, match in _found(
        copy,
        r'<a class="[^"]*reference internal[^"]*" href="[^"]*#(?:ref|cite|id|bib)[^"]*"[^>]*>(?:<span>)?([^<]*\d{4}[a-z]?[^<]*)(?:</span>)?</a>',
    ):
        if not _within(copy, path, match, "table"):
            yield from _changed(path, match, 1)


@kind("equation-differs")
def equation_number_changed(copy: Copy) -> Iterator[Mutant]:
    """The number of a formula is another one on the site than in the PDF."""
    for path, match in _found(copy, r'<span class="eqno">\(([\w.]+)\)'):
        yield from _changed(path, match, 1)


@kind("reference-differs", "text-differs")
def reference_changed(copy: Copy) -> Iterator[Mutant]:
    """A reference names another number on the site than in the PDF."""
    for path, match in _found(copy, r'<span class="std std-(?:num)?ref">([^<\d]*\d[\d.]*)</span>'):
        yield from _changed(path, match, 1)


@kind("text-differs")
def sentence_changed(copy: Copy) -> Iterator[Mutant]:
    """A word of a paragraph is another one on the site than in the PDF."""
    for path, match in _found(copy, r"<p>([A-ZÄÖÜ][^<>&]{60,})</p>"):
        words = list(_WORD.finditer(match[1]))
        if len(words) > 5 and not _within(copy, path, match, "table"):
            word = words[len(words) // 2]
            start = match.start(1) + word.start()
            edit = Edit(path, start, start + len(word[0]), "quaxel")
            yield _on_page(f"'{word[0]}' -> 'quaxel'", edit, ("quaxel", word[0]), match.start())


@kind("text-differs", "footnote-differs")
def paragraph_missing(copy: Copy) -> Iterator[Mutant]:
    """A paragraph stands in the PDF and not on the site."""
    for path, match in _found(copy, r"<p>([A-ZÄÖÜ][^<>&]{60,})</p>"):
        if _within(copy, path, match, "aside") or _within(copy, path, match, "table"):
            continue
        words = match[1].split()[:3]
        edit = Edit(path, match.start(), match.end(), "")
        yield _on_page(f"'{match[1][:40]}...' missing", edit, (" ".join(words),), match.start())


@kind("dead-link")
def link_dead(copy: Copy) -> Iterator[Mutant]:
    """A link of the site leads to a place that the page, or the site, does not have."""
    for number, (path, match) in enumerate(
        _found(copy, r'<a class="[^"]*reference internal[^"]*" href="([^"#:]*)(#[^"]+)?"')
    ):
        if number % 2 and match[1]:
            new, group = f"{match[1].removesuffix('.html')}-gone.html", 1
        elif match[2]:
            new, group = match[2] + "-gone", 2
        else:
            continue
        edit = Edit(path, match.start(group), match.end(group), new)
        yield Mutant(
            f"link to '{new}' in '{path}'",
            (edit,),
            (),
            (new.lstrip("#./"),),
            touches=frozenset({f"html:{path}:{match.start()}"}),
        )


@kind("unresolved-mark")
def mark_unresolved(copy: Copy) -> Iterator[Mutant]:
    """The site prints what should have been resolved: '??', '[?]', a role, a key."""
    said = ("??", "[?]", "{numref}`fig-lost`", "{cite:p}`lost2001`", "Figure ??", "(?, ?)")
    for number, (path, match) in enumerate(_found(copy, r"<p>[A-ZÄÖÜ][^<>&]{60,}()</p>")):
        left = said[number % 5]
        edit = Edit(path, match.start(1), match.start(1), f" See {left}.")
        yield Mutant(f"'{left}' in '{path}'", (edit,), (Place(path),), (left,), touches=frozenset({f"file:{path}"}))


@kind("empty-page")
def sheet_left_empty(copy: Copy) -> Iterator[Mutant]:
    """The PDF has a sheet with nothing on it."""
    if not (copy.root / PDF).exists():
        return
    content = (copy.root / PDF).read_bytes()
    sheets = len(PdfDocument(content))
    for number in range(3, sheets + 1, max(sheets // SPOILT // 2 * 2, 2)):  # a left one may be empty on purpose
        document, made = PdfDocument(content), BytesIO()
        document.new_page(*document.get_page_size(0), number - 1)
        document.save(made)
        yield Mutant(f"sheet {number} empty", (), (Place(PDF),), (f"sheet {number} ",), files=((PDF, made.getvalue()),))


@kind("edition-out-of-date")
def source_newer_than_edition(copy: Copy) -> Iterator[Mutant]:
    """A sentence is changed, and nothing is built."""
    for unit in copy.prose:
        for block in unit.of_kind("paragraph"):
            if (copy.root / PDF).exists() and (match := PLAIN.search(block.text)):
                at = block.start + match.end()
                more = " This was added later on." if copy.language == "en" else " Das kam später hinzu."
                yield Mutant(
                    f"a sentence added to '{unit.path}'",
                    (unit.edit(at, at, more),),
                    (),
                    (unit.path,),
                    touches=frozenset({f"run:{unit.path}"}),
                )
                break


@kind("text-differs", build=("pdf",))
def pdf_alone_built(copy: Copy) -> Iterator[Mutant]:
    """A word is changed, and the PDF alone is built again."""
    if not copy.runs:
        return
    for unit in copy.prose:
        for block in unit.of_kind("paragraph"):
            if match := PLAIN.search(block.text):
                words = list(_WORD.finditer(match[0]))
                word = words[len(words) // 2]
                at = block.start + match.start() + word.start()
                yield Mutant(
                    f"'{word[0]}' -> 'quaxel' in the PDF",
                    (unit.edit(at, at + len(word[0]), "quaxel"),),
                    (),
                    ("quaxel", word[0]),
                    touches=frozenset({f"block:{unit.path}:{block.start}"}),
                )


@kind("table-cell-differs", build=("pdf",))
def table_cell_of_pdf_changed(copy: Copy) -> Iterator[Mutant]:
    """A cell of a table is changed, and the PDF alone is built again."""
    if not copy.runs:
        return
    for unit in copy.prose:
        for block in unit.of_kind("table", "fence"):
            if block.kind == "fence" and block.directive not in ("table", "list-table"):
                continue
            for match in re.finditer(r"(?:\||[*-] -|  -) *(\d+[.,]\d+|\d{2,})(?= *(?:\||$))", block.text, re.MULTILINE):
                new = _other(match[1])
                at = block.start + match.start(1)
                yield Mutant(
                    f"'{match[1]}' -> '{new}' in the PDF",
                    (unit.edit(at, at + len(match[1]), new),),
                    (),
                    (new, match[1]),
                    touches=frozenset({f"block:{unit.path}:{block.start}"}),
                )
