"""SARIF: valid against the standard's schema, each remark at its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from conftest import CONFIG, Write
from hypothesis import given
from hypothesis import strategies as st

from book.cli import thesis as command
from book.diagnostics import Diagnostic, Silenced, Verdict, as_json, as_text
from book.sarif import as_sarif
from book.sources.cellplaces import CellPlaces

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def written(root: Path, *diagnostics: Diagnostic, silenced: tuple[Silenced, ...] = ()) -> dict[str, Any]:
    """The one run, after the schema has seen the whole."""
    value = json.loads(as_sarif(Verdict(diagnostics, silenced), root))
    VALIDATOR.validate(value)
    return value["runs"][0]


def region(root: Path, diagnostic: Diagnostic) -> dict[str, int]:
    return written(root, diagnostic)["results"][0]["locations"][0]["physicalLocation"].get("region", {})


def test_a_remark_stands_at_its_line_and_column(tmp_path: Path) -> None:
    """File, line, column, level, message with hint, rule with its promise."""
    run = written(tmp_path, Diagnostic("image-missing", "is gone", "error", "one two.md", 3, 7, hint="look"))
    result = run["results"][0]

    assert (result["ruleId"], result["level"], result["message"]["text"]) == (
        "image-missing",
        "error",
        "is gone\nhint: look",
    )
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "one%20two.md", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3, "startColumn": 7},
    }
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["shortDescription"] == {
        "text": "Every picture's file exists."
    }


def test_paths_are_told_from_the_repository(tmp_path: Path) -> None:
    """A thesis in a folder of a repository is found from the repository's root, where GitHub looks."""
    (tmp_path / ".git").mkdir()
    root = tmp_path / "text"
    root.mkdir()
    place = written(root, Diagnostic("image-missing", "is gone", path="one.md"))["results"][0]["locations"][0]

    assert place["physicalLocation"]["artifactLocation"]["uri"] == "text/one.md"


def test_what_concerns_no_file_is_valid_too(tmp_path: Path) -> None:
    """A remark about the whole stands at `_config.yml`; one about a file elsewhere tells no folder of this machine."""
    run = written(
        tmp_path, Diagnostic("tool-missing", "no file"), Diagnostic("cannot-write", "elsewhere", path="/home/ada/x.md")
    )
    uris = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]]

    assert uris == ["_config.yml", "x.md"]


NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ['# \u00dcber "x"\n', "\n", "see \\emph TODO"]},
        {"cell_type": "code", "metadata": {"source": ["no"]}, "outputs": [{"text": "a\nb"}], "source": "x = 1\ny = 2"},
        {"cell_type": "markdown", "metadata": {}, "source": []},
    ],
    "metadata": {},
}


@pytest.mark.parametrize("indent", [1, None])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_notebooks_place_is_that_of_the_raw_file(tmp_path: Path, indent: int | None, ascii_only: bool) -> None:
    """Cell, line and column lead to the very character of the `.ipynb` file, however it is written."""
    text = json.dumps(NOTEBOOK, indent=indent, ensure_ascii=ascii_only)
    (tmp_path / "n.ipynb").write_text(text, encoding="utf-8")
    found = [
        region(tmp_path, Diagnostic("leftover", "x", "warning", "n.ipynb", line, column, cell=cell))
        for cell, line, column in ((1, 1, 9), (1, 3, 11), (2, 2, 1))
    ]
    lines = text.split("\n")

    assert [lines[one["startLine"] - 1][one["startColumn"] - 1 :][:2] for one in found] == ["x\\", "TO", "y "]


def test_a_notebooks_place_names_the_cell(tmp_path: Path) -> None:
    """What reads notebooks as cells is told the cell and its line; where only the cell is known, that."""
    (tmp_path / "n.ipynb").write_text(json.dumps(NOTEBOOK, indent=1), encoding="utf-8")
    run = written(
        tmp_path,
        Diagnostic("leftover", "x", "warning", "n.ipynb", 3, 2, cell=1),
        Diagnostic("missing-caption", "x", "warning", "n.ipynb", 2),
    )
    named = [one["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for one in run["results"]]

    assert named == ["cell 1, line 3", "cell 2"]


def test_a_pdfs_place_names_the_page(tmp_path: Path) -> None:
    """Page and box are told in words, since SARIF has no regions in a PDF."""
    run = written(tmp_path, Diagnostic("clipped-text", "x", "error", "_build/thesis.pdf", page=5, box=(1, 2, 3.5, 4)))

    assert run["results"][0]["locations"][0]["logicalLocations"] == [
        {"name": "page 5", "fullyQualifiedName": "page 5, box 1 2 3.5 4", "kind": "page"}
    ]


def test_a_silenced_remark_is_suppressed_with_its_reason(tmp_path: Path) -> None:
    """What the source and what `_config.yml` silence, each with its reason; a reasonless one has no justification."""
    remark = Diagnostic("leftover", "x", "warning", "one.md", 4)
    silenced = (Silenced(remark, "quoted", "one.md", 3), Silenced(remark, "", "_config.yml", 9))
    results = written(tmp_path, silenced=silenced)["results"]
    said = [(one["suppressions"][0]["kind"], one["suppressions"][0].get("justification")) for one in results]

    assert said == [("inSource", "quoted"), ("external", None)]


def test_a_fingerprint_stays_when_lines_move(tmp_path: Path) -> None:
    """Three lines more above a place leave its name; two places of one rule on one line have two."""
    page = tmp_path / "one.md"
    page.write_text("# One\n\nTODO and TODO\n", encoding="utf-8")
    before = written(tmp_path, *(Diagnostic("leftover", "x", "warning", "one.md", 3, column) for column in (1, 10)))
    page.write_text("# One\n\nMore.\n\nMore.\n\nTODO and TODO\n", encoding="utf-8")
    after = written(tmp_path, *(Diagnostic("leftover", "x", "warning", "one.md", 7, column) for column in (1, 10)))
    names = [[one["partialFingerprints"]["thesisPlace/v1"] for one in run["results"]] for run in (before, after)]

    assert names[0] == names[1]
    assert len(set(names[0])) == 2


@given(st.text(max_size=30), st.text(max_size=30), st.integers(0, 3))
def test_any_text_gives_valid_utf_8(message: str, path: str, line: int) -> None:
    """Whatever stands in a bibliography or a file's name, SARIF is valid, and all three forms can be printed."""
    remark = Diagnostic(
        "malformed-date", f"\ud800{message}\x00", "warning", path, line, hint="{Accessed Online: 2023}\x1b[0m"
    )
    text = as_sarif(Verdict((remark,)), Path("/nowhere"))
    VALIDATOR.validate(json.loads(text))
    forms = [text, as_json([remark]), as_text([remark])]

    assert [form.encode("utf-8", "replace").decode("utf-8") for form in forms] == forms
    assert "\x1b" not in as_text([remark])


@given(st.text(max_size=60))
def test_a_broken_notebook_has_no_places(text: str) -> None:
    """Whatever a notebook's file holds, asking it for a place never fails."""
    assert CellPlaces(text + '{"cells": [').place(1, 1, 1) == (0, 0)


def test_the_command_writes_sarif(thesis: Write) -> None:
    """`--format sarif` says the exit code, what is wrong, and what is silenced."""
    config = CONFIG + "thesis:\n  check:\n    missing-alternative-text: {level: off, reason: decoration}\n"
    root = thesis({"_config.yml": config, "one.md": "# One\n\n![](nope.png)\n"})
    result = CliRunner().invoke(command, ["-C", str(root), "check", "--format", "sarif"])
    value = json.loads(result.stdout)
    VALIDATOR.validate(value)
    run = value["runs"][0]

    assert [(one["ruleId"], "suppressions" in one) for one in run["results"]] == [
        ("image-missing", False),
        ("missing-alternative-text", True),
    ]
    assert (result.exit_code, run["invocations"]) == (1, [{"executionSuccessful": True, "exitCode": 1}])


def test_a_thesis_that_cannot_be_read_is_sarif_too(thesis: Write) -> None:
    """What stops the check is a result, and the invocation has failed."""
    root = thesis({"one.md": "# One\n", "_config.yml": "title: [\n"})
    result = CliRunner().invoke(command, ["-C", str(root), "check", "--format", "sarif"])
    run = json.loads(result.stdout)["runs"][0]

    assert [one["ruleId"] for one in run["results"]] == ["broken-yaml"]
    assert run["invocations"] == [{"executionSuccessful": False, "exitCode": 2}]
