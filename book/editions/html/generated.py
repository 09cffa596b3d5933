"""Pages that the site adds: lists, findings and claims, data, reproducibility, and the code behind each chapter."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util.osutil import relative_uri

from book.document.facts import state_of
from book.document.lists import entries, lists_in
from book.editions.html.behind import Behind, look
from book.editions.html.codes import highlighted
from book.editions.html.kept import asked
from book.editions.html.provenance import FOLDER, MADE
from book.editions.html.templating import render
from book.editions.html.words import edition_words
from book.project import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from docutils import nodes
    from sphinx.application import Sphinx

    from book.document.claims.testing import Claim
    from book.editions.html.behind import Place

STATE = "site-generated.json"
"""Digest of what each of these pages was written from."""
_HEADING = re.compile(r"<section id=\"([^\"]*)\">\s*<h2>(.*?)</h2>")


@dataclass(frozen=True, slots=True)
class Generated:
    """A page that no source has."""

    name: str
    """Its name, as Sphinx names pages."""
    title: str
    """Its title."""
    said: Any
    """Everything that it is written from, ready for JSON."""
    body: Callable[[], str]
    """What it shows."""
    listed: bool = True
    """Whether the navigation names it."""

    @property
    def digest(self) -> str:
        """Of all that it is written from."""
        return hashlib.sha256(
            json.dumps([self.name, self.title, self.said], sort_keys=True, default=str).encode("utf-8", "replace")
        ).hexdigest()


def setup_generated(app: Sphinx) -> None:
    """Write the pages that have changed, and name all of them in the navigation."""
    app.connect("html-collect-pages", _collect)
    app.connect("html-page-context", _navigate, priority=300)


def generated(behind: Behind) -> list[Generated]:
    """The pages that this thesis has, in the order of its settings; a page of the author's comes before one of ours."""
    if behind.pages is None:
        behind.pages = [*_generated(behind)] if behind.facts else []
    found: list[Generated] = behind.pages
    return found


def _generated(behind: Behind) -> Iterator[Generated]:
    words = edition_words(behind.site.language)
    makers: dict[str, Callable[[Behind, Any], Iterator[Generated]]] = {
        "lists": _lists, "findings": _findings, "data": _data, "reproducibility": _reproducibility,
    }  # fmt: skip
    found = [page for name in behind.site.pages if name in makers for page in makers[name](behind, words)]
    if behind.site.provenance:
        found += _made(behind, words)
    yield from (page for page in found if page.name not in behind.env.found_docs)


def stale(app: Sphinx) -> bool:
    """Whether one of these pages is to be written, or has gone."""
    behind = look(app)
    return bool(behind.facts) and _kept(app).get("pages") != _digests(behind, generated(behind))


def navigation_changed(app: Sphinx) -> bool:
    """Whether the navigation, which stands on every page, names other pages than it did."""
    behind = look(app)
    return bool(behind.facts) and _kept(app).get("navigation", []) != _named(behind)


def _named(behind: Behind) -> list[list[str]]:
    """Name and title of the pages that the navigation names."""
    return [[page.name, page.title] for page in generated(behind) if page.listed]


def _kept(app: Sphinx) -> dict[str, Any]:
    return read_json(Path(app.doctreedir) / STATE) or {}


def _collect(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Pages that are not what they were; the others stay as they lie there."""
    behind = look(app)
    pages, before = generated(behind), _kept(app).get("pages") or {}
    now = _digests(behind, pages)
    for page in pages:
        there = Path(app.builder.get_outfilename(page.name)).exists()  # type: ignore[attr-defined]
        if now[page.name] != before.get(page.name) or not there:
            body = render(
                "generated/page.html", anchor=page.name.rsplit("/", 1)[-1], title=page.title, body=page.body()
            )
            contents = contents_of(body)
            yield (
                page.name,
                {"title": page.title, "body": body, "toc": contents, "display_toc": bool(contents)},
                "page.html",
            )
    if behind.facts or before:
        write_json(Path(app.doctreedir) / STATE, {"pages": now, "navigation": _named(behind)})


def contents_of(body: str) -> str:
    """What stands on a page, as Sphinx gives it to the theme; nothing where there is one heading or none."""
    found = _HEADING.findall(body)
    listed = "".join(f'<li><a href="#{anchor}">{title}</a></li>' for anchor, title in found)
    return f'<ul><li><a href="#"></a><ul>{listed}</ul></li></ul>' if len(found) > 1 else ""


def _digests(behind: Behind, pages: list[Generated]) -> dict[str, str]:
    """Digest of each page with what stands around all of them: the table of contents, the look, what they load."""
    env: Any = behind.env
    contents = [
        [name, behind.title(name), str(env.titles.get(name)), env.toctree_includes.get(name)] for name in behind.order
    ]
    captions = str(env.tocs.get(str(behind.app.config.root_doc)))
    around = json.dumps([contents, captions, _named(behind), asked(behind.app)])
    return {
        page.name: hashlib.sha256(f"{page.digest}{around}".encode("utf-8", "replace")).hexdigest() for page in pages
    }


def _navigate(
    app: Sphinx, pagename: str, _templatename: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    """Tell our sidebar what it names below the author's pages."""
    behind = look(app)
    context["thesis_pages"] = [(name, title, name == pagename) for name, title in _named(behind)]
    context["thesis_pages_caption"] = edition_words(behind.site.language).edition


# The pages


def _lists(behind: Behind, words: Any) -> Iterator[Generated]:
    """Lists of tables and figures, where the author has none."""
    if any(lists_in(behind.env).values()):
        return
    here = f"{FOLDER}/lists"
    found = {
        kind: [
            {
                "number": behind.numbered(docname, kind, one.anchor),
                "caption": " ".join(one.caption.astext().split()),
                "address": _to(behind, here, docname, one.anchor),
            }
            for docname, one, _number in entries(behind.env, kind)
        ]
        for kind in ("table", "figure")
    }
    if any(found.values()):
        yield Generated(here, words.lists, found, lambda: render("generated/lists.html", words=words, found=found))


def _findings(behind: Behind, words: Any) -> Iterator[Generated]:
    """All findings by the chapter that recorded them, and all claims."""
    if not behind.findings and not behind.claims:
        return
    here = f"{FOLDER}/findings"
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in behind.findings.values():
        groups.setdefault(one.docname, []).append(finding_row(behind, one.name, here))
    said = {
        "groups": [
            {"name": f"in-{docname}", "title": behind.title(docname), "rows": rows} for docname, rows in groups.items()
        ],
        "claims": [
            {
                "title": behind.title(docname),
                "rows": [
                    {
                        "words": one.words,
                        "condition": one.condition,
                        "verdict": one.verdict,
                        "why": one.why,
                        "address": _to(behind, here, docname, place.anchor),
                    }
                    for one, place in found
                ],
            }
            for docname, found in _by_page(behind.claims)
        ],
    }
    yield Generated(here, words.findings, said, lambda: render("generated/findings.html", words=words, **said))


def _by_page(claims: list[tuple[Claim, Place]]) -> Iterator[tuple[str, list[tuple[Claim, Place]]]]:
    for docname, found in groupby(claims, key=lambda one: one[1].docname):
        yield docname, list(found)


def finding_row(behind: Behind, name: str, here: str) -> dict[str, Any]:
    """What is said of one finding: value, unit, the cell that recorded it, where it is printed, what rests on it."""
    one = behind.findings[name]
    made = bool(behind.site.provenance and one.docname in (behind.facts.get("code") or {}))
    return {
        "name": name,
        "printed": behind.printed(name),
        "value": "" if one.value is None else str(one.value),
        "exact": behind.exact(name),
        "unit": one.unit,
        "cell": one.cell + 1,
        "title": behind.title(one.docname),
        "made": _to(behind, here, f"{MADE}/{one.docname}", f"cell-{one.cell + 1}") if made else "",
        "uses": [
            {"title": places[0].title, "addresses": [_to(behind, here, docname, place.anchor) for place in places]}
            for docname, places in behind.uses.get(name, ())
        ],
        "claims": [
            {
                "words": claim.words,
                "verdict": claim.verdict,
                "address": _to(behind, here, place.docname, place.anchor),
            }
            for claim, place in behind.claims_on.get(name, ())
        ],
    }


def _data(behind: Behind, words: Any) -> Iterator[Generated]:
    """The data package: its resources with their fields, licences and files."""
    package = behind.facts.get("package")
    if not package:
        return
    here = f"{FOLDER}/data"
    resources = [
        {
            **one,
            "address": _file(behind, here, behind.carried(one)),
            "fields": (one.get("schema") or {}).get("fields") or [] if isinstance(one.get("schema"), dict) else [],
        }
        for one in package["resources"]
    ]
    said = {"package": {**package, "resources": resources}}
    yield Generated(here, words.data, said, lambda: render("generated/data.html", words=words, **said))


def _reproducibility(behind: Behind, words: Any) -> Iterator[Generated]:
    """State of the sources, versions, runs, and how to run them again."""
    here, facts = f"{FOLDER}/reproducibility", behind.facts
    said = {
        "commit": facts.get("commit", ""),
        "state": state_of(facts["sources"]),
        "sources": facts["sources"],
        "tools": facts["tools"],
        "counts": facts.get("counts") or {},
        "runs": [
            {
                "title": behind.title(docname),
                "key": run["key"][:12],
                "kernel": run["kernel"],
                "files": len(run["files"]),
                "address": _to(behind, here, f"{MADE}/{docname}", "") if behind.site.provenance else "",
            }
            for docname in behind.order if (run := behind.run(docname))
        ],
        "commands": [
            "python3 -m venv .venv",
            f".venv/bin/pip install thesis-book=={facts['tools'].get('thesis-book', '')}".removesuffix("=="),
            ".venv/bin/thesis build",
        ],
    }  # fmt: skip
    yield Generated(
        here, words.reproducibility, said, lambda: render("generated/reproducibility.html", words=words, **said)
    )


def _made(behind: Behind, words: Any) -> Iterator[Generated]:
    """For each chapter with cells, its code cell by cell, and what its run read and used."""
    for docname in behind.order:
        if behind.code(docname) and behind.run(docname):
            yield _made_of(behind, words, docname)


def _made_of(behind: Behind, words: Any, docname: str) -> Generated:
    here = f"{MADE}/{docname}"
    cells = [_cell(behind, here, docname, number) for number in range(len(behind.code(docname)))]
    said = [
        cells,
        behind.run(docname),
        behind.code(docname),
        [[one.path, one.sha256, one.version, one.address] for one in behind.data(docname)],
    ]

    def body() -> str:
        codes = [
            highlighted(behind.app, cell["code"], behind.run(docname).get("lexer")) for cell in behind.code(docname)
        ]
        return render(
            "generated/made.html",
            words=words,
            title=behind.title(docname),
            chapter=_to(behind, here, docname, ""),
            cells=list(zip(cells, codes, strict=True)),
            resources=behind.data(docname),
            modules=behind.modules(docname),
            versions=behind.run(docname).get("versions") or {},
            to=lambda address: _file(behind, here, address),
        )

    return Generated(here, f"{words.origin}: {behind.title(docname)}", said, body, listed=False)


def _cell(behind: Behind, here: str, docname: str, number: int) -> dict[str, Any]:
    """Where a cell stands, and what it has made and recorded."""

    def listed(name: str) -> str:
        return _to(behind, here, f"{FOLDER}/findings", name) if "findings" in behind.site.pages else ""

    made, recorded = behind.made.get((docname, number), ()), behind.recorded.get((docname, number), ())
    return {
        "where": behind.where(docname, number),
        "made": [(name, _to(behind, here, docname, anchor)) for anchor, name in made],
        "findings": [(name, behind.printed(name), listed(name)) for name in recorded],
    }


def _to(behind: Behind, here: str, page: str, anchor: str) -> str:
    return str(behind.app.builder.get_relative_uri(here, page)) + (f"#{anchor}" if anchor else "")


def _file(behind: Behind, here: str, address: str) -> str:
    return relative_uri(behind.app.builder.get_target_uri(here), address) if address else ""


def is_ours(page: str) -> bool:
    """Whether a page is one that the site adds, by its name."""
    return page.startswith(f"{FOLDER}/")
