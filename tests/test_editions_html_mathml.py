"""Formulas become MathML, once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from book.editions.html import mathml
from book.editions.html.mathml import Formula, Store

if TYPE_CHECKING:
    from pathlib import Path


def test_a_formula_becomes_mathml(tmp_path: Path) -> None:
    """Inline and display formulas come back as MathML that keeps its TeX."""
    store = Store(tmp_path / "formulas.json")

    inline, display = store.get(Formula("x^2", display=False)), store.get(Formula("x^2", display=True))

    assert inline is not None
    assert display is not None
    assert inline.startswith('<math display="inline"')
    assert display.startswith('<math display="block"')
    assert "x^2</annotation>" in inline


def test_a_formula_that_pandoc_cannot_read_is_none(tmp_path: Path) -> None:
    """What texmath refuses is told apart from what it converts, in one batch."""
    store = Store(tmp_path / "formulas.json")
    good, bad = Formula("a < b", display=False), Formula("\\nosuchcommand{x}", display=False)

    store.prepare([bad, good])

    assert store.get(bad) is None
    assert "&lt;" in (store.get(good) or "")


def test_kept_formulas_are_not_converted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later build calls pandoc for none of the formulas that an earlier one kept."""
    formula = Formula("x^2", display=False)
    store = Store(tmp_path / "formulas.json")
    expected = store.get(formula)
    store.save([formula])
    monkeypatch.setattr(mathml, "_pandoc", lambda _formulas: pytest.fail("pandoc was called"))

    actual = Store(tmp_path / "formulas.json").get(formula)

    assert expected == actual


def test_formulas_out_of_use_are_dropped(tmp_path: Path) -> None:
    """The file keeps the formulas that the thesis has now, and no others."""
    store = Store(tmp_path / "formulas.json")
    old, new = Formula("a", display=False), Formula("b", display=False)
    store.prepare([old, new])
    store.save([old])
    store.save([new])

    assert list(json.loads((tmp_path / "formulas.json").read_text())["formulas"]) == ["i b"]


def test_a_damaged_file_is_as_good_as_none(tmp_path: Path) -> None:
    """Half a file, or one of another version, costs a conversion and nothing else."""
    (tmp_path / "formulas.json").write_text('{"version": 1, "formu')

    assert Store(tmp_path / "formulas.json").get(Formula("x", display=False))


def test_one_bad_formula_does_not_take_others_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pandoc fails over a batch, halves are tried until the culprit stands alone."""
    convert = mathml._pandoc
    monkeypatch.setattr(mathml, "_pandoc", lambda given: None if any(one.tex == "b" for one in given) else convert(given))
    formulas = [Formula(tex, display=False) for tex in "abc"]
    store = Store(tmp_path / "formulas.json")
    store.prepare(formulas)

    assert [store.get(formula) is None for formula in formulas] == [False, True, False]
