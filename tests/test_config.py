"""Settings are typed, and what is wrong in them is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.config import Config, read_config
from book.errors import ConfigError
from book.project import Project
from book.settings import read_yaml


def read(root: Path, text: str) -> Config:
    (root / "_config.yml").write_text(text, encoding="utf-8")
    return read_config(Project(root))


def refused(root: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(root, text)
    assert caught.value.exit_code == 2
    return [str(diagnostic) for diagnostic in caught.value.diagnostics]


def test_a_thesis_without_configuration_has_the_defaults(tmp_path: Path) -> None:
    """No `_config.yml` is no mistake."""
    config = read_config(Project(tmp_path))

    assert (config.language, config.thesis.csl, config.thesis.pdf.standards) == ("en", "apa", ("a-2a", "ua-1"))


def test_settings_are_read_with_hyphens(tmp_path: Path) -> None:
    """A setting of two words is written with a hyphen."""
    config = read(tmp_path, "thesis:\n  pdf:\n    line-spacing: 1.5\n    two-sided: true\n    standards: a-2b\n")

    assert (config.thesis.pdf.line_spacing, config.thesis.pdf.two_sided, config.thesis.pdf.standards) == (
        1.5,
        True,
        ("a-2b",),
    )


def test_an_unknown_setting_has_its_place_and_a_suggestion(tmp_path: Path) -> None:
    """A misspelt setting of ours is an error that says which one was meant."""
    assert refused(tmp_path, "title: T\nthesis:\n  pdf:\n    papper: a4\n") == [
        "_config.yml:4:5: unknown setting 'thesis.pdf.papper' [unknown-setting]\n  hint: did you mean 'paper'?"
    ]


def test_all_mistakes_are_collected(tmp_path: Path) -> None:
    """Every wrong setting is named, not the first alone."""
    said = refused(tmp_path, "thesis:\n  csll: apa\n  pdf: {engine: word, line-spacing: wide}\n")

    assert said == [
        "_config.yml:2:3: unknown setting 'thesis.csll' [unknown-setting]\n  hint: did you mean 'csl'?",
        "_config.yml:3:9: 'thesis.pdf.engine' is 'word' [bad-setting]\n  hint: give one of: typst, latex",
        "_config.yml:3:23: 'thesis.pdf.line-spacing' is 'wide' [bad-setting]\n  hint: give a number",
    ]


def test_a_key_that_jupyter_book_does_not_read_is_a_remark(tmp_path: Path) -> None:
    """A top-level key that nobody reads does not stop the build."""
    config = read(tmp_path, "titel: T\n")

    assert [str(note) for note in config.notes] == [
        "_config.yml:1:1: unknown setting 'titel' [unknown-setting]\n  hint: did you mean 'title'?"
    ]


def test_broken_yaml_has_its_place(tmp_path: Path) -> None:
    """A syntax error is named with line and column."""
    [said] = refused(tmp_path, "title: [a\nauthor: b\n")

    assert said.startswith("_config.yml:2:7: not valid YAML: ")


def test_a_configuration_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    """A list is no configuration."""
    assert refused(tmp_path, "- a\n") == [
        "_config.yml:1: must be a mapping of settings [bad-setting]\n  hint: write lines such as 'title: My thesis'"
    ]


@given(st.text(max_size=200))
def test_no_text_breaks_the_yaml_reader(text: str) -> None:
    """Any text is read or refused with a diagnostic."""
    read = read_yaml(text, "_config.yml")

    assert read.path == "_config.yml"
