"""Remarks as an author reads them."""

from __future__ import annotations

from book.diagnostics import Diagnostic, as_text


def test_a_warning_says_that_it_is_one() -> None:
    """Among many warnings the one error can be found by eye, and by `grep -v warning]`."""
    mild = Diagnostic("uncited-entry", "entry 'a' is never cited", "warning", "refs.bib", 3)
    grave = Diagnostic("citation-without-entry", "citation 'b' has no entry in refs.bib", "error", "one.md", 4)

    assert as_text([mild, grave]) == (
        "refs.bib:3: entry 'a' is never cited [uncited-entry, warning]\n"
        "one.md:4: citation 'b' has no entry in refs.bib [citation-without-entry]"
    )


def test_the_same_hint_is_given_once_in_a_row() -> None:
    """Fifty entries that nobody cites are fifty lines and one hint; where something else stands between, the hint comes again."""

    def uncited(key: str, line: int) -> Diagnostic:
        return Diagnostic("uncited-entry", f"'{key}'", "error", "refs.bib", line, hint="cite it")

    other = Diagnostic("missing-field", "no year", "error", "refs.bib", 5, hint="give the year")

    assert as_text([uncited("a", 1), uncited("b", 2), uncited("c", 4), other, uncited("d", 6)]) == (
        "refs.bib:1: 'a' [uncited-entry]\n  hint: cite it\n"
        "refs.bib:2: 'b' [uncited-entry]\n"
        "refs.bib:4: 'c' [uncited-entry]\n"
        "refs.bib:5: no year [missing-field]\n  hint: give the year\n"
        "refs.bib:6: 'd' [uncited-entry]\n  hint: cite it"
    )
