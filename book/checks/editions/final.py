"""The final files of both editions, taken apart anew only where they have changed, and what was found wrong in them."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.checks.editions.reading.piece import Link, Page, Paper, Piece, Run, as_data, from_data
from book.diagnostics import Diagnostic
from book.freshness import BUILT, installed
from book.project import digest, read_json, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from book.project import Project
    from book.sources.gather import Sources
    from book.sources.prose import Prose

_LISTING = re.compile(r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*\n(?P<code>.*?)^[ \t]*(?P=fence)", re.MULTILINE | re.DOTALL)
OTHERS = ("docx", "epub")
"""Editions beside site and PDF that are taken apart."""
VERSION = 5
"""Format of what is kept; another version is not read."""


@dataclass(frozen=True)
class Final:
    """What lies in `_build` for readers."""

    project: Project
    """The thesis on disk."""
    sources: Sources
    """What the author wrote, for the order of pages and the settings."""
    prose: Callable[[], tuple[Prose, ...]] = tuple
    """The running text, in which the author may name himself."""

    @property
    def pdf(self) -> Path:
        """The PDF, which may not be there."""
        return self.project.edition("pdf")

    @cached_property
    def files(self) -> Mapping[str, Path]:
        """Every file of the site that a browser shows or that is offered for download, by its path below the site."""
        site = self.project.site
        if not site.is_dir():
            return {}
        kinds = {".html", ".ipynb", ".md", ".py", ".r", ".json", ".rst", ".txt", ".csv"}
        found = {}
        for folder, folders, names in os.walk(site):
            folders[:] = sorted(set(folders) - {"_static", "_images", "_sphinx_design_static"})
            for name in sorted(names):
                if os.path.splitext(name)[1].lower() in kinds:  # noqa: PTH122 - hundreds of files
                    path = Path(folder, name)
                    found[os.path.relpath(path, site).replace(os.sep, "/")] = path
        return found

    @cached_property
    def key(self) -> str:
        """Size and time of every file, of the program that reads them, and of the settings that matter."""
        said: list[Any] = [VERSION, installed(), repr(self.sources.contents.pages), repr(self.sources.config.thesis)]
        single = [(name, self.project.edition(name)) for name in ("pdf", *OTHERS)]
        for name, path in [*self.files.items(), *single]:
            if path.exists():
                found = path.stat()
                said.append((name, found.st_size, found.st_mtime_ns, found.st_ino))
        return hashlib.sha256(repr(said).encode()).hexdigest()

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """Pages of the table of contents that the site has, in its order."""
        wanted = [f"{page.docname}.html" for page in self.sources.contents.pages]
        return tuple(self.every_page[name] for name in dict.fromkeys(wanted) if name in self.every_page)

    @cached_property
    def every_page(self) -> Mapping[str, Page]:
        """All pages of the site by path, the search and the index among them."""
        return {name: self._page(name, path) for name, path in self.files.items() if name.endswith(".html")}

    @cached_property
    def paper(self) -> Paper | None:
        """The PDF, or None where there is none."""
        if not self.pdf.is_file():
            return None
        found: Paper = self._kept("pdf", self.pdf, self._read_paper, _paper_as_data, _paper_from_data)
        return found

    @cached_property
    def others(self) -> Mapping[str, Paper]:
        """Further editions that stand, by name, each read into the same records as the PDF."""
        from book.checks.editions.reading.ebook import read_ebook
        from book.checks.editions.reading.word import read_word

        found: dict[str, Paper] = {}
        for name, read in (("docx", read_word), ("epub", read_ebook)):
            path = self.project.edition(name)
            if path.is_file():
                found[name] = self._kept(name, path, partial(read, path), _paper_as_data, _paper_from_data)
        return found

    def papers(self) -> Iterator[tuple[str, Paper]]:
        """Every edition but the site, with its path: the PDF first."""
        if self.paper is not None:
            yield self.project.relative(self.pdf), self.paper
        for name, other in self.others.items():
            yield self.project.relative(self.project.edition(name)), other

    @cached_property
    def lacks_a_script(self) -> bool:
        """Whether the last build has said that no font has some letters."""
        state = read_json(self.project.cache / BUILT)
        said = state.get("diagnostics") if isinstance(state, dict) else None
        rows = said if isinstance(said, list) else []
        return any(isinstance(row, dict) and "no font has '" in str(row.get("message")) for row in rows)

    @cached_property
    def said_by_author(self) -> str:
        """What the author wrote in sentences and settings, the cells and what they print aside."""
        settings = f"{self.sources.config.author} {self.sources.config.title} {self.sources.config.thesis}"
        return settings + "\n".join(passage.text for prose in self.prose() for passage in prose.passages)

    @cached_property
    def listed(self) -> str:
        """The code that stands in the sources, in listings and in cells."""
        chapters = self.sources.chapters
        listings = (match["code"] for chapter in chapters for match in _LISTING.finditer(chapter.text))
        return "\n".join([*listings, *(cell.code for chapter in chapters for cell in chapter.cells)])

    def _page(self, name: str, path: Path) -> Page:
        from book.checks.editions.reading.site import read_page

        found: Page = self._kept(name, path, lambda: read_page(path, name), _page_as_data, _page_from_data)
        return found

    def _read_paper(self) -> Paper:
        from book.checks.editions.reading.paper import read_paper

        return read_paper(self.pdf)

    @cached_property
    def _stamp(self) -> str:
        return hashlib.sha256(f"{VERSION} {installed()}".encode()).hexdigest()[:16]

    def _kept(
        self, name: str, path: Path, read: Callable[[], Any], pack: Callable[[Any], Any], unpack: Callable[[Any], Any]
    ) -> Any:
        """What was read from a file of this content; damage costs one more reading."""
        folder = self.project.cache / "reading"
        place = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.json"
        stamp = [self._stamp, digest(path)]
        known = read_json(place)
        if isinstance(known, list) and known[:1] == [stamp]:
            try:
                return unpack(known[1])
            except (TypeError, ValueError, KeyError, IndexError, AttributeError):
                pass
        found = read()
        write(place, json.dumps([stamp, pack(found)], ensure_ascii=False, separators=(",", ":")))
        return found

    def verdict(self, judge: Callable[[Final], Iterable[tuple[str, Diagnostic]]]) -> Verdict:
        """What was found, kept as long as no file of either edition changes."""
        place = self.project.cache / "reading" / "verdict.json"
        known = read_json(place)
        if isinstance(known, dict) and known.get("key") == self.key:
            try:
                return Verdict(
                    {name: tuple(Diagnostic(**row) for row in rows) for name, rows in known["found"].items()},
                    {str(path): tuple(keys) for path, keys in known["entries"].items()},
                    {str(path): tuple(addresses) for path, addresses in known["remote"].items()},
                )
            except (TypeError, ValueError, KeyError, AttributeError):
                pass
        found: dict[str, list[Diagnostic]] = {}
        for name, diagnostic in judge(self):
            found.setdefault(name, []).append(diagnostic)
        entries = {page.path: page.keys for page in self.pages if page.keys}
        remote = {page.path: page.remote for page in self.pages if page.remote}
        rows = {name: [asdict(one) for one in listed] for name, listed in found.items()}
        kept = {"key": self.key, "found": rows, "entries": entries, "remote": remote}
        write(place, json.dumps(kept, ensure_ascii=False))
        return Verdict({name: tuple(listed) for name, listed in found.items()}, entries, remote)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the final files say of themselves."""

    found: Mapping[str, tuple[Diagnostic, ...]]
    """Remarks by the check that makes them."""
    entries: Mapping[str, tuple[str, ...]]
    """Ids of the bibliography's entries, by page of the site."""
    remote: Mapping[str, tuple[str, ...]]
    """Addresses on other hosts that pages ask for, by page."""


def _page_as_data(page: Page) -> list[Any]:
    return [
        page.path, page.title, page.number, [[as_data(piece) for piece in part] for part in (page.flow, page.notes, page.pictures)],
        [[link.target, link.text, link.line] for link in page.links], sorted(page.ids), page.keys, page.remote,
    ]  # fmt: skip


def _page_from_data(data: list[Any]) -> Page:
    path, title, number, parts, links, ids, keys, remote = data
    flow, notes, pictures = (tuple(from_data(piece) for piece in part) for part in parts)
    linked = tuple(Link(target, text, line) for target, text, line in links)
    return Page(path, title, number, flow, notes, pictures, linked, frozenset(ids), tuple(keys), tuple(remote))


def _runs(runs: Iterable[Run]) -> list[Any]:
    return [[run.text, run.kind, run.page, list(run.box)] for run in runs]


def _from_runs(data: Iterable[Any]) -> tuple[Run, ...]:
    return tuple(Run(text, kind, page, tuple(box)) for text, kind, page, box in data)


def _paper_as_data(paper: Paper) -> list[Any]:
    return [
        paper.tagged, [[as_data(piece) for piece in part] for part in (paper.flow, paper.notes, paper.pictures)],
        [[link.page, list(link.box), link.target, link.text] for link in paper.links], _runs(paper.clipped), paper.empty, paper.sheets,
        _runs(paper.overlaid), paper.metadata,
    ]  # fmt: skip


def _paper_from_data(data: list[Any]) -> Paper:
    tagged, parts, links, clipped, empty, sheets, over, metadata = data
    flow, notes, pictures = (tuple(from_data(piece) for piece in part) for part in parts)
    dead = tuple(Link(target, text, page=page, box=tuple(box)) for page, box, target, text in links)
    return Paper(
        tagged, flow, notes, pictures, dead, _from_runs(clipped), tuple(empty), sheets, _from_runs(over), metadata
    )


def pieces_of(parts: Iterable[Iterable[Piece]]) -> Iterator[Piece]:
    """All pieces, and in place of a table its cells."""
    for part in parts:
        for piece in part:
            if piece.rows:
                yield from (cell for row in piece.rows for cell in row)
            else:
                yield piece
