"""Controls in the text: how a table, a figure or a finding was made."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx.util.osutil import relative_uri

from book.document.claims.nodes import claim, claim_passage
from book.editions.html.behind import look, use_id
from book.editions.html.codes import highlighted
from book.editions.html.siteonly import site_only
from book.editions.html.templating import render
from book.editions.html.words import edition_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from book.editions.html.behind import Behind

FOLDER = "edition"
"""Folder of the pages that the site adds."""
FINDINGS = f"{FOLDER}/findings"
"""The page of all findings and claims."""
MADE = f"{FOLDER}/made"
"""Folder of the pages with the code of each chapter."""
FILES = "_downloads/made"
"""Where the site keeps pictures and tables to take away."""
AFTER_LISTS = 960
"""When every float has its number."""


def setup_provenance(app: Sphinx) -> None:
    """Put the controls into pages that have a run, and write those again whose making has changed."""
    app.connect("env-get-updated", _changed, priority=AFTER_LISTS)
    app.connect("doctree-resolved", _put, priority=850)


def _changed(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Pages whose tables and figures were made otherwise than when they were written."""
    behind = look(app, anew=True)
    if not behind.facts:
        return []
    before: dict[str, str] = getattr(env, "thesis_made", {})
    made = behind.facts["runs"] if behind.site.provenance else ()
    now = {name: _digest(behind, name) for name in made if name in env.found_docs}
    env.thesis_made = now  # type: ignore[attr-defined]
    return sorted(name for name in {*now, *before} & env.found_docs if now.get(name) != before.get(name))


def _put(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Name the places of claims and findings, link findings, and put a control below each table and figure."""
    if app.builder.format != "html":
        return
    behind = look(app)
    if not behind.site.provenance or not behind.facts:
        return
    for number, node in enumerate(_all(doctree, claim, claim_passage), 1):
        node["ids"].insert(0, f"claim-{number}")
    _link_findings(behind, doctree, docname)
    for node in _all(doctree, nodes.figure, nodes.table):
        cell = _cell_of(node, behind.run(docname).get("counts") or [])
        if cell is not None and node["ids"]:
            _below(node, site_only(html=control(behind, docname, node, cell)))


def control(behind: Behind, docname: str, node: nodes.Element, cell: int) -> str:
    """How a table or figure was made, folded, with files to take away."""
    app = behind.app
    kind = "table" if isinstance(node, nodes.table) else "figure"
    code = behind.code(docname)
    names = behind.recorded.get((docname, cell), [])
    claims = {
        place.anchor + place.docname: (one, place) for name in names for one, place in behind.claims_on.get(name, ())
    }
    here = app.builder.get_target_uri(docname)
    return render(
        "provenance.html",
        words=edition_words(behind.site.language),
        what=behind.numbered(docname, kind, node["ids"][0]),
        cell=cell + 1,
        where=behind.where(docname, cell),
        code=highlighted(app, code[cell]["code"], behind.run(docname).get("lexer")) if cell < len(code) else "",
        run=app.builder.get_relative_uri(docname, f"{MADE}/{docname}"),
        resources=behind.data(docname),
        modules=behind.modules(docname),
        versions=behind.run(docname).get("versions") or {},
        claims=[
            (one, app.builder.get_relative_uri(docname, place.docname) + f"#{place.anchor}")
            for one, place in claims.values()
        ],
        downloads=[(words, relative_uri(here, address)) for words, address in downloads(behind, docname, node)],
        to=lambda address: relative_uri(here, address),
    )


def downloads(behind: Behind, docname: str, node: nodes.Element) -> Iterator[tuple[str, str]]:
    """Kind and address of each file that a table or figure can be taken away as."""
    names = pictures(behind, node)
    for number, name in enumerate(names):
        mark = f" ({chr(ord('a') + number % 26)})" if len(names) > 1 else ""
        yield f"SVG{mark}", f"_images/{name}"
        yield f"PNG{mark}", f"{FILES}/{PurePosixPath(name).stem}.png"
    table = next((path for path in tables_of(behind.env, docname) if path.stem.lower() in node["names"]), None)
    if table is not None:
        yield "CSV", f"{FILES}/{docname}/{table.name}"


def pictures(behind: Behind, node: nodes.Element) -> list[str]:
    """Names in `_images` of a figure's vector graphics."""
    found = (str(image.get("uri", "")) for image in node.findall(nodes.image))
    return [behind.env.images[uri][1] for uri in found if uri.endswith(".svg") and uri in behind.env.images]


def tables_of(env: BuildEnvironment, docname: str) -> list[Path]:
    """What tables and figures of a page hold, as CSV files that were written while it was read; each is named for a label."""
    folder = Path(getattr(getattr(env, "mystnb_config", None), "output_folder", "")) / docname
    return sorted(folder.glob("*.csv")) if folder.is_dir() else []


def _digest(behind: Behind, docname: str) -> str:
    """Of everything that the controls of a page say."""
    cells = range(len(behind.code(docname)))
    claims = [
        [one.words, one.condition, one.verdict, place.docname, place.anchor]
        for cell in cells
        for name in behind.recorded.get((docname, cell), ())
        for one, place in behind.claims_on.get(name, ())
    ]
    said = [
        behind.run(docname),
        behind.code(docname),
        [[one.path, one.sha256, one.version, one.address] for one in behind.data(docname)],
        claims,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode("utf-8", "replace")).hexdigest()


def _link_findings(behind: Behind, doctree: nodes.document, docname: str) -> None:
    """Give each printed finding an id, and lead from it to the page of findings."""
    if "findings" not in behind.site.pages:
        return
    page = behind.app.builder.get_relative_uri(docname, FINDINGS)
    counted: dict[str, int] = {}
    for node in _all(doctree, nodes.inline):
        name = node.get("finding")
        if not name:
            continue
        counted[name] = counted.get(name, 0) + 1
        place = use_id(name, counted[name])
        if "finding" in node["classes"] and name in behind.findings and not _linked(node):
            link = nodes.reference(
                "", "", refuri=f"{page}#{name}", internal=True, classes=["finding-link"], ids=[place]
            )
            node.parent.replace(node, link)  # not `replace_self`, which hands the classes on
            link.append(node)
        else:
            node["ids"].insert(0, place)


def _linked(node: nodes.Node) -> bool:
    """Whether something around a node is a link or a heading."""
    above = node.parent
    while above is not None:
        if isinstance(above, nodes.reference | nodes.title) and not isinstance(above.parent, nodes.table):
            return True
        above = above.parent
    return False


def _cell_of(node: nodes.Element, counts: list[int | None]) -> int | None:
    """The code cell that made a figure or table; None where no cell did."""
    if "thesis" in node:
        return int(node["thesis"]["cell"])
    above: Any = node.parent
    while above is not None:
        if isinstance(above, nodes.container) and above.get("nb_element") == "cell_code":
            count = above.get("exec_count")
            return counts.index(count) if count is not None and count in counts else None
        above = above.parent
    return None


def _below(node: nodes.Element, control: nodes.Element) -> None:
    """Put a control below a float and its note."""
    parent: Any = node.parent
    index = parent.index(node) + 1
    after = parent[index] if index < len(parent.children) else None
    if isinstance(after, nodes.container) and "note-below" in after["classes"]:
        index += 1
    parent.insert(index, control)


def _all(doctree: nodes.document, *kinds: type[nodes.Node]) -> list[nodes.Element]:
    return [cast("nodes.Element", node) for node in doctree.findall(lambda node: isinstance(node, kinds))]
