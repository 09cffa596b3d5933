"""The figures of the thesis: nothing cut off, alternative text from the data, the same bytes twice."""

from __future__ import annotations

import hashlib
import io
from itertools import pairwise
from typing import TYPE_CHECKING

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_svg import RendererSVG

from analysis import figures, load
from analysis.style import MARKS, TEXT_WIDTH

if TYPE_CHECKING:
    from analysis.figures import Drawing

NAMES = [name for name in figures.__all__ if name != "Drawing"]


@pytest.fixture(scope="module")
def drawings() -> dict[str, Drawing]:
    """Draw every figure once."""
    return {name: getattr(figures, name)() for name in NAMES}


def _svg(drawing: Drawing) -> str:
    target = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "test"}):
        drawing.figure.savefig(target, format="svg", metadata={"Date": None})
    return hashlib.sha256(target.getvalue()).hexdigest()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_off(drawings: dict[str, Drawing], name: str) -> None:
    """All that is drawn lies within the width of the page's text and the height of the figure."""
    figure, dots = drawings[name].figure, 72
    width, height = figure.get_size_inches()
    figure.dpi = dots
    box = figure.get_tightbbox(RendererSVG(width * dots, height * dots, io.StringIO()))

    assert width * 25.4 == pytest.approx(TEXT_WIDTH)
    assert box.x0 > -0.02
    assert box.y0 > -0.02
    assert box.x1 < width + 0.02
    assert box.y1 < height + 0.02


@pytest.mark.parametrize("name", NAMES)
def test_alternative_text_is_a_sentence_with_numbers(drawings: dict[str, Drawing], name: str) -> None:
    """What a reader hears is a sentence, of a length one can listen to, with figures in it."""
    alt = drawings[name].alt

    assert alt.endswith(".")
    assert "\n" not in alt
    assert 60 < len(alt) < 900
    assert any(letter.isdigit() for letter in alt)


def test_alternative_text_follows_the_data(drawings: dict[str, Drawing]) -> None:
    """The numbers in it are those of the data drawn."""
    assert f"{len(drawings['timeline'].data)} dated claims" in drawings["timeline"].alt
    assert f"{len(load('responses'))} responses" in drawings["lags"].alt


@pytest.mark.parametrize("name", ["timeline", "rivals", "institutionalisation"])
def test_a_figure_is_drawn_the_same_twice(drawings: dict[str, Drawing], name: str) -> None:
    """Two drawings of one figure give the same bytes, and so does saving one twice."""
    assert _svg(drawings[name]) == _svg(drawings[name]) == _svg(getattr(figures, name)())


def test_marks_differ_in_grey() -> None:
    """The first three colours are told apart by their lightness alone."""

    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    grey = sorted(lightness(mark.colour) for mark in MARKS[:3])

    assert min(b - a for a, b in pairwise(grey)) > 0.12


def test_drawing_leaves_the_style_of_matplotlib_alone() -> None:
    """A chapter's own figures are not changed by ours."""
    before = dict(mpl.rcParams)
    figures.institutionalisation()

    assert dict(mpl.rcParams) == before
