"""Pages that share a label are read together: Sphinx knows one page of a label, and forgets it with that page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes

from book.document.memory import by_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_GIVEN = "thesis_labels_given"


def _collect(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the labels that a page gives; they outlive the page, so that it is known what goes with it."""
    found = {name for name, explicit in doctree.nametypes.items() if explicit}
    found |= {str(node["label"]) for node in doctree.findall(nodes.math_block) if node.get("label")}
    by_page(app.env, _GIVEN)[app.env.docname] = frozenset(found)


def _merge(_app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment) -> None:
    found = by_page(other, _GIVEN)
    by_page(env, _GIVEN).update({docname: found[docname] for docname in docnames if docname in found})


def _read_together(_app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Add the pages that share a label with one that is read again or gone, and forget the labels of all of them before the first is read."""
    given = by_page(env, _GIVEN)
    waiting = [*docnames, *(docname for docname in given if docname not in env.found_docs)]
    known = set(waiting)
    bearers: dict[str, set[str]] = {}
    for docname, names in given.items():
        for name in names:
            bearers.setdefault(name, set()).add(docname)
    while waiting:
        also = {docname for name in given.get(waiting.pop(), ()) for docname in bearers[name]} - known
        known |= also
        waiting += also
    docnames[:] = sorted(known & env.found_docs)
    for gone in known - env.found_docs:
        given.pop(gone, None)
    for domain in ("std", "math"):
        for docname in docnames:
            env.get_domain(domain).clear_doc(docname)


def setup(app: Sphinx) -> dict[str, Any]:
    """Watch the labels of each page."""
    app.connect("doctree-read", _collect)
    app.connect("env-merge-info", _merge)
    app.connect("env-before-read-docs", _read_together)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
