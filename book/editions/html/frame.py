"""What is written beside the pages that changed: pages that list others, the index of terms, the page that searches.

Sphinx writes them with every page. They say what the table of contents says, and the index entries, and nothing of what stands in texts.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from book.document.ahead import only_known
from book.editions.html.kept import asked
from book.editions.html.leftovers import LEFT
from book.project import read_json, write_json

if TYPE_CHECKING:
    from sphinx.application import Sphinx

STATE = "site-frame.json"
"""A digest of all that they say."""
BESIDE = ("genindex", "search")
COUNTED = "wordcount"
"""What MyST says of a page that changes with its words; nothing beside the page prints it."""


class Frame:
    """Whether the pages beside stand as they would be written now."""

    def __init__(self, app: Sphinx, docnames: set[str]) -> None:
        """Look at what was written last; `docnames` are the pages that are written in any case."""
        self.state, self.builder = Path(app.doctreedir) / STATE, app.builder
        self.now = _frame(app) if only_known(app) and app.builder.format == "html" else ""
        self.stands = bool(
            self.now
            and app.config.root_doc not in docnames
            and read_json(self.state) == self.now
            and self._all_there(app)
        )

    def _all_there(self, app: Sphinx) -> bool:
        return all(Path(app.builder.get_outfilename(name)).is_file() for name in (*BESIDE, app.config.root_doc))  # type: ignore[attr-defined]

    def leave(self) -> None:
        """Have Sphinx leave them as they are."""
        builder: Any = self.builder
        indices = builder.gen_indices
        builder.gen_indices = lambda: indices() if builder.domain_indices else None
        builder.gen_additional_pages = lambda: None
        setattr(builder, LEFT, True)

    def forget(self) -> None:
        """Trust nothing until all is written."""
        self.state.unlink(missing_ok=True)

    def keep(self) -> None:
        """All is written."""
        if self.now:
            write_json(self.state, self.now)


def _frame(app: Sphinx) -> str:
    env: Any = app.env
    told = [
        asked(app),
        [
            [name, _told(env.titles[name]), _told(env.longtitles[name]), _told(env.tocs[name])]
            for name in sorted(env.titles)
        ],
        sorted(env.toctree_includes.items()),
        sorted((name, sorted(numbers.items())) for name, numbers in env.toc_secnumbers.items()),
        sorted(
            (name, sorted(str(one) for one in said.items() if one[0] != COUNTED)) for name, said in env.metadata.items()
        ),
        sorted(env.domaindata["index"]["entries"].items()),
    ]
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()


def _told(node: nodes.Node) -> Any:
    """A tree as plain values."""
    if not isinstance(node, nodes.Element):
        return node.astext()
    said = sorted((name, str(value)) for name, value in node.attributes.items() if value)
    return node.tagname, said, [_told(child) for child in node.children]
