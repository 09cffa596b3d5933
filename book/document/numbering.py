"""Letters for appendices, and references that say "Chapter 3" and "Appendix A"."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from book.document.memory import by_page, keep_by_page
from book.sources.catalogues import words_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.domains.std import StandardDomain
    from sphinx.environment import BuildEnvironment

_TARGETS, _PLAIN = "thesis_number_targets", "thesis_numbers_without_letters"
FLOATS = ("figure", "table", "code-block")
Number = tuple[int | str, ...]

FIRST = 100
"""Before every collector numbers the pages."""
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
    pages = {inner for docname in listed for inner in _with_sections(env, docname)}
    plain = {
        name: copy.deepcopy((env.toc_secnumbers.get(name, {}), env.toc_fignumbers.get(name, {}))) for name in pages
    }
    setattr(env, _PLAIN, plain)
    for position, docname in enumerate(listed):
        for inner in _with_sections(env, docname):
            _reletter(env, inner, letter(position))
    before = getattr(env, "thesis_letters", {})
    now = {docname: letter(position) for position, docname in enumerate(listed)}
    env.thesis_letters = now  # type: ignore[attr-defined]
    changed = {docname for docname in {*before, *now} if before.get(docname) != now.get(docname)}
    return sorted(changed & env.found_docs)


def take_letters_off(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Give appendices back their numbers before collectors compare: they take a letter for a change, and the page for one to write."""
    for docname, (sections, floats) in getattr(env, _PLAIN, {}).items():
        if docname in env.toc_secnumbers:
            env.toc_secnumbers[docname] = sections
        if docname in env.toc_fignumbers:
            env.toc_fignumbers[docname] = floats
    return []


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


class ResolveNumbers(SphinxPostTransform):
    """Resolve `numref` from what pages have left, and say "Chapter 3" and "Appendix A" where Sphinx would say "Section 3".

    Sphinx loads the target's whole page for every single reference; in a thesis that costs more than everything else.
    What this does not know it leaves to Sphinx, which resolves it or warns.
    """

    default_priority = 9  # the resolver of references runs at 10

    def run(self, **_kwargs: Any) -> None:
        """Replace each numbered reference whose number is known."""
        if not self.config.numfig:
            return
        for node in list(self.document.findall(addnodes.pending_xref)):
            if node.get("refdomain") == "std" and node.get("reftype") == "numref":
                found = self._resolved(node)
                if found is not None:
                    node.replace_self(found)

    def _resolved(self, node: addnodes.pending_xref) -> nodes.Element | None:
        std = cast("StandardDomain", self.env.get_domain("std"))
        label = str(node["reftarget"])
        docname, anchor, name = std.labels.get(label) or (*std.anonlabels.get(label, ("", "")), "")
        kind, number = self._number(docname, anchor)
        title = node.children[0].astext() if node.get("refexplicit") else self._title(kind, number)
        text = _filled(title, name, number) if number else ""
        if not text:
            return None
        return std.build_reference_node(
            self.env.docname, self.app.builder, docname, anchor, text, "numref", nodeclass=addnodes.number_reference, title=title,
        )  # fmt: skip

    def _number(self, docname: str, anchor: str) -> tuple[str, Number]:
        """Kind and number of what a label stands before; an empty number where it has none."""
        kind, first = by_page(self.env, _TARGETS).get(docname, {}).get(anchor, ("", ""))
        if kind == "section":
            return kind, tuple(self.env.toc_secnumbers.get(docname, {}).get(first) or ())
        numbered = self.env.toc_fignumbers.get(docname, {}) if kind else {}
        return next(((name, numbered[name][first]) for name in FLOATS if first in numbered.get(name, {})), ("", ()))

    def _title(self, kind: str, number: Number) -> str:
        """The word and the place of the number after it."""
        words = words_of(self.config.language)
        if kind == "section" and len(number) == 1 and words:
            chapter = f"{words.chapter} %s {words.after}".strip()
            return chapter if isinstance(number[0], int) else f"{words.appendix} %s"
        return str(self.config.numfig_format.get(kind, ""))


def _filled(title: str, name: str, number: Number) -> str:
    """A title with its number, and its name where it asks for one; empty where that cannot be."""
    printed = ".".join(map(str, number))
    try:
        if "{name" in title or "number" in title:
            return title.format(name=name, number=printed) if name or "{name" not in title else ""
        return title % printed
    except (KeyError, TypeError, ValueError, IndexError):
        return ""


def _note_targets(app: Sphinx, doctree: nodes.document) -> None:
    """Keep under which anchor Sphinx counts each section and float, whatever other labels it has; a page's title has an empty one."""
    targets: dict[str, tuple[str, str]] = {}
    for kind in (nodes.figure, nodes.table, nodes.container):
        for node in doctree.findall(kind):
            names = cast("nodes.Element", node)["ids"]
            targets |= dict.fromkeys(names, ("float", next(iter(names), "")))
    for number, section in enumerate(doctree.findall(nodes.section)):
        targets |= dict.fromkeys(section["ids"], ("section", f"#{section['ids'][0]}" if number else ""))
    by_page(app.env, _TARGETS)[app.env.docname] = targets


def number_targets(env: BuildEnvironment) -> dict[str, dict[str, tuple[str, str]]]:
    """By page and anchor, whether a section or a float stands there, and under which anchor it is counted."""
    return by_page(env, _TARGETS)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the handler and the transform."""
    app.add_config_value("thesis_appendices", (), "env")
    keep_by_page(app, _TARGETS)
    app.connect("doctree-read", _note_targets)
    app.connect("env-get-updated", take_letters_off, priority=FIRST)
    app.connect("env-get-updated", letter_appendices, priority=LAST)
    app.add_post_transform(ResolveNumbers)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
