"""A small thesis in the neutral tree with every kind of content, made by hand."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

from book.config import read_config
from book.document.parts import Part
from book.project import Project

Node = dict[str, Any]


def inlines(said: str | list[Node]) -> list[Node]:
    """Words and spaces."""
    if not isinstance(said, str):
        return said
    found: list[Node] = []
    for number, word in enumerate(said.split(" ")):
        found += [{"t": "Space"}] if number else []
        found += [{"t": "Str", "c": word}] if word else []
    return found


def attr(identifier: str = "", *classes: str, **values: str) -> list[Any]:
    return [identifier, list(classes), [[key, value] for key, value in values.items()]]


def para(*said: str | Node) -> Node:
    content: list[Node] = []
    for one in said:
        content += inlines(one) if isinstance(one, str) else [one]
    return {"t": "Para", "c": content}


def plain(said: str | list[Node]) -> Node:
    return {"t": "Plain", "c": inlines(said)}


def header(level: int, said: str, identifier: str = "", number: str = "") -> Node:
    return {"t": "Header", "c": [level, attr(identifier, **({"number": number} if number else {})), inlines(said)]}


def div(blocks: list[Node], *classes: str, identifier: str = "", **values: str) -> Node:
    return {"t": "Div", "c": [attr(identifier, *classes, **values), blocks]}


def titled(title: str, blocks: list[Node], *classes: str, **values: str) -> Node:
    return div([div([plain(title)], "title"), *blocks], *classes, **values)


def span(said: str | list[Node], *classes: str, identifier: str = "", **values: str) -> Node:
    return {"t": "Span", "c": [attr(identifier, *classes, **values), inlines(said)]}


def link(said: str, target: str) -> Node:
    return {"t": "Link", "c": [attr(), inlines(said), [target, ""]]}


def maths(tex: str) -> Node:
    return {"t": "Math", "c": [{"t": "InlineMath"}, tex]}


def equation(tex: str, identifier: str = "", **values: str) -> Node:
    return {
        "t": "Para",
        "c": [
            {
                "t": "Span",
                "c": [attr(identifier, "equation", **values), [{"t": "Math", "c": [{"t": "DisplayMath"}, tex]}]],
            }
        ],
    }


def image(path: str | Path, alt: str = "", **values: str) -> Node:
    return {"t": "Image", "c": [attr("", **({"alt": alt} if alt else {}), **values), [], [str(path), ""]]}


def note(said: str) -> Node:
    return {"t": "Note", "c": [para(said)]}


def figure(blocks: list[Node], caption: str, *classes: str, identifier: str = "", **values: str) -> Node:
    return {
        "t": "Figure",
        "c": [attr(identifier, *classes, **values), [None, [plain(caption)] if caption else []], blocks],
    }


def cell(said: str | list[Node], rowspan: int = 1, colspan: int = 1, side: str = "AlignDefault") -> list[Any]:
    blocks = [plain(said)] if isinstance(said, str) else said
    return [attr(), {"t": side}, rowspan, colspan, blocks]


def table(head: list[str], rows: list[list[str]], sides: list[str] | None = None) -> Node:
    specs = [[{"t": side}, {"t": "ColWidthDefault"}] for side in sides or ["AlignDefault"] * len(head)]
    body = [attr(), 0, [], [[attr(), [cell(said) for said in row]] for row in rows]]
    heads = [attr(), [[attr(), [cell(said) for said in head]]]] if head else [attr(), []]
    return {"t": "Table", "c": [attr(), [None, []], specs, heads, [body], [attr(), []]]}


def code(content: str, *classes: str) -> Node:
    return {"t": "CodeBlock", "c": [attr("", *classes), content]}


def bullets(*items: list[Node]) -> Node:
    return {"t": "BulletList", "c": list(items)}


def numbered(*items: list[Node]) -> Node:
    return {"t": "OrderedList", "c": [[1, {"t": "Decimal"}, {"t": "Period"}], list(items)]}


def definitions(*pairs: tuple[str, str]) -> Node:
    return {"t": "DefinitionList", "c": [[inlines(term), [[para(said)]]] for term, said in pairs]}


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="340" height="150"><rect width="340" height="150" fill="#eef2f6"/>'
    '<path d="M10 130 L90 80 L170 95 L250 40 L330 20" stroke="#16324f" stroke-width="3" fill="none"/></svg>'
)


def png(width: int = 4, height: int = 4) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


GIF = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")

FILLER = (
    "A thesis states what it claims, shows the evidence and says how far the evidence carries. The reader can follow each step from the "
    "data to the sentence, and may disagree at any of them without having to guess what was done. "
)


def chapter_one(folder: Path) -> list[Node]:
    """Running text, notes, lists, formulas and references."""
    return [
        header(1, "Introduction", "intro", "1"),
        div(
            [
                para("Was du ererbt von deinen Vätern hast, erwirb es, um es zu besitzen."),
                div([para("Goethe")], "attribution"),
            ],
            "epigraph",
            lang="de",
        ),
        para(
            FILLER + "It begins with ",
            link("Chapter 2", "#evidence"),
            " and cites ",
            span([*inlines("("), link("Collier, 2011", "#ref-collier"), *inlines(", p. 825)")], "citation"),
            ".",
            note("A footnote with a list of what matters."),
            " The support is ",
            span("7.2 dB", "finding", name="h3.support"),
            " and an ",
            span("unknown finding 'h9'", "problem"),
            " is marked.",
        ),
        para(
            "Text may be ",
            {"t": "Emph", "c": inlines("emphatic")},
            "(so), ",
            {"t": "Strong", "c": inlines("strong")},
            "[like this], ",
            {"t": "SmallCaps", "c": inlines("small")},
            ", ",
            {"t": "Code", "c": [attr(), "code_like(1)"]},
            "(here), H",
            {"t": "Subscript", "c": inlines("2")},
            "O, m",
            {"t": "Superscript", "c": inlines("2")},
            " and ",
            {"t": "Quoted", "c": [{"t": "DoubleQuote"}, inlines("quoted")]},
            ". See ",
            link("the site", "https://example.org/a?b=c#d"),
            " and ",
            link("a place that is nowhere", "#nowhere"),
            ". Greek: λόγος; Cyrillic: Україна, Россия.",
        ),
        header(2, "A section", "sec", "1.1"),
        para("Inline ", maths(r"\RR \ni x_1 \le \frac{1}{2}"), "(a formula before a bracket) and one displayed:"),
        equation(
            r"\operatorname{weight}(E) = 10 \log_{10} \frac{P(E \mid H)}{P(E \mid \neg H)}", "eq-weight", number="1.1"
        ),
        para("Equation ", link("(1.1)", "#eq-weight"), " has a number, the next one has none."),
        equation(r"\begin{aligned} a &= b + c \\ d &= \sum_{i=1}^{n} e_i \end{aligned}"),
        bullets(
            [plain("first")],
            [plain("second"), bullets([plain("inner")])],
            [para("third, a paragraph"), para("and another")],
        ),
        numbered([plain("one")], [plain("two")]),
        definitions(
            ("Alignment", "States side with each other."), ("Dependency", "One state cannot do without the other.")
        ),
        header(3, "A subsection", "subsec", "1.1.1"),
        {"t": "BlockQuote", "c": [para("Words of somebody else, set apart.")]},
        {"t": "LineBlock", "c": [inlines("A line of verse"), inlines("and the next")]},
        {"t": "HorizontalRule"},
        para("1. April begins a paragraph like a list."),
        *[para(FILLER * 3) for _ in range(3)],
    ]


def chapter_two(folder: Path) -> list[Node]:
    """Figures, tables, code and boxes."""
    svg, raster, gif = folder / "line.svg", folder / "grey.png", folder / "dot.gif"
    svg.write_text(SVG, encoding="utf-8")
    raster.write_bytes(png(120, 60))
    gif.write_bytes(GIF)
    long_rows = [
        [f"E{n}", f"2022-{n % 12 + 1:02}-{n % 27 + 1:02}", "A delivery was reported and confirmed", f"{n * 0.37:.2f}"]
        for n in range(70)
    ]
    wide_head = ["Indicator", *[f"Phase {n}" for n in range(1, 9)], "Sum"]
    return [
        header(1, "The evidence", "evidence", "2"),
        para("Figure ", link("2.1", "#fig-line"), " and Table ", link("2.1", "#tab-small"), " show the data."),
        figure(
            [plain([image(svg, "A line that rises from left to right")]), div([para("Own computation.")], "note")],
            "Deliveries over time",
            "figure",
            identifier="fig-line",
            number="2.1",
            kind="figure",
        ),
        figure(
            [
                table(
                    ["Indicator", "Tests", "Weight (dB)"],
                    [
                        ["Contracts", "12", "3.25"],
                        ["Deliveries", "7", "−1.10"],
                        ["Statements, speeches", "104", "12.00"],
                    ],
                ),
                div([para("Weights in decibels.")], "note"),
            ],
            "Indicators and their weights",
            "table",
            identifier="tab-small",
            number="2.1",
            kind="table",
        ),
        *[para(FILLER * 2) for _ in range(2)],
        figure(
            [
                figure([plain([image(raster, "A grey field")])], "First", "subfigure", identifier="fig-a", number="a"),
                figure([plain([image(gif, "A dot")])], "Second", "subfigure", number="b"),
            ],
            "A group of two",
            "figure",
            identifier="fig-group",
            number="2.2",
            kind="figure",
        ),
        header(2, "Long and wide", "long", "2.1"),
        figure(
            [table(["No", "Date", "What happened", "Weight"], long_rows)],
            "All the evidence",
            "table",
            "long",
            identifier="tab-long",
            number="2.2",
            kind="table",
        ),
        figure(
            [
                table(
                    wide_head,
                    [[f"Indicator of kind {n}", *[f"{n * k:.2f}" for k in range(1, 9)], "99.99"] for n in range(6)],
                )
            ],
            "Indicators by phase",
            "table",
            "wide",
            identifier="tab-wide",
            number="2.3",
            kind="table",
        ),
        para("An unnumbered table with merged cells:"),
        {
            "t": "Table",
            "c": [
                attr(),
                [None, []],
                [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]] * 3,
                [attr(), [[attr(), [cell("", 2), cell("Support", 1, 2)]], [attr(), [cell("H1"), cell("H2")]]]],
                [
                    [
                        attr(),
                        1,
                        [],
                        [[attr(), [cell("Hoop"), cell("3"), cell([para("4"), bullets([plain("with a list")])])]]],
                    ]
                ],
                [attr(), []],
            ],
        },
        para("A picture ", image(raster, "A small grey field", width="20px"), " within a line."),
        header(2, "Code and boxes", "code", "2.2"),
        code(
            'def f(x):\n    """Text with ``` and "quotes" and \\ signs."""\n    return x  # ' + "long " * 20, "python"
        ),
        code("   a  b\n0  1  2", "output"),
        figure([code("SELECT 1;", "sql")], "A query", "listing", identifier="lst", number="2.1", kind="listing"),
        titled("Note", [para("An admonition."), bullets([plain("with a list")])], "admonition", "note"),
        titled("Warning", [para("Another one.")], "admonition", "warning"),
        titled(
            "Theorem 1 (Bayes)",
            [para("Evidence that is likelier under one hypothesis favours it.")],
            "proof-like",
            "theorem",
            number="1",
        ),
        titled("Proof", [para("From the definition ", maths("P(A \\mid B)"), ".")], "proof-like", "proof"),
        div(
            [
                titled("Python", [code("print(1)", "python")], "tab-item"),
                titled("R", [code("print(1)", "r")], "tab-item"),
            ],
            "tab-set",
        ),
        titled("More", [para("Hidden on the site, open here.")], "dropdown"),
        titled("Card", [para("A card.")], "card"),
        div([para("A rubric")], "rubric"),
        div([para("<font>what was left over</font>")], "raw-text"),
        div([para("Русский текст в кавычках.")], lang="ru"),
    ]


def parts_of(folder: Path) -> list[Part]:
    """The thesis in order."""
    return [
        Part(
            "front",
            "copyright",
            "front/copyright",
            "Copyright",
            (header(1, "Copyright", "copyright"), para("© 2026 The author. CC BY 4.0.")),
        ),
        Part("front", "abstract", "front/abstract", "Abstract", (header(1, "Abstract", "abstract"), para(FILLER))),
        Part(
            "front",
            "lists",
            "front/lists",
            "Lists",
            (
                header(1, "Lists", "lists"),
                header(2, "Tables", "lt"),
                div([], "list-of-tables"),
                header(2, "Figures", "lf"),
                div([], "list-of-figures"),
            ),
        ),
        Part(
            "front",
            "abbreviations",
            "front/abbreviations",
            "Abbreviations",
            (
                header(1, "Abbreviations", "abbr"),
                div([definitions(("UAV", "Unmanned aerial vehicle"), ("PT", "Process tracing"))], "glossary"),
            ),
        ),
        Part("part", "", "", "Thesis", ()),
        Part("chapter", "", "chapters/one", "Introduction", tuple(chapter_one(folder))),
        Part("chapter", "", "chapters/two", "The evidence", tuple(chapter_two(folder))),
        Part(
            "appendix",
            "",
            "appendices/codebook",
            "Codebook",
            (header(1, "Codebook", "codebook", "A"), header(2, "Codes", "codes", "A.1"), para(FILLER)),
        ),
        Part(
            "back",
            "",
            "bibliography",
            "Bibliography",
            (
                header(1, "Bibliography", "bibliography"),
                div(
                    [
                        div(
                            [
                                para(
                                    "Collier, D. (2011). Understanding process tracing. ",
                                    {"t": "Emph", "c": inlines("PS: Political Science & Politics")},
                                    ", 44(4), 823–830. ",
                                    link(
                                        "https://doi.org/10.1017/S1049096511001429",
                                        "https://doi.org/10.1017/S1049096511001429",
                                    ),
                                )
                            ],
                            "csl-entry",
                            identifier="ref-collier",
                        ),
                        div([para("Иванов, И. (2020). Беспилотники. Москва.")], "csl-entry", identifier="ref-ivanov"),
                    ],
                    "references",
                ),
            ),
        ),
    ]


CONFIG = """\
title: Drones and evidence
author: Ada Author and Ben Author
thesis:
  keywords: [evidence, drones]
  front:
    title-page:
      subtitle: A study in every kind of content
      degree: Thesis for the degree of Master of Arts
      institution: University of Somewhere
      department: Department of Political Science
      supervisor: Prof. Carla Careful
      place: Vienna
      date: June 2026
      note: Printed by a test.
    copyright: front/copyright
    abstract: front/abstract
    contents: true
    lists: front/lists
    abbreviations: front/abbreviations
"""


def thesis_in(folder: Path, config: str = CONFIG) -> tuple[Project, Any]:
    """A project with a configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    project = Project(folder.resolve())
    return project, read_config(project)
