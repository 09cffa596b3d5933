"""The PDF by LaTeX: the same parts for schools that ask for it, through latexmk and XeLaTeX of the system."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.config import FILE
from book.diagnostics import Diagnostic, in_order
from book.editions import printed
from book.editions.lowering import Lowering, Surroundings, ids_of, pictures_of, split_notes
from book.editions.macros import read_macros
from book.editions.pandoc import Request, pandoc_version, written
from book.editions.pictures import stage
from book.editions.printed import Item, PdfResult, title_of
from book.editions.survey import digest_of
from book.editions.tables import Layout, layout_of
from book.editions.tree import Attr, Node, para, plain, plain_text, value_of
from book.editions.words import printed_words
from book.errors import EditionError, ToolMissingError
from book.project import find_program, write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from book.config import Config
    from book.document.parts import Part
    from book.project import Project

TEMPLATE = Path(__file__).parent.parent / "templates" / "latex" / "thesis.tex"

PROGRAMS = ("latexmk", "xelatex")
"""What the engine needs of the system."""

LANGUAGES = {
    "en": "english", "de": "german", "es": "spanish", "fr": "french", "it": "italian", "nl": "dutch", "pl": "polish", "pt": "portuguese",
    "ru": "russian", "uk": "ukrainian",
}  # fmt: skip
"""Names of languages as babel knows them."""

QUOTES = {"en": "“”‘’", "nl": "“”‘’", "pt": "“”‘’", "de": "„“‚‘", "pl": "„”‚’", "fr": "«»‹›", "es": "«»“”", "it": "«»“”", "ru": "«»„“", "uk": "«»„“"}  # fmt: skip
"""Outer and inner quotation marks."""

COMMANDS = ("chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph")

COLORED = ("admonition", "dropdown", "card", "tab-item")
"""Boxes that have a colour and a title of their own."""

ENVIRONMENTS = {
    "proof-like": "ThesisStatement",
    "epigraph": "ThesisEpigraph",
    "verse": "ThesisVerse",
    "note": "ThesisNote",
    "references": "ThesisReferences",
    "quotation": "quote",
}
"""Boxes that are environments of the template and nothing more."""

COLORS = {
    "warning": "orange",
    "caution": "orange",
    "attention": "orange",
    "danger": "red",
    "error": "red",
    "tip": "teal",
    "hint": "teal",
}

ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\^{}",
    "~": r"\~{}",
}

BLOCK_MARK = "%block:"
"""Begins the line before each block of a part."""

MOST_ROWS = 25
"""A table without a number that has more rows may break over pages."""

MINUTES = 10
"""After so long, latexmk is taken to hang."""


def escaped(value: str) -> str:
    """Plain text as LaTeX reads it."""
    return "".join(ESCAPES.get(sign, sign) for sign in " ".join(value.split()))


class LatexLowering(Lowering):
    """Rewrites one part for pandoc's LaTeX writer."""

    form = "latex"
    quotes = QUOTES["en"]
    in_cell = False

    def heading(self, level: int, attr: Attr, title: list[Node]) -> list[Node]:
        """Print exactly the number that is given; the place that links lead to stands in the title."""
        command = COMMANDS[min(level, len(COMMANDS)) - 1]
        number = value_of(attr, "number")
        identifier = self.claimed(attr[0])
        place = f"{{\\ThesisAnchor{{{identifier}}}}}{{" if identifier else "{}{"
        opened = f"\\ThesisNumbered{{\\{command}}}{{{command}}}{{{escaped(number)}}}"
        unnumbered = f"\\ThesisUnnumbered{{\\{command}}}{{{command}}}"
        return [para([self.raw((opened if number else unnumbered) + place), *title, self.raw("}")])]

    def figure(self, attr: Attr, caption: list[Node], blocks: list[Node]) -> list[Node]:
        """Print a float, or what stands where it is: within boxes, over pages, on its side."""
        blocks, notes = split_notes(blocks)
        kind = value_of(attr, "kind") or next((name for name in ("table", "listing") if name in attr[1]), "figure")
        outer = self.depth == 0
        anchor = self.anchor(self.claimed(attr[0]))
        content = self.content(blocks, attr[1])
        below = (
            [self.raw_block("\\begin{ThesisNote}"), *self.inside(notes), self.raw_block("\\end{ThesisNote}")]
            if notes
            else []
        )
        said = self._caption(kind, attr, caption)
        if "subfigure" in attr[1]:
            return [*([plain(anchor)] if anchor else []), *content, *said, *below]
        if kind == "table" and "long" in attr[1] and "wide" not in attr[1] and said:
            return [*([plain(anchor)] if anchor else []), *self._long(attr, caption, content), *below]
        first, last = (said, []) if kind != "figure" else ([], said)
        inner = [*([plain(anchor)] if anchor else []), *first, *content, *last, *below]
        opened, closed = self._around(kind, attr, outer=outer)
        return [self.raw_block(opened), *inner, self.raw_block(closed)]

    def _around(self, kind: str, attr: Attr, *, outer: bool) -> tuple[str, str]:
        if outer and "wide" in attr[1]:
            return "\\begin{landscape}\\centering", "\\end{landscape}"
        if "long" in attr[1] or (kind == "listing" and outer):
            return "\\bigskip", "\\bigskip"
        if outer and self.around.floats:
            return f"\\begin{{{kind}}}[tbp]\\centering", f"\\end{{{kind}}}"
        return "\\begin{ThesisHere}", "\\end{ThesisHere}"

    def _long(self, attr: Attr, caption: list[Node], content: list[Node]) -> list[Node]:
        """A table over pages has its caption inside, so that they stay together."""
        at = next((number for number, node in enumerate(content) if "\\begin{longtable}" in str(node["c"])), 0)
        number = value_of(attr, "number")
        named = f"\\renewcommand{{\\thetable}}{{{escaped(number)}}}" if number else ""
        head = [self.raw(f"\\caption{'' if number else '*'}{{"), *caption, self.raw("}\\\\")]
        return [*content[:at], self.raw_block(named), content[at], plain(head), *content[at + 1 :]]

    def _caption(self, kind: str, attr: Attr, caption: list[Node]) -> list[Node]:
        number = value_of(attr, "number")
        if "subfigure" in attr[1]:
            return [
                plain(
                    [
                        self.raw("\\par{\\small "),
                        self.raw(f"({escaped(number)}) " if number else ""),
                        *caption,
                        self.raw("\\par}"),
                    ]
                )
            ]
        if number:
            return [plain([self.raw(f"\\ThesisCaption{{{kind}}}{{{escaped(number)}}}{{"), *caption, self.raw("}")])]
        return [plain([self.raw(f"\\ThesisPlainCaption{{{kind}}}{{"), *caption, self.raw("}")])] if caption else []

    def group(self, blocks: list[Node]) -> list[Node]:
        """Pictures beside each other, three in a row at most."""
        most = 3
        columns = len(blocks) if len(blocks) <= most else 2
        found: list[Node] = []
        for number, block in enumerate(blocks, 1):
            found += [
                self.raw_block(f"\\begin{{minipage}}[b]{{{0.96 / columns:.3f}\\linewidth}}\\centering"),
                *self.block(block),
            ]
            found.append(self.raw_block("\\end{minipage}" + ("\\par\\medskip" if number % columns == 0 else "\\hfill")))
        return found

    def table(self, node: Node, kinds: Sequence[str]) -> list[Node]:
        """Print a tabular, shrunk where it is too wide, or a longtable."""
        layout = layout_of(node, wide="wide" in kinds and self.depth <= 1)
        _, caption, specs, head, bodies, foot = node["c"]
        long = "long" in kinds or (self.depth == 0 and sum(len(body[3]) for body in bodies) > MOST_ROWS)
        self.in_cell = True
        heads = self._rows(head[1], layout, len(specs), emphasis=True)
        rows = [
            node
            for body in bodies
            for node in [
                *self._rows(body[2], layout, len(specs), emphasis=True),
                *self._rows(body[3], layout, len(specs)),
            ]
        ]
        rows += [self.raw_block("\\midrule"), *self._rows(foot[1], layout, len(specs))] if foot[1] else []
        self.in_cell = False
        ruled = [self.raw_block("\\toprule"), *heads, *([self.raw_block("\\midrule")] if heads else [])]
        said = self.inlines([inline for block in caption[1] for inline in block.get("c", [])])
        above = [plain([self.raw("\\ThesisPlainCaption{table}{"), *said, self.raw("}")])] if said else []
        columns = (
            "@{}"
            + "".join(
                _column(width, side, share, len(layout.widths))
                for width, side, share in zip(layout.widths, layout.alignments, layout.shares, strict=True)
            )
            + "@{}"
        )
        if long:
            opened = f"{{\\small\\setstretch{{1.05}}\\begin{{longtable}}{{{columns}}}"
            return [
                *above,
                self.raw_block(opened),
                *ruled,
                self.raw_block("\\endfirsthead"),
                *ruled,
                self.raw_block("\\endhead"),
                *rows,
                self.raw_block("\\bottomrule\\end{longtable}}"),
            ]
        opened = (
            f"{{\\small\\setstretch{{1.05}}\\begin{{adjustbox}}{{max width=\\linewidth}}\\begin{{tabular}}{{{columns}}}"
        )
        return [*above, self.raw_block("\\begin{center}" if self.depth == 0 else ""), self.raw_block(opened), *ruled, *rows,
                self.raw_block("\\bottomrule\\end{tabular}\\end{adjustbox}}" + ("\\end{center}" if self.depth == 0 else ""))]  # fmt: skip

    def _rows(self, rows: list[Any], layout: Layout, count: int, *, emphasis: bool = False) -> list[Node]:
        found: list[Node] = []
        hanging: dict[int, tuple[int, int]] = {}
        for row in rows:
            cells, at = list(row[1]), 0
            pieces: list[list[Node]] = []
            while at < count and (cells or at in hanging):
                if at in hanging:
                    left, span = hanging.pop(at)
                    if left > 1:
                        hanging[-at - 1] = (left - 1, span)
                    pieces.append([self.raw(f"\\multicolumn{{{span}}}{{c}}{{}}" if span > 1 else "")])
                    at += span
                    continue
                cell = cells.pop(0)
                span = max(1, min(cell[3], count - at))
                pieces.append(self._cell(cell, layout, at, span, emphasis=emphasis))
                if cell[2] > 1:
                    hanging[-at - 1] = (cell[2] - 1, span)
                at += span
            hanging = {-place - 1: value for place, value in hanging.items() if place < 0}
            line = [
                inline
                for number, piece in enumerate(pieces)
                for inline in ([self.raw(" & ")] if number else []) + piece
            ]
            found.append(plain([*line, self.raw(" \\\\")]))
        return found

    def _cell(self, cell: list[Any], layout: Layout, at: int, span: int, *, emphasis: bool) -> list[Node]:
        inlines = self._flat(cell[4])
        if emphasis and inlines:
            inlines = [self.raw("\\textbf{"), *inlines, self.raw("}")]
        if cell[2] > 1:
            inlines = [self.raw(f"\\multirow{{{cell[2]}}}{{*}}{{"), *inlines, self.raw("}")]
        if span > 1:
            return [self.raw(f"\\multicolumn{{{span}}}{{c}}{{"), *inlines, self.raw("}")]
        side = {"AlignRight": "r", "AlignCenter": "c", "AlignLeft": "l"}.get(cell[1]["t"], "")
        if side and layout.widths[at] == "auto" and side != layout.alignments[at][0]:
            return [self.raw(f"\\multicolumn{{1}}{{{side}}}{{"), *inlines, self.raw("}")]
        return inlines

    def _flat(self, blocks: list[Node]) -> list[Node]:
        """What a cell holds as one line: lists and code lose their shape, never their words."""
        found: list[Node] = []
        for block in blocks:
            if block["t"] in {"Para", "Plain"}:
                piece = self.inlines(block["c"])
            elif block["t"] in {"BulletList", "OrderedList"}:
                items = block["c"] if block["t"] == "BulletList" else block["c"][1]
                piece = [
                    inline
                    for number, item in enumerate(items)
                    for inline in [self.raw("; " if number else ""), *self._flat(item)]
                ]
            else:
                piece = [self.raw(escaped(plain_text(block)))]
            found += [self.raw(" "), *piece] if found else piece
        return found

    def code(self, attr: Attr, content: str) -> list[Node]:
        """Print code as it stands, its long lines broken."""
        if self.in_cell:
            return [para([self.raw(f"\\texttt{{{escaped(content)}}}")])]
        mark = self.claimed(attr[0])
        body = content.rstrip("\n").expandtabs(4).replace("\\end{Verbatim}", "\\end {Verbatim}")
        lines = f"\\begin{{Verbatim}}[breaklines,breakanywhere,fontsize=\\small]\n{body}\n\\end{{Verbatim}}"
        boxed = lines if "output" in attr[1] else f"\\begin{{ThesisCode}}\n{lines}\n\\end{{ThesisCode}}"
        return [*([plain(self.anchor(mark))] if mark else []), self.raw_block(boxed)]

    def box(self, kind: str, attr: Attr, title: list[Node], blocks: list[Node]) -> list[Node]:
        """Print a box as an environment of the template."""
        if kind.startswith("list-of-"):
            listed = {"list-of-tables": "lot", "list-of-figures": "lof"}.get(kind, "lol")
            return [self.raw_block(f"\\ThesisListOf{{{listed}}}")]
        anchor = self.anchor(self.claimed(attr[0]))
        inner = self.inside(blocks)
        if kind == "csl-entry":
            return [plain([self.raw("\\item "), *anchor]), *inner]
        boxed = self._colored(attr, title, inner) if kind in COLORED else self._plain_box(kind, title, inner)
        return [plain(anchor), *boxed] if anchor else boxed

    def _colored(self, attr: Attr, title: list[Node], inner: list[Node]) -> list[Node]:
        usual = "blue" if "admonition" in attr[1] else "gray"
        color = next((COLORS[one] for one in attr[1] if one in COLORS), usual)
        head = plain([self.raw("\\begin{ThesisBox}{"), *title, self.raw(f"}}{{{color}}}")])
        return [head, *inner, self.raw_block("\\end{ThesisBox}")]

    def _plain_box(self, kind: str, title: list[Node], inner: list[Node]) -> list[Node]:
        if kind == "attribution":
            said = [inline for block in inner for inline in block["c"] if block["t"] in {"Para", "Plain"}]
            return [para([self.raw("{\\raggedleft\\upshape --- "), *said, self.raw("\\par}")])]
        if kind == "rubric":
            return [
                self.raw_block("\\par\\medskip{\\bfseries\\noindent "),
                *inner,
                self.raw_block("\\par}\\nopagebreak"),
            ]
        if kind == "rule":
            return [self.raw_block("\\ThesisRule")]
        if kind not in ENVIRONMENTS:
            return inner
        name = ENVIRONMENTS[kind]
        head = (
            [plain([self.raw(f"\\begin{{{name}}}\\textbf{{"), *title, self.raw("}\\quad ")])]
            if title
            else [self.raw_block(f"\\begin{{{name}}}")]
        )
        return [*head, *inner, self.raw_block(f"\\end{{{name}}}")]

    def picture(self, attr: Attr, path: str) -> list[Node]:
        """Print a picture, never larger than the page."""
        width = value_of(attr, "width")
        percent = re.fullmatch(r"([\d.]+)%", width)
        length = re.fullmatch(r"([\d.]+)(px|pt|mm|cm|in|em)?", width)
        size = f"width={float(percent[1]) / 100:.3g}\\linewidth" if percent else ""
        if length:
            amount, unit = float(length[1]), length[2] or "px"
            size = f"width={amount * 0.75:g}bp" if unit == "px" else f"width={amount:g}{unit}"
        included = f"\\includegraphics[{size}]{{{path}}}"
        return [*self.anchor(self.claimed(attr[0])), self.raw(f"\\ThesisPicture{{{included}}}")]

    def formula(self, tex: str) -> list[Node]:
        """Leave the formula to LaTeX."""
        return [{"t": "Math", "c": [{"t": "InlineMath"}, tex]}]

    def equation(self, attr: Attr, tex: str) -> list[Node]:
        """Print one displayed formula with its fixed number."""
        number = value_of(attr, "number")
        shown = number if number.startswith("(") else f"({number})"
        tag = f"\\tag*{{{escaped(shown)}}}" if number else ""
        anchor = self.anchor(self.claimed(attr[0]))
        return [*anchor, self.raw(f"\\begin{{equation*}}\n{tex}{tag}\n\\end{{equation*}}")]

    def wrapped(self, kind: str, inlines: list[Node], value: str = "") -> list[Node]:
        """Print marks, links and passages in another language."""
        opened = {
            "problem": "\\ThesisProblem{",
            "lang": "{",
            "inside": f"\\hyperlink{{{value}}}{{",
            "outside": f"\\href{{{_address(value)}}}{{",
        }[kind]
        if kind == "outside" and plain_text(inlines) == value:
            # xurl breaks an address anywhere, as no other text is broken.
            return [self.raw(f"{opened}\\nolinkurl{{{_address(value)}}}}}")]
        return [self.raw(opened), *inlines, self.raw("}")]

    def anchor(self, identifier: str) -> list[Node]:
        """A place that hyperref can lead to."""
        return [self.raw(f"\\ThesisAnchor{{{identifier}}}")] if identifier else []

    def in_language(self, blocks: list[Node], language: str) -> list[Node]:  # noqa: ARG002  # patterns of every language are not there
        """Leave the passage in the thesis's language: XeLaTeX hyphenates only what its format has loaded."""
        return blocks

    def _inline_quoted(self, content: list[Any], _: Node) -> list[Node]:
        left, right = (
            (self.quotes[0], self.quotes[1]) if content[0]["t"] == "DoubleQuote" else (self.quotes[2], self.quotes[3])
        )
        return [self.raw(left), *self.inlines(content[1]), self.raw(right)]


def _column(width: str, side: str, share: float, count: int) -> str:
    if width == "auto":
        return side[0]
    turned = {"left": "\\raggedright", "right": "\\raggedleft", "center": "\\centering"}[side]
    # Computer Modern is wider than the face that the shares were measured with.
    room = f"\\dimexpr{share * 0.95:.3f}\\dimexpr\\linewidth-{2 * count}\\tabcolsep\\relax\\relax"
    return f">{{{turned}\\arraybackslash}}p{{{room}}}"


def _address(value: str) -> str:
    return (
        value.replace("\\", "%5C")
        .replace("{", "%7B")
        .replace("}", "%7D")
        .replace("%", "\\%")
        .replace("#", "\\#")
        .replace("&", "\\&")
    )


def print_latex(
    parts: Sequence[Part],
    config: Config,
    project: Project,
    *,
    draft: bool,
    macros: Mapping[str, Any],
    language: str,
    sources: Mapping[str, str],
) -> PdfResult:
    """Print the thesis with XeLaTeX; raises ToolMissingError where it is not installed."""
    _require()
    folder = project.cache / "latex"
    source = write_sources(
        parts, config, project, folder, draft=draft, macros=macros, language=language, sources=sources
    )
    found = list(source.found)
    data, log = _run(folder, project.epoch())
    found += _complaints(log, source.files, folder, source.paths)
    if data is None:
        first = next(
            (one.message for one in found if one.rule == "part-not-typeset"), "see '_build/cache/latex/main.log'"
        )
        raise EditionError(
            [
                Diagnostic(
                    "pdf-not-typeset", f"xelatex made no PDF: {first}", hint="'thesis: pdf: engine: typst' needs no TeX"
                )
            ]
        )
    return PdfResult(data, in_order(found), _pages(log))


@dataclass(frozen=True, slots=True)
class Source:
    """A thesis in LaTeX, in its folder."""

    files: Mapping[str, int]
    """Number of the part that each file holds, `main.tex` aside."""
    paths: Sequence[str]
    """File of the thesis that each part comes from."""
    found: Sequence[Diagnostic]
    """What is to be said."""


def write_sources(
    parts: Sequence[Part], config: Config, project: Project, folder: Path, *, draft: bool, macros: Mapping[str, Any], language: str,
    sources: Mapping[str, str],
) -> Source:  # fmt: skip
    """Write `main.tex`, the parts and the pictures into a folder."""
    items = printed.in_order(parts, config)
    paths = [sources.get(item.part.docname, item.part.docname) if item.part else FILE for item in items]
    shown_in = [(path, sources.get(part.docname, part.docname)) for part in parts for path in pictures_of(part.blocks)]
    pictures = stage(shown_in, folder / "images")
    names = {path: f"images/{_for_tex(folder / 'images', name)}" for path, name in pictures.printable.items()}
    ids = frozenset(identifier for part in parts for identifier in ids_of(part.blocks))
    around = Surroundings(ids, names, read_macros(macros), floats=config.thesis.pdf.floats)
    found = list(pictures.diagnostics)
    tag = language or config.language
    lowered = _lowered(items, paths, around, tag, found)
    bodies = written([_request(part) for part in lowered], "latex", folder / "pandoc")
    files = {f"parts/{number:03}.tex": number for number, item in enumerate(items) if item.part is not None}
    for name, number in files.items():
        write(folder / name, bodies[number].text)
    write(folder / "main.tex", _main(items, config, project, folder, draft=draft, language=tag, found=found))
    return Source(files, paths, found)


def _require() -> None:
    missing = [name for name in PROGRAMS if find_program(name) is None]
    if missing:
        hint = "install TeX, on Debian: apt install texlive-xetex latexmk texlive-latex-extra fonts-cmu; or set 'thesis: pdf: engine: typst', which needs nothing"
        raise ToolMissingError(
            [Diagnostic("tool-missing", f"'{name}' is not installed", "error", hint=hint) for name in missing]
        )


def _lowered(
    items: Sequence[Item], paths: Sequence[str], around: Surroundings, language: str, found: list[Diagnostic]
) -> list[list[Node]]:
    here: set[str] = set()
    parts: list[list[Node]] = []
    for item, path in zip(items, paths, strict=True):
        lowering = LatexLowering(path, around, found, here=here)
        lowering.level = item.above
        lowering.quotes = QUOTES.get(language[:2], QUOTES["en"])
        blocks = list(item.part.blocks) if item.part else []
        if item.kind == "front" and item.name in printed.UNHEADED:
            blocks = printed.without_title(blocks)
        parts.append(
            [
                node
                for number, block in enumerate(blocks)
                for node in [lowering.raw_block(f"{BLOCK_MARK}{number}"), *lowering.block(block)]
            ]
        )
    return parts


def _request(part: list[Node]) -> Request:
    return Request(digest_of(["latex", pandoc_version(), part]), lambda: (part, []))


def _for_tex(folder: Path, name: str) -> str:
    """The picture as XeLaTeX can print it: vectors and rarer formats become a PDF."""
    import typst

    if name.endswith((".png", ".jpg", ".pdf")):
        return name
    made = folder / f"{name}.pdf"
    if not made.exists():
        source = f'#set page(width: auto, height: auto, margin: 0pt)\n#image("{name}")\n'
        with tempfile.NamedTemporaryFile("w", suffix=".typ", dir=folder, delete=False, encoding="utf-8") as stream:
            stream.write(source)
        try:
            write(
                made, typst.compile(stream.name, root=str(folder), format="pdf", ignore_system_fonts=True, timestamp=0)
            )
        finally:
            Path(stream.name).unlink(missing_ok=True)
    return made.name


def _main(
    items: Sequence[Item],
    config: Config,
    project: Project,
    folder: Path,
    *,
    draft: bool,
    language: str,
    found: list[Diagnostic],
) -> str:
    """The file that brings everything together."""
    pdf = config.thesis.pdf
    sides = "twoside,openright" if pdf.two_sided else "oneside,openany"
    size = next((one for one in ("10pt", "11pt", "12pt") if one == pdf.font_size), "11pt")
    paper = {"us-letter": "letterpaper", "us-legal": "legalpaper"}.get(
        pdf.paper, f"{pdf.paper.replace('iso-', '')}paper"
    )
    words = printed_words(language)
    defined = _definitions(config, project, folder, words, language, found)
    if draft:
        defined["Draft"] = words["draft"]
    lines = [f"\\documentclass[{size},{paper},{sides}]{{book}}"]
    lines += [f"\\def\\Thesis{name}{{{said}}}" for name, said in defined.items()]
    lines += [
        _template(config, project, found),
        "\\begin{document}",
        "\\frontmatter",
        f"\\pagenumbering{{{_numbering(pdf.numbering_front, 'roman')}}}",
    ]
    lines += _body(items, words, _numbering(pdf.numbering_body, "arabic"))
    return "\n".join([*lines, "\\end{document}", ""])


def _numbering(pattern: str, usual: str) -> str:
    return {"i": "roman", "I": "Roman", "1": "arabic", "a": "alph", "A": "Alph"}.get(pattern, usual)


def _definitions(
    config: Config, project: Project, folder: Path, words: Mapping[str, str], language: str, found: list[Diagnostic]
) -> dict[str, str]:
    pdf, title = config.thesis.pdf, title_of(config)
    margins = {"inner": "32mm", "outer": "25mm", "top": "28mm", "bottom": "30mm"} | {
        key: str(given) for key, given in pdf.margins.items()
    }
    logo = stage([(str(project.root / title["logo"]), FILE)], folder / "images") if title["logo"] else None
    found += logo.diagnostics if logo else ()
    named = {f"Word{key.capitalize()}": said for key, said in words.items() if key != "draft"}
    return {
        **{key: escaped(said) for key, said in named.items()},
        **{
            key.capitalize(): escaped(title[key])
            for key in ("title", "subtitle", "author", "degree", "institution", "department", "supervisor")
        },
        "PlaceDate": escaped(", ".join(piece for piece in (title["place"], title["date"]) if piece)),
        "Remark": escaped(title["note"]),
        "Logo": next(
            (f"images/{_for_tex(folder / 'images', name)}" for name in (logo.printable.values() if logo else ())), ""
        ),
        "Keywords": escaped(", ".join(config.thesis.keywords)),
        "Tag": language,
        "Language": LANGUAGES.get(language[:2], "english"),
        "Font": pdf.font,
        "MonoFont": pdf.mono_font,
        "MathFont": pdf.math_font,
        "Geometry": ",".join(f"{key}={length}" for key, length in margins.items()),
        "Spacing": f"{pdf.line_spacing:g}",
        "Depth": str(pdf.contents_depth - 1),
    }


def _template(config: Config, project: Project, found: list[Diagnostic]) -> str:
    own = config.thesis.pdf.template
    if own and own.endswith(".tex") and (project.root / own).is_file():
        return (project.root / own).read_text(encoding="utf-8")
    if own:
        place = config.yaml.place("thesis", "pdf", "template")
        found.append(
            Diagnostic(
                "broken-template",
                f"'{own}' is no LaTeX template",
                "error",
                FILE,
                *place,
                hint="give the path of a '.tex' file in the thesis's folder",
            )
        )
    return TEMPLATE.read_text(encoding="utf-8")


def _body(items: Sequence[Item], words: Mapping[str, str], numbering: str) -> list[str]:
    made = {
        "title-page": "\\ThesisTitlePage",
        "contents": "\\tableofcontents",
        "figures": "\\listoffigures",
        "tables": "\\listoftables",
        "listings": "\\listoflistings",
    }
    lines: list[str] = []
    main = appendix = False
    for number, item in enumerate(items):
        if item.kind == "generated":
            lines.append(made[item.name])
            continue
        if item.kind != "front" and not main:
            lines += ["\\mainmatter", f"\\pagenumbering{{{numbering}}}"]
            main = True
        if (item.kind == "appendix") != appendix:
            appendix = not appendix
            lines.append(
                f"\\makeatletter\\renewcommand{{\\@chapapp}}{{{escaped(words['appendix' if appendix else 'chapter'])}}}\\makeatother"
            )
        lines += _item_lines(item, number)
    return lines


def _item_lines(item: Item, number: int) -> list[str]:
    if item.kind == "part":
        return [f"\\part*{{{escaped(item.title)}}}\\addcontentsline{{toc}}{{part}}{{{escaped(item.title)}}}"]
    read = f"\\input{{parts/{number:03}.tex}}"
    if item.kind == "front" and item.name in printed.UNHEADED:
        return [
            "\\clearpage\\thispagestyle{plain}\\vspace*{\\stretch{1}}",
            "{\\small\\setlength{\\parindent}{0pt}",
            read,
            "\\par}\\clearpage",
        ]
    if not item.headed and item.kind == "front":
        return [f"\\ThesisUnnumbered{{\\chapter}}{{chapter}}{{}}{{{escaped(item.title)}}}", read]
    return [read]


def _run(folder: Path, epoch: int) -> tuple[bytes | None, str]:
    """Run latexmk; the PDF, if one was made, and the log."""
    made, log = folder / "main.pdf", folder / "main.log"
    made.unlink(missing_ok=True)
    told = {
        **os.environ,
        "SOURCE_DATE_EPOCH": str(epoch),
        "FORCE_SOURCE_DATE": "1",
        "max_print_line": "1000",
        "TZ": "UTC",
    }
    command = [
        "latexmk",
        "-xelatex",
        "-f",
        "-g",
        "-norc",
        "-interaction=nonstopmode",
        "-file-line-error",
        "-no-shell-escape",
        "main.tex",
    ]
    try:
        subprocess.run(
            command,
            cwd=folder,
            env=told,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=MINUTES * 60,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EditionError(
            [
                Diagnostic(
                    "pdf-not-typeset",
                    f"xelatex ran for more than {MINUTES} minutes",
                    hint="look at the end of '_build/cache/latex/main.log'",
                )
            ]
        ) from None
    said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return (made.read_bytes() if made.exists() else None), said


def _complaints(log: str, files: Mapping[str, int], folder: Path, paths: Sequence[str]) -> list[Diagnostic]:
    """What XeLaTeX says against parts, against fonts, and against signs that no font has."""
    found: list[Diagnostic] = []
    for name, line, said in re.findall(r"(?m)^(?:\./)?(parts/\d+\.tex|main\.tex):(\d+): (.+)$", log):
        path = paths[files[name]] if name in files else FILE
        where = (folder / name).read_text(encoding="utf-8").splitlines()[int(line) - 1 : int(line)]
        shown = f"'{where[0].strip()[:60]}'" if where and where[0].strip() else "a passage"
        command = (
            re.search(re.escape(said) + r"\nl\.\d+ .*?(\\\w+)\s*$", log, re.MULTILINE)
            if "Undefined control" in said
            else None
        )
        message = f"{shown} cannot be typeset: {said.rstrip('.').lower()}" + (f" {command[1]}" if command else "")
        found.append(
            Diagnostic(
                "part-not-typeset",
                message,
                "error",
                path,
                hint="LaTeX has left the passage incomplete; simplify it, or print with Typst",
            )
        )
    hint = "install the family in the system, or name another under 'thesis.pdf.font'"
    families = sorted(set(re.findall(r"thesis-font-missing: (.+)", log)) - {"Libertinus Serif"})
    found += [
        Diagnostic("font-missing", f"font '{one}' is not installed", "error", FILE, hint=hint) for one in families
    ]
    hint = "choose a font that has it under 'thesis.pdf.font'"
    signs = [
        f"'{sign}' (U+{ord(sign):04X})" for sign in sorted(set(re.findall(r"Missing character: There is no (\S)", log)))
    ]
    found += [Diagnostic("missing-character", f"no font has {one}", "error", FILE, hint=hint) for one in signs]
    return found


def _pages(log: str) -> int:
    counts = re.findall(r"Output written on \S+ \((\d+) pages?", log)
    return int(counts[-1]) if counts else 0
