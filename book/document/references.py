"""Pages that name what stands elsewhere are written again when that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx import addnodes

from book.document.memory import by_page, keep_by_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

AFTER_NUMBERING = 950
"""After everything that numbers sections, tables, figures and equations."""

_TARGETS = "thesis_reference_targets"


def _collect(app: Sphinx, doctree: nodes.document) -> None:
    """Keep what a page that has just been read refers to."""
    found = {
        (str(node.get("refdomain") or ""), str(node.get("reftype") or ""), str(node.get("reftarget") or ""))
        for node in doctree.findall(addnodes.pending_xref)
        if node.get("refdomain") != "cite"  # citations look after themselves
    }
    if found:
        by_page(app.env, _TARGETS)[app.env.docname] = sorted(found)


def _changed(_app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Pages whose references would say something else now, or all of them where the contents have changed."""
    contents = {name: (env.titles[name].astext(), _number(env, name, "")) for name in env.titles}
    order = {name: list(inner) for name, inner in env.toctree_includes.items()}
    said = {name: [_said(env, name, *target) for target in targets] for name, targets in by_page(env, _TARGETS).items()}
    before = getattr(env, "thesis_referred", None)
    env.thesis_referred = (contents, order, said)  # type: ignore[attr-defined]
    if before is None:
        return []
    if before[:2] != (contents, order):
        return sorted(env.found_docs)
    return sorted(name for name, now in said.items() if now != before[2].get(name, now) and name in env.found_docs)


def _said(env: BuildEnvironment, docname: str, domain: str, kind: str, target: str) -> tuple[Any, ...]:
    """All that the words and the address of a reference can depend on."""
    std, mathematics = env.domaindata["std"], env.domaindata.get("math", {})
    lowered = target.lower()
    label = std["labels"].get(lowered) or std["anonlabels"].get(lowered)
    if label:
        return (*label, _number(env, label[0], label[1]))
    if domain == "math" or kind == "eq":
        place, number = mathematics.get("objects", {}).get(target, ("", 0))
        return place, number, _number(env, place, "")
    if kind == "term":
        return tuple(std["objects"].get(("term", target), ())) or tuple(std["terms"].get(lowered, ()))
    page = _page(env, docname, target)
    return page, env.titles[page].astext() if page else ""


def _page(env: BuildEnvironment, docname: str, target: str) -> str:
    """The page that a path means; empty where it is none."""
    from sphinx.util import docname_join

    path = target.partition("#")[0]
    for suffix in ("", ".md", ".ipynb"):
        name = docname_join(docname, path.removesuffix(suffix)) if path else ""
        if name in env.titles:
            return name
    return ""


def _number(env: BuildEnvironment, docname: str, anchor: str) -> tuple[Any, ...]:
    """Number of a table, a figure or a page; for a section, those of all its page, since its label may not be its id."""
    for kind, kinds in sorted(env.toc_fignumbers.get(docname, {}).items()):
        if anchor in kinds:
            return (kind, *kinds[anchor])
    sections = env.toc_secnumbers.get(docname, {})
    return tuple(sorted(sections.items())) if anchor else tuple(sections.get("") or ())


def setup(app: Sphinx) -> dict[str, Any]:
    """Watch the references of each page."""
    keep_by_page(app, _TARGETS)
    app.connect("doctree-read", _collect)
    app.connect("env-get-updated", _changed, priority=AFTER_NUMBERING)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
