"""What stands behind tables, figures and findings: code, data, tools, claims; all of it from the runs and the document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from book.document.claims.testing import claims_in
from book.document.findings import uses_in
from book.document.floats import reading_order
from book.document.lists import captions_in
from book.editions.html.about import read_site
from book.findings import finding_from, format_finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from docutils import nodes
    from sphinx.application import Sphinx

    from book.document.claims.testing import Claim
    from book.findings import Finding

DATA = "_downloads/data"
"""Where the site keeps files of the data package."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that a run read."""

    path: str
    """Its path in the thesis."""
    sha256: str
    """Digest of what the run read."""
    name: str = ""
    """Its name in the data package; empty where it is none of its resources."""
    version: str = ""
    """Its version, or the package's."""
    address: str = ""
    """Where the site carries it; empty where it does not."""
    restricted: bool = False
    """Whether it is not to be given away."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the text to go to."""

    docname: str
    """The page."""
    anchor: str
    """Id on the page."""
    title: str
    """What the page is called, with its number."""


class Behind:
    """The making of one thesis, looked up by page, cell and finding."""

    def __init__(self, app: Sphinx) -> None:
        """Take what the configuration and the environment hold now."""
        self.app, self.env = app, app.env
        self.site = read_site(app.config)
        self.pages: Any = None

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is known of the making; words are counted last."""
        return self.app.config.thesis_facts or {}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All pages in reading order."""
        return reading_order(self.env)

    @cached_property
    def findings(self) -> dict[str, Finding]:
        """Every finding, by name, in the order of the thesis."""
        given = self.app.config.thesis_findings or {}
        found = [finding_from({"name": name, **one}) for name, one in given.items()]
        rank = {docname: number for number, docname in enumerate(self.order)}
        return {
            one.name: one
            for one in sorted(found, key=lambda one: (rank.get(one.docname, len(rank)), one.cell, one.line, one.name))
        }

    @cached_property
    def recorded(self) -> dict[tuple[str, int], list[str]]:
        """Names that each cell recorded."""
        found: dict[tuple[str, int], list[str]] = {}
        for one in self.findings.values():
            found.setdefault((one.docname, one.cell), []).append(one.name)
        return found

    @cached_property
    def claims(self) -> list[tuple[Claim, Place]]:
        """Every claim with its place, in reading order."""
        kept = claims_in(self.env)
        return [
            (claim, Place(docname, f"claim-{number}", self.title(docname)))
            for docname in self.order
            for number, claim in enumerate(kept.get(docname, ()), 1)
        ]

    @cached_property
    def claims_on(self) -> dict[str, list[tuple[Claim, Place]]]:
        """The claims that rest on each finding."""
        found: dict[str, list[tuple[Claim, Place]]] = {}
        for claim, place in self.claims:
            for name in dict.fromkeys(claim.findings):
                found.setdefault(name, []).append((claim, place))
        return found

    @cached_property
    def uses(self) -> dict[str, list[tuple[str, list[Place]]]]:
        """For each finding the pages that print it, and the places there."""
        found: dict[str, dict[str, int]] = {}
        kept = uses_in(self.env)
        for docname in self.order:
            for use in kept.get(docname, ()):
                counted = found.setdefault(use.name, {})
                counted[docname] = counted.get(docname, 0) + 1
        return {
            name: [
                (docname, [Place(docname, use_id(name, number), self.title(docname)) for number in range(1, count + 1)])
                for docname, count in counted.items()
            ]
            for name, counted in found.items()
        }

    @cached_property
    def made(self) -> dict[tuple[str, int], list[tuple[str, str]]]:
        """Anchor and name of the tables and figures that each cell made."""
        found: dict[tuple[str, int], list[tuple[str, str]]] = {}
        for docname, captions in captions_in(self.env).items():
            for one in captions:
                if one.cell is not None:
                    found.setdefault((docname, one.cell), []).append(
                        (one.anchor, self.numbered(docname, one.kind, one.anchor) or one.caption.astext())
                    )
        return found

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """Resources of the data package, by the path of the file that cells read."""
        package = self.facts.get("package") or {}
        folder = PurePosixPath(str(package.get("descriptor") or "")).parent
        return {(folder / str(one["path"])).as_posix(): one for one in package.get("resources") or ()}

    def title(self, docname: str) -> str:
        """What a page is called, with its number."""
        title = self.env.titles.get(docname)
        number = ".".join(map(str, (self.env.toc_secnumbers.get(docname) or {}).get("") or ()))
        return (
            f"{number}. {_words(title)}"
            if number and title is not None
            else _words(title)
            if title is not None
            else docname
        )

    def numbered(self, docname: str, kind: str, anchor: str) -> str:
        """`Table 4.1`; empty where it has no number."""
        number = self.env.toc_fignumbers.get(docname, {}).get(kind, {}).get(anchor)
        words = str(self.app.config.numfig_format.get(kind, "%s"))
        said = ".".join(map(str, number or ()))
        return (
            (words.replace("{number}", said).replace("{name}", "") if "{" in words else words.replace("%s", said))
            if said
            else ""
        )

    def run(self, docname: str) -> Mapping[str, Any]:
        """What is known of a chapter's run; empty where there is none."""
        found: Mapping[str, Any] = (self.facts.get("runs") or {}).get(docname) or {}
        return found

    def code(self, docname: str) -> Sequence[Mapping[str, Any]]:
        """The code of a chapter's cells, with their lines."""
        found: Sequence[Mapping[str, Any]] = (self.facts.get("code") or {}).get(docname) or ()
        return found

    def where(self, docname: str, cell: int) -> str:
        """`chapters/04-phases.md:41`, where a cell's code begins."""
        path = str((self.facts.get("paths") or {}).get(docname, docname))
        cells = self.code(docname)
        return f"{path}:{cells[cell]['line']}" if cell < len(cells) and not path.endswith(".ipynb") else path

    def data(self, docname: str) -> list[Resource]:
        """The files that a chapter's run read, its code and the package's own description left out."""
        package = self.facts.get("package") or {}
        files: Mapping[str, str] = self.run(docname).get("files") or {}
        return [
            self._resource(path, digest)
            for path, digest in files.items()
            if not path.endswith(".py") and path != package.get("descriptor")
        ]

    def modules(self, docname: str) -> list[Resource]:
        """The files of code in the thesis that a chapter's run imported."""
        return [
            Resource(path, digest)
            for path, digest in (self.run(docname).get("files") or {}).items()
            if path.endswith(".py")
        ]

    def _resource(self, path: str, sha256: str) -> Resource:
        one = self.resources.get(path)
        if one is None:
            return Resource(path, sha256)
        version = str(one.get("version") or (self.facts.get("package") or {}).get("version") or "")
        return Resource(
            path, sha256, str(one.get("name") or ""), version, self.carried(one), bool(one.get("restricted"))
        )

    def carried(self, resource: Mapping[str, Any]) -> str:
        """Where the site carries a resource; empty where it is too large, or may not."""
        here = resource.get("here") or {}
        size = here.get("bytes")
        return f"{DATA}/{here['path']}" if size is not None and size <= self.site.data_limit else ""

    def printed(self, name: str) -> str:
        """A finding as the text prints it, with its unit."""
        said = format_finding(self.findings[name], "", self.app.config.language)
        return said if isinstance(said, str) else str(self.findings[name].value)

    def exact(self, name: str) -> str:
        """A number with the digits that the text leaves out; empty where it leaves out none."""
        one = self.findings[name]
        if not isinstance(one.content, float):
            return ""
        said = format_finding(replace(one, unit=""), ".6g", self.app.config.language)
        return said if isinstance(said, str) and _digits(said) not in _digits(self.printed(name)) else ""


def look(app: Sphinx, *, anew: bool = False) -> Behind:
    """What stands behind the thesis that an application has read, looked up once; `anew` after it has read more."""
    known: Behind | None = None if anew else getattr(app, _KNOWN, None)
    if known is None:
        known = Behind(app)
        setattr(app, _KNOWN, known)
    return known


_KNOWN = "thesis_behind"
"""Attribute of an application."""


def use_id(name: str, number: int) -> str:
    """Id of the place that prints a finding for the nth time on its page."""
    return f"use-{name}-{number}"


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit()).lstrip("0")


def _words(node: nodes.Node) -> str:
    return " ".join(node.astext().split())
