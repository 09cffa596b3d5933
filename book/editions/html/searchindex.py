"""Sphinx's search index as a first build makes it, also when only some pages were written."""

from __future__ import annotations

import json
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.project import write

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.search import SearchLanguage

INDEX = "searchindex.js"

_START, _END = "Search.setIndex(", ")"


def setup_search_index(app: Sphinx) -> None:
    """Mend the index after Sphinx has written it."""
    index = SearchIndex()
    app.connect("write-started", index.begin)
    app.connect("doctree-resolved", _keep_stems)
    app.connect("html-page-context", index.note)
    app.connect("build-finished", index.mend)


def _keep_stems(app: Sphinx, _doctree: nodes.document, _docname: str) -> None:
    """Have the index look up the stems of words that a page before this one had, or a build before this one."""
    language = getattr(getattr(app.builder, "indexer", None), "lang", None)
    if language is not None and "stem" not in vars(language):
        options = tuple(sorted((name, str(value)) for name, value in language.options.items()))
        kind: Any = type(language)
        language.stem = partial(_stem, kind, options)


@lru_cache(maxsize=100_000)
def _stem(kind: Any, options: tuple[tuple[str, str], ...], word: str) -> str:
    return str(_stemmer(kind, options).stem(word))


@cache
def _stemmer(kind: Any, options: tuple[tuple[str, str], ...]) -> SearchLanguage:
    found: SearchLanguage = kind(dict(options))
    return found


class SearchIndex:
    """What the index held before, and which pages are written anew.

    Sphinx keeps the words of pages it does not write, but forgets their index and glossary entries, and leaves words
    behind that no page has any more.
    """

    def __init__(self) -> None:
        self.before: dict[str, Any] = {}
        self.written: set[str] = set()

    def begin(self, _app: Sphinx, builder: Builder) -> None:
        """Take the index of the last build."""
        self.before = _read(Path(builder.outdir) / INDEX)
        self.written = set()

    def note(
        self,
        _app: Sphinx,
        pagename: str,
        _templatename: str,
        _context: dict[str, Any],
        doctree: nodes.document | None,
    ) -> None:
        """Remember a page that is written."""
        if doctree is not None:
            self.written.add(pagename)

    def mend(self, app: Sphinx, error: Exception | None) -> None:
        """Put back what was forgotten, take out what was left behind."""
        path = Path(app.outdir) / INDEX
        index = _read(path) if self.before and not error else {}
        if not index:
            return
        for terms in ("terms", "titleterms"):
            index[terms] = {word: places for word, places in index[terms].items() if places != []}
        index["indexentries"] = self._entries(index)
        write(path, _START + json.dumps(index, sort_keys=True) + _END)

    def _entries(self, index: dict[str, Any]) -> dict[str, list[list[Any]]]:
        numbers = {name: number for number, name in enumerate(index["docnames"])}
        entries: dict[str, list[list[Any]]] = dict(index["indexentries"])
        for entry, places in self.before.get("indexentries", {}).items():
            for number, anchor, main in places:
                docname = self.before["docnames"][number]
                if docname in numbers and docname not in self.written:
                    entries.setdefault(entry, []).append([numbers[docname], anchor, main])
        return {entry: sorted(places, key=lambda place: int(place[0])) for entry, places in entries.items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text[len(_START) : -len(_END)])
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and {"docnames", "terms", "indexentries"} <= set(found) else {}
