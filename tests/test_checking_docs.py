"""What `docs/checking.md` and the workflow files say can be done."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from book.checks.severity import settings_of
from book.cli import thesis
from book.config import read_config
from book.project import Project
from book.sources.chapters import Chapter
from book.sources.silences import silences_of

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = (DOCS / "checking.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
WORKFLOWS = sorted((DOCS / "ci").glob("*.yml"))


def commands(value: object) -> list[str]:
    """Every line of a shell in a workflow file."""
    if isinstance(value, dict):
        scripts = [value.get("run", ""), *(value.get("script") or ()), *(value.get("after_script") or ())]
        return [line for one in scripts for line in str(one).splitlines()] + commands(list(value.values()))
    return [line for one in value for line in commands(one)] if isinstance(value, list) else []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_files_run_commands_that_exist(path: Path) -> None:
    """Every `thesis` command with its options and their values is one that the command line takes."""
    lines = [
        re.split(r"; | \|\| ", line[line.index("thesis ") :])[0]
        for line in commands(yaml.safe_load(path.read_text(encoding="utf-8")))
        if re.search(r"(?:^|then )thesis ", line)
    ]
    taken = []
    for line in lines:
        words = shlex.split(line.partition(">")[0])
        command = thesis.commands[words[1]]
        command.make_context(words[1], words[2:], parent=click.Context(thesis, obj=Path()), resilient_parsing=False)
        taken.append(words[1])

    assert sorted(set(taken)) == ["build", "check", "diff", "publish"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_files_name_no_index(path: Path) -> None:
    """Where packages come from is the author's and the machine's business."""
    assert re.findall(r"https?://(?!oauth2:)|--\S*index", path.read_text(encoding="utf-8")) == []


def test_yaml_of_the_page_is_valid() -> None:
    """Every example can be read, and names what exists."""
    read = [yaml.safe_load(text) for kind, text in BLOCKS if kind == "yaml"]
    hook = yaml.safe_load((DOCS.parent / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]["id"]

    assert [list(one) for one in read] == [["thesis"], ["sphinx"], ["repos"]]
    assert read[2]["repos"][0]["hooks"][0]["id"] == hook


def test_the_example_of_severities_is_understood(tmp_path: Path) -> None:
    """The settings on the page give no remark."""
    (tmp_path / "_config.yml").write_text(next(text for kind, text in BLOCKS if kind == "yaml"), encoding="utf-8")
    settings, remarks = settings_of(read_config(Project(tmp_path)))

    assert [(one.level, bool(one.reason)) for one in settings.values()] == [
        ("error", False),
        ("warning", False),
        ("off", True),
    ]
    assert remarks == ()


def test_the_example_of_comments_is_understood() -> None:
    """The comments on the page name rules, places and reasons."""
    text = next(text for kind, text in BLOCKS if kind == "markdown")
    found = [
        (one.first, one.last, len(one.rules), bool(one.reason))
        for one in silences_of(Chapter("x", "x.md", "markdown", "", (), text))
    ]

    assert found == [(2, 2, 1, True), (4, 4, 2, True)]
