"""Scripts of chapters, made without nbconvert where only prose has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbconvert.exporters import PythonExporter

from book.execution import scripts
from book.execution.scripts import Frames

if TYPE_CHECKING:
    from pathlib import Path

v4 = nbformat.v4


def converted(notebook: Any) -> str:
    """What nbconvert makes of it, with an end of line."""
    text: str = PythonExporter().from_notebook_node(notebook)[0]
    return text if text.endswith("\n") else f"{text}\n"


PROSE = [
    "# Title\n\nOne.",
    "",
    "\n\nBlank lines around\n\n",
    "# thesis-prose-2\n{{ not.a.template }} {% if %}",
    "Ends\u2028oddly \\n",
]


def a_notebook(prose: list[str], code: str = "%matplotlib inline\nprint('a')  # thesis\n!ls") -> Any:
    cells = [v4.new_markdown_cell(text) for text in prose]
    cells.insert(1, v4.new_code_cell(code, execution_count=1, outputs=[v4.new_output("stream", text="shown")]))
    cells.insert(3, v4.new_code_cell("x?", execution_count=None))
    cells.append(v4.new_raw_cell("raw"))
    return v4.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})


def test_a_script_is_what_nbconvert_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the prose is; and where the code is as it was, nbconvert is not asked."""
    first = a_notebook(["One.", "Two.", "Three.", "Four.", "Five."])
    second, third = a_notebook(PROSE), a_notebook(PROSE[::-1])
    plain = [converted(one) for one in (first, second, third)]
    frames = Frames(tmp_path / "frames.json")
    found = [frames.script(first, "one")[0]]
    frames.keep(["one"])
    monkeypatch.setattr(scripts, "_converted", lambda *_given, **_named: pytest.fail("nbconvert was asked"))
    later = Frames(tmp_path / "frames.json")
    found += [later.script(one, "one")[0] for one in (second, third)]

    assert found == plain


@pytest.mark.parametrize(
    "other", [a_notebook(PROSE, "print('b')"), a_notebook([*PROSE, "More."])], ids=["other code", "another cell"]
)
def test_other_code_is_another_script(tmp_path: Path, other: Any) -> None:
    """A frame belongs to code and to the number of its cells."""
    frames = Frames(tmp_path / "frames.json")
    frames.script(a_notebook(PROSE), "one")

    assert frames.script(other, "one")[0] == converted(other)


def test_frames_of_chapters_that_are_gone_go(tmp_path: Path) -> None:
    """What is kept is what is there."""
    frames = Frames(tmp_path / "frames.json")
    for name in ("one", "two"):
        frames.script(a_notebook(PROSE), name)
    frames.keep(["two"])

    assert "one" not in (tmp_path / "frames.json").read_text(encoding="utf-8")
    assert "two" in (tmp_path / "frames.json").read_text(encoding="utf-8")
