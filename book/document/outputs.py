"""What cells say through `record`, `table` and `figure`, as nodes of the page."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from book.author import FIGURE, FINDING, TABLE, VERSION
from book.diagnostics import Diagnostic
from book.document.memory import by_page, keep_by_page
from book.document.places import LINES_PER_CELL, line_of_cell, warn
from book.frames import print_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_LABELS, _CLASHES = "thesis_labels", "thesis_label_clashes"
"""Labels of computed tables and figures with their lines, and pages with a label that was taken."""

_WIDEST = 40
_NARROWEST = 4


@dataclass(frozen=True, slots=True)
class Page:
    """The page that is being read, as far as an output of one of its cells needs it."""

    renderer: Any
    """MyST-NB's renderer of outputs."""
    env: BuildEnvironment
    """Sphinx's environment."""
    docname: str
    """The page."""
    cell: int
    """Position of the cell among the page's code cells, counted from 0."""
    line: int
    """Line of the file (in a notebook, number of the cell) that made the output."""
    parsed_line: int
    """The same line as MyST-NB counts it."""

    @property
    def document(self) -> nodes.document:
        """The tree that is being built."""
        return self.renderer.renderer.document  # type: ignore[no-any-return]

    @property
    def language(self) -> str:
        """Language of the thesis."""
        return str(self.env.config.language)

    def inline(self, text: str) -> list[nodes.Node]:
        """Read MyST as the chapter itself is read, roles and all."""
        holder = nodes.Element()
        flowing = re.sub(r"\s*\n\s*", " ", text.strip())
        with self.renderer.renderer.current_node_context(holder):
            self.renderer.renderer.nested_render_text(flowing, max(self.parsed_line - 1, 0), inline=True)
        return list(holder.children)

    def paragraphs(self, text: str, markup: bool = True) -> list[nodes.paragraph]:
        """One paragraph for each block of text, read as MyST or taken as it stands."""
        blocks = re.split(r"\n\s*\n", text.strip()) if markup else (text.strip("\n").split("\n"))
        return [nodes.paragraph("", "", *(self.inline(block) if markup else [nodes.Text(block)])) for block in blocks]

    def warn(self, rule: str, message: str, hint: str) -> None:
        """Say what is wrong with the output, at the line that made it."""
        warn(Diagnostic(rule, message, hint=hint), (self.docname, self.line))

    def write(self, name: str, content: str) -> str:
        """Keep a file of this page beside the executed notebook; answer its address as Sphinx wants it."""
        parts = [*self.docname.split("/"), name]
        data = content.encode("utf-8")
        path = Path(self.renderer.config.output_folder).joinpath(*parts)
        changed = not path.is_file() or path.read_bytes() != data
        return str(self.renderer.write_file(parts, data, overwrite=changed, exists_ok=True))

    @property
    def origin(self) -> dict[str, Any]:
        """Where an output comes from, for its node."""
        return {"docname": self.docname, "cell": self.cell, "line": self.line}


class AuthorOutputs:
    """MyST-NB's plug-in for our three kinds of output."""

    mime_priority_overrides = (("*", FINDING, 1), ("*", TABLE, 1), ("*", FIGURE, 1))

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Node] | None:
        """Turn an output of ours into nodes, and drop what plain notebooks show in its stead."""
        env = renderer.renderer.sphinx_env
        render = _RENDERERS.get(data.mime_type)
        if env is None or (render is None and not _is_fallback(data)):
            return None
        if render is None or inline:
            return []
        page, parent = _page(renderer, data, env), renderer.renderer.current_node
        try:
            payload = _payload(data)
            return render(payload, _at(page, payload))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            renderer.renderer.current_node = parent
            return [_unreadable(error, page)]


def _payload(data: Any) -> dict[str, Any]:
    """Take what the cell has said.

    Raises ValueError where a later version of this package has said it.
    """
    payload = data.content if isinstance(data.content, dict) else json.loads(data.string)
    if not isinstance(payload, dict) or payload["version"] > VERSION:
        raise ValueError("a later version of thesis has written it")
    return payload


def _unreadable(error: Exception, page: Page) -> nodes.paragraph:
    what = f"output of cell {page.cell + 1}"
    said = f"'{error.args[0]}' is missing" if isinstance(error, KeyError) else str(error)
    page.warn("unreadable-output", f"{what} cannot be read: {said[:1].lower()}{said[1:]}", "run the chapter again")
    return nodes.paragraph("", "", nodes.inline("", f"[unreadable {what}]", classes=["problem"]))


def _is_fallback(data: Any) -> bool:
    ours = data.output_metadata.get("thesis")
    return isinstance(ours, dict) and ours.get("mime") in _RENDERERS


def _page(renderer: Any, data: Any, env: BuildEnvironment) -> Page:
    before = renderer.renderer.nb_client.notebook.cells[: data.cell_index or 0]
    cell = sum(one.cell_type == "code" for one in before)
    return Page(
        renderer, env, env.docname, cell, line_of_cell(env, env.docname, cell, 1, data.line or 0), data.line or 0
    )


def _at(page: Page, payload: dict[str, Any]) -> Page:
    """The same page, at the very line of the cell that made an output."""
    line = line_of_cell(page.env, page.docname, page.cell, payload.get("line"), page.parsed_line)
    parsed = page.parsed_line if page.parsed_line >= LINES_PER_CELL else line
    return Page(page.renderer, page.env, page.docname, page.cell, line, parsed)


# Findings


def _finding(_payload: dict[str, Any], _page: Page) -> list[nodes.Node]:
    """Show nothing where a finding is recorded."""
    return []


# Tables


def _table(payload: dict[str, Any], page: Page) -> list[nodes.Node]:
    columns = payload["columns"]
    given = any(column["width"] for column in columns)
    looks = [name for name in ("wide", "long") if payload.get(name)]
    table = nodes.table("", classes=["thesis-table", *looks, "colwidths-given" if given else "colwidths-auto"])
    table["thesis"] = page.origin
    if caption := payload["caption"].strip():
        table += nodes.title(caption, "", *page.inline(caption))
    else:
        page.warn(
            "missing-caption", f"table '{payload['label']}' has no caption", "say in a few words what the table shows"
        )
    texts = [
        [print_cell(cell, column["format"], page.language) for cell, column in zip(row, columns, strict=True)]
        for row in payload["rows"]
    ]
    group = nodes.tgroup("", cols=len(columns))
    for column, width in zip(columns, _widths(payload, texts), strict=True):
        group += nodes.colspec("", colwidth=width, **({"stub": 1} if column["index"] else {}))
    group += _head(payload, page)
    group += _body(payload, texts, page)
    table += group
    _register(table, payload["label"], "table", page)
    page.write(f"{payload['label']}.csv", _csv(payload))
    note = payload.get("note", "").strip()
    return [table, nodes.container("", *page.paragraphs(note), classes=["note-below"])] if note else [table]


def _head(payload: dict[str, Any], page: Page) -> nodes.thead:
    head = nodes.thead()
    for row in payload["heads"]:
        line = nodes.row()
        for cell in row:
            column = payload["columns"][cell["first"]]
            spans = {
                name: cell[key] - 1 for name, key in (("morecols", "columns"), ("morerows", "rows")) if cell[key] > 1
            }
            entry = nodes.entry("", classes=[f"text-{'center' if cell['columns'] > 1 else column['align']}"], **spans)
            text = cell["text"]
            paragraph = nodes.paragraph(
                "", "", *(page.inline(text) if column["markup"] and text else [nodes.Text(text)])
            )
            last = row is payload["heads"][-1] or cell["rows"] == len(payload["heads"])
            if column["unit"] and last:
                paragraph += [
                    nodes.Text(" " if text else ""),
                    nodes.inline("", f"({column['unit']})", classes=["unit"]),
                ]
            entry += paragraph
            line += entry
        head += line
    return head


def _body(payload: dict[str, Any], texts: Sequence[Sequence[str]], page: Page) -> nodes.tbody:
    body = nodes.tbody()
    columns = payload["columns"]
    above: Sequence[str] = ()
    for cells, row in zip(payload["rows"], texts, strict=True):
        line = nodes.row()
        for position, (cell, text, column) in enumerate(zip(cells, row, columns, strict=True)):
            repeated = _repeats(position, row, above, columns) and not payload.get("long")
            markup = column["markup"] and isinstance(cell, str)
            content = [] if repeated else page.paragraphs(text, markup)
            line += nodes.entry("", *content, classes=[f"text-{column['align']}"])
        body += line
        above = row
    return body


def _repeats(position: int, row: Sequence[str], above: Sequence[str], columns: Sequence[dict[str, Any]]) -> bool:
    """Whether a label of a grouped index stands in the row above already."""
    grouped = columns[position]["index"] and position + 1 < len(columns) and columns[position + 1]["index"]
    return bool(grouped and above and list(row[: position + 1]) == list(above[: position + 1]))


def _widths(payload: dict[str, Any], texts: Sequence[Sequence[str]]) -> list[int]:
    """Relative widths, the author's own or what the longest text of each column suggests."""
    given = [column["width"] for column in payload["columns"]]
    present = [width for width in given if width]
    if present:
        middle = sum(present) / len(present)
        return [max(1, round(100 * (width or middle) / sum(w or middle for w in given))) for width in given]
    widths = []
    for position, column in enumerate(payload["columns"]):
        head = max(len(word) for word in [*re.split(r"[\s.]", column["name"]), column["unit"]])
        longest = max((len(row[position]) for row in texts), default=0)
        widths.append(min(max(head, longest, _NARROWEST), _WIDEST))
    return widths


def _csv(payload: dict[str, Any]) -> str:
    """The table's values, unrounded, for whoever wants to compute with them."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(with_unit_in_head(column) for column in payload["columns"])
    for row in payload["rows"]:
        writer.writerow(
            "" if cell is None else next(iter(cell.values())) if isinstance(cell, dict) else cell for cell in row
        )
    return stream.getvalue()


def with_unit_in_head(column: dict[str, Any]) -> str:
    """Name of a column with its unit in brackets."""
    return f"{column['name']} ({column['unit']})" if column["unit"] else str(column["name"])


# Figures


def _figure(payload: dict[str, Any], page: Page) -> list[nodes.Node]:
    label, images = payload["label"], payload["images"]
    looks = ["wide"] if payload.get("wide") else []
    figure = nodes.figure("", classes=["thesis-figure", *looks])
    figure["thesis"] = page.origin
    if payload["group"]:
        figure += nodes.container(
            "", *(_subfigure(label, n, one, page) for n, one in enumerate(images)), classes=["subfigures"]
        )
    else:
        figure += _image(label, images[0], f"figure '{label}'", page)
    if caption := payload["caption"].strip():
        figure += nodes.caption(caption, "", *page.inline(caption))
    else:
        page.warn("missing-caption", f"figure '{label}' has no caption", "say in a few words what the figure shows")
    if note := payload.get("note", "").strip():
        figure += nodes.legend("", *page.paragraphs(note))
    _register(figure, label, "figure", page)
    if payload.get("data"):
        page.write(f"{label}.csv", payload["data"])
    return [figure]


def _subfigure(label: str, number: int, image: dict[str, Any], page: Page) -> nodes.container:
    mark = chr(ord("a") + number % 26)
    part = nodes.container("", classes=["subfigure"], number=mark)
    part += _image(f"{label}-{mark}", image, f"part ({mark}) of figure '{label}'", page)
    caption = page.inline(image["caption"]) if image["caption"].strip() else []
    part += nodes.paragraph(
        "", "", nodes.Text(f"({mark}) " if caption else f"({mark})"), *caption, classes=["subcaption"]
    )
    return part


def _image(name: str, image: dict[str, Any], what: str, page: Page) -> nodes.image:
    alt = image["alt"].strip()
    if not alt:
        page.warn(
            "missing-alternative-text", f"{what} has no alternative text", 'say in plain text what it shows: alt="..."'
        )
    return nodes.image("", uri=page.write(f"{name}.svg", image["svg"]), alt=alt)


# Labels


def _register(node: nodes.Element, label: str, what: str, page: Page) -> None:
    """Make a label a target of references; one that is taken stays with whoever had it first."""
    name = nodes.fully_normalize_name(label)
    there = _taken(name, page)
    if there:
        page.warn(
            "duplicate-label",
            f"label '{label}' of a {what} is used twice; it is also used at {there}",
            "give one of them another label",
        )
        by_page(page.env, _CLASHES)[page.docname] = True
        page.document.set_id(node)
        return
    by_page(page.env, _LABELS).setdefault(page.docname, {})[name] = page.line
    node["names"].append(name)
    page.document.note_explicit_target(node, node)


def _taken(name: str, page: Page) -> str:
    """Where a label stands already; empty where it is free."""
    here = name in page.document.nameids
    for docname, labels in sorted(by_page(page.env, _LABELS).items()):
        if name in labels and (here if docname == page.docname else docname in page.env.found_docs):
            return f"{Path(page.env.doc2path(docname, base=False)).as_posix()}:{labels[name]}"
    return Path(page.env.doc2path(page.docname, base=False)).as_posix() if here else ""


def _outdated(_app: Sphinx, env: BuildEnvironment, *_sets: set[str]) -> Iterable[str]:
    """Pages whose label may be free by now."""
    return sorted(by_page(env, _CLASHES))


def setup(app: Sphinx) -> dict[str, Any]:
    """Keep labels apart over the whole thesis; MyST-NB finds the plug-in by its entry point."""
    keep_by_page(app, _LABELS, _CLASHES)
    app.connect("env-get-outdated", _outdated)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}


_RENDERERS: dict[str, Callable[[dict[str, Any], Page], list[nodes.Node]]] = {
    FINDING: _finding,
    TABLE: _table,
    FIGURE: _figure,
}
