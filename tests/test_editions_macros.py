"""TeX macros are expanded as MathJax would."""

from __future__ import annotations

import pytest

from book.editions.macros import Macro, configured_macros, expand

KNOWN = {
    "\\RR": Macro("\\mathbb{R}"),
    "\\vect": Macro("\\mathbf{#1}", 1),
    "\\pair": Macro("(#1, #2)", 2, "0"),
    "\\a": Macro("\\alpha"),
    "\\loop": Macro("\\loop"),
}


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("x \\in \\RR", "x \\in \\mathbb{R}"),
        ("\\vect{x} + \\vect y", "\\mathbf{x} + \\mathbf{y}"),
        ("\\vect{\\vect{x}}", "\\mathbf{\\mathbf{x}}"),
        ("\\pair{1} \\pair[2]{3}", "(0, 1) (2, 3)"),
        ("x^\\RR", "x^{\\mathbb{R}}"),
        ("\\alpha \\abc", "\\alpha \\abc"),
        ("\\a\\a b", "\\alpha\\alpha b"),
        ("50\\% \\{x\\}", "50\\% \\{x\\}"),
        ("\\vect", "\\mathbf{}"),
    ],
)
def test_macros_are_written_out(tex: str, expected: str) -> None:
    """A macro gives what it stands for, with its arguments in place, and nothing else changes."""
    actual = expand(tex, dict(KNOWN))

    assert expected == actual


@pytest.mark.parametrize(
    "definition",
    [
        "\\newcommand{\\E}{\\mathop{E}}",
        "\\newcommand\\E{\\mathop{E}}",
        "\\renewcommand*{\\E}{\\mathop{E}}",
        "\\providecommand{\\E}{\\mathop{E}}",
        "\\def\\E{\\mathop{E}}",
    ],
)
def test_a_definition_holds_for_what_follows(definition: str) -> None:
    """A definition in one formula is taken out of it and known in the next."""
    known: dict[str, Macro] = {}

    assert expand(definition, known) == ""
    assert expand("\\E X", known) == "\\mathop{E} X"


def test_an_operator_is_a_macro() -> None:
    r"""`\DeclareMathOperator` makes a command that sets its name upright."""
    known: dict[str, Macro] = {}

    assert expand("\\DeclareMathOperator*{\\argmax}{arg\\,max}\\argmax_x f", known) == "\\operatorname*{arg\\,max}_x f"


def test_arguments_of_a_definition_are_counted() -> None:
    r"""`\newcommand` with a number and `\def` with marks take as many arguments as they say."""
    known: dict[str, Macro] = {}

    assert expand("\\newcommand{\\f}[2]{#2#1}\\def\\g#1#2{#1|#2}\\f ab \\g{c}{d}", known) == "ba c|d"


def test_a_macro_that_calls_itself_comes_to_an_end() -> None:
    """Endless expansion stops, and the rest of the formula is kept."""
    assert expand("\\loop + 1", dict(KNOWN)).endswith("+ 1")


def test_both_ways_to_configure_mathjax_are_read() -> None:
    """MathJax 3 says `tex` and `macros`, MathJax 2 says `TeX` and `Macros`; nonsense is passed over."""
    third = configured_macros({"tex": {"macros": {"RR": "\\mathbb{R}", "f": ["#1", 1, "x"], "bad": 3}}})
    second = configured_macros({"TeX": {"Macros": {"RR": "\\mathbb{R}"}}})

    assert third == {"\\RR": Macro("\\mathbb{R}"), "\\f": Macro("#1", 1, "x")}
    assert second == {"\\RR": Macro("\\mathbb{R}")}
    assert configured_macros(None) == configured_macros({"tex": None}) == {}


def test_continued_fractions_are_fractions() -> None:
    r"""`\\cfrac` of amsmath, which pandoc does not know, is set by what it does; an author's own of that name wins."""
    assert expand(r"1+\cfrac{1}{2+\cfrac[l]{1}{x}}", {}) == r"1+\dfrac{1}{2+\dfrac{1}{x}}"
    assert expand(r"\cfrac{1}{2}", {r"\cfrac": Macro("a")}) == "a{1}{2}"
