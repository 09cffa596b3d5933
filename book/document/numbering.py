"""Letters for appendices, and references that say "Chapter 3" and "Appendix A"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from book.document.memory import by_page, keep_by_page
from book.words import words_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_SECTIONS = "thesis_sections"

LAST = 900
"""After every collector and `sphinx_multitoc_numbering` have numbered the pages."""


def letter(position: int) -> str:
    """Position 0 is A, 25 is Z, 26 is AA."""
    text = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def letter_appendices(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Put a letter where Sphinx has put an appendix's number; return the pages that change by it."""
    listed = [name for name in app.config.thesis_appendices if name in env.found_docs]
    for position, docname in enumerate(listed):
        for inner in _with_sections(env, docname):
            _reletter(env, inner, letter(position))
    before = getattr(env, "thesis_letters", {})
    now = {docname: letter(position) for position, docname in enumerate(listed)}
    env.thesis_letters = now  # type: ignore[attr-defined]
    changed = {docname for docname in {*before, *now} if before.get(docname) != now.get(docname)}
    return sorted(changed & env.found_docs)


def _with_sections(env: BuildEnvironment, docname: str) -> list[str]:
    """A page and the pages that are sections of it."""
    found = [docname]
    for inner in env.toctree_includes.get(docname, ()):
        found += _with_sections(env, inner)
    return found


def _reletter(env: BuildEnvironment, docname: str, mark: str) -> None:
    def with_letter(number: Any) -> Any:
        return (mark, *number[1:]) if number else number

    secnumbers = env.toc_secnumbers.get(docname, {})
    env.toc_secnumbers[docname] = {anchor: with_letter(number) for anchor, number in secnumbers.items()}
    for kinds in env.toc_fignumbers.get(docname, {}).values():
        for identifier, number in kinds.items():
            kinds[identifier] = with_letter(number)
    for tree in (env.tocs.get(docname), env.titles.get(docname)):
        if tree is None:
            continue
        for node in [tree, *tree.findall(nodes.reference)]:
            if isinstance(node, nodes.Element) and node.get("secnumber"):
                node["secnumber"] = with_letter(node["secnumber"])


class NameChapters(SphinxPostTransform):
    """Say "Chapter 3" and "Appendix A" where `numref` would say "Section 3"."""

    default_priority = 9  # the resolver of references runs at 10

    def run(self, **_kwargs: Any) -> None:
        """Give each numbered reference to a whole page its word."""
        words = words_of(self.config.language)
        if words is None:
            return
        for node in self.document.findall(addnodes.pending_xref):
            if node.get("reftype") == "numref" and not node.get("refexplicit"):
                number = self._number(str(node["reftarget"]))
                if len(number) == 1:
                    word = words.chapter if isinstance(number[0], int) else words.appendix
                    node["refexplicit"] = True
                    node[:] = [nodes.inline("", f"{word} %s", classes=["std", "std-numref"])]

    def _number(self, label: str) -> tuple[Any, ...]:
        """Number of the section that a label stands before; empty for anything else."""
        docname, anchor, _title = self.env.domaindata["std"]["labels"].get(label.lower(), ("", "", ""))
        first = by_page(self.env, _SECTIONS).get(docname, {}).get(anchor)
        numbers = self.env.toc_secnumbers.get(docname, {})
        return tuple(numbers.get(first) or ()) if first is not None else ()


def _note_sections(app: Sphinx, doctree: nodes.document) -> None:
    """Keep by which anchor the contents know each section, whatever other labels it has; a page's title has an empty one."""
    sections = list(doctree.findall(nodes.section))
    anchors = {
        name: f"#{section['ids'][0]}" if number else ""
        for number, section in enumerate(sections)
        for name in section["ids"]
    }
    by_page(app.env, _SECTIONS)[app.env.docname] = anchors


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the handler and the transform."""
    app.add_config_value("thesis_appendices", (), "env")
    keep_by_page(app, _SECTIONS)
    app.connect("doctree-read", _note_sections)
    app.connect("env-get-updated", letter_appendices, priority=LAST)
    app.add_post_transform(NameChapters)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
