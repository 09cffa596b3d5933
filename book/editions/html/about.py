"""What the pages of the site say about the thesis, read from the configuration value `thesis_site`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sphinx.config import Config


@dataclass(frozen=True, slots=True)
class Site:
    """The thesis as its site presents it; what is empty is left out."""

    title: str = ""
    """Title of the thesis."""
    subtitle: str = ""
    """Subtitle."""
    authors: tuple[str, ...] = ()
    """Names of the authors, one each."""
    abstract: str = ""
    """The abstract as plain text, paragraphs apart by an empty line, or the page that holds it."""
    keywords: tuple[str, ...] = ()
    """Keywords."""
    licence: str = ""
    """Licence of the text."""
    language: str = "en"
    """Language as a BCP 47 tag."""
    date: str = ""
    """Date of publication: `2026`, `2026-05`, `2026-05-31`, or as it is printed."""
    institution: str = ""
    """University or school."""
    pdf: str = ""
    """Where the PDF lies in the site, `thesis.pdf`; empty where there is none."""
    citation: str = ""
    """How to cite the thesis, as plain text."""
    downloads: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """For a page, the files that it offers, as paths in the site, such as `_downloads/chapters/03.ipynb`."""
    allow_remote: tuple[str, ...] = ()
    """Hosts that an author's own pictures may come from."""
    baseurl: str = ""
    """Address that the site is published under; empty where unknown."""
    degree: str = ""
    """What the thesis is submitted for."""
    languages: Mapping[str, str] = field(default_factory=dict)
    """Language of each page that is in another one."""
    pages: tuple[str, ...] = ()
    """Pages that the site adds, in the order of its navigation."""
    provenance: bool = False
    """Whether tables, figures and findings open how they were made."""
    data_limit: int = 0
    """Bytes of the largest file of the data package that the site carries."""

    @property
    def author(self) -> str:
        """All authors in one line."""
        return ", ".join(self.authors)

    @property
    def published(self) -> str:
        """The date as machines read it, `2026/05/31`, or as much of it as the printed one tells."""
        if found := re.fullmatch(r"(\d{4})(?:[-/](\d\d?))?(?:[-/](\d\d?))?", self.date.strip()):
            return "/".join(part.zfill(2) for part in found.groups() if part)
        year = re.search(r"\b(?:19|20)\d\d\b", self.date)
        return year[0] if year else ""

    @property
    def cited(self) -> str:
        """How to cite the thesis: as its author says, or made of what is known."""
        if self.citation or not (self.title and self.authors):
            return self.citation
        year = f" ({self.published[:4]})" if self.published else ""
        title = f"{self.title}: {self.subtitle}" if self.subtitle else self.title
        school = f" {self.institution}." if self.institution else ""
        return f"{self.author}{year}. {title}.{school}"


_PLAIN = ("subtitle", "abstract", "licence", "date", "institution", "degree", "pdf", "citation")


def read_site(config: Config) -> Site:
    """Read the record behind `thesis_site`; the book's own title, author and language where it does not say."""
    given: dict[str, Any] = config.thesis_site or {}
    author = given.get("author") or (config.author if config.author != "unknown" else "")
    base = str(config.html_baseurl or "")
    return Site(
        title=str(given.get("title") or config.html_title or ""),
        authors=authors(author),
        keywords=_listed(given.get("keywords")),
        language=str(given.get("language") or config.language or "en").replace("_", "-"),
        downloads=given.get("downloads") or {},
        allow_remote=_listed(given.get("allow_remote")),
        languages=given.get("languages") or {},
        baseurl=f"{base.rstrip('/')}/" if base else "",
        pages=_listed(given.get("pages")),
        provenance=bool(given.get("provenance")),
        data_limit=int(given.get("data_limit") or 0),
        **{name: str(given.get(name) or "") for name in _PLAIN},
    )


def authors(given: Any) -> tuple[str, ...]:
    """Names, one each: a list as it is, a line split where it clearly holds several names."""
    if isinstance(given, (list, tuple)):
        return tuple(str(name).strip() for name in given if str(name).strip())
    parts = [part.strip() for part in re.split(r"\s*;\s*|\s+and\s+", str(given or "")) if part.strip()]
    if len(parts) == 1:
        pieces = [piece.strip() for piece in parts[0].split(",")]
        parts = pieces if len(pieces) > 1 and all(" " in piece for piece in pieces) else parts
    return tuple(parts)


def _listed(given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        return tuple(part.strip() for part in given.split(",") if part.strip())
    return tuple(str(item) for item in given or ())
