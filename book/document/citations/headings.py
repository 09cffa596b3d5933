"""Citations in headings, as contents and navigation show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.environment import BuildEnvironment

    from book.document.citations.records import Citation

_WRITTEN = "thesis_written"


def print_in_headings(env: BuildEnvironment, citations: Iterable[Citation]) -> None:
    """Put words in place of keys where Sphinx has copied a heading: it copies what the role holds, which is not printed yet."""
    said: dict[str, dict[str, str]] = {}
    for citation in citations:
        said.setdefault(citation.docname, {}).setdefault(" ".join(citation.target.split()), citation.printed)
    for docname, words in said.items():
        for tree in (env.titles.get(docname), env.longtitles.get(docname), env.tocs.get(docname)):
            if tree is not None:
                _print_in(tree, words)


def _print_in(tree: nodes.Element, words: dict[str, str]) -> None:
    for node in tree.findall(nodes.inline):
        if not {"xref", "cite"} <= set(node["classes"]):
            continue
        written = str(node.get(_WRITTEN) or " ".join(node.astext().split()))
        if written in words:
            node[_WRITTEN] = written
            node.children = []
            node.append(nodes.Text(words[written]))
