"""What cells say reaches the notebook typed, whole and in the same bytes every time."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from cells import run

from book.author import FIGURE, FINDING, TABLE, figure, record, table

FRAME = "import pandas as pd, numpy as np\n"
PLOT = "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\n"


def finding(code: str) -> dict[str, object]:
    return run(code)[0][0]["data"][FINDING]


def the_table(code: str) -> dict[str, object]:
    return run(FRAME + code)[0][0]["data"][TABLE]


@pytest.mark.parametrize(
    ("value", "kind", "stored"),
    [
        ("'text'", "text", "text"),
        ("3", "int", 3),
        ("7.25", "float", 7.25),
        ("True", "truth", True),
        ("np.float32(0.5)", "float", 0.5),
        ("np.int64(9)", "int", 9),
        ("np.bool_(False)", "truth", False),
        ("np.str_('s')", "text", "s"),
        ("np.array(2.5)", "float", 2.5),
        ("np.longdouble(1.5)", "float", 1.5),
        ("np.datetime64('2024-03-05')", "date", "2024-03-05"),
        ("np.datetime64('2024-03-05T10:30:00', 'ns')", "datetime", "2024-03-05T10:30:00"),
        ("pd.Timestamp('2024-03-05')", "date", "2024-03-05"),
        ("pd.Timestamp('2024-03-05 10:30')", "datetime", "2024-03-05T10:30:00"),
        ("pd.Series([1, 2]).mean()", "float", 1.5),
        ("__import__('datetime').date(2024, 3, 5)", "date", "2024-03-05"),
        ("__import__('decimal').Decimal('1.20')", "decimal", "1.20"),
        ("__import__('fractions').Fraction(1, 4)", "float", 0.25),
        ("float('nan')", "missing", "nan"),
        ("np.float64('nan')", "missing", "nan"),
        ("float('inf')", "float", "inf"),
        ("None", "missing", "None"),
        ("pd.NaT", "missing", "NaT"),
        ("pd.NA", "missing", "<NA>"),
        ("np.datetime64('NaT')", "missing", "None"),
    ],
)
def test_a_value_keeps_its_kind(value, kind, stored):
    """Every kind of scalar that an analysis ends with can be recorded, and none changes its kind on the way."""
    payload = finding(f"{FRAME}record('a.b', {value}, unit='dB', format='.1f')")

    assert (payload["kind"], payload["value"]) == (kind, stored)


def test_a_record_carries_name_unit_format_and_line():
    """A finding arrives with everything that prints it, and with the line of the cell that recorded it."""
    payload = finding("x = 1\n\nrecord(\n    'h3.support', 7.2, unit='dB', format='.1f')")

    expected = {
        "version": 1,
        "name": "h3.support",
        "value": 7.2,
        "kind": "float",
        "unit": "dB",
        "format": ".1f",
        "line": 3,
    }
    assert expected == payload


def test_the_line_is_that_of_the_cell_and_not_of_a_function_elsewhere():
    """A finding recorded inside a function belongs to the line that called it in the running cell."""
    outputs = run("def keep():\n    pass\n    record('a', 1)", "1\n2\nkeep()")

    assert outputs[1][0]["data"][FINDING]["line"] == 3


def test_a_plain_notebook_shows_a_finding_in_words():
    """Where nobody knows our kind of output, a finding is still readable."""
    data = run("record('h3.support', 7.25, unit='dB', format='.1f')")[0][0]["data"]

    assert data["text/plain"] == "h3.support = 7.2 dB"


@pytest.mark.parametrize("name", ["", "H3", "a b", "a..b", "a.", "3a", "ä", None])
def test_a_bad_name_is_refused(name):
    """A name that prose could not use is refused at once, with an example of a good one."""
    with pytest.raises(ValueError, match=r"must be lower-case words joined by dots, such as 'h3\.support'"):
        record(name, 1)


@pytest.mark.parametrize("value", [[1], {"a": 1}, object(), 1j, b"x"])
def test_a_value_that_is_no_scalar_is_refused(value):
    """A list or an object is no finding, and the message says what is."""
    with pytest.raises(
        TypeError, match=r"record\('a'\): value must be text, a number, a truth value or a date, not \w+"
    ):
        record("a", value)


def test_outside_of_a_notebook_cells_only_print(capsys):
    """A chapter exported as a script runs in plain Python and says in words what it would have shown."""
    record("a.b", 7.25, unit="dB", format=".1f")

    assert capsys.readouterr().out == "a.b = 7.2 dB\n"


def test_importing_the_package_loads_nothing_heavy():
    """The first cell of every chapter imports us, so that must cost next to nothing."""
    heavy = {"pandas", "numpy", "matplotlib", "IPython", "babel", "sphinx", "yaml"}
    code = f"import sys, book; print(sorted({heavy} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert result.stdout.strip() == "[]"


def test_a_table_keeps_types_alignment_and_formats():
    """Cells arrive as values, not as text, with what it takes to print them."""
    payload = the_table(
        "frame = pd.DataFrame({'name': ['a', None], 'lag': [1.5, np.nan], 'n': [1, 22], 'share': [0.25, 0.5],"
        " 'when': pd.to_datetime(['2020-01-02', None]), 'ok': [True, False]})\n"
        "table(frame, 'tab-x', 'Caption', note='Note', units={'lag': 'days'},"
        " formats={'share': '.0%'}, widths={'name': 2},"
        " align={'ok': 'center'})"
    )
    columns = payload["columns"]

    assert [column["name"] for column in columns] == ["name", "lag", "n", "share", "when", "ok"]
    assert [column["align"] for column in columns] == ["left", "right", "right", "right", "left", "center"]
    assert [column["format"] for column in columns] == ["", ".1f", "", ".0%", "", ""]
    assert [column["unit"] for column in columns] == ["", "days", "", "", "", ""]
    assert [column["width"] for column in columns] == [2, None, None, None, None, None]
    assert payload["rows"] == [["a", 1.5, 1, 0.25, {"date": "2020-01-02"}, True], [None, None, 22, 0.5, None, False]]
    assert (payload["caption"], payload["note"], payload["wide"], payload["long"]) == ("Caption", "Note", False, False)


def test_a_named_index_is_shown_and_a_counter_is_not():
    """Row labels that mean something are columns of the table; row numbers are not."""
    named = the_table("table(pd.DataFrame({'a': [1]}, index=pd.Index(['x'], name='key')), 'tab-x', 'c')")
    counted = the_table("table(pd.DataFrame({'a': [1]}), 'tab-x', 'c')")
    asked = the_table("table(pd.DataFrame({'a': [1]}, index=['x']), 'tab-x', 'c', index=True)")

    assert [[column["name"] for column in payload["columns"]] for payload in (named, counted, asked)] == [
        ["key", "a"],
        ["a"],
        ["", "a"],
    ]


def test_grouped_heads_span_their_columns():
    """A MultiIndex gives heads over heads, and the index columns reach over all of them."""
    payload = the_table(
        "columns = pd.MultiIndex.from_tuples([('A', 'x'), ('A', 'y'), ('B', 'x')])\n"
        "table(pd.DataFrame([[1, 2, 3]], columns=columns, index=pd.Index(['r'], name='key')),"
        " 'tab-x', 'c', units={'y': 'm'})"
    )
    spans = [[(head["text"], head["columns"], head["rows"]) for head in row] for row in payload["heads"]]

    assert spans == [[("key", 1, 2), ("A", 2, 1), ("B", 1, 1)], [("x", 1, 1), ("y", 1, 1), ("x", 1, 1)]]
    assert [column["unit"] for column in payload["columns"]] == ["", "", "m", ""]


@pytest.mark.parametrize(
    ("cells", "spec"),
    [
        ([1.0, 2.0], ".0f"),
        ([1.5, 2.25], ".2f"),
        ([0.1 + 0.2, 0.5], ".1f"),
        ([1 / 3, 12.0], ".2f"),
        ([0.00123456, 0.002], ".5f"),
        ([1e-9], ".3g"),
        ([float("nan"), 2.5], ".1f"),
    ],
)
def test_a_column_of_floats_gets_as_many_decimals_as_it_needs(cells, spec):
    """Without a format, numbers of a column share the fewest decimals that tell them apart."""
    text = repr(cells).replace("nan", "np.nan")
    payload = the_table(f"table(pd.DataFrame({{'a': {text}}}), 'tab-x', 'c')")

    assert payload["columns"][0]["format"] == spec


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            "'tab-x', 'c', units={'lagg': 'd'}",
            ValueError,
            "units names a column 'lagg' that the frame does not have; did you mean 'lag'?",
        ),
        (
            "'tab-x', 'c', formats={'zzz': '.1f'}",
            ValueError,
            "formats names a column 'zzz' that the frame does not have; columns are: lag, word",
        ),
        ("'tab-x', 'c', markup=['nope']", ValueError, "markup names a column 'nope'"),
        (
            "'tab-x', 'c', align={'lag': 'middle'}",
            ValueError,
            "align of column 'lag' is 'middle'; give left, right or center",
        ),
        ("'tab-x', 'c', widths={'lag': 0}", ValueError, "width of column 'lag' must be a number above 0, not 0"),
        ("'tab-x', 'c', formats={'lag': '.1q'}", ValueError, "1.5 in column 'lag' cannot be printed as '.1q'"),
        ("'tab-x', 'c', units=['d']", TypeError, "units goes by column"),
        ("'', 'c'", ValueError, "table: label is missing; give one such as 'tab-name'"),
        ("'tab x', 'c'", ValueError, "a label is made of letters, digits and hyphens"),
        ("'tab-x', None", TypeError, "caption must be text, not NoneType"),
    ],
)
def test_a_mistake_in_a_table_is_named(arguments, error, message):
    """A wrong argument stops at the cell that has it, and the message says which one."""
    import pandas as pd

    frame = pd.DataFrame({"lag": [1.5], "word": ["w"]})
    with pytest.raises(error, match=re.escape(message)):
        eval(f"table(frame, {arguments})", {"table": table, "frame": frame})  # noqa: S307


def test_a_dictionary_is_no_frame():
    """What is no DataFrame is refused by its own name."""
    with pytest.raises(TypeError, match=r"table\('tab-x'\): expected a pandas DataFrame, not dict"):
        table({"a": [1]}, "tab-x", "c")


def test_a_plain_notebook_shows_a_table():
    """Where nobody knows our kind of output, the table is still there, escaped."""
    html = run(FRAME + "table(pd.DataFrame({'a<b': ['x & y', None]}), 'tab-x', 'c')")[0][0]["data"]["text/html"]

    assert '<th colspan="1" rowspan="1">a&lt;b</th>' in html
    assert "<td>x &amp; y</td>" in html
    assert "<td>\u2013</td>" in html


def test_a_figure_is_the_same_bytes_each_time():
    """Two runs of one cell draw one SVG, with neither a date nor a version in it."""
    code = (
        PLOT + "fig, ax = plt.subplots()\nax.plot([1, 3, 2], marker='o')\nfigure(fig, 'fig-x', 'Caption', alt='A line')"
    )
    first, second = (run(code)[0][0]["data"][FIGURE]["images"][0] for _ in range(2))

    assert first == second
    assert first["alt"] == "A line"
    assert "<dc:date>" not in first["svg"]
    assert "matplotlib.org/</dc" not in first["svg"]


def test_a_figure_is_shown_once():
    """After it is shown the figure is closed, so the notebook does not add it a second time."""
    outputs = run(
        PLOT + "fig, ax = plt.subplots()\nfigure(fig, 'fig-x', 'Caption', alt='A line')\nassert not plt.get_fignums()"
    )

    assert len(outputs[0]) == 1


def test_a_group_keeps_order_captions_and_alternative_texts():
    """A group of figures arrives as one, part by part."""
    code = (
        PLOT
        + "a, b = plt.figure(), plt.figure()\nfigure([(a, 'one', 'first'), (b, 'two', 'second')], 'fig-x', 'Caption')"
    )
    payload = run(code)[0][0]["data"][FIGURE]

    assert payload["group"] is True
    assert [(image["caption"], image["alt"]) for image in payload["images"]] == [("one", "first"), ("two", "second")]


def test_the_data_of_a_figure_travel_with_it():
    """The frame behind a figure comes along as CSV."""
    code = PLOT + FRAME + "figure(plt.figure(), 'fig-x', 'c', alt='a', data=pd.DataFrame({'x': [1], 'y': [2.5]}))"

    assert run(code)[0][0]["data"][FIGURE]["data"] == "x,y\n1,2.5\n"


@pytest.mark.parametrize(
    ("fig", "alt", "error", "message"),
    [
        (object(), "a", TypeError, "expected a matplotlib Figure, not object"),
        (object(), None, ValueError, "alt is missing; say in plain text what the figure shows"),
        (object(), "  ", ValueError, "alt is missing"),
        ([], None, ValueError, "a group needs at least one (Figure, subcaption, alt)"),
        ([object()], None, TypeError, "figure 1 of the group must be (Figure, subcaption, alt)"),
        ([(object(), "c", "")], None, ValueError, "alt is missing; say in plain text what figure 1 of the group shows"),
        ([(object(), "c", "a")], "alt", ValueError, "in a group each figure has its own alternative text"),
    ],
)
def test_a_mistake_in_a_figure_is_named(fig, alt, error, message):
    """A figure without words for those who cannot see it, or that is none, is refused with what to do."""
    with pytest.raises(error, match=re.escape(f"figure('fig-x'): {message}")):
        figure(fig, "fig-x", "Caption", alt=alt)


def test_axes_are_shown_with_their_figure():
    """What pandas plots are axes; the figure around them is meant."""
    code = (
        PLOT
        + FRAME
        + "axes = pd.Series([1, 2]).plot()\nfigure(axes, 'fig-x', 'c', alt='a')\nassert not plt.get_fignums()"
    )

    assert "<svg" in run(code)[0][0]["data"][FIGURE]["images"][0]["svg"]


def test_an_empty_frame_is_a_table_of_heads():
    """A selection that leaves no rows is still a table."""
    payload = the_table("table(pd.DataFrame({'a': [], 2014: [], pd.Timestamp('2020-01-02'): []}), 'tab-x', 'c')")

    assert payload["rows"] == []
    assert [head["text"] for head in payload["heads"][0]] == ["a", "2014", "2020-01-02"]


def test_a_bad_date_format_is_named():
    """A format for dates is checked where it is written, not where it is printed."""
    import pandas as pd

    frame = pd.DataFrame({"when": pd.to_datetime(["2020-01-02"])})
    with pytest.raises(ValueError, match="column 'when' cannot be printed as '%Q': unknown directive '%Q'"):
        table(frame, "tab-x", "c", formats={"when": "%Q"})
