"""Counts of words in the text: a finding that nobody records, known when everything has been read.

A text that prints its own count cannot loop: a number is one word, whatever it is. So words are counted with a stand-in,
and the count takes its place where a page is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from book.document.counting import names_of
from book.document.memory import by_page, keep_by_page
from book.findings import Finding, format_finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from book.diagnostics import Diagnostic
    from book.document.counting import WordCount

STAND_IN = "0"
"""What stands where a count will: one word, as any number is."""
USUAL = ",d"
"""How a count is printed unless the text asks for another format."""
_PAGES, _COUNTS = "thesis_counted_pages", "thesis_counts"


def is_count(name: str, env: BuildEnvironment) -> bool:
    """Whether a name is that of a count of words."""
    return name.startswith("words.") and name in names_of(env.found_docs)


def pages_that_quote_what_is_gone(env: BuildEnvironment) -> set[str]:
    """Pages that quote the count of a page which is no longer there, or whose short name two pages have now."""
    names = names_of(env.found_docs)
    return {docname for docname, quoted in by_page(env, _PAGES).items() if not names.issuperset(quoted)}


def waiting(env: BuildEnvironment, name: str, spec: str) -> tuple[nodes.inline, Diagnostic | None]:
    """An inline that will say a count; and what is wrong with its format."""
    by_page(env, _PAGES).setdefault(env.docname, []).append(name)
    wrong = printed(name, spec, 0, env.config.language)
    node = nodes.inline("", STAND_IN, classes=["finding"], finding=name, spec=spec, counted=True)
    return node, None if isinstance(wrong, str) else wrong


def printed(name: str, spec: str, count: int, language: str) -> str | Diagnostic:
    """A count as the text prints it."""
    return format_finding(Finding(name, count, "int"), spec or USUAL, language)


def told(words: WordCount, language: str) -> dict[str, Any]:
    """What readers are told, in their numbers: the total, and each part that it adds up."""
    counted = [part for part in words.parts if part.group in words.groups]
    return {
        "total": printed("words.total", "", words.total, language),
        "parts": [[part.title, printed("words.total", "", words.of(part), language)] for part in counted],
    }


def settle(app: Sphinx, counts: Mapping[str, int]) -> frozenset[str]:
    """Let pages that are written from now on print these counts; returns the pages that must be: all where a title has one."""
    setattr(app, _COUNTS, dict(counts))
    env = app.env
    if not by_page(env, _PAGES):
        return frozenset()
    trees = [tree for kept in (env.titles, env.longtitles, env.tocs) for tree in kept.values()]
    in_titles = [_put(tree, counts, app.config.language) for tree in trees]
    return frozenset(env.found_docs if any(in_titles) else set(by_page(env, _PAGES)) & env.found_docs)


def _put(tree: nodes.Element, counts: Mapping[str, int], language: str) -> bool:
    """Put counts into a tree; whether there was any."""
    waiting_here = [node for node in tree.findall(nodes.inline) if node.get("counted")]
    for node in waiting_here:
        said = printed(node["finding"], node["spec"], counts.get(node["finding"], 0), language)
        node.clear()
        node.append(nodes.Text(said if isinstance(said, str) else STAND_IN))
    return bool(waiting_here)


def settle_blocks(blocks: Iterable[Any], counts: Mapping[str, int], language: str) -> None:
    """Put counts into blocks that have been written with stand-ins; the blocks are changed in place."""
    waiting_for = [blocks]
    while waiting_for:
        one = waiting_for.pop()
        if isinstance(one, (list, tuple)):
            waiting_for += one
        elif isinstance(one, dict):
            content: Any = one.get("c")
            if one.get("t") == "Span" and any(key == "counted" for key, _ in content[0][2]):
                pairs = dict(content[0][2])
                said = printed(pairs["name"], pairs["counted"], counts.get(pairs["name"], 0), language)
                content[1] = [{"t": "Str", "c": said if isinstance(said, str) else STAND_IN}]
            elif isinstance(content, (list, tuple)):
                waiting_for.append(content)


class Counts(SphinxPostTransform):
    """Put counts into a page that is being written."""

    default_priority = 3

    def run(self, **_kwargs: Any) -> None:
        """Settle what waits, if all has been counted."""
        counts = getattr(self.app, _COUNTS, None)
        if counts is not None:
            _put(self.document, counts, self.config.language)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transform and what is kept of pages."""
    keep_by_page(app, _PAGES)
    app.add_post_transform(Counts)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
