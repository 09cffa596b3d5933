"""What is taken out of outputs, and what is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import v4

from book.execution.outputs import preprocessors

ROOT = Path("/home/ada/thesis")


def settled(*outputs, root: Path = ROOT) -> list[dict]:
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("text"), v4.new_code_cell("x", outputs=list(outputs))])
    for preprocess in preprocessors(root):
        notebook, _ = preprocess(notebook, {})
    return notebook.cells[1].outputs


def stream(text: str, name: str = "stdout"):
    return v4.new_output("stream", name=name, text=text)


def shown(text: str, mime: str = "text/plain"):
    return v4.new_output("display_data", data={mime: text})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[<matplotlib.lines.Line2D at 0x7f3a1c0b2d90>]", "[<matplotlib.lines.Line2D>]"),
        ("<bound method A.b of <A object at 0x7f3a1c0b2d90>>", "<bound method A.b of <A object>>"),
        ("the code is at 0x7f3a1c0b2d90, they say", "the code is at 0x7f3a1c0b2d90, they say"),
        ("0x7f3a1c0b2d90", "0x7f3a1c0b2d90"),
        ("read /home/ada/thesis/data/a.csv", "read data/a.csv"),
        ("read /home/ada/thesis2/a.csv", "read /home/ada/thesis2/a.csv"),
    ],
)
def test_addresses_and_the_thesiss_own_folder_are_taken_out(text, expected) -> None:
    """An object's address and the place of the thesis on this disk mean nothing to a reader; all else stays."""
    assert settled(shown(text))[0].data["text/plain"] == expected
    assert settled(stream(text))[0].text == expected


def test_warnings_name_files_as_anybody_finds_them() -> None:
    """A warning names the cell, the package or the thesis's own module, not a temporary or private folder."""
    text = (
        "/var/ipykernel_4711/1234567.py:3: UserWarning: one\n"
        "/opt/env/lib/python3.12/site-packages/pandas/core/frame.py:12: FutureWarning: two\n"
        "/home/ada/thesis/analysis/load.py:7: UserWarning: three\n"
    )

    assert settled(stream(text, "stderr"))[0].text == (
        "cell.py:3: UserWarning: one\npandas/core/frame.py:12: FutureWarning: two\nanalysis/load.py:7: UserWarning: three\n"
    )


def test_streams_are_merged_and_ordered_between_displays() -> None:
    """What is printed stays before or after the figure it was printed with; the two streams do not interleave."""
    found = settled(
        stream("a"),
        stream("x", "stderr"),
        stream("b"),
        shown("figure"),
        stream("y", "stderr"),
        stream("c"),
        stream("d"),
    )

    assert [output.get("text", "figure") for output in found] == ["ab", "x", "figure", "cd", "y"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("10%\r50%\r100%\n", "100%\n"), ("abc\x08\x08d", "ad"), ("line\n\x08x", "line\nx"), ("\x08\x08", "")],
)
def test_progress_bars_leave_their_last_state(text, expected) -> None:
    """Carriage returns and backspaces do what they do on a terminal."""
    assert settled(stream(text))[0].text == expected


def test_progress_that_came_in_pieces_is_one_line() -> None:
    """However the kernel cut the stream up, the result is the same."""
    assert settled(stream("10%"), stream("\r50%"), stream("\r100%\n"))[0].text == "100%\n"


def test_styled_tables_have_stable_identifiers() -> None:
    """Random identifiers of pandas' Styler follow from the place; two tables differ; other colours and codes stay."""
    table = '<style>#T_{0} th {{color: #{0}}}</style><table id="T_{0}"><td id="T_{0}_row0_col0">T_zzz</td></table>'
    first = settled(shown(table.format("1a2b3"), "text/html"), shown(table.format("99999"), "text/html"))
    second = settled(shown(table.format("fffff"), "text/html"), shown(table.format("00000"), "text/html"))
    plain = [output.data["text/html"].replace("#1a2b3}", "#fffff}").replace("#99999}", "#00000}") for output in first]

    assert plain == [output.data["text/html"] for output in second]
    assert plain[0].count("T_") == 4
    assert plain[0] != plain[1].replace("#00000}", "#fffff}")


def test_errors_are_settled_like_streams() -> None:
    """A traceback that is shown on purpose names no private folder either."""
    error = v4.new_output(
        "error",
        ename="E",
        evalue="<A at 0x7f3a1c0b2d90>",
        traceback=["File /home/ada/thesis/a.py:1", "<A at 0x7f3a1c0b2d90>"],
    )

    assert settled(error)[0].evalue == "<A>"
    assert settled(error)[0].traceback == ["File a.py:1", "<A>"]


def test_data_of_other_kinds_are_left_alone() -> None:
    """Pictures and our own records pass as they are."""
    bundle = v4.new_output(
        "display_data", data={"application/vnd.thesis.finding+json": {"a": "/home/ada/thesis/x"}, "image/png": "0x7f"}
    )

    assert settled(bundle)[0].data == bundle.data


def test_a_picture_carries_no_date() -> None:
    """Matplotlib writes the date into an SVG; everything else of it stays."""
    svg = "<svg>\n <metadata>\n    <dc:date>2026-11-22T00:00:00</dc:date>\n    <dc:title>T</dc:title>\n </metadata>\n</svg>"

    assert settled(shown(svg, "image/svg+xml"))[0].data["image/svg+xml"] == svg.replace(
        "    <dc:date>2026-11-22T00:00:00</dc:date>\n", ""
    )
