"""The PDF by LaTeX: what each piece is written as, and, where TeX is installed, the thesis for real."""

from __future__ import annotations

import io
import shutil
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
from every_kind import CONFIG, equation, header, maths, para, parts_of, thesis_in

from book.document.parts import Part
from book.editions import latex
from book.editions.displays import one_display
from book.editions.latex import LatexLowering, escaped
from book.editions.lowering import Surroundings
from book.editions.pdf import PdfResult, make_pdf
from book.errors import ToolMissingError

if TYPE_CHECKING:
    from pathlib import Path

LATEX = CONFIG + "  pdf:\n    engine: latex\n"
TEX = pytest.mark.skipif(not all(map(shutil.which, latex.PROGRAMS)), reason="latexmk and xelatex are not installed")


def printed(
    folder: Path, parts: list[Part], config: str = LATEX, *, language: str = "en", draft: bool = False
) -> PdfResult:
    """Print parts as the build does."""
    project, settings = thesis_in(folder, config)
    sources = {part.docname: f"{part.docname}.md" for part in parts}
    return make_pdf(
        parts, settings, project, draft=draft, macros={"RR": r"\mathbb{R}"}, language=language, sources=sources
    )


def lowering() -> LatexLowering:
    return LatexLowering("a.md", Surroundings(frozenset(), {}, {}))


def raw_of(blocks: list[dict[str, Any]]) -> str:
    return "".join(
        node["c"][1]
        for block in blocks
        for node in (block["c"] if block["t"] != "RawBlock" else [block])
        if node["t"].startswith("Raw")
    )


def test_missing_programs_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without TeX the build stops with the programs it lacks and says what to install."""
    monkeypatch.setattr(latex, "find_program", lambda _: None)

    with pytest.raises(ToolMissingError) as raised:
        printed(tmp_path, [])

    assert [one.message for one in raised.value.diagnostics] == [
        "'latexmk' is not installed",
        "'xelatex' is not installed",
    ]
    assert raised.value.exit_code == 4
    assert "apt install" in raised.value.diagnostics[0].hint


def test_headings_carry_the_fixed_number() -> None:
    """LaTeX prints the number that it is given and counts nothing."""
    blocks = lowering().block(header(1, "Codebook", "codebook", "A"))

    assert raw_of(blocks) == "\\ThesisNumbered{\\chapter}{chapter}{A}{\\ThesisAnchor{codebook}}{}"


@pytest.mark.parametrize(
    ("tex", "written"),
    [
        ("a = b", "a = b"),
        (r"\begin{align} a &= b \\ c &= d \end{align}", r"\begin{aligned} a &= b \\ c &= d \end{aligned}"),
        (r"\begin{equation*} a \end{equation*}", "a"),
        (r"a \\ b", r"\begin{aligned}a \\ b\end{aligned}"),
        ("a\n\nb", "a\nb"),
        (r"a \label{eq:x} \nonumber", "a"),
    ],
)
def test_a_displayed_formula_is_one_equation(tex: str, written: str) -> None:
    """Environments that number by themselves become their quiet sisters."""
    assert one_display(tex) == written


def test_an_equation_has_its_tag() -> None:
    """The number of an equation is a tag, in brackets once."""
    assert "\\tag*{(3.1)}" in raw_of(lowering().block(equation("a", number="3.1")))
    assert "\\tag*{(3.1)}" in raw_of(lowering().block(equation("a", number="(3.1)")))


def test_signs_of_tex_are_only_text() -> None:
    """Nothing in a title or a name is taken for a command."""
    assert escaped("50 % of \\x_1 & {y} #~^$") == r"50 \% of \textbackslash{}x\_1 \& \{y\} \#\~{}\^{}\$"


@TEX
@pytest.mark.slow
def test_everything_prints_with_latex(tmp_path: Path) -> None:
    """The thesis with every kind of content prints with XeLaTeX: pages, bookmarks, text, nothing to be said."""
    result = printed(tmp_path, parts_of(tmp_path))
    assert result.data is not None
    reader = pypdf.PdfReader(io.BytesIO(result.data))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())

    assert result.diagnostics == ()
    assert result.pages == len(reader.pages)
    assert [
        one
        for one in (
            "Drones and evidence",
            "Chapter 1",
            "Table 2.2. All the evidence",
            "Appendix A",
            "Україна",
            "(1.1)",
            "Figure 2.1.",
        )
        if one not in text
    ] == []
    assert reader.metadata is not None
    assert reader.metadata.title == "Drones and evidence"


@TEX
@pytest.mark.slow
def test_what_latex_refuses_is_named(tmp_path: Path) -> None:
    """An unknown command in a formula costs the formula, is said with its page, and there is a PDF."""
    chapter = (header(1, "One", "one", "1"), para("Broken: ", maths(r"\nosuchthing{x}"), "."), para("The end."))
    result = printed(tmp_path, [Part("chapter", "", "one", "One", chapter)])

    assert result.data is not None
    assert [(one.rule, one.path) for one in result.diagnostics] == [("part-not-typeset", "one.md")]
    assert "\\nosuchthing" in result.diagnostics[0].message


@TEX
@pytest.mark.slow
def test_latex_gives_the_same_bytes_twice(tmp_path: Path) -> None:
    """Two folders give one file, here too."""
    chapter = Part("chapter", "", "one", "One", (header(1, "One", "one", "1"), para("Text.")))
    folders = (tmp_path / "a", tmp_path / "b c")
    one, two = (printed(folder, [chapter], language="de") for folder in folders)

    assert one.data == two.data
