"""Links inside an edition lead somewhere."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.editions.final import Final

UNKNOWN = "look whether the page or the label is still there, and build anew"


def dead_links(final: Final) -> Iterator[Diagnostic]:
    """Links of the site to pages, places and files that it does not have, and links of the PDF that lead nowhere."""
    pages, site = final.every_page, final.project.site
    known: dict[str, bool] = {}
    for name, page in pages.items():
        for link in page.links:
            path, _, place = link.target.partition("#")
            path = unquote(path.partition("?")[0])
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            if target in pages:
                alive = not place or place == "top" or place in pages[target].ids or unquote(place) in pages[target].ids
            else:
                alive = known.setdefault(target, (site / target).exists())
            if not alive:
                where = final.project.relative(site / name)
                message = f"link '{link.target}' leads nowhere"
                yield Diagnostic("dead-link", message, "error", where, link.line, hint=UNKNOWN)
    for link in final.paper.links if final.paper else ():
        pdf = final.project.relative(final.pdf)
        yield Diagnostic("dead-link", "a link leads nowhere", "error", pdf, hint=UNKNOWN, page=link.page, box=link.box)
    for name, other in final.others.items():
        where = final.project.relative(final.project.edition(name))
        for link in other.links:
            said = f"link '{link.text}'" if link.text else "a link"
            yield Diagnostic("dead-link", f"{said} leads nowhere: '{link.target}'", "error", where, hint=UNKNOWN)
