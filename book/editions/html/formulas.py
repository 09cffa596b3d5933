"""Mathematics on the site: MathML that is there when the page arrives, instead of a script from another host."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from book.editions.html.mathml import Formula, Store
from book.editions.macros import configured_macros, expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.writers.html5 import HTML5Translator

    from book.editions.macros import Macro

LOGGER = logging.getLogger(__name__)

RENDERER = "mathml"
"""What `html_math_renderer` calls us; Sphinx prefers us to MathJax unless the author says otherwise."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TAG = re.compile(r"\\tag\*?\s*\{([^{}]*)\}")
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{|\\\\")


def setup_formulas(app: Sphinx) -> None:
    """Render formulas as MathML."""
    mathematics = Mathematics()
    app.add_html_math_renderer(RENDERER, (mathematics.visit_inline, None), (mathematics.visit_display, None))
    app.connect("builder-inited", mathematics.begin)
    app.connect("doctree-read", mathematics.note, priority=400)
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", mathematics.prepare)
    app.connect("doctree-resolved", mathematics.convert, priority=900)
    app.connect("build-finished", mathematics.end)


class Mathematics:
    """The formulas of one build."""

    def __init__(self) -> None:
        self.store: Store
        self.macros: dict[str, Macro] = {}
        self.warned: set[tuple[str, str]] = set()

    def begin(self, app: Sphinx) -> None:
        """Find what is kept, and the author's macros."""
        folder = app.config.thesis_cache if "thesis_cache" in app.config else ""
        self.store = Store(Path(folder or app.doctreedir) / "mathml" / "formulas.json")
        self.warned = set()
        older = getattr(app.config, "mathjax2_config", None) or getattr(app.config, "mathjax_config", None)
        self.macros = configured_macros(older) | configured_macros(getattr(app.config, "mathjax3_config", None))

    def note(self, app: Sphinx, doctree: nodes.document) -> None:
        """Remember a page's formulas while it is read, so that all are converted at once."""
        docname = app.env.docname
        _steady_labels(app.env, docname, doctree)
        found = [(_source(node), isinstance(node, nodes.math_block), _line(node)) for node in _formulas(doctree)]
        _noted(app.env)[docname] = found

    def prepare(self, _app: Sphinx, env: BuildEnvironment) -> None:
        """Convert every formula of the thesis that is new, and say which cannot be printed."""
        pages = {
            name: list(self._expanded(found)) for name, found in sorted(_noted(env).items()) if name in env.all_docs
        }
        self.store.prepare(formula for page in pages.values() for formula, _, _ in page)
        self.store.save(formula for page in pages.values() for formula, _, _ in page)
        for docname, page in pages.items():
            for formula, source, line in page:
                self._judge(docname, formula, source, (docname, line or None))

    def convert(self, app: Sphinx, doctree: nodes.document, docname: str) -> None:
        """Give each formula of a page its MathML; definitions on the page hold for what follows."""
        found = list(_formulas(doctree))
        if not found or app.builder.format != "html":
            return
        given = [(_source(node), isinstance(node, nodes.math_block), 0) for node in found]
        formulas = [formula for formula, _, _ in self._expanded(given)]
        self.store.prepare(formulas)
        for node, formula in zip(found, formulas, strict=True):
            node["mathml"] = self._html(formula)
            self._judge(docname, formula, _source(node), node)

    def end(self, _app: Sphinx, _error: Exception | None) -> None:
        """Be ready for another build."""
        self.warned = set()

    def visit_inline(self, translator: HTML5Translator, node: nodes.math) -> None:
        """Write a formula in the text."""
        translator.body.append(translator.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
        translator.body.append(f"{self._mathml(node)}</span>")
        raise nodes.SkipNode

    def visit_display(self, translator: HTML5Translator, node: nodes.math_block) -> None:
        """Write a formula on a line of its own, with the number that Sphinx gave it."""
        mathml = self._mathml(node)
        if not mathml:
            raise nodes.SkipNode
        translator.body.append(translator.starttag(node, "div", CLASS="math notranslate nohighlight"))
        number = get_node_equation_number(translator, node) if node.get("number") else ""
        tag = _TAG.search(node.astext())
        if number or tag:
            translator.body.append(f'<span class="eqno">({escape(number or (tag[1] if tag else ""))})')
            if number:
                translator.add_permalink_ref(node, _("Link to this equation"))
            translator.body.append("</span>")
        translator.body.append(f'<div class="formula">{mathml}</div></div>\n')
        raise nodes.SkipNode

    def _mathml(self, node: nodes.Element) -> str:
        """MathML of a formula; one in a title that another page shows has not been through `convert`."""
        if "mathml" not in node:
            ((formula, _, _),) = self._expanded([(_source(node), isinstance(node, nodes.math_block), 0)])
            node["mathml"] = self._html(formula)
        return str(node["mathml"])

    def _expanded(self, found: list[tuple[str, bool, int]]) -> Iterator[tuple[Formula, str, int]]:
        known = dict(self.macros)
        for source, display, line in found:
            tex = _TAG.sub("", expand(source, known)).strip()
            yield Formula(_aligned(tex) if display else tex, display), source, line

    def _html(self, formula: Formula) -> str:
        if not formula.tex:
            return ""
        return self.store.get(formula) or f'<code class="formula-source">{escape(formula.tex)}</code>'

    def _judge(self, docname: str, formula: Formula, source: str, location: Any) -> None:
        if not formula.tex or self.store.get(formula) or (docname, source) in self.warned:
            return
        self.warned.add((docname, source))
        hint = "use commands of LaTeX and amsmath, and define your own under 'mathjax3_config'"
        message = "formula '%s' cannot be shown as mathematics and stands as TeX\nhint: %s"
        shown = " ".join(source.split())
        LOGGER.warning(message, shown, hint, type="thesis", subtype="formula-not-printable", location=location)


def _formulas(doctree: nodes.document) -> Iterator[nodes.Element]:
    found = (node for node in doctree.findall(nodes.Element) if isinstance(node, (nodes.math, nodes.math_block)))
    yield from (node for node in found if not _passed_over(node))


def _passed_over(node: nodes.Element) -> bool:
    """Whether a formula is an output of which the site shows the HTML: R writes each table as TeX too."""
    one, bundle = node.parent, node.parent.parent if node.parent is not None else None
    if not isinstance(one, nodes.container) or one.get("mime_type") != "text/latex" or bundle is None:
        return False
    return any(
        isinstance(other, nodes.container) and other.get("mime_type") == "text/html" for other in bundle.children
    )


def _line(node: nodes.Node | None) -> int:
    while node is not None:
        if node.line:
            return int(node.line)
        node = node.parent
    return 0


def _source(node: nodes.Element) -> str:
    """TeX of a formula; paragraphs of a display become lines of one."""
    text = node.astext()
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    if len(parts) < 2 or not isinstance(node, nodes.math_block):  # noqa: PLR2004
        return text
    return "\\begin{aligned}" + "\\\\".join(_aligned(part) for part in parts) + "\\end{aligned}"


def _aligned(tex: str) -> str:
    """Wrap a formula that breaks lines outside any environment, as MathJax is handed it."""
    depth = 0
    for found in _ENVIRONMENT.finditer(tex):
        depth += {"begin": 1, "end": -1}.get(found[1] or "", 0)
        if not found[1] and not depth:
            return f"\\begin{{split}}{tex}\\end{{split}}"
    return tex


def _steady_labels(env: BuildEnvironment, docname: str, doctree: nodes.document) -> None:
    """Name equations that MyST numbers by itself for their page and place: it draws their labels at random."""
    equations: dict[str, tuple[str, int]] = env.get_domain("math").equations  # type: ignore[attr-defined]
    drawn = [node for node in doctree.findall(nodes.math_block) if _UUID.fullmatch(str(node.get("label") or ""))]
    renamed: dict[str, str] = {}
    for number, node in enumerate(drawn, 1):
        old, new = node["label"], f"{docname}-amsmath-{number}"
        node["label"] = new
        if old in equations:
            equations[new] = equations.pop(old)
        renamed[nodes.make_id(f"equation-{old}")] = nodes.make_id(f"equation-{new}")
    for carrier in doctree.findall(nodes.Element) if renamed else ():
        for attribute in ("ids", "names"):
            names: list[str] = carrier.get(attribute, [])
            carrier[attribute] = [renamed.get(name, name) for name in names]
        if carrier.get("refid") in renamed:
            carrier["refid"] = renamed[carrier["refid"]]


def _noted(env: BuildEnvironment) -> dict[str, list[tuple[str, bool, int]]]:
    """Formulas of every page, kept with the environment."""
    if not hasattr(env, "thesis_formulas"):
        env.thesis_formulas = {}  # type: ignore[attr-defined]
    return env.thesis_formulas  # type: ignore[attr-defined, no-any-return]


def _forget(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    _noted(env).pop(docname, None)


def _merge(_app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    _noted(env).update({name: found for name, found in _noted(other).items() if name in docnames})
