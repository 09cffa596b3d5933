"""Which works each page cites, in order, and where in its source."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinxcontrib.bibtex.citation_target import parse_citation_targets

from book.document.citations.records import Citation, Cited
from book.document.places import LINES_PER_CELL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

FOOT = "thesis_footcite"
"""Attribute of the inline node around a footnote citation: its keys, as written."""

_ROLE = re.compile(
    r"\{(?P<md>(?:foot)?cite(?::\w+)?)\}(?P<ticks>`+)(?P<mdtext>.+?)(?P=ticks)(?!`)"
    r"|:(?P<rst>(?:foot)?cite(?::\w+)?):`(?P<rsttext>[^`]+)`",
    re.DOTALL,
)


def pages(env: BuildEnvironment) -> dict[str, list[Citation]]:
    """The citations of each page, kept with the environment."""
    if not hasattr(env, "thesis_cited_on"):
        env.thesis_cited_on = {}  # type: ignore[attr-defined]
    found: dict[str, list[Citation]] = env.thesis_cited_on  # type: ignore[attr-defined]
    return found


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Note the citations of a page that has just been read."""
    env = app.env
    found = [node for node in doctree.findall(nodes.Element) if _is_citation(node)]
    pages(env).pop(env.docname, None)
    if found:
        pages(env)[env.docname] = list(_citations(env, found))


def purge(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget the citations of a page that is read anew or gone."""
    pages(env).pop(docname, None)


def merge(_app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment) -> None:
    """Take over what another process has read."""
    for docname in docnames:
        if docname in pages(other):
            pages(env)[docname] = pages(other)[docname]


def _is_citation(node: nodes.Element) -> bool:
    return (isinstance(node, addnodes.pending_xref) and node.get("refdomain") == "cite") or FOOT in node


def _citations(env: BuildEnvironment, found: list[nodes.Element]) -> Iterator[Citation]:
    sources: dict[str, _Source] = {}
    own = str(Path(env.doc2path(env.docname)).resolve())
    for node in found:
        foot = FOOT in node
        target, role = (node[FOOT], "foot") if foot else (node["reftarget"], node["reftype"])
        path = _path_of(node, own)
        if path not in sources:
            sources[path] = _Source(path)
        source = sources[path]
        block = _line_of(node)
        in_cell = block >= LINES_PER_CELL
        line, column, written = (block // LINES_PER_CELL, 0, "") if in_cell else source.place(target, foot, block)
        items = tuple(Cited(*one, line=_line_in(written, one[0], line)) for one in _targets(target, foot))
        note = _note_around(node)
        yield Citation(
            env.docname, line, column, "" if path == own else path, role, items, node["ids"][0],
            in_note=note is not None, alone=note is not None and _is_alone(node, note), target=target,
        )  # fmt: skip


def _targets(target: str, foot: bool) -> list[tuple[str, str, str]]:
    if foot:
        return [(key.strip(), "", "") for key in target.split(",") if key.strip()]
    try:
        return [(one.key, one.pre.strip(), one.post.strip()) for one in parse_citation_targets(target)]
    except ValueError:
        return [(key.strip(), "", "") for key in target.split(",") if key.strip()]


def _path_of(node: nodes.Element, own: str) -> str:
    """The file that a node comes from: the page's own, or one that it includes."""
    given: Any = node
    while given is not None and not getattr(given, "source", None):
        given = given.parent
    path = Path(str(given.source)) if given is not None else Path(own)
    return str(path.resolve()) if path.suffix and path.is_file() else own


def _line_of(node: nodes.Element) -> int:
    given: Any = node
    while given is not None and not getattr(given, "line", None):
        given = given.parent
    return int(given.line) if given is not None else 0


def _note_around(node: nodes.Element) -> nodes.footnote | None:
    above = node.parent
    while above is not None and not isinstance(above, nodes.footnote):
        above = above.parent
    return above


def _is_alone(node: nodes.Element, note: nodes.footnote) -> bool:
    texts = [child.astext() for child in note.children if not isinstance(child, nodes.label)]
    return "".join(texts).strip(" .") == node.astext().strip()


def _line_in(written: str, key: str, line: int) -> int:
    """The line of a key in a citation that goes over several lines."""
    return line + written.count("\n", 0, max(written.find(key), 0))


class _Source:
    """A source file, and where citations stand in it; each is given out once, in order."""

    def __init__(self, path: str) -> None:
        try:
            text = Path(path).read_text(encoding="utf-8-sig") if not path.endswith(".ipynb") else ""
        except (OSError, UnicodeDecodeError):
            text = ""
        self.waiting: dict[tuple[bool, str], deque[tuple[int, int, str]]] = defaultdict(deque)
        line, counted = 1, 0
        for match in _ROLE.finditer(text):
            line += text.count("\n", counted, match.start())
            counted = match.start()
            name = match["md"] or match["rst"]
            written = match["mdtext"] or match["rsttext"]
            column = counted - text.rfind("\n", 0, counted)
            self.waiting[name.startswith("foot"), _collapsed(written)].append((line, column, match.group()))

    def place(self, target: str, foot: bool, block: int) -> tuple[int, int, str]:
        """Line, column and wording of the next citation with this text, at its block or after it."""
        waiting = self.waiting.get((foot, _collapsed(target)))
        while waiting and waiting[0][0] < block and len(waiting) > 1:
            waiting.popleft()
        return waiting.popleft() if waiting else (block, 0, "")


def _collapsed(text: str) -> str:
    return " ".join(text.split())
