"""Which entries each bibliography of a thesis lists."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docutils.nodes import make_id
from sphinx.util import logging
from sphinxcontrib.bibtex.domain import _FilterVisitor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sphinx.environment import BuildEnvironment

    from book.document.citations.records import Citation

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listing:
    """One `{bibliography}`."""

    docname: str
    """The page."""
    name: str
    """Id of its node on the page."""
    kind: str
    """`citation`, which citations link to, or `bullet` or `enumerated`."""
    entries: tuple[tuple[str, str], ...]
    """Keys as cited and as in the file, in the order of the file; they differ where the bibliography has a prefix for keys."""
    anchors: Mapping[str, str]
    """Id of each entry on the page, by the key as cited."""


def listings(env: BuildEnvironment, citations: Sequence[Citation], nocite: Sequence[str]) -> list[Listing]:
    """Every bibliography of the thesis with the entries that its filter asks for."""
    domain: Any = env.get_domain("cite")
    cited: dict[str, set[str]] = defaultdict(set)
    for citation in citations:
        if citation.role != "foot":
            for key in citation.keys:
                cited[key].add(citation.docname)
    for key in nocite:
        cited[key].add(env.config.root_doc)
    used: dict[str, set[str]] = defaultdict(set)
    made = []
    for (docname, name), value in domain.bibliographies.items():
        entries = tuple(_entries(domain, docname, value, cited, everything="*" in nocite))
        anchors = {key: _anchor(key, name, value, env, used[docname]) for key, _ in entries}
        made.append(Listing(docname, name, value.list_, entries, anchors))
    return made


def _entries(
    domain: Any, docname: str, value: Any, cited: Mapping[str, set[str]], *, everything: bool
) -> list[tuple[str, str]]:
    found = []
    for entry in domain.get_entries([path for path in value.bibfiles if path in domain.bibdata.bibfiles]):
        key = value.keyprefix + entry.key
        where = cited.get(key, set()) | ({docname} if everything else set())
        visitor = _FilterVisitor(entry=entry, docname=docname, cited_docnames=where)
        try:
            wanted = visitor.visit(value.filter_)
        except (ValueError, TypeError, AttributeError, re.error) as error:
            message = f"the bibliography's filter cannot be used: {error}\nhint: see sphinxcontrib-bibtex's documentation of ':filter:'"
            logger.warning("%s", message, location=(docname, value.line), type="thesis", subtype="bibliography-filter")
            return [
                (value.keyprefix + one.key, one.key)
                for one in domain.get_entries(value.bibfiles)
                if cited.get(value.keyprefix + one.key)
            ]
        if wanted or entry.key in value.keys:
            found.append((key, entry.key))
    return found


def _anchor(key: str, name: str, value: Any, env: BuildEnvironment, used: set[str]) -> str:
    """An id that stays the same when other entries come and go, unless the author has set a pattern for ids."""
    node = value.citation_nodes.get(key)
    if env.config.bibtex_cite_id and node is not None and node["ids"]:
        return str(node["ids"][0])
    plain = "ref-" + re.sub(r"[^A-Za-z0-9_-]", lambda match: f"_{ord(match[0]):x}", key)
    anchor = plain if plain not in used else f"{plain}-{make_id(name)}"
    used.add(anchor)
    return anchor
