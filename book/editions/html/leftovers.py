"""Pages, pictures and downloads of earlier builds that the site has no use for any more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from book.editions.html.behind import look
from book.editions.html.generated import generated, is_ours
from book.project import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils import nodes
    from sphinx.application import Sphinx

STATE = "site-pages.json"
"""For each page of the site, the files in `_images` and `_downloads` that it shows or offers."""

LEFT = "thesis_left"
"""Attribute of a builder: whether pages that are no documents, such as the index, stand as they would be written."""

_USED = re.compile(r"""\b((?:_images|_downloads)/[^"'?#<>\s)&]+)""")


def setup_leftovers(app: Sphinx) -> None:
    """Remove what is left over when pages have been written: Sphinx itself only ever adds."""
    leftovers = Leftovers()
    app.connect("html-page-context", leftovers.note, priority=999)
    app.connect("build-finished", leftovers.remove)


class Leftovers:
    """What the pages of this build use."""

    def __init__(self) -> None:
        self.used: dict[str, list[str]] = {}

    def note(
        self,
        _app: Sphinx,
        pagename: str,
        _templatename: str,
        context: dict[str, Any],
        _doctree: nodes.document | None,
    ) -> None:
        """Remember a page and the files that it names."""
        self.used[pagename] = sorted({unquote(name) for name in _USED.findall(str(context.get("body") or ""))})

    def remove(self, app: Sphinx, error: Exception | None) -> None:
        """Remove pages that are gone and files that no page names."""
        if error or app.builder.format != "html" or not self.used:
            return
        state = Path(app.doctreedir) / STATE
        before: dict[str, list[str]] = read_json(state) or {}
        left = getattr(app.builder, LEFT, False)
        there = {*app.env.found_docs, *(page.name for page in generated(look(app)))}
        now = {page: used for page, used in before.items() if page in there or (left and not is_ours(page))} | self.used
        self.used = {}
        out = Path(app.outdir)
        for page in sorted(set(before) - set(now)):
            Path(app.builder.get_outfilename(page)).unlink(missing_ok=True)  # type: ignore[attr-defined]
            for source in (out / "_sources" / page).parent.glob(f"{Path(page).name}.*"):
                source.unlink()
        if set(app.env.found_docs) <= set(now):
            named = {name for used in now.values() for name in used}
            for path in list(_files(out)):
                if path.relative_to(out).as_posix() not in named:
                    path.unlink()
        write_json(state, now)


def _files(out: Path) -> Iterator[Path]:
    for folder in ("_images", "_downloads"):
        yield from (path for path in (out / folder).rglob("*") if path.is_file())
