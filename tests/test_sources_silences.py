"""Silencing: one place with a reason, a rule everywhere, and what is said of silencings themselves."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from conftest import CONFIG, NOTEBOOK, Write

from book.checks.severity import Setting
from book.checks.silencing import Silencings, judged, ran_in_a_check
from book.cli import thesis as command
from book.diagnostics import Diagnostic
from book.sources.chapters import Chapter
from book.sources.silences import Silence, in_bibliography, silences_of
from book.workflow import build, check, verdict


def read(text: str, path: str = "one.md") -> list[Silence]:
    return list(silences_of(Chapter("one", path, "notebook" if path.endswith(".ipynb") else "markdown", "", (), text)))


def covered(text: str) -> list[tuple[int, int]]:
    return [(one.first, one.last) for one in read(text)]


def test_a_comment_names_rules_and_a_reason() -> None:
    """Rules with their columns, the reason with its colons."""
    one = read("Text.\n\n% thesis: ignore leftover, damaged-text: quoted: as it stands\nTODO\n")[0]

    assert [(named.rule, named.column) for named in one.rules] == [("leftover", 18), ("damaged-text", 28)]
    assert (one.reason, one.line, one.column) == ("quoted: as it stands", 3, 3)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("% thesis: ignore leftover: x\nOne\ntwo\n\nthree\n", (2, 3)),
        ("% thesis: ignore leftover: x\n\nOne\ntwo\n\nthree\n", (3, 4)),
        ("<!-- thesis: ignore leftover: x -->\nOne\n\nthree\n", (2, 2)),
        ("One\ntwo <!-- thesis: ignore leftover: x -->\nthree\n", (2, 2)),
        ("% thesis: ignore leftover: x\n(label)=\n# One\nText\n", (2, 3)),
        ("% thesis: ignore leftover: x\n```{figure} x.png\n:alt: x\n\nCaption\n```\nText\n", (2, 6)),
        ("% thesis: ignore leftover: x\n$$\nx\n\ny\n$$\nText\n", (2, 6)),
        (":::{note}\n% thesis: ignore leftover: x\nOne\n:::\nText\n", (3, 3)),
        ("> % thesis: ignore leftover: x\n> One\n\nText\n", (2, 2)),
    ],
)
def test_a_comment_covers_the_block_that_follows(text: str, place: tuple[int, int]) -> None:
    """A line of its own covers the paragraph, heading or directive below it; one behind text covers that line."""
    assert covered(text) == [place]


def test_two_comments_cover_the_same_block() -> None:
    """Comments may stand one below the other."""
    assert covered("% thesis: ignore leftover: x\n<!-- thesis: ignore damaged-text: y -->\nOne\n") == [(3, 3), (3, 3)]


@pytest.mark.parametrize(
    "text",
    [
        "```latex\n% thesis: ignore leftover: x\n```\n",
        "```\n% thesis: ignore leftover: x\n```\n",
        "````{code-block} latex\n```\n% thesis: ignore leftover: x\n````\n",
        ":::{note}\n```\n% thesis: ignore leftover: x\n```\n:::\n",
        "The words 50 % thesis: ignore leftover: x\n",
    ],
)
def test_code_and_prose_silence_nothing(text: str) -> None:
    """What stands in a piece of code, or behind text without being a comment, is what it is."""
    assert read(text) == []


def test_text_after_code_is_read_again() -> None:
    """A fence that ends lets comments speak again."""
    assert covered(":::{note}\n```\ncode\n```\n:::\n\n```\ncode\n```\n% thesis: ignore leftover: x\nOne\n") == [
        (11, 11)
    ]


def test_notebooks_have_comments_in_both_kinds_of_cells() -> None:
    """In a text cell as in a page, with the cell's lines; in a code cell for the whole cell."""
    cells = [
        {"cell_type": "markdown", "source": ["Text\n", "\n", "% thesis: ignore leftover: x\n", "TODO"]},
        {"cell_type": "code", "source": "x = 1\n# thesis: ignore missing-caption: y\nfigure(x)"},
    ]
    found = [(one.cell, one.line, one.first, one.last) for one in read(json.dumps({"cells": cells}), "one.ipynb")]

    assert found == [(1, 3, 4, 4), (2, 2, 1, 3)]


def test_a_code_cell_of_a_page_is_a_place() -> None:
    """The comment's place is the cell, its fences included."""
    text = "# One\n\n```{code-cell}\nx = 1\n# thesis: ignore missing-caption: y\nfigure(x)\n```\n"

    assert covered(text) == [(3, 7)]


def test_a_comment_before_an_entry_covers_it() -> None:
    """From its first line to the next entry; a comment before nothing covers nothing."""
    text = "% thesis: ignore uncited-entry: for later\n@book{a,\n title={A}\n}\n\n@book{b, title={B}}\n% thesis: ignore uncited-entry: x\n"

    assert [(one.first, one.last) for one in in_bibliography(text, "references.bib")] == [(2, 5)]


def test_a_comment_silences_its_place_alone(thesis: Write) -> None:
    """The same remark elsewhere on the page is heard."""
    page = "# One\n\n% thesis: ignore reference-without-target: to come\n{ref}`nowhere`\n\n{ref}`nowhere-else`\n"
    root = thesis({"one.md": page})
    found = verdict(root)

    assert [(one.rule, one.line) for one in found.diagnostics] == [("reference-without-target", 6)]
    assert [(one.diagnostic.line, one.reason, one.line) for one in found.silenced] == [(4, "to come", 3)]


def test_an_entry_is_silenced_in_the_bibliography(thesis: Write) -> None:
    """A comment before an entry keeps quiet about this entry alone."""
    bib = "@book{a, title={A}, year={2001}, author={A, B}}\n% thesis: ignore uncited-entry: for the viva\n@book{b, title={B}, year={2001}, author={A, B}}\n@book{c, title={C}, year={2001}, author={A, B}}\n"
    root = thesis({"references.bib": bib, "one.md": "# One\n\n{cite}`a`\n\n```{bibliography}\n```\n"})
    found = verdict(root)

    assert [one.line for one in found.diagnostics if one.rule == "uncited-entry"] == [4]
    assert [one.diagnostic.line for one in found.silenced] == [3]


def test_a_build_hears_comments_too(thesis: Write) -> None:
    """An error that is silenced at its place is none in a build, and the build says nothing of silencings unused."""
    page = "# One\n\n% thesis: ignore reference-without-target: to come\n{ref}`nowhere`\n\n% thesis: ignore image-missing: none\nText.\n"
    outcome = build(thesis({"one.md": page}), editions=("html",))

    assert outcome.diagnostics == ()


def test_comments_do_not_show(thesis: Write) -> None:
    """A comment leaves no word on the page, whichever form it has."""
    page = "# One\n\n% thesis: ignore image-missing: aaa\nText one.\n\n<!-- thesis: ignore image-missing: bbb -->\nText two. <!-- thesis: ignore image-missing: ccc -->\nText three.\n"
    root = thesis({"one.md": page})
    outcome = build(root, editions=("html", "pdf"))
    html = (root / "_build" / "html" / "one.html").read_text(encoding="utf-8")
    shown = html.replace("<!-- thesis: ignore image-missing: bbb -->", "").replace(
        "<!-- thesis: ignore image-missing: ccc -->", ""
    )

    assert outcome.diagnostics == ()
    assert [word for word in ("aaa", "bbb", "ccc", "thesis: ignore") if word in shown] == []


def test_silencings_are_judged_themselves(thesis: Write) -> None:
    """Without a reason, needless, of a rule that is none: each at its place."""
    page = (
        "# One\n\n% thesis: ignore reference-without-target\n{ref}`nowhere`\n\n"
        "% thesis: ignore image-missing: nothing here\nText.\n\n% thesis: ignore imge-missing: typing\nText.\n\n% thesis: ignore\nText.\n"
    )
    found = [(one.rule, one.severity, one.line, one.column) for one in check(thesis({"one.md": page}))]

    assert found == [
        ("silence-without-reason", "warning", 3, 3),
        ("unused-silence", "warning", 6, 18),
        ("unknown-rule", "warning", 9, 18),
        ("unused-silence", "warning", 12, 3),
    ]


def test_settings_have_reasons(thesis: Write) -> None:
    """`off` asks for a reason; a rule that would say nothing need not be off; raising and lowering need none."""
    said = (
        "    image-missing: {level: off, reason: to come}\n    missing-alternative-text: off\n    duplicate-label: {level: off, reason: x}\n"
        "    reference-without-target: {level: warning}\n    uncited-entry: error\n    stale-run: {levl: off}\n    cell-failed: {level: off, reason: [x]}\n"
    )
    config = CONFIG + "thesis:\n  check:\n" + said
    found = check(thesis({"_config.yml": config, "one.md": "# One\n\n![](nope.png) {ref}`nowhere`\n"}))

    assert [(one.rule, one.severity, one.line, one.column) for one in found if one.path == "_config.yml"] == [
        ("silence-without-reason", "warning", 7, 5),
        ("unused-silence", "warning", 8, 5),
        ("bad-setting", "error", 11, 5),
        ("unknown-setting", "warning", 11, 17),
        ("bad-setting", "error", 12, 31),
    ]
    assert [(one.rule, one.severity) for one in found if one.path == "one.md"] == [
        ("reference-without-target", "warning")
    ]


def test_rules_that_were_not_judged_are_not_called_quiet() -> None:
    """A rule of cells, of editions that do not stand, or of Sphinx may be silenced without being heard of."""
    names = ("cell-failed", "caption-differs", "sphinx-docutils", "image-missing")
    settings = {name: Setting(name, "off", "why", 1, 1) for name in names}
    without = judged([], Silencings(settings), ran_in_a_check(with_editions=False)).diagnostics

    assert [one.message for one in without] == ["'image-missing' is silenced and would say nothing"]


def test_remarks_about_silencings_can_be_silenced() -> None:
    """They are rules like others, and silencing them needs a reason too."""
    settings = {"unused-silence": Setting("unused-silence", "off", "under way", 3, 5)}
    comment = read("% thesis: ignore image-missing: x\nOne\n")[0]
    found = judged([], Silencings(settings, (comment,)), ran_in_a_check(with_editions=True))

    assert found.diagnostics == ()
    assert [one.diagnostic.rule for one in found.silenced] == ["unused-silence"]


def test_a_notebooks_remark_is_silenced_by_cell() -> None:
    """A remark that knows only the cell is silenced by the cell's comment, one of another cell is not."""
    comment = read(
        json.dumps({"cells": [{"cell_type": "code", "source": "# thesis: ignore missing-caption: y"}]}), "n.ipynb"
    )
    remarks = [Diagnostic("missing-caption", "x", "warning", "n.ipynb", line) for line in (1, 2)]
    found = judged(remarks, Silencings({}, tuple(comment)))

    assert [one.line for one in found.diagnostics] == [2]


def test_the_command_counts_what_is_silenced(thesis: Write) -> None:
    """The last line of the text says how many, JSON lists them with their reasons."""
    root = thesis({"one.md": "# One\n\n% thesis: ignore reference-without-target: to come\n{ref}`nowhere`\n"})
    text = CliRunner().invoke(command, ["-C", str(root), "check"]).stdout
    value = json.loads(CliRunner().invoke(command, ["-C", str(root), "check", "--format", "json"]).stdout)

    assert text == "nothing has drifted apart\n1 remark is silenced\n"
    assert value["summary"] == {"errors": 0, "warnings": 0, "silenced": 1}
    assert [(row["rule"], row["reason"]) for row in value["silenced"]] == [("reference-without-target", "to come")]


def test_a_second_check_silences_the_same(thesis: Write) -> None:
    """An unchanged thesis says the same of what is silenced as before."""
    root = thesis({"one.md": "# One\n\n% thesis: ignore reference-without-target: to come\n{ref}`nowhere`\n"})
    first, second = verdict(root), verdict(root)

    assert len(first.silenced) == 1
    assert second == first


def test_pages_with_cells_are_read_whole(thesis: Write) -> None:
    """A page with cells silences as one without."""
    page = (
        NOTEBOOK
        + "# One\n\n```{code-cell} python\nx = 1\n```\n\n% thesis: ignore reference-without-target: to come\n{ref}`nowhere`\n"
    )

    found = verdict(thesis({"one.md": page}))

    assert [one.diagnostic.rule for one in found.silenced] == ["reference-without-target"]
    assert "unused-silence" not in {one.rule for one in found.diagnostics}
